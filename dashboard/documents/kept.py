"""Writing a document where another may stand: what a person changed is moved aside, never replaced."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from dashboard.data.release_file import ExportError

ARCHIVES = "archives"


@dataclass(frozen=True)
class Shelf:
    """A folder documents are written into."""

    folder: Path
    notes: Path | None = None
    """Folder of small notes: the digest of each file as it was last written."""

    def put(self, name: str, content: bytes) -> Path:
        """Write a document, see :func:`put`."""
        return put(self.folder / name, content, self.notes)


def put(path: Path, content: bytes, notes: Path | None = None) -> Path:
    """Write a whole file or none; one that is no longer as it was written is first moved to ``archives``.

    Args:
        path: where to write.
        content: the document.
        notes: folder of small notes, the digest of each file as it was last written; without it, any other
            content is taken as changed by somebody.

    Returns:
        The file written.

    Raises:
        ExportError: the file in place is open elsewhere, or cannot be moved.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    note = notes / f"{_digest(str(path.resolve()).encode())[:24]}.json" if notes else None
    draft = path.with_name(f"{path.name}.tmp")
    draft.write_bytes(content)
    try:
        if path.is_file() and _digest(path.read_bytes()) not in (_digest(content), _noted(note)):
            _archive(path)
        draft.replace(path)
    except PermissionError as error:
        draft.unlink(missing_ok=True)
        raise ExportError(
            f"{path.name} ne peut pas être remplacé\u00a0: fermez-le s’il est ouvert, puis recommencez."
        ) from error
    if note is not None:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"file": path.name, "sha256": _digest(content)}), encoding="utf-8")
    return path


def _archive(path: Path) -> Path:
    """Move a document aside, under the date it was last changed; what is already there stays."""
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime)
    folder = path.parent / ARCHIVES
    folder.mkdir(exist_ok=True)
    stem = f"{path.stem}-{changed:%Y-%m-%d-%Hh%M}"
    free = (folder / f"{stem}{suffix}{path.suffix}" for suffix in ("", *(f"-{n}" for n in range(2, 10_000))))
    target = next(candidate for candidate in free if not candidate.exists())
    path.replace(target)
    return target


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _noted(note: Path | None) -> str:
    """Return the digest a file was written with, empty where nothing says it."""
    if note is None:
        return ""
    try:
        return str(json.loads(note.read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
