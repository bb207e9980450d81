"""Which year of a figure is shown: the one choice of every page, document, export and order of priority.

Two censuses less than five years apart share surveys, and the latest one often gives fewer indicators: what
comes from the census is of the one that answers the most questions, so that all of it is of one year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from indicators.registry import INDICATORS
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

CENSUS_YEARS_APART = 5
"""A census of year n rests on the surveys of n − 2 to n + 2: nearer ones share some of them."""

PUBLICATION_LAG = 3
"""A producer who states no year may publish data as old as this, in years before the edition."""


def current_year(offered: Sequence[int | None], census: int | None) -> int | None:
    """Return the year to show.

    Args:
        offered: Years that have a figure, latest first; an unstated year last.
        census: Year of the current census where the figure comes from one, else ``None``.

    Returns:
        The latest year, or that of the current census where a later one overlaps it; ``None`` for none.
    """
    latest = offered[0] if offered else None
    if census is None or latest is None or census not in offered:
        return latest
    return census if census < latest < census + CENSUS_YEARS_APART else latest


def year_beside(edition: int, offered: Iterable[int], breaks: Iterable[int]) -> int | None:
    """Return the year a figure whose producer states none is set beside.

    Args:
        edition: Year its producer published it.
        offered: Years of the other figure, at least one.
        breaks: Years the definition changed.

    Returns:
        The year nearest to the edition, the earlier of two as near; ``None`` where the definition changed
        between that year and those the figure may be of: on which side is it?
    """
    year = min(offered, key=lambda y: (abs(y - edition), y))
    first, last = min(edition - PUBLICATION_LAG, year), max(edition, year)
    return None if any(first < change <= last for change in breaks) else year


def current_census(values: pl.DataFrame) -> int | None:
    """Return the census that gives the most indicators of communes, the latest of equals.

    Args:
        values: Rows of the table ``value``.

    Returns:
        A year; ``None`` without any census.
    """
    import polars as pl

    counted = (
        values.filter(
            pl.col("indicator").is_in([i.id for i in INDICATORS if i.sampled != "no"])
            & (pl.col("level") == Level.COMMUNE.value)
            & pl.col("value").is_not_null()
            & pl.col("millesime").is_not_null()
        )
        .group_by("millesime")
        .agg(pl.col("indicator").n_unique())
        .sort("indicator", "millesime", descending=True)
    )
    return int(counted["millesime"][0]) if counted.height else None
