"""Rate, network, proxies, interruptions: a command that behaves."""

from __future__ import annotations

import hashlib
import socket
import threading
from pathlib import Path

import pytest
from fetch_helpers import (
    CSV,
    NBSP,
    Clock,
    dataset,
    manners,
    one,
    said,
    stored,
)
from filelock import FileLock
from misbehaving_server import (
    MisbehavingServer,
    cut_after,
    file,
    redirect,
    status,
)

from sources.fetching import Fetched, Manners, fetch
from sources.fetching.manners import Interrupted, Patience
from sources.problems import ExtractRefused
from sources.store import Store


def test_no_host_gets_more_requests_a_minute_than_declared(clock: Clock) -> None:
    patience = Patience(manners(clock, requests_per_minute=30))
    times: list[float] = []
    for _ in range(95):
        patience.turn("melodi.example")
        times.append(clock.now)
        clock.now += 0.1
    assert all(later - earlier > 59.999 for earlier, later in zip(times, times[30:], strict=False))
    assert times[-1] - times[0] < 190, "and no slower than that"
    before = clock.now
    patience.turn("another.example")
    assert clock.now == before


def test_redirections_count_in_the_rate(server: MisbehavingServer, clock: Clock, tmp_path: Path) -> None:
    server.route("/b.csv", file(CSV))
    url = server.route("/a.csv", redirect("/b.csv"))
    assert one(tmp_path, url, clock, requests_per_minute=1).outcome == "new"
    assert clock.slept == [60]


def test_threads_share_the_rate(server: MisbehavingServer, clock: Clock, tmp_path: Path) -> None:
    wanted = [dataset(f"d{n}", server.route(f"/{n}.csv", file(CSV + b"%d" % n))) for n in range(7)]
    results = fetch(wanted, tmp_path, manners=manners(clock, requests_per_minute=3))
    assert {r.outcome for r in results} == {"new"}
    assert clock.now >= 1120, "7 requests at 3 a minute need two more minutes than the first three"


def test_no_network_is_said_once_by_file_without_insisting(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_args: object, **_options: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    message = said(one(tmp_path, "https://www.insee.fr/rp.csv", clock))
    assert f"aucun serveur «{NBSP}www.insee.fr{NBSP}»" in message
    assert "relié à Internet" in message
    assert "HTTPS_PROXY" in message
    assert clock.slept == []


def test_nobody_at_the_address(clock: Clock, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    message = said(one(tmp_path, f"http://127.0.0.1:{port}/rp.csv", clock, attempts=3))
    assert "une connexion refusée" in message
    assert len(clock.slept) == 2


def test_a_certificate_nobody_vouches_for_is_refused(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.url("/rp.csv").replace("http:", "https:")
    message = said(one(tmp_path, url, clock))
    assert "certificat" in message
    assert clock.slept == []


def test_a_proxy_setting_that_means_nothing_is_said(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("ftp://proxy", "http://proxy:port"):
        monkeypatch.setenv("HTTPS_PROXY", value)
        with pytest.raises(ExtractRefused) as refused:
            fetch([dataset("rp", "https://www.insee.fr/rp.csv")], tmp_path, manners=manners(clock))
        assert "HTTPS_PROXY" in str(refused.value)


def test_a_proxy_that_is_not_there_is_said(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    message = said(one(tmp_path, "https://www.insee.fr/rp.csv", clock, attempts=2))
    assert "proxy" in message


def test_a_proxy_that_wants_a_password_is_said(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url(""))
    monkeypatch.setenv("HTTPS_PROXY", server.url(""))
    server.route("http://www.insee.fr/rp.csv", status(407))
    assert "identifiant" in said(one(tmp_path, "http://www.insee.fr/rp.csv", clock))
    assert "mandataire (proxy)" in said(one(tmp_path, "https://www.insee.fr/rp.csv", clock))


def test_an_interruption_keeps_what_was_received(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    good = server.route("/good.csv", file(CSV))
    bad = server.route("/bad.csv", cut_after(CSV, 4000, '"v1"'))

    def stop(fetched: Fetched) -> None:
        raise KeyboardInterrupt

    waits = Manners(read_timeout=5)
    with pytest.raises(KeyboardInterrupt):
        fetch([dataset("good", good), dataset("bad", bad)], tmp_path, on_fetched=stop, manners=waits)
    assert stored(tmp_path) == {hashlib.sha256(CSV).hexdigest()}
    server.route("/bad.csv", file(CSV, '"v1"'))
    assert one(tmp_path, bad, clock).outcome == "new", "the lock is free, the store is sound"


def test_an_interruption_ends_waits_at_once() -> None:
    patience = Patience(Manners(requests_per_minute=1))
    patience.turn("slow.example")
    threading.Timer(0.05, patience.stopped.set).start()
    with pytest.raises(Interrupted):
        patience.turn("slow.example")


def test_two_downloads_of_one_home_do_not_mix(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", file(CSV))
    (tmp_path / "store").mkdir()
    with FileLock(tmp_path / "store" / "fetch.lock"), pytest.raises(ExtractRefused, match="déjà en cours"):
        fetch([dataset("rp", url)], tmp_path, manners=manners(clock))
    assert server.asked() == []


def test_a_home_that_cannot_be_written_is_said(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", file(CSV))
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    with pytest.raises(ExtractRefused, match="impossible à écrire"):
        fetch([dataset("rp", url)], tmp_path / "home", manners=manners(clock))


def test_a_full_disk_fails_one_file_in_french(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.route("/rp.csv", file(CSV))

    def full(_store: Store, _source: Path) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "add", full)
    assert "Vérifiez la place" in said(one(tmp_path, url, clock))
