"""The same indicators written as anyone would with pandas, to be timed beside ours and compared with them.

Published values, ratios of the same year and differences, of communes; what is interpolated between two
censuses, the intervals and the sums are left out: pandas has less to do than we have.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import polars as pl

from indicators.model import Difference, Published, Ratio
from indicators.registry import INDICATORS
from sources.catalogue import Catalogue

PLACE = ["code", "stated", "period"]


def values(observations: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the values of every series pandas is asked for.

    Args:
        observations: table ``observation`` of communes.
        catalogue: for the priority of datasets.

    Returns:
        ``indicator, series, code, stated, period, value``, rows without a value left out.
    """
    held = observations.assign(
        stated=observations["millesime"].notna(),
        period=observations["millesime"].fillna(observations["edition"]).astype(int),
        usable=observations["status"].isin(["observed", "estimated"]),
        priority=observations["dataset"].map({d.id: d.priority for d in catalogue.datasets.values()}),
    )
    held = held.sort_values(
        ["usable", "priority", "edition", "dataset", "extract"], ascending=[False, True, False, True, True]
    ).drop_duplicates([*PLACE, "variable"])
    found = []
    for indicator in INDICATORS:
        for series in indicator.series:
            if "commune" not in {level.value for level in series.levels}:
                continue
            formula = series.formula
            if isinstance(formula, Published):
                rows = held[held["variable"] == formula.variable].set_index(PLACE)["value"]
            elif isinstance(formula, Ratio) and formula.denominator_year == "same":
                rows = _ratio(held, formula)
            elif isinstance(formula, Difference):
                rows = _ratio(held, formula.minuend) - _ratio(held, formula.subtrahend)
            else:
                continue
            first, last = series.years
            frame = rows.dropna().rename("value").reset_index()
            if first is not None:
                frame = frame[frame["period"] >= first]
            if last is not None:
                frame = frame[frame["period"] <= last]
            found.append(frame.assign(indicator=indicator.id, series=series.id))
    return pd.concat(found, ignore_index=True)


def _ratio(held: pd.DataFrame, formula: Ratio) -> pd.Series:
    return formula.scale * _sum(held, formula.numerator) / _sum(held, formula.denominator).replace(0, np.nan)


def _sum(held: pd.DataFrame, terms: Mapping[str, float]) -> pd.Series:
    rows = held[held["variable"].isin(list(terms))]
    wide = rows.pivot(index=PLACE, columns="variable", values="value")
    if set(wide.columns) != set(terms):
        return pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], [], []], names=PLACE))
    total = sum(weight * wide[name] for name, weight in terms.items())
    assert isinstance(total, pd.Series)
    return total


def disagreements(ours: pl.DataFrame, theirs: pd.DataFrame) -> tuple[int, int]:
    """Compare values of ours with those of pandas.

    Args:
        ours: table ``value`` (:func:`indicators.elsewhere.compute_elsewhere`).
        theirs: those of :func:`values`.

    Returns:
        How many values of ours pandas has too, and how many of those differ or are missing there.
    """
    asked = {(i, s) for i, s in theirs[["indicator", "series"]].drop_duplicates().itertuples(index=False)}
    mine = ours.filter(pl.col("level") == "commune", pl.col("value").is_not_null()).with_columns(
        stated=pl.col("millesime").is_not_null(), _year=pl.coalesce("millesime", "edition")
    )
    kept = mine.filter(
        pl.struct("indicator", "series").map_elements(
            lambda row: (row["indicator"], row["series"]) in asked, return_dtype=pl.Boolean
        )
    )
    key = ["indicator", "series", "code", "stated", "period"]
    both = kept.select(*key[:-1], period="_year", value="value").join(
        pl.from_pandas(theirs).select(*key, other="value").cast({"period": pl.Int32}), on=key, how="left"
    )
    near = (pl.col("value") - pl.col("other")).abs() <= 1e-9 * pl.col("value").abs().clip(1)
    return both.height, both.filter(~near.fill_null(False)).height
