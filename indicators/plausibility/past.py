"""The past of a new file: the reference of each of its columns, and how far its variables usually move.

The reference of a column is the same variable of the same territories in the nearest year: the same dataset
first, then any other, then the other years of the file itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.plausibility.scales import ENOUGH, deviation, scaled

if TYPE_CHECKING:
    import polars as pl

PLACE = ("variable", "level", "perimeter")
COLUMN = ("variable", "level", "perimeter", "year", "column")
"""What distinguishes the columns of a file: one variable of one year at one level."""

OTHER_DATASET, LATER, OWN_FILE = 1.5, 0.25, 0.1
"""What another dataset, a later year or the file itself costs, in years."""

FAR = 4.0
"""Usual spreads from which a figure moved far."""


def dated(observations: pl.DataFrame) -> pl.DataFrame:
    """Add ``year``: the reference year, or the edition where the producer states none.

    Returns:
        The same rows in the same order, with ``year``, a whole number, null where both are.
    """
    import polars as pl

    return observations.with_columns(year=pl.coalesce("millesime", "edition"))


def referenced(new: pl.DataFrame, past: pl.DataFrame, *, other_year: bool = False) -> pl.DataFrame:
    """Give each new observation the figure of its reference.

    Args:
        new: dated observations of one file, or of a whole past compared with itself.
        past: dated observations to compare with.
        other_year: never take the same year of another delivery as the reference.

    Returns:
        The rows of ``new`` with ``before``, ``before_status``, ``before_year`` and ``before_dataset``, null
        where there is no reference.
    """
    import polars as pl

    held = past.group_by(*PLACE, before_dataset="dataset", before_year="year", before_extract="extract").agg(
        _n=pl.col("value").count()
    )
    groups = new.select(*PLACE, "year", "dataset", "extract").unique()
    same_year = pl.col("before_year") == pl.col("year")
    cost = (
        (pl.col("before_year") - pl.col("year")).abs()
        + OTHER_DATASET * (pl.col("before_dataset") != pl.col("dataset")).cast(pl.Float64)
        + LATER * (pl.col("before_year") > pl.col("year")).cast(pl.Float64)
        + OWN_FILE * (pl.col("before_extract") == pl.col("extract")).cast(pl.Float64)
    )
    excluded = same_year if other_year else same_year & (pl.col("before_extract") == pl.col("extract"))
    chosen = (
        groups.join(held, on=list(PLACE), nulls_equal=True)
        .filter(~excluded)
        .with_columns(_cost=cost)
        .filter(pl.col("_n") * 2 >= pl.col("_n").max().over(*PLACE, "year", "dataset", "extract"))
        .sort("_cost", "before_year", "before_dataset", "before_extract")
        .unique([*PLACE, "year", "dataset", "extract"], keep="first", maintain_order=True)
        .drop("_n", "_cost")
    )
    figures = past.select(
        *PLACE,
        "code",
        before_dataset="dataset",
        before_year="year",
        before_extract="extract",
        before="value",
        before_status="status",
    ).unique([*PLACE, "code", "before_dataset", "before_year", "before_extract"], keep="last")
    return new.join(
        chosen, on=[*PLACE, "year", "dataset", "extract"], how="left", nulls_equal=True, maintain_order="left"
    ).join(
        figures,
        on=[*PLACE, "code", "before_dataset", "before_year", "before_extract"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )


def compared(rows: pl.DataFrame, described: pl.DataFrame) -> pl.DataFrame:
    """Add to referenced rows their figures on their scale, the move of their column, and their deviation.

    Returns:
        The rows with ``scaled, scaled_before, move, median, deviation`` and what :func:`described` says of
        their variable.
    """
    import polars as pl

    both = pl.col("move").is_not_null()
    # Small counts say little of the move of the year: those of five or more, where there are enough.
    sizeable = (pl.col("kind") != "count") | (pl.col("before") >= 5)
    return (
        rows.lazy()
        .join(described.lazy(), on="variable", how="left", maintain_order="left")
        .with_columns(scaled=scaled("value"), scaled_before=scaled("before"))
        .with_columns(move=pl.col("scaled") - pl.col("scaled_before"))
        .with_columns(
            _pairs=both.sum().over(COLUMN),
            drifted=pl.col("move").filter(sizeable).median().over(COLUMN),
        )
        .with_columns(
            median=pl.when(pl.col("_pairs") >= ENOUGH).then(pl.col("drifted").fill_null(0.0)).otherwise(0.0)
        )
        .with_columns(deviation=deviation())
        .drop("_pairs")
        .collect()
    )


def usual_moves(past: pl.DataFrame, described: pl.DataFrame) -> pl.DataFrame:
    """Learn how far the variables of the past moved from one year to the next.

    Returns:
        By variable and level: ``pairs`` of years, ``widest`` deviation of one territory, ``unequal`` spread
        of the deviations, weakest ``likeness`` (correlation) of two years, largest ``drift_seen``, most
        territories that moved ``far``.
    """
    import polars as pl

    rows = compared(referenced(past, past, other_year=True), described).filter(pl.col("move").is_not_null())
    return (
        rows.group_by(*COLUMN, "extract")
        .agg(
            pl.len().alias("n"),
            pl.col("deviation").abs().max().alias("widest"),
            (1.4826 * pl.col("deviation").abs().median()).alias("unequal"),
            pl.corr("scaled", "scaled_before", method="spearman").alias("likeness"),
            pl.col("drifted").abs().first().alias("drift_seen"),
            (pl.col("deviation").abs() > FAR).sum().alias("far"),
        )
        .filter(pl.col("n") >= ENOUGH)
        .group_by("variable", "level")
        .agg(
            pl.len().alias("pairs"),
            pl.col("widest", "unequal", "drift_seen", "far").max(),
            pl.col("likeness").fill_nan(None).min(),
        )
    )
