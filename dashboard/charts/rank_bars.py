"""Intervals of ranks as one picture: what the page draws in tables, to be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts.bars import literal
from dashboard.charts.palette import FONT, Palette


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
) -> dict[str, Any]:
    """Draw an upright bar for each territory, from its first to its last possible rank, the first on top.

    Args:
        found: Intervals, in the order of the page.
        colours: Palette of the page.
        quarter: Last rank of the quarter where need is strongest, shaded.
        quarter_name: What is written in that shade.
    """
    count = len(found)
    places = list(enumerate(found))
    data = [
        _bars([p for p in places if p[1].chosen is chosen], fill, name)
        for chosen, fill, name in (
            (False, colours.sequential[2], "rangs possibles"),
            (True, colours.selected, "rangs possibles du territoire choisi (▸)"),
        )
    ]
    middles = [(x, one.middle) for x, one in places if one.middle is not None]
    data.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "rang du milieu",
            "x": [x for x, _ in middles],
            "y": [middle for _, middle in middles],
            "marker": {
                "symbol": "line-ew",
                "size": 11,
                "color": colours.ink,
                "line": {"width": 2, "color": colours.ink},
            },
        }
    )
    layout: dict[str, Any] = {
        "bargap": 0.3,
        **colours.layout(),
        "xaxis": {
            "tickvals": [x for x, _ in places],
            "ticktext": [literal(f"▸ {one.name}" if one.chosen else one.name) for _, one in places],
            "tickangle": -90,
            "tickfont": {"size": 11},
            "showgrid": False,
            "range": [-0.8, count - 0.2],
        },
        "yaxis": {
            "range": [count + 0.5, 0.5],
            "tickvals": sorted({1, *range(5, count - 2, 5), count}),
            "gridcolor": colours.absent,
            "griddash": "dot",
        },
    }
    if quarter is not None:
        corners = {"x0": 0, "x1": 1, "y0": 0.5, "y1": quarter + 0.5}
        shade = {"fillcolor": colours.sequential[0], "opacity": 0.6, "line": {"width": 0}}
        layout["shapes"] = [{"type": "rect", "xref": "paper", "layer": "below", **corners, **shade}]
        layout["annotations"] = [
            {
                "xref": "paper",
                "x": 0.99,
                "xanchor": "right",
                "y": quarter + 0.3,
                "yanchor": "bottom",
                "text": literal(quarter_name),
                "font": {"family": FONT, "size": 13, "color": colours.ink},
            }
        ]
    return {"data": [trace for trace in data if trace["x"]], "layout": layout}


def _bars(places: Sequence[tuple[int, Interval]], fill: str, name: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": [x for x, _ in places],
        "y": [one.high - one.low + 1 for _, one in places],
        "base": [one.low - 0.5 for _, one in places],
        "marker": {"color": fill},
    }
