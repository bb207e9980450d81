"""Classes of a map: quintiles rounded to the figures a reader sees, so that legend and map agree."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles


@dataclass(frozen=True)
class Classes:
    """Ordered classes: ``breaks`` are the inner limits, each belonging to the class above it."""

    low: float
    high: float
    breaks: tuple[float, ...]
    decimals: int | None = None
    """Precision the values are shown with: what reads 129 is in the class that begins at 129."""

    @property
    def count(self) -> int:
        """Number of classes."""
        return len(self.breaks) + 1

    def of(self, value: float) -> int:
        """Return the class of a value, from 0."""
        return bisect_right(self.breaks, value if self.decimals is None else round(value, self.decimals))

    def limits(self) -> list[tuple[float, float]]:
        """Return the lower and upper limit of each class.

        Returns:
            Pairs in the unit of the indicator, from the lowest class; the end of one is the start of the
            next.
        """
        edges = (self.low, *self.breaks, self.high)
        return list(pairwise(edges))


def equal_counts(values: Collection[float], decimals: int, count: int = 5) -> Classes | None:
    """Cut values into classes of about equal numbers.

    Args:
        values: Numbers to class.
        decimals: Precision they are shown with: limits are rounded to it.
        count: Number of classes wanted; fewer when rounded limits coincide or would leave one empty.

    Returns:
        The classes, or ``None`` when there is no value.
    """
    if not values:
        return None
    read = sorted(round(value, decimals) for value in values)
    cuts = quantiles(values, n=count, method="inclusive") if len(values) > 1 else []
    kept: list[float] = []
    for cut in sorted({round(cut, decimals) for cut in cuts}):
        below = kept[-1] if kept else read[0]
        if cut <= read[-1] and any(below <= value < cut for value in read):
            kept.append(cut)
    return Classes(min(values), max(values), tuple(kept), decimals)
