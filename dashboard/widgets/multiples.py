"""A whole theme for one territory: a small trend for each indicator, drawn alike, each on its own scale."""

from __future__ import annotations

import streamlit as st

from dashboard.charts.palette import palette
from dashboard.charts.trend import small_trend
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story import places, words
from dashboard.story.about import About
from dashboard.story.everywhere import producers
from dashboard.story.evolution import Small, small_words, smalls
from dashboard.story.markup import Fragment, element, table, text
from dashboard.widgets import chart
from dashboard.widgets.origin import source_anchor
from dashboard.widgets.takeaway import page_view
from indicators.years import CENSUS_YEARS_APART
from sources.french import enumeration

COLUMNS = 3


def multiples(barometer: Barometer, territory: Territory, theme: str) -> None:
    """Show the small charts of a theme."""
    found, without = smalls(barometer, territory, theme)
    title = next((t.title for t in barometer.themes if t.theme == theme), theme)
    place = places.at_short(territory)
    st.html(text("h2", f"{title} : les évolutions {place}"))
    census = (
        f" Deux recensements à moins de {CENSUS_YEARS_APART} ans, ou de deux éditions, ne sont pas reliés."
        if any(small.indicator.census_apart for small in found)
        else ""
    )
    if found:
        st.html(
            element(
                "ul",
                element("li", element("span", css="line-sample"), text("span", _name(territory))),
                element("li", element("span", css="line-sample dash"), text("span", _reference(found))),
                css="key",
            )
            + text(
                "p",
                "Chaque petit graphique a sa propre échelle, dite dessous : on compare la forme des courbes, "
                "non leur hauteur. Un trait vertical pointillé est une rupture de méthode : rien ne la "
                f"traverse.{census}",
                "note",
            )
        )
        for start in range(0, len(found), COLUMNS):
            with st.container(key=f"petits_{theme}_{start}"):
                columns = st.columns(COLUMNS, gap="medium")
            for column, small in zip(columns, found[start : start + COLUMNS], strict=False):
                with column:
                    _small(barometer, territory, small)
        with st.expander(words.label(f"Les données des évolutions : {title}"), key=f"donnees_petits_{theme}"):
            page_view(f"petits_{theme}", barometer.identity, _table(title, territory, found))
    if without:
        names = " ; ".join(without)
        st.html(text("p", f"Sans chiffre daté {place}, donc sans évolution : {names}.", "status"))


def _name(territory: Territory) -> str:
    return places.short(territory)


def _reference(found: list[Small]) -> str:
    names = dict.fromkeys(_name(small.wider) for small in found if small.wider is not None)
    return enumeration(list(names)) or "pas de référence de même définition"


def _small(barometer: Barometer, territory: Territory, small: Small) -> None:
    indicator = small.indicator
    points = (*small.points, *small.wider_points)
    numbers = [point.value for point in points]
    scale = f"Échelle : de {small.written(min(numbers))} à {small.written(max(numbers))}."
    st.html(text("h3", indicator.short_title))
    chart.drawing(
        small_trend(territory, small, palette(st.context.theme.type)),
        f"petit_{indicator.indicator}",
        f"{small_words(territory, small)} {scale}",
        About(
            f"{indicator.title} : évolution {places.at_short(territory)}",
            indicator.unit_label.strip("()"),
            words.years(point.year for point in points),
            producers(barometer, [small.value]),
            barometer.identity,
            status=words.estimated(point.status for point in points),
        ),
    )
    st.html(
        text("p", small_words(territory, small), "note")
        + text("p", scale, "note")
        + source_anchor(barometer, territory, indicator, small.value)
    )


def _table(title: str, territory: Territory, found: list[Small]) -> Fragment:
    rows: list[tuple[str, ...]] = []
    for small in found:
        name = small.indicator.short_title
        beside = {point.year: point.value for point in small.wider_points}
        before = None
        for point in small.points:
            crossed = [b for b in small.breaks if before is not None and before < b <= point.year]
            rows += [(name, f"Rupture en {b}", "ne se compare pas", "") for b in crossed]
            reference = beside.get(point.year)
            told = "non disponible" if reference is None else f"{small.written(reference)}"
            rows.append((name, str(point.year), small.written(point.value), told))
            before = point.year
    header = ("Indicateur", "Année", _name(territory), "Référence")
    return table(f"{title}, toutes les années connues", header, rows, numeric=(2, 3))
