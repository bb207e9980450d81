"""Slow, large, or elsewhere: what is given up, and what is never followed."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from fetch_helpers import (
    CSV,
    NBSP,
    Clock,
    dataset,
    one,
    said,
    stored,
    unfinished,
)
from misbehaving_server import (
    MisbehavingServer,
    file,
    redirect,
    silent,
    status,
    trickle,
)
from tenacity import wait_none

from sources.fetching import Manners, fetch, run


def test_a_silent_server_is_given_up(server: MisbehavingServer, clock: Clock, tmp_path: Path) -> None:
    url = server.route("/rp.csv", silent(0.4))
    message = said(one(tmp_path, url, clock, attempts=2, read_timeout=0.1))
    assert "aucune réponse dans le temps imparti" in message
    assert "(2 essais)" in message


def test_a_server_that_trickles_is_given_up_and_gone_on_with(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", trickle(CSV, 0.01, '"v1"'), file(CSV, '"v1"'), trickle(CSV, 0.01))
    impatient = Manners(slow_after=0.1, backoff=wait_none(), attempts=2)
    (result,) = fetch([dataset("rp", url)], tmp_path, manners=impatient)
    assert result.outcome == "new"
    assert server.asked()[1].headers["range"].startswith("bytes=")
    (result,) = fetch([dataset("rp", url)], tmp_path / "elsewhere", manners=impatient)
    assert "un serveur trop lent" in said(result)


def test_redirections_are_followed_to_the_file(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    server.route("/files/RP_2022.csv", file(CSV))
    url = server.route("/latest", redirect(server.url("/moved")))
    server.route("/moved", redirect("/files/RP_2022.csv"))
    record = one(tmp_path, url, clock).record
    assert record is not None
    assert (record.url, record.final_url) == (url, server.url("/files/RP_2022.csv"))
    assert record.name == "RP_2022.csv"


@pytest.mark.parametrize(
    ("elsewhere", "words"),
    [
        ("/loop", "des redirections sans fin"),
        ("file:///etc/passwd", "une redirection vers une adresse inutilisable"),
        ("gopher://x/", "une redirection vers une adresse inutilisable"),
        ("http://[::1", "une redirection vers une adresse inutilisable"),
        ("http://[", f"aucun serveur «{NBSP}%5B{NBSP}»"),
    ],
)
def test_redirections_that_lead_nowhere_are_refused(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, elsewhere: str, words: str
) -> None:
    url = server.route("/loop", redirect(elsewhere))
    assert words in said(one(tmp_path, url, clock))
    assert len(server.asked()) <= 6
    assert clock.slept == []


def test_a_redirection_that_leaves_https_is_refused(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "https":
            return httpx.Response(302, headers={"Location": "http://www.insee.fr/rp.csv"})
        return httpx.Response(200, content=CSV)

    client = httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True)
    monkeypatch.setattr(run, "open_client", lambda _patience: client)
    assert "non chiffrée" in said(one(tmp_path, "https://www.insee.fr/rp.csv", clock))
    assert stored(tmp_path) == set()


def test_a_file_larger_than_allowed_is_refused_before_or_while_it_comes(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    announced = server.route("/announced.csv", status(200, b"", Content_Length=str(1 << 40)))
    compressed = server.route("/bomb.csv", file(gzip.compress(b"A;B\n" * 1_000_000), Content_Encoding="gzip"))
    for url in (announced, compressed):
        message = said(one(tmp_path, url, clock, largest=1 << 20))
        assert f"plus de 1{NBSP}Mio" in message
        assert unfinished(tmp_path) == []
    assert len(server.asked()) == 2, "asking again would bring the same"


def test_a_compressed_answer_is_kept_as_the_file_it_holds(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", file(gzip.compress(CSV), '"v1"', Content_Encoding="gzip"))
    result = one(tmp_path, url, clock)
    assert result.path is not None
    assert result.path.read_bytes() == CSV
    assert server.asked()[0].headers["accept-encoding"] == "identity"
