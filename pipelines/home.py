"""Where generated data lives: one folder named by ``BCS_HOME``, ``./.bcs`` by default.

Belongs here: the names of the folders and files of that place. Does not belong here: what is
written in them. Only the standard library: the command line reads this before anything heavy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "BCS_HOME"
DEFAULT = ".bcs"


@dataclass(frozen=True)
class Home:
    """The folder of generated data, and what it holds."""

    root: Path

    @classmethod
    def locate(cls, root: Path | str | None = None) -> Home:
        """Return the home at ``root``, else at ``$BCS_HOME``, else at ``./.bcs``."""
        chosen = root or os.environ.get(VARIABLE) or DEFAULT
        return cls(Path(chosen).expanduser().resolve())

    @property
    def work(self) -> Path:
        """Parquet files between assets: rebuilt by each refresh, safe to delete."""
        return self.root / "work"

    @property
    def releases(self) -> Path:
        """Published releases and the ``CURRENT`` pointer."""
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """Small text file that holds the file name of the published release."""
        return self.releases / "CURRENT"

    @property
    def journal(self) -> Path:
        """Who published, cancelled or discarded what, and why: one line each."""
        return self.root / "journal.jsonl"

    @property
    def store(self) -> Path:
        """Every file downloaded or accepted, under its own sha256."""
        return self.root / "store"

    @property
    def inbox(self) -> Path:
        """Extracts a person dropped, until the release made with them is published or discarded."""
        return self.root / "inbox"

    @property
    def lent(self) -> Path:
        """Accepted extracts, under their producers' names, for the refresh under way."""
        return self.work / "acceptes"

    @property
    def parsed(self) -> Path:
        """What reading each file gave, by content: an unchanged one is not parsed again; safe to delete."""
        return self.work / "lus"

    @property
    def digests(self) -> Path:
        """Digests of the files that have not changed since they were taken; safe to delete."""
        return self.work / "empreintes.json"

    @property
    def local(self) -> Path:
        """Files an agent fills: the local layer, published with each release."""
        return self.root / "local"

    @property
    def review(self) -> Path:
        """What was decided about the figures held for review: a release depends on it."""
        return self.root / "review"

    @property
    def documents(self) -> Path:
        """Documents exported for every commune."""
        return self.root / "documents"

    @property
    def written(self) -> Path:
        """What each exported document was when it was written: one changed since is never replaced."""
        return self.documents / ".written"

    @property
    def lock(self) -> Path:
        """File two refreshes of the same home fight for."""
        return self.root / "refresh.lock"

    def prepare(self) -> None:
        """Create the folders that are not there yet."""
        for folder in (self.work, self.releases, self.inbox, self.local, self.review):
            folder.mkdir(parents=True, exist_ok=True)
