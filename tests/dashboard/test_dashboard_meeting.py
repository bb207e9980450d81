"""Meeting mode on every page, the downloads of every chart, and the way of drawing them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from shown import links_of, markup_of, text_of
from streamlit.testing.v1 import AppTest

from dashboard.address.screens import PAGES
from dashboard.data.questions import Barometer
from dashboard.pages.barometre.section import HEADER, rows, section_text
from dashboard.story.readings import NEAREST, read
from dashboard.widgets.takeaway import TEXT_LABEL
from tests.dashboard.conftest import Open

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard"
SCRIPTS = [None if page.url_path is None else page.script for page in PAGES]


@pytest.fixture(autouse=True)
def _home(home: object) -> None:
    """Every test of this file reads the fictitious release."""


def _links(app: AppTest) -> list[str]:
    return [element.proto.query_string for element in app.get("page_link")]


def _figures(app: AppTest) -> list[str]:
    return [element.proto.figure.spec for element in app.get("plotly_chart")]


@pytest.mark.parametrize("page", SCRIPTS)
def test_every_page_has_the_meeting_mode_and_says_the_same(open_app: Open, page: str | None) -> None:
    usual = open_app(page)
    meeting = open_app(page, reunion="1")
    assert not meeting.exception
    assert not meeting.info
    said, address = text_of(meeting).split("Adresse de cette page")
    assert said == text_of(usual).split("Adresse de cette page")[0]
    assert "reunion=1" in address


@pytest.mark.parametrize("page", SCRIPTS)
def test_every_link_of_a_page_keeps_the_meeting_mode(open_app: Open, page: str | None) -> None:
    app = open_app(page, reunion="1")
    links = _links(app)
    assert len(links) >= len(PAGES)
    assert all("reunion=1" in link for link in links), links
    assert not any("reunion" in link for link in _links(open_app(page)))


def test_the_button_enters_and_leaves_and_keeps_the_view(open_app: Open) -> None:
    app = open_app("../pages/indicateur/page.py", niveau="commune", territoire="99001", annee="2022")
    before = dict(app.query_params)
    app.button(key="mode_reunion").click().run()
    assert dict(app.query_params) == {**before, "reunion": "1"}
    assert app.button(key="mode_reunion").label == "Quitter le mode réunion"
    app.button(key="mode_reunion").click().run()
    assert dict(app.query_params) == before


def test_a_choice_keeps_the_meeting_mode(open_app: Open) -> None:
    app = open_app("../pages/indicateur/page.py", indicateur="taux_fictif", reunion="1")
    app.selectbox(key="annee_choisie").select(2016).run()
    assert dict(app.query_params) == {"indicateur": "taux_fictif", "annee": "2016", "reunion": "1"}


@pytest.mark.parametrize("value", ["2", "<script>", "x" * 10_000])
def test_an_unknown_mode_is_said_politely(open_app: Open, value: str) -> None:
    app = open_app(None, reunion=value)
    assert not app.exception
    said = ", «\u00a02\u00a0»," if value == "2" else ""
    sentence = f"Le mode d’affichage demandé dans l’adresse{said} n’existe pas\u00a0: "
    assert [info.value for info in app.info] == [f"{sentence}la page est montrée comme d’habitude."]
    assert "<script" not in markup_of(app)


@pytest.mark.parametrize("page", SCRIPTS)
def test_every_chart_is_taken_away_as_pictures_tables_and_text(open_app: Open, page: str | None) -> None:
    app = open_app(page)
    charts = len(app.get("plotly_chart"))
    labels = [label for _, label in links_of(app).values()]
    # The ranked bars are a picture too, though the page draws them as a table.
    ranked = markup_of(app).count('<div class="bcs-ranked"')
    # Those of a document are downloaded as they are drawn there.
    drawn = markup_of(app).count('<figure class="bcs-picture"')
    assert labels.count("Image PNG") == labels.count("Image SVG") == charts + ranked + drawn
    assert markup_of(app).count(f"<summary>{TEXT_LABEL}</summary>") == charts + ranked


def test_one_component_draws_every_chart() -> None:
    """A chart drawn elsewhere would have neither source, nor files, nor meeting mode."""
    found = {
        path.relative_to(DASHBOARD).as_posix()
        for path in DASHBOARD.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("plotly_chart", "page_link")
    }
    assert found == {"widgets/chart.py", "widgets/choice.py"}


def test_a_theme_is_taken_away_with_unit_year_reference_and_source(barometer: Barometer) -> None:
    territory = barometer.territory("commune", "99001")
    assert territory is not None
    readings = read(barometer, territory)
    for theme in barometer.themes:
        chosen = [r for r in readings.values() if r.indicator.theme == theme.theme]
        told = section_text(barometer, territory, theme, chosen, NEAREST)
        assert len(told.split("\n")) == len(chosen) + 2
        given = rows(barometer, territory, chosen, NEAREST)
        assert all(len(row) == len(HEADER) for row in given)
        for row in given:
            value, status, source = (row[HEADER.index(n)] for n in ("Valeur", "Statut", "Source"))
            assert status
            assert (value is None) == (source is None)
        for reading, line in zip(chosen, told.split("\n")[1:-1], strict=True):
            if reading.shown is not None and reading.shown.usable:
                assert "Source\u00a0:" in line
