"""A whole theme for one territory: a small trend for each indicator, drawn alike, each on its own scale."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.charts.palette import palette
from dashboard.charts.trend import Line, trend
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory, Value
from dashboard.story import places, words
from dashboard.story.about import About
from dashboard.story.everywhere import points_of, producers
from dashboard.story.markup import Fragment, element, table, text
from dashboard.story.readings import REFERENCE_ORDER, Reading, change_words, read
from dashboard.story.runs import Point, runs
from dashboard.widgets import chart
from dashboard.widgets.origin import source_anchor
from dashboard.widgets.sheet import breaks_of
from dashboard.widgets.takeaway import page_view
from indicators.years import CENSUS_YEARS_APART

COLUMNS = 3
HEIGHT = 210
NAMED_YEARS = 4


@dataclass(frozen=True)
class Small:
    """One small chart: an indicator, its figures, those of what it is set against."""

    indicator: Indicator
    value: Value
    points: list[Point]
    wider: Territory | None
    wider_points: list[Point]
    breaks: list[int]
    base: Value | None = None
    """The figure the shown one is set against in time."""
    change: str = ""
    """What separates the two, in words."""

    @property
    def last(self) -> Point:
        """The point of the figure shown."""
        return next((p for p in self.points if p.year == self.value.millesime), self.points[-1])

    @property
    def apart(self) -> int:
        """Years needed between two censuses."""
        return CENSUS_YEARS_APART if self.indicator.sampled != "no" else 0

    def written(self, amount: float) -> str:
        """Return a number with its sign."""
        return words.quantity(amount, self.indicator.unit, self.indicator.decimals)


def smalls(barometer: Barometer, territory: Territory, theme: str) -> tuple[list[Small], list[str]]:
    """Return the charts of a theme, and the names of the indicators without any dated figure."""
    own = read(barometer, territory)
    around = [(t, read(barometer, t)) for t in _wider(barometer, territory)]
    found, without = [], []
    for reading in (r for r in own.values() if r.indicator.theme == theme):
        shown = reading.shown
        points = _points(barometer, reading, shown.concept) if shown is not None and shown.usable else []
        if shown is None or not points:
            without.append(reading.indicator.short_title)
            continue
        beside = ((t, _points(barometer, r[reading.indicator.indicator], shown.concept)) for t, r in around)
        wider, wider_points = next(((t, p) for t, p in beside if p), (None, []))
        breaks = [b.year for b in breaks_of(barometer, reading.indicator)]
        base, change = reading.base, change_words(reading)
        found.append(Small(reading.indicator, shown, points, wider, wider_points, breaks, base, change))
    return found, without


def _points(barometer: Barometer, reading: Reading, concept: str) -> list[Point]:
    return points_of(barometer, [v for v in reading.history if v.concept == concept])


def _wider(barometer: Barometer, territory: Territory) -> list[Territory]:
    """The agglomeration; for itself, the wider territories from the nearest."""
    epci = barometer.epci()
    if (territory.level, territory.code) != (epci.level, epci.code):
        return [epci]
    order = [level.value for level in REFERENCE_ORDER[1:]]
    around = [t for t in barometer.territories if t.level in order]
    return sorted(around, key=lambda t: order.index(t.level))


def multiples(barometer: Barometer, territory: Territory, theme: str) -> None:
    """Show the small charts of a theme."""
    found, without = smalls(barometer, territory, theme)
    title = next((t.title for t in barometer.themes if t.theme == theme), theme)
    place = places.at_short(territory)
    st.html(text("h2", f"{title} : les évolutions {place}"))
    census = (
        f" Deux recensements à moins de {CENSUS_YEARS_APART} ans, ou de deux éditions, ne sont pas reliés."
        if any(small.apart for small in found)
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
    return words.enumeration(list(names)) or "pas de référence de même définition"


def _small(barometer: Barometer, territory: Territory, small: Small) -> None:
    indicator = small.indicator
    lines = [Line(_name(territory), runs(small.points, small.breaks, small.apart))]
    if small.wider is not None:
        lines.append(Line(_name(small.wider), runs(small.wider_points, small.breaks, small.apart)))
    points = (*small.points, *small.wider_points)
    numbers = [point.value for point in points]
    scale = f"Échelle : de {small.written(min(numbers))} à {small.written(max(numbers))}."
    st.html(text("h3", indicator.short_title))
    chart.drawing(
        trend(
            lines,
            small.breaks,
            palette(st.context.theme.type),
            suffix=chart.suffix(indicator.unit),
            decimals=indicator.decimals,
            height=HEIGHT,
            named_years=NAMED_YEARS,
        ),
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


def small_words(territory: Territory, small: Small) -> str:
    """Say the trend as everywhere else: the year shown and its base year."""
    place = places.at_short(territory)
    now = f"{words.capital(place)}, {small.written(small.last.value)} en {small.last.year}"
    if small.base is None or small.base.value is None:
        alone = len(small.points) < 2
        return f"{now} ; {'une seule année connue' if alone else 'les autres années ne se comparent pas'}."
    return f"{now}, soit {small.change} depuis {small.base.millesime}."


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
