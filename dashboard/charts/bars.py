"""Ranked bars with their intervals as one picture: what the page draws in tables, to be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts.palette import FONT, Palette


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


def bars(
    found: Sequence[Bar],
    colours: Palette,
    *,
    reference: float | None,
    reference_name: str,
    suffix: str,
    decimals: int,
) -> dict[str, Any]:
    """Draw the bars side by side, in their order; those without a number are left to the words of the page.

    Args:
        found: Bars, one for each territory.
        colours: Palette of the page.
        reference: Value drawn as a dashed line.
        reference_name: Its name.
        suffix: Sign of the unit.
        decimals: Precision of the scale.
    """
    known = [(x, bar) for x, bar in enumerate(bar for bar in found if bar.value is not None)]
    data = [
        _trace([(x, bar) for x, bar in known if bar.chosen is chosen], fill, colours)
        for chosen, fill in ((False, colours.sequential[2]), (True, colours.selected))
    ]
    layout: dict[str, Any] = {
        "bargap": 0.25,
        **colours.layout(),
        "xaxis": {
            "tickvals": [x for x, _ in known],
            "ticktext": [literal(bar.name) for _, bar in known],
            "tickangle": -90,
            "tickfont": {"size": 11},
            "showgrid": False,
            "range": [-0.8, len(known) - 0.2],
        },
        "yaxis": {
            "ticksuffix": suffix,
            "tickformat": f",.{decimals}f",
            "nticks": 6,
            "gridcolor": colours.absent,
            "griddash": "dot",
        },
    }
    if reference is not None:
        dashed = {"color": colours.ink, "width": 2, "dash": "dash"}
        placed = {"x0": 0, "x1": 1, "y0": reference, "y1": reference}
        layout["shapes"] = [{"type": "line", "xref": "paper", **placed, "line": dashed}]
        layout["annotations"] = [
            {
                "xref": "paper",
                "x": 1,
                "xanchor": "right",
                "y": reference,
                "yanchor": "bottom",
                "text": literal(reference_name),
                "font": {"family": FONT, "size": 13, "color": colours.ink},
            }
        ]
    return {"data": [trace for trace in data if trace["x"]], "layout": layout}


def _trace(known: Sequence[tuple[int, Bar]], fill: str, colours: Palette) -> dict[str, Any]:
    values = [bar.value or 0.0 for _, bar in known]
    pairs = list(zip(known, values, strict=True))
    return {
        "type": "bar",
        "x": [x for x, _ in known],
        "y": values,
        "marker": {"color": fill},
        "error_y": {
            "array": [bar.upper - value if bar.upper is not None else None for (_, bar), value in pairs],
            "arrayminus": [value - bar.lower if bar.lower is not None else None for (_, bar), value in pairs],
            "color": colours.ink,
            "thickness": 1.5,
            "width": 3,
        },
    }


def literal(text: str) -> str:
    """Return a name for a figure: none of its signs is markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
