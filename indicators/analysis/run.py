"""Every analysis of a release, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.analysis import analysis_schema
from indicators.frames import followed

if TYPE_CHECKING:
    import polars as pl

    from indicators.resolve import CatalogueView
    from sources.territories import Territories

KEY = (
    *("analysis", "indicator", "theme", "level", "code", "perimeter"),
    *("millesime", "reference_level", "reference_code", "measure"),
)
"""Columns that name one row of the table ``analysis``, nulls counting as equal."""


def analyse(
    values: pl.DataFrame, observations: pl.DataFrame, territories: Territories, catalogue: CatalogueView
) -> pl.DataFrame:
    """Compute the table ``analysis``.

    Args:
        values: Table ``value``, with its intervals.
        observations: Table ``observation``, for the variants of the IDH-4.
        territories: Memberships, goalposts and correspondence of the QPV.
        catalogue: For the priority of datasets.

    Returns:
        Rows of every analysis, sorted by :data:`KEY`.
    """
    import polars as pl

    from indicators.analysis import concentration, correspondence, priority, sensitivity, trends, typology
    from indicators.resolve import resolve, with_sums

    ours = followed(values)
    if "followed" in values.columns:
        observations = observations.join(
            ours.select("level", "code").unique(), on=["level", "code"], how="semi"
        )
    resolved = with_sums(resolve(observations, catalogue), catalogue, territories)
    frames = [
        concentration.rows(ours, territories),
        priority.rows(values, territories),
        trends.rows(ours),
        typology.rows(values, territories),
        correspondence.rows(territories),
        sensitivity.rows(ours, resolved, territories),
    ]
    return pl.concat(frames).select(list(analysis_schema())).sort(KEY, maintain_order=True)
