"""The formulas themselves: published values, ratios of counts and differences, on resolved observations.

Every function takes the output of :mod:`indicators.resolve` and returns one row per territory and period with
``value``, ``numerator``, ``denominator``, ``denominator_millesime``, ``denominator_next``, ``status``,
``origin``, ``dataset`` and ``extract``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from indicators.frames import PERIOD_KEY, is_usable, joined_names, provenance, severity, status_of
from indicators.model import Difference, Published, Ratio, WeightedMean
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

_COLUMNS = (
    *PERIOD_KEY,
    "millesime",
    "edition",
    "value",
    "numerator",
    "denominator",
    "denominator_millesime",
    "denominator_next",
    "status",
    "origin",
    "dataset",
    "extract",
)
_COMBINED = (*PERIOD_KEY, "millesime", "edition", "value", "status", "origin", "dataset", "extract")


def published(formula: Published, resolved: pl.DataFrame) -> pl.DataFrame:
    """Take a producer's value as it is.

    Args:
        formula: The variable, and those of its limits where the producer gives them.
        resolved: One observation per variable, territory and period.

    Returns:
        The columns of this module, ``lower`` and ``upper``; figures in the producer's unit, sums left out.
    """
    import polars as pl

    own = resolved.filter(pl.col("origin") == "producer")
    rows = own.filter(pl.col("variable") == formula.variable)
    for end, variable in (("lower", formula.lower), ("upper", formula.upper)):
        limits = own.filter(pl.col("variable").eq_missing(pl.lit(variable, pl.String))).select(
            *PERIOD_KEY, pl.col("value").alias(end)
        )
        rows = rows.join(limits, on=PERIOD_KEY, how="left", nulls_equal=True, maintain_order="left")
    return rows.with_columns(
        numerator=pl.lit(None, pl.Float64),
        denominator=pl.lit(None, pl.Float64),
        denominator_millesime=pl.lit(None, pl.Int32),
        denominator_next=pl.lit(None, pl.Int32),
    ).select(*_COLUMNS, "lower", "upper")


def combination(terms: Mapping[str, float], resolved: pl.DataFrame) -> pl.DataFrame:
    """Linear combination of variables; a row exists only where every term has one.

    An unusable term makes the whole unusable, with the most serious status.

    Args:
        terms: Variable → weight.
        resolved: One observation per variable, territory and period.

    Returns:
        One row per territory and period, its ``value`` Σ weight × value in the unit of the terms; the names
        in ``dataset`` and ``extract`` come in any order, and more than once.
    """
    import polars as pl

    # Filtering first: hashing every name of a national file would take most of the time.
    rows = resolved.filter(pl.col("variable").is_in(list(terms)))
    if len(terms) == 1:
        # There is one row already.
        weight = next(iter(terms.values()))
        return rows.select(pl.col("value") * weight if name == "value" else name for name in _COMBINED)
    weights = pl.DataFrame({"variable": list(terms), "_weight": list(terms.values())})
    return (
        rows.join(weights, on="variable", how="inner")
        .group_by(PERIOD_KEY, maintain_order=True)
        .agg(
            pl.len().alias("_terms"),
            status=severity(pl.col("status")).max(),
            value=pl.when(pl.col("value").is_null().any())
            .then(None)
            .otherwise((pl.col("value") * pl.col("_weight")).sum()),
            millesime=pl.col("millesime").first(),
            edition=pl.col("edition").max(),
            # A mixture of a producer's own row and sums is a sum.
            origin=pl.col("origin").max(),
            dataset=pl.col("dataset").str.join(", "),
            extract=pl.col("extract").str.join(", "),
        )
        .filter(pl.col("_terms") == len(terms))
        .with_columns(status=status_of(pl.col("status")))
        .select(_COMBINED)
    )


def ratio(formula: Ratio, resolved: pl.DataFrame) -> pl.DataFrame:
    """``scale`` × numerator / denominator, each from sums, never from an average of rates.

    A null or zero denominator gives no number: status not_applicable (duckdb and polars would say inf).

    Args:
        formula: Terms of both parts, the scale (100 for a percentage) and which year of the denominator is
            taken.
        resolved: One observation per variable, territory and period.

    Returns:
        The columns of this module; numerator and denominator are the sums themselves, not scaled.
    """
    import polars as pl

    numerator = combination(formula.numerator, resolved)
    denominator = combination(formula.denominator, resolved).rename(
        {c: f"_den_{c}" for c in ("value", "status", "millesime", "edition", "origin", "dataset", "extract")}
    )
    if formula.denominator_year == "interpolated":
        joined = _between(numerator, denominator)
    else:
        joined = numerator.join(
            denominator, on=PERIOD_KEY, how="inner", nulls_equal=True, maintain_order="left"
        ).with_columns(_den_next=pl.lit(None, pl.Int32))
    worst = status_of(pl.max_horizontal(severity(pl.col("status")), severity(pl.col("_den_status"))))
    joined = joined.with_columns(
        status=pl.when(is_usable(worst) & (pl.col("_den_value") <= 0))
        .then(pl.lit(Status.NOT_APPLICABLE.value))
        .otherwise(worst)
    )
    return joined.with_columns(
        numerator=pl.col("value"),
        denominator=pl.col("_den_value"),
        denominator_millesime=pl.col("_den_millesime"),
        denominator_next=pl.col("_den_next"),
        value=pl.when(is_usable(pl.col("status"))).then(
            formula.scale * pl.col("value") / pl.col("_den_value")
        ),
        # A denominator of another year does not make the figure one of its edition.
        edition=pl.col("edition")
        if formula.denominator_year == "interpolated"
        else pl.max_horizontal("edition", "_den_edition"),
        origin=pl.max_horizontal("origin", "_den_origin"),
        dataset=joined_names("dataset", "_den_dataset"),
        extract=joined_names("extract", "_den_extract"),
    ).select(_COLUMNS)


def _between(numerator: pl.DataFrame, denominator: pl.DataFrame) -> pl.DataFrame:
    """Set each count against a denominator of its own year, on the line between those before and after.

    A count beyond the known years, or beside one that is not usable, has the nearest; ``_den_next`` is null
    then.
    """
    import polars as pl

    by = ["level", "code", "perimeter", "stated"]
    filled = pl.col("perimeter").fill_null("")
    counts = numerator.with_columns(perimeter=filled).sort("period")
    known = denominator.with_columns(perimeter=filled, _den_period="period").sort("period")
    names = [name for name in known.columns if name.startswith("_den_")]
    later = known.rename({name: f"_next{name}" for name in names})
    counts = counts.join_asof(known, on="period", by=by, strategy="backward", check_sortedness=False)
    counts = counts.join_asof(later, on="period", by=by, strategy="forward", check_sortedness=False)
    since, until = pl.col("period") - pl.col("_den_period"), pl.col("_next_den_period") - pl.col("period")
    usable = is_usable(pl.col("_den_status")) & is_usable(pl.col("_next_den_status"))
    inside = (pl.col("stated") & usable & (since > 0) & (until > 0)).fill_null(False)
    step = pl.col("_next_den_value") - pl.col("_den_value")
    after = pl.col("_den_period").is_null() | (until <= since).fill_null(False)
    worst = status_of(
        pl.max_horizontal(severity(pl.col("_den_status")), severity(pl.col("_next_den_status")))
    )
    # One expression for each column: what it is on the line, else that of the nearer side.
    line = {
        "_den_value": pl.col("_den_value") + step * since / (since + until),
        "_den_status": worst,
        "_den_millesime": pl.col("_den_millesime"),
        "_den_edition": pl.max_horizontal("_den_edition", "_next_den_edition"),
        "_den_origin": pl.max_horizontal("_den_origin", "_next_den_origin"),
        "_den_dataset": joined_names("_den_dataset", "_next_den_dataset"),
        "_den_extract": joined_names("_den_extract", "_next_den_extract"),
    }
    return (
        # First: it is read on the two sides, before one takes the place of the other.
        counts.with_columns(_den_next=pl.when(inside).then("_next_den_millesime"))
        .with_columns(
            pl.when(inside)
            .then(on_line)
            .when(after)
            .then(pl.col(f"_next{name}"))
            .otherwise(pl.col(name))
            .alias(name)
            for name, on_line in line.items()
        )
        .filter(pl.col("_den_status").is_not_null())
        .with_columns(perimeter=pl.when(pl.col("perimeter") != "").then("perimeter"))
        .sort(PERIOD_KEY)
    )


def difference(formula: Difference, resolved: pl.DataFrame) -> pl.DataFrame:
    """Difference of two ratios over the same territory and period.

    Args:
        formula: The two ratios, of one scale.
        resolved: One observation per variable, territory and period.

    Returns:
        The columns of this module, ``value`` in points of the scale; it has neither numerator nor
        denominator.
    """
    import polars as pl

    left = ratio(formula.minuend, resolved)
    right = ratio(formula.subtrahend, resolved).select(
        *PERIOD_KEY,
        *(
            pl.col(c).alias(f"_sub_{c}")
            for c in ("value", "status", "edition", "origin", "dataset", "extract")
        ),
    )
    joined = left.join(right, on=PERIOD_KEY, how="inner", nulls_equal=True, maintain_order="left")
    return joined.with_columns(
        value=pl.col("value") - pl.col("_sub_value"),
        numerator=pl.lit(None, pl.Float64),
        denominator=pl.lit(None, pl.Float64),
        denominator_millesime=pl.lit(None, pl.Int32),
        denominator_next=pl.lit(None, pl.Int32),
        status=status_of(pl.max_horizontal(severity(pl.col("status")), severity(pl.col("_sub_status")))),
        edition=pl.max_horizontal("edition", "_sub_edition"),
        origin=pl.max_horizontal("origin", "_sub_origin"),
        dataset=joined_names("dataset", "_sub_dataset"),
        extract=joined_names("extract", "_sub_extract"),
    ).select(_COLUMNS)


def weighted_mean(formula: WeightedMean, resolved: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Mean of a producer's rate over the communes of an aggregate, by the weights the producer prescribes.

    Args:
        formula: The rate and its weight.
        resolved: Resolved observations.
        members: ``parent_level``, ``parent_code``, ``code`` of every aggregate; one a member of which
            lacks the rate or the weight has no row.

    Returns:
        Rows of the aggregates only; ``numerator`` is Σ value × weight, ``denominator`` Σ weight.
    """
    import polars as pl

    communes = resolved.filter(pl.col("level") == Level.COMMUNE.value)
    weights = communes.filter(pl.col("variable") == formula.weight).select(
        "code", "stated", "period", _weight="value", _weight_status="status"
    )
    sizes = members.group_by("parent_level", "parent_code").len("_members")
    rank = pl.max_horizontal(severity(pl.col("status")), severity(pl.col("_weight_status")))
    pooled = (
        communes.filter(pl.col("variable") == formula.value)
        .join(weights, on=["code", "stated", "period"])
        .join(members, on="code")
        .group_by("parent_level", "parent_code", "stated", "period", maintain_order=True)
        .agg(
            pl.len().alias("_present"),
            status=rank.max(),
            numerator=(pl.col("value") * pl.col("_weight")).sum(),
            denominator=pl.col("_weight").sum(),
            **provenance(),
        )
        .join(sizes, on=["parent_level", "parent_code"])
        .filter(pl.col("_present") == pl.col("_members"))
        .with_columns(status=status_of(pl.col("status")))
    )
    usable = is_usable(pl.col("status")) & (pl.col("denominator") > 0)
    return pooled.with_columns(
        level=pl.col("parent_level"),
        code=pl.col("parent_code"),
        perimeter=pl.lit(None, pl.String),
        value=pl.when(usable).then(pl.col("numerator") / pl.col("denominator")),
        denominator_millesime=pl.col("millesime"),
        denominator_next=pl.lit(None, pl.Int32),
        origin=pl.lit("sum"),
    ).select(_COLUMNS)
