"""Values a territory inherits from the canton it lies in, marked as such.

The regional observatory publishes mortality by canton: a commune has its canton's, a QPV that of the canton
of its communes, weighted by the population of those communes where they belong to several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.resolve import TerritoryView
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl


def inherit_from_canton(
    cantons: pl.DataFrame, territories: TerritoryView, population: dict[str, float]
) -> pl.DataFrame:
    """Give communes and QPV the value of their canton.

    A QPV one of whose communes is outside the followed cantons takes nothing: its mortality would be that
    of its smaller part.

    Args:
        cantons: Rows of level canton with ``code``, ``value``, ``lower``, ``upper`` and any other columns.
        territories: Memberships commune → canton and QPV → commune.
        population: Population by commune code, to weight a QPV over several cantons.

    Returns:
        The same columns as ``cantons`` for levels commune and qpv, plus ``perimeter`` and ``inherited_from``
        (names of the cantons).
    """
    import polars as pl

    names = dict(
        territories.territory.filter(pl.col("level") == Level.CANTON.value).select("code", "name").iter_rows()
    )
    links = territories.membership
    to_canton = links.filter(
        (pl.col("level") == Level.COMMUNE.value) & (pl.col("parent_level") == Level.CANTON.value)
    ).select(commune="code", canton="parent_code")
    perimeters = territories.territory.filter(pl.col("level") == Level.QPV.value).select("code", "perimeter")
    communes = to_canton.select(
        level=pl.lit(Level.COMMUNE.value),
        code="commune",
        perimeter=pl.lit(None, pl.String),
        canton="canton",
        weight=pl.lit(1.0),
    )
    qpv_links = links.filter(
        (pl.col("level") == Level.QPV.value) & (pl.col("parent_level") == Level.COMMUNE.value)
    ).select("code", commune="parent_code")
    whole = qpv_links.join(to_canton, on="commune", how="left", maintain_order="left").filter(
        pl.col("canton").is_not_null().all().over("code")
    )
    weights = pl.DataFrame(
        list(population.items()), schema={"commune": pl.String, "weight": pl.Float64}, orient="row"
    )
    qpv = (
        whole.join(weights, on="commune", maintain_order="left")
        .group_by("code", "canton", maintain_order=True)
        .agg(pl.col("weight").sum())
        .join(perimeters, on="code", maintain_order="left")
        .select(pl.lit(Level.QPV.value).alias("level"), "code", "perimeter", "canton", "weight")
    )
    numbers = ["value", "lower", "upper"]
    others = [c for c in cantons.columns if c not in (*numbers, "level", "code", "perimeter", "note")]
    notes = [c for c in ("note",) if c in cantons.columns]
    sources = cantons.filter(pl.col("level") == Level.CANTON.value).rename({"code": "canton"})
    several = pl.col("canton").n_unique() > 1
    return (
        pl.concat([communes, qpv])
        .join(sources.select("canton", *numbers, *notes, *others), on="canton", maintain_order="left")
        .with_columns(name=pl.col("canton").replace_strict(names, return_dtype=pl.String))
        .group_by("level", "code", "perimeter", *[c for c in others if c == "millesime"], maintain_order=True)
        .agg(
            # A canton without an interval gives none to the mean: polars would sum it as zero.
            *(
                pl.when(pl.col(n).is_null().any())
                .then(None)
                .otherwise((pl.col(n) * pl.col("weight")).sum() / pl.col("weight").sum())
                .alias(n)
                for n in numbers
            ),
            *(pl.col(c).first() for c in others if c != "millesime"),
            # The deaths a note counts are those of one canton.
            *(pl.when(several).then(None).otherwise(pl.col(c).first()).alias(c) for c in notes),
            inherited_from=pl.col("name").unique().sort().str.join(", "),
        )
    )
