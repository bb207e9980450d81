"""Points on a map: what is known to be in a commune, without its outline, sized by its inhabitants."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.charts.description import Points, Stroke, Symbol, Words
from dashboard.charts.palette import Palette

SPOT_SIZE = 22
"""Of the largest point, in pixels."""
SPOT_SPACING_KM = 1.0
LABEL_SIZE = 12


@dataclass(frozen=True)
class Spot:
    """Something whose place is only known by its commune, drawn as a point there."""

    code: str
    """Of the commune."""
    amount: float
    """What the area of the point stands for."""
    written: str


def spot_marks(
    middle: Mapping[str, tuple[float, float]], spots: Sequence[Spot], colours: Palette
) -> tuple[Points, list[Words]]:
    """Return the points, several in one commune side by side around its middle, and words under each."""
    kept = [spot for spot in spots if spot.code in middle]
    total = Counter(spot.code for spot in kept)
    met: Counter[str] = Counter()
    places = []
    for spot in kept:
        x, y = middle[spot.code]
        places.append(
            (round(x + SPOT_SPACING_KM * (met[spot.code] - (total[spot.code] - 1) / 2), 3), round(y, 3))
        )
        met[spot.code] += 1
    largest = max((spot.amount for spot in kept), default=0) or 1
    # The area follows the inhabitants; the smallest stays visible.
    sizes = tuple(max(9.0, SPOT_SIZE * math.sqrt(spot.amount / largest)) for spot in kept)
    symbol = Symbol("diamond", colours.selected, sizes, Stroke(colours.paper, 1.5))
    points = Points(tuple(x for x, _ in places), tuple(y for _, y in places), symbol)
    said = [
        Words(x, y, spot.written, LABEL_SIZE, shift=-size / 2 - LABEL_SIZE * 0.6)
        for spot, (x, y), size in zip(kept, places, sizes, strict=True)
    ]
    return points, said
