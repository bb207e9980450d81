"""The contract's own comparison: one column for each commune, the communes of the contract's groups first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.charts.palette import DARK, FONT, Palette

Role = Literal["first", "second", "others"]

_COLOURS: dict[bool, dict[Role, str]] = {
    False: {"first": "#1f5fa8", "second": "#d9730f", "others": "#868d8c"},
    True: {"first": "#7fb2f0", "second": "#f5a04a", "others": "#6d7678"},
}
"""The contract draws blue and orange; a pattern and the words of each block say the same without colour."""

_PATTERNS: dict[Role, str] = {"first": "", "second": "/", "others": "."}
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


def colour(role: Role, colours: Palette) -> str:
    """Return the colour of a group on a page."""
    return _COLOURS[colours is DARK][role]


def pattern(role: Role) -> str:
    """Return the pattern of a group, in Plotly's words."""
    return _PATTERNS[role]


def groups(
    found: Sequence[Group],
    colours: Palette,
    *,
    reference: float | None,
    reference_name: str,
    suffix: str,
    decimals: int,
    height: int = 420,
) -> dict[str, Any]:
    """Draw the comparison.

    Args:
        found: Groups from left to right.
        colours: Palette of the page.
        reference: Value of the agglomeration, drawn as a horizontal dashed line.
        reference_name: Its name.
        suffix: Sign of the unit.
        decimals: Precision of the scale.
        height: Height in pixels.
    """
    data, names, places, headings = [], [], [], []
    start = 0.0
    for group in found:
        if not group.columns:
            continue
        xs = [start + rank for rank in range(len(group.columns))]
        data.append(_bars(group, xs, colours))
        names += [_plain(column.name) for column in group.columns]
        places += xs
        headings.append(((xs[0] + xs[-1]) / 2, group))
        start = xs[-1] + 1 + BETWEEN
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 10, "r": 10, "t": 30, "b": 10},
        "bargap": 0.18,
        **colours.layout(),
        "xaxis": {
            "fixedrange": True,
            "automargin": True,
            "tickmode": "array",
            "tickvals": places,
            "ticktext": names,
            "tickangle": -90,
            "tickfont": {"size": 12},
            "showgrid": False,
            "zeroline": False,
            "range": [-0.8, (places[-1] if places else 0) + 0.8],
        },
        "yaxis": {
            "fixedrange": True,
            "automargin": True,
            "ticksuffix": suffix,
            "tickformat": f",.{decimals}f",
            "nticks": 6,
            "gridcolor": colours.absent,
            "griddash": "dot",
            "gridwidth": 0.5,
            "zerolinecolor": colours.absent,
        },
    }
    if reference is not None:
        layout["shapes"] = [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": reference,
                "y1": reference,
                "line": {"color": colours.ink, "width": 2, "dash": "dash"},
            }
        ]
        layout["annotations"] = [
            {
                "xref": "paper",
                "x": 1,
                "xanchor": "right",
                "y": reference,
                "yanchor": "bottom",
                "text": _plain(reference_name),
                "showarrow": False,
                "font": {"family": FONT, "size": 13, "color": colours.ink},
                "bgcolor": colours.paper,
            }
        ]
    return {"data": data, "layout": layout}


def _bars(group: Group, xs: Sequence[float], colours: Palette) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": _plain(group.name),
        "x": list(xs),
        "y": [column.value for column in group.columns],
        "text": [_plain(column.hover) for column in group.columns],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "color": colour(group.role, colours),
            "line": {"color": colours.ink, "width": 0.6},
            "pattern": {
                "shape": pattern(group.role),
                "fillmode": "overlay",
                "size": 7,
                "fgcolor": colours.paper,
                "fgopacity": 1,
                "solidity": 0.28,
            },
        },
    }


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
