"""Every analysis of a release, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.analysis import ANALYSIS_KEY, analysis_schema
from indicators.frames import followed

if TYPE_CHECKING:
    import polars as pl

    from indicators.resolve import CatalogueView
    from sources.territory.declared import Territories


@dataclass(frozen=True)
class _Placed:
    """Our territories, among all those whose place is known."""

    territory: pl.DataFrame
    membership: pl.DataFrame


def analyse(
    values: pl.DataFrame,
    comparisons: pl.DataFrame,
    observations: pl.DataFrame,
    territories: Territories,
    catalogue: CatalogueView,
    elsewhere: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Compute the table ``analysis``.

    Args:
        values: Table ``value``, with its intervals; with a column ``followed`` where it also holds the rest
            of France, which needs are then set against.
        comparisons: Table ``comparison``.
        observations: Table ``observation``, for the variants of the IDH-4.
        territories: Memberships, goalposts and correspondence of the QPV.
        catalogue: For the priority of datasets.
        elsewhere: Rows of table ``membership`` of the communes of the rest of France.

    Returns:
        Rows of every analysis, sorted by ``ANALYSIS_KEY``.
    """
    import polars as pl

    from indicators.analysis import (
        ages,
        correspondence,
        idh4_explained,
        judging,
        priority,
        selection,
        sensitivity,
        trends,
        typology,
    )
    from indicators.resolve import resolve, with_sums

    ours = followed(values)
    if "followed" in values.columns:
        observations = observations.join(
            ours.select("level", "code").unique(), on=["level", "code"], how="semi"
        )
    resolved = with_sums(resolve(observations, catalogue), catalogue, territories)
    memberships = [territories.membership, *([] if elsewhere is None else [elsewhere])]
    placed = _Placed(territories.territory, pl.concat(memberships, how="vertical_relaxed"))
    matrices = {order: selection.matrix(values, placed, *order) for order in priority.ORDERS}
    frames = [
        judging.rows(ours, comparisons, territories, authority=territories.home.epci.noun),
        priority.rows(values, placed, matrices=matrices),
        trends.rows(ours, territories.home.perimetres),
        typology.rows(values, placed, matrices),
        correspondence.rows(territories),
        ages.rows(resolved, territories, territories.home.epci.noun),
        sensitivity.rows(ours, resolved, territories),
        idh4_explained.rows(ours, resolved, territories, territories.published),
    ]
    return pl.concat(frames).select(list(analysis_schema())).sort(ANALYSIS_KEY, maintain_order=True)
