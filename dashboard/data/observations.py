"""What the files hold, cell by cell: counts of a level, populations, cells that lack a figure.

An older release has no table ``observation``: each answer is then empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.data.kept import kept

if TYPE_CHECKING:
    from collections.abc import Collection

    from dashboard.data.release import Release

TABLE = "observation"

# The latest edition of each year, whatever the dataset: they give the same count.
_COUNTS = """
SELECT o.code, o.variable, o.millesime, o.edition, o.value, o.status,
       coalesce(d.producer, o.dataset) AS producer
FROM observation AS o LEFT JOIN dataset AS d USING (dataset)
WHERE o.level = ? AND list_contains(string_split(?, ','), o.variable)
QUALIFY row_number() OVER (
    PARTITION BY o.code, o.variable, o.millesime
    ORDER BY o.value IS NULL, o.edition DESC, o.dataset
) = 1
"""
_POPULATIONS = """
SELECT code, millesime, value FROM observation
WHERE level = 'commune' AND variable = 'rp_pop' AND value IS NOT NULL AND millesime IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY code ORDER BY millesime DESC, edition DESC, dataset) = 1
"""
# Of two datasets that give the same cell, the usable one counts, as in the computation.
_STATUSES = """
SELECT code, variable, coalesce(millesime, edition) AS year, arg_min(status, value IS NULL) AS status
FROM observation
WHERE level = 'commune' AND list_contains(string_split(?, ','), code)
  AND list_contains(string_split(?, ','), variable)
GROUP BY ALL
"""
_YEARS = """
SELECT dataset, list_sort(list(DISTINCT millesime) FILTER (millesime IS NOT NULL)) AS years
FROM observation GROUP BY dataset
"""


@dataclass(frozen=True)
class Count:
    """One count of one year, or why there is none."""

    year: int | None
    edition: int | None
    value: float | None
    status: str
    producer: str


Counts = dict[str, dict[str, list[Count]]]
"""Counts by variable, then by code."""


def has_observations(release: Release) -> bool:
    """Whether the release holds what the files say."""
    return TABLE in release.tables


@kept
def counts(release: Release, level: str, variables: frozenset[str]) -> Counts:
    """Return some counts of every territory of a level, one for each year."""
    found: Counts = {}
    if not has_observations(release):
        return found
    for code, variable, *rest in release.query(_COUNTS, level, ",".join(sorted(variables))).iter_rows():
        found.setdefault(variable, {}).setdefault(code, []).append(Count(*rest))
    return found


def populations(release: Release) -> dict[str, tuple[int, float]]:
    """Return the census year and the inhabitants of each commune, the latest known.

    Returns:
        Code → year and people; empty in a release without observations.
    """
    if not has_observations(release):
        return {}
    return {code: (year, value) for code, year, value in release.query(_POPULATIONS).iter_rows()}


def statuses(release: Release, codes: str, variables: Collection[str]) -> dict[tuple[int, str, str], str]:
    """Return the status of cells of communes, by year, code and variable.

    Args:
        release: The release.
        codes: Codes of the communes, separated by commas.
        variables: What the cells hold.
    """
    if not has_observations(release):
        return {}
    rows = release.query(_STATUSES, codes, ",".join(sorted(variables)))
    return {(year, code, variable): status for code, variable, year, status in rows.iter_rows()}


def years(release: Release) -> dict[str, list[int]]:
    """Return the years held of each dataset, oldest first."""
    if not has_observations(release):
        return {}
    return {dataset: found or [] for dataset, found in release.query(_YEARS).iter_rows()}
