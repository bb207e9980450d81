"""The outlines of a release: GeoJSON texts, with whose they are and who drew them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sources.vocabulary import Level

if TYPE_CHECKING:
    from dashboard.data.release import Release

_OUTLINES = """
SELECT g.level, g.code, t.name, g.geojson
FROM geometry AS g JOIN territory AS t USING (level, code)
WHERE (g.level = 'commune' AND t.in_epci) OR g.level = 'qpv' ORDER BY g.level, g.code
"""
_AROUND = "SELECT code, name, geojson FROM surroundings ORDER BY code"
AROUND = "around"
"""Stands for a level: these communes are drawn, and are no territory of the release."""
_SOURCES = "SELECT DISTINCT source FROM geometry WHERE source IS NOT NULL ORDER BY source"
_SOURCES_OF = """
SELECT DISTINCT source FROM geometry
WHERE level = ? AND perimeter = ? AND source IS NOT NULL ORDER BY source
"""
_FEATURES = """
SELECT g.level, g.code, g.perimeter, t.name, t.in_epci, t.note, g.source, g.geojson
FROM geometry AS g
LEFT JOIN territory AS t
    ON t.level = g.level AND t.code = g.code AND t.perimeter IS NOT DISTINCT FROM g.perimeter
ORDER BY g.level, g.perimeter, g.code
"""
_PARENTS = "SELECT code, parent_code FROM membership WHERE level = ? AND parent_level = ? ORDER BY ALL"


@dataclass(frozen=True)
class Outline:
    """The outline of a territory that is drawn: GeoJSON text."""

    level: str
    code: str
    name: str
    geojson: str


@dataclass(frozen=True)
class Feature:
    """The outline of any territory, with all that is published of it."""

    level: str
    code: str
    perimeter: str | None
    name: str | None
    in_epci: bool | None
    note: str | None
    source: str | None
    geojson: str


def outlines(release: Release) -> list[Outline]:
    """Return the outlines of the agglomeration's communes and of every quarter."""
    return [Outline(*row) for row in release.query(_OUTLINES).iter_rows()]


def around(release: Release) -> list[Outline]:
    """Return the outlines of the communes that touch ours; none in a release without."""
    if "surroundings" not in release.tables:
        return []
    return [Outline(AROUND, *row) for row in release.query(_AROUND).iter_rows()]


def sources(release: Release) -> list[str]:
    """Return who drew the outlines."""
    return release.query(_SOURCES)["source"].to_list()


def quarter_sources(release: Release, perimeter: str) -> list[str]:
    """Return who drew the outlines of the quarters of one generation."""
    return release.query(_SOURCES_OF, Level.QPV.value, perimeter)["source"].to_list()


def features(release: Release) -> list[Feature]:
    """Return every outline; none in a release without."""
    if "geometry" not in release.tables:
        return []
    return [Feature(*row) for row in release.query(_FEATURES).iter_rows()]


def communes_of_quarters(release: Release) -> dict[str, list[str]]:
    """Return the communes of each quarter, by its code."""
    found: dict[str, list[str]] = {}
    if "membership" not in release.tables:
        return found
    for code, parent in release.query(_PARENTS, Level.QPV.value, Level.COMMUNE.value).iter_rows():
        found.setdefault(code, []).append(parent)
    return found
