"""How the figures are made, as the release says it: methods, bounds of the index, statuses, estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.data.release import Release

_METHODS = "SELECT method, title, purpose, formula, constants, limits, reference FROM method"
_GOALPOSTS = """
SELECT dimension, area, millesime, min, max, code_min, code_max, status, is_default, note
FROM goalpost ORDER BY is_default DESC, dimension, millesime
"""
_STATUSES = "SELECT status, count(*) FROM value GROUP BY status"
_ESTIMATED = "SELECT DISTINCT indicator, series FROM value WHERE origin = 'estimated' ORDER BY ALL"


@dataclass(frozen=True)
class Method:
    """The sheet of one method."""

    method: str
    title: str
    purpose: str
    formula: str
    constants: str
    limits: str
    reference: str


@dataclass(frozen=True)
class Goalpost:
    """One pair of bounds of a dimension of the index."""

    dimension: str
    area: str
    millesime: int | None
    low: float
    high: float
    code_low: str | None
    code_high: str | None
    status: str
    is_default: bool
    note: str | None


def methods(release: Release) -> dict[str, Method]:
    """Return the methods by id, in reading order; none in a release that does not describe them."""
    if "method" not in release.tables:
        return {}
    rows = release.query(_METHODS).iter_rows()
    return {row[0]: Method(*(cell or "" for cell in row)) for row in rows}


def goalposts(release: Release) -> list[Goalpost]:
    """Return the bounds of the index, those it uses first."""
    if "goalpost" not in release.tables:
        return []
    return [Goalpost(*row) for row in release.query(_GOALPOSTS).iter_rows()]


def status_counts(release: Release) -> dict[str, int]:
    """Return the number of values of each status."""
    return dict(release.query(_STATUSES).iter_rows())


def estimated_series(release: Release) -> list[tuple[str, str]]:
    """Return the indicator and the series of the figures that are estimated."""
    return release.query(_ESTIMATED).rows()
