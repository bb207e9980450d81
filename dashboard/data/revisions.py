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
from indicators.changes import COMPARED, FIGURE_KEY, OBSERVED, Changes, changes, keyed
from indicators.news import Names

_OF_TERRITORY = """
SELECT indicator, series, level, code, perimeter, millesime, edition, value, status FROM value
WHERE level = ? AND code = ? AND perimeter IS NOT DISTINCT FROM ?
"""

Key = tuple[str | int | bool | None, ...]
"""What distinguishes a value from all others, from one release to the next."""


@dataclass(frozen=True)
class Kept:
    """One release that is still there."""

    path: Path
    release_id: str
    created_at: dt.datetime
    values: int
    """Values that have a number."""
    undone: bool = False
    """Someone went back to an earlier one since it was published."""


@dataclass(frozen=True)
class Earlier:
    """One value in a release: its number or the status that stands for it."""

    value: float | None
    status: str


def kept(folder: Path) -> list[Kept]:
    """Return the releases of a folder, latest first; candidates not published are left out."""
    found = []
    for path in folder.glob("release-*.duckdb"):
        card = _card(path)
        if card.get("candidate") is True:
            continue
        try:
            with opened(path, any_schema=True) as file:
                identity = Barometer(file).identity
                count = file.query("SELECT count(value) FROM value").item()
        except ExportError:
            # An unreadable leftover is not a release; the published one is checked elsewhere.
            continue
        found.append(
            Kept(path, identity.release_id, identity.created_at, int(count), card.get("undone") is True)
        )
    return sorted(found, key=lambda release: release.created_at, reverse=True)


def _card(path: Path) -> dict[str, object]:
    try:
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}


def previous(path: Path) -> Kept | None:
    """Return the release kept just before one, those that were undone left out; ``None`` for the first."""
    found = kept(path.parent)
    own = next((release for release in found if release.path == path), None)
    before = (r for r in found if own is not None and r.created_at < own.created_at)
    return next((r for r in before if not r.undone), None)


def key(value: Value) -> Key:
    """Return what identifies a value from one release to the next: its edition does not."""
    stated = value.millesime is not None
    period = value.millesime if stated else value.edition
    return (value.indicator, value.series, value.level, value.code, value.perimeter, stated, period)


def _keyed(rows: pl.DataFrame) -> dict[Key, Earlier]:
    return {
        tuple(row[name] for name in FIGURE_KEY): Earlier(row["value"], row["status"])
        for row in keyed(rows).iter_rows(named=True)
    }


def earlier(release: Path, level: str, code: str, perimeter: str | None) -> dict[Key, Earlier]:
    """Return the values of a territory in a release, by key.

    Raises:
        ExportError: The release cannot be read.
    """
    with opened(release, any_schema=True) as file:
        return _keyed(file.query(_OF_TERRITORY, level, code, perimeter))


def holds(barometer: Barometer, value: Value) -> bool:
    """Whether the release being read holds a value, and not only the computation of a page."""
    rows = barometer.release.query(_OF_TERRITORY, value.level, value.code, value.perimeter)
    return key(value) in _keyed(rows)


@dataclass(frozen=True)
class Compared:
    """What a release changed to the one before, and how both call what they hold."""

    before: Kept
    changes: Changes
    names: Names


def compared(before: Kept, after: Path) -> Compared:
    """Compare two releases.

    Args:
        before: The earlier one.
        after: File of the later one.

    Raises:
        ExportError: One of them cannot be read.
    """
    old, new = _tables(before.path), _tables(after)
    return Compared(before, changes(old, new), Names.read(old, new))


def _tables(path: Path) -> dict[str, pl.DataFrame]:
    """Read what is compared; an older release lacks some of it."""
    with opened(path, any_schema=True) as file:
        held = [name for name in COMPARED if name in file.tables]
        found = {name: file.query(f'SELECT * FROM "{name}"') for name in held}  # noqa: S608 - a constant
        if "observation" in file.tables:
            for name, columns in OBSERVED.items():
                found[name] = file.query(f"SELECT DISTINCT {', '.join(columns)} FROM observation")  # noqa: S608
    return found
