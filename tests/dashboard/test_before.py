"""What the shell page opens with: the very words of the page of the address, or nothing."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest
import streamlit
from shown import markup_of
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.address.screens import DATA, PAGES, SHEET, Page
from dashboard.data.questions import Barometer
from dashboard.shell import before
from dashboard.shell.french import FrenchPages

SHELL = Path(streamlit.__file__).parent / "static" / "index.html"
OPENED = re.compile(r'<div class="bcs-before.*?</div>(?=<div id="root">)', re.DOTALL)
PIECE = re.compile(
    r'<div><div class="stHtml">(.*?)</div></div>(?=<div><div class="stHtml">|</div>$)', re.DOTALL
)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    async def shell(_: Request) -> FileResponse:
        return FileResponse(SHELL)

    monkeypatch.setattr(before, "LONGEST_WAIT", 30.0)
    app = Starlette(routes=[Route("/{path:path}", shell)], middleware=[Middleware(FrenchPages)])
    return TestClient(app, headers={"accept": "text/html"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.label)
def test_the_shell_opens_with_the_words_of_the_page(
    client: TestClient, real: Barometer, app: AppTest, page: Page
) -> None:
    told = client.get(f"/{page.url_path or ''}?territoire=59172").text
    assert told.count("<h1") == 1
    (opened,) = OPENED.findall(told)
    assert ' id="' not in opened, "the page itself has these elements too"
    pieces = PIECE.findall(opened)
    assert pieces
    if page is DATA:
        return  # Its files take seconds to prepare.
    app.query_params.clear()
    app.query_params["territoire"] = "59172"
    shown = markup_of(app.switch_page(page.script).run())
    assert [piece for piece in pieces if piece not in shown] == []


@pytest.mark.parametrize(
    "asked",
    (
        "territoire=00000",
        "territoire=<script>alert(1)</script>",
        "inconnu=1",
        "embarque=1",
        "reunion=1",
        "embed=true",
        "groupe=59172,59491",
    ),
)
def test_an_address_whose_page_begins_otherwise_has_no_opening(
    client: TestClient, real: Barometer, asked: str
) -> None:
    answer = client.get(f"/barometre?{asked}")
    assert answer.status_code == 200
    assert not OPENED.findall(answer.text)
    assert "alert(1)" not in answer.text
    assert not OPENED.findall(client.get("/inconnue").text)


def test_neither_a_missing_release_nor_an_error_stops_the_shell(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("a page that fails")

    script = import_module(f"dashboard.pages.{SHEET.folder}.page")
    with monkeypatch.context() as patch:
        patch.setattr(script, "opening", fails)
        assert not OPENED.findall(client.get("/fiche").text)
    assert OPENED.findall(client.get("/fiche").text)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    answer = client.get("/fiche")
    assert (answer.status_code, OPENED.findall(answer.text)) == (200, [])


def test_a_browser_never_keeps_the_figures_of_another_release(client: TestClient, real: Barometer) -> None:
    first = client.get("/barometre")
    assert not {"etag", "last-modified"} & set(first.headers)
    modified = SHELL.stat().st_mtime
    again = client.get("/barometre", headers={"if-none-match": "*", "if-modified-since": f"{modified}"})
    assert (again.status_code, again.text) == (200, first.text)


def test_what_is_long_to_make_is_not_waited_for(
    client: TestClient, real: Barometer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(before, "LONGEST_WAIT", 0.0)
    assert not OPENED.findall(client.get("/barometre").text)
