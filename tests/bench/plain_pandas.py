"""The table of values of communes, written as one would with pandas, to be timed beside ours and compared.

The same rules, read in ``indicators`` and written again: every row and every column of what
:func:`indicators.elsewhere.compute_elsewhere` gives for communes. Only what is declared is taken from there
(formulas, bounds, years, sampling rates, words): an error of one computation is not in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
import pandas as pd
import polars as pl

from indicators.frames import VALUE_KEY, value_schema
from indicators.model import POPULATION, ROUNDING, Difference, Indicator, Published, Ratio, Series, Unit
from indicators.notes import EXHAUSTIVE, FRAGILE_DENOMINATOR, UNSTATED
from indicators.registry import INDICATORS
from indicators.uncertainty import LARGE_COMMUNE, SAMPLING, Sampling
from sources.catalogue import Catalogue
from sources.vocabulary import STATUS_SEVERITY, Status

PLACE = ["code", "stated", "period"]
"""A commune and a year: that of the data, or that of the edition where the producer states none."""
RANKS = {status.value: rank for rank, status in enumerate(STATUS_SEVERITY)}
USABLE = max(RANKS[status.value] for status in STATUS_SEVERITY if status.usable)
Z = NormalDist().inv_cdf(0.975)

Variables = Mapping[str, pd.DataFrame]
"""The rows of each variable, one per commune and year, indexed by :data:`PLACE`."""


def values(observations: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the values of communes.

    Args:
        observations: table ``observation``.
        catalogue: for the priority of datasets.

    Returns:
        The rows and columns of table ``value``, sorted by its key.
    """
    chosen = _chosen(observations, catalogue)
    large = _large(chosen)
    variables = {str(name): rows.set_index(PLACE) for name, rows in chosen.groupby("variable")}
    table = pd.concat([_of_indicator(one, variables, large) for one in INDICATORS], ignore_index=True)
    edition = "année non précisée (édition " + table["edition"].astype(int).astype(str) + ")"
    table = table.assign(
        level="commune",
        perimeter=None,
        millesime=table["period"].where(table["stated"]),
        period=table["period"].astype(str).where(table["stated"], edition),
        status=table["severity"].map(dict(enumerate(RANKS))),
        origin="producer",
        note=_notes(table),
    )
    return table.sort_values(list(VALUE_KEY), na_position="first")[list(value_schema())]


def _chosen(observations: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """One row per variable, commune and year: a usable one, of the preferred dataset, the latest edition.

    None of those a later edition of their own dataset hides.
    """
    asked = {POPULATION}.union(*(indicator.variables for indicator in INDICATORS))
    rows = observations[(observations["level"] == "commune") & observations["variable"].isin(asked)]
    severity = rows["status"].map(RANKS)
    rows = rows.assign(
        stated=rows["millesime"].notna(),
        period=rows["millesime"].fillna(rows["edition"]).astype(int),
        severity=severity,
        usable=severity <= USABLE,
        priority=rows["dataset"].map({d.id: d.priority for d in catalogue.datasets.values()}),
    )
    rows = rows.sort_values(["edition", "severity"], ascending=[False, True])
    own = rows.groupby([*PLACE, "variable", "dataset"])
    last_word = own[["severity", "edition"]].transform("first")
    hidden = last_word["severity"] == RANKS[Status.SUPPRESSED.value]
    rows = rows[~(hidden & (rows["edition"] < last_word["edition"]))]
    rows = rows.sort_values(
        ["usable", "priority", "edition", "dataset", "extract"], ascending=[False, True, False, True, True]
    )
    columns = [*PLACE, "variable", "value", "severity", "edition", "dataset", "extract"]
    return rows.drop_duplicates([*PLACE, "variable"])[columns]


def _large(chosen: pd.DataFrame) -> pd.Series:
    """Whether a commune is surveyed every year, by :data:`PLACE`: its inhabitants at the nearest census.

    The later of two as near: years are counted backwards, the first of equals being taken.
    """
    stated = chosen[chosen["stated"]].assign(backwards=-chosen["period"]).sort_values("backwards")
    known = stated[(stated["variable"] == POPULATION) & stated["value"].notna()]
    near = pd.merge_asof(
        stated[[*PLACE, "backwards"]].drop_duplicates(),
        known[["code", "backwards", "value"]],
        on="backwards",
        by="code",
        direction="nearest",
    )
    return near.set_index(PLACE)["value"].dropna() >= LARGE_COMMUNE


def _of_indicator(indicator: Indicator, variables: Variables, large: pd.Series) -> pd.DataFrame:
    """Rows of an indicator: per concept, commune and year, the first of its series that gives a figure."""
    found = [
        _of_series(indicator, series, variables, large).assign(position=position)
        for position, series in enumerate(indicator.series)
        if isinstance(series.formula, Published | Ratio | Difference)
        and "commune" in series.levels
        and _needed(series) <= variables.keys()
    ]
    if not found:
        return pd.DataFrame()
    rows = pd.concat(found)
    if len(found) > 1:
        rows["usable"] = rows["severity"] <= USABLE
        rows = rows.sort_values(["usable", "position"], ascending=[False, True])
        rows = rows.drop_duplicates(["concept", *PLACE])
    taxes = [_needed(series) for series in indicator.series if isinstance(series.formula, Published)]
    return rows.assign(
        indicator=indicator.id,
        census=indicator.sampled != "no",
        taxes=any(name.startswith("filo_") for names in taxes for name in names),
    )


def _needed(series: Series) -> frozenset[str]:
    """Variables without which a series has no row."""
    formula = series.formula
    return frozenset({formula.variable}) if isinstance(formula, Published) else formula.variables


def _of_series(indicator: Indicator, series: Series, variables: Variables, large: pd.Series) -> pd.DataFrame:
    """Rows of a series, with their limits."""
    formula = series.formula
    sampling = None
    if indicator.sampled != "no" and all(name.startswith(("rp_", "rpc_")) for name in formula.variables):
        sampling = SAMPLING[indicator.sampled]
    odds = indicator.unit is Unit.RATIO
    if isinstance(formula, Ratio):
        rows = _limited(
            _rounded(_ratio(formula, variables), formula, indicator), formula, sampling, large, odds
        )
    elif isinstance(formula, Difference):
        minuend, subtrahend = (
            _limited(_ratio(term, variables), term, sampling, large, odds)
            for term in (formula.minuend, formula.subtrahend)
        )
        rows = _difference(minuend, subtrahend)
    else:
        assert isinstance(formula, Published)
        rows = _published(formula, variables, indicator, large)
    first, last = series.years
    rows = rows.reset_index().assign(series=series.id, concept=series.concept)
    return rows[rows["period"].between(first or -np.inf, last or np.inf)]


def _published(
    formula: Published, variables: Variables, indicator: Indicator, large: pd.Series
) -> pd.DataFrame:
    """A producer's value as it is, with its limits: its own, or those of a share of known people."""
    rows = variables[formula.variable].rename(columns={"dataset": "datasets", "extract": "extracts"})
    for end, variable in (("lower", formula.lower), ("upper", formula.upper)):
        rows[end] = variables[variable]["value"] if variable and variable in variables else np.nan
    among = formula.among
    if indicator.sampled != "no" and among is not None and among in variables:
        share = Ratio({formula.variable: 1}, {among: 1}, denominator_year="interpolated")
        beside = _ratio(share, variables)
        beside["numerator"] *= beside["denominator"] / 100
        limits = ["lower", "upper", "exhaustive"]
        rows[limits] = _limited(beside, share, SAMPLING[indicator.sampled], large, odds=False)[limits]
    return rows


def _combination(terms: Mapping[str, float], variables: Variables) -> pd.DataFrame:
    """Weighted sum of variables, where all have a row; the most serious status prevails."""
    parts = pd.concat([variables[name] for name in terms], axis=1, join="inner", keys=list(terms))
    value, severity, edition, dataset, extract = (
        parts.xs(column, axis=1, level=1) for column in ("value", "severity", "edition", "dataset", "extract")
    )
    return pd.DataFrame(
        {
            "value": (value * pd.Series(terms)).sum(axis=1, skipna=False),
            "severity": severity.max(axis=1),
            "edition": edition.max(axis=1),
            "datasets": _names(dataset),
            "extracts": _names(extract),
        }
    )


def _names(columns: pd.DataFrame) -> pd.Series:
    """Sorted distinct names of columns of comma-separated ones, as one text."""
    first, others = columns.iloc[:, 0], columns.iloc[:, 1:]
    texts = first.str.cat(others, sep=", ") if others.size else first
    return texts.map({text: ", ".join(sorted(set(text.split(", ")))) for text in texts.dropna().unique()})


def _ratio(formula: Ratio, variables: Variables) -> pd.DataFrame:
    """Scale × numerator / denominator; not applicable where the denominator is zero."""
    top, bottom = _combination(formula.numerator, variables), _combination(formula.denominator, variables)
    if formula.denominator_year == "interpolated":
        both = _between(top, bottom)
    else:
        both = top.join(bottom, how="inner", suffixes=("", "_below")).reset_index()
        both = both.assign(
            year=both["period"].where(both["stated"]),
            next=np.nan,
            edition=both[["edition", "edition_below"]].max(axis=1),
        ).set_index(PLACE)
    severity = both[["severity", "severity_below"]].max(axis=1)
    nobody = (severity <= USABLE) & (both["value_below"] <= 0)
    severity = severity.mask(nobody, RANKS[Status.NOT_APPLICABLE.value]).astype(int)
    return pd.DataFrame(
        {
            "value": (formula.scale * both["value"] / both["value_below"]).where(severity <= USABLE),
            "numerator": both["value"],
            "denominator": both["value_below"],
            "denominator_millesime": both["year"],
            "denominator_next": both["next"],
            "severity": severity,
            "edition": both["edition"],
            "datasets": _names(both[["datasets", "datasets_below"]]),
            "extracts": _names(both[["extracts", "extracts_below"]]),
        }
    )


def _between(top: pd.DataFrame, bottom: pd.DataFrame) -> pd.DataFrame:
    """Counts beside a denominator of their year, on the line between the two usable ones around it.

    Beside that of the nearest year where there is none before, none after, or one is not usable.
    """
    counts = top.reset_index().sort_values("period")
    known = bottom.assign(year=bottom.index.get_level_values("period")).reset_index().sort_values("period")
    before, after = (
        pd.merge_asof(
            counts, known, on="period", by=["code", "stated"], direction=way, suffixes=("", "_below")
        )
        for way in ("backward", "forward")
    )
    since, until = before["period"] - before["year"], after["year"] - after["period"]
    usable = (before["severity_below"] <= USABLE) & (after["severity_below"] <= USABLE)
    inside = before["stated"] & usable & (since > 0) & (until > 0)
    later = before["year"].isna() | (until <= since)
    both = pd.concat([before[~later], after[later]]).sort_index()
    step = (after["value_below"] - before["value_below"]) * since / (since + until)
    both["value_below"] = both["value_below"].mask(inside, before["value_below"] + step)
    both["severity_below"] = both["severity_below"].mask(
        inside, np.maximum(before["severity_below"], after["severity_below"])
    )
    for names in ("datasets_below", "extracts_below"):
        line = _names(pd.concat([before[names], after[names]], axis=1))
        both[names] = both[names].mask(inside, line)
    both["year"] = both["year"].mask(inside, before["year"]).where(both["stated"])
    both["next"] = after["year"].where(inside)
    return both.dropna(subset="severity_below").set_index(PLACE)


def _rounded(rows: pd.DataFrame, formula: Ratio, indicator: Indicator) -> pd.DataFrame:
    """Make a part that exceeds its total by no more than its producer's rounding the whole of it."""
    high = indicator.bounds[1]
    if high is None:
        return rows
    whole = rows["denominator"] * high / formula.scale
    rounded = (rows["value"] > high) & (rows["numerator"] <= whole + ROUNDING)
    return rows.assign(
        value=rows["value"].mask(rounded, high), numerator=rows["numerator"].mask(rounded, whole)
    )


def _difference(minuend: pd.DataFrame, subtrahend: pd.DataFrame) -> pd.DataFrame:
    """Difference of two ratios, with the limits Newcombe builds from theirs."""
    both = minuend.join(subtrahend, how="inner", suffixes=("", "_less"))
    gap = both["share"] - both["share_less"]
    below = (both["share"] - both["lower"]) ** 2 + (both["upper_less"] - both["share_less"]) ** 2
    above = (both["upper"] - both["share"]) ** 2 + (both["share_less"] - both["lower_less"]) ** 2
    return pd.DataFrame(
        {
            "value": both["value"] - both["value_less"],
            "lower": gap - np.sqrt(below),
            "upper": gap + np.sqrt(above),
            "exhaustive": both["exhaustive"] & both["exhaustive_less"],
            "severity": both[["severity", "severity_less"]].max(axis=1),
            "edition": both[["edition", "edition_less"]].max(axis=1),
            "datasets": _names(both[["datasets", "datasets_less"]]),
            "extracts": _names(both[["extracts", "extracts_less"]]),
        }
    )


def _limited(
    rows: pd.DataFrame, formula: Ratio, sampling: Sampling | None, large: pd.Series, odds: bool
) -> pd.DataFrame:
    """Add Wilson's limits, for the size of the sample, and whether everybody was asked."""
    if sampling is None:
        return rows.assign(share=np.nan, lower=np.nan, upper=np.nan, exhaustive=False)
    # Two disjoint counts (young over old) are shares of their sum.
    size = rows["denominator"] + rows["numerator"] if odds else rows["denominator"]
    rate = large.reindex(rows.index).map({True: sampling.large, False: sampling.small})
    drawn = (size * rate).where((rate < 1) & (size > 0) & (rows["severity"] <= USABLE))
    share = (rows["numerator"] / size).clip(0, 1)
    scale = 1 + Z**2 / drawn
    centre = (share + Z**2 / (2 * drawn)) / scale
    half = Z * np.sqrt(share * (1 - share) / drawn + Z**2 / (4 * drawn**2)) / scale
    lower, upper = (
        np.minimum((centre - half).clip(0, 1), share),
        np.maximum((centre + half).clip(0, 1), share),
    )
    if odds:
        lower, upper = lower / (1 - lower), upper / (1 - upper).where(upper < 1)
    return rows.assign(
        share=formula.scale * share,
        lower=formula.scale * lower,
        upper=formula.scale * upper,
        exhaustive=rate >= 1,
    )


def _notes(table: pd.DataFrame) -> pd.Series:
    """Year of the denominator, small numbers, precision: the sentences that hold, or nothing."""
    year, following = table["denominator_millesime"], table["denominator_next"]
    note = pd.Series("", index=table.index)
    between = following.notna()
    note[between] += (
        " Rapporté à la population interpolée entre "
        + year[between].astype(int).astype(str)
        + " et "
        + following[between].astype(int).astype(str)
        + "."
    )
    other = year.notna() & ~between & (year != table["period"])
    note[other] += " Rapporté à la population de " + year[other].astype(int).astype(str) + "."
    usable, counted = table["severity"] <= USABLE, table["numerator"].notna()
    small = usable & counted & (table["denominator"] < FRAGILE_DENOMINATOR)
    # The noise of a sum of decimals would round some halves down.
    people = table.loc[small, "denominator"].round(6).round().astype(int).astype(str)
    note[small] += " Effectif faible (dénominateur\u00a0: " + people + ")\u00a0: chiffre fragile."
    full = table["exhaustive"].eq(True) | (~table["census"] & (counted | table["taxes"]))
    full &= table["severity"] == RANKS[Status.OBSERVED.value]
    note[full] += " " + EXHAUSTIVE
    note[usable & table["census"] & table["lower"].isna() & ~full] += " " + UNSTATED
    return note.str.strip().replace("", None)


def disagreements(ours: pl.DataFrame, theirs: pd.DataFrame) -> str:
    """Compare the two tables whole.

    Args:
        ours: table ``value`` of communes (:func:`indicators.elsewhere.compute_elsewhere`).
        theirs: that of :func:`values`.

    Returns:
        The first thing that differs, in words; empty when every row and every column is the same, numbers
        within a billionth.
    """
    key = list(VALUE_KEY)
    mine = ours.sort(key)
    other = pl.from_pandas(theirs[ours.columns]).cast(ours.schema).sort(key)
    for name, one, two in (("ours", mine, other), ("pandas", other, mine)):
        alone = one.join(two, on=key, how="anti", nulls_equal=True)
        if alone.height:
            return f"{alone.height} rows are in {name} only: {alone.row(0, named=True)}"
    if mine.height != other.height:
        return f"{mine.height} rows beside {other.height}"
    for name, kind in ours.schema.items():
        pair = pl.DataFrame({"ours": mine[name], "pandas": other[name]})
        same = pl.col("ours").eq_missing(pl.col("pandas"))
        if kind.is_float():
            same |= pl.col("ours").is_close(pl.col("pandas"), rel_tol=1e-9).fill_null(False)
        wrong = pair.with_columns(mine.select(key).to_struct("row")).filter(~same)
        if wrong.height:
            return f"{name} differs in {wrong.height} rows: {wrong.row(0, named=True)}"
    return ""
