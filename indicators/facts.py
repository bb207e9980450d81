"""Published facts beside what we compute: reproduced, confronted, or only quoted with their source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from indicators.fact_lines import line
from indicators.frames import is_usable
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl


class FactView(Protocol):
    """Territories that also hold the published facts and the memberships."""

    @property
    def facts(self) -> pl.DataFrame:
        """Table ``fact`` without its computed columns."""

    @property
    def membership(self) -> pl.DataFrame:
        """Memberships, people in a QPV as stated: ``level, code, parent_level, parent_code, inhabitants``."""


def confront(values: pl.DataFrame, territories: FactView) -> pl.DataFrame:
    """Put our own figure of the same indicator, territory and year beside each published fact.

    A fact whose year is not stated is confronted with our latest year.

    Args:
        values: Table ``value``.
        territories: Published facts and memberships.

    Returns:
        Table ``fact`` with ``computed``, ``computed_millesime`` and ``difference`` (ours − published),
        null for a fact that is only quoted or that we have no input for, and ``answer``, one line on every
        fact.
    """
    import polars as pl

    ours = values.filter(is_usable(pl.col("status")) & pl.col("millesime").is_not_null()).select(
        "indicator",
        territory_level="level",
        territory_code="code",
        computed_millesime="millesime",
        computed="value",
    )
    facts = territories.facts.drop("computed", "difference", strict=False)
    joined = (
        facts.filter(pl.col("kind") != "quote")
        .join(ours, on=["indicator", "territory_level", "territory_code"])
        .filter(pl.col("year").is_null() | (pl.col("year") == pl.col("computed_millesime")))
        .sort("fact", "computed_millesime")
        .unique(subset="fact", keep="last", maintain_order=True)
        .select("fact", "computed", "computed_millesime")
    )
    counts = _quarters(territories.membership)
    counted = pl.col("recipe").replace_strict(counts, default=None, return_dtype=pl.Float64)
    beside = (
        facts.join(joined, on="fact", how="left", maintain_order="left")
        .with_columns(computed=pl.coalesce("computed", counted))
        # Figures of two scales have no difference.
        .with_columns(
            difference=pl.when(pl.col("scale").is_null()).then(pl.col("computed") - pl.col("value"))
        )
    )
    answers = [line(fact, values) for fact in beside.iter_rows(named=True)]
    return beside.with_columns(answer=pl.Series(answers, dtype=pl.String)).drop("recipe")


def _quarters(membership: pl.DataFrame) -> dict[str, float]:
    """What is counted of the QPV whose inhabitants are stated, by the ``recipe`` of the facts it answers."""
    import polars as pl

    inside = membership.filter(pl.col("parent_level") == Level.EPCI.value)
    stated = inside.filter((pl.col("level") == Level.QPV.value) & pl.col("inhabitants").is_not_null())
    communes = inside.filter(pl.col("level") == Level.COMMUNE.value)["code"]
    touched = membership.filter(
        (pl.col("level") == Level.QPV.value)
        & (pl.col("parent_level") == Level.COMMUNE.value)
        & pl.col("code").is_in(stated["code"].implode())
        & pl.col("parent_code").is_in(communes.implode())
    )
    return {
        "nombre_de_quartiers": float(stated["code"].n_unique()),
        "communes_des_quartiers": float(touched["parent_code"].n_unique()),
        "habitants_des_quartiers": float(stated["inhabitants"].sum()),
    }
