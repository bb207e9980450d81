"""The shape of the frames that travel between the steps, declared once.

Belongs here: column names, types and keys. Does not belong here: any computation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sources.vocabulary import STATUS_SEVERITY, Status

if TYPE_CHECKING:
    import polars as pl

TERRITORY_KEY = ("level", "code", "perimeter")
VALUE_KEY = ("indicator", "series", "level", "code", "perimeter", "millesime", "edition")

# The period of an observation: its reference year, or its edition where the producer states no year.
PERIOD_KEY = (*TERRITORY_KEY, "stated", "period")


def value_schema() -> pl.Schema:
    """Return the schema of the ``value`` table."""
    import polars as pl

    text, year, number = pl.String(), pl.Int32(), pl.Float64()
    return pl.Schema(
        {
            "indicator": text,
            "series": text,
            "concept": text,
            "level": text,
            "code": text,
            "perimeter": text,
            "millesime": year,
            "edition": year,
            "period": text,
            "value": number,
            "numerator": number,
            "denominator": number,
            "denominator_millesime": year,
            "lower": number,
            "upper": number,
            "status": text,
            "origin": text,
            "datasets": text,
            "extracts": text,
            "note": text,
        }
    )


def severity(status: pl.Expr) -> pl.Expr:
    """Rank of a status, the highest being the one that prevails in a combination."""
    import polars as pl

    ranks = {s.value: i for i, s in enumerate(STATUS_SEVERITY)}
    return status.replace_strict(ranks, return_dtype=pl.Int8)


def status_of(rank: pl.Expr) -> pl.Expr:
    """Status of a severity rank (inverse of :func:`severity`)."""
    import polars as pl

    return rank.replace_strict({i: s.value for i, s in enumerate(STATUS_SEVERITY)}, return_dtype=pl.String)


def is_usable(status: pl.Expr) -> pl.Expr:
    """Whether a status carries a number."""
    return status.is_in([s.value for s in Status if s.usable])


def followed(values: pl.DataFrame) -> pl.DataFrame:
    """Rows of the territories the barometer follows; all of them where nothing says which."""
    import polars as pl

    return values.filter(pl.col("followed").fill_null(True)) if "followed" in values.columns else values


def joined_names(names: pl.Expr) -> pl.Expr:
    """Sorted distinct names of a list column, as one comma-separated text."""
    return names.list.unique().list.sort().list.join(", ")
