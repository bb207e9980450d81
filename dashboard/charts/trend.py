"""A trend with its breaks: points are joined only where a producer lets them be compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dashboard.charts.description import Panel, Picture, Points, Rule, Scale, Stroke, Symbol
from dashboard.charts.palette import Palette
from dashboard.data.records import Territory
from dashboard.story import places, words
from dashboard.story.evolution import Small
from dashboard.story.runs import Point, runs
from sources.french import number

SMALL_HEIGHT, SMALL_NAMED_YEARS = 210, 4


@dataclass(frozen=True)
class Line:
    """One territory of the picture: a name and the runs of points that may be joined."""

    name: str
    runs: Sequence[Sequence[Point]]


def trend(
    lines: Sequence[Line],
    breaks: Collection[int],
    colours: Palette,
    *,
    suffix: str,
    decimals: int,
    height: int = 340,
    named_years: int = 9,
) -> Picture:
    """Describe the trend of one territory and of what it is set against.

    Args:
        lines: The territory first, drawn full with discs; then its reference, dashed with diamonds.
        breaks: Years of the changes of definition, drawn as vertical lines.
        colours: Palette of the page.
        suffix: Sign of the unit.
        decimals: Precision of the scale.
        height: Height in pixels.
        named_years: How many years the scale has room to name.
    """
    styles = (
        (Stroke(colours.selected, 3), "circle", 11.0),
        (Stroke(colours.ink, 3, "dash"), "diamond-open", 10.0),
    )
    marks = [
        Points(
            tuple(float(point.year) for point in run),
            tuple(point.value for point in run),
            Symbol(symbol, stroke.colour, size, Stroke(stroke.colour, 2)),
            stroke,
            name=line.name,
            hover=tuple(
                f"{line.name}\n{point.year} : {number(point.value, decimals)}{suffix}" for point in run
            ),
        )
        for line, (stroke, symbol, size) in zip(lines, styles, strict=False)
        for run in line.runs
    ]
    years = sorted({point.year for line in lines for run in line.runs for point in run})
    # A break between two known years is drawn between them, never on a point.
    crossed = [b for b in sorted(breaks) if years and years[0] < b <= years[-1]]
    walls = [
        Rule(year - 0.5, Stroke(colours.selected, 2, "dot"), f"rupture {year}", upright=True, size=12)
        for year in crossed
    ]
    limits = (years[0] - 0.7, years[-1] + 0.7) if years else (0.0, 1.0)
    x = Scale(limits, tuple((year, str(year)) for year in _named(years, named_years)))
    y = Scale(suffix=suffix, decimals=decimals, grid=True)
    return Picture((Panel((*marks, *walls), x),), y, colours, height, (10, 14, 26, 10))


def small_trend(territory: Territory, small: Small, colours: Palette) -> Picture:
    """Describe a trend as one of several small pictures, each on its own scale.

    Args:
        territory: Whose it is.
        small: Its figures and those of what it is set against.
        colours: Palette of the page.
    """
    lines = [Line(places.short(territory), runs(small.points, small.breaks, small.apart))]
    if small.wider is not None:
        lines.append(Line(places.short(small.wider), runs(small.wider_points, small.breaks, small.apart)))
    return trend(
        lines,
        small.breaks,
        colours,
        suffix=words.suffix(small.indicator.unit),
        decimals=small.indicator.decimals,
        height=SMALL_HEIGHT,
        named_years=SMALL_NAMED_YEARS,
    )


def _named(years: Sequence[int], named: int) -> list[int]:
    """Return the known years to name, leaving out one that would touch its neighbour."""
    if not years:
        return []
    room = max(1, (years[-1] - years[0]) / named)
    kept = [years[-1]]
    for year in reversed(years[:-1]):
        if kept[-1] - year >= room:
            kept.append(year)
    return kept[::-1]
