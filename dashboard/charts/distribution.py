"""The distribution: one disc for each commune, stacked where their figures are close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts.palette import FONT, Palette

SLICES = 18
LEVEL = 24
"""Pixels a disc and the gap above it take: the picture is as high as its tallest pile, with no empty band."""
FRAME = 80
"""Pixels of the scale and of the name of the reference."""
FEWEST_LEVELS = 4


@dataclass(frozen=True)
class Slice:
    """One slice of the scale and the codes that fall in it, lowest figure first."""

    low: float
    high: float
    codes: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Where the discs of the slice stand."""
        return (self.low + self.high) / 2


def slices(numbers: Mapping[str, float], count: int = SLICES) -> list[Slice]:
    """Cut the scale into equal slices, from the lowest figure to the highest; empty slices are kept."""
    if not numbers:
        return []
    low, high = min(numbers.values()), max(numbers.values())
    if low == high:
        return [Slice(low, high, tuple(numbers))]
    width = (high - low) / count
    members: list[list[str]] = [[] for _ in range(count)]
    for code in sorted(numbers, key=lambda code: numbers[code]):
        members[min(int((numbers[code] - low) / width), count - 1)].append(code)
    return [Slice(low + i * width, low + (i + 1) * width, tuple(codes)) for i, codes in enumerate(members)]


def distribution(
    found: Sequence[Slice],
    hover: Mapping[str, str],
    colours: Palette,
    *,
    chosen: str | None,
    chosen_name: str = "",
    reference: float | None,
    reference_name: str,
    suffix: str,
    decimals: int,
) -> dict[str, Any]:
    """Draw the distribution.

    Args:
        found: Slices of the scale, see :func:`slices`.
        hover: Text under the pointer, by code.
        colours: Palette of the page.
        chosen: Code drawn as a larger square, beside its text.
        chosen_name: Its name, for a legend in the picture.
        reference: Value of the agglomeration, drawn as a vertical dashed line.
        reference_name: Its name.
        suffix: Sign of the unit.
        decimals: Precision of the scale.
    """
    placed = [(piece.middle, rank + 1, code) for piece in found for rank, code in enumerate(piece.codes)]
    others = [p for p in placed if p[2] != chosen]
    # The ring keeps a disc apart from the page whatever the theme.
    ring = {"color": colours.absent, "width": 1}
    discs = {"color": colours.sequential[2], "size": 13, "symbol": "circle", "line": ring}
    data = [_discs(others, hover, discs, "une commune")]
    mine = [p for p in placed if p[2] == chosen]
    if mine:
        marker = {"color": colours.selected, "size": 16, "symbol": "square"}
        data.append(_discs(mine, hover, marker, chosen_name))
    levels = max(max((len(piece.codes) for piece in found), default=1), FEWEST_LEVELS)
    layout = {
        "height": FRAME + LEVEL * levels,
        "margin": {"l": 10, "r": 10, "t": 26, "b": 10},
        **colours.layout(),
        "xaxis": {
            "fixedrange": True,
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            "nticks": 7,
            "ticksuffix": suffix,
            "tickformat": f",.{decimals}f",
        },
        "yaxis": {"visible": False, "fixedrange": True, "range": [0.3, levels + 0.7]},
    }
    if reference is not None:
        layout["shapes"] = [
            {
                "type": "line",
                "x0": reference,
                "x1": reference,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": colours.ink, "width": 2, "dash": "dash"},
            }
        ]
        layout["annotations"] = [
            {
                "x": reference,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "text": reference_name.replace("<", "&lt;"),
                "showarrow": False,
                "font": {"family": FONT, "size": 13, "color": colours.ink},
            }
        ]
    return {"data": data, "layout": layout}


def _discs(
    placed: Sequence[tuple[float, int, str]], hover: Mapping[str, str], marker: dict[str, Any], name: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name.replace("<", "&lt;"),
        "x": [x for x, _, _ in placed],
        "y": [y for _, y, _ in placed],
        "text": [hover.get(code, "").replace("<", "&lt;").replace("\n", "<br>") for _, _, code in placed],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": marker,
    }
