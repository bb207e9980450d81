"""Values of one series of an indicator, and which series of one indicator wins.

Belongs here: what is computed row by row. Does not belong here: the declared indicators themselves
(``registry``): what is computed of one of them does not depend on the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indicators import formulas
from indicators.figures import Figures
from indicators.frames import is_usable, value_schema
from indicators.model import (
    ROUNDING,
    Difference,
    Formula,
    Indicator,
    Published,
    Ratio,
    Series,
    WeightedMean,
)

if TYPE_CHECKING:
    import polars as pl


def series_values(
    indicator: Indicator, position: int, series: Series, figures: Figures, members: pl.DataFrame
) -> pl.DataFrame:
    """Values of one series, with its rank among those of the indicator.

    Args:
        indicator: The indicator.
        position: Rank of the series, the first being preferred.
        series: The series, of a formula computed row by row.
        figures: Resolved observations.
        members: Members of the aggregates (:func:`indicators.resolve.membership_frame`).

    Returns:
        Columns of table ``value`` and ``_position``; figures in the unit of the indicator, of the levels and
        years the series declares.

    Raises:
        TypeError: the formula is a composite, computed by a method of its own.
    """
    import polars as pl

    match series.formula:
        case Published():
            rows = formulas.table(formulas.published(series.formula, figures), figures)
        case Ratio():
            values = _whole_at_most(formulas.ratio(series.formula, figures), series.formula, indicator)
            rows = formulas.table(values, figures)
        case Difference():
            rows = formulas.table(formulas.difference(series.formula, figures), figures)
        case WeightedMean():
            rows = formulas.weighted_mean(series.formula, figures, members)
        case _:
            raise TypeError(f"no direct formula for {indicator.id}/{series.id}")
    rows = rows.filter(pl.col("level").is_in([level.value for level in series.levels]))
    first, last = series.years
    # A producer may change what a variable means: the formula holds for its declared years only.
    if first is not None:
        rows = rows.filter(pl.col("period") >= first)
    if last is not None:
        rows = rows.filter(pl.col("period") <= last)
    return rows.select(
        indicator=pl.lit(indicator.id),
        series=pl.lit(series.id),
        concept=pl.lit(series.concept),
        level="level",
        code="code",
        perimeter="perimeter",
        millesime="millesime",
        edition="edition",
        period=pl.when(pl.col("stated"))
        .then(pl.col("period").cast(pl.String))
        .otherwise(pl.format("année non précisée (édition {})", pl.col("edition"))),
        value="value",
        numerator="numerator",
        denominator="denominator",
        denominator_millesime="denominator_millesime",
        denominator_next="denominator_next",
        lower="lower",
        upper="upper",
        status="status",
        origin="origin",
        datasets="dataset",
        extracts="extract",
        note=_denominator_note(series.formula),
        _position=pl.lit(position),
    ).cast(pl.Schema([*value_schema().items(), ("_position", pl.Int32())]))


def _whole_at_most(values: formulas.Values, formula: Ratio, indicator: Indicator) -> formulas.Values:
    """Make a part that exceeds its total by no more than its producer's rounding the whole of it."""
    import numpy as np

    high = indicator.bounds[1]
    if high is None:
        return values
    whole = values.denominator * high / formula.scale
    rounded = (values.value > high) & (values.numerator <= whole + ROUNDING)
    return replace(
        values,
        value=np.where(rounded, float(high), values.value),
        numerator=np.where(rounded, whole, values.numerator),
    )


def _denominator_note(formula: Formula) -> pl.Expr:
    """Say which year the denominator is of, where it is not the numerator's."""
    import polars as pl

    if not isinstance(formula, Ratio) or formula.denominator_year == "same":
        return pl.lit(None, pl.String)
    years = pl.col("denominator_millesime"), pl.col("denominator_next")
    return (
        pl.when(years[1].is_not_null())
        .then(pl.format("Rapporté à la population interpolée entre {} et {}.", *years))
        .when(years[0] != pl.col("millesime"))
        .then(pl.format("Rapporté à la population de {}.", years[0]))
    )


def first_series(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep, per concept, territory and year, the first series that gives a figure.

    Args:
        rows: Rows of :func:`series_values`, those of the preferred series of an indicator first.

    Returns:
        The same columns without ``_position``; where no series gives a figure, the row of the preferred one.
    """
    import polars as pl

    usable = is_usable(pl.col("status"))
    key = pl.struct("indicator", "concept", "level", "code", "perimeter", "period")
    best_first = pl.concat([rows.filter(usable), rows.filter(~usable)])
    return best_first.filter(key.is_first_distinct()).drop("_position")
