"""Bytes on disk, whole or not at all: what the store, the publication and the journal write with.

Belongs here: writing, moving, copying and removing files so that a reader, or the machine after a power
failure, sees the old state or the new one. Does not belong here: what the files mean. Standard library only:
the command line loads it before anything heavy.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Windows refuses for a moment, in seconds, to replace or delete a file an antivirus or a reader holds."""

SETTLED = 5_000_000_000
"""Nanoseconds after which a change of a file cannot have the date of the one before: clocks of disks are
coarse, of two seconds on some."""


def shown(path: Path) -> str:
    """Return the name of a file as text: one of bytes that are no text would stop whatever writes it."""
    return os.fsencode(path.name).decode("utf-8", "replace")


_State = tuple[int, int, int, int]
_known: dict[str, tuple[_State, str]] = {}
"""Digests of the files that had settled, and the state they were in (:func:`_state`)."""


def _state(path: Path) -> _State:
    """Return what a file cannot keep if it is written: size, date, number, and the date of its inode.

    The last is the one that nothing puts back; where a system has none, it is that of its creation.
    """
    told = path.stat()
    return told.st_size, told.st_mtime_ns, told.st_ino, told.st_ctime_ns


def digest(path: Path, *, ours: bool = False) -> str:
    """Return the sha256 of a file, without holding it in memory; a file that has settled is read once.

    Args:
        path: the file.
        ours: it is on the disk and nobody writes it again: it settled as soon as it was there.
    """
    name, state = str(path.absolute()), _state(path)
    known, found = _known.get(name, (None, ""))
    if known == state:
        return found
    _, written, _, changed = state
    settled = ours or time.time_ns() - max(written, changed) > SETTLED
    with path.open("rb") as handle:
        found = hashlib.file_digest(handle, "sha256").hexdigest()
    if settled:
        _known[name] = state, found
    return found


@contextlib.contextmanager
def remembered(memo: Path) -> Iterator[None]:
    """While it lasts, a file that has not changed since its digest was last taken is not read for it again.

    Its state says that it has not: what copies, replaces or edits a file changes it, were the size and the
    date put back. A memory of another form is none: each file is read once.

    Args:
        memo: where the digests are kept from one time to the next; safe to delete.
    """
    with contextlib.suppress(ValueError, TypeError, AttributeError):
        for name, (state, found) in json.loads(text_of(memo) or "{}").items():
            size, written, number, changed = map(int, state)
            _known.setdefault(name, ((size, written, number, changed), str(found)))
    try:
        yield
    finally:
        there = {name: known for name, known in _known.items() if Path(name).is_file()}
        with contextlib.suppress(OSError):
            memo.parent.mkdir(parents=True, exist_ok=True)
            write_text(memo, json.dumps(there))


def text_of(path: Path) -> str | None:
    """Return what a small text file says, ``None`` when it is absent or is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def write_text(path: Path, text: str) -> None:
    """Replace a small text file in one step, and have the disk confirm it."""
    aside = path.with_name(f"{path.name}.new")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        patiently(lambda: aside.replace(path))
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Add a line to a file that only ever grows, and have the disk confirm it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as handle:
        # A machine that stopped in the middle of a line must not spoil the next one.
        if handle.tell():
            handle.seek(-1, os.SEEK_END)
            torn = handle.read(1) != b"\n"
            line = (b"\n" if torn else b"") + line
        handle.write(line + b"\n")
        handle.flush()
        os.fsync(handle.fileno())


def move(source: Path, target: Path) -> None:
    """Put a finished file in its place in one step, its bytes being on the disk first."""
    with source.open("r+b") as handle:
        os.fsync(handle.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    patiently(lambda: source.replace(target))
    sync_folder(target.parent)


def copy(source: Path, target: Path) -> None:
    """Copy a file beside its place under a hidden name, then put it there in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{uuid4().hex}.copie")
    try:
        shutil.copyfile(source, aside)
        move(aside, target)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def link(source: Path, target: Path) -> None:
    """Show a file of ours under another name too; a copy is made where the file system has no links.

    Its digest is not taken again: a link changes the date of the inode, and no byte.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    known, found = _known.get(str(source.absolute()), (None, ""))
    unchanged = known == _state(source)
    try:
        target.hardlink_to(source)
    except OSError:
        # Another volume, or a file system without links.
        copy(source, target)
        return
    if unchanged:
        for path in (source, target):
            _known[str(path.absolute())] = _state(path), found


def remove(path: Path) -> None:
    """Delete a file, if it is there."""
    patiently(lambda: path.unlink(missing_ok=True))


def sync_folder(folder: Path) -> None:
    """Have the disk confirm the names of a folder; Windows needs nothing of the kind."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def patiently(action: Callable[[], object]) -> None:
    """Do something again when the system refuses it for a moment."""
    for pause in PATIENCE:
        try:
            action()
            return
        except PermissionError:
            time.sleep(pause)
    action()
