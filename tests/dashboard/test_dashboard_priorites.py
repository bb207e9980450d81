"""The page « Priorités »: answers, orders, thresholds, weights, hostile addresses; its figures apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shown import headings_go_down_one_step_at_a_time, markup_of, text_of, words_of
from streamlit.testing.v1 import AppTest

from dashboard.charts.commune_map import Shape
from dashboard.charts.palette import LIGHT
from dashboard.charts.plotly import figure as on_screen
from dashboard.data.questions import Barometer
from dashboard.pages.priorites.orders_data import order
from dashboard.pages.priorites.profiles import family_map, typology
from dashboard.widgets.answers_data import answers as read_answers
from indicators.analysis.answers import CONSTANTS, WORDS, Constants
from indicators.model import Theme
from sources.vocabulary import Level, Perimeter
from tests.dashboard.conftest import Open

PAGE = "../pages/priorites/page.py"
WRONG = re.compile(r" [:;?!%»€]|« |'|\bNone\b|\bnan\b|\{|\bTrue\b|\bFalse\b")


def visit(app: AppTest, page: str = PAGE, **parameters: str) -> AppTest:
    app.switch_page(page)
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def in_french(app: AppTest) -> None:
    assert not app.exception
    found = WRONG.search(words_of(markup_of(app)))
    assert found is None, (
        words_of(markup_of(app))[max(0, found.start() - 80) : found.end() + 40] if found else ""
    )


def test_the_published_answers_are_those_of_the_rules(real: Barometer) -> None:
    epci = real.epci()
    published = read_answers(real, epci)
    again = read_answers(real, epci, Constants(share=CONSTANTS.share - 1e-12))
    assert published.needs
    assert {k: n.answer for k, n in published.needs.items()} == {k: n.answer for k, n in again.needs.items()}
    assert published.themes == again.themes
    assert published.overall == again.overall


def test_it_opens_on_which_communes_come_first(app: AppTest) -> None:
    assert visit(app).session_state["question_choisie"] == "communes"
    # A commune chosen: the same question, and why it stands where it does.
    assert "Pourquoi" in text_of(visit(app, niveau="commune", territoire="59172"))


def test_every_question_opens_in_french(app: AppTest) -> None:
    for question in ("besoins", "communes", "quartiers", "familles", "idh4"):
        visit(app, question=question)
        in_french(app)
        assert not app.info
        headings_go_down_one_step_at_a_time(app)
        assert "<h1>Priorités</h1>" in markup_of(app)
        assert "Comment c’est calculé" in text_of(app)


def test_every_commune_is_judged_and_ranked_in_french(real: Barometer, app: AppTest) -> None:
    for commune in real.communes()[::4]:
        for question in ("besoins", "communes", "idh4"):
            visit(app, question=question, niveau="commune", territoire=commune.code)
            in_french(app)
            assert not app.info
    assert "Pourquoi" in text_of(visit(app, question="communes", territoire="59172"))


def test_no_need_is_without_its_answers_and_its_measures(real: Barometer, app: AppTest) -> None:
    text = text_of(visit(app, question="besoins"))
    found = read_answers(real, real.epci())
    assert text.count("Les mesures de ces réponses") == len(found.needs)
    assert "Rapport des chances avec la référence" in text
    assert "Inégalité entre les zones" in text
    assert "Part du besoin dans les quartiers, rapportée à leur part de population" in text
    for need in found.needs.values():
        assert " ".join(need.niveau.split()) in text
        assert " ".join(need.repartition.split()) in text


def test_the_page_shows_the_table_the_words_come_from(app: AppTest) -> None:
    visit(app, question="besoins")
    table = re.search(
        r"<table[^>]*><caption>Le mot, d’après les deux réponses</caption>.*?</table>", markup_of(app)
    )
    assert table is not None
    for row in WORDS.values():
        for word in row.values():
            assert f"<td>{word.value.capitalize()}</td>" in table[0], word


def test_the_former_words_are_gone(app: AppTest) -> None:
    for page in (PAGE, "../pages/accueil/page.py", "../pages/barometre/page.py"):
        said = text_of(visit(app, page)).lower()
        for former in ("généralisé", "indéterminé", "forme faible", "non prioritaire", "verdict"):
            assert former not in said, (page, former)


def test_a_moved_threshold_is_said_and_can_be_put_back(app: AppTest) -> None:
    visit(app, question="besoins", seuil_concentration="0.3")
    in_french(app)
    text = text_of(app)
    assert "Ces réponses ne sont pas celles du baromètre" in text
    assert "30 % au lieu de 20 %" in text
    app.button(key="seuils_declares").click().run()
    assert "seuil_concentration" not in app.query_params
    assert "Ces réponses ne sont pas celles" not in text_of(app)


def test_a_slider_writes_the_address(app: AppTest) -> None:
    visit(app, question="besoins")
    app.select_slider(key="seuil_band").set_value(1.5).run()
    assert app.query_params["seuil_equivalence"] in ("1.5", ["1.5"])
    assert "1,50 au lieu de 1,00" in text_of(app)


def test_weights_change_the_order_and_say_so(real: Barometer, app: AppTest) -> None:
    visit(app, question="communes", poids="revenus-3,mobilite-0")
    in_french(app)
    text = text_of(app)
    assert "« Revenus » compte 3 fois" in text
    assert "« Mobilité » ne compte pas" in text
    assert "avec les poids du baromètre" in text
    app.button(key="poids_declares").click().run()
    assert "poids" not in app.query_params


def test_equal_weights_drawn_again_give_the_published_order(real: Barometer) -> None:
    published = order(real, Level.COMMUNE)
    again = order(real, Level.COMMUNE, weights=((Theme.REVENUS, 1.0),))
    assert published is not None
    assert again is not None
    assert [(p.code, p.interval) for p in again.places] == [(p.code, p.interval) for p in published.places]


def test_straddling_quarters_are_apart_and_generations_never_mixed(real: Barometer, app: AppTest) -> None:
    for year, perimeter in (("2015", Perimeter.QPV_2015), ("2024", Perimeter.QPV_2024)):
        found = order(real, Level.QPV, perimeter)
        assert found is not None
        of_generation = {t.code for t in real.territories if t.perimeter == perimeter.value}
        assert {p.code for p in found.places} <= of_generation
        straddling = {t.code for t in real.territories if t.code in of_generation and not t.in_epci}
        assert straddling <= {code for code, _, _ in found.apart} | {"ensemble_qpv_2015"}
        visit(app, question="quartiers", perimetre=year)
        in_french(app)
        assert "À part, hors de l’ordre" in text_of(app)


def test_each_commune_is_in_one_family_or_said_apart(real: Barometer) -> None:
    found = typology(real, Level.COMMUNE)
    assert found is not None
    members = [code for family in found.families for code in family.members]
    assert sorted([*members, *found.apart]) == sorted(c.code for c in real.communes())


def test_the_map_of_families_bears_their_numbers(real: Barometer) -> None:
    found = typology(real, Level.COMMUNE)
    assert found is not None
    code = found.families[0].members[0]
    shape = Shape(code, "A", ([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)],), [(0.5, 0.5)], (0.5, 0.5))
    figure = on_screen(family_map([shape], found, LIGHT, {code: "A"}, None))
    assert [a["text"] for a in figure["layout"]["annotations"]] == ["1"]
    assert "1. " in figure["data"][-1]["text"][0]


@pytest.mark.parametrize(
    "parameters",
    [
        {"question": "<script>alert(1)</script>"},
        {"question": "x" * 10_000},
        {"perimetre": "2015,2024"},
        {"seuil_equivalence": "' OR 1=1; --"},
        {"poids": "revenus-99"},
        {"territoire": "inconnu"},
        {"theme": "../../secret"},
    ],
)
def test_a_hostile_address_lands_on_a_valid_page(app: AppTest, parameters: dict[str, str]) -> None:
    visit(app, **parameters)
    in_french(app)
    assert len(app.info) == 1
    assert all(sign not in app.info[0].value for sign in ("<script", "xxx", "OR 1=1", "../"))
    assert "<script" not in markup_of(app)
    assert "<h1>Priorités</h1>" in markup_of(app)


def test_home_and_barometer_carry_answers_trends_and_context(app: AppTest) -> None:
    home = text_of(visit(app, "../pages/accueil/page.py"))
    assert "Le besoin est-il général ou concentré" in home
    barometer = text_of(visit(app, "../pages/barometre/page.py", niveau="commune", territoire="59172"))
    for words in (
        "Évolution non calculable",
        "À Denain, le chômage dépasse le niveau",
        "Naissances",
        "20 622 habitants",
    ):
        assert words in re.sub(r"\s", " ", barometer), words


def test_a_release_without_analysis_says_so(open_app: Open, home: Path) -> None:
    app = open_app(PAGE)
    assert not app.exception
    assert "ne contient pas l’analyse des priorités" in text_of(app)
