"""Values of the territories of the rest of France: the same formulas, on far more rows.

Belongs here: what makes them quick. Does not belong here: the formulas (``formulas``), what a sum of communes
is worth (``references``), nor the values of our own territories, with mortality and IDH-4 (``compute``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from indicators.figures import Figures
from indicators.frames import VALUE_KEY, value_schema
from indicators.model import (
    POPULATION,
    Composite,
    Difference,
    Indicator,
    Ratio,
    WeightedMean,
)
from indicators.references import (
    completed,
    differences,
    full_years,
    listed,
    summed,
    weighted,
    widened,
    with_error,
)
from indicators.resolve import CatalogueView, priorities
from indicators.series import SeriesValues, first_series, series_values, value_rows
from indicators.structure import VARIABLES
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from sources.model import Column

AT_ONCE = 1_500_000
"""Observations that values are computed from: memory is the limit."""


def compute_elsewhere(
    observations: pl.DataFrame,
    catalogue: CatalogueView,
    areas: pl.DataFrame | None = None,
    *,
    indicators: Sequence[Indicator],
) -> pl.DataFrame:
    """Compute the values of territories from national files, and the sums of communes.

    Only what comes straight from a territory's own figures or those of its communes: no mortality nor IDH-4
    (its goalposts are those of our région), no row where there is no figure.

    Args:
        observations: Rows of table ``observation`` of these territories.
        catalogue: Datasets and variables.
        areas: Communes of the territories to add up (:func:`indicators.references.places`), if any.
        indicators: Those to compute: the values of one do not depend on the others that are asked with it.

    Returns:
        Rows of the ``value`` table, sorted by its key.
    """
    import polars as pl

    # A national file has far more variables than the indicators need.
    asked = observations.filter(pl.col("variable").is_in(sorted(variables_of(indicators))))
    figures = Figures.of(asked, priorities(catalogue))
    # Only one copy of the rows of France is held from here on.
    del observations, asked
    made_of = None
    if areas is not None:
        people = figures.cells.get(POPULATION, figures.of_none())
        made_of = weighted(areas, figures.told(full_years(people, figures)))
    found: list[SeriesValues] = []
    sums: list[pl.DataFrame] = []
    for indicator in map(_direct, indicators):
        all_series = [series_values(indicator, series, figures) for series in indicator.series]
        if made_of is not None:
            sums += [total for one in all_series for total in _sums(one, figures, made_of)]
        found += first_series(all_series, figures)
    # In the order of the key, as the territories and periods of each are.
    found.sort(key=lambda one: (one.indicator.id, one.series.id))
    values = value_rows(found, figures)
    if not sums:
        return values
    key = "indicator", "concept", "level", "code", "perimeter", "period"
    firsts = pl.concat(sums).unique(key, keep="first", maintain_order=True)
    # Of the communes, by far the most rows, there is no sum.
    commune = pl.col("level") == Level.COMMUNE.value
    made = completed(values.filter(~commune), widened(firsts)).sort(VALUE_KEY, nulls_last=False)
    return _merged(values.filter(commune), made)


def _merged(*frames: pl.DataFrame) -> pl.DataFrame:
    """Put frames in the order of their key that are in it already, and share no series and level."""
    import polars as pl

    blocks = [(["", "", ""], value_schema().to_frame())]
    for frame in frames:
        start = 0
        for *key, length in frame.group_by(VALUE_KEY[:3], maintain_order=True).len().iter_rows():
            blocks.append((key, frame.slice(start, length)))
            start += length
    return pl.concat([rows for _, rows in sorted(blocks, key=lambda one: one[0])])


def variables_of(indicators: Iterable[Indicator]) -> frozenset[str]:
    """Return the variables values are made of here, and the population that sums are weighted by."""
    return frozenset({POPULATION}).union(*(_direct(indicator).variables for indicator in indicators))


def rested_on(indicators: Iterable[Indicator], declared: Mapping[str, Column]) -> frozenset[str]:
    """Return the variables that figures of other communes rest on; nothing is made nor shown of the others.

    Args:
        indicators: All that are computed.
        declared: Variables of a dataset.

    Returns:
        The variables of values and of the structure of communes, and the totals they are checked against.
    """
    asked = (variables_of(indicators) | VARIABLES) & declared.keys()
    while totals := {total for name in asked if (total := declared[name].part_of)} - asked:
        asked |= totals
    return asked


def _direct(indicator: Indicator) -> Indicator:
    """Leave out the series that are made here of nothing: methods of their own, means over known members."""
    elsewhere = (s for s in indicator.series if not isinstance(s.formula, Composite | WeightedMean))
    return replace(indicator, series=tuple(elsewhere))


def _sums(one: SeriesValues, figures: Figures, areas: pl.DataFrame) -> list[pl.DataFrame]:
    """Sums of the communes for one series; none where its formula is not of counts."""

    def of(formula: Ratio) -> pl.DataFrame:
        mine, series = _summable(formula, figures, areas), replace(one.series, formula=formula)
        return summed(series_values(one.indicator, series, mine), mine, areas)

    match one.series.formula:
        case Ratio(denominator_year=year) as formula:
            sums = of(formula) if year == "interpolated" else summed(one, figures, areas)
            return [with_error(sums, formula, one.indicator)]
        case Difference(minuend=minuend, subtrahend=subtrahend):
            return [differences(of(minuend), of(subtrahend))]
        case _:
            return []


def _summable(formula: Ratio, figures: Figures, areas: pl.DataFrame) -> Figures:
    """Return the figures of a ratio such that those of all communes may be added up."""
    import polars as pl

    cells = {name: figures.cells[name] for name in formula.variables & figures.cells.keys()}
    # The denominator must be of the same years for all.
    cells |= {name: full_years(cells[name], figures) for name in formula.denominator if name in cells}
    known = replace(figures, cells=cells)
    if not formula.absent_is_zero:
        return known
    listed_ones = [listed(known.rows([name]), areas) for name in formula.numerator if name in cells]
    return Figures.of(pl.concat([known.rows(formula.denominator), *listed_ones]))
