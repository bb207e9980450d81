"""What a built release holds, computed again from its file."""

from __future__ import annotations

from pathlib import Path

from pipelines.elsewhere import StoredParts
from pipelines.release import content_hash, opened, read_release


def stored_hash(path: Path) -> str:
    """Return the content hash of a built file, computed from what it holds."""
    tables = read_release(path)
    with opened(path) as connection:
        return content_hash(tables, StoredParts(connection))
