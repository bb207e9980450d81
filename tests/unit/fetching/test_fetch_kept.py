"""A good server: what is kept, what is unchanged, what changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from pathlib import Path

from fetch_helpers import (
    CSV,
    OTHER,
    Clock,
    dataset,
    manners,
    one,
    said,
    stored,
    zipped,
)
from misbehaving_server import (
    MisbehavingServer,
    file,
)

from sources.fetching import Fetched, Progress, fetch
from sources.store import Store, verified_addresses


def test_a_file_is_kept_under_its_sha256_with_where_it_comes_from(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/base-rp-2022.csv", file(CSV, '"v1"', dated=True))
    before = dt.datetime.now(dt.UTC)
    result = one(tmp_path, url, clock)
    sha256 = hashlib.sha256(CSV).hexdigest()
    assert (result.dataset, result.edition, result.outcome) == ("rp", 2022, "new")
    assert result.problem is None
    assert result.path == tmp_path / "store" / sha256[:2] / sha256
    (line,) = (tmp_path / "store" / "index.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert record["url"] == record["final_url"] == url
    assert (record["name"], record["sha256"], record["size"]) == ("base-rp-2022.csv", sha256, len(CSV))
    assert (record["etag"], record["last_modified"]) == ('"v1"', "Tue, 14 Nov 2023 22:13:20 GMT")
    assert before <= verified_addresses(tmp_path)[url] <= dt.datetime.now(dt.UTC)
    assert clock.slept == []


def test_files_come_in_parallel_with_progress_in_the_order_of_the_catalogue(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    meeting = threading.Barrier(3, timeout=5)

    def together(body: bytes) -> object:
        def behave(request: object) -> None:
            meeting.wait()  # broken, hence an error, unless three requests are served at the same time
            file(body)(request)  # type: ignore[arg-type]

        return behave

    names = ("c", "a", "b")
    wanted = [dataset(n, server.route(f"/{n}.csv", together(CSV + n.encode()))) for n in names]  # type: ignore[arg-type]
    seen: list[Progress] = []
    told: list[Fetched] = []
    results = fetch(
        wanted, tmp_path, on_progress=seen.append, on_fetched=told.append, manners=manners(clock, workers=3)
    )
    assert [(r.dataset, r.outcome) for r in results] == [("c", "new"), ("a", "new"), ("b", "new")]
    assert {t.dataset for t in told} == set(names)
    for name in names:
        mine = [p for p in seen if p.target.dataset == name]
        assert mine[-1].received == mine[-1].total == len(CSV) + 1
        assert [p.received for p in mine] == sorted(p.received for p in mine)


def test_one_address_of_two_datasets_is_asked_for_once(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/melodi", file(zipped()))
    results = fetch([dataset("a", url), dataset("b", url)], tmp_path, manners=manners(clock))
    assert [(r.dataset, r.outcome) for r in results] == [("a", "new"), ("b", "new")]
    assert results[0].path == results[1].path
    assert len(server.asked()) == 1
    assert results[0].record is not None
    assert results[0].record.name == "melodi.zip"


def test_an_unchanged_file_says_so_by_304_or_by_its_sha256(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    tagged = server.route("/tagged.csv", file(CSV, '"v1"'))
    dated = server.route("/dated.csv", file(CSV, dated=True))
    bare = server.route("/bare.csv", file(CSV))
    for url in (tagged, dated, bare):
        assert one(tmp_path, url, clock).outcome == "new"
        again = one(tmp_path, url, clock)
        assert (again.outcome, again.problem) == ("unchanged", None)
    assert server.asked("/tagged.csv")[1].headers["if-none-match"] == '"v1"'
    assert server.asked("/dated.csv")[1].headers["if-modified-since"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert "if-none-match" not in server.asked("/bare.csv")[1].headers
    assert stored(tmp_path) == {hashlib.sha256(CSV).hexdigest()}
    first, second = (r for r in Store(tmp_path).records() if r.url == tagged)
    assert second.date > first.date, "the address answered again: its last success is the second"


def test_a_file_spoiled_or_lost_in_the_store_is_downloaded_again(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", file(CSV, '"v1"'))
    first = one(tmp_path, url, clock)
    assert first.path is not None
    first.path.write_bytes(b"rubbish")
    assert one(tmp_path, url, clock).outcome == "unchanged"
    first.path.unlink()
    assert one(tmp_path, url, clock).outcome == "unchanged"
    assert all("if-none-match" not in a.headers for a in server.asked())
    assert first.path.read_bytes() == CSV


def test_a_changed_file_is_a_new_extract_and_a_warning_never_an_overwrite(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", file(CSV, '"v1"'))
    old = one(tmp_path, url, clock)
    server.route("/rp.csv", file(OTHER, '"v2"'))
    new = one(tmp_path, url, clock)
    assert new.outcome == "changed"
    assert old.path is not None
    assert old.path.read_bytes() == CSV
    assert stored(tmp_path) == {hashlib.sha256(body).hexdigest() for body in (CSV, OTHER)}
    message = said(new)
    for digest in (hashlib.sha256(CSV).hexdigest(), hashlib.sha256(OTHER).hexdigest()):
        assert digest[:12] in message
    assert "L’ancien est toujours gardé" in message
    assert [r.sha256 for r in Store(tmp_path).records()] == [
        hashlib.sha256(b).hexdigest() for b in (CSV, OTHER)
    ]
    assert one(tmp_path, url, clock).outcome == "unchanged"


def test_the_declared_sha256_is_compared(server: MisbehavingServer, clock: Clock, tmp_path: Path) -> None:
    url = server.route("/rp.csv", file(CSV, '"v1"'))
    declared = hashlib.sha256(OTHER).hexdigest()
    result = one(tmp_path, url, clock, sha256=declared)
    assert result.outcome == "unexpected"
    assert result.held, "the file is kept apart, to be looked at"
    assert declared[:12] in said(result)
    assert hashlib.sha256(CSV).hexdigest()[:12] in said(result)
    assert one(tmp_path, url, clock, sha256=declared).outcome == "unexpected", "a 304 does not forgive it"
    assert one(tmp_path, url, clock, sha256=hashlib.sha256(CSV).hexdigest().upper()).outcome == "unchanged"
