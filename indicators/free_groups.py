"""Values of a group of communes made on the spot, by the very computation of the declared groups.

Belongs here: one group as a territory of its own, given to the computation of every release. Does not belong
here: any formula, nor where the observations come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.comparison import compare
from indicators.compute import compute_values
from indicators.resolve import CatalogueView
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

CODE = "groupe_compose"
"""Code of the group in the rows returned: no declared group has it."""


@dataclass(frozen=True)
class OneGroup:
    """A territory that holds one group of whole communes and nothing else."""

    communes: tuple[str, ...]
    goalposts: pl.DataFrame
    home: None = None

    @property
    def territory(self) -> pl.DataFrame:
        """Table ``territory``: the group alone."""
        import polars as pl

        row = {"level": Level.GROUPE.value, "code": CODE, "perimeter": None, "name": CODE, "in_epci": True}
        return pl.DataFrame([row], schema_overrides={"perimeter": pl.String})

    @property
    def membership(self) -> pl.DataFrame:
        """Table ``membership``: empty, a group inherits nothing and belongs to nothing."""
        import polars as pl

        return pl.DataFrame(schema=dict.fromkeys(("level", "code", "parent_level", "parent_code"), pl.String))

    def summable(self) -> tuple[tuple[Level, str], ...]:
        """Return the group: its totals are the sums of its communes'."""
        return ((Level.GROUPE, CODE),)

    def members(self, level: Level, code: str) -> tuple[str, ...]:
        """Return the communes of the group."""
        if (level, code) != (Level.GROUPE, CODE):
            raise KeyError(f"{level}:{code}")
        return self.communes


def group_values(
    communes: Iterable[str], observations: pl.DataFrame, goalposts: pl.DataFrame, catalogue: CatalogueView
) -> pl.DataFrame:
    """Compute the rows of table ``value`` of a group of whole communes.

    Args:
        communes: Codes, in any order: the result does not depend on it.
        observations: Rows of table ``observation``; those of these communes count, and those of France for
            the standards.
        goalposts: Table ``goalpost``.
        catalogue: For the priorities of datasets and what may be summed; what it does not know is left out.

    Returns:
        Columns of table ``value``, one row per indicator, series and period of the group alone.
    """
    import polars as pl

    group = OneGroup(tuple(sorted(set(communes))), goalposts)
    variables = [v for v in observations["variable"].unique() if catalogue.providers(v)]
    usable = observations.filter(
        pl.col("variable").is_in(variables)
        & pl.col("dataset").is_in(list(catalogue.datasets))
        & ((pl.col("level") == Level.FRANCE.value) | _in_group(group.communes))
    )
    return compute_values(usable, group, catalogue).filter(pl.col("level") == Level.GROUPE.value)


def _in_group(communes: tuple[str, ...]) -> pl.Expr:
    import polars as pl

    return (pl.col("level") == Level.COMMUNE.value) & pl.col("code").is_in(communes)


def group_comparisons(values: pl.DataFrame, references: pl.DataFrame) -> pl.DataFrame:
    """Compare the values of a group with the wider territories, as a release does.

    Args:
        values: What :func:`group_values` gives.
        references: Rows of table ``value`` of the wider territories.

    Returns:
        Columns of table ``comparison``, of the group alone; gaps in the unit of the indicator.
    """
    import polars as pl

    group = OneGroup((), pl.DataFrame())
    compared = compare(pl.concat([values, references.select(values.columns)]), group)
    return compared.filter((pl.col("level") == Level.GROUPE.value) & (pl.col("code") == CODE))


def group_trends(values: pl.DataFrame) -> pl.DataFrame:
    """Say what changed of each indicator of a group, as a release does.

    Args:
        values: What :func:`group_values` gives.

    Returns:
        Rows of the table ``analysis``, ``evolution_…`` ones only (:func:`indicators.analysis.trends.rows`).
    """
    import polars as pl

    from indicators.analysis.trends import rows

    return rows(values).filter(pl.col("measure").str.starts_with("evolution") & pl.col("text").is_not_null())
