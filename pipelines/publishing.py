"""From a candidate to the published release, and back: whole or not at all, whatever is stopped when.

Belongs here: every change of ``releases/``. Does not belong here: what a release holds (``release``) nor
whether it is right (the caller's ``verify``).

One rename, that of ``CURRENT``, publishes figures and deposits together. What has to follow it (the journal,
the card, the inbox, old files) is :func:`settle`, which every change starts with too: what a crash left
undone is done by the next command.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path

from pipelines import deposits, journal, lake, publication
from pipelines.home import Home
from pipelines.journal import Entry
from pipelines.publication import PublicationError, Published
from sources import files

KEEP = 5
"""How many published releases of different content a refresh leaves at hand."""

RECENT = 2
"""Latest files kept whatever their content: a reader may be opening the one just replaced."""


def new_id(home: Home, content_hash: str, created_at: dt.datetime) -> str:
    """Return the identifier of a release: when it was built, and the head of its content hash.

    A clock set back does not make a new release older than those held.
    """
    for release in publication.releases(home)[:1]:
        latest = dt.datetime.strptime("-".join(release.release_id.split("-")[:3]) + "000", "%Y%m%d-%H%M%S-%f")
        created_at = max(created_at, latest + dt.timedelta(milliseconds=1))
    return f"{created_at:%Y%m%d-%H%M%S-%f}"[:-3] + f"-{content_hash[:8]}"


def build(
    home: Home,
    card: Callable[[int], Published],
    write: Callable[[Path], None],
    verify: Callable[[Path], None],
    release_id: str,
) -> Published:
    """Build a candidate aside, verify the built file, and only then show it among the releases.

    Args:
        home: where releases live.
        card: makes the small description from the size of the database.
        write: writes the database at the path it is given.
        verify: re-runs every blocking validation on the built file; raises when one fails.
        release_id: identifier of the release.

    Returns:
        The description of the candidate.

    Raises:
        Exception: whatever ``write`` or ``verify`` raised; the releases are then as they were.
    """
    with publication.locked(home):
        settle(home)
        building = home.releases / f"release-{release_id}.building"
        try:
            write(building)
            verify(building)
            made = card(building.stat().st_size)
            made = replace(made, candidate=True, sha256=files.digest(building), move=None)
            lost = deposits.missing(home, made.deposits)
            if lost:
                raise PublicationError(f"La copie gardée de {lost[0].name} manque\u00a0: recommencez.")
            files.move(building, home.releases / made.file)
            _write_card(home, made)
        except BaseException:
            # On a full disk, what is left behind is what the next try lacks.
            for left in [
                *home.releases.glob(f"{building.name}*"),
                home.releases / f"release-{release_id}.duckdb",
            ]:
                with contextlib.suppress(OSError):
                    files.remove(left)
            raise
        with contextlib.suppress(OSError):
            _delete(home, superseded(home))
        return made


def publish(
    home: Home, release: Published, by: str, why: str, what: str = journal.PUBLISHED
) -> tuple[Published, str | None]:
    """Make a release the current one: its figures and its deposits, in one rename.

    Args:
        home: where releases live.
        release: a candidate, or a release published before.
        by: who decided it.
        why: their reason.
        what: ``published``, or ``cancelled`` when it is a way back.

    Returns:
        The release in place, and what could not be done after that, in French; the next command will do it.

    Raises:
        PublicationError: it is damaged, a deposit of it is lost, or it is in place already.
    """
    with publication.locked(home):
        present, note = _publish(home, release, by, why, what)
        return present, note or lake.delivered(home, present)


def _publish(home: Home, release: Published, by: str, why: str, what: str) -> tuple[Published, str | None]:
    settle(home)
    present = publication.pointed(home)
    _sound(home, release, present)
    move = journal.new(what, release.release_id, by, why, present)
    release = replace(release, move=move)
    _write_card(home, release)
    try:
        files.write_text(home.current, release.file + "\n")
        settle(home)
    except OSError:
        if publication.pointed(home) != release.release_id:
            raise
        done = replace(release, candidate=False)
        return done, "Le journal et le ménage restent à faire\u00a0: la prochaine commande s’en chargera."
    return publication.card(home, release.release_id) or release, None


def _sound(home: Home, release: Published, present: str | None) -> None:
    """Refuse to publish what is not whole, or what is in place."""
    if release.release_id == present and publication.is_whole(home, release):
        raise PublicationError(f"La publication {present} est déjà en place.")
    if not publication.is_whole(home, release):
        others = "Choisissez une autre publication\u00a0: bcs versions"
        other = (None if release.candidate else publication.way_out(home)) or others
        raise PublicationError(f"{release.file} est abîmé. {other}")
    lost = deposits.missing(home, release.deposits)
    if lost:
        names = ", ".join(file.name for file in lost[:3])
        raise PublicationError(
            f"La copie gardée de {names} manque\u00a0: la publication {release.release_id} ne peut plus être "
            "mise en place. Refaites-la\u00a0: bcs actualiser"
        )


def cancel(home: Home, by: str, why: str, release: Published | None = None) -> tuple[Published, str | None]:
    """Go back to an earlier release, figures and deposits.

    Args:
        home: where releases live.
        by: who decided it.
        why: their reason.
        release: the one to go back to; by default the last whole one that was in place before.

    Raises:
        PublicationError: there is none, or it is damaged.
    """
    with publication.locked(home):
        settle(home)
        return publish(home, release or earlier(home)[0], by, why, journal.CANCELLED)


def earlier(home: Home) -> tuple[Published, tuple[Published, ...]]:
    """Return the release to go back to, and those that were in place since then and are damaged.

    Raises:
        PublicationError: there is none.
    """
    named = publication.pointed(home)
    before = publication.published_before(home, publication.card(home, named) if named else None)
    damaged = tuple(itertools.takewhile(lambda release: not publication.is_whole(home, release), before))
    if len(damaged) < len(before):
        return before[len(damaged)], damaged
    if damaged:
        raise PublicationError(
            f"{damaged[0].file} est abîmé, et il n’y a pas d’autre publication plus ancienne qui n’ait été "
            f"annulée. Refaites-en une\u00a0: {publication.REFRESH}"
        )
    raise PublicationError(
        "Il n’y a pas de publication plus ancienne à laquelle revenir\u00a0: celles qui ont été annulées, ou "
        "qui ne sont plus gardées, ne comptent pas (bcs versions en donne la liste)."
    )


def discard(home: Home, release: Published, by: str, why: str) -> None:
    """Throw a candidate away, with its deposits: they leave the inbox, the store still has their bytes.

    Raises:
        PublicationError: it was published once.
    """
    with publication.locked(home):
        settle(home)
        if release not in publication.candidates(home):
            raise PublicationError(
                f"La publication {release.release_id} n’est pas une candidate\u00a0: elle a été publiée."
            )
        entry = journal.new(journal.DISCARDED, release.release_id, by, why, publication.pointed(home))
        journal.append(home, replace(entry, card=asdict(replace(release, move=None))))
        settle(home)


def make_way(home: Home, folder: Path) -> None:
    """Let the files of a folder take the place of those of the same names that wait with a candidate."""
    accepted = publication.accepted(home)
    for candidate in publication.candidates(home):
        deposits.make_way(home, folder, (file for file in candidate.deposits if file not in accepted))


def settle(home: Home) -> list[str]:
    """Finish what an earlier command was stopped in the middle of; nothing to do most of the time.

    Returns:
        What was damaged and is repaired, in French sentences.

    Raises:
        OSError: the disk refuses it.
    """
    home.prepare()
    left_over = (("*.building*", home.releases), ("*.new", home.releases), ("*/.*.copie", home.store))
    for left in (path for pattern, folder in left_over for path in folder.glob(pattern)):
        files.remove(left)
    entries = journal.read(home)
    repairs = _restore(home, entries)
    named = publication.pointed(home)
    present = publication.card(home, named) if named else None
    if present is not None:
        if present.move is not None and not any(present.move.same(entry) for entry in entries):
            written = asdict(replace(present, candidate=False, move=None))
            journal.append(home, replace(present.move, card=written))
            entries.append(present.move)
        if present.candidate:
            _write_card(home, replace(present, candidate=False))
        deposits.sweep(home, present.deposits)
    undone = journal.undone(entries)
    for release in publication.cards(home):
        if release.undone != (release.release_id in undone):
            _write_card(home, replace(release, undone=not release.undone))
    thrown = {entry.release for entry in entries if entry.what == journal.DISCARDED}
    for release in publication.candidates(home):
        if release.release_id in thrown:
            deposits.sweep(home, release.deposits)
            _remove(home, release)
    _clear_orphans(home, named)
    # Never the published ones: what was just put in place may be undone, and the oldest be wanted again.
    _delete(home, [release for release in superseded(home) if release.candidate])
    return repairs


def _restore(home: Home, entries: list[Entry]) -> list[str]:
    """Write again the cards and the pointer that were lost, as the journal knows them."""
    repairs = []
    for release_id in dict.fromkeys(entry.release for entry in entries if entry.what in journal.MOVES):
        if publication.card(home, release_id) is None:
            kept = publication.recorded(entries, release_id)
            if kept is not None and publication.is_whole(home, kept):
                _write_card(home, kept)
                repairs.append(
                    f"La fiche de la publication {release_id} était abîmée\u00a0: elle est rétablie."
                )
    known = publication.standing(home, entries)
    if known is not None and publication.pointed(home) != known:
        found = publication.card(home, known)
        if found is not None and publication.is_whole(home, found):
            files.write_text(home.current, found.file + "\n")
            repairs.append(
                f"Le fichier {home.current.name} était abîmé\u00a0: la publication {known} "
                "est remise en place."
            )
    return repairs


def _clear_orphans(home: Home, named: str | None) -> None:
    """Remove databases without a card and cards without a database, which no release names."""
    for path in home.releases.glob("release-*.*"):
        release_id = path.stem.removeprefix("release-")
        other = path.with_suffix(".json" if path.suffix == ".duckdb" else ".duckdb")
        if path.suffix in {".duckdb", ".json"} and release_id != named and not other.exists():
            files.remove(path)


def superseded(home: Home) -> list[Published]:
    """Return the old releases the next refresh deletes, once its candidate is built.

    Of the published ones, the current one, the latest files and the latest release of each of the last
    ``KEEP`` contents in place stay: refreshing again and again without a change of figures never costs the
    release one may want back. Those that were undone take the room that is left, and a damaged one takes that
    of none. Of the candidates, the latest built after the current release stay, one of each content.
    """
    held, named = publication.releases(home), publication.pointed(home)
    present = next((release for release in held if release.release_id == named), None)
    waiting = {
        r.content_hash: r for r in reversed(held) if r.candidate and (named is None or r.release_id > named)
    }
    published = [release for release in held if not release.candidate]
    kept = {named, *(r.release_id for r in published[:RECENT])}
    kept |= {r.release_id for r in sorted(waiting.values(), key=lambda r: r.release_id)[-RECENT:]}
    standing = [*([present] if present else []), *publication.published_before(home, present)]
    ordered = [*standing, *(release for release in published if release not in standing)]
    kept |= _latest_contents(ordered)
    if any(release.release_id not in kept for release in published):
        # Only now: their bytes are read for it.
        kept |= _latest_contents([release for release in ordered if publication.is_whole(home, release)])
    return [release for release in held if release.release_id not in kept]


def leaving(home: Home) -> str | None:
    """Say which published releases the next refresh deletes; None when there is none."""
    old = [release.release_id for release in superseded(home) if not release.candidate]
    if not old:
        return None
    those = "Effacée" if len(old) == 1 else "Effacées"
    return (
        f"{those} à la prochaine actualisation\u00a0: {', '.join(old)} "
        f"(restent les {KEEP} derniers contenus publiés)."
    )


def _delete(home: Home, old: Iterable[Published]) -> None:
    for release in old:
        # A reader holds it on Windows: the next refresh will delete it.
        with contextlib.suppress(PermissionError):
            _remove(home, release)


def _latest_contents(ordered: list[Published]) -> set[str]:
    """Return the first release of each of the first ``KEEP`` contents."""
    first: dict[str, str] = {}
    for release in ordered:
        first.setdefault(release.content_hash, release.release_id)
    return {*list(first.values())[:KEEP]}


def _remove(home: Home, release: Published) -> None:
    files.remove(home.releases / release.file)
    files.remove(publication.card_path(home, release.release_id))


def _write_card(home: Home, release: Published) -> None:
    text = json.dumps(asdict(release), ensure_ascii=True, indent=1) + "\n"
    files.write_text(publication.card_path(home, release.release_id), text)
