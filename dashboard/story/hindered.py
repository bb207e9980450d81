"""Why a group of communes has no sum: which of its communes lack a count, and with which status.

No Streamlit here: the lines of the indicators are used by the exports too.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.data.observations import statuses
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from sources.french import typographic
from sources.vocabulary import STATUS_SEVERITY, Level, Status

if TYPE_CHECKING:
    from dashboard.data.release import Release


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
    # The first series whose counts are all there is the one applied.
    series = [s for s in barometer.series.values() if s.indicator == indicator and s.summed]
    summed = tuple(s.summed for s in sorted(series, key=lambda s: s.position))
    found = _lacking(barometer.release, ",".join(members), summed, after) if members and summed else None
    if found is None:
        return None
    names: dict[str, list[str]] = {}
    for commune in barometer.communes():
        if commune.code in found[1]:
            names.setdefault(found[1][commune.code], []).append(typographic(commune.name))
    return Hindered(found[0], names)


@functools.lru_cache(maxsize=5000)
def _lacking(
    release: Release, codes: str, formulas: tuple[str, ...], after: int | None
) -> tuple[int, dict[str, str]] | None:
    """Return the latest year that some communes have and others lack, with the status of the latter."""
    summed = [frozenset(counts.split(", ")) for counts in formulas]
    found = statuses(release, codes, frozenset().union(*summed))
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


def _worst(found: Mapping[tuple[int, str, str], str], year: int, code: str, needed: frozenset[str]) -> Status:
    statuses = [Status(found.get((year, code, variable), Status.MISSING)) for variable in needed]
    return max(statuses, key=STATUS_SEVERITY.index)
