"""``bcs fetch`` against a local server that behaves, then misbehaves."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import socket
import threading
import zipfile
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from filelock import FileLock
from misbehaving_server import (
    MisbehavingServer,
    cut_after,
    cut_chunked,
    file,
    half_range,
    redirect,
    reset,
    silent,
    status,
    trickle,
)
from tenacity import RetryCallState, Retrying, wait_none

from sources.fetching import OUTCOMES, Fetched, Manners, Progress, fetch, run
from sources.fetching.kinds import accepted_kinds, kind_of, safe_name
from sources.fetching.manners import Interrupted, Patience
from sources.model import Dataset
from sources.problems import ExtractRefused
from sources.store import Record, Store, verified_addresses

CSV = b"CODGEO;P22_POP\r\n" + b"".join(f"59{n:03d};{n * 7}\r\n".encode() for n in range(1, 900))
OTHER = CSV.replace(b"59001;7", b"59001;8")
HTML = b"<!DOCTYPE html>\n<html><body>Service indisponible</body></html>"
NBSP = "\u00a0"


class Clock:
    """A clock that only moves when somebody sleeps: waits are measured, never endured."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def manners(clock: Clock, **changed: object) -> Manners:
    return Manners(**{"sleep": clock.sleep, "clock": clock, "read_timeout": 5, **changed})  # type: ignore[arg-type]


def dataset(
    name: str, *urls: str | None, layout: str = "csv", sha256: str | None = None, first: int = 2022
) -> Dataset:
    """A dataset with one edition by address."""
    return Dataset.model_validate(
        {
            "id": name,
            "title": name,
            "producer": "INSEE",
            "group": "insee",
            "licence": "Licence Ouverte",
            "citation": "INSEE",
            "page": "https://www.insee.fr/fr/statistiques/1",
            "description": name,
            "files": f"{name}.csv",
            "layout": {
                "format": layout,
                "territory": {"column": "CODGEO", "rules": [{"match": r"\d{5}", "level": "commune"}]},
                "year": {"source": "edition"},
                "columns": {"pop": {"column": "P{yy}_POP", "label": "Population", "unit": "personnes"}},
            },
            "millesimes": [
                {"edition": first + n, "url": url, "sha256": sha256} for n, url in enumerate(urls)
            ],
        }
    )


def one(
    home: Path, url: str, clock: Clock, *, layout: str = "csv", sha256: str | None = None, **changed: object
) -> Fetched:
    """Fetch one address and check what holds of every result."""
    (result,) = fetch(
        [dataset("rp", url, layout=layout, sha256=sha256)], home, manners=manners(clock, **changed)
    )
    if result.held:
        assert result.path is not None
        assert result.record is not None
        assert hashlib.sha256(result.path.read_bytes()).hexdigest() == result.record.sha256
        assert result.path.stat().st_size == result.record.size
        assert unfinished(home) == []
    else:
        assert result.problem is not None
        assert result.record is None
        assert url not in verified_addresses(home)
    return result


def said(result: Fetched) -> str:
    assert result.problem is not None
    message = result.problem.message()
    assert "Traceback" not in message
    assert "\n" not in message
    return message


def unfinished(home: Path) -> list[str]:
    return sorted(p.name for p in (home / "store" / "partial").glob("*"))


def stored(home: Path) -> set[str]:
    return {p.name for p in (home / "store").glob("??/*")}


def zipped(content: bytes = CSV) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("RP_data.csv", content)
    return buffer.getvalue()


# ------------------------------------------------------------------------------------------ a good server


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


# --------------------------------------------------------------------------------------- a failing server


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


# ------------------------------------------------------------------------------------------- cut downloads


def test_a_cut_download_goes_on_where_it_stopped(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), file(CSV, '"v1"'))
    assert one(tmp_path, url, clock).outcome == "new"
    second = server.asked()[1].headers
    assert (second["range"], second["if-range"]) == ("bytes=4000-", '"v1"')


def test_a_cut_download_goes_on_at_the_next_command(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), status(500))
    assert "coupé" in said(one(tmp_path, url, clock, attempts=1))
    assert len(unfinished(tmp_path)) == 2
    assert one(tmp_path, url, clock, attempts=2).outcome == "failed"
    server.route("/rp.csv", file(CSV, '"v1"'))
    assert one(tmp_path, url, clock).outcome == "new"
    assert server.asked()[-1].headers["range"] == "bytes=4000-"


def test_a_cut_download_of_a_file_since_changed_starts_again(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), file(OTHER, '"v2"'))
    result = one(tmp_path, url, clock)
    assert result.path is not None
    assert result.path.read_bytes() == OTHER


def test_a_server_that_ignores_if_range_cannot_splice_two_versions(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    wrong = half_range(OTHER, len(OTHER), '"v2"')
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), wrong, file(OTHER, '"v2"'))
    result = one(tmp_path, url, clock)
    assert result.path is not None
    assert result.path.read_bytes() == OTHER
    assert "range" not in server.asked()[2].headers


def test_a_range_answered_in_part_is_asked_for_again(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    part = half_range(CSV, 7000, '"v1"')
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), part, file(CSV, '"v1"'))
    assert one(tmp_path, url, clock).outcome == "new"
    assert [a.headers.get("range") for a in server.asked()] == [None, "bytes=4000-", "bytes=7000-"]


def test_without_etag_nor_date_a_cut_download_starts_again(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    weak = cut_after(CSV, 4000, 'W/"v1"')
    url = server.route("/rp.csv", cut_after(CSV, 4000), weak, cut_chunked(CSV[:3000]), file(CSV))
    assert one(tmp_path, url, clock).outcome == "new"
    assert all("range" not in a.headers for a in server.asked())
    assert len(server.asked()) == 4


def test_a_command_killed_between_the_last_byte_and_the_store(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), file(CSV, '"v1"'))
    one(tmp_path, url, clock, attempts=1)
    (part,) = (tmp_path / "store" / "partial").glob("*.part")
    part.write_bytes(CSV)
    assert one(tmp_path, url, clock).outcome == "new"
    assert server.asked()[1].headers["range"] == f"bytes={len(CSV)}-"


def test_a_spoiled_note_of_an_unfinished_file_starts_again(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", cut_after(CSV, 4000, '"v1"'), file(CSV, '"v1"'))
    one(tmp_path, url, clock, attempts=1)
    (note,) = (tmp_path / "store" / "partial").glob("*.json")
    note.write_text('{"valida', encoding="utf-8")
    assert one(tmp_path, url, clock).outcome == "new"
    assert "range" not in server.asked()[1].headers


# -------------------------------------------------------------------------------- slow, large, elsewhere


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


# ------------------------------------------------------------------------------------------ the wrong file


@pytest.mark.parametrize(
    ("path", "layout", "body", "words"),
    [
        ("/rp.csv", "csv", HTML, "page web (HTML)"),
        ("/rp.zip", "csv", HTML, "page web (HTML)"),
        ("/rp.csv", "csv", b"\xef\xbb\xbf\r\n <?xml version='1.0'?><html></html>", "page web (HTML)"),
        ("/rp.csv", "csv", b"<?xml version='1.0'?><Error/>", "fichier XML"),
        ("/rp.csv", "csv", b'{"error": "quota"}', "fichier JSON"),
        ("/rp.csv", "csv", b"", "fichier vide"),
        ("/rp.csv", "csv", b"%PDF-1.7 ...", "PDF"),
        ("/rp.csv", "csv", b"\x00\x01\x02\x03" * 50, "rien ne permet de reconnaître"),
        ("/rp.csv", "csv", gzip.compress(CSV), "gzip"),
        ("/rp.csv", "csv", zipped(), "archive zip"),
        ("/rp.zip", "csv", CSV, "fichier texte"),
        ("/rp.zip", "csv", zipped()[:-30], "incomplète"),
        ("/apl.xlsx", "xlsx", zipped(), "archive zip"),
        ("/apl.xlsx", "xlsx", CSV, "fichier texte"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_not_kept(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, path: str, layout: str, body: bytes, words: str
) -> None:
    url = server.route(path, file(body, '"v1"', Content_Type="text/csv"))
    message = said(one(tmp_path, url, clock, layout=layout))
    assert words in message.partition("attendu")[0]
    assert stored(tmp_path) == set()
    assert unfinished(tmp_path) == []
    server.route(path, file(CSV, '"v1"'))
    assert all("range" not in a.headers and "if-none-match" not in a.headers for a in server.asked())


def test_a_refused_page_leaves_the_file_held_before(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", file(CSV, '"v1"'), file(HTML, '"v2"'))
    held = one(tmp_path, url, clock)
    (result,) = fetch([dataset("rp", url)], tmp_path, manners=manners(clock))
    assert result.outcome == "failed"
    assert held.path is not None
    assert held.path.read_bytes() == CSV
    assert len(Store(tmp_path).records()) == 1


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="../../../etc/passwd"', "passwd.csv"),
        ('attachment; filename="..\\\\..\\\\Windows\\\\win.ini"', "win.ini.csv"),
        ('attachment; filename="C:\\\\temp\\\\RP.csv"', "RP.csv"),
        ("attachment; filename=..", "rp.csv"),
        ('attachment; filename="NUL.csv"', "_NUL.csv"),
        ('attachment; filename="a\x01<b>|?*:.csv"', "ab.csv"),
        ("attachment; filename*=UTF-8''donn%C3%A9es%20%2F..%2Fcommunes.csv", "communes.csv"),
        ("attachment; filename*=UTF-8''donn%C3%A9es.csv", "données.csv"),
        ("attachment; filename*=klingon''x%FF.csv", None),
        ('attachment; filename="' + "a" * 400 + '.csv"', "a" * 116 + ".csv"),
        (';;;="', "rp.csv"),
    ],
)
def test_a_name_given_by_a_server_is_never_a_path(
    server: MisbehavingServer, clock: Clock, tmp_path: Path, disposition: str, name: str | None
) -> None:
    url = server.route("/rp.csv", file(CSV, Content_Disposition=disposition))
    home = tmp_path / "a" / "b" / "c" / "d"
    record = one(home, url, clock).record
    assert record is not None
    assert name in (None, record.name)
    delivered = Store(home).deliver(record, home / "inbox")
    assert delivered.parent == home / "inbox"
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and home not in p.parents]
    assert outside == []
    assert len(record.name) <= 125


def test_a_name_comes_from_the_address_or_else_from_the_dataset() -> None:
    assert safe_name(None, "https://x.example/a/%2e%2e%2fRP%202022.csv?x=/y", "rp_2022") == "RP 2022.csv"
    assert safe_name(None, "https://x.example/", "rp_2022") == "rp_2022"


def test_kinds_accepted_follow_the_layout_and_the_address() -> None:
    assert accepted_kinds("csv", "https://x.example/melodi/RP_CSV_FR") == {"csv", "zip"}
    assert accepted_kinds("csv", "https://x.example/RP.ZIP?v=2") == {"zip"}
    assert accepted_kinds("xlsx", "https://x.example/apl") == {"xlsx", "xls", "zip"}
    assert accepted_kinds("zip", "https://x.example/melodi/RP_CSV_FR") == {"zip"}
    assert accepted_kinds("parquet", "https://x.example/rp") == {"parquet", "zip"}


def test_a_real_workbook_and_a_real_parquet_file_are_recognised(tmp_path: Path) -> None:
    import polars as pl

    frame = pl.DataFrame({"a": [1, 2]})
    frame.write_parquet(tmp_path / "a")
    assert kind_of(tmp_path / "a") == "parquet"
    (tmp_path / "b").write_bytes((tmp_path / "a").read_bytes()[:-2])
    assert kind_of(tmp_path / "b") == "binary"
    frame.write_excel(tmp_path / "c.xlsx")
    assert kind_of(tmp_path / "c.xlsx") == "xlsx"


# ---------------------------------------------------------------------------- rate, offline, interruption


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


# ---------------------------------------------------------------------------------- what has no address


def test_what_has_no_address_is_listed_with_what_to_do(
    server: MisbehavingServer, clock: Clock, tmp_path: Path
) -> None:
    url = server.route("/rp.csv", file(CSV))
    wanted = [
        dataset("a", None, url),
        dataset("b"),
        dataset("c", "ftp://x/rp.csv"),
        dataset("d", "http://[::1"),
    ]
    results = fetch(wanted, tmp_path, manners=manners(clock))
    assert [(r.dataset, r.edition, r.outcome) for r in results] == [
        ("a", 2022, "no_address"),
        ("a", 2023, "new"),
        ("b", None, "no_address"),
        ("c", 2022, "no_address"),
        ("d", 2022, "no_address"),
    ]
    assert "aucune adresse déclarée" in said(results[0])
    assert "https://www.insee.fr/fr/statistiques/1" in said(results[0])
    assert "aucun millésime déclaré" in said(results[2])
    assert "c.yaml" in said(results[3])
    assert {r.outcome for r in results} <= set(OUTCOMES)


def test_one_edition_only(server: MisbehavingServer, clock: Clock, tmp_path: Path) -> None:
    urls = [server.route(f"/{year}.csv", file(CSV + b"%d" % year)) for year in (2022, 2023)]
    results = fetch(
        [dataset("a", *urls), dataset("b", urls[0])], tmp_path, edition=2023, manners=manners(clock)
    )
    assert [(r.dataset, r.edition, r.outcome) for r in results] == [
        ("a", 2023, "new"),
        ("b", 2023, "no_address"),
    ]
    assert "millésime 2023 non déclaré" in said(results[1])
    assert [a.path for a in server.asked()] == ["/2023.csv"]


def test_nothing_to_download_writes_nothing(clock: Clock, tmp_path: Path) -> None:
    assert fetch([dataset("a", None)], tmp_path / "home", manners=manners(clock))[0].outcome == "no_address"
    assert not (tmp_path / "home").exists()
    assert verified_addresses(tmp_path / "home") == {}


# ---------------------------------------------------------------------------------------------- the store


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
