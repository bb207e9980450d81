"""Values of the territories of the rest of France: the same formulas, on far more rows.

Belongs here: what makes them quick. Does not belong here: the formulas (``formulas``), what a sum of communes
is worth (``references``), nor the values of our own territories, with mortality and IDH-4 (``compute``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from indicators.frames import VALUE_KEY, value_schema
from indicators.model import (
    POPULATION,
    Composite,
    Difference,
    Indicator,
    Ratio,
    Series,
    WeightedMean,
)
from indicators.references import differences, full_years, listed, not_given, summed, weighted, widened
from indicators.resolve import CatalogueView, resolve
from indicators.series import first_series, series_values
from indicators.structure import VARIABLES
from indicators.uncertainty import looked_for, with_intervals

if TYPE_CHECKING:
    import polars as pl

    from sources.model import Column

AT_ONCE = 1_500_000
"""Observations that values are computed from, and that a formula is applied to: memory is the limit."""


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
    observations = observations.filter(pl.col("variable").is_in(sorted(variables_of(indicators))))
    by_variable = _resolved_by_variable(observations, catalogue)
    # Only one copy of the rows of France is held from here on.
    del observations
    population = full_years(_of(by_variable, [POPULATION]))
    made_of = None if areas is None else weighted(areas, population)
    members = pl.DataFrame(schema={"parent_level": pl.String, "parent_code": pl.String, "code": pl.String})
    parts: dict[bool, list[pl.DataFrame]] = {True: [], False: []}
    sums: list[pl.DataFrame] = []
    for indicator in indicators:
        rows = []
        for position, series in enumerate(_direct(indicator).series):
            # Only the rows of its own variables: a formula would otherwise go through all of France.
            rows.append(
                pl.concat(
                    series_values(indicator, position, series, some, members)
                    for some in _pieces(_of(by_variable, series.formula.variables))
                )
            )
            if made_of is not None:
                sums += _sums(indicator, position, series, rows[-1], by_variable, made_of)
        if rows:
            whole = first_series(pl.concat(rows)) if len(rows) > 1 else rows[0].drop("_position")
            parts[indicator.sampled != "no"].append(whole)
    # What is not of the census has no interval to be looked for.
    resolved_of = {True: _of(by_variable, looked_for(indicators)), False: by_variable[""]}
    own = pl.concat(
        [
            value_schema().to_frame(),
            *(
                with_intervals(pl.concat(parts[kind]), resolved_of[kind], members, indicators)
                for kind in (True, False)
                if parts[kind]
            ),
        ]
    )
    values = [own]
    if sums:
        chosen = not_given(first_series(pl.concat(sums)), own)
        values.append(widened(with_intervals(chosen, by_variable[""], members, indicators)))
    return pl.concat([frame.select(list(value_schema())) for frame in values]).sort(
        VALUE_KEY, nulls_last=False
    )


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


def _sums(
    indicator: Indicator,
    position: int,
    series: Series,
    rows: pl.DataFrame,
    by_variable: Mapping[str, pl.DataFrame],
    areas: pl.DataFrame,
) -> list[pl.DataFrame]:
    """Sums of the communes for one series; none where its formula is not of counts."""
    import polars as pl

    members = pl.DataFrame(schema={"parent_level": pl.String, "parent_code": pl.String, "code": pl.String})

    def of(formula: Ratio) -> pl.DataFrame:
        one = replace(series, formula=formula)
        resolved = pl.concat(
            [by_variable[""], *(_summable(by_variable[v], v, formula, areas) for v in sorted(known(formula)))]
        )
        return summed(series_values(indicator, position, one, resolved, members), indicator, one, areas)

    def known(formula: Ratio) -> set[str]:
        return set(formula.variables) & set(by_variable)

    match series.formula:
        case Ratio(denominator_year="interpolated"):
            return [of(series.formula)]
        case Ratio():
            return [summed(rows, indicator, series, areas)]
        case Difference(minuend=minuend, subtrahend=subtrahend):
            return [differences(of(minuend), of(subtrahend))]
        case _:
            return []


def _summable(rows: pl.DataFrame, variable: str, formula: Ratio, areas: pl.DataFrame) -> pl.DataFrame:
    """Rows of one variable of a ratio, such that those of all communes may be added up."""
    if variable in formula.denominator:
        # The denominator must be of the same years for all.
        return full_years(rows)
    return listed(rows, areas) if formula.absent_is_zero else rows


def _resolved_by_variable(observations: pl.DataFrame, catalogue: CatalogueView) -> dict[str, pl.DataFrame]:
    """Resolved observations of each variable, and none under the empty name."""
    import polars as pl

    key = ["level", "code", "perimeter", "variable", "millesime", "edition"]
    found = {"": resolve(observations.head(0), catalogue)}
    names = observations["variable"].unique(maintain_order=True)
    # Cut one after the other: all at once, the parts and what polars needs to cut them take three times more.
    of = observations["variable"].cast(pl.Enum(names))
    for variable in names:
        rows = observations.filter(of == variable)
        # Almost every figure comes from one file: only the others have to be put in order of preference.
        period = pl.coalesce("millesime", "edition")
        several = rows.select(pl.struct(period, *key[:-2]).is_duplicated()).to_series()
        alone = rows.filter(~several).with_columns(
            stated=pl.col("millesime").is_not_null(), period=period, origin=pl.lit("producer")
        )
        chosen = resolve(rows.filter(several), catalogue) if several.any() else found[""]
        found[variable] = pl.concat([alone.select(chosen.columns), chosen])
    return found


def _pieces(resolved: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield rows in pieces of whole territories: what a formula of many variables holds is bounded."""
    import polars as pl

    pieces = -(-resolved.height // AT_ONCE)
    if pieces <= 1:
        yield resolved
        return
    codes = resolved["code"].unique().sort()
    size = -(-codes.len() // pieces)
    for start in range(0, codes.len(), size):
        some = codes[start : start + size]
        yield resolved.filter(pl.col("code").is_between(pl.lit(some[0]), pl.lit(some[-1])))


def _of(by_variable: Mapping[str, pl.DataFrame], names: Iterable[str]) -> pl.DataFrame:
    import polars as pl

    return pl.concat([by_variable[""], *(by_variable[v] for v in sorted(set(names) & set(by_variable)))])
