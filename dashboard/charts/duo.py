"""Two territories on the scale of the communes: one mark each, on two lines, with their intervals.

Drawn with positioned blocks in percentages of the width, as the spine is. Shapes tell the two apart without
colour: a disc above, a diamond below.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.story.markup import Fragment, element

_MARGIN = 4.0
"""Share of the width (in %) kept free at both ends, so that a mark is never cut."""


@dataclass(frozen=True)
class Lane:
    """One territory: its figure, and its interval where it has one."""

    value: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Duo:
    """What the picture shows, in the indicator's unit."""

    low: float
    p25: float
    p75: float
    high: float
    first: Lane
    second: Lane
    alternative: str
    """The message of the picture, read in its place."""


def shape(first: bool, style: str = "") -> Fragment:
    """Return the mark of one of the two territories as HTML, decorative: its name is beside it."""
    placed = {"style": style} if style else {}
    return element("span", css=f"dot {'first' if first else 'second'}", **placed, aria_hidden="true")


def duo(chart: Duo) -> Fragment:
    """Return the chart as HTML; the scale is that of the communes, widened to hold both territories."""
    ends = [chart.low, chart.high]
    for lane in (chart.first, chart.second):
        ends += [lane.value, *(end for end in (lane.lower, lane.upper) if end is not None)]
    start, stop = min(ends), max(ends)

    def at(value: float) -> float:
        return _MARGIN + (100 - 2 * _MARGIN) * (value - start) / (stop - start) if stop > start else 50.0

    def block(css: str, low: float, high: float) -> Fragment:
        return element("span", css=css, style=f"left:{at(low):.2f}%;width:{at(high) - at(low):.2f}%")

    def drawn(lane: Lane, first: bool) -> Fragment:
        placed = shape(first, f"left:{at(lane.value):.2f}%")
        if lane.lower is None or lane.upper is None:
            return placed
        return block(f"error {'first' if first else 'second'}", lane.lower, lane.upper) + placed

    return element(
        "div",
        block("range", chart.low, chart.high),
        block("half", chart.p25, chart.p75),
        drawn(chart.first, True),
        drawn(chart.second, False),
        css="duo",
        role="img",
        aria_label=chart.alternative,
    )
