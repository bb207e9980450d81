"""The files of a view: made when their link is followed, and from the release their page showed."""

from __future__ import annotations

import csv
import io
from urllib.parse import unquote

import pytest
from shown import links_of
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.shell.giving import ADVICE, route
from dashboard.widgets import given
from tests.dashboard.conftest import Open


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[route()]))


def test_a_link_gives_the_file_it_names(client: TestClient, home: object, open_app: Open) -> None:
    app = open_app("../pages/indicateur/page.py", indicateur="taux_fictif")
    shown = links_of(app)
    href, label = shown["csv_carte"]
    assert label == "Tableau CSV"
    answer = client.get(f"/{href}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    name = unquote(answer.headers["content-disposition"].partition("''")[2])
    assert name == href.rpartition("/")[2]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {"99001", "99002"} <= {row["Code INSEE"] for row in rows}
    drawing = client.get(f"/{shown['svg_carte'][0]}")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert b"</svg>" in drawing.content


def test_two_views_never_give_the_file_of_one_another(home: object, open_app: Open) -> None:
    views = [
        open_app("../pages/indicateur/page.py", indicateur="taux_fictif", **asked)
        for asked in ({}, {"annee": "2016"}, {"reunion": "1"})
    ]
    assert len({links_of(view)["csv_carte"][0].split("/")[1] for view in views}) == 3


def test_a_file_that_can_no_longer_be_made_says_what_to_do(client: TestClient) -> None:
    given.begin("a view")
    link = given.links(given.File("key", "<label>", "name.csv", lambda: b"content"))
    assert "&lt;label&gt;" in link.html
    href = link.html.partition('href="')[2].partition('"')[0]
    assert client.get(f"/{href}").content == b"content"
    for other in range(given.VIEWS):
        given.begin("another view", other)
        given.links(given.File("key", "label", "name.csv", lambda: b"other"))
    answer = client.get(f"/{href}")
    assert answer.status_code == 410
    assert ADVICE in answer.text
