"""What is read out of the values: answers, priorities, trends, robustness.

Belongs here: pure functions from the ``value`` table to rows of the long table ``analysis``, one row per
measure. Does not belong here: computing an indicator (``indicators.compute``), judging it against a reference
(``indicators.comparison``), drawing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sources.columns import columns, polars_schema

if TYPE_CHECKING:
    import polars as pl


ANALYSIS_COLUMNS = columns(
    "analysis | reponse, priority, contribution, trend, typology, correspondence, sensitivity, ages ou "
    "idh4_explication",
    "indicator? | Indicateur, vide pour un thème ou un ensemble",
    "theme? | Thème, vide pour un ensemble",
    "level | Niveau du territoire",
    "code | Code du territoire",
    "perimeter? | Génération de QPV",
    "millesime:int? | Année de référence",
    "reference_level? | Niveau de la référence",
    "reference_code? | Code de la référence",
    "measure | Ce qui est mesuré",
    "value:num? | Mesure",
    "lower:num? | Borne basse",
    "upper:num? | Borne haute",
    "text? | Phrase ou précision, prête à être montrée",
)
"""The table ``analysis``: its frames and its database derive from this; ``text`` is ready to be shown."""

ANALYSIS_KEY = (
    *("analysis", "indicator", "theme", "level", "code", "perimeter"),
    *("millesime", "reference_level", "reference_code", "measure"),
)


def analysis_schema() -> pl.Schema:
    """Return the schema of the ``analysis`` table.

    Returns:
        Name → type; ``value``, ``lower`` and ``upper`` are in the unit of the ``measure`` of the row.
    """
    return polars_schema(ANALYSIS_COLUMNS)


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
