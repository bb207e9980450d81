"""Which releases there are, which one is published, and whether it is whole.

Belongs here: reading ``releases/``: the cards beside the databases, the ``CURRENT`` pointer. Does not belong
here: changing any of it (``publishing``), nor what a release holds (``release``). Standard library and a file
lock only: listing releases must be instantaneous.

``CURRENT`` is the only thing that says what is published: the figures of the release it names, and the
deposits on its card. A published file is never written nor renamed over: readers keep it open.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pipelines import journal
from pipelines.deposits import KeptFile
from pipelines.home import Home
from pipelines.journal import Entry
from sources import files
from sources.french import NBSP, plural
from sources.problems import quoted

REFRESH = "bcs actualiser --publier"
_NAME = re.compile(r"release-[A-Za-z0-9_.-]+\.duckdb")


class PublicationError(Exception):
    """Something about releases that cannot be done; its text is a French sentence."""


@dataclass(frozen=True)
class Published:
    """What is known of a release without opening it: the small file beside it."""

    release_id: str
    created_at: str
    content_hash: str
    fingerprint: str
    size: int
    values: int
    """Values that carry a number."""
    usable: Mapping[str, int] = field(default_factory=dict)
    """Observations that carry a number, by dataset: a later refresh compares its own with them."""
    candidate: bool = False
    """Built and verified, never made current."""
    sha256: str = ""
    """Of the database, when it was built; empty in a card of an earlier version."""
    deposits: tuple[KeptFile, ...] = ()
    """Files it was made with besides the embedded ones: published and taken back with it."""
    set_aside: tuple[Mapping[str, str], ...] = ()
    """Dropped files that were not read: ``file`` and ``reason``."""
    held: int = 0
    """Cells or files held for review, of which nobody has decided yet."""
    undone: bool = False
    """Someone went back to an earlier release since it was in place, as the journal says: for the pages."""
    move: Entry | None = None
    """The decision that made it current, or that was about to."""

    @property
    def file(self) -> str:
        """Name of the database file."""
        return f"release-{self.release_id}.duckdb"

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Published:
        """Return a release from the JSON of its card; what a later version added is left out.

        Raises:
            TypeError: it is no card.
        """
        known = {name.name for name in fields(cls)}
        card = {name: value for name, value in dict(found).items() if name in known}
        card["deposits"] = tuple(KeptFile(**kept) for kept in card.get("deposits", ()))
        card["set_aside"] = tuple(card.get("set_aside", ()))
        card["move"] = Entry.read(card["move"]) if card.get("move") else None
        release = cls(**card)
        if not (isinstance(release.size, int) and _NAME.fullmatch(release.file)):
            raise TypeError
        return release


def card_path(home: Home, release_id: str) -> Path:
    """Return where the card of a release is."""
    return home.releases / f"release-{release_id}.json"


def card(home: Home, release_id: str) -> Published | None:
    """Return the card of a release, None when it is absent or damaged."""
    path = card_path(home, release_id)
    try:
        state = path.stat()
        found = _read(path, state.st_ino, state.st_size, state.st_mtime_ns)
    except (OSError, ValueError, TypeError):
        # A card cut by a power failure, or of another version: the release it describes is not offered.
        return None
    return found if found.release_id == release_id else None


@functools.lru_cache(maxsize=64)
def _read(path: Path, _number: int, _size: int, _changed: int) -> Published:
    """Card in one state: a command asks more than once."""
    return Published.read(json.loads(path.read_text(encoding="utf-8")))


def pointed(home: Home) -> str | None:
    """Return the identifier of the release ``CURRENT`` names, whatever its state; None when it names none."""
    name = (files.text_of(home.current) or "").strip()
    return name.removeprefix("release-").removesuffix(".duckdb") if _NAME.fullmatch(name) else None


def cards(home: Home) -> list[Published]:
    """Return the releases of a home that have a card, whatever the state of their databases, latest first."""
    paths = home.releases.glob("release-*.json")
    found = (card(home, path.stem.removeprefix("release-")) for path in paths)
    known = (release for release in found if release is not None)
    return sorted(known, key=lambda release: release.release_id, reverse=True)


def releases(home: Home) -> list[Published]:
    """Return the releases of a home that have a card and a database of its size, the most recent first."""
    return [release for release in cards(home) if _size(home.releases / release.file) == release.size]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def is_whole(home: Home, release: Published) -> bool:
    """Return whether the database of a release is, byte for byte, the one that was verified."""
    path = home.releases / release.file
    try:
        if path.stat().st_size != release.size:
            return False
        return not release.sha256 or files.digest(path) == release.sha256
    except OSError:
        return False


def check_whole(home: Home, release: Published) -> None:
    """Refuse to read a release whose database is not the one that was verified.

    Raises:
        PublicationError: it is damaged; the text says what to do.
    """
    if not is_whole(home, release):
        cure = trouble(home)
        raise PublicationError(
            f"La publication est {cure}"
            if cure and release.release_id == pointed(home)
            else f"{release.file} est abîmé. Choisissez une autre publication{NBSP}: bcs versions"
        )


def way_out(home: Home) -> str:
    """Say which release is whole and can be gone back to, with the command; empty when there is none."""
    named = pointed(home)
    present = card(home, named) if named else None
    held = [release for release in releases(home) if not release.candidate and release.release_id != named]
    first = published_before(home, present)
    whole = next((r for r in (*first, *(r for r in held if r not in first)) if is_whole(home, r)), None)
    if whole is None:
        return ""
    day = dt.datetime.fromisoformat(whole.created_at)
    state = ", annulée mais entière" if whole.undone else ", qui est entière"
    command = f"bcs annuler {whole.release_id}"
    return f"Pour mettre en place la publication du {day:%d/%m/%Y}{state}{NBSP}: {command}"


def current(home: Home) -> Published | None:
    """Return the published release, or None when there is none whose files are whole."""
    named = pointed(home)
    while named is not None:
        release = card(home, named)
        if release is not None and is_whole(home, release):
            return release
        # Others may have been published, and this one deleted, since the pointer was read.
        before, named = named, pointed(home)
        if named == before:
            return None
    return None


def required(home: Home) -> Published:
    """Return the published release.

    Raises:
        PublicationError: there is none, or it is damaged; the text says what to do.
    """
    present = current(home)
    if present is None:
        damage = trouble(home)
        raise PublicationError(
            f"La publication est {damage}"
            if damage
            else f"Aucune publication dans {home.root}. "
            "Fabriquez-en une d’abord\u00a0: bcs actualiser --publier"
        )
    return present


def trouble(home: Home) -> str | None:
    """Say what is damaged when no release is current though there was one, and how to repair it.

    Returns:
        Words that follow « publication », then the commands, a line each; ``None`` when nothing was ever
        published or nothing is wrong.
    """
    held = [release for release in releases(home) if not release.candidate]
    if current(home) is not None or not (held or home.current.exists()):
        return None
    named, cures = pointed(home), [f"Pour réparer{NBSP}: {REFRESH}", way_out(home)]
    if named is not None:
        what = _damage(home, named)
    else:
        what = f"le fichier {home.current.name} manque ou est illisible"
        if cures[1] and journal.last_move(journal.read(home)) is None:
            # Nothing says which deposits a refresh would have to read again.
            del cures[0]
    return "\n".join((f"abîmée{NBSP}: {what}.", *filter(None, cures)))


def _damage(home: Home, release_id: str) -> str:
    """Say what is wrong with the files of the release ``CURRENT`` names."""
    path = home.releases / f"release-{release_id}.duckdb"
    release = card(home, release_id)
    if not path.is_file():
        return f"le fichier {home.current.name} désigne {quoted(path.name)}, qui manque"
    if release is None:
        return f"la fiche {quoted(card_path(home, release_id).name)} manque ou est illisible"
    if _size(path) != release.size:
        return f"{quoted(path.name)} n’est pas entier"
    return f"{quoted(path.name)} n’a plus le contenu qui avait été vérifié"


def accepted(home: Home) -> tuple[KeptFile, ...]:
    """Return the deposits of the published release, damaged or not: its files are not lost with it.

    Raises:
        PublicationError: nothing says any more which they were.
    """
    entries = journal.read(home)
    named = standing(home, entries)
    if named is None:
        return ()
    found = card(home, named) or recorded(entries, named)
    if found is None and (home.releases / f"release-{named}.duckdb").exists():
        raise PublicationError(
            f"La fiche de la publication {named} manque ou est illisible, et le journal ne dit plus avec "
            "quels fichiers déposés elle a été faite. Pour réparer\u00a0: bcs annuler"
        )
    return found.deposits if found is not None else ()


def standing(home: Home, entries: list[Entry]) -> str | None:
    """Return the identifier of the release in place: what ``CURRENT`` names, else what the journal says.

    A pointer to what never was in these folders is as good as an unreadable one.
    """
    named, known = pointed(home), journal.last_move(entries)
    if named is not None:
        database = home.releases / f"release-{named}.duckdb"
        moved = any(entry.release == named for entry in entries)
        if known is None or moved or database.exists() or card_path(home, named).exists():
            return named
    return known.release if known is not None else None


def recorded(entries: list[Entry], release_id: str) -> Published | None:
    """Return the card of a release as the journal kept it when it was published."""
    for entry in reversed(entries):
        if entry.release == release_id and entry.what in journal.MOVES and entry.card:
            with contextlib.suppress(TypeError):
                return Published.read(entry.card)
    return None


@contextlib.contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the lock of a home; the same process may hold it more than once.

    The system frees it when the process ends, however it ends: a stale lock blocks nobody.

    Raises:
        PublicationError: another process is refreshing this home.
    """
    import filelock

    home.root.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(home.lock, timeout=0, is_singleton=True, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise PublicationError(
            "Une autre mise à jour est en cours dans ce dossier\u00a0: attendez sa fin, puis recommencez."
        ) from error
    try:
        yield
    finally:
        lock.release()


def find(home: Home, release_id: str) -> Published:
    """Return a release by its identifier, or by the head of it.

    Raises:
        PublicationError: none or several match.
    """
    matching = [r for r in cards(home) if r.release_id.startswith(release_id.removeprefix("release-"))]
    if len(matching) != 1:
        what = "désigne plusieurs publications" if matching else "ne désigne aucune publication"
        raise PublicationError(
            f"«\u00a0{release_id}\u00a0» {what}\u00a0; «\u00a0bcs versions\u00a0» en donne la liste."
        )
    return matching[0]


def published_before(home: Home, release: Published | None) -> list[Published]:
    """Return the releases one may go back to, the last one in place first; their files may be damaged.

    Args:
        home: where releases live.
        release: the present one; the answer does not hold it. None when no release is in place.

    Returns:
        Those that were in place before it and were not undone, then those the journal does not know.
    """
    entries = [entry for entry in journal.read(home) if entry.what in journal.MOVES]
    known, own = {entry.release for entry in entries}, release.release_id if release else None
    while own in known and entries[-1].release != own:
        entries.pop()
    held = {r.release_id: r for r in cards(home) if not r.candidate and r.release_id != own}
    told = [held[name] for name in dict.fromkeys(reversed(journal.in_place(entries))) if name in held]
    older = [r for name, r in held.items() if name not in known and (own is None or name < own)]
    return [*told, *(r for r in older if r not in told)]


def previous(home: Home, release: Published | None) -> Published | None:
    """Return the last whole release in place before another one, the last of all when there is none."""
    return next((r for r in published_before(home, release) if is_whole(home, r)), None)


def candidates(home: Home) -> list[Published]:
    """Return the releases that were built and never published, the most recent first."""
    named = pointed(home)
    return [r for r in releases(home) if r.candidate and r.release_id != named]


def chosen(home: Home, release_id: str | None) -> Published:
    """Return the release a person wants to publish: the one they name, or the latest candidate.

    Raises:
        PublicationError: there is none, or several match.
    """
    if release_id is not None:
        return find(home, release_id)
    waiting = candidates(home)
    if not waiting:
        raise PublicationError("Aucune candidate à publier. Fabriquez-en une\u00a0: bcs actualiser")
    return waiting[0]


def held_back(release: Published) -> tuple[str, ...]:
    """Return why a candidate is not published without a yes, in French; empty when nothing holds it back."""
    reasons = []
    if release.set_aside:
        count = len(release.set_aside)
        reasons.append(plural(count, "fichier écarté", "fichiers écartés"))
    if release.held:
        reasons.append(plural(release.held, "point à revoir", "points à revoir"))
    return tuple(reasons)


def as_of(home: Home, day: dt.date, release: Published) -> tuple[Published, str | None]:
    """Return the release that was in place at the end of a day, or the last before it that still stands.

    Args:
        home: where releases live.
        day: that day.
        release: the present one; the answer is an earlier one.

    Returns:
        The release; the identifier of the one that was in place that day, where it was undone since or is not
        kept any more.

    Raises:
        PublicationError: none of those kept is that old.
    """
    entries = journal.read(home)
    until = [entry for entry in entries if dt.datetime.fromisoformat(entry.when).date() <= day]
    known, own = {entry.release for entry in entries if entry.what in journal.MOVES}, release.release_id
    held = {one.release_id: one for one in releases(home) if not one.candidate}
    older = (
        name
        for name, one in held.items()
        if name not in known and name < own and dt.datetime.fromisoformat(one.created_at).date() <= day
    )
    there = [name for name in dict.fromkeys((*reversed(journal.in_place(until)), *older)) if name != own]
    gone = journal.undone(entries)
    found = next((held[name] for name in there if name in held and name not in gone), None)
    if found is None:
        raise PublicationError(
            f"Aucune publication antérieure à l’actuelle ne date du {day:%d/%m/%Y} ou d’avant\u00a0; "
            "«\u00a0bcs versions\u00a0» en donne la liste."
        )
    return found, there[0] if there[0] != found.release_id else None
