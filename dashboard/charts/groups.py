"""The contract's own comparison: one column for each commune, the communes of the contract's groups first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.charts.description import Bars, Fill, Panel, Picture, Rule, Scale, Stroke
from dashboard.charts.measure import Measure
from dashboard.charts.palette import DARK, Palette

Role = Literal["first", "second", "others"]

_COLOURS: dict[bool, dict[Role, str]] = {
    False: {"first": "#1f5fa8", "second": "#d9730f", "others": "#868d8c"},
    True: {"first": "#7fb2f0", "second": "#f5a04a", "others": "#6d7678"},
}
"""The contract draws blue and orange; a pattern and the words of each block say the same without colour."""

_PATTERNS: dict[Role, str] = {"first": "", "second": "/", "others": "."}
HEIGHT = 420
BETWEEN = 1.2
"""Room between two groups, in columns."""


@dataclass(frozen=True)
class Column:
    """One commune of the picture."""

    name: str
    value: float
    hover: str


@dataclass(frozen=True)
class Group:
    """The communes of one group, in the order they are drawn."""

    name: str
    role: Role
    columns: Sequence[Column]


def fill(role: Role, colours: Palette) -> Fill:
    """Return the colour of a group on a page, and its pattern."""
    return Fill(_COLOURS[colours is DARK][role], _PATTERNS[role], colours.paper)


def groups(found: Sequence[Group], colours: Palette, measure: Measure) -> Picture:
    """Describe the comparison.

    Args:
        found: Groups from left to right.
        colours: Palette of the page.
        measure: Of the figures, with that of the agglomeration as a dashed line.
    """
    marks: list[Bars | Rule] = []
    ticks: list[tuple[float, str]] = []
    start = 0.0
    for group in found:
        if not group.columns:
            continue
        xs = tuple(start + rank for rank in range(len(group.columns)))
        marks.append(
            Bars(
                xs,
                tuple(column.value for column in group.columns),
                fill(group.role, colours),
                edge=Stroke(colours.ink, 0.6),
                name=group.name,
                hover=tuple(column.hover for column in group.columns),
            )
        )
        ticks += zip(xs, (column.name for column in group.columns), strict=True)
        start = xs[-1] + 1 + BETWEEN
    marks += measure.rule(colours)
    x = Scale((-0.8, (ticks[-1][0] if ticks else 0) + 0.8), tuple(ticks), upright=True, size=12)
    y = measure.scale(zero=Stroke(colours.absent, 1))
    return Picture((Panel(tuple(marks), x),), y, colours, HEIGHT, (10, 10, 30, 10), bar_gap=0.18)
