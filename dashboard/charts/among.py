"""The communes a figure stands among, as they are drawn behind it: their whole range, their middle half."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dashboard.charts.description import Segments, Stroke
from dashboard.charts.palette import Palette

_EDGE = 4 / 92
"""Room at both ends, as a share of what is between them, so that a sign is never cut."""


@dataclass(frozen=True)
class Among:
    """The communes a figure stands among: the lowest, both quarters, the highest, in the indicator's unit."""

    low: float
    p25: float
    p75: float
    high: float


Share: TypeAlias = Callable[[float], float]


def shares(values: Iterable[float | None]) -> Share:
    """Return what places a figure, from 0 to 1, so that those known all hold; all the same, in the middle."""
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    room = (high - low) * _EDGE or 1.0
    start, width = low - room, high - low + 2 * room
    return lambda value: (value - start) / width


def communes(rows: Sequence[tuple[float, Among, Share]], colours: Palette) -> tuple[Segments, Segments]:
    """Describe communes at each height.

    Args:
        rows: Heights, the communes there, and where their figures are placed.
        colours: Palette of the page.
    """
    ends = tuple((at(one.low), at(one.high), y) for y, one, at in rows)
    middle = tuple((at(one.p25), at(one.p75), y) for y, one, at in rows)
    return (
        Segments(ends, Stroke(colours.absent, 3), name="toutes les communes", role="range"),
        Segments(middle, Stroke(colours.sequential[1], 12), name="leur moitié centrale", role="half"),
    )
