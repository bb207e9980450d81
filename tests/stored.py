"""The published home of the tests: a copy of it to spoil, and what its release holds, computed again."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.elsewhere import StoredParts
from pipelines.home import Home
from pipelines.release import content_hash, opened, read_release


def stored_hash(path: Path) -> str:
    """Return the content hash of a built file, computed from what it holds."""
    tables = read_release(path)
    with opened(path) as connection:
        return content_hash(tables, StoredParts(connection))


def copied(home: Path, to: Path) -> Home:
    """Return a copy of a published home, without what a dashboard another test serves may be writing."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("opendata", "*.log"))
    return Home.locate(to)
