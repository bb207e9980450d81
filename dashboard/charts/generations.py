"""A quarter on its two perimeters: one panel for each, and never a line from one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from dashboard.charts.description import Panel as Frame
from dashboard.charts.description import Picture, Points, Rule, Scale, Stroke, Symbol
from dashboard.charts.palette import Palette
from sources.french import number

SYMBOLS = {"circle": "●", "square": "■", "triangle-up": "▲", "star": "★"}
"""One for each quarter of a generation, with its sign for the key; the first is the usual case."""
REFERENCE_SYMBOL = "diamond-open"


@dataclass(frozen=True)
class Dot:
    """One figure: where it stands and its number."""

    x: float
    value: float


@dataclass(frozen=True)
class Trace:
    """The figures of one quarter, or of what it is set against, in runs that may be joined."""

    name: str
    runs: Sequence[Sequence[Dot]]
    reference: bool = False


@dataclass(frozen=True)
class Panel:
    """One generation of perimeter."""

    title: str
    traces: Sequence[Trace]
    ticks: Sequence[tuple[float, str]]
    breaks: Sequence[int] = ()
    """Years of the changes of method, between two known years."""
    under: str = ""
    """Words under the ticks."""


def generations(
    panels: Sequence[Panel],
    colours: Palette,
    *,
    suffix: str,
    decimals: int,
    zero: bool = False,
    height: int = 340,
) -> Picture:
    """Describe the panels side by side on one scale, a wall between them.

    Args:
        panels: Generations, oldest first; those without figure are left out by the caller.
        colours: Palette of the page.
        suffix: Sign of the unit.
        decimals: Precision of the scale.
        zero: Whether to draw the line of zero, for a difference.
        height: Height in pixels.
    """
    y = Scale(suffix=suffix, decimals=decimals, grid=True, zero=Stroke(colours.ink, 2) if zero else None)
    frames = tuple(_frame(panel, colours, suffix, decimals) for panel in panels)
    wall = Stroke(colours.selected, 4, "dot")
    return Picture(frames, y, colours, height, (10, 14, 60, 10), wall=wall)


def _frame(panel: Panel, colours: Palette, suffix: str, decimals: int) -> Frame:
    marks = [
        _run(trace, run, symbol, colours, suffix, decimals)
        for trace, symbol in _marked(panel.traces)
        for run in trace.runs
    ]
    broken = Stroke(colours.selected, 2, "dot")
    walls = [Rule(b - 0.5, broken, f"rupture {b}", upright=True, size=12) for b in panel.breaks]
    places = [x for x, _ in panel.ticks]
    x = Scale((min(places) - 0.8, max(places) + 0.8), tuple(panel.ticks), title=panel.under)
    # A panel of one figure keeps room for its words.
    return Frame((*marks, *walls), x, panel.title, max(len(panel.ticks), 2))


def _marked(traces: Sequence[Trace]) -> list[tuple[Trace, str]]:
    symbols = cycle(SYMBOLS)
    return [(trace, REFERENCE_SYMBOL if trace.reference else next(symbols)) for trace in traces]


def _run(
    trace: Trace, run: Sequence[Dot], symbol: str, colours: Palette, suffix: str, decimals: int
) -> Points:
    colour = colours.ink if trace.reference else colours.selected
    return Points(
        tuple(dot.x for dot in run),
        tuple(dot.value for dot in run),
        Symbol(symbol, colour, 11, Stroke(colour, 2)),
        Stroke(colour, 3, "dash" if trace.reference else "solid"),
        name=trace.name,
        hover=tuple(f"{trace.name}\n{number(dot.value, decimals)}{suffix}" for dot in run),
    )
