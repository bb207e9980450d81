"""Dated figures of one territory, cut where a producer or a census does not let them be joined."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Point:
    """One year of one territory."""

    year: int
    value: float
    edition: int
    status: str = "observed"
    past: int = 0
    """Changes of perimeter after this figure: only points of one perimeter may be joined."""


def runs(points: Sequence[Point], breaks: Collection[int], apart: int = 0) -> list[list[Point]]:
    """Cut points into runs that may be joined.

    Args:
        points: Points of one territory and one definition.
        breaks: Years from which figures do not follow on from earlier ones.
        apart: For a census, years needed between two of its points; its points are then joined within one
            edition only, because two editions of a census overlap.
    """
    found: list[list[Point]] = []
    for edition in sorted({point.edition for point in points}) if apart else [None]:
        same = sorted((p for p in points if edition in (None, p.edition)), key=lambda p: p.year)
        if not same:
            continue
        run = [same[0]]
        for before, after in pairwise(same):
            crossed = before.past != after.past
            crossed = crossed or any(before.year < year <= after.year for year in breaks)
            if crossed or after.year - before.year < apart:
                found.append(run)
                run = []
            run.append(after)
        found.append(run)
    return found
