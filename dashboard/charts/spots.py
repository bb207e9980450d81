"""Points on a map: what is known to be in a commune, without its outline, sized by its inhabitants."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dashboard.charts.palette import FONT, Palette

SPOT_SIZE = 22
"""Of the largest point, in pixels."""
SPOT_SPACING_KM = 1.0
LABEL_SIZE = 12


class Placed(Protocol):
    """An outline with the point where its name stands."""

    @property
    def code(self) -> str:
        """Of the commune."""

    @property
    def label(self) -> tuple[float, float]:
        """In kilometres."""


@dataclass(frozen=True)
class Spot:
    """Something whose place is only known by its commune, drawn as a point there."""

    code: str
    """Of the commune."""
    amount: float
    """What the area of the point stands for."""
    written: str


def middles(shapes: Iterable[Placed]) -> dict[str, tuple[float, float]]:
    """Return where the points of each commune stand: the middle of its largest inscribed circle."""
    return {shape.code: shape.label for shape in shapes}


def spot_trace(
    middle: Mapping[str, tuple[float, float]], spots: Sequence[Spot], colours: Palette
) -> dict[str, Any]:
    """Return the points as a trace: several in one commune stand side by side around its middle."""
    kept = [spot for spot in spots if spot.code in middle]
    total = Counter(spot.code for spot in kept)
    met: Counter[str] = Counter()
    xs, ys = [], []
    for spot in kept:
        x, y = middle[spot.code]
        xs.append(round(x + SPOT_SPACING_KM * (met[spot.code] - (total[spot.code] - 1) / 2), 3))
        ys.append(round(y, 3))
        met[spot.code] += 1
    largest = max((spot.amount for spot in kept), default=0) or 1
    return {
        "type": "scatter",
        "mode": "markers",
        "x": xs,
        "y": ys,
        "text": [spot.written.replace("&", "&amp;").replace("<", "&lt;") for spot in kept],
        "marker": {
            "symbol": "diamond",
            "opacity": 1,
            "color": colours.selected,
            "line": {"color": colours.paper, "width": 1.5},
            # The area follows the inhabitants; the smallest stays visible.
            "size": [max(9.0, SPOT_SIZE * math.sqrt(spot.amount / largest)) for spot in kept],
        },
        "hoverinfo": "skip",
    }


def spot_labels(points: Mapping[str, Any], colours: Palette) -> list[dict[str, Any]]:
    """Return the words of the points, each under its own: as annotations, which the page gives a halo."""
    return [
        {
            "x": x,
            "y": y,
            "text": said,
            "showarrow": False,
            "yshift": -size / 2 - LABEL_SIZE * 0.6,
            "font": {"family": FONT, "size": LABEL_SIZE, "color": colours.ink},
            "captureevents": False,
        }
        for x, y, said, size in zip(
            points["x"], points["y"], points["text"], points["marker"]["size"], strict=True
        )
    ]


def make_room(layout: dict[str, Any], points: Mapping[str, Any]) -> None:
    """Move up the names that a point would cover."""
    for label in layout["annotations"]:
        if any(
            abs(label["x"] - x) < 0.01 and abs(label["y"] - y) < 0.01
            for x, y in zip(points["x"], points["y"], strict=True)
        ):
            label["yshift"] = SPOT_SIZE * 0.8
