"""Values of the territories of the rest of France: the same formulas, on far more rows.

Belongs here: what makes them quick. Does not belong here: the formulas (``formulas``), nor the values of our
own territories, with their sums, mortality and IDH-4 (``compute``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from indicators.compute import POPULATION, first_series, series_values
from indicators.frames import VALUE_KEY, value_schema
from indicators.model import Composite
from indicators.registry import INDICATORS, variables
from indicators.resolve import CatalogueView, resolve
from indicators.uncertainty import with_intervals

if TYPE_CHECKING:
    import polars as pl


def compute_elsewhere(observations: pl.DataFrame, catalogue: CatalogueView) -> pl.DataFrame:
    """Compute the values of territories the barometer does not follow, from national files.

    Only what comes straight from a territory's own figures: no sum (nobody declared what they are made of),
    no mortality nor IDH-4 (its goalposts are those of our région), no row where there is no figure.

    Args:
        observations: Rows of table ``observation`` of these territories.
        catalogue: Datasets and variables.

    Returns:
        Rows of the ``value`` table, sorted by its key.
    """
    import polars as pl

    # A national file has far more variables than the indicators need.
    needed = observations.filter(pl.col("variable").is_in(list(variables())))
    by_variable = _resolved_by_variable(needed, catalogue)
    members = pl.DataFrame(schema={"parent_level": pl.String, "parent_code": pl.String, "code": pl.String})
    parts: dict[bool, list[pl.DataFrame]] = {True: [], False: []}
    for indicator in INDICATORS:
        rows = [
            # Only the rows of its own variables: a formula would otherwise go through all of France.
            series_values(indicator, position, series, _of(by_variable, series.formula.variables), members)
            for position, series in enumerate(indicator.series)
            if not isinstance(series.formula, Composite)
        ]
        if rows:
            whole = first_series(pl.concat(rows)) if len(rows) > 1 else rows[0].drop("_position")
            parts[indicator.sampled != "no"].append(whole)
    census = [indicator for indicator in INDICATORS if indicator.sampled != "no"]
    resolved = {True: _of(by_variable, variables(census) | {POPULATION}), False: by_variable[""]}
    # What is not of the census has no interval to be looked for.
    values = pl.concat(
        [with_intervals(pl.concat(parts[kind]), resolved[kind], members) for kind in (True, False)]
    )
    return values.select(list(value_schema())).sort(VALUE_KEY, nulls_last=False)


def _resolved_by_variable(observations: pl.DataFrame, catalogue: CatalogueView) -> dict[str, pl.DataFrame]:
    """Resolved observations of each variable, and none under the empty name."""
    import polars as pl

    key = ["level", "code", "perimeter", "variable", "millesime", "edition"]
    found = {"": resolve(observations.head(0), catalogue)}
    for (variable,), rows in observations.partition_by("variable", as_dict=True).items():
        # Almost every figure comes from one file: only the others have to be put in order of preference.
        several = pl.struct(pl.coalesce("millesime", "edition"), *key[:-2]).is_duplicated()
        alone = rows.filter(~several).with_columns(
            stated=pl.col("millesime").is_not_null(),
            period=pl.coalesce("millesime", "edition"),
            origin=pl.lit("producer"),
        )
        chosen = resolve(rows.filter(several), catalogue)
        found[str(variable)] = pl.concat([alone.select(chosen.columns), chosen])
    return found


def _of(by_variable: Mapping[str, pl.DataFrame], names: Iterable[str]) -> pl.DataFrame:
    import polars as pl

    return pl.concat([by_variable[""], *(by_variable[v] for v in sorted(set(names) & set(by_variable)))])
