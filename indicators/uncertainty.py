"""Intervals of what the census estimates from a sample, and how they carry over to differences.

Formulas are in :mod:`indicators.intervals`; counts of deaths have their own exact limits
(:mod:`indicators.mortality`). No correction for the finite population is made: people of one dwelling are
drawn together, which costs about what the correction would give back.

What is not a sample has no sampling interval, and the note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from indicators.figures import USABLE, Figures
from indicators.formulas import Values, given, ratio, table
from indicators.frames import is_usable
from indicators.intervals import difference_limits, odds, wilson
from indicators.model import POPULATION, Difference, Formula, Indicator, Published, Ratio, Unit
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

Exploitation = Literal["principal", "complementary"]

LARGE_COMMUNE = 10_000
"""Inhabitants from which the census of a commune is a yearly sample instead of an exhaustive round."""


@dataclass(frozen=True)
class Sampling:
    """Share of the dwellings an exploitation rests on, by size of commune."""

    large: float
    small: float


SAMPLING: dict[Exploitation, Sampling] = {
    "principal": Sampling(large=0.4, small=1.0),
    "complementary": Sampling(large=0.4, small=0.2),
}

LARGE_AREAS = (Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.METROPOLE, Level.FRANCE)
"""Made of communes: where those are not all known, the lowest rate of the exploitation is taken.

Whatever mixture of large and small communes an area is made of, its variance is at most what it would be if
every commune were sampled at the lowest rate: the interval is wide enough, never too narrow.
"""

FRAGILE_DENOMINATOR = 200
"""Below, a share moves by half a point or more with one person: flagged, whatever the source."""

_FEW = range(FRAGILE_DENOMINATOR + 1)

EXHAUSTIVE = "Donnée exhaustive\u00a0: pas d’intervalle de sondage."
UNSTATED = "Le producteur n’indique pas la précision de ce chiffre."


def with_intervals(
    values: pl.DataFrame, figures: Figures, members: pl.DataFrame, indicators: Sequence[Indicator]
) -> pl.DataFrame:
    """Fill ``lower``, ``upper`` and the note of precision of the ``value`` table.

    Args:
        values: Table ``value``; intervals already there (mortality, IDH-4) are kept.
        figures: Resolved observations with their sums: population of the communes, terms of the differences.
        members: Communes of every aggregate (:func:`indicators.resolve.membership_frame`).
        indicators: Those the values are of.

    Returns:
        The same rows, in the same order; ``lower`` and ``upper`` in the unit of the value, at 95 %, null
        where nothing measures the error.
    """
    import polars as pl

    rows = values.with_row_index("_row")
    terms = pl.concat([_term_schema().to_frame(), *_terms(rows, figures, indicators)])
    large = _large(figures.rows([POPULATION]))
    limits = _limits(_with_effective_size(terms, large, members))
    rows = rows.join(limits, on="_row", how="left", maintain_order="left")
    usable = is_usable(pl.col("status"))
    counted = pl.col("numerator").is_not_null() & pl.col("origin").is_in(["producer", "sum"])
    fragile = usable & counted & (pl.col("denominator") < FRAGILE_DENOMINATOR)
    # The noise of a sum of decimals would round some halves down.
    few = pl.when(fragile).then(pl.col("denominator").round(6).round(0).cast(pl.Int32))
    warning = few.replace_strict(
        {n: f"Effectif faible (dénominateur\u00a0: {n})\u00a0: chiffre fragile." for n in _FEW},
        return_dtype=pl.String,
    )
    census = pl.col("indicator").is_in([i.id for i in indicators if i.sampled != "no"])
    full = pl.col("_exhaustive").fill_null(False) | (
        census.not_() & (counted | pl.col("indicator").is_in(_tax_indicators(indicators)))
    )
    precision = (
        pl.when((pl.col("status") == Status.OBSERVED.value) & full)
        .then(pl.lit(EXHAUSTIVE))
        .when(usable & census & pl.coalesce("lower", "_lower").is_null() & (pl.col("origin") == "producer"))
        .then(pl.lit(UNSTATED))
    )
    said = pl.concat_str("note", warning, precision, separator=" ", ignore_nulls=True)
    # Asked twice in one question, the words would be put together twice.
    return rows.with_columns(
        # A difference without a figure would have the limits of its first term.
        lower=pl.coalesce("lower", pl.when(usable).then("_lower")),
        upper=pl.coalesce("upper", pl.when(usable).then("_upper")),
        note=said,
    ).select(pl.when(pl.col(name) != "").then(name) if name == "note" else name for name in values.columns)


def share_limits(
    shares: pl.DataFrame, formula: Ratio, indicator: Indicator, resolved: pl.DataFrame, members: pl.DataFrame
) -> pl.DataFrame:
    """Give census shares that are the input of another value their ``lower`` and ``upper``.

    Args:
        shares: Rows of ``formula`` (:func:`indicators.formulas.ratio`).
        formula: The share.
        indicator: One of the same question of the census, for its exploitation.
        resolved: Resolved observations with their sums, for the population of the communes.
        members: Communes of every aggregate.

    Returns:
        The same rows with two more columns, null where nothing is drawn or the sampling is not known.
    """
    import polars as pl

    rows = shares.with_row_index("_row")
    terms = _term(rows, {"indicator": pl.lit(""), "series": pl.lit("")}, 0, indicator, formula)
    limits = _limits(_with_effective_size(terms, _large(resolved), members))
    found = limits.select("_row", lower="_lower", upper="_upper")
    return rows.join(found, on="_row", how="left", maintain_order="left").drop("_row")


def _term_schema() -> pl.Schema:
    """One proportion a value is made of: ``_term`` 0 is the value's or the minuend's, 1 the subtrahend's.

    ``_row`` is the row of the value, none where only the sum it is a member of has one.
    """
    import polars as pl

    return pl.Schema(
        {
            "_row": pl.UInt32(),
            **dict.fromkeys(("indicator", "series", "level", "code", "perimeter"), pl.String()),
            "millesime": pl.Int32(),
            "_term": pl.Int32(),
            "_share": pl.Float64(),
            "_size": pl.Float64(),
            "_scale": pl.Float64(),
            "_odds": pl.Boolean(),
            "_exploitation": pl.String(),
        }
    )


def _sampled_series(indicators: Sequence[Indicator]) -> Iterator[tuple[Indicator, str, Formula]]:
    """Series computed from census counts, or published with whom they are shares of."""
    for indicator in indicators:
        for series in indicator.series:
            counts = isinstance(series.formula, Ratio | Difference) and _is_census(series.formula)
            shares = isinstance(series.formula, Published) and series.formula.among is not None
            if indicator.sampled != "no" and (counts or shares):
                yield indicator, series.id, series.formula


def _is_census(formula: Formula) -> bool:
    return all(variable.startswith(("rp_", "rpc_")) for variable in formula.variables)


def _terms(values: pl.DataFrame, figures: Figures, indicators: Sequence[Indicator]) -> Iterator[pl.DataFrame]:
    """The proportions behind the census values, with the population each is a share of."""
    import polars as pl

    place = ["level", "code", "perimeter", "millesime"]
    sampled = pl.col("indicator").is_in(
        sorted({indicator.id for indicator, _, _ in _sampled_series(indicators)})
    )
    # Cut once: to look for each series in turn would go through all of France every time. Without a year, two
    # editions would each have the limits of both.
    of = (
        values.filter(sampled & is_usable(pl.col("status")) & pl.col("millesime").is_not_null())
        .select("indicator", "series", "_row", *place, "numerator", "denominator")
        .partition_by("indicator", "series", as_dict=True, include_key=False)
    )
    for indicator, series, formula in _sampled_series(indicators):
        key = {"indicator": pl.lit(indicator.id), "series": pl.lit(series)}
        rows = of.get((indicator.id, series))
        if rows is None:
            continue
        if isinstance(formula, Ratio):
            yield _term(rows, key, 0, indicator, formula)
            continue
        for position, (term, share) in enumerate(_shares(formula, figures)):
            known = share.take((share.status <= USABLE) & figures.stated[share.at])
            # A share of a commune that has no value of its own still makes that of its EPCI.
            found = table(known, figures).join(
                rows.select("_row", *place), on=place, how="left", nulls_equal=True
            )
            yield _term(found, key, position, indicator, term)


def _shares(formula: Formula, figures: Figures) -> Iterator[tuple[Ratio, Values]]:
    """The shares that a difference is of, or the one that a producer publishes."""
    if isinstance(formula, Difference):
        for term in (formula.minuend, formula.subtrahend):
            yield term, ratio(term, figures)
    elif isinstance(formula, Published) and formula.among is not None:
        yield _SHARE, _published_share(formula, formula.among, figures)


_SHARE = Ratio({}, {})
"""The scale of a published share: in percent of those it is of."""


def _published_share(formula: Published, among: str, figures: Figures) -> Values:
    """A published share beside how many it is of, at the nearest census that counts them."""
    own = {**figures.cells, formula.variable: given(figures, formula.variable)}
    beside = Ratio({formula.variable: 1}, {among: 1}, denominator_year="interpolated")
    share = ratio(beside, replace(figures, cells=own))
    return replace(share, numerator=share.numerator * share.denominator / _SHARE.scale)


def _term(
    rows: pl.DataFrame, key: dict[str, pl.Expr], position: int, indicator: Indicator, formula: Ratio
) -> pl.DataFrame:
    import polars as pl

    # Two disjoint counts (young over old) are not a share of each other but of their sum.
    disjoint = indicator.unit is Unit.RATIO
    size = pl.col("numerator") + pl.col("denominator") if disjoint else pl.col("denominator")
    return rows.select(
        "_row",
        **key,
        level="level",
        code="code",
        perimeter="perimeter",
        millesime="millesime",
        _term=pl.lit(position),
        _share=(pl.col("numerator") / size).clip(0, 1),
        _size=size,
        _scale=pl.lit(float(formula.scale)),
        _odds=pl.lit(disjoint),
        _exploitation=pl.lit(str(indicator.sampled)),
    ).cast(_term_schema())


def _large(resolved: pl.DataFrame) -> pl.DataFrame:
    """Communes surveyed every year, by year of census: ``code``, ``millesime``, ``_large``."""
    import polars as pl

    return (
        resolved.filter(
            (pl.col("variable") == POPULATION)
            & (pl.col("level") == Level.COMMUNE.value)
            & pl.col("stated")
            & pl.col("value").is_not_null()
        )
        .select("code", millesime="period", _large=pl.col("value") >= LARGE_COMMUNE)
        .sort("millesime")
    )


def _with_effective_size(terms: pl.DataFrame, large: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Add ``_effective``, null where nothing is drawn or the sampling is not known, and ``_exhaustive``.

    In an aggregate each member weighs its population while it brings its own sample: variances add up, so
    that the effective size is N² / Σ Nᵢ²/nᵢ (Kish, *Survey Sampling*, 1965), exhaustive members adding none.
    Where the members of a large area are not all known, see :data:`LARGE_AREAS`.
    """
    import polars as pl

    rates = pl.DataFrame(
        [(name, True, s.large) for name, s in SAMPLING.items()]
        + [(name, False, s.small) for name, s in SAMPLING.items()],
        schema={"_exploitation": pl.String, "_large": pl.Boolean, "_rate": pl.Float64},
        orient="row",
    )
    communes = (
        terms.filter(pl.col("level") == Level.COMMUNE.value)
        .sort("millesime")
        # The population of the nearest census: not every file of a census gives it.
        .join_asof(large, on="millesime", by="code", strategy="nearest", check_sortedness=False)
        .join(rates, on=["_exploitation", "_large"], how="left")
        .with_columns(
            # Nᵢ²/nᵢ, with nᵢ = rate × Nᵢ.
            _inverse=pl.when(pl.col("_rate") < 1).then(pl.col("_size") / pl.col("_rate")).otherwise(0.0)
        )
    )
    own = ["indicator", "series", "millesime", "_term"]
    sizes = members.group_by("parent_level", "parent_code").len("_members")
    pooled = (
        communes.select(*own, "code", "_inverse", "_rate")
        .join(members, on="code")
        .group_by(*own, "parent_level", "parent_code")
        .agg(pl.len().alias("_present"), pl.col("_inverse").sum(), pl.col("_rate").min())
        .join(sizes, on=["parent_level", "parent_code"])
        .filter(pl.col("_present") == pl.col("_members"))
        .select(*own, level="parent_level", code="parent_code", _inverse="_inverse", _rate="_rate")
    )
    aggregates = terms.filter(pl.col("level") != Level.COMMUNE.value).join(
        pooled, on=[*own, "level", "code"], how="left"
    )
    lowest = {name: min(s.large, s.small) for name, s in SAMPLING.items()}
    unknown = pl.col("_rate").is_null() & pl.col("level").is_in([level.value for level in LARGE_AREAS])
    assumed = pl.col("_exploitation").replace_strict(lowest, return_dtype=pl.Float64)
    aggregates = aggregates.with_columns(
        _rate=pl.when(unknown).then(assumed).otherwise("_rate"),
        _inverse=pl.when(unknown).then(pl.col("_size") / assumed).otherwise("_inverse"),
    )
    columns = [*terms.columns, "_inverse", "_rate"]
    return pl.concat([communes.select(columns), aggregates.select(columns)]).with_columns(
        _effective=pl.when((pl.col("_inverse") > 0) & (pl.col("_size") > 0)).then(
            pl.col("_size") ** 2 / pl.col("_inverse")
        ),
        _exhaustive=pl.col("_rate") >= 1,
    )


def _limits(sized: pl.DataFrame) -> pl.DataFrame:
    """Limits of the values, by their row: ``_lower``, ``_upper``, ``_exhaustive``."""
    import polars as pl

    low, high = wilson(pl.col("_share"), pl.col("_effective"))

    def in_unit(share: pl.Expr) -> pl.Expr:
        return pl.when(pl.col("_odds")).then(odds(share)).otherwise(share) * pl.col("_scale")

    # Asked at once: what several expressions share is computed once.
    each = (
        sized.lazy()
        .filter(pl.col("_row").is_not_null())
        .with_columns(_value=in_unit(pl.col("_share")), _lower=in_unit(low), _upper=in_unit(high))
        .select("_row", "_term", "_value", "_lower", "_upper", "_exhaustive")
        .collect()
    )
    first = each.filter(pl.col("_term") == 0)
    second = each.filter(pl.col("_term") == 1).select(
        "_row", _v2="_value", _l2="_lower", _u2="_upper", _e2="_exhaustive"
    )
    joined = first.join(second, on="_row", how="left")
    lower, upper = difference_limits(
        (pl.col("_value"), pl.col("_lower"), pl.col("_upper")), (pl.col("_v2"), pl.col("_l2"), pl.col("_u2"))
    )
    single = pl.col("_v2").is_null()
    return joined.select(
        "_row",
        _lower=pl.when(single).then("_lower").otherwise(lower),
        _upper=pl.when(single).then("_upper").otherwise(upper),
        _exhaustive=pl.col("_exhaustive") & pl.col("_e2").fill_null(True),
    )


def _tax_indicators(indicators: Sequence[Indicator]) -> list[str]:
    """Indicators a producer computes from the tax files of every household."""
    return [
        indicator.id
        for indicator in indicators
        for series in indicator.series
        if isinstance(series.formula, Published) and series.formula.variable.startswith("filo_")
    ]
