"""Every page on the fictitious release: territories, statuses, sheets, hostile addresses."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import parse_qsl

import fictitious
import pytest
from shown import headings_go_down_one_step_at_a_time, markup_of, text_of
from streamlit.testing.v1 import AppTest

from sources.vocabulary import Level, Status
from tests.dashboard.conftest import BAROMETER, Open

TERRITORIES = [(row["level"], row["code"]) for row in fictitious.TERRITORIES]

HOSTILE = [
    {"territoire": "inconnu"},
    {"niveau": "commune", "territoire": "99999"},
    {"niveau": "<script>alert(1)</script>", "territoire": "99001"},
    {"niveau": "commune", "territoire": "' OR 1=1; DROP TABLE value; --"},
    {"territoire": "x" * 10_000},
    {"niveau": "qpv", "territoire": "QP099001,QN09901X"},
    {"reference": "lune"},
    {"theme": "../../secret"},
    {"fiche": "{inconnu}"},
    {"tout_autre_chose": "1"},
    {"niveau": "", "territoire": ""},
]


@pytest.fixture(autouse=True)
def _home(home: object) -> None:
    """Every test of this file reads the fictitious release."""


@pytest.mark.parametrize(("level", "code"), TERRITORIES)
@pytest.mark.parametrize("page", [None, BAROMETER])
def test_every_page_opens_on_every_territory(open_app: Open, page: str | None, level: str, code: str) -> None:
    app = open_app(page, niveau=level, territoire=code)
    assert not app.exception
    assert not app.info, "a known territory needs no apology"
    assert "<h1" in markup_of(app)
    assert "<script" not in markup_of(app)


@pytest.mark.parametrize("parameters", HOSTILE)
def test_a_hostile_address_lands_on_a_valid_page_with_a_polite_sentence(
    open_app: Open, parameters: dict[str, str]
) -> None:
    app = open_app(**parameters)
    assert not app.exception
    assert len(app.info) == 1
    assert app.info[0].value.endswith(".")
    if not any(re.fullmatch(r"[\w-]+", value) for value in parameters.values()):
        assert not any(value in app.info[0].value for value in parameters.values() if value)
    assert "<script" not in markup_of(app)
    assert "Communauté d’agglomération fictive" in text_of(app)


def test_a_name_that_looks_like_markup_is_shown_as_text(open_app: Open) -> None:
    app = open_app(BAROMETER, niveau="commune", territoire="99007")
    assert "<script" not in markup_of(app)
    assert "Commune fictive <script>alert(’é’)</script> & 🎭" in text_of(app)


def test_home_gives_the_index_its_parts_and_what_is_published(open_app: Open) -> None:
    text = text_of(open_app())
    for words in ("0,34", "estimé", "Santé 0,36", "0,39", "0,51", "Document fictif", "2019"):
        assert words in text.replace("estimé 0,36", "0,36"), words
    assert "−0,05" not in text, "figures of two scales have no difference"
    assert "Version fictive, produite le 1er juin 2026" in text
    assert "Secret statistique".lower() in text.lower()


def test_without_outlines_no_page_shows_an_empty_frame(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fictitious.build(tmp_path, tables={**fictitious.rows(), "geometry": []})
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    for script in (None, "../pages/indicateur/page.py"):
        app = open_app(script) if script else open_app()
        assert not app.exception
        assert "les contours des communes ne figurent pas dans cette version" in text_of(app)
        assert "ouchez" not in text_of(app)
        assert not [chart for chart in app.get("plotly_chart") if chart.proto.id.startswith("carte")]


def test_home_without_any_value_of_the_index_says_so(
    open_app: Open, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = fictitious.rows()
    tables["value"] = [row for row in tables["value"] if not row["indicator"].startswith("idh4")]
    fictitious.build(tmp_path, tables=tables)  # type: ignore[arg-type]
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    app = open_app()
    assert not app.exception
    assert "Non diffusé à ce niveau" in text_of(app)


def test_a_gap_and_its_judgement_are_those_of_the_release(open_app: Open) -> None:
    text = text_of(open_app(BAROMETER, niveau="commune", territoire="99007"))
    # 10 + 6 × 3 = 28 for a reference of 16, an interval that excludes it.
    assert "28,0 % 2022 · Producteur fictif" in text
    assert "Agglomération : 16,0 %" in text
    # With its limits: a judgement is never shown without what it rests on.
    assert re.search(r"Écart \+12,0 points : moins bien entre \+[\d,]+ et \+[\d,]+ points", text)
    assert "dans le quart le plus haut" in text.lower()


def test_without_judgement_the_gap_is_bare(open_app: Open) -> None:
    text = text_of(open_app(BAROMETER, niveau="commune", territoire="99001", reference="departement"))
    assert "Département fictif : 12,0 % Écart −2,0 points Agglomération" in text


def test_every_figure_of_a_line_has_its_year_and_its_source_beside_it(open_app: Open) -> None:
    markup = markup_of(open_app(BAROMETER, niveau="commune", territoire="99001"))
    figures = re.findall(r'<p><span class="bcs-figure">.*?</p><p class="bcs-small">(.*?)</p>', markup)
    assert len(figures) > 6
    for said in figures:
        assert re.fullmatch(r"(?:20\d\d(?:-20\d\d)?) · Producteur fictif", said), said


def test_an_estimated_figure_is_said_to_be_one(open_app: Open) -> None:
    markup = markup_of(open_app(BAROMETER, niveau="commune", territoire="99001", theme="idh4"))
    figures = re.findall(r'<p><span class="bcs-figure">.*?</p>', markup)
    assert len(figures) == 4
    assert all('<span class="bcs-tag">estimé</span>' in figure for figure in figures)
    observed = markup_of(open_app(BAROMETER, niveau="commune", territoire="99001", theme="famille"))
    assert '<span class="bcs-tag">estimé</span>' not in observed


def test_a_group_of_communes_is_no_reference_of_a_line(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = fictitious.rows()
    own = next(c for c in tables["comparison"] if (c["code"], c["indicator"]) == ("99001", "taux_fictif"))
    group = {"reference_level": "groupe", "reference_code": "groupe_fictif", "reference_value": 21.0}
    tables["comparison"].append({**own, **group})
    fictitious.build(tmp_path, tables=tables)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    text = text_of(open_app(BAROMETER, niveau="commune", territoire="99001", theme="famille"))
    assert "Département fictif 12,0 %" in text
    assert "Groupe fictif 21,0 %" not in text


def test_a_reference_without_figure_is_said(open_app: Open) -> None:
    text = text_of(open_app(BAROMETER, niveau="commune", territoire="99001", reference="region"))
    assert "Cette référence n’a pas de chiffre de même définition pour la même année." in text


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("99001", Status.SUPPRESSED),
        ("99002", Status.NOT_PUBLISHED),
        ("99003", Status.NOT_APPLICABLE),
        ("99004", Status.MISSING),
    ],
)
def test_a_more_recent_year_without_figure_is_said_in_words(
    open_app: Open, code: str, status: Status
) -> None:
    text = text_of(open_app(BAROMETER, niveau="commune", territoire=code, theme="sante"))
    assert "33,3 % 2020" in text
    assert f"2023 : {status.label}" in text


def test_what_waits_for_an_extract_says_which(open_app: Open) -> None:
    app = open_app(BAROMETER, niveau="commune", territoire="99001", fiche="attendu_fictif")
    text = text_of(app)
    assert "Pas encore reçu" in text
    assert "Fichier attendu : Autre producteur fictif, Jeu fictif attendu." in text
    assert "Raison fictive d’attente." in text


def test_an_absent_figure_is_never_blank_nor_zero(open_app: Open) -> None:
    markup = markup_of(open_app(BAROMETER, niveau="region", territoire="98"))
    rows = re.findall(r'<div class="bcs-row bcs-plain">(.*?)</div></div>', markup, flags=re.DOTALL)
    assert len(rows) == len(fictitious.INDICATORS)
    for row in rows:
        assert "bcs-status" in row
        assert "bcs-figure" not in row


def test_the_sheet_answers_where_a_figure_comes_from(open_app: Open) -> None:
    text = text_of(open_app(BAROMETER, niveau="commune", territoire="99002", fiche="taux_fictif"))
    expected = (
        "Définition fictive de taux_fictif.",
        "Une part fictive ÷ un total fictif × 100",
        "Numérateur 123",
        "Dénominateur 456",
        "de 12,0 % à 14,0 % (à 95 %)",
        "Jeu de données fictif",
        "Producteur fictif",
        "2022, édition 2024",
        "Licence fictive",
        fictitious.FILE,
        fictitious.SHA256,
        "Provenance fictive.",
        "Réserve fictive.",
        "Précaution fictive de taux_fictif.",
        "Rupture en 2020 : Changement fictif de méthode.",
    )
    for words in expected:
        assert words in text, words


def test_other_years_are_cut_by_a_break(open_app: Open) -> None:
    text = text_of(open_app(BAROMETER, niveau="commune", territoire="99001", fiche="taux_fictif"))
    assert (
        "2022 10,0 % observé Rupture en 2020 Les chiffres du dessus et du dessous ne se comparent pas" in text
    )


def test_a_neighbour_concept_is_apart_and_never_compared(open_app: Open) -> None:
    text = text_of(open_app(BAROMETER, niveau="commune", territoire="99001"))
    assert "À part, notion voisine fictive : 140,0 % (2018)" in text


def test_an_unstated_year_stays_unstated(open_app: Open) -> None:
    text = text_of(open_app(BAROMETER, niveau="qpv", territoire="QN09901X", fiche="taux_fictif"))
    assert "périmètre de 2024" in text
    assert "41,0 %" in text
    assert "Raison fictive : année non précisée." in text


def test_a_reading_that_asks_for_the_unknown_falls_back_to_a_plain_sentence(open_app: Open) -> None:
    text = text_of(open_app(BAROMETER, niveau="commune", territoire="99001", fiche="phrase_fictive"))
    assert "Phrase fictive à Commune fictive A : 5,0 % (2020)." in text


def test_the_spine_is_for_communes_only(open_app: Open) -> None:
    assert 'class="bcs-spine"' in markup_of(open_app(BAROMETER, niveau="commune", territoire="99001"))
    assert 'class="bcs-spine"' not in markup_of(
        open_app(BAROMETER, niveau="epci", territoire=fictitious.EPCI)
    )


def test_choices_write_the_address_and_the_address_makes_the_page(open_app: Open) -> None:
    app = open_app(BAROMETER)
    app.selectbox(key="niveau_choisi").select(Level.COMMUNE).run()
    assert app.query_params["niveau"] == "commune"
    app.selectbox(key="theme_choisi").select("famille").run()
    app.selectbox(key="reference_choisie").select("departement").run()
    parameters = dict(app.query_params)
    assert parameters == {
        "niveau": "commune",
        "territoire": "99007",
        "theme": "famille",
        "reference": "departement",
    }
    again = open_app(BAROMETER, **parameters)
    assert text_of(again) == text_of(app)
    assert "Thème fictif revenus" not in text_of(again)


def test_the_sheet_opens_and_closes_by_one_link(open_app: Open) -> None:
    shown = {"niveau": "commune", "territoire": "99001"}
    asked = re.compile(r'class="bcs-inplace" href="\?([^"]*)" aria-label="([^"]*) Taux fictif"')

    def follow(app: AppTest, label: str) -> AppTest:
        address, said = next(iter(asked.findall(markup_of(app))))
        assert said.replace("\u00a0", " ") == label
        return open_app(BAROMETER, **dict(parse_qsl(html.unescape(address))))

    app = follow(open_app(BAROMETER, **shown), "D’où vient ce chiffre ?")
    assert app.query_params["fiche"] == "taux_fictif"
    assert fictitious.SHA256 in text_of(app)
    app = follow(app, "Fermer la fiche")
    assert dict(app.query_params) == shown
    assert fictitious.SHA256 not in text_of(app)


def test_the_list_of_communes_changes_the_commune_of_the_map(open_app: Open) -> None:
    app = open_app()
    communes = app.selectbox(key="commune")
    communes.select_index(communes.options.index("Commune fictive B")).run()
    assert app.query_params["territoire"] == "99002"
    assert "<h3>Commune fictive B</h3>" in markup_of(app)


@pytest.mark.parametrize("page", [None, BAROMETER])
def test_headings_go_down_one_step_at_a_time(open_app: Open, page: str | None) -> None:
    app = open_app(page, niveau="commune", territoire="99001", fiche="taux_fictif")
    headings_go_down_one_step_at_a_time(app)
