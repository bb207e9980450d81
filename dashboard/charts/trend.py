"""Figures over the years: points are joined only where a producer lets them be compared.

One panel for each perimeter of a quarter, and never a line from one to the other; a single panel for a
territory whose limits do not change.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import cycle

from dashboard.charts import description
from dashboard.charts.description import Picture, Points, Rule, Scale, Stroke, Symbol
from dashboard.charts.measure import Measure
from dashboard.charts.palette import Palette
from dashboard.data.records import Territory
from dashboard.story import places
from dashboard.story.evolution import Small
from dashboard.story.runs import Point, runs
from sources.french import number

SMALL_HEIGHT, SMALL_NAMED_YEARS = 210, 4
SYMBOLS = {"circle": "●", "square": "■", "triangle-up": "▲", "star": "★"}
"""One for each territory of a panel, with its sign for the key; the first is the usual case."""
_REFERENCE_SYMBOL = "diamond-open"


@dataclass(frozen=True)
class Line:
    """The figures of one territory, or of what it is set against: runs of dots (x, figure) to be joined."""

    name: str
    runs: Sequence[Sequence[tuple[float, float]]]
    reference: bool = False

    @classmethod
    def dated(cls, name: str, runs: Sequence[Sequence[Point]], reference: bool = False) -> Line:
        """Return the line of dated figures, each at its year."""
        return cls(name, [[(float(point.year), point.value) for point in run] for run in runs], reference)


@dataclass(frozen=True)
class Panel:
    """The lines of one perimeter."""

    title: str
    lines: Sequence[Line]
    ticks: Sequence[tuple[float, str]]
    breaks: Sequence[int] = ()
    """Years of the changes of method, between two known years."""
    under: str = ""
    """Words under the ticks."""


def panels(
    found: Sequence[Panel],
    colours: Palette,
    measure: Measure,
    *,
    zero: bool = False,
    height: int = 340,
) -> Picture:
    """Describe the panels side by side on one scale, a wall between them.

    Args:
        found: From left to right, the oldest perimeter first; those without figure are left out by the
            caller.
        colours: Palette of the page.
        measure: Of the figures.
        zero: Whether to draw the line of zero, for a difference.
        height: Height in pixels.
    """
    y = measure.scale(zero=Stroke(colours.ink, 2) if zero else None)
    frames = tuple(_frame(panel, colours, y) for panel in found)
    wall = Stroke(colours.selected, 4, "dot")
    top = 60 if any(panel.title for panel in found) else 26
    return Picture(frames, y, colours, height, (10, 14, top, 10), wall=wall)


def trend(
    lines: Sequence[Line],
    breaks: Collection[int],
    colours: Palette,
    measure: Measure,
    *,
    height: int = 340,
    named_years: int = 9,
) -> Picture:
    """Describe the trend of one territory and of what it is set against.

    Args:
        lines: The territory, drawn full with discs, and its reference, dashed with diamonds.
        breaks: Years of the changes of definition, drawn as vertical lines.
        colours: Palette of the page.
        measure: Of the figures.
        height: Height in pixels.
        named_years: How many years the scale has room to name.
    """
    years = sorted({int(x) for line in lines for run in line.runs for x, _ in run})
    ticks = [(float(year), str(year)) for year in _named(years, named_years)]
    panel = Panel("", lines, ticks, crossed(breaks, years))
    return panels([panel], colours, measure, height=height)


def small_trend(territory: Territory, small: Small, colours: Palette) -> Picture:
    """Describe a trend as one of several small pictures, each on its own scale.

    Args:
        territory: Whose it is.
        small: Its figures and those of what it is set against.
        colours: Palette of the page.
    """
    known = [(territory, small.points), *([(small.wider, small.wider_points)] if small.wider else [])]
    return trend(
        [
            Line.dated(
                places.short(one),
                runs(points, small.breaks, small.indicator.census_apart),
                one is not territory,
            )
            for one, points in known
        ],
        small.breaks,
        colours,
        Measure.of(small.indicator.unit, small.indicator.decimals),
        height=SMALL_HEIGHT,
        named_years=SMALL_NAMED_YEARS,
    )


def crossed(breaks: Collection[int], years: Collection[float]) -> list[int]:
    """Return the breaks that fall between two known years: each is drawn there, never on a point."""
    return [b for b in sorted(breaks) if years and min(years) < b <= max(years)]


def _frame(panel: Panel, colours: Palette, y: Scale) -> description.Panel:
    symbols = cycle(SYMBOLS)
    said = dict(panel.ticks)
    marks: list[Points | Rule] = []
    for line in panel.lines:
        symbol = _REFERENCE_SYMBOL if line.reference else next(symbols)
        colour = colours.ink if line.reference else colours.selected
        marks += [
            Points(
                tuple(x for x, _ in run),
                tuple(value for _, value in run),
                Symbol(symbol, colour, 10.0 if line.reference else 11.0, Stroke(colour, 2)),
                Stroke(colour, 3, "dash" if line.reference else "solid"),
                name=line.name,
                hover=tuple(
                    f"{line.name}\n{said.get(x, f'{x:.0f}')} : {number(value, y.decimals)}{y.suffix}"
                    for x, value in run
                ),
            )
            for run in line.runs
        ]
    broken = Stroke(colours.selected, 2, "dot")
    marks += [Rule(b - 0.5, broken, f"rupture {b}", upright=True, size=12) for b in panel.breaks]
    xs = [x for line in panel.lines for run in line.runs for x, _ in run]
    limits = (min(xs) - 0.8, max(xs) + 0.8) if xs else (0.0, 1.0)
    x = Scale(limits, tuple(panel.ticks), title=panel.under)
    # A panel of one figure keeps room for its words.
    return description.Panel(tuple(marks), x, panel.title, max(len(panel.ticks), 2))


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
