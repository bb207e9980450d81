"""Values of one series of an indicator, which series of one indicator wins, and the rows they make.

Belongs here: what is computed row by row, and the words on one figure. Does not belong here: the declared
indicators themselves (``registry``): what is computed of one of them does not depend on the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from indicators import formulas
from indicators.figures import STATUSES, USABLE, Figures
from indicators.formulas import Values
from indicators.frames import period_text, value_schema
from indicators.model import (
    ROUNDING,
    Composite,
    Difference,
    Indicator,
    Published,
    Ratio,
    Series,
    WeightedMean,
)
from indicators.notes import Facts, is_tax, notes
from indicators.numbering import NOTHING
from indicators.uncertainty import with_limits
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

OBSERVED = STATUSES.index(Status.OBSERVED.value)


@dataclass(frozen=True)
class SeriesValues:
    """What one series gives, with its limits."""

    indicator: Indicator
    series: Series
    values: Values


def series_values(indicator: Indicator, series: Series, figures: Figures) -> SeriesValues:
    """Compute one series.

    Args:
        indicator: The indicator.
        series: One of its series, of a formula computed row by row.
        figures: Resolved observations.

    Returns:
        Figures in the unit of the indicator, of the levels and years the series declares.

    Raises:
        TypeError: the formula is a composite, computed by a method of its own.
    """
    import numpy as np

    match series.formula:
        case Published() as formula:
            values = formulas.published(formula, figures)
        case Ratio() as formula:
            values = _whole_at_most(formulas.ratio(formula, figures), formula, indicator)
        case Difference() as formula:
            values = formulas.difference(formula, figures)
        case WeightedMean() as formula:
            values = formulas.ratio(formula.ratio, figures)
        case _:
            raise TypeError(f"no direct formula for {indicator.id}/{series.id}")
    # Before any is left out: a commune without a value of its own still makes the interval of its EPCI.
    values = with_limits(values, series.formula, indicator, figures)
    wanted = figures.of_levels([level.value for level in series.levels])[values.at]
    first, last = series.years
    # A producer may change what a variable means: the formula holds for its declared years only.
    if first is not None:
        wanted &= figures.year[values.at] >= first
    if last is not None:
        wanted &= figures.year[values.at] <= last
    return SeriesValues(indicator, series, values if np.all(wanted) else values.take(wanted))


def _whole_at_most(values: Values, formula: Ratio, indicator: Indicator) -> Values:
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


def first_series(found: Sequence[SeriesValues], figures: Figures) -> Iterator[SeriesValues]:
    """Keep, per concept, territory and year, the first series of an indicator that gives a figure.

    Args:
        found: Those of one indicator, the preferred one first.
        figures: What they were made of.

    Returns:
        The same, less what another is preferred to; where no series gives a figure, the preferred one stays.
    """
    import numpy as np

    concepts = {one.series.concept for one in found}
    if len(concepts) == len(found):
        yield from found
        return
    best = {concept: np.full(figures.year.size, 2 * len(found), np.int8) for concept in concepts}
    ranks = [
        position + len(found) * (one.values.status > USABLE).astype(np.int8)
        for position, one in enumerate(found)
    ]
    for one, rank in zip(found, ranks, strict=True):
        mine = best[one.series.concept]
        mine[one.values.at] = np.minimum(mine[one.values.at], rank)
    for one, rank in zip(found, ranks, strict=True):
        yield replace(one, values=one.values.take(best[one.series.concept][one.values.at] == rank))


def direct_values(indicator: Indicator, figures: Figures) -> Iterator[SeriesValues]:
    """Yield the figures of an indicator that are computed row by row.

    Args:
        indicator: Its composite series are left out.
        figures: Resolved observations.

    Returns:
        Those of each series, in order; one figure per concept, territory and year.
    """
    direct = [series for series in indicator.series if not isinstance(series.formula, Composite)]
    return first_series([series_values(indicator, series, figures) for series in direct], figures)


def value_rows(found: Iterable[SeriesValues], figures: Figures) -> pl.DataFrame:
    """Return the figures of series as rows of table ``value``.

    Args:
        found: Those of any series.
        figures: What they were made of.

    Returns:
        The columns of table ``value``: series after series, each in the order of territories and periods.
    """
    import numpy as np
    import polars as pl

    parts = [one for one in found if one.values.at.size]
    if not parts:
        return value_schema().to_frame()
    values = Values.stacked([one.values for one in parts])
    which = np.repeat(np.arange(len(parts)), [one.values.at.size for one in parts])

    def of(one: Callable[[SeriesValues], Any]) -> NDArray[Any]:
        """Repeat what is of a series for each of its figures."""
        return np.array([one(part) for part in parts])[which]

    def texts(one: Callable[[Series], str]) -> pl.Series:
        return pl.Series([one(part.series) for part in parts]).gather(which)

    produced = np.array([word == "producer" for word in figures.origins])
    note = notes(
        Facts(
            census=of(lambda one: one.indicator.sampled != "no"),
            tax=of(lambda one: is_tax(one.indicator)),
            usable=values.status <= USABLE,
            observed=values.status == OBSERVED,
            published=produced[values.origin],
            numerator=values.numerator,
            denominator=values.denominator,
            year=np.where(figures.stated, figures.year, NOTHING)[values.at],
            denominator_year=values.denominator_year,
            denominator_next=values.denominator_next,
            lower=values.lower,
            exhaustive=values.exhaustive,
        )
    )
    return (
        formulas.table(values, figures)
        .with_columns(
            pl.Series("indicator", [part.indicator.id for part in parts]).gather(which),
            texts(lambda one: one.id).alias("series"),
            texts(lambda one: one.concept).alias("concept"),
            # Of far fewer periods than figures.
            figures.periods.select(period_text()).to_series().gather(values.at),
            note,
        )
        .rename({"dataset": "datasets", "extract": "extracts"})
        .select(list(value_schema()))
    )
