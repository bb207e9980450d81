"""Figures of any unit put on one scale, from 0 (least need) to 1 (strongest), in three ways.

*Handbook on Constructing Composite Indicators*, OECD-JRC, 2008, step 5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.floating]

Scale = Literal["minmax", "z", "rank"]

WINSORISED = (2, 98)
"""Percentiles beyond which a figure counts as the percentile: one extreme does not set the scale."""

Z_WIDTH = 6
"""Standard deviations laid over [0, 1]: three on each side of the mean."""

RANK_POINTS = 201
"""Points of the cumulative distribution the ranks of a large set are read from."""


class Scaler:
    """Puts the figures of one indicator between 0 and 1, by the distribution of the reference set."""

    def __init__(self, column: Floats, sign: float) -> None:
        import numpy as np

        known = np.sort(sign * column[np.isfinite(column)])
        self.sign = sign
        # Python numbers: those of NumPy would make double precision of the draws.
        self.low, self.high = np.percentile(known, WINSORISED).tolist()
        kept = known.clip(self.low, self.high)
        self.mean, self.spread = float(kept.mean()), float(kept.std())
        points, counts = np.unique(known, return_counts=True)
        # Equal figures share the middle of their ranks.
        heights = (np.cumsum(counts) - counts / 2) / counts.sum()
        if points.size > RANK_POINTS:
            chosen = np.unique(np.linspace(0, points.size - 1, RANK_POINTS).round().astype(int))
            points, heights = points[chosen], heights[chosen]
        self.points, self.heights = points, heights

    def unit(self, figures: Numbers, scale: Scale) -> Numbers:
        """Need between 0 and 1 of oriented figures; half for everyone where the set does not vary."""
        import numpy as np

        if self.high <= self.low or self.spread == 0:
            return np.full_like(figures, 0.5)
        if scale == "rank":
            heights: Numbers = np.interp(figures, self.points, self.heights).astype(figures.dtype)
            return heights
        if scale == "minmax":
            slope, start = 1 / (self.high - self.low), -self.low / (self.high - self.low)
        else:
            slope, start = 1 / (Z_WIDTH * self.spread), 0.5 - self.mean / (Z_WIDTH * self.spread)
        unit: Numbers = np.clip(figures, self.low, self.high)
        unit *= unit.dtype.type(slope)
        unit += unit.dtype.type(start)
        # Winsorised figures rarely pass three deviations; where they do, the scale stops there.
        if scale == "z":
            np.clip(unit, 0, 1, out=unit)
        return unit
