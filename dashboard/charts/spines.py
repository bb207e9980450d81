"""The spine charts of a theme as one picture: what the page draws line by line, to be downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.description import (
    Panel,
    Picture,
    Points,
    Scale,
    Segments,
    Stroke,
    Symbol,
    Words,
)
from dashboard.charts.palette import Palette
from dashboard.charts.spine import Spine

_JUDGED = (
    ("moins bien", "triangle-up", "moins bien"),
    ("mieux", "square", "mieux"),
    (None, "circle", "pas de différence établie, ou non jugé"),
)
_WORDS_AT, _END = 1.08, 2.15
"""Where the words of a line start, the drawing being one wide, and where they end."""


@dataclass(frozen=True)
class Line:
    """One indicator: its name, the words of its figures, its place when it has one."""

    label: str
    written: str
    chart: Spine | None = None


def spines(lines: Sequence[Line], colours: Palette) -> Picture:
    """Describe one line for each indicator, each on a scale of its own; the words say every figure.

    Args:
        lines: Indicators, from top to bottom.
        colours: Palette of the page.
    """
    drawn = [(-float(rank), line.chart, _scale(line.chart)) for rank, line in enumerate(lines) if line.chart]
    marks: list[Segments | Points | Words] = [
        Segments(
            tuple((s(c.low), s(c.high), y) for y, c, s in drawn),
            Stroke(colours.absent, 3),
            name="toutes les communes",
        ),
        Segments(
            tuple((s(c.p25), s(c.p75), y) for y, c, s in drawn),
            Stroke(colours.sequential[1], 12),
            name="leur moitié centrale",
        ),
        _marks(
            [(y, s(c.reference)) for y, c, s in drawn if c.reference is not None],
            Symbol("line-ns", colours.ink, 24, Stroke(colours.ink, 2.5)),
            "référence",
        ),
    ]
    known = [judgement for judgement, _, _ in _JUDGED]
    fills = {"moins bien": colours.selected, "mieux": colours.sequential[3]}
    for judgement, shape, name in _JUDGED:
        found = [
            (y, s(c.value))
            for y, c, s in drawn
            if (c.judgement if c.judgement in known else None) == judgement
        ]
        sign = Symbol(shape, fills.get(judgement or "", colours.ink), 15, Stroke(colours.paper, 1))
        marks.append(_marks(found, sign, name))
    marks += [Words(_WORDS_AT, -float(rank), line.written, anchor="left") for rank, line in enumerate(lines)]
    shown = tuple(mark for mark in marks if not (isinstance(mark, Points) and not mark.x))
    names = tuple((-float(rank), line.label) for rank, line in enumerate(lines))
    x = Scale((-0.03, _END), ())
    return Picture((Panel(shown, x),), Scale((-len(lines) + 0.4, 0.6), names), colours)


@dataclass(frozen=True)
class _Scale:
    start: float
    stop: float

    def __call__(self, value: float | None) -> float:
        width = self.stop - self.start
        return ((value or 0.0) - self.start) / width if width else 0.5


def _scale(chart: Spine) -> _Scale:
    """From the lowest to the highest of the communes, widened when the reference lies outside: the page's."""
    ends = [chart.low, chart.high, chart.value, *([] if chart.reference is None else [chart.reference])]
    return _Scale(min(ends), max(ends))


def _marks(found: Sequence[tuple[float, float]], symbol: Symbol, name: str) -> Points:
    return Points(tuple(x for _, x in found), tuple(y for y, _ in found), symbol, name=name)
