"""The figures of a group of communes made on the spot.

They come from the observations of the release by the computation of the pipeline
(:mod:`indicators.free_groups`); they are kept by release and communes, so that only the first reader waits.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dashboard.data.records import Comparison, Evolution, Value

if TYPE_CHECKING:
    import polars as pl

    from dashboard.data.release import Release

_OBSERVATIONS = """
SELECT * FROM observation
WHERE level = 'france' OR (level = 'commune' AND list_contains(string_split(?, ','), code))
"""
_GOALPOSTS = "SELECT * FROM goalpost"
_WIDER = "SELECT * FROM value WHERE level IN ('epci', 'departement', 'region', 'metropole', 'france')"

Row = TypeVar("Row")


@dataclass(frozen=True)
class Figures:
    """All that is known of a group; shared between sessions, never modified."""

    values: list[Value]
    comparisons: list[Comparison]
    evolutions: list[Evolution]


@functools.lru_cache(maxsize=200)
def figures(release: Release, codes: str) -> Figures:
    """Return the figures of a group, computed once for each release.

    Args:
        release: The release; one without observations gives no figure.
        codes: Codes of its communes, separated by commas.
    """
    from indicators.free_groups import group_comparisons, group_trends, group_values
    from sources.catalogue import load_catalogue

    if not {"observation", "goalpost"} <= release.tables:
        return Figures([], [], [])
    observations, goalposts = release.query(_OBSERVATIONS, codes), release.query(_GOALPOSTS)
    if observations.is_empty() or goalposts.is_empty():
        return Figures([], [], [])
    values = group_values(codes.split(","), observations, goalposts, load_catalogue())
    compared = group_comparisons(values, release.query(_WIDER))
    return Figures(
        _typed(Value, values), _typed(Comparison, compared), _typed(Evolution, group_trends(values))
    )


def _typed(row: type[Row], frame: pl.DataFrame) -> list[Row]:
    names = [column.name for column in dataclasses.fields(row)]  # type: ignore[arg-type]
    return [row(**record) for record in frame.select(names).iter_rows(named=True)]
