"""Putting a release in place of another, whole or not at all, and going back.

Belongs here: the files of ``releases/``, the ``CURRENT`` pointer, the lock of a home. Does not belong here:
what a release holds (``release``) nor whether it is right (the caller's ``verify``).

A published file is never written nor renamed over: readers keep it open. Only the small text file ``CURRENT``
is replaced, atomically. Standard library and a file lock only: listing releases must be instantaneous.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pipelines.home import Home
from sources.problems import quoted

KEEP = 5
"""How many releases of different content stay at hand."""

RECENT = 2
"""Latest files kept whatever their content: a reader may be opening the one just replaced."""

RETRIES = 20
PAUSE = 0.1
"""Windows refuses for a moment to replace or delete a file that an antivirus or a reader holds."""


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
    held: int = 0
    """Figures, columns or files held for review that nobody decided of (table ``plausibility``)."""

    @property
    def file(self) -> str:
        """Name of the database file."""
        return f"release-{self.release_id}.duckdb"


def new_id(content_hash: str, created_at: dt.datetime) -> str:
    """Return the identifier of a release: when it was built, and the head of its content hash."""
    return f"{created_at:%Y%m%d-%H%M%S-%f}"[:-3] + f"-{content_hash[:8]}"


def current(home: Home) -> Published | None:
    """Return the published release, or None when there is none whose files are whole.

    A release whose database is absent or of another size than when it was published is not whole.
    """
    try:
        name = home.current.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return next((release for release in releases(home) if release.file == name), None)


def required(home: Home) -> Published:
    """Return the published release.

    Raises:
        PublicationError: there is none, or what names it is damaged; the text says what to do.
    """
    present = current(home)
    if present is None:
        damage = trouble(home)
        raise PublicationError(
            f"La publication est {damage}."
            if damage
            else f"Aucune publication dans {home.root}. Fabriquez-en une d’abord\u00a0: bcs refresh"
        )
    return present


def trouble(home: Home) -> str | None:
    """Say what is damaged when no release is current though there was one, and how to repair it.

    Returns:
        Words that follow « publication », ``None`` when nothing was ever published or nothing is wrong.
    """
    held = [release for release in releases(home) if not release.candidate]
    if current(home) is not None or not (held or home.current.exists()):
        return None
    try:
        name = home.current.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    named = f"désigne {quoted(name)}, qui manque ou n’est pas entier" if name else "manque ou est illisible"
    cure = f"bcs rollback (remet {held[0].release_id})" if held else "bcs refresh"
    return f"abîmée\u00a0: le fichier {home.current.name} {named}. Pour réparer\u00a0: {cure}"


def releases(home: Home) -> list[Published]:
    """Return the whole releases of a home, the most recent first."""
    found = []
    for card in home.releases.glob("release-*.json"):
        try:
            release = Published(**json.loads(card.read_text(encoding="utf-8")))
            if (home.releases / release.file).stat().st_size == release.size:
                found.append(release)
        except (OSError, ValueError, TypeError):
            # A card cut by a power failure, or of another version: the release it describes is not offered.
            continue
    return sorted(found, key=lambda release: release.release_id, reverse=True)


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


def publish(
    home: Home,
    card: Callable[[int], Published],
    build: Callable[[Path], None],
    verify: Callable[[Path], None],
    release_id: str,
    *,
    announce: bool = True,
    keep: int = KEEP,
) -> Published:
    """Build a release aside, verify the built file, and only then make it the current one.

    Args:
        home: where releases live.
        card: makes the small description from the size of the database.
        build: writes the database at the path it is given.
        verify: re-runs every blocking validation on the built file; raises when one fails.
        release_id: identifier of the release.
        announce: make it current; otherwise it stays a candidate, which ``rollback`` can publish by its id.
        keep: how many releases of different content to keep.

    Returns:
        The description of the release.

    Raises:
        Exception: whatever ``build`` or ``verify`` raised; the previous release is then untouched.
    """
    home.releases.mkdir(parents=True, exist_ok=True)
    for left in home.releases.glob("*.building*"):
        _retried(left.unlink)
    building = home.releases / f"release-{release_id}.building"
    try:
        build(building)
        verify(building)
    except BaseException:
        with contextlib.suppress(OSError):
            # Its journal too: on a full disk, what is left behind is what the next try lacks.
            for left in home.releases.glob(f"{building.name}*"):
                _retried(left.unlink)
        raise
    release = replace(card(building.stat().st_size), candidate=not announce)
    _retried(lambda: building.replace(home.releases / release.file))
    _write_card(home, release)
    if announce:
        _write(home.current, release.file)
    prune(home, keep)
    return release


def find(home: Home, release_id: str) -> Published:
    """Return a release by its identifier, or by the head of it.

    Raises:
        PublicationError: none or several match.
    """
    matching = [r for r in releases(home) if r.release_id.startswith(release_id.removeprefix("release-"))]
    if len(matching) != 1:
        what = "désigne plusieurs publications" if matching else "ne désigne aucune publication"
        raise PublicationError(
            f"«\u00a0{release_id}\u00a0» {what}\u00a0; «\u00a0bcs releases\u00a0» en donne la liste."
        )
    return matching[0]


def previous(home: Home, release: Published | None) -> Published | None:
    """Return the last release published before another one, or the last of all when there is no other."""
    earlier = (r for r in releases(home) if not r.candidate)
    return next((r for r in earlier if release is None or r.release_id < release.release_id), None)


def as_of(home: Home, day: dt.date, release: Published) -> Published:
    """Return the release that was in place at the end of a day.

    Args:
        home: where releases live.
        day: that day.
        release: the present one; the answer is an earlier one.

    Raises:
        PublicationError: none of those kept is that old.
    """
    earlier = (r for r in releases(home) if not r.candidate and r.release_id < release.release_id)
    found = next((r for r in earlier if dt.datetime.fromisoformat(r.created_at).date() <= day), None)
    if found is None:
        raise PublicationError(
            f"Aucune publication antérieure à l’actuelle ne date du {day:%d/%m/%Y} ou d’avant\u00a0; "
            "«\u00a0bcs releases\u00a0» en donne la liste."
        )
    return found


def rollback(
    home: Home, verify: Callable[[Path, Published], None], release_id: str | None = None
) -> Published:
    """Make an earlier release the current one.

    Args:
        home: where releases live.
        verify: raises when the file is not what was published.
        release_id: the release to go back to (the head of its identifier is enough); by default the one
            published before the current one.

    Raises:
        PublicationError: there is no such release.
    """
    chosen = previous(home, current(home)) if release_id is None else find(home, release_id)
    if chosen is None:
        raise PublicationError("Il n’y a pas de publication plus ancienne à laquelle revenir.")
    verify(home.releases / chosen.file, chosen)
    if chosen.candidate:
        chosen = replace(chosen, candidate=False)
        _write_card(home, chosen)
    _write(home.current, chosen.file)
    return chosen


def prune(home: Home, keep: int = KEEP) -> list[Published]:
    """Delete old releases; return those deleted.

    The current one, the latest files and the latest release of each of the ``keep`` most recent contents
    stay: refreshing again and again without a change of figures never costs the release one may want back.
    """
    held = releases(home)
    present = current(home)
    kept = {release.release_id for release in held[:RECENT]}
    if present is not None:
        kept.add(present.release_id)
    contents: set[str] = set()
    for release in held:
        if release.content_hash not in contents and len(contents) < keep:
            contents.add(release.content_hash)
            kept.add(release.release_id)
    deleted = []
    for release in held:
        if release.release_id not in kept:
            try:
                (home.releases / release.file).unlink()
                _card_path(home, release).unlink()
            except PermissionError:
                # A reader holds it on Windows: the next publication will delete it.
                continue
            deleted.append(release)
    return deleted


def _card_path(home: Home, release: Published) -> Path:
    return home.releases / f"release-{release.release_id}.json"


def _write_card(home: Home, release: Published) -> None:
    _write(_card_path(home, release), json.dumps(asdict(release), ensure_ascii=False, indent=1))


def _write(path: Path, text: str) -> None:
    """Replace a small text file atomically: a reader sees the old text or the new one."""
    aside = path.with_name(path.name + ".new")
    with aside.open("w", encoding="utf-8") as handle:
        handle.write(text + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    _retried(lambda: aside.replace(path))


def _retried(action: Callable[[], object]) -> None:
    for attempt in range(RETRIES):
        try:
            action()
            return
        except PermissionError:
            if attempt == RETRIES - 1:
                raise
            time.sleep(PAUSE)
