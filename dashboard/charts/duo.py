"""Two territories on the scale of the communes: one mark each, on two lines, with their intervals.

Shapes tell the two apart without colour: a disc above, a diamond below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.charts.among import Among, communes, shares
from dashboard.charts.blocks import strips
from dashboard.charts.description import Panel, Picture, Points, Scale, Segments, Stroke, Symbol
from dashboard.charts.palette import LIGHT
from dashboard.charts.signs import sign
from dashboard.story.markup import Fragment, element, group

_SIGNS = {"first": "circle", "second": "diamond"}


@dataclass(frozen=True)
class Lane:
    """One territory: its figure, and its interval where it has one."""

    value: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Duo(Among):
    """Two territories among the communes."""

    first: Lane
    second: Lane
    alternative: str
    """The message of the picture, read in its place."""


def shape(first: bool) -> Fragment:
    """Return the mark of one of the two territories as HTML, decorative: its name is beside it."""
    name = "first" if first else "second"
    return sign(f"dot {name}", _SIGNS[name])


def duo(chart: Duo) -> Fragment:
    """Return the chart as HTML; the scale is that of the communes, widened to hold both territories."""
    picture = Picture((Panel(tuple(_marks(chart)), Scale((0.0, 1.0))),), Scale(), LIGHT)
    drawn = group(*map(strips(picture), (0.0, 1.0, -1.0)))
    return element("div", drawn, css="duo", role="img", aria_label=chart.alternative)


def _marks(chart: Duo) -> Iterator[Segments | Points]:
    """Yield the communes, the first territory above them and the second below."""
    lanes = (("first", 1.0, chart.first, LIGHT.ink), ("second", -1.0, chart.second, LIGHT.selected))
    ends = [end for _, _, one, _ in lanes for end in (one.value, one.lower, one.upper)]
    at = shares([chart.low, chart.high, *ends])
    yield from communes([(0.0, chart, at)], LIGHT)
    for name, y, one, colour in lanes:
        if one.lower is not None and one.upper is not None:
            yield Segments(((at(one.lower), at(one.upper), y),), Stroke(colour, 3), role=f"error {name}")
        yield Points((at(one.value),), (y,), Symbol(_SIGNS[name], colour, 15), role=f"dot {name}")
