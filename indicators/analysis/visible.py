"""The smallest change a later figure could show: under it, two years of a source do not differ for certain.

Belongs here: how far a figure must move to be beyond drawing, chance and rounding. Does not belong here: the
limits of one figure (``indicators.uncertainty``, ``noise``), what is said of a change (``trends``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.noise import with_noise

if TYPE_CHECKING:
    import polars as pl

COLUMN = "smallest_change"


def with_smallest_change(dated: pl.DataFrame) -> pl.DataFrame:
    """Give each figure the smallest change a later figure as precise as itself could establish.

    Of two independent figures with the same limits, the difference has those of Newcombe's square-and-add
    method (*Statistics in Medicine* 17, 1998, method 10), widened by the rounding of both, as ``trends``
    reads a change.

    Args:
        dated: Rows of the table ``value``.

    Returns:
        The same rows with ``smallest_change``, in the unit of the indicator; null where neither the limits
        nor the rounding are known, and for a composite index.
    """
    import polars as pl

    rows = with_noise(dated)
    below, above = pl.col("value") - pl.col("lower"), pl.col("upper") - pl.col("value")
    spread = (below**2 + above**2).sqrt()
    # The limits of a composite index come in part from inputs that do not change.
    whole = pl.col("origin") != "composite"
    known = spread.is_not_null() | pl.col("rounding").is_not_null()
    both = spread.fill_null(0.0) + 2 * pl.col("rounding").fill_null(0.0)
    return rows.with_columns(pl.when(whole & known).then(both).alias(COLUMN)).select(*dated.columns, COLUMN)
