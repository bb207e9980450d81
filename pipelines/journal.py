"""Who published, cancelled or set aside what, when and why: one line each, only ever added to.

Belongs here: the lines of ``journal.jsonl``. Does not belong here: what a decision does (``publishing``). A
line records something that has happened: it is written after ``CURRENT`` changed, and again by the next
command when the machine stopped in between. Standard library only.
"""

from __future__ import annotations

import datetime as dt
import getpass
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from pipelines.home import Home
from sources import files

PUBLISHED, CANCELLED, DISCARDED, DECISION = "published", "cancelled", "discarded", "decision"
MOVES = frozenset({PUBLISHED, CANCELLED})
"""What changes which release is in place."""

LABELS: Mapping[str, str] = {
    PUBLISHED: "publiée",
    CANCELLED: "retour",
    DISCARDED: "écartée",
    DECISION: "décision",
}


@dataclass(frozen=True)
class Entry:
    """One decision."""

    what: str
    """``published``, ``cancelled`` (an earlier release came back), ``discarded`` or ``decision``."""
    release: str
    """The release published, come back to, discarded or decided upon."""
    by: str
    why: str
    when: str
    """UTC, ISO 8601."""
    previous: str | None = None
    """The release that was in place before."""
    decisions: tuple[Mapping[str, Any], ...] = ()
    """What was held for review, and what was decided."""
    card: Mapping[str, Any] = field(default_factory=dict)
    """The card of the release as it was then, counts and deposits; a lost card is written again from it."""

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Entry:
        """Return an entry from its JSON.

        Raises:
            TypeError: it is not one.
        """
        known = {name.name for name in fields(cls)}
        entry = cls(**{name: value for name, value in found.items() if name in known})
        texts = (entry.what, entry.release, entry.by, entry.why, entry.when)
        if not all(isinstance(text, str) for text in texts) or not isinstance(entry.card, Mapping):
            raise TypeError
        return replace(entry, decisions=tuple(entry.decisions), card=dict(entry.card))

    def same(self, other: Entry | None) -> bool:
        """Whether two entries record one decision, with or without the card."""
        return other is not None and (self.when, self.release, self.what) == (
            other.when,
            other.release,
            other.what,
        )


def new(what: str, release: str, by: str, why: str, previous: str | None = None) -> Entry:
    """Return an entry of now."""
    return Entry(what, release, by.strip(), why.strip(), dt.datetime.now(dt.UTC).isoformat(), previous)


def read(home: Home) -> list[Entry]:
    """Return every entry, the first first; a line a crash cut short is left out."""
    found: list[Entry] = []
    try:
        lines = home.journal.read_bytes().splitlines()
    except OSError:
        return found
    for line in lines:
        try:
            found.append(Entry.read(json.loads(line)))
        except (ValueError, TypeError, AttributeError):
            continue
    return found


def append(home: Home, entry: Entry) -> None:
    """Add an entry, and have the disk confirm it."""
    files.append_line(home.journal, json.dumps(asdict(entry), ensure_ascii=True).encode("ascii"))


def last_move(entries: list[Entry]) -> Entry | None:
    """Return the entry of the release in place, as far as the journal knows."""
    return next((entry for entry in reversed(entries) if entry.what in MOVES), None)


def in_place(entries: list[Entry]) -> list[str]:
    """Return the releases that were in place one after the other and were not undone, the present one last.

    Going back to one of them undoes those that came after it; going back to one that was undone brings it
    back on top of them.
    """
    standing: list[str] = []
    for entry in entries:
        if entry.what not in MOVES:
            continue
        if entry.previous is not None and entry.previous not in standing:
            # Of before the journal, or the line that told of it was lost.
            standing.append(entry.previous)
        if entry.what == CANCELLED and entry.release in standing:
            while standing.pop() != entry.release:
                pass
        standing.append(entry.release)
    return standing


def undone(entries: list[Entry]) -> set[str]:
    """Return the releases that were in place until someone went back to an earlier one."""
    moved = {entry.release for entry in entries if entry.what in MOVES}
    return moved - {*in_place(entries)}


def user() -> str:
    """Return the name of the account that runs the command."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "compte inconnu"
