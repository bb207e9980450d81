"""Whole or not at all: the pointer, the lock, what is kept, and the way back."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import journal, publication, publishing
from pipelines.home import Home
from pipelines.publication import PublicationError, Published
from sources import files
from tests.pipeline.conftest import HOLD


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    made = Home.locate(tmp_path / "home")
    made.prepare()
    return made


def candidate(
    home: Home, content: str, minute: int, verify: Callable[[Path], None] = lambda _: None
) -> Published:
    """Build a candidate whose bytes are its content hash."""
    moment = dt.datetime(2026, 1, 1, 12, minute)
    release_id = publishing.new_id(home, content, moment)

    def card(size: int) -> Published:
        return Published(release_id, moment.isoformat(), content, "inputs", size, 1, {"insee": 3})

    def write(path: Path) -> None:
        path.write_text(content, encoding="utf-8")

    return publishing.build(home, card, write, verify, release_id)


def publish(home: Home, content: str, minute: int) -> Published:
    """Build and publish."""
    release, note = publishing.publish(home, candidate(home, content, minute), "Aline", "essai")
    assert note is None
    return release


def test_current_names_the_file_and_the_file_is_whole(home: Home) -> None:
    release = publish(home, "aaaaaaaa", 1)
    assert publication.current(home) == release
    assert home.current.read_text(encoding="utf-8") == release.file + "\n"
    assert (home.releases / release.file).read_text(encoding="utf-8") == "aaaaaaaa"
    assert not list(home.releases.glob("*.building"))


@pytest.mark.parametrize("when", ["build", "verify"])
def test_a_failure_leaves_the_previous_release_untouched(home: Home, when: str) -> None:
    publish(home, "aaaaaaaa", 1)
    before = {path.name: path.read_bytes() for path in home.releases.iterdir()}

    def fail(path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise ValueError("broken")

    def whole(path: Path) -> None:
        path.write_text("whole", encoding="utf-8")

    with pytest.raises(ValueError, match="broken"):
        publishing.build(
            home,
            lambda size: pytest.fail("a failed release has no card"),
            fail if when == "build" else whole,
            fail,
            "20260101-130000-000-bbbbbbbb",
        )
    assert {path.name: path.read_bytes() for path in home.releases.iterdir()} == before


def test_what_a_killed_build_left_is_cleared_by_the_next(home: Home) -> None:
    (home.releases / "release-old.building").write_text("half", encoding="utf-8")
    (home.releases / "release-old.building.wal").write_text("half", encoding="utf-8")
    publish(home, "aaaaaaaa", 1)
    assert not list(home.releases.glob("*.building*"))


def test_a_damaged_release_is_not_current(home: Home) -> None:
    release = publish(home, "aaaaaaaa", 1)
    (home.releases / release.file).write_text("cut", encoding="utf-8")
    assert publication.current(home) is None
    assert publication.releases(home) == []
    assert "n’est pas entier" in (publication.trouble(home) or "")


def test_the_last_contents_are_kept_and_repeats_do_not_push_them_out(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "KEEP", 2)
    for minute, content in enumerate(
        ("aaaaaaaa", "bbbbbbbb", "cccccccc", "cccccccc", "cccccccc", "cccccccc")
    ):
        publish(home, content, minute)
    publishing.discard(home, candidate(home, "dddddddd", 8), "Aline", "essai")
    assert [r.content_hash[0] for r in publication.releases(home)] == ["c", "c", "b"]
    assert {path.suffix for path in home.releases.iterdir()} == {".duckdb", ".json", ""}
    assert len(list(home.releases.glob("*.duckdb"))) == len(list(home.releases.glob("*.json"))) == 3


def test_publishing_deletes_nothing_that_undoing_it_would_want(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "KEEP", 3)
    first, *_ = [publish(home, letter * 8, minute) for minute, letter in enumerate("abcd")]
    assert first.release_id in (publishing.leaving(home) or ""), "told before"
    publishing.cancel(home, "Aline", "essai")
    candidate(home, "eeeeeeee", 5)
    assert publishing.leaving(home) is None
    assert {r.content_hash[0] for r in publication.releases(home) if not r.candidate} >= {*"abc"}


def test_the_current_release_is_kept_however_old_and_candidates_push_nothing_out(home: Home) -> None:
    first = publish(home, "aaaaaaaa", 1)
    second = publish(home, "bbbbbbbb", 2)
    publishing.cancel(home, "Aline", "essai", first)
    for minute, content in enumerate("cdefghij", start=3):
        candidate(home, content * 8, minute)
    assert publication.current(home) == publication.card(home, first.release_id)
    held = publication.releases(home)
    assert [r.content_hash[0] for r in held] == ["j", "i", "b", "a"]
    assert second.release_id in {r.release_id for r in held}


def test_going_back_goes_to_the_one_before_then_further(home: Home) -> None:
    first, second, third = (publish(home, c * 8, i) for i, c in enumerate("abc"))
    waiting = candidate(home, "dddddddd", 9)
    assert publication.current(home) == third
    for expected in (second, first):
        release, _ = publishing.cancel(home, "Aline", "essai")
        assert release.release_id == expected.release_id
        assert publication.current(home) == release
    with pytest.raises(PublicationError, match="plus ancienne"):
        publishing.cancel(home, "Aline", "essai")
    chosen, _ = publishing.publish(home, waiting, "Aline", "essai")
    assert publication.current(home) == chosen
    assert not chosen.candidate


def test_going_back_follows_the_order_of_publication_not_of_building(home: Home) -> None:
    publish(home, "aaaaaaaa", 1)
    early, late = candidate(home, "bbbbbbbb", 2), candidate(home, "cccccccc", 3)
    publishing.publish(home, early, "Aline", "essai")
    publishing.publish(home, late, "Aline", "essai")
    publishing.publish(home, publication.find(home, early.release_id), "Aline", "essai")
    assert publishing.cancel(home, "Aline", "essai")[0].release_id == late.release_id


def test_a_damaged_release_is_never_put_in_place(home: Home) -> None:
    first = publish(home, "aaaaaaaa", 1)
    second = publish(home, "bbbbbbbb", 2)
    present = publish(home, "cccccccc", 3)
    # Of the same size: only its digest tells.
    (home.releases / second.file).write_text("bbbbXbbb", encoding="utf-8")
    with pytest.raises(PublicationError, match="est abîmé"):
        publishing.publish(home, second, "Aline", "essai")
    assert publication.current(home) == present
    assert publishing.cancel(home, "Aline", "essai")[0].release_id == first.release_id


def test_going_back_never_goes_to_what_was_undone_unless_it_is_named(home: Home) -> None:
    first, second = publish(home, "aaaaaaaa", 1), publish(home, "bbbbbbbb", 2)
    publishing.cancel(home, "Aline", "essai")
    third = publish(home, "cccccccc", 3)
    assert [(r.content_hash[0], r.undone) for r in publication.releases(home)] == [
        *(("c", False), ("b", True), ("a", False))
    ]
    assert publication.previous(home, third) == publication.card(home, first.release_id)
    assert publishing.cancel(home, "Aline", "essai")[0].release_id == first.release_id
    with pytest.raises(PublicationError, match="annulées"):
        publishing.cancel(home, "Aline", "essai")
    brought_back, _ = publishing.cancel(home, "Aline", "essai", publication.find(home, second.release_id))
    assert (brought_back.release_id, brought_back.undone) == (second.release_id, False)
    assert publishing.cancel(home, "Aline", "essai")[0].release_id == first.release_id


def test_going_far_back_undoes_all_that_came_after(home: Home) -> None:
    first = publish(home, "aaaaaaaa", 1)
    publish(home, "bbbbbbbb", 2)
    publish(home, "cccccccc", 3)
    publishing.cancel(home, "Aline", "essai", first)
    assert [r.undone for r in publication.releases(home)] == [True, True, False]


def test_what_was_undone_or_damaged_pushes_out_no_whole_release(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "KEEP", 3)
    for minute, content in enumerate("abc"):
        publish(home, content * 8, minute)
    for minute, content in enumerate("def", start=3):
        publish(home, content * 8, minute)
        publishing.cancel(home, "Aline", "essai")
    third = publication.current(home)
    publish(home, "gggggggg", 7)
    assert "".join(r.content_hash[0] for r in publication.releases(home)) == "gfecba"
    assert third is not None
    (home.releases / third.file).write_text("ccccXccc", encoding="utf-8")
    publish(home, "hhhhhhhh", 8)
    candidate(home, "iiiiiiii", 9)
    assert "".join(r.content_hash[0] for r in publication.releases(home)) == "ihgcb"


def test_a_content_is_one_candidate(home: Home) -> None:
    publish(home, "aaaaaaaa", 1)
    other = candidate(home, "bbbbbbbb", 2)
    for minute in (3, 4):
        latest = candidate(home, "cccccccc", minute)
    assert [r.release_id for r in publication.candidates(home)] == [latest.release_id, other.release_id]


def test_the_journal_says_who_when_why_and_what(home: Home) -> None:
    first = publish(home, "aaaaaaaa", 1)
    second = publish(home, "bbbbbbbb", 2)
    waiting = candidate(home, "cccccccc", 3)
    publishing.discard(home, waiting, "Basile", "fichier périmé")
    publishing.cancel(home, "Chloé", "erreur")
    entries = journal.read(home)
    assert [(e.what, e.release, e.by, e.why, e.previous) for e in entries] == [
        ("published", first.release_id, "Aline", "essai", None),
        ("published", second.release_id, "Aline", "essai", first.release_id),
        ("discarded", waiting.release_id, "Basile", "fichier périmé", second.release_id),
        ("cancelled", first.release_id, "Chloé", "erreur", second.release_id),
    ]
    assert all(dt.datetime.fromisoformat(e.when).utcoffset() == dt.timedelta(0) for e in entries)
    assert [e.card["values"] for e in entries] == [1, 1, 1, 1]
    assert waiting.release_id not in {r.release_id for r in publication.releases(home)}
    with home.journal.open("ab") as handle:
        handle.write(b'{"what": "publ')
    publishing.publish(home, second, "Aline", "encore")
    assert len(journal.read(home)) == 5, "a line cut short spoils neither those before nor the next"


def test_a_clock_set_back_makes_no_release_older_than_those_held(home: Home) -> None:
    first = publish(home, "aaaaaaaa", 30)
    second = publish(home, "bbbbbbbb", 2)
    assert second.release_id > first.release_id
    assert publication.releases(home)[0] == second
    assert publishing.cancel(home, "Aline", "essai")[0].release_id == first.release_id


@pytest.mark.parametrize(("asked", "why"), [("2026", "désigne plusieurs"), ("1999", "ne désigne aucune")])
def test_an_identifier_designates_one_release(home: Home, asked: str, why: str) -> None:
    publish(home, "aaaaaaaa", 1)
    publish(home, "bbbbbbbb", 2)
    with pytest.raises(PublicationError, match=why):
        publication.find(home, asked)


def test_two_refreshes_of_one_home_exclude_each_other_and_a_dead_one_blocks_nobody(home: Home) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(home.root)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "held"
        with pytest.raises(PublicationError, match="en cours"), publication.locked(home):
            pass
    finally:
        other.kill()
        other.wait()
    assert home.lock.exists(), "the file stays, the lock does not"
    with publication.locked(home), publication.locked(home):
        pass


def test_a_file_held_for_a_moment_is_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", (0, 0, 0))
    replace, refusals = Path.replace, iter([True, True])

    def held(self: Path, target: Path) -> Path:
        if next(refusals, False):
            raise PermissionError("held by another program")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    assert publication.current(home) is None
    release = publish(home, "aaaaaaaa", 1)
    assert publication.current(home) == release
