"""A home small enough to be refreshed a thousand times: releases of a few bytes, made with real deposits."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import shutil
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

from pipelines import deposits, journal, publication, publishing
from pipelines.fingerprint import dropped_files
from pipelines.home import Home
from pipelines.publication import Published
from sources import files

BY, WHY = "Aline", "essai"


def drop(home: Home, name: str) -> None:
    """Drop a file in the inbox; its content is its name."""
    home.inbox.mkdir(parents=True, exist_ok=True)
    (home.inbox / name).write_text(name * 50, encoding="utf-8")


def digest_of(name: str) -> str:
    """Digest of the file of that name."""
    return hashlib.sha256((name * 50).encode()).hexdigest()


def refresh(home: Home) -> Published:
    """Do what a refresh does around its computations: the release is the list of its files."""
    publishing.settle(home)
    shutil.rmtree(home.lent, ignore_errors=True)
    deposits.lend(home, publication.accepted(home), home.lent)
    found = {files.digest(path): path for path in dropped_files([home.lent, home.inbox])}
    kept = tuple(deposits.take(home, found[sha256], sha256, "icm", 2019) for sha256 in sorted(found))
    content = hashlib.sha256("".join(file.sha256 for file in kept).encode()).hexdigest()
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    release_id = publishing.new_id(home, content, now)

    def card(size: int) -> Published:
        return Published(release_id, now.isoformat(), content, content, size, len(kept), deposits=kept)

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8") as handle:
            handle.write("\n".join(file.sha256 for file in kept))

    return publishing.build(home, card, write, lambda _: None, release_id)


def publish(home: Home) -> Published:
    """Publish the latest candidate."""
    return publishing.publish(home, publication.chosen(home, None), BY, WHY)[0]


def cancel(home: Home) -> Published:
    """Go back."""
    return publishing.cancel(home, BY, WHY)[0]


def discard(home: Home) -> None:
    """Throw away the latest candidate."""
    publishing.discard(home, publication.chosen(home, None), BY, WHY)


def published(root: Path) -> Home:
    """A home where « a », then « b » too, were published; « c » waits in the inbox and in a candidate."""
    home = Home.locate(root)
    home.prepare()
    for name in ("a.csv", "b.csv"):
        drop(home, name)
        refresh(home)
        publish(home)
    drop(home, "c.csv")
    refresh(home)
    return home


def names(home: Home) -> set[str]:
    """Names of the accepted files."""
    return {file.name for file in publication.accepted(home)}


def unsound(home: Home) -> list[str]:
    """Say what is wrong with a home, whatever happened to it."""
    wrong = []
    present = publication.current(home)
    if present is None:
        return [f"rien n’est publié : {publication.trouble(home)}"]
    inside = (home.releases / present.file).read_text(encoding="utf-8").split()
    if inside != [file.sha256 for file in present.deposits]:
        wrong.append("les chiffres et les dépôts ne vont pas ensemble")
    for file in present.deposits:
        path = deposits.stored(home, file.sha256)
        if not path.is_file() or files.digest(path) != file.sha256:
            wrong.append(f"{file.name} est perdu")
    return wrong


def unsettled(home: Home) -> list[str]:
    """Say what the next command has not put in order."""
    wrong = unsound(home)
    last = journal.last_move(journal.read(home))
    if last is None or last.release != publication.pointed(home):
        wrong.append("le journal ne dit pas ce qui est en place")
    wrong += [
        path.name for path in home.root.rglob("*") if path.name.endswith((".new", ".copie", ".building"))
    ]
    for release in publication.releases(home):
        if not publication.is_whole(home, release) or deposits.missing(home, release.deposits):
            wrong.append(f"{release.release_id} n’est pas entière")
    cards = {path.stem for path in home.releases.glob("*.json")}
    if cards != {path.stem for path in home.releases.glob("*.duckdb")}:
        wrong.append("des fiches et des bases sont seules")
    return wrong


def start_on_demand(root: str, orders: Connection) -> None:
    """Start a process that works on a home each time it is asked to, and wait for its end when told."""
    os.fsync = lambda _handle: None  # type: ignore[assignment]
    while True:
        orders.recv()
        process = os.fork()
        if process == 0:
            forever(root)
        orders.send(process)
        orders.send(os.waitpid(orders.recv(), 0)[0])


def forever(root: str) -> None:
    """Drop, refresh, publish, go back, throw away, until the process is killed."""
    home, turn = Home.locate(root), time.time_ns() % 1000
    while True:
        turn += 1
        drop(home, f"depot-{turn % 7}.csv")
        # Nothing to go back to, or in place already: the next turn does something else.
        with contextlib.suppress(publication.PublicationError):
            refresh(home)
            (publish if turn % 3 else discard)(home)
            if turn % 4 == 0:
                cancel(home)


def hold(root: str, held: Event, go: Event) -> None:
    """Hold the lock of a home until told."""
    with publication.locked(Home.locate(root)):
        held.set()
        go.wait(60)
