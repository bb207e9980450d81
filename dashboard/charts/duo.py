"""Two territories on the scale of the communes: one mark each, on two lines, with their intervals.

Shapes tell the two apart without colour: a disc above, a diamond below.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.charts.track import EDGE, Among, Track
from dashboard.story.markup import Fragment, element


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


def shape(first: bool, style: str = "") -> Fragment:
    """Return the mark of one of the two territories as HTML, decorative: its name is beside it."""
    placed = {"style": style} if style else {}
    return element("span", css=f"dot {'first' if first else 'second'}", **placed, aria_hidden="true")


def duo(chart: Duo) -> Fragment:
    """Return the chart as HTML; the scale is that of the communes, widened to hold both territories."""
    ends = [end for lane in (chart.first, chart.second) for end in (lane.value, lane.lower, lane.upper)]
    track = Track.holding([chart.low, chart.high, *ends], EDGE, 50.0)

    def drawn(lane: Lane, first: bool) -> Fragment:
        placed = shape(first, track.place(lane.value))
        if lane.lower is None or lane.upper is None:
            return placed
        return track.block(f"error {'first' if first else 'second'}", lane.lower, lane.upper) + placed

    return element(
        "div",
        track.among(chart),
        drawn(chart.first, True),
        drawn(chart.second, False),
        css="duo",
        role="img",
        aria_label=chart.alternative,
    )
