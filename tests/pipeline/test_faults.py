"""Whatever fails or stops: a whole release is in place, the next command repairs, no deposit is lost."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import shutil
import signal
import statistics
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import typer

from pipelines import journal, publication, publishing
from pipelines.fingerprint import dropped_files
from pipelines.home import Home
from pipelines.terminal import told
from sources import files
from tests.faults import Killed, failing
from tests.pipeline import standin

ENGLISH = ("Errno", "No space", "denied", "Read-only", "rror:", "Traceback", "failed")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that every test copies."""
    return standin.published(tmp_path_factory.mktemp("modele") / "home")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", (0, 0))
    # A process that dies loses nothing of what the system was given: only a power failure does.
    monkeypatch.setattr(os, "fsync", lambda _handle: None)


def copied(template: Home, root: Path) -> Home:
    """A fresh copy, at the same place each time."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(template.root, root)
    return Home.locate(root)


OPERATIONS: dict[str, tuple[Callable[[Home], object], set[str], set[str]]] = {
    "actualiser": (standin.refresh, {"a.csv", "b.csv"}, {"a.csv", "b.csv"}),
    "publier": (standin.publish, {"a.csv", "b.csv"}, {"a.csv", "b.csv", "c.csv"}),
    "annuler": (standin.cancel, {"a.csv", "b.csv"}, {"a.csv"}),
    "ecarter": (standin.discard, {"a.csv", "b.csv"}, {"a.csv", "b.csv"}),
}
"""What each operation does to the accepted files: before, after."""


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, errno.EROFS, None])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_change_that_fails_leaves_the_old_state_or_the_new(
    name: str, fault: int | None, template: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    operation, before, after = OPERATIONS[name]
    at = 0
    while True:
        at += 1
        home = copied(template, tmp_path / "home")
        with failing(at, error=fault) as layer:
            try:
                with told(False):
                    operation(home)
            except (typer.Exit, Killed):
                pass
        where = f"{name}, {layer.kinds[-1]} {at}, {fault}"
        assert standin.unsound(home) == [], where
        assert standin.names(home) in (before, after), where
        said = capsys.readouterr().err
        assert not [word for word in ENGLISH if word in said], (where, said)
        publishing.settle(home)
        assert standin.unsettled(home) == [], where
        accepted, waiting = standin.names(home), {path.name for path in dropped_files([home.inbox])}
        thrown = name == "ecarter" and journal.read(home)[-1].what == journal.DISCARDED
        assert accepted | waiting >= {"a.csv"} | (set() if name == "annuler" else {"b.csv"}), where
        assert "c.csv" in accepted | waiting or thrown, where
        for lost in {"a.csv", "b.csv", "c.csv"} - accepted - waiting:
            sha256 = standin.digest_of(lost)
            assert files.digest(home.store / sha256[:2] / sha256) == sha256, where
        if layer.count < at:
            assert accepted == after, "nothing failed any more: the operation went to its end"
            break
    assert at > 5, "the layer sees the changes"


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_second_failure_while_repairing_is_repaired_too(name: str, template: Home, tmp_path: Path) -> None:
    operation, before, after = OPERATIONS[name]
    chance = random.Random(name)
    for _ in range(12):
        home = copied(template, tmp_path / "home")
        for action in (operation, publishing.settle, publishing.settle):
            try:
                with failing(chance.randint(1, 25)):
                    action(home)
            except Killed:
                continue
            except publication.PublicationError:
                assert name in {"ecarter", "publier"}
        assert standin.unsound(home) == []
        assert standin.names(home) in (before, after)
        publishing.settle(home)
        assert standin.unsettled(home) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be forked there")
def test_killed_at_two_hundred_random_moments(template: Home, tmp_path: Path) -> None:
    home, chance = copied(template, tmp_path / "home"), random.Random(12)
    # A server of our own: that of the library may have been started by another test, without our modules.
    context = multiprocessing.get_context("spawn")
    orders, theirs = context.Pipe()
    server = context.Process(target=standin.start_on_demand, args=(str(home.root), theirs), daemon=True)
    server.start()
    marks = [time.monotonic()]
    for _ in range(9):
        standin.publish(home)
        standin.refresh(home)
        marks.append(time.monotonic())
    # Not judged: it only sets how far a process goes before it dies, on a machine busy or not. The disk may
    # keep one turn waiting for seconds: the middle one counts, and none lives past a fifth of a second.
    turn_length = min(statistics.median(after - before for before, after in pairwise(marks)), 1 / 20)
    for turn in range(200):
        orders.send(turn)
        assert orders.poll(60)
        process = orders.recv()
        time.sleep(chance.uniform(0, 4 * turn_length))
        os.kill(process, signal.SIGKILL)
        orders.send(process)
        assert orders.poll(60) and orders.recv() == process
        assert standin.unsound(home) == [], turn
        if turn % 5 == 0:
            publishing.settle(home)
            assert standin.unsettled(home) == [], turn
    server.kill()
    server.join()
    assert len(journal.read(home)) > 10, "the processes had time to publish"
    present = publication.current(home)
    assert present is not None
    held = {file.sha256 for r in publication.releases(home) for file in r.deposits}
    assert held <= {path.name for path in home.store.rglob("*") if path.is_file()}


def test_four_readers_see_two_hundred_publications_without_an_error(template: Home, tmp_path: Path) -> None:
    home = copied(template, tmp_path / "home")
    wrong: list[str] = []
    seen: list[set[str]] = [set() for _ in range(4)]
    over = threading.Event()

    def read(mine: set[str]) -> None:
        while not over.is_set():
            try:
                found = standin.unsound(home)
                wrong.extend(found)
                present = publication.current(home)
                mine.add(present.release_id if present else "")
            except Exception as error:
                wrong.append(repr(error))
            # The publisher has to go on too.
            over.wait(0.02)

    readers = [threading.Thread(target=read, args=(mine,)) for mine in seen]
    for reader in readers:
        reader.start()
    try:
        for turn in range(200):
            if turn % 10 == 9:
                standin.cancel(home)
            else:
                standin.refresh(home)
                standin.publish(home)
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert all(mine and "" not in mine for mine in seen)


def test_two_at_once_exclude_each_other(template: Home, tmp_path: Path) -> None:
    home = copied(template, tmp_path / "home")
    context = multiprocessing.get_context("spawn")
    held, go = context.Event(), context.Event()
    other = context.Process(target=standin.hold, args=(str(home.root), held, go), daemon=True)
    other.start()
    try:
        assert held.wait(60)
        for operation, *_ in OPERATIONS.values():
            with pytest.raises(publication.PublicationError, match="en cours"):
                operation(home)
    finally:
        go.set()
        other.join()
    standin.publish(home)
    assert standin.unsettled(home) == []
