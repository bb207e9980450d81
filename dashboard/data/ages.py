"""The people of a commune and of the agglomeration by sex and five-year age, and what ages account for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.data.observations import has_observations
from indicators.analysis.ages import ALREADY, EFFECT
from indicators.mortality import CELLS

if TYPE_CHECKING:
    from dashboard.data.release import Release

# Of a year every commune has a figure for: the agglomeration is the sum of them all.
_CELLS = """
WITH latest AS (
    SELECT o.code, o.variable, o.millesime, o.value, o.dataset
    FROM observation AS o JOIN territory AS t ON t.level = o.level AND t.code = o.code
    WHERE o.level = 'commune' AND t.in_epci AND list_contains(string_split(?, ','), o.variable)
      AND o.status IN ('observed', 'estimated')
    QUALIFY row_number() OVER (
        PARTITION BY o.code, o.variable, o.millesime ORDER BY o.edition DESC, o.dataset
    ) = 1
)
SELECT millesime, variable, sum(value) FILTER (WHERE code = ?) AS own, sum(value) AS whole,
       count(*) AS communes, min(dataset) AS dataset
FROM latest GROUP BY ALL ORDER BY millesime DESC
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
    by_year: dict[int, dict[str, tuple[float, float, str]]] = {}
    rows = release.query(_CELLS, ",".join(sorted(CELLS)), code).iter_rows()
    for year, variable, own, whole, counted, dataset in rows:
        if counted == communes and own is not None and year is not None:
            by_year.setdefault(year, {})[variable] = (own, whole, dataset)
    year = next((year for year, found in by_year.items() if found.keys() == CELLS.keys()), None)
    if year is None:
        return None
    found = by_year[year]
    cells = tuple(
        Cell(sex == "f", first, *found[variable][:2]) for variable, (sex, first) in CELL_AGES.items()
    )
    return Ages(year, next(iter(found.values()))[2], cells) if any(c.own for c in cells) else None


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
