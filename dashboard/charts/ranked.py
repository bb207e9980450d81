"""Territories in their order, side by side: bars with their intervals, or the ranks each may have.

A page draws the same in tables, whose words are the data: see ``blocks``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dashboard.charts.description import Bars, Fill, Panel, Picture, Points, Rule, Scale, Stroke, Symbol, Zone
from dashboard.charts.measure import Measure
from dashboard.charts.palette import Palette


@dataclass(frozen=True)
class Bar:
    """One territory: its name, its number or the words that stand for it."""

    name: str
    value: float | None
    written: str
    lower: float | None = None
    upper: float | None = None
    interval: str = ""
    chosen: bool = False
    href: str = ""
    """Address of the sheet of the number."""
    choose: str = ""
    """Address that chooses the territory, for its name."""


@dataclass(frozen=True)
class Interval:
    """One territory between two ranks."""

    name: str
    low: int
    high: int
    middle: float | None = None
    """Median rank, drawn as a tick inside the bar, never written."""
    before: tuple[int, int] | None = None
    """Interval it is compared with, drawn thin under the bar."""
    note: str = ""
    """What is written beside the interval."""
    chosen: bool = False
    href: str = ""
    """Address of what explains it."""


_One = TypeVar("_One", Bar, Interval)


def bars(found: Sequence[Bar], colours: Palette, measure: Measure) -> Picture:
    """Describe the bars side by side, in their order; the page says in words those without a number.

    Args:
        found: Bars, one for each territory.
        colours: Palette of the page.
        measure: Of the figures, with the reference drawn as a dashed line.
    """
    known = [bar for bar in found if bar.value is not None]
    marks: list[Bars | Rule] = [
        Bars(
            tuple(x for x, _ in own),
            tuple(bar.value or 0.0 for _, bar in own),
            Fill(fill),
            lower=tuple(bar.lower for _, bar in own),
            upper=tuple(bar.upper for _, bar in own),
            edge=Stroke(colours.ink, 1.5),
            role="amount",
        )
        for own, fill, _ in _split(known, colours)
    ]
    panel = Panel((*marks, *measure.rule(colours)), _names([bar.name for bar in known]))
    return Picture((panel,), measure.scale(), colours, bar_gap=0.25)


def ranks(
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
    old = [(float(x), *one.before) for x, one in enumerate(found) if one.before is not None]
    marks: list[Bars | Points | Zone] = [
        *_spans(old, Fill(colours.absent), "rangs avec les poids du baromètre", "before", 0.25),
        *(
            span
            for own, fill, chosen in _split(found, colours)
            for span in _spans(
                [(x, one.low, one.high) for x, one in own],
                Fill(fill),
                "rangs possibles du territoire choisi (▸)" if chosen else "rangs possibles",
                "amount",
            )
        ),
    ]
    middles = [(float(x), one.middle) for x, one in enumerate(found) if one.middle is not None]
    if middles:
        tick = Symbol("line-ew", colours.ink, 11, Stroke(colours.ink, 2))
        xs, ys = (tuple(side) for side in zip(*middles, strict=True))
        marks.append(Points(xs, ys, tick, name="rang du milieu", role="median"))
    if quarter is not None:
        marks.append(Zone(0.5, quarter + 0.5, Fill(colours.pale, opacity=0.6), quarter_name))
    x = _names([f"▸ {one.name}" if one.chosen else one.name for one in found])
    ticks = tuple((float(rank), str(rank)) for rank in sorted({1, *range(5, count - 2, 5), count}))
    y = Scale((count + 0.5, 0.5), ticks, grid=True)
    return Picture((Panel(tuple(marks), x),), y, colours, bar_gap=0.3)


def _spans(
    ends: Sequence[tuple[float, int, int]], fill: Fill, name: str, role: str, width: float = 1.0
) -> Iterator[Bars]:
    """Yield the bars from a first to a last rank, each rank as tall as any other; nothing without any."""
    if ends:
        xs, lows, highs = zip(*ends, strict=True)
        tall = tuple(float(high - low + 1) for low, high in zip(lows, highs, strict=True))
        base = tuple(low - 0.5 for low in lows)
        yield Bars(xs, tall, fill, base=base, width=width, name=name, role=role)


def _split(found: Sequence[_One], colours: Palette) -> Iterator[tuple[list[tuple[float, _One]], str, bool]]:
    """Yield the places of the territories that are not chosen, then of the one that is, with their colour."""
    for chosen, fill in ((False, colours.sequential[2]), (True, colours.selected)):
        own = [(float(x), one) for x, one in enumerate(found) if one.chosen is chosen]
        if own:
            yield own, fill, chosen


def _names(names: Sequence[str]) -> Scale:
    ticks = tuple((float(x), name) for x, name in enumerate(names))
    return Scale((-0.8, len(names) - 0.2), ticks, upright=True, size=11)
