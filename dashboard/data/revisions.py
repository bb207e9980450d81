"""What changed from one release to the next, among those that are kept."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dashboard.data.questions import Barometer
from dashboard.data.records import Value
from dashboard.data.release_file import ExportError, opened

_KEY = ("indicator", "series", "level", "code", "perimeter", "millesime", "edition")
_VALUES = f"SELECT {', '.join(_KEY)}, value, status FROM value"  # noqa: S608 - a constant
_OF_TERRITORY = f"{_VALUES} WHERE level = ? AND code = ? AND perimeter IS NOT DISTINCT FROM ?"

Key = tuple[str | int | None, ...]
"""What tells a value from all others, from one release to the next."""


@dataclass(frozen=True)
class Kept:
    """One release that is still there."""

    path: Path
    release_id: str
    created_at: dt.datetime
    values: int
    """Values that have a number."""


@dataclass(frozen=True)
class Earlier:
    """What a release said of one value: its number or the status that stood for it."""

    value: float | None
    status: str


@dataclass(frozen=True)
class Change:
    """What a release changed of one indicator."""

    indicator: str
    added: int
    removed: int
    revised: int


def kept(folder: Path) -> list[Kept]:
    """Return the releases of a folder, latest first; candidates not published are left out."""
    found = []
    for path in folder.glob("release-*.duckdb"):
        if _candidate(path):
            continue
        try:
            with opened(path, any_schema=True) as file:
                identity = Barometer(file).identity
                count = file.query("SELECT count(value) FROM value").item()
        except ExportError:
            # An unreadable leftover is not a release; the published one is checked elsewhere.
            continue
        found.append(Kept(path, identity.release_id, identity.created_at, int(count)))
    return sorted(found, key=lambda release: release.created_at, reverse=True)


def _candidate(path: Path) -> bool:
    try:
        note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(note, dict) and note.get("candidate") is True


def previous(path: Path) -> Kept | None:
    """Return the release kept just before one, ``None`` for the first."""
    found = kept(path.parent)
    own = next((release for release in found if release.path == path), None)
    return next((r for r in found if own is not None and r.created_at < own.created_at), None)


def key(value: Value) -> Key:
    """Return what tells a value from all others, from one release to the next."""
    return tuple(getattr(value, column) for column in _KEY)


def earlier(release: Path, level: str, code: str, perimeter: str | None) -> dict[Key, Earlier]:
    """Return what a release said of a territory, by the key of each value.

    Raises:
        ExportError: The release cannot be read.
    """
    with opened(release, any_schema=True) as file:
        rows = file.query(_OF_TERRITORY, level, code, perimeter).rows()
    return {row[: len(_KEY)]: Earlier(*row[len(_KEY) :]) for row in rows}


def holds(barometer: Barometer, value: Value) -> bool:
    """Whether the release being read holds a value, and not only the computation of a page."""
    rows = barometer.release.query(_OF_TERRITORY, value.level, value.code, value.perimeter).rows()
    return any(row[: len(_KEY)] == key(value) for row in rows)


def changes(before: Path, after: Path) -> list[Change]:
    """Return what a release changed, by indicator; indicators left as they were are not listed.

    Args:
        before: File of the earlier release.
        after: File of the later one.

    Raises:
        ExportError: One of them cannot be read.
    """
    with opened(before, any_schema=True) as file:
        old = file.query(_VALUES)
    with opened(after, any_schema=True) as file:
        new = file.query(_VALUES)
    return compare(old, new)


def compare(old: pl.DataFrame, new: pl.DataFrame) -> list[Change]:
    """Return the changes between two tables of values, numbers only, sorted by indicator."""
    numbered = pl.col("value").is_not_null()
    joined = old.filter(numbered).join(
        new.filter(numbered), on=list(_KEY), how="full", coalesce=True, nulls_equal=True, suffix="_new"
    )
    was, now = pl.col("value").is_not_null(), pl.col("value_new").is_not_null()
    differs = (pl.col("value") != pl.col("value_new")) | (pl.col("status") != pl.col("status_new"))
    counted = joined.group_by("indicator").agg(
        added=(~was & now).sum(), removed=(was & ~now).sum(), revised=(was & now & differs).sum()
    )
    found = (Change(**row) for row in counted.sort("indicator").to_dicts())
    return [change for change in found if change.added or change.removed or change.revised]
