"""What is read out of the values: answers, priorities, trends, robustness.

Belongs here: pure functions from the ``value`` table to rows of the long table ``analysis``, one row per
measure. Does not belong here: computing an indicator (``indicators.compute``), judging it against a reference
(``indicators.comparison``), drawing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def analysis_schema() -> pl.Schema:
    """Return the schema of the ``analysis`` table; ``text`` is French and ready to be shown.

    Returns:
        Name → type; ``value``, ``lower`` and ``upper`` are in the unit of the ``measure`` of the row.
    """
    import polars as pl

    text, year, number = pl.String(), pl.Int32(), pl.Float64()
    return pl.Schema(
        {
            "analysis": text,
            "indicator": text,
            "theme": text,
            "level": text,
            "code": text,
            "perimeter": text,
            "millesime": year,
            "reference_level": text,
            "reference_code": text,
            "measure": text,
            "value": number,
            "lower": number,
            "upper": number,
            "text": text,
        }
    )


def analysis_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Give a frame the columns of the table, absent ones null, in order and type.

    Args:
        frame: Rows with at least ``analysis``, ``level``, ``code`` and ``measure``.

    Returns:
        The same rows, in the columns of :func:`analysis_schema`.

    Raises:
        polars.exceptions.ColumnNotFoundError: the frame has neither ``analysis`` nor ``measure``.
    """
    import polars as pl

    schema = analysis_schema()
    frame.select("analysis", "level", "code", "measure")
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    return frame.with_columns(absent).select(list(schema)).cast(schema)
