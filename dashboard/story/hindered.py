"""Why a group of communes has no sum: which of its communes lack a count, and with which status.

No Streamlit here: the lines of the indicators are used by the exports too.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story import words
from indicators.model import Difference, Ratio, WeightedMean
from indicators.registry import INDICATORS
from sources.vocabulary import STATUS_SEVERITY, Level, Status

if TYPE_CHECKING:
    from dashboard.data.release import Release

_TABLES = "SELECT table_name FROM information_schema.tables"
# Of two datasets that give the same cell, the usable one counts, as in the computation.
_CELLS = """
SELECT code, variable, coalesce(millesime, edition) AS year, arg_min(status, value IS NULL) AS status
FROM observation
WHERE level = 'commune' AND list_contains(string_split(?, ','), code)
  AND list_contains(string_split(?, ','), variable)
GROUP BY ALL
"""


@dataclass(frozen=True)
class Hindered:
    """A year of a group without figure, and the communes it lacks, by status."""

    year: int
    communes: Mapping[str, Sequence[str]]


def hindered(barometer: Barometer, group: Territory, indicator: str, after: int | None) -> Hindered | None:
    """Return the latest year that some communes of a group have and others lack; ``None`` without any.

    Args:
        barometer: The release.
        group: Declared or made on the spot.
        indicator: What is measured.
        after: Latest year the group has a figure of: older ones no longer matter.
    """
    members = sorted(
        m.code
        for m in barometer.memberships
        if (m.level, m.parent_level, m.parent_code) == (Level.COMMUNE, Level.GROUPE, group.code) and m.whole
    )
    found = _lacking(barometer.release, ",".join(members), indicator, after) if members else None
    if found is None:
        return None
    names: dict[str, list[str]] = {}
    for commune in barometer.communes():
        if commune.code in found[1]:
            names.setdefault(found[1][commune.code], []).append(words.typographic(commune.name))
    return Hindered(found[0], names)


@functools.lru_cache(maxsize=5000)
def _lacking(
    release: Release, codes: str, indicator: str, after: int | None
) -> tuple[int, dict[str, str]] | None:
    """Return the latest year that some communes have and others lack, with the status of the latter."""
    summed = _summed_variables(indicator)
    if not summed or "observation" not in set(release.query(_TABLES)["table_name"]):
        return None
    cells = release.query(_CELLS, codes, ",".join(sorted(set().union(*summed))))
    found: dict[tuple[int, str, str], str] = {
        (year, code, variable): status for code, variable, year, status in cells.iter_rows()
    }
    for year in sorted({year for year, _, _ in found}, reverse=True):
        if after is not None and year <= after:
            return None
        for needed in summed:
            worst = {code: _worst(found, year, code, needed) for code in codes.split(",")}
            lacking = {code: status.value for code, status in worst.items() if not status.usable}
            if not lacking:
                return None
            # A year that no commune has at all is not one that some of them spoil.
            if len(lacking) < len(worst) or any(status != Status.MISSING for status in lacking.values()):
                return year, lacking
    return None


def _summed_variables(indicator: str) -> list[frozenset[str]]:
    """The counts each formula of a group adds up; the first formula that has them all is the one applied."""
    series = [s for i in INDICATORS if i.id == indicator for s in i.series if Level.GROUPE in s.levels]
    found = []
    for formula in (s.formula for s in series):
        if isinstance(formula, Ratio) and formula.denominator_year == "nearest":
            found.append(frozenset(formula.numerator))
        elif isinstance(formula, Ratio | Difference | WeightedMean):
            found.append(formula.variables)
    return found


def _worst(found: Mapping[tuple[int, str, str], str], year: int, code: str, needed: frozenset[str]) -> Status:
    statuses = [Status(found.get((year, code, variable), Status.MISSING)) for variable in needed]
    return max(statuses, key=STATUS_SEVERITY.index)
