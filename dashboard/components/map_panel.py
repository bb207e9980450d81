"""The map of the communes with all that goes with it: list, legend, chosen commune, table of its data."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from dashboard import places, words
from dashboard.about import About
from dashboard.components import chart, frame, meeting
from dashboard.components.choice import go, page_link, select
from dashboard.components.index import components_list
from dashboard.components.markup import element, table, text
from dashboard.everywhere import producers
from dashboard.figures.classes import Classes, equal_counts
from dashboard.figures.commune_map import Shape, commune_map, project
from dashboard.figures.palette import palette, steps
from dashboard.questions import Barometer
from dashboard.readings import of_year, read
from dashboard.records import Indicator, Territory, Value
from dashboard.release import Release
from dashboard.selection import LEVEL, TERRITORY, Selection, link
from dashboard.spreadsheet import Amount
from indicators.model import Direction
from sources.vocabulary import Level

MAP_KEY = "carte"


@st.cache_resource(max_entries=3, show_spinner=False)
def _shapes(path: str, _release: Release) -> list[Shape]:
    contours = Barometer(_release).contours()
    return project((c.code, words.typographic(c.name), c.geojson) for c in contours)


def map_panel(
    barometer: Barometer,
    selection: Selection,
    headline: Indicator,
    components: list[Indicator],
    epci_value: Value | None,
) -> None:
    """Show the map of the communes by the index, for the year of the agglomeration's own.

    Args:
        barometer: The release.
        selection: The commune the address names is outlined and described.
        headline: Indicator of the map.
        components: Its sub-indices, shown for the chosen commune.
        epci_value: Value of the agglomeration, whose year the map takes.
    """
    millesime = epci_value.millesime if epci_value else None
    values = barometer.commune_values(headline.indicator, millesime)
    communes = barometer.communes()
    numbers = {code: v.value for code, v in values.items() if v.usable and v.value is not None}
    absent = {
        c.code: words.status_label(values[c.code].status if c.code in values else "not_published")
        for c in communes
        if c.code not in numbers
    }
    classes = equal_counts(numbers.values(), headline.decimals)
    chosen = selection.territory if selection.chosen and selection.territory.level == Level.COMMUNE else None

    st.html(text("h2", f"{headline.short_title} des communes, {words.year(millesime)}"))
    drawing, beside = st.columns([3, 2], gap="medium")
    colours = palette(st.context.theme.type)
    hover = {c.code: f"{words.typographic(c.name)}\n{_hover(headline, values.get(c.code))}" for c in communes}
    figure = commune_map(
        _shapes(str(barometer.release.path), barometer.release),
        numbers,
        absent,
        classes,
        colours,
        hover=hover,
        dark_is_high=headline.direction == Direction.HIGH_IS_NEED,
        selected=chosen.code if chosen else None,
        named=_with_quarters(barometer),
        height=meeting.map_height(),
        legend=[*(label for _, label in _classes(headline, classes, numbers)), *sorted(set(absent.values()))],
    )
    cells = _map_table(headline, communes, values, millesime)
    usable = [value for value in values.values() if value.usable]
    # Its identity follows the choice: Plotly remembers its own selection and would ignore a second click.
    key = f"{MAP_KEY}_{chosen.code if chosen else 'aucune'}"
    with drawing:
        chart.drawing(
            figure,
            key,
            _map_words(headline, communes, numbers, absent, classes, millesime),
            About(
                f"{headline.title} : carte des communes",
                headline.unit_label or "indice de 0 à 1",
                words.year(millesime),
                producers(barometer, usable),
                barometer.identity,
            ),
            table=cells,
            frame=chart.MAP_FRAME,
            on_select=lambda: _clicked(key, barometer, selection),
            taken=MAP_KEY,
        )
    with beside:
        select(
            "Commune (ou touchez la carte)",
            communes,
            chosen,
            key="commune",
            words=lambda commune: words.typographic(commune.name),
            parameters=lambda commune: selection.parameters(**link(commune)),
            placeholder="Choisir une commune",
            cleared=selection.parameters(**{LEVEL: None, TERRITORY: None}),
        )
        if classes is not None:
            st.html(_legend(headline, classes, absent, numbers))
        _commune_card(barometer, chosen, headline, components, millesime)
    with st.expander("Les données de la carte", key="donnees_carte"):
        st.html(cells)


def _clicked(key: str, barometer: Barometer, selection: Selection) -> None:
    points = st.session_state[key]["selection"]["points"]
    codes = [point["customdata"][0] for point in points if point.get("customdata")]
    commune = barometer.territory(Level.COMMUNE, str(codes[0])) if codes else None
    if commune is not None:
        go(selection.parameters(**link(commune)))


def _with_quarters(barometer: Barometer) -> list[str]:
    """Communes that carry a priority quarter, most inhabitants there first: the names a reader looks for."""
    inhabitants: dict[str, int] = {}
    for m in barometer.memberships:
        if m.level == Level.QPV and m.parent_level == Level.COMMUNE:
            inhabitants[m.parent_code] = inhabitants.get(m.parent_code, 0) + (m.inhabitants or 0)
    return sorted(inhabitants, key=lambda code: inhabitants[code], reverse=True)


def _hover(indicator: Indicator, value: Value | None) -> str:
    if value is None or not value.usable or value.value is None:
        return words.status_label(value.status if value else "not_published")
    estimated = f" ({words.status_label(value.status)})" if value.status == "estimated" else ""
    return f"{words.quantity(value.value, indicator.unit, indicator.decimals)}{estimated}"


def _map_words(
    indicator: Indicator,
    communes: list[Territory],
    numbers: dict[str, float],
    absent: dict[str, str],
    classes: Classes | None,
    millesime: int | None,
) -> str:
    if classes is None:
        return f"Carte des communes : aucun chiffre de {indicator.short_title} pour {words.year(millesime)}."
    names = {c.code: c.name for c in communes}
    ranked = sorted(numbers, key=lambda code: numbers[code])
    low, high = ranked[:3], ranked[::-1][:3]

    def told(codes: list[str]) -> str:
        return words.enumeration(
            [f"{names[c]} ({words.number(numbers[c], indicator.decimals)})" for c in codes]
        )

    without = f" Sans chiffre : {words.plural(len(absent), 'commune')}." if absent else ""
    return (
        f"Carte de {words.plural(len(communes), 'commune')} selon {indicator.short_title}, "
        f"{words.year(millesime)}. Les plus bas : {told(low)}. Les plus hauts : {told(high)}.{without} "
        "Le tableau sous la carte donne tout."
    )


def _legend(indicator: Indicator, classes: Classes, absent: dict[str, str], numbers: dict[str, float]) -> str:
    items = []
    for colour, label in _classes(indicator, classes, numbers):
        swatch = element("span", css="swatch", style=f"background:{colour}")
        items.append(element("li", swatch, text("span", label)))
    for reason in sorted(set(absent.values())):
        members = sum(r == reason for r in absent.values())
        items.append(text("li", f"Hachuré : {reason} ({words.plural(members, 'commune')})"))
    count = words.plural(classes.count, "classe")
    note = f"{count} d’effectifs voisins ; couleur plus forte : besoin plus grand."
    return element("ul", *items, css="legend") + text("p", note, "note")


def _classes(
    indicator: Indicator, classes: Classes | None, numbers: dict[str, float]
) -> Iterator[tuple[str, str]]:
    """Return the colour and the words of each class."""
    if classes is None:
        return
    scale = steps(palette(st.context.theme.type), classes.count)
    ordered = scale if indicator.direction == Direction.HIGH_IS_NEED else scale[::-1]
    for rank, (low, high) in enumerate(classes.limits()):
        members = sum(classes.of(value) == rank for value in numbers.values())
        last = rank == classes.count - 1
        label = (
            f"{words.number(low, indicator.decimals)} à {'' if last else 'moins de '}"
            f"{words.number(high, indicator.decimals)} ({words.plural(members, 'commune')})"
        )
        yield ordered[rank], label


def _commune_card(
    barometer: Barometer,
    commune: Territory | None,
    headline: Indicator,
    components: list[Indicator],
    year: int | None,
) -> None:
    """Show the chosen commune in the year of the map, not in its own latest year."""
    if commune is None:
        return
    readings = read(barometer, commune)
    parts = [
        (indicator, of_year(readings[indicator.indicator], year)) for indicator in (headline, *components)
    ]
    st.html(
        element(
            "section",
            text("h3", commune.name),
            components_list(headline, parts, year),
            css="index commune",
        )
    )
    page_link(
        frame.BAROMETER.script,
        label=words.typographic(f"Tous les indicateurs {places.of(commune.name, commune.level)}"),
        query_params=link(commune),
    )


def _map_table(
    indicator: Indicator, communes: list[Territory], values: dict[str, Value], millesime: int | None
) -> str:
    rows = []
    for commune in communes:
        value = values.get(commune.code)
        usable = value is not None and value.usable and value.value is not None
        number = (
            words.number(value.value, indicator.decimals)
            if value and usable and value.value is not None
            else "–"
        )
        status = value.status if value else "not_published"
        cell = Amount(number, value.value if value and usable else None, status, indicator.decimals)
        rows.append((commune.name, cell, words.status_label(status)))
    caption = f"{indicator.title}, {words.year(millesime)}, par commune"
    return table(caption, ("Commune", indicator.short_title, "Statut"), rows, numeric=(1,))
