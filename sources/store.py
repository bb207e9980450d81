"""The store: every producer's file ever downloaded, under its own sha256, never edited nor overwritten.

Belongs here: keeping bytes, remembering where and when each address gave them. Does not belong here: talking
to a server (``sources.fetching``), reading what a file holds (``sources.readers``).

``<home>/store/<first two hex>/<sha256>`` holds the bytes, ``<home>/store/index.jsonl`` one line for every
good answer of an address: only ever appended to, so that what was published in March is still known in June.
"""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sources import files
from sources.files import digest


class Record(BaseModel):
    """One good answer of an address."""

    model_config = ConfigDict(frozen=True)

    url: str
    final_url: str
    """After redirections."""
    name: str
    """The producer's file name, without anything a file system could take for a path."""
    date: dt.datetime
    """When the address answered, UTC."""
    etag: str | None = None
    last_modified: str | None = None
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class Store:
    """The content-addressed files of one home, and the index of where they come from."""

    def __init__(self, home: Path) -> None:
        self.root = home / "store"
        self.index = self.root / "index.jsonl"
        self.partial = self.root / "partial"
        self._writing = threading.Lock()

    def path(self, sha256: str) -> Path:
        """Return where the file of this sha256 is, or would be."""
        return self.root / sha256[:2] / sha256

    def holds(self, sha256: str) -> bool:
        """Return whether the file is there with the very bytes its name says."""
        path = self.path(sha256)
        return path.is_file() and digest(path) == sha256

    def add(self, source: Path) -> str:
        """Move a complete file into the store and return its sha256.

        Args:
            source: a file of the same volume (``partial``); it is gone afterwards.
        """
        sha256 = digest(source)
        with self._writing:
            if self.holds(sha256):
                source.unlink()
            else:
                files.move(source, self.path(sha256))
        return sha256

    def remember(self, record: Record) -> None:
        """Append one good answer to the index."""
        with self._writing:
            files.append_line(self.index, record.model_dump_json().encode())

    def records(self) -> list[Record]:
        """Return every good answer, oldest first.

        A line cut by a crash is left out: its file is still in the store, and the next download says so.
        """
        found: list[Record] = []
        if self.index.is_file():
            for line in self.index.read_bytes().splitlines():
                try:
                    found.append(Record.model_validate_json(line))
                except ValidationError:
                    continue
        return found

    def latest(self) -> dict[str, Record]:
        """Return the last good answer of each address."""
        return {record.url: record for record in self.records()}

    def deliver(self, record: Record, folder: Path) -> Path:
        """Copy a file into a folder under the producer's name, and return where it is.

        A file of that name and other bytes is left as it is: the copy then goes in a sub-folder named by its
        sha256.
        """
        target = folder / record.name
        if target.exists() and not _same(target, record.sha256):
            target = folder / record.sha256[:12] / record.name
        if not _same(target, record.sha256):
            files.copy(self.path(record.sha256), target)
        return target


def verified_addresses(home: Path) -> dict[str, dt.datetime]:
    """Return when each address last gave a file we could take; an address that never did is not there."""
    return {url: record.date for url, record in Store(home).latest().items()}


def _same(path: Path, sha256: str) -> bool:
    return path.is_file() and digest(path) == sha256
