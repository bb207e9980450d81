"""The communes of the aggregates, found once for all that is added up over them.

Belongs here: who is a member of what, period by period. Does not belong here: the sums that are figures of
their own (``resolve``), nor what a sum is worth that lacks some communes (``references``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sources.vocabulary import Level

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from indicators.numbering import Codes


@dataclass(frozen=True)
class Members:
    """The communes of the aggregates, period by period, as pairs of rows of :attr:`Figures.periods`."""

    whole: Codes
    part: Codes
    complete: NDArray[np.bool_]
    """By row of ``periods``: whether all the communes of an aggregate have one."""

    @classmethod
    def of(cls, periods: pl.DataFrame, communes: pl.DataFrame | None) -> Members:
        """Find the rows of the communes of each aggregate: ``parent_level``, ``parent_code``, ``code``."""
        import numpy as np
        import polars as pl

        if communes is None:
            nothing = np.zeros(0, np.int64)
            return cls(nothing, nothing, np.zeros(periods.height, np.bool_))
        parent, period = ["parent_level", "parent_code"], ["stated", "period"]
        rows = periods.with_row_index("_at").filter(pl.col("perimeter").is_null())
        sizes = communes.group_by(parent).agg(_size=pl.len())
        pairs = (
            rows.filter(pl.col("level") == Level.COMMUNE.value)
            .join(communes.join(sizes, on=parent), on="code")
            .select(*parent, *period, "_size", _part="_at")
            .join(rows, left_on=[*parent, *period], right_on=["level", "code", *period])
        )
        whole, part, size = (pairs[name].to_numpy().astype(np.int64) for name in ("_at", "_part", "_size"))
        complete = np.zeros(periods.height, np.bool_)
        complete[whole] = np.bincount(whole, minlength=periods.height)[whole] == size
        return cls(whole, part, complete)

    def added(self, at: NDArray[np.int32], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up numbers of communes, one for each of ``at``.

        Returns:
            Their sums, by row of ``periods``: NaN but for the aggregates all of whose communes have one.
        """
        import numpy as np

        every = np.full(self.complete.size, np.nan)
        every[at] = numbers
        sums = np.bincount(self.whole, weights=every[self.part], minlength=every.size)
        return np.where(self.complete, sums, np.nan)
