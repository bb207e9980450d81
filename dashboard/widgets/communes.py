"""The communes side by side: how they are spread, then all of them with their intervals, and their file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import LEVEL, TERRITORY
from dashboard.address.selection import href, link
from dashboard.charts.description import Picture
from dashboard.charts.distribution import distribution, slices
from dashboard.charts.measure import Measure
from dashboard.charts.palette import palette
from dashboard.charts.ranked import Bar, bars
from dashboard.charts.signs import sign
from dashboard.data.kept import kept
from dashboard.data.records import Territory
from dashboard.story import places, words
from dashboard.story.everywhere import Everywhere
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.story.readings import position_words
from dashboard.story.spreadsheet import Cell, sensible, stamped
from dashboard.widgets import chart
from dashboard.widgets.choice import kept_mode
from dashboard.widgets.choropleth import hover, said
from dashboard.widgets.made import linked
from dashboard.widgets.origin import Address, source_href
from dashboard.widgets.ranked import Block, ranked
from dashboard.widgets.takeaway import takeaway
from sources.french import capital, enumeration, plural, typographic
from sources.vocabulary import Level, Status


def standing(shown: Everywhere, commune: Territory) -> str:
    """Say where a commune stands among the others."""
    number = shown.number(commune)
    assert number is not None
    assert shown.spread is not None
    return position_words(number, shown.spread)


def reference(shown: Everywhere) -> tuple[float | None, str]:
    """Return the number of the agglomeration for the year shown, and the words that name it.

    Returns:
        The number in the unit of the indicator, ``None`` with an empty text where there is none.
    """
    epci = shown.barometer.epci()
    number = shown.number(epci)
    name = places.short(epci)
    return number, "" if number is None else f"{name} : {shown.written(number)}"


def distribution_view(shown: Everywhere, commune: Territory | None) -> None:
    """Show how the communes are spread."""
    st.html(text("h2", f"Répartition des communes, {shown.period}"))
    found = slices(shown.numbers)
    amount, name = reference(shown)
    chosen = commune.code if commune is not None and commune.code in shown.numbers else None
    items = [element("li", sign("dot one", "circle"), text("span", "une commune"))]
    if chosen and commune:
        items.append(element("li", sign("dot selected", "square"), text("span", commune.name)))
    if amount is not None:
        items.append(
            element("li", element("span", css="reference"), text("span", shown.barometer.authority.the))
        )
    st.html(element("ul", *items, css="key"))
    chart.show(
        distribution(
            found,
            hover(shown),
            palette(st.context.theme.type),
            Measure.of(shown.indicator.unit, shown.indicator.decimals, amount, name),
            chosen=chosen,
            chosen_name=commune.name if chosen and commune else "",
        ),
        "repartition",
        _distribution_words(shown, commune if chosen else None),
        _slices_table(shown),
        "Les données de la répartition",
        replace(shown.about("répartition des communes"), unit=_slices_unit(shown)),
    )


@kept
def _slices_table(shown: Everywhere) -> Fragment:
    names = {c.code: typographic(c.name) for c in shown.communes}
    rows = [
        (
            f"{shown.written(piece.low)} à {shown.written(piece.high)}",
            str(len(piece.codes)),
            enumeration([names[code] for code in piece.codes]),
        )
        for piece in slices(shown.numbers)
        if piece.codes
    ]
    caption = f"{shown.title}, {shown.period} : communes par tranche de même largeur"
    return table(caption, ("Tranche", "Communes", "Lesquelles"), rows, numeric=(1,))


def _slices_unit(shown: Everywhere) -> str:
    unit = shown.about("").unit
    return "nombre de communes" + (f" par tranche, en {unit}" if unit else " par tranche")


def _distribution_words(shown: Everywhere, commune: Territory | None) -> str:
    known = plural(len(shown.numbers), "commune")
    sentence = f"Répartition de {known} selon {shown.title}, {shown.period}."
    if shown.spread is not None:
        sentence += (
            f" De {shown.written(shown.spread.low)} à {shown.written(shown.spread.high)} ; la moitié "
            f"des communes entre {shown.written(shown.spread.p25)} et {shown.written(shown.spread.p75)}."
        )
        if commune is not None:
            sentence += f" {commune.name} : {said(shown, commune)}, {standing(shown, commune)}."
    return sentence


@dataclass(frozen=True)
class Ranking:
    """Every commune, by quarter of the ranking rather than by rank."""

    html: Fragment
    bars: tuple[Bar, ...]
    measure: Measure
    title: str


def ranked_view(shown: Everywhere, commune: Territory | None, parameters: Mapping[str, str]) -> None:
    """Show every commune, and offer the file.

    Args:
        shown: The indicator.
        commune: The commune followed, highlighted here as on the map.
        parameters: What the address holds besides it: each name leads to the same page, that commune chosen.
    """
    # Every name leads to its own commune: the rest of the address is the same for all of them.
    kept = {name: value for name, value in parameters.items() if name not in (LEVEL, TERRITORY)}
    found = _ranking(shown, commune, tuple(kept.items()))
    st.html(found.html)
    followed = commune if commune is not None and commune.code in shown.numbers else None
    colours = palette(st.context.theme.type)

    def picture() -> Picture:
        return bars(found.bars, colours, found.measure)

    takeaway("communes", shown.about(found.title), _distribution_words(shown, followed), picture)
    year = "annee-non-precisee" if shown.millesime is None else str(shown.millesime)
    chart.downloads(
        "Télécharger ces chiffres",
        f"{shown.indicator.indicator}_{year}_communes",
        "telecharger_communes",
        lambda: stamped(shown.barometer.identity.release_id, *communes_rows(shown)),
    )


@linked
def _ranking(shown: Everywhere, commune: Territory | None, parameters: Address) -> Ranking:
    amount, name = reference(shown)
    measure = Measure.of(shown.indicator.unit, shown.indicator.decimals, amount, name)
    values = [v for c in shown.communes if (v := shown.value(c)) is not None and v.usable]
    bounded = sum(v.lower is not None and v.upper is not None for v in values)
    lines = [
        text("h2", f"Toutes les communes, {shown.period}"),
        text(
            "p",
            "Classées par quart et non par rang : entre voisines de liste, l’écart est souvent trop petit "
            "pour compter.",
            "note",
        ),
    ]
    key = []
    if amount is not None:
        key.append(element("li", element("span", css="reference"), text("span", name)))
    if bounded:
        key.append(text("li", "├─┤ intervalle de confiance à 95 %"))
    if key:
        lines.append(element("ul", *key, css="key"))
    own = _address(commune, parameters) if commune is not None else None
    blocks = [
        replace(block, bars=[replace(bar, chosen=True) if bar.choose == own else bar for bar in block.bars])
        for block in _blocks(shown, parameters)
    ]
    lines.append(ranked(blocks, ("Commune", shown.indicator.short_title), measure))
    lines += [text("p", names) for names in without_words(shown)]
    notes = []
    if not bounded:
        notes.append("Pas d’intervalle de confiance pour ces chiffres.")
    elif bounded < len(values):
        notes.append(
            "Sans intervalle : le chiffre ne vient pas d’un sondage, ou sa marge d’erreur n’est pas connue."
        )
    if _all_estimated(shown):
        notes.append("Tous ces chiffres sont estimés : la fiche, en haut de page, dit comment.")
    if notes:
        lines.append(text("p", " ".join(notes), "note"))
    title = "toutes les communes" + (", intervalles à 95 %" if bounded else "")
    return Ranking(group(*lines), tuple(bar for block in blocks for bar in block.bars), measure, title)


def without_words(shown: Everywhere) -> list[str]:
    """Return the communes without figure, gathered by reason."""
    by_status: dict[str, list[str]] = {}
    for commune in shown.communes:
        if commune.code in shown.absent:
            by_status.setdefault(shown.absent[commune.code], []).append(commune.name)
    return [
        f"{capital(words.status_label(status))} ({plural(len(names), 'commune')}) : {enumeration(names)}."
        for status, names in sorted(by_status.items())
    ]


def _all_estimated(shown: Everywhere) -> bool:
    known = (shown.value(c) for c in shown.communes if c.code in shown.numbers)
    return all(v is not None and v.status == Status.ESTIMATED for v in known)


def _address(commune: Territory, parameters: Address) -> str:
    return href(screens.INDICATOR, kept_mode({**dict(parameters), **link(commune)}))


@linked
def _blocks(shown: Everywhere, parameters: Address) -> list[Block]:
    """The communes by quarter of the ranking, none of them highlighted."""
    once = _all_estimated(shown)

    def bar(territory: Territory) -> Bar:
        value, number = shown.value(territory), shown.number(territory)
        bounds = (value.lower, value.upper) if value is not None and value.usable else (None, None)
        interval = ""
        if bounds[0] is not None and bounds[1] is not None:
            interval = f"{shown.written(bounds[0])} à {shown.written(bounds[1])}"
        return Bar(
            typographic(territory.name),
            number,
            shown.written(number) if once and number is not None else said(shown, territory),
            *bounds,
            interval,
            href=source_href(shown.barometer, territory, shown.indicator, value),
            choose=_address(territory, parameters),
        )

    known = sorted(
        (c for c in shown.communes if c.code in shown.numbers), key=lambda c: -shown.numbers[c.code]
    )
    if shown.spread is None or shown.spread.low == shown.spread.high:
        blocks = [("Communes dont le chiffre est connu", known)]
    else:
        order = ("dans le quart le plus haut", "dans la moitié centrale", "dans le quart le plus bas")
        blocks = [
            (capital(place.split(" ", 2)[2]), [c for c in known if standing(shown, c) == place])
            for place in order
        ]
    return [
        Block(f"{heading} ({plural(len(members), 'commune')})", [bar(c) for c in members])
        for heading, members in blocks
    ]


def communes_rows(shown: Everywhere) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Return the titles of the columns, and the figures of the communes for every year of the definition."""
    names = {c.code: c.name for c in shown.communes}
    header = (
        "code",
        "commune",
        "indicateur",
        "definition",
        "unite",
        "annee",
        "periode",
        "valeur",
        "borne_basse",
        "borne_haute",
        "numerateur",
        "denominateur",
        "statut",
        "sources",
        "edition",
    )
    kept = [v for v in shown.values if v.level == Level.COMMUNE and v.code in names]
    rows: list[tuple[Cell, ...]] = [
        (
            v.code,
            names[v.code],
            shown.indicator.title,
            shown.label or "définition principale",
            shown.indicator.unit_label,
            v.millesime,
            v.period,
            sensible(v.value if v.usable else None, shown.indicator.decimals),
            sensible(v.lower, shown.indicator.decimals),
            sensible(v.upper, shown.indicator.decimals),
            v.numerator,
            v.denominator,
            words.status_label(v.status),
            v.datasets,
            v.edition,
        )
        for v in sorted(kept, key=lambda v: (names[v.code], v.millesime or 0))
    ]
    return header, rows
