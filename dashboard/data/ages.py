"""The people of a commune and of the agglomeration by sex and five-year age, and what ages account for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dashboard.data.observations import has_observations
from indicators.analysis.ages import ALREADY, EFFECT
from indicators.mortality import CELLS

if TYPE_CHECKING:
    from dashboard.data.release import Release

# Of the latest year every commune has all its figures for: the agglomeration is the sum of them all.
_CELLS = """
WITH known AS (
    SELECT o.code, o.variable, o.millesime, o.value, o.dataset
    FROM observation AS o JOIN territory AS t ON t.level = o.level AND t.code = o.code
    WHERE o.level = 'commune' AND t.in_epci AND list_contains(string_split(?, ','), o.variable)
      AND o.status IN ('observed', 'estimated')
    QUALIFY row_number() OVER (
        PARTITION BY o.code, o.variable, o.millesime ORDER BY o.edition DESC, o.dataset
    ) = 1
), whole AS (
    SELECT millesime, variable, sum(value) AS value, min(dataset) AS dataset
    FROM known GROUP BY ALL HAVING count(*) = ?
), complete AS (
    SELECT millesime FROM whole GROUP BY ALL HAVING count(*) = ? ORDER BY millesime DESC NULLS LAST LIMIT 1
)
SELECT known.code, variable, millesime, known.value AS own, whole.value AS whole, whole.dataset
FROM known JOIN whole USING (millesime, variable) JOIN complete USING (millesime)
"""
_SAID = """
SELECT indicator, text FROM analysis
WHERE analysis = 'ages' AND text IS NOT NULL
  AND ((measure = ? AND level = 'commune' AND code = ?) OR (measure = ? AND level = 'epci'))
ORDER BY measure, indicator
"""


@dataclass(frozen=True)
class Cell:
    """One sex and age band."""

    women: bool
    first: int
    """First age of the band; the last one has no end."""
    own: float
    whole: float


@dataclass(frozen=True)
class Ages:
    """The people of a commune and of the agglomeration, in one year."""

    year: int
    dataset: str
    cells: tuple[Cell, ...]

    def share(self, cell: Cell, whole: bool) -> float:
        """Return the share a band makes of all the people of its territory.

        Returns:
            Per 100.
        """
        total = sum(c.whole if whole else c.own for c in self.cells)
        return 100 * (cell.whole if whole else cell.own) / total

    def part(self, first: int, last: int, whole: bool) -> float:
        """Return the share of the people of some ages.

        Returns:
            Per 100.
        """
        return sum(self.share(c, whole) for c in self.cells if first <= c.first <= last)


def ages(release: Release, code: str, communes: int) -> Ages | None:
    """Return the ages of a commune beside those of the agglomeration, of the latest year all are known.

    Args:
        release: The release.
        code: Code of the commune.
        communes: How many the agglomeration has.
    """
    if not has_observations(release):
        return None
    every = release.query(_CELLS, ",".join(sorted(CELLS)), communes, len(CELLS))
    found = {variable: rest for _, variable, *rest in every.filter(pl.col("code") == code).iter_rows()}
    if not found:
        return None
    year, *_, dataset = next(iter(found.values()))
    cells = tuple(
        Cell(sex == "f", first, *found[variable][1:3]) for variable, (sex, first) in CELL_AGES.items()
    )
    return Ages(year, dataset, cells) if any(c.own for c in cells) else None


CELL_AGES: dict[str, tuple[str, int]] = {
    variable: ("fh"[rank // (len(CELLS) // 2)], 5 * (rank % (len(CELLS) // 2)))
    for rank, variable in enumerate(CELLS)
}
"""Sex and first age of each cell, in the order they are declared: women then men, from the youngest."""


def accounted(release: Release, code: str) -> list[tuple[str, str]]:
    """Return what ages account for in the gaps of a commune.

    Returns:
        Indicator and sentence, those of the commune first.
    """
    if "analysis" not in release.tables:
        return []
    return sorted(release.query(_SAID, EFFECT, code, ALREADY).rows())
