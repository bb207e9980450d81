"""Starting the dashboard, and what the browser receives before any script runs."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import dashboard
from dashboard import serve
from dashboard.shell.french import FrenchPages

FOLDER = Path(dashboard.__file__).parent
STATIC = dashboard.STATIC


def test_the_command_starts_streamlit_on_our_script() -> None:
    command = serve.command(8765)
    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert Path(command[4]).is_file()
    assert command[-4:] == ["--server.port", "8765", "--server.address", "localhost"]


def test_the_environment_names_the_releases(tmp_path: Path) -> None:
    environment = serve.environment(tmp_path)
    assert environment["BCS_HOME"] == str(tmp_path.resolve())
    assert str(FOLDER.parent) in environment["PYTHONPATH"]


def test_the_shell_page_is_in_french_and_other_answers_untouched() -> None:
    async def page(_request: object) -> HTMLResponse:
        return HTMLResponse('<!DOCTYPE html><html lang="en"><title>Streamlit</title></html>')

    async def data(_request: object) -> PlainTextResponse:
        return PlainTextResponse('<html lang="en">')

    app = Starlette(routes=[Route("/", page), Route("/data", data)], middleware=[Middleware(FrenchPages)])
    client = TestClient(app)
    answer = client.get("/", headers={"accept": "text/html"})
    assert '<html lang="fr">' in answer.text
    assert "<title>Baromètre de cohésion sociale</title>" in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert client.get("/data").text == '<html lang="en">'


def test_an_address_of_no_page_is_told_in_french_and_a_name_in_capitals_is_understood() -> None:
    async def page(_request: object) -> HTMLResponse:
        return HTMLResponse('<!DOCTYPE html><html lang="en"><body><div id="root"></div></body></html>')

    app = Starlette(routes=[Route("/{path:path}", page)], middleware=[Middleware(FrenchPages)])
    client = TestClient(app, follow_redirects=False, headers={"accept": "text/html"})
    assert client.get("/fiche?territoire=59172").status_code == 200
    for written, page_of in (("/Fiche?territoire=59172", "./fiche?territoire=59172"),
                             ("/priorit%C3%A9s", "./priorites"), ("/fiche/", "../fiche")):  # fmt: skip
        answer = client.get(written)
        assert (answer.status_code, answer.headers["location"]) == (307, page_of)
    for nowhere, beside in (("/nimporte", "./fiche"), ("/fiche/59172", "../fiche")):
        answer = client.get(nowhere)
        assert answer.status_code == 404
        assert "ne mène à aucune page" in answer.text and f'href="{beside}"' in answer.text


def test_streamlit_still_has_the_words_we_replace() -> None:
    import streamlit

    from dashboard.shell.french import _REPLACEMENTS

    shell = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    for english, _ in _REPLACEMENTS:
        assert english in shell, english


def test_fonts_are_shipped_with_their_licence_and_stay_light() -> None:
    config = tomllib.loads((FOLDER / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    fonts = {STATIC.parent / face["url"].removeprefix("app/") for face in config["theme"]["fontFaces"]}
    assert all(font.is_file() for font in fonts)
    assert fonts == set((STATIC / "fonts").glob("*.woff2"))
    assert sum(font.stat().st_size for font in fonts) < 400_000
    for font in fonts:
        licence = STATIC / "fonts" / f"LICENSE-{font.name.split('-')[0]}.txt"
        assert "SIL Open Font License" in licence.read_text(encoding="utf-8")
    assert config["browser"]["gatherUsageStats"] is False


def test_no_sheet_calls_another_site() -> None:
    sheet = (STATIC / "barometre.css").read_text(encoding="utf-8")
    assert "http" not in sheet
    assert "@import" not in sheet
