"""Whole or not at all: the pointer, the lock, what is kept, and the way back."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import publication
from pipelines.home import Home
from pipelines.publication import PublicationError, Published
from tests.pipeline.conftest import HOLD


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    made = Home.locate(tmp_path / "home")
    made.prepare()
    return made


def publish(
    home: Home,
    content: str,
    minute: int,
    verify: Callable[[Path], None] = lambda _: None,
    *,
    announce: bool = True,
    keep: int = publication.KEEP,
) -> Published:
    """Publish a file whose bytes are its content hash."""
    moment = dt.datetime(2026, 1, 1, 12, minute)
    release_id = publication.new_id(content, moment)

    def card(size: int) -> Published:
        return Published(release_id, moment.isoformat(), content, "inputs", size, 1, {"insee": 3})

    return publication.publish(
        home,
        card,
        lambda path: path.write_text(content, encoding="utf-8") and None,
        verify,
        release_id,
        announce=announce,
        keep=keep,
    )


def accept(_path: Path, _release: Published) -> None:
    """Every release is intact."""


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

    with pytest.raises(ValueError, match="broken"):
        publication.publish(
            home,
            lambda size: pytest.fail("a failed release has no card"),
            fail if when == "build" else (lambda path: path.write_text("whole", encoding="utf-8") and None),
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


def test_the_last_contents_are_kept_and_repeats_do_not_push_them_out(home: Home) -> None:
    for minute, content in enumerate(
        ("aaaaaaaa", "bbbbbbbb", "cccccccc", "cccccccc", "cccccccc", "cccccccc")
    ):
        publish(home, content, minute, keep=2)
    assert [r.content_hash[0] for r in publication.releases(home)] == ["c", "c", "b"]
    assert {path.suffix for path in home.releases.iterdir()} == {".duckdb", ".json", ""}
    assert len(list(home.releases.glob("*.duckdb"))) == len(list(home.releases.glob("*.json"))) == 3


def test_the_current_release_is_kept_however_old(home: Home) -> None:
    first = publish(home, "aaaaaaaa", 1)
    publish(home, "bbbbbbbb", 2)
    publication.rollback(home, accept, first.release_id)
    for minute, content in enumerate(("cccccccc", "dddddddd", "eeeeeeee"), start=3):
        publish(home, content, minute, announce=False, keep=1)
    assert publication.current(home) == first


def test_rollback_goes_to_the_one_before_then_further(home: Home) -> None:
    first, second, third = (publish(home, c * 8, i) for i, c in enumerate("abc"))
    candidate = publish(home, "dddddddd", 9, announce=False)
    assert publication.current(home) == third
    assert publication.rollback(home, accept) == second
    assert publication.rollback(home, accept) == first
    with pytest.raises(PublicationError, match="plus ancienne"):
        publication.rollback(home, accept)
    chosen = publication.rollback(home, accept, candidate.release_id)
    assert publication.current(home) == chosen
    assert not chosen.candidate


def test_rollback_refuses_what_is_not_intact(home: Home) -> None:
    publish(home, "aaaaaaaa", 1)
    present = publish(home, "bbbbbbbb", 2)

    def refuse(_path: Path, _release: Published) -> None:
        raise PublicationError("n’a plus le contenu")

    with pytest.raises(PublicationError, match="contenu"):
        publication.rollback(home, refuse)
    assert publication.current(home) == present


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
    monkeypatch.setattr(publication, "PAUSE", 0)
    replace, refusals = Path.replace, iter([True, True])

    def held(self: Path, target: Path) -> Path:
        if next(refusals, False):
            raise PermissionError("held by another program")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    assert publication.current(home) is None
    release = publish(home, "aaaaaaaa", 1)
    assert publication.current(home) == release
