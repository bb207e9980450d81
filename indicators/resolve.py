"""One figure per variable, territory and period, then the sums that are allowed.

Two datasets may give the same variable of the same year: the catalogue's priority decides, a usable figure
before an unusable one, unless a later edition of its own dataset hides it. Counts are summed over member
communes; rates and medians never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from indicators.figures import Figures
from indicators.frames import PERIOD_KEY, provenance, severity, status_of
from indicators.model import WeightedMean
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from sources.model import Column, Dataset


class CatalogueView(Protocol):
    """What the computation needs of the catalogue."""

    @property
    def datasets(self) -> Mapping[str, Dataset]:
        """Datasets by id."""

    def providers(self, variable: str) -> tuple[Dataset, ...]:
        """Datasets that declare a variable."""

    def column(self, variable: str) -> Column:
        """Declaration of a variable."""


class TerritoryView(Protocol):
    """What the computation needs of the territories."""

    @property
    def territory(self) -> pl.DataFrame:
        """Every territory: ``level, code, perimeter, name, in_epci, note``."""

    @property
    def membership(self) -> pl.DataFrame:
        """Many to many: ``level, code, parent_level, parent_code, whole, inhabitants, note``."""

    def summable(self) -> tuple[tuple[Level, str], ...]:
        """Level and code of the aggregates made of whole communes (epci, groupe, canton)."""

    def members(self, level: Level, code: str) -> tuple[str, ...]:
        """Commune codes of an aggregate."""


def resolve(observations: pl.DataFrame, catalogue: CatalogueView) -> pl.DataFrame:
    """Keep one observation per variable, territory and period.

    Args:
        observations: Table ``observation``.
        catalogue: For the priority of datasets.

    Returns:
        The columns of :func:`preferred`.
    """
    return preferred(observations, priorities(catalogue))


def priorities(catalogue: CatalogueView) -> dict[str, int]:
    """Return the priority of each dataset, the smallest first."""
    return {one.id: one.priority for one in catalogue.datasets.values()}


def preferred(observations: pl.DataFrame, priority: Mapping[str, int]) -> pl.DataFrame:
    """Keep one observation per variable, territory and period.

    Args:
        observations: Table ``observation``.
        priority: That of each dataset.

    Returns:
        Columns of :data:`PERIOD_KEY`, ``variable``, ``value``, ``status``, ``millesime``, ``edition``,
        ``dataset``, ``extract``, ``origin`` (``producer``), sorted by the first six.
    """
    figures = Figures.of(observations, priority)
    return figures.rows(figures.cells).sort(*PERIOD_KEY, "variable")


def with_sums(
    resolved: pl.DataFrame,
    catalogue: CatalogueView,
    territories: TerritoryView,
    means: Iterable[WeightedMean] = (),
) -> pl.DataFrame:
    """Add the sums of counts over the communes of the EPCI, the groups and the cantons' parts.

    A sum exists only when every member has a row; a suppressed member makes it suppressed (polars would
    count it as zero). A producer's own row of the aggregate is never replaced.

    Args:
        resolved: One observation per variable, territory and period (:func:`resolve`).
        catalogue: For what may be summed.
        territories: For the members of each aggregate.
        means: Rates that are summed by their weight.

    Returns:
        The rows given, the products of rates and weights, then the sums, of origin ``sum``, in the unit of
        the variable.
    """
    import polars as pl

    additive = [v for v in resolved["variable"].unique() if catalogue.column(v).additive]
    for mean in means:
        resolved = pl.concat([resolved, _weighed(resolved, mean)])
        additive.append(mean.product)
    communes = resolved.filter((pl.col("level") == Level.COMMUNE.value) & pl.col("variable").is_in(additive))
    members = membership_frame(territories)
    sizes = members.group_by("parent_level", "parent_code").len("_members")
    rank = severity(pl.col("status"))
    sums = (
        communes.join(members, on="code", how="inner")
        .group_by("parent_level", "parent_code", "stated", "period", "variable", maintain_order=True)
        .agg(
            pl.len().alias("_present"),
            status=rank.max(),
            value=pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum()),
            **provenance(),
        )
        .join(sizes, on=["parent_level", "parent_code"])
        .filter(pl.col("_present") == pl.col("_members"))
        .with_columns(
            status=status_of(pl.col("status")), origin=pl.lit("sum"), perimeter=pl.lit(None, pl.String)
        )
        .rename({"parent_level": "level", "parent_code": "code"})
        .select(resolved.columns)
    )
    key = ["level", "code", "stated", "period", "variable"]
    return pl.concat([resolved, sums.join(resolved, on=key, how="anti")])


def _weighed(resolved: pl.DataFrame, mean: WeightedMean) -> pl.DataFrame:
    """Rates of communes times their weights, in the columns of observations."""
    import polars as pl

    rows = resolved.filter(level=Level.COMMUNE.value)
    weights = rows.filter(variable=mean.weight)
    return (
        rows.filter(variable=mean.value)
        .join(weights.select("code", "stated", "period", "value", "status"), on=["code", "stated", "period"])
        .with_columns(
            variable=pl.lit(mean.product),
            value=pl.col("value") * pl.col("value_right"),
            status=status_of(pl.max_horizontal(severity(pl.col("status")), severity(pl.col("status_right")))),
        )
        .select(resolved.columns)
    )


def membership_frame(territories: TerritoryView) -> pl.DataFrame:
    """Members of every summable aggregate: ``parent_level``, ``parent_code``, ``code``.

    Returns:
        One row per member, all of them codes of communes.
    """
    import polars as pl

    rows: Iterable[tuple[str, str, str]] = (
        (level.value, parent, commune)
        for level, parent in territories.summable()
        for commune in territories.members(level, parent)
    )
    schema = {"parent_level": pl.String, "parent_code": pl.String, "code": pl.String}
    return pl.DataFrame(list(rows), schema=schema, orient="row")
