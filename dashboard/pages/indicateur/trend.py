"""The trend of a territory beside a wider one, with its words, its breaks and its data."""

from __future__ import annotations

import itertools
from dataclasses import replace

import streamlit as st

from dashboard.charts.measure import Measure
from dashboard.charts.palette import palette
from dashboard.charts.trend import Line, trend
from dashboard.data.questions import Barometer
from dashboard.data.records import PerimeterBreak, Territory
from dashboard.story import places, words
from dashboard.story.everywhere import Everywhere
from dashboard.story.evolution import breaks_of
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.story.runs import Point, runs
from dashboard.story.spreadsheet import Amount
from dashboard.widgets import chart
from sources.french import typographic
from sources.vocabulary import Status


def trend_view(shown: Everywhere, territory: Territory) -> None:
    """Show the trend of a territory beside a wider one."""
    st.html(text("h2", f"Évolution {places.at_short(territory)}"))
    points = shown.points(territory)
    if not points:
        st.html(
            text(
                "p",
                f"Pas de chiffre daté {places.at_short(territory)} pour cette "
                "définition : aucune évolution à montrer.",
                "status",
            )
        )
        return
    wider = shown.wider(territory)
    apart = shown.indicator.census_apart
    breaks = breaks_of(shown.barometer, shown.indicator)
    years = [b.year for b in breaks]
    known = [(territory, points), *([(wider, shown.points(wider))] if wider else [])]
    lines = [
        Line.dated(places.short(t), runs(found, years, apart), t is not territory)
        for t, found in known
        if found
    ]
    st.html(_trend_key(lines))
    chart.show(
        trend(
            lines,
            years,
            palette(st.context.theme.type),
            Measure.of(shown.indicator.unit, shown.indicator.decimals),
        ),
        "evolution",
        trend_words(shown, territory, points, years, apart),
        _trend_table(shown, known, years),
        "Les données de l’évolution",
        replace(
            shown.about(f"évolution {places.at_short(territory)}"),
            note="",
            period=words.years(p.year for _, found in known for p in found),
            status=words.estimated(p.status for _, found in known for p in found),
        ),
    )
    notes = [f"Rupture en {b.year} : {b.reason}" for b in breaks if _crosses(known, b.year)]
    notes += [
        f"Rupture en {b.year} : {b.reason}. Les points ne sont pas reliés."
        for t, points in known
        for before, after in itertools.pairwise(points)
        if before.past != after.past and (b := _changed(shown.barometer, t, before.year, after.year))
    ]
    if apart:
        notes.append(
            f"Deux recensements à moins de {apart} ans d’écart se recouvrent, comme deux éditions : leurs "
            "points ne sont pas reliés."
        )
    if notes:
        # Two datasets may change perimeter the same year: the reader reads it once.
        st.html(group(*(text("p", note, "note") for note in dict.fromkeys(notes))))


def _changed(barometer: Barometer, territory: Territory, before: int, after: int) -> PerimeterBreak | None:
    """Return the first change of perimeter between two points that follow each other."""
    return next(
        (
            b
            for b in barometer.perimeter_breaks
            if (b.level, b.code) == (territory.level, territory.code) and before < b.year <= after
        ),
        None,
    )


def _crosses(known: list[tuple[Territory, list[Point]]], year: int) -> bool:
    found = [point.year for _, points in known for point in points]
    return min(found) < year <= max(found)


def _trend_key(lines: list[Line]) -> Fragment:
    styles = ("line-sample", "line-sample dash")
    items = [
        element("li", element("span", css=css), text("span", line.name))
        for line, css in zip(lines, styles, strict=False)
    ]
    return element("ul", *items, css="key")


def trend_words(
    shown: Everywhere, territory: Territory, points: list[Point], breaks: list[int], apart: int
) -> str:
    """Say the trend in the words of the analysis, as everywhere else.

    Of another definition than the indicator's own, which the analysis does not follow, between the ends of
    its last run.
    """
    name = places.at_short(territory)
    if told := _told(shown, territory, points):
        return f"{shown.title} {name}. {told}"
    ends = _ends(shown, points, breaks, apart)
    if ends is None:
        years = " ; ".join(f"{p.year} : {shown.written(p.value)}" for p in points)
        return f"{shown.title} {name}. {years}. Évolution non calculable : ces années ne se comparent pas."
    first, last = ends
    change = words.apart(first.value, last.value, shown.indicator.unit, shown.indicator.decimals)
    return (
        f"{shown.title} {name} : {shown.written(first.value)} en {first.year}, "
        f"{shown.written(last.value)} en {last.year}, soit {change}, sans sens établi."
    )


def _told(shown: Everywhere, territory: Territory, points: list[Point]) -> str:
    """What the analysis says of the year shown, or of the latest when the territory has no figure of it."""
    known = {
        e.millesime: e.text
        for e in shown.barometer.evolutions(territory)
        if e.indicator == shown.indicator.indicator and e.since is not None and not shown.label
    }
    held = {point.year for point in points}
    years = (shown.millesime, max(held))
    return next((known[year] for year in years if year in held and year in known), "")


def _ends(
    shown: Everywhere, points: list[Point], breaks: list[int], apart: int
) -> tuple[Point, Point] | None:
    if not shown.label:
        return None
    longest = max(runs(points, breaks, apart), key=lambda run: (len(run) > 1, run[-1].year))
    return (longest[0], longest[-1]) if len(longest) > 1 else None


def _trend_table(
    shown: Everywhere, known: list[tuple[Territory, list[Point]]], breaks: list[int]
) -> Fragment:
    by_year = [{point.year: point for point in points} for _, points in known]
    rows: list[tuple[str, ...]] = []
    before = None
    for year in sorted({year for found in by_year for year in found}):
        crossed = [b for b in breaks if before is not None and before < b <= year]
        rows += [(f"Rupture en {gone}", *("ne se compare pas" for _ in known)) for gone in crossed]
        rows.append((str(year), *(_point_words(shown, found.get(year)) for found in by_year)))
        before = year
    header = ("Année", *(typographic(t.name) for t, _ in known))
    numeric = tuple(range(1, len(header)))
    return table(f"{shown.title}, toutes les années de cette définition", header, rows, numeric=numeric)


def _point_words(shown: Everywhere, point: Point | None) -> str:
    if point is None:
        return Status.MISSING.label
    estimated = f" ({Status.ESTIMATED.label})" if point.status == Status.ESTIMATED else ""
    written = f"{shown.written(point.value)}{estimated}"
    return Amount(written, point.value, point.status, shown.indicator.decimals)
