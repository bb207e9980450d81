"""A failing server: tried again when it may help, and left alone."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
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
)
from misbehaving_server import (
    MisbehavingServer,
    file,
    reset,
    status,
)
from tenacity import RetryCallState, Retrying

from sources.fetching import Manners, Progress, fetch
from sources.fetching.manners import Patience
from sources.store import verified_addresses


def test_errors_that_pass_are_tried_again_later_and_later(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", status(500), reset, status(503), file(CSV))
    seen: list[Progress] = []
    (result,) = fetch([dataset("rp", url)], tmp_path, on_progress=seen.append, manners=manners(clock))
    assert result.outcome == "new"
    first, second, third = clock.slept
    assert 2 <= first <= 4
    assert 4 <= second <= 6
    assert 8 <= third <= 10
    waits = [p.waiting for p in seen if p.waiting]
    assert len(waits) == 3
    assert "réponse 500" in waits[0]
    assert f"nouvel essai dans {round(first)}{NBSP}s" in waits[0]


def test_waits_differ_from_one_file_to_the_next_and_stay_bounded() -> None:
    state = RetryCallState(Retrying(), None, (), {})
    assert len({Manners().backoff(state) for _ in range(20)}) > 10
    state.attempt_number = 50
    assert 60 <= Manners().backoff(state) <= 62


def test_a_server_that_fails_for_ever_is_left_alone(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    bad = server.route("/bad.csv", status(500))
    good = server.route("/good.csv", file(CSV))
    results = fetch(
        [dataset("bad", bad), dataset("good", good)], tmp_path, manners=manners(clock, attempts=4)
    )
    assert [r.outcome for r in results] == ["failed", "new"], "one failure never stops the others"
    assert len(server.asked("/bad.csv")) == 4
    assert "un serveur en panne (réponse 500)" in said(results[0])
    assert "(4 essais)" in said(results[0])
    assert list(verified_addresses(tmp_path)) == [good]


@pytest.mark.parametrize(
    ("code", "words"),
    [(404, "aucun fichier"), (403, "un accès refusé"), (407, "mandataire"), (418, "inattendue")],
)
def test_errors_that_stay_are_not_insisted_on(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, code: int, words: str
) -> None:
    url = server.route("/rp.csv", status(code))
    result = one(tmp_path, url, clock)
    assert words in said(result)
    assert url in said(result)
    assert len(server.asked()) == 1


def test_retry_after_is_honoured_in_seconds_and_as_a_date(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[tuple[str, float]] = []
    monkeypatch.setattr(Patience, "hold", lambda _patience, host, seconds: held.append((host, seconds)))
    later = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90), usegmt=True)
    url = server.route("/rp.csv", status(429, Retry_After="37"), status(503, Retry_After=later), file(CSV))
    assert one(tmp_path, url, clock).outcome == "new"
    assert clock.slept[0] == 37
    assert 80 < clock.slept[1] <= 90
    assert held == [("127.0.0.1", seconds) for seconds in clock.slept], "other files of the host wait too"


def test_retry_after_holds_the_whole_host(clock: Clock) -> None:
    patience = Patience(manners(clock))
    patience.hold("a.example", 37)
    patience.turn("b.example")
    assert clock.slept == []
    patience.turn("a.example")
    assert clock.slept == [37]


def test_a_retry_after_longer_than_a_command_is_told_not_waited_for(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", status(429, Retry_After="3600"), file(CSV))
    message = said(one(tmp_path, url, clock))
    assert f"d’attendre 60{NBSP}min" in message
    assert clock.slept == []
    assert len(server.asked()) == 1


@pytest.mark.parametrize(
    "nonsense", ["bientôt".encode().decode("latin-1"), "-5", "99999999999999999999", "Tue, 99 Foo 2023"]
)
def test_a_nonsensical_retry_after_never_breaks(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, nonsense: str
) -> None:
    url = server.route("/rp.csv", status(503, Retry_After=nonsense), file(CSV))
    assert one(tmp_path, url, clock).outcome in ("new", "failed")
    assert sum(clock.slept) <= 300
