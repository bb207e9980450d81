"""The quarters together: where they are, and one indicator for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.address.selection import link
from dashboard.charts.commune_map import Shape
from dashboard.charts.description import Picture
from dashboard.charts.measure import Measure
from dashboard.charts.palette import palette
from dashboard.charts.qpv_map import qpv_map
from dashboard.charts.ranked import Bar
from dashboard.data.geometry import AROUND, quarter_sources
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Indicator
from dashboard.story import places, words
from dashboard.story.about import About
from dashboard.story.everywhere import producers
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.story.pockets import Pocket, pockets_sentence
from dashboard.story.quarters import Portrait, Quarter, communes_words
from dashboard.story.readings import REFERENCE_ORDER, when
from dashboard.story.spreadsheet import Cell
from dashboard.widgets import chart, layers, meeting
from dashboard.widgets.choice import go
from dashboard.widgets.choropleth import shapes, touched
from dashboard.widgets.made import made
from dashboard.widgets.origin import source_href
from dashboard.widgets.ranked import Block, ranked
from sources import french
from sources.authority import Noun
from sources.vocabulary import Level, Perimeter

ALL_QUARTERS = (Level.GROUPE.value, Level.EPCI.value)


def written(indicator: Indicator, amount: float) -> str:
    """Return a number of an indicator with its sign."""
    return words.quantity(amount, indicator.unit, indicator.decimals)


def reference_words(barometer: Barometer, comparison: Comparison, indicator: Indicator) -> str:
    """Return « Denain : 34,1 % (2019) »; the year is that of the reference."""
    found = barometer.territory(comparison.reference_level, comparison.reference_code)
    name = places.short(found) if found else comparison.reference_code
    number = written(indicator, comparison.reference_value)
    return f"{name} : {number} ({words.year(comparison.reference_millesime)})"


def outlines(barometer: Barometer, found: Sequence[Quarter]) -> list[Shape]:
    """Return the outlines at hand of some quarters."""
    known = shapes(barometer.release).get(Level.QPV, [])
    codes = {quarter.code for quarter in found}
    return [shape for shape in known if shape.code in codes]


def map_view(
    barometer: Barometer,
    found: Sequence[Quarter],
    chosen: Quarter,
    parameters: Mapping[str, str],
    pockets: Sequence[Pocket] = (),
) -> None:
    """Show the outlines of the quarters, or say that they are not at hand."""
    drawn = outlines(barometer, found)
    if not drawn:
        st.html(
            text(
                "p",
                "Pas de carte : les contours de ce périmètre ne figurent pas dans cette version des données. "
                "La liste dit sur quelles communes chaque quartier s’étend.",
                "status",
            )
        )
        return
    noun = barometer.authority
    key = f"carte_quartiers_{chosen.code}"

    def clicked() -> None:
        quarter = touched(barometer, key, Level.QPV)
        if quarter is not None:
            go({**parameters, **link(quarter)})

    chart.drawing(
        _map(barometer, tuple(found), chosen.code, tuple(pockets)),
        key,
        f"Carte de {len(drawn)} quartiers prioritaires sur le fond des communes. Entouré : "
        f"{chosen.territory.name}. Rayés, à cheval sur {noun.the} : "
        f"{french.enumeration([q.territory.name for q in found if not q.whole]) or 'aucun'}. "
        "La liste à côté de la carte dit leurs communes. "
        f"{pockets_sentence(list(pockets)) if pockets else ''}".strip(),
        _map_about(barometer, chosen),
        table=_map_table(found, noun),
        frame=chart.MAP_FRAME,
        on_select=clicked,
        taken="carte_quartiers",
    )
    st.html(
        text(
            "p",
            f"Plein : quartier entièrement {noun.at}. Rayé : quartier à cheval. "
            "Contours simplifiés ; touchez un quartier pour le choisir.",
            "note",
        )
    )


@made
def _map(
    barometer: Barometer, found: tuple[Quarter, ...], chosen: str, pockets: tuple[Pocket, ...]
) -> Picture:
    noun, known = barometer.authority, shapes(barometer.release)
    return qpv_map(
        known.get(Level.COMMUNE, []),
        outlines(barometer, found),
        {q.code for q in found if not q.whole},
        palette(st.context.theme.type),
        hover={q.code: f"{french.typographic(q.territory.name)}\n{communes_words(q, noun)}" for q in found},
        selected=chosen,
        spots=layers.spots(pockets),
        height=meeting.map_height(),
        around=known.get(AROUND, []),
    )


def _map_about(barometer: Barometer, chosen: Quarter) -> About:
    perimeter = Perimeter(chosen.territory.perimeter or "")
    said = " ; ".join(quarter_sources(barometer.release, perimeter))
    title = f"Les quartiers prioritaires {barometer.authority.of}"
    return About(title, "", perimeter.label, said, barometer.identity)


def _map_table(found: Sequence[Quarter], noun: Noun) -> Fragment:
    # Where no contract was read, nobody says how many live there.
    counted = any(q.inhabitants is not None for q in found)
    rows = [
        (
            *(q.territory.name, communes_words(q, noun), "oui" if q.whole else "non"),
            *((_inhabitants(q),) if counted else ()),
        )
        for q in found
    ]
    header = (
        *("Quartier", "Communes", f"Entièrement {noun.at}"),
        *((f"Habitants {noun.at}, selon le contrat",) if counted else ()),
    )
    return table("Les quartiers de la carte", header, rows, numeric=(3,))


def list_view(found: Sequence[Quarter], noun: Noun) -> list[Fragment]:
    """Return the lists of the quarters as HTML; those that straddle the agglomeration have their own."""
    parts: list[Fragment] = []
    for whole, caption in (
        (True, f"Entièrement {noun.at}"),
        (False, f"À cheval sur {noun.the}, montrés à part et jamais ajoutés à un total"),
    ):
        members = [q for q in found if q.whole is whole]
        if not members:
            continue
        counted = any(q.inhabitants is not None for q in members)
        # The whole of a quarter is not ours to count when it straddles: the column says whose part it is.
        heading = f"Habitants{'' if whole else f' {noun.at}'}, selon le contrat"
        header = ("Quartier", f"Communes {noun.of}", *((heading,) if counted else ()))
        rows = [
            (
                q.territory.name,
                ", ".join(c.name for c in q.communes),
                *((_inhabitants(q),) if counted else ()),
            )
            for q in members
        ]
        parts.append(table(caption, header, rows, numeric=(2,)))
    return parts


def _inhabitants(quarter: Quarter) -> str:
    return "non disponible" if quarter.inhabitants is None else french.number(quarter.inhabitants)


def bars_view(
    barometer: Barometer, portraits: Sequence[Portrait], indicator: Indicator, chosen: Quarter
) -> Fragment:
    """Return the bars of every quarter for one indicator, as HTML."""
    wide = wide_references(portraits, indicator)
    epci = next((c for c in wide if c.reference_level == Level.EPCI), None)
    reference = epci.reference_value if epci else None
    blocks = bar_blocks(barometer, portraits, indicator, chosen)
    lines = []
    if wide:
        items = [
            element(
                "li",
                element("span", css="reference") if c is epci else "",
                text("span", reference_words(barometer, c, indicator)),
            )
            for c in wide
        ]
        lines.append(element("ul", *items, css="key"))
    measure = Measure.of(indicator.unit, indicator.decimals, reference)
    lines.append(ranked(blocks, ("Quartier", indicator.short_title), measure))
    values = [value for p in portraits if (value := p.value(indicator)) is not None]
    told = sorted({when(value) for value in values})
    lines.append(text("p", f"Source : {producers(barometer, values)}, {', '.join(told)}.", "note"))
    return group(*lines)


def bar_blocks(
    barometer: Barometer, portraits: Sequence[Portrait], indicator: Indicator, chosen: Quarter
) -> list[Block]:
    """Return the bars of the quarters, those that straddle the agglomeration apart."""
    blocks = []
    for whole, heading, css in (
        (True, f"Entièrement {barometer.authority.at}", ""),
        (False, "À cheval, montrés à part", "apart"),
    ):
        members = [p for p in portraits if p.quarter.whole is whole]
        members.sort(key=lambda p: (p.number(indicator) is None, -(p.number(indicator) or 0.0)))
        blocks.append(Block(heading, [_bar(barometer, p, indicator, chosen) for p in members], css))
    return blocks


def quarters_rows(
    portraits: Sequence[Portrait], indicators: Sequence[Indicator]
) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Return the titles of the columns, and one row for each figure of a quarter or its absence."""
    header = (
        "code",
        "quartier",
        "perimetre",
        "entier_dans_intercommunalite",
        "indicateur",
        "unite",
        "periode",
        "valeur",
        "statut",
        "sources",
        "edition",
    )
    rows: list[tuple[Cell, ...]] = []
    for found in portraits:
        territory = found.quarter.territory
        for indicator in indicators:
            shown = found.readings[indicator.indicator].shown
            rows.append(
                (
                    territory.code,
                    territory.name,
                    Perimeter(territory.perimeter or "").label,
                    "oui" if found.quarter.whole else "non",
                    indicator.title,
                    indicator.unit_label,
                    when(shown) if shown is not None and shown.usable else None,
                    found.number(indicator),
                    status(found, indicator),
                    shown.datasets if shown else None,
                    shown.edition if shown else None,
                )
            )
    return header, rows


def _bar(barometer: Barometer, found: Portrait, indicator: Indicator, chosen: Quarter) -> Bar:
    value, number = found.value(indicator), found.number(indicator)
    if value is None or number is None:
        said = status(found, indicator)
        return Bar(french.typographic(found.quarter.territory.name), None, said)
    interval = ""
    if value.lower is not None and value.upper is not None:
        interval = f"{written(indicator, value.lower)} à {written(indicator, value.upper)}"
    return Bar(
        french.typographic(found.quarter.territory.name),
        number,
        written(indicator, number),
        value.lower,
        value.upper,
        interval,
        found.quarter == chosen,
        source_href(barometer, found.quarter.territory, indicator, value),
    )


def status(found: Portrait, indicator: Indicator) -> str:
    """Return why a quarter has no figure, in words."""
    shown = found.readings[indicator.indicator].shown
    return words.status_label(shown.status if shown else "not_published")


def wide_references(portraits: Sequence[Portrait], indicator: Indicator) -> list[Comparison]:
    """References every quarter shares: the agglomeration, all quarters, then the wider areas."""
    order = [*ALL_QUARTERS[::-1], *(lv.value for lv in REFERENCE_ORDER if lv != Level.EPCI)]
    found: dict[str, Comparison] = {}
    for one in portraits:
        for level, comparisons in one.compared(indicator).items():
            if level in order:
                found.setdefault(level, comparisons[0])
    return [found[level] for level in order if level in found]
