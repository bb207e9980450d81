"""Intervals of ranks as one picture: what the page draws in tables, to be downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.description import (
    Bars,
    Fill,
    Panel,
    Picture,
    Points,
    Scale,
    Stroke,
    Symbol,
    Zone,
)
from dashboard.charts.palette import Palette


@dataclass(frozen=True)
class Interval:
    """One territory between two ranks."""

    name: str
    low: int
    high: int
    middle: float | None = None
    """Median rank, drawn as a tick inside the bar, never written."""
    before: tuple[int, int] | None = None
    """Interval it is compared with, drawn under the bar."""
    note: str = ""
    """What is written beside the interval."""
    chosen: bool = False
    href: str = ""
    """Address of what explains it."""


def rank_bars(
    found: Sequence[Interval], colours: Palette, *, quarter: int | None = None, quarter_name: str = ""
) -> Picture:
    """Describe an upright bar for each territory, from its first to its last possible rank, the first on top.

    Args:
        found: Intervals, in the order of the page.
        colours: Palette of the page.
        quarter: Last rank of the quarter where need is strongest, shaded.
        quarter_name: What is written in that shade.
    """
    count = len(found)
    places = [(float(x), one) for x, one in enumerate(found)]
    marks: list[Bars | Points | Zone] = [
        Bars(
            tuple(x for x, _ in own),
            tuple(float(one.high - one.low + 1) for _, one in own),
            Fill(fill),
            base=tuple(one.low - 0.5 for _, one in own),
            name=name,
        )
        for chosen, fill, name in (
            (False, colours.sequential[2], "rangs possibles"),
            (True, colours.selected, "rangs possibles du territoire choisi (▸)"),
        )
        if (own := [(x, one) for x, one in places if one.chosen is chosen])
    ]
    middles = [(x, one.middle) for x, one in places if one.middle is not None]
    if middles:
        tick = Symbol("line-ew", colours.ink, 11, Stroke(colours.ink, 2))
        xs, ys = (tuple(side) for side in zip(*middles, strict=True))
        marks.append(Points(xs, ys, tick, name="rang du milieu"))
    if quarter is not None:
        marks.append(Zone(0.5, quarter + 0.5, Fill(colours.pale, opacity=0.6), quarter_name))
    names = tuple((x, f"▸ {one.name}" if one.chosen else one.name) for x, one in places)
    x = Scale((-0.8, count - 0.2), names, upright=True, size=11)
    ranks = tuple((float(rank), str(rank)) for rank in sorted({1, *range(5, count - 2, 5), count}))
    return Picture(
        (Panel(tuple(marks), x),), Scale((count + 0.5, 0.5), ranks, grid=True), colours, bar_gap=0.3
    )
