"""The content-addressed store: nothing lost, nothing overwritten."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

from fetch_helpers import (
    CSV,
    OTHER,
)

from sources.store import Record, Store


def record(store: Store, body: bytes, name: str = "rp.csv", url: str = "https://x.example/rp.csv") -> Record:
    """Put bytes in a store as a download does."""
    store.partial.mkdir(parents=True, exist_ok=True)
    (store.partial / "x").write_bytes(body)
    sha256 = store.add(store.partial / "x")
    date = dt.datetime.now(dt.UTC)
    kept = Record(url=url, final_url=url, name=name, date=date, sha256=sha256, size=len(body))
    store.remember(kept)
    return kept


def test_a_line_cut_by_a_crash_spoils_neither_the_past_nor_the_future(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = record(store, CSV)
    with store.index.open("ab") as index:
        index.write(b'{"url": "https://x.exam')
    second = record(store, OTHER)
    assert store.records() == [first, second]
    assert store.latest() == {first.url: second}


def test_a_delivered_file_never_replaces_another_of_the_same_name(tmp_path: Path) -> None:
    store, inbox = Store(tmp_path), tmp_path / "inbox"
    first, second = record(store, CSV), record(store, OTHER)
    assert store.deliver(first, inbox) == inbox / "rp.csv"
    assert store.deliver(first, inbox) == inbox / "rp.csv", "delivering twice changes nothing"
    other = store.deliver(second, inbox)
    assert other == inbox / second.sha256[:12] / "rp.csv"
    assert (inbox / "rp.csv").read_bytes() == CSV
    assert other.read_bytes() == OTHER
    assert sorted(p.name for p in inbox.rglob("*") if p.is_file()) == ["rp.csv", "rp.csv"]
    assert (store.path(first.sha256)).read_bytes() == CSV, "the store keeps its own"


def test_concurrent_writers_lose_no_line(tmp_path: Path) -> None:
    store = Store(tmp_path)
    model = record(store, CSV)
    lines = [model.model_copy(update={"url": f"https://x.example/{n}"}) for n in range(40)]
    threads = [threading.Thread(target=store.remember, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {r.url for r in store.records()} == {model.url, *(line.url for line in lines)}
