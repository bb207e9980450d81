"""A count without any past: the population of the same territories stands in for it.

A new kind of count is not the population, but goes with it: what follows the neighbour's population and not
the territory's own has its codes shifted, and what exceeds it by far is in another unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.plausibility.past import COLUMN

if TYPE_CHECKING:
    import polars as pl

MOST = 2.0
"""Times the inhabitants beyond which a count of people, households or dwellings is in another unit."""

ROOM = 50
"""And by how much at least: a hamlet may have more dwellings than inhabitants."""


def with_population(rows: pl.DataFrame, believed: pl.DataFrame, populations: tuple[str, ...]) -> pl.DataFrame:
    """Give counts without past the population of their territory as their reference.

    Args:
        rows: dated observations of one file, without any reference.
        believed: dated observations to take the population from.
        populations: variables that count inhabitants, the first one known first.

    Returns:
        The rows of counts with ``before`` (the population brought to the size of the column), ``before_year``
        and ``inhabitants``; none where no population is known.
    """
    import polars as pl

    order = {name: rank for rank, name in enumerate(populations)}
    known = (
        believed.filter(pl.col("variable").is_in(populations), pl.col("value") > 0)
        .with_columns(_rank=pl.col("variable").replace_strict(order, return_dtype=pl.Int8))
        .sort("_rank", "year", descending=[False, True])
        .unique(["level", "code", "perimeter"], keep="first", maintain_order=True)
        .select("level", "code", "perimeter", inhabitants="value", before_year="year")
    )
    joined = rows.join(
        known, on=["level", "code", "perimeter"], how="inner", nulls_equal=True, maintain_order="left"
    )
    share = (pl.col("value") / pl.col("inhabitants")).filter(pl.col("value") > 0).median().over(COLUMN)
    return joined.with_columns(
        before=pl.col("inhabitants") * share,
        before_status=pl.lit("observed"),
        before_dataset=pl.lit(None, pl.String),
        before_extract=pl.lit(None, pl.String),
    )
