"""A quarter on its two perimeters: one panel for each, and never a line from one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from dashboard.charts.palette import FONT, Palette

GAP = 0.1
"""Share of the width between two panels, where the break is drawn."""
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
) -> dict[str, Any]:
    """Draw the panels side by side on one scale.

    Args:
        panels: Generations, oldest first; those without figure are left out by the caller.
        colours: Palette of the page.
        suffix: Sign of the unit.
        decimals: Precision of the scale.
        zero: Whether to draw the line of zero, for a difference.
        height: Height in pixels.
    """
    domains = _domains([len(panel.ticks) for panel in panels])
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 10, "r": 14, "t": 60, "b": 10},
        **colours.layout(),
        "yaxis": {
            "fixedrange": True,
            "automargin": True,
            "ticksuffix": suffix,
            "tickformat": f",.{decimals}f",
            "nticks": 6,
            "gridcolor": colours.absent,
            "griddash": "dot",
            "gridwidth": 0.5,
            "zeroline": zero,
            "zerolinecolor": colours.ink,
            "zerolinewidth": 2,
        },
        "shapes": [],
        "annotations": [],
    }
    data = []
    for rank, (panel, domain) in enumerate(zip(panels, domains, strict=True), start=1):
        axis = "x" if rank == 1 else f"x{rank}"
        layout[axis.replace("x", "xaxis")] = _axis(panel, domain)
        layout["annotations"].append(_title(panel, domain, colours, last=1 < rank == len(panels)))
        data += [
            _run(trace, run, symbol, axis, colours, suffix, decimals)
            for trace, symbol in _marked(panel.traces)
            for run in trace.runs
        ]
        for year in panel.breaks:
            layout["shapes"].append(_line(axis, year - 0.5, colours.selected, 2))
            layout["annotations"].append(_break(axis, year, colours))
    for left in domains[:-1]:
        layout["shapes"].append(_line("paper", left[1] + GAP / 2, colours.selected, 4))
    return {"data": data, "layout": layout}


def _domains(sizes: Sequence[int]) -> list[tuple[float, float]]:
    """Share the width between panels, a panel of one figure keeping room for its words."""
    weights = [max(size, 2) for size in sizes]
    room = 1 - GAP * (len(weights) - 1)
    found, start = [], 0.0
    for weight in weights:
        width = room * weight / sum(weights)
        found.append((round(start, 4), round(start + width, 4)))
        start += width + GAP
    return found


def _axis(panel: Panel, domain: tuple[float, float]) -> dict[str, Any]:
    places = [x for x, _ in panel.ticks]
    return {
        "domain": list(domain),
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        "range": [min(places) - 0.8, max(places) + 0.8],
        "tickmode": "array",
        "tickvals": places,
        "ticktext": [_plain(said) for _, said in panel.ticks],
        "title": {"text": _plain(panel.under), "font": {"family": FONT, "size": 12}, "standoff": 6},
    }


def _marked(traces: Sequence[Trace]) -> list[tuple[Trace, str]]:
    symbols = cycle(SYMBOLS)
    return [(trace, REFERENCE_SYMBOL if trace.reference else next(symbols)) for trace in traces]


def _run(
    trace: Trace,
    run: Sequence[Dot],
    symbol: str,
    axis: str,
    colours: Palette,
    suffix: str,
    decimals: int,
) -> dict[str, Any]:
    colour = colours.ink if trace.reference else colours.selected
    name = _plain(trace.name)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "xaxis": axis,
        "x": [dot.x for dot in run],
        "y": [dot.value for dot in run],
        "line": {"color": colour, "width": 3, "dash": "dash" if trace.reference else "solid"},
        "marker": {
            "color": colour,
            "size": 11,
            "symbol": symbol,
            "line": {"color": colour, "width": 2},
        },
        "hovertemplate": f"%{{y:,.{decimals}f}}{suffix}<extra>{name}</extra>",
    }


def _line(axis: str, x: float, colour: str, width: int) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": axis,
        "x0": x,
        "x1": x,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": width, "dash": "dot"},
    }


def _title(panel: Panel, domain: tuple[float, float], colours: Palette, *, last: bool) -> dict[str, Any]:
    return {
        "xref": "paper",
        # At the outer edges: on a telephone the titles of two panels would touch.
        "x": domain[last],
        "xanchor": "right" if last else "left",
        "align": "right" if last else "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 18,
        # On two lines: on a telephone a panel is narrower than its title.
        "text": f"<b>{_plain(panel.title).replace(' ', '<br>', 1)}</b>",
        "showarrow": False,
        "font": {"family": FONT, "size": 13, "color": colours.ink},
    }


def _break(axis: str, year: int, colours: Palette) -> dict[str, Any]:
    return {
        "xref": axis,
        "x": year - 0.5,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "text": f"rupture {year}",
        "showarrow": False,
        "font": {"family": FONT, "size": 12, "color": colours.ink},
    }


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
