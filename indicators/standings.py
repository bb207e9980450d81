"""How a commune stands among those most like it by structure: who does better, who does worse.

Belongs here: the counts. Does not belong here: which communes are alike (``indicators.peers``), how a gap is
judged (``indicators.comparison``, ``indicators.multiple``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.comparison import INHERITED, with_gaps, with_judgement
from indicators.frames import is_usable
from indicators.judgement import BETTER, WORSE
from indicators.model import Direction
from indicators.multiple import one_family
from indicators.noise import with_noise
from indicators.peers import STANDING_COLUMNS
from indicators.registry import INDICATORS
from indicators.years import current_census, current_year
from sources.columns import polars_schema
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl


def standings(found: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Count, for each judged indicator, the nearest communes that do better or worse than a commune.

    A gap is judged as everywhere (:mod:`indicators.judgement`), its interval as wide as the gaps of one
    commune and indicator judged together ask.

    Args:
        found: Rows of :func:`peers`.
        values: Table ``value``, the nearest communes outside the agglomeration included.

    Returns:
        :data:`STANDING_COLUMNS`, one row for each scope, commune and indicator some nearest commune has.
    """
    import polars as pl

    schema = polars_schema(STANDING_COLUMNS)
    declared = {i.id: i for i in INDICATORS if i.judged}
    communes = values.filter(
        (pl.col("level") == Level.COMMUNE.value)
        & pl.col("indicator").is_in(list(declared))
        & is_usable(pl.col("status"))
        & (pl.col("origin") != INHERITED)
        & pl.col("value").is_not_null()
    )
    concepts = pl.DataFrame(
        [(i.id, s.concept, rank) for i in declared.values() for rank, s in enumerate(i.series) if s.scored],
        schema={"indicator": pl.String, "concept": pl.String, "_order": pl.Int32},
        orient="row",
    ).unique(["indicator", "concept"], keep="first", maintain_order=True)
    communes = with_noise(
        communes.join(concepts, on=["indicator", "concept"])
        .sort("indicator", "code", "millesime", "_order", "edition", descending=[False] * 4 + [True])
        .unique(["indicator", "code", "millesime"], keep="first", maintain_order=True)
    )
    own = _current(
        communes.join(found.select("code").unique(), on="code", how="semi"), current_census(values)
    )
    figures = ["value", "lower", "upper", "rounding", "origin"]
    theirs = communes.select(
        "indicator",
        "concept",
        "millesime",
        pl.col("code").alias("peer"),
        *(pl.col(name).alias(f"reference_{name}") for name in figures),
    )
    pairs = (
        own.select("indicator", "concept", "code", "millesime", *figures)
        .join(found.select("scope", "code", "peer"), on="code")
        .join(theirs, on=["indicator", "concept", "millesime", "peer"], nulls_equal=True)
        .sort("scope", "code", "indicator", "peer")
    )
    if pairs.is_empty():
        return pl.DataFrame(schema=schema)
    sign = pl.col("indicator").replace_strict(
        {i: 1.0 if d.direction is Direction.HIGH_IS_NEED else -1.0 for i, d in declared.items()},
        return_dtype=pl.Float64,
    )
    gaps = one_family(with_gaps(pairs, equals=True), ["scope", "code", "indicator"])
    return (
        with_judgement(gaps)
        .group_by("scope", "code", "indicator", maintain_order=True)
        .agg(
            pl.col("millesime").first(),
            known=pl.len(),
            ahead=(pl.col("gap") * sign > 0).sum(),
            # What is worse here is better there.
            better=(pl.col("judgement") == WORSE).sum(),
            worse=(pl.col("judgement") == BETTER).sum(),
            plain=pl.col("judgement").is_null().all(),
        )
        .select(list(schema))
        .cast(schema)
    )


def _current(communes: pl.DataFrame, census: int | None) -> pl.DataFrame:
    """Of each commune and indicator, the figure of the year shown everywhere."""
    import polars as pl

    sampled = {i.id for i in INDICATORS if i.sampled != "no"}
    offered = communes.group_by("indicator", "code", maintain_order=True).agg(
        pl.col("millesime").sort(descending=True, nulls_last=True)
    )
    chosen = [
        (indicator, code, current_year(list(years), census if indicator in sampled else None))
        for indicator, code, years in offered.iter_rows()
    ]
    kept = pl.DataFrame(
        chosen,
        schema={"indicator": pl.String, "code": pl.String, "millesime": pl.Int32},
        orient="row",
    )
    return communes.join(kept, on=["indicator", "code", "millesime"], how="semi", nulls_equal=True)
