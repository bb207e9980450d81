"""The page « Fiche commune »: the document on screen, the files it gives, hostile addresses; the context."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import docx
import pytest
from shown import headings_go_down_one_step_at_a_time, markup_of, text_of, words_of
from streamlit.testing.v1 import AppTest

from dashboard.charts import description as charts
from dashboard.charts.palette import LIGHT
from dashboard.data.questions import Barometer
from dashboard.documents import export, model
from dashboard.documents.html.blocks import blocks_html
from dashboard.shell.leads import leads
from dashboard.widgets.context import Fact, context, context_card
from sources.vocabulary import Level
from tests.dashboard.conftest import Open

PAGE = "../pages/fiche/page.py"
PLAIN_SPACE = re.compile(r" [:;?!%»€]|« |\bNone\b|\bnan\b")


def visit(app: AppTest, **parameters: str) -> AppTest:
    app.switch_page(PAGE)
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def test_blocks_are_text_never_markup() -> None:
    hostile = "<script>alert('é')</script> & 🎭"
    empty = charts.Picture((charts.Panel((), charts.Scale(), hostile),), charts.Scale(), LIGHT)
    drawn = blocks_html(
        [
            model.Paragraph(hostile, "note"),
            model.Bullets((hostile,)),
            model.Heading(hostile, 3),
            model.Callout("fragility", hostile, hostile),
            model.Free("tag", hostile, hostile, hostile),
            model.Table(hostile, (model.Column(hostile, 2.0),), ((model.Cell(hostile, hostile),),)),
            model.Picture(empty, hostile, hostile, 17.0, (200.0, 100.0)),
            model.PageBreak(),
        ]
    ).html
    assert "<script" not in drawn
    assert drawn.count("&lt;script&gt;") == 15
    assert "data:image/svg+xml;base64," in drawn


def test_callouts_that_follow_stand_together() -> None:
    callout = model.Callout("strength", "Titre", "Texte")
    drawn = blocks_html([callout, callout, model.Paragraph("Suite"), callout]).html
    assert drawn.count('class="bcs-callouts"') == 2
    assert drawn.count("Titre") == 3


def test_every_commune_opens_its_diagnostic(real: Barometer, app: AppTest) -> None:
    for commune in real.communes()[::5]:
        visit(app, niveau="commune", territoire=commune.code)
        assert not app.exception, commune
        assert not app.info
        assert PLAIN_SPACE.search(words_of(markup_of(app))) is None, (
            commune,
            PLAIN_SPACE.search(words_of(markup_of(app))),
        )
        assert "Diagnostic partagé" in text_of(app)
        assert "Sources de cette partie" in text_of(app)


def test_every_part_of_the_document_is_shown(app: AppTest) -> None:
    for part in range(1, 13):
        visit(app, territoire="59172", partie=str(part))
        assert not app.exception, part
        assert not app.info
        headings_go_down_one_step_at_a_time(app)


def test_the_follow_up_has_an_address_and_its_own_files(app: AppTest, real: Barometer) -> None:
    visit(app, territoire="59172", partie="suivi")
    assert not app.exception
    assert not app.info
    assert "11. Base de suivi 2024-2030" in text_of(app)
    assert markup_of(app).count("base de suivi 2024-2030") >= 3
    labels = [button.label for button in app.get("download_button")]
    assert [label.partition(" ")[0] for label in labels] == ["Base", "Base"]


def test_the_follow_up_on_screen_is_the_documents(real: Barometer, app: AppTest, tmp_path: Path) -> None:
    visit(app, territoire="59172", partie="suivi")
    (path,) = export(real.release.path, "59172", ("docx",), tmp_path)
    shown = words_of(markup_of(app)).split("\n")
    cells = [
        p.text
        for table in docx.Document(str(path)).tables
        if table.rows[0].cells[-1].text == "Sens"
        for row in table.rows[1:]
        for cell in row.cells
        for p in cell.paragraphs
        if p.text
    ]
    assert len(cells) > 100
    assert [line for line in shown if line in set(cells)][: len(cells)] == cells


def test_each_button_gives_a_file_of_its_kind(real: Barometer, release_home: Path) -> None:
    from dashboard.pages.fiche.page import BUTTONS, _made

    signatures = {".docx": b"PK", ".xlsx": b"PK", ".pdf": b"%PDF", ".html": b"<!doctype html>"}
    for _, kind, suffix in BUTTONS:
        content = _made(real.release.path, "59002", kind, suffix)()
        assert content.startswith(signatures[suffix]), kind
        assert len(content) > 5_000


def test_a_quarter_leads_to_one_of_its_communes(app: AppTest) -> None:
    visit(app, niveau="qpv", territoire="QN05950M")
    assert not app.exception
    assert "Fiche commune : Denain" in text_of(app)
    assert "voici la fiche d’une de ses communes" in text_of(app)


@pytest.mark.parametrize(
    "parameters",
    [
        {"partie": "0"},
        {"partie": "99"},
        {"partie": "²"},
        {"partie": "<script>"},
        {"partie": "1" * 10_000},
        {"territoire": "' OR 1=1"},
    ],
)
def test_a_hostile_address_lands_on_a_valid_page(app: AppTest, parameters: dict[str, str]) -> None:
    visit(app, **parameters)
    assert not app.exception
    assert len(app.info) == 1
    assert "<script" not in markup_of(app)
    assert "Fiche commune" in text_of(app)


def test_the_context_of_every_territory_is_said_in_words(real: Barometer) -> None:
    for territory in real.territories:
        facts = context(real, territory)
        assert facts, territory
        assert all(fact.title and fact.written for fact in facts)
        assert PLAIN_SPACE.search(html.unescape(re.sub("<[^>]+>", "\n", context_card(facts).html))) is None


def test_the_context_of_the_agglomeration_is_a_sum_of_communes(real: Barometer) -> None:
    population, births, deaths, quarters = context(real, real.epci())
    total = real.release.query(
        "SELECT sum(v) FROM (SELECT DISTINCT code, value AS v FROM observation WHERE level = 'commune' "
        "AND variable = 'rp_pop' AND millesime = 2022 AND code IN "
        "(SELECT code FROM territory WHERE level = 'commune' AND in_epci))"
    ).item()
    assert re.sub(r"\D", "", population.written) == str(round(total))
    assert births.known
    assert deaths.known
    assert quarters.written == "20\u00a0%"
    assert "32\u202f305" in quarters.details[0]


def test_a_group_of_parts_of_communes_is_never_added_up(real: Barometer) -> None:
    group = real.territory(Level.GROUPE, "geographie_complementaire")
    assert group is not None
    assert all(not fact.known for fact in context(real, group))


def test_an_empty_context_shows_nothing_and_a_hostile_one_is_text() -> None:
    assert not context_card([])
    assert "<b>" not in context_card([Fact("<b>", "<b>", True, ("<b>",))]).html


def test_a_fictitious_release_opens_without_error(open_app: Open, home: Path) -> None:
    app = open_app(PAGE, niveau="commune", territoire="99007")
    assert not app.exception
    assert "<script" not in markup_of(app)


@pytest.mark.parametrize("part", [None, "suivi"])
def test_each_figure_leads_to_its_own_sheet(real: Barometer, app: AppTest, part: str | None) -> None:
    commune = next(c for c in real.communes() if c.code == "59172")
    visit(app, niveau="commune", territoire=commune.code, **({"partie": part} if part else {}))
    asked = [
        {name: values[0] for name, values in parse_qs(urlsplit(html.unescape(href)).query).items()}
        for href in re.findall(r'class="bcs-lead-to" href="([^"]+)"', markup_of(app))
    ]
    quarters = {t.code for t in real.territories if t.level == "qpv" and t.perimeter == "qpv_2024"}
    assert {link["territoire"] for link in asked} & quarters, "the figures of a quarter lead to the quarter's"
    assert commune.code in {link["territoire"] for link in asked}
    known = {i.indicator for i in real.indicators}
    for link in asked:
        assert real.territory(link["niveau"], link["territoire"]) is not None, link
        assert link["indicateur"] == link["fiche"]
        assert link["fiche"] in known


def test_the_follow_up_base_opens_with_what_it_counts(real: Barometer, app: AppTest) -> None:
    for commune in real.communes()[::9]:
        visit(app, niveau="commune", territoire=commune.code, partie="suivi")
        said = text_of(app).replace("\u00a0", " ")
        assert re.search(r"\d+ indicateurs sont suivis de 2024 à 2030 : (\d+|aucun) (ont|a|n’a) ", said), (
            commune
        )


def test_a_group_of_communes_leads_to_its_figures(real: Barometer) -> None:
    group = model.Cell("Les <deux>", target=model.Communes(("59172", "59491"), "Les <deux>"))
    link = leads(real)(group).html
    assert "barometre?groupe=59172%2C59491&amp;nom=Les+%3Cdeux%3E" in link
    assert "<deux>" not in link
    assert not leads(real)(model.Cell("rien"))
