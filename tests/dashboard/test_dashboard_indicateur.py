"""The page of one indicator everywhere, on the fictitious release, and the figures it draws."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import fictitious
import fictitious_quarters
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import headings_go_down_one_step_at_a_time, lands_with_a_polite_sentence, markup_of, text_of

from dashboard.charts.distribution import distribution, slices
from dashboard.charts.groups import Column, Group, fill, groups
from dashboard.charts.measure import Measure
from dashboard.charts.palette import DARK, LIGHT
from dashboard.charts.plotly import figure as on_screen
from dashboard.charts.ranked import Bar
from dashboard.charts.trend import Line, trend
from dashboard.data.questions import Barometer
from dashboard.data.screen import current
from dashboard.story.everywhere import Everywhere, everywhere
from dashboard.story.openings import spread_sentence, territory_sentence
from dashboard.story.runs import Point, runs
from dashboard.widgets.chart import csv_bytes
from dashboard.widgets.choropleth import communes_table
from dashboard.widgets.communes import communes_rows
from dashboard.widgets.ranked import Block, ranked
from dashboard.widgets.takeaway import table_file
from sources.vocabulary import Status
from tests.dashboard.conftest import Open

PAGE = "../pages/indicateur/page.py"

HOSTILE = [
    {"indicateur": "inconnu"},
    {"indicateur": "<script>alert(1)</script>"},
    {"indicateur": "taux_fictif' OR 1=1 --"},
    {"indicateur": "x" * 10_000},
    {"indicateur": "taux_fictif", "annee": "1789"},
    {"indicateur": "taux_fictif", "annee": "２０２２"},
    {"indicateur": "taux_fictif", "annee": "non-precisee"},
    {"indicateur": "taux_fictif", "definition": "../../secret"},
    {"indicateur": "ratio_fictif", "annee": "2022"},
    {"niveau": "commune", "territoire": "99999"},
    {"tout_autre_chose": "1"},
]


@pytest.fixture(scope="module")
def quarters_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("contrat_fictif")
    fictitious.build(home, "release-contrat.duckdb", fictitious_quarters.rows())
    return home


@pytest.fixture(autouse=True)
def barometer(quarters_home: Path, monkeypatch: pytest.MonkeyPatch) -> Barometer:
    monkeypatch.setenv("BCS_HOME", str(quarters_home))
    return Barometer(current())


def _shown(barometer: Barometer, indicator: str, year: int | str | None = "") -> Everywhere:
    found = next(i for i in barometer.indicators if i.indicator == indicator)
    return everywhere(barometer, found, None, year)


# The page


@pytest.mark.parametrize("indicator", [row["indicator"] for row in fictitious.INDICATORS])
@pytest.mark.parametrize(
    ("level", "code"),
    [("epci", fictitious.EPCI), ("commune", "99007"), ("qpv", "QN09901X"), ("region", "98")],
)
def test_every_indicator_opens_on_every_kind_of_territory(
    open_app: Open, indicator: str, level: str, code: str
) -> None:
    app = open_app(PAGE, indicateur=indicator, niveau=level, territoire=code, fiche=indicator)
    assert not app.exception
    assert not app.error
    assert not app.info, "a known choice needs no apology"
    assert "<script" not in markup_of(app)
    headings_go_down_one_step_at_a_time(app)


@pytest.mark.parametrize("parameters", HOSTILE)
def test_a_hostile_address_lands_on_a_valid_page_with_a_polite_sentence(
    open_app: Open, parameters: dict[str, str]
) -> None:
    lands_with_a_polite_sentence(open_app(PAGE, **parameters))


def test_the_page_opens_with_a_sentence_made_of_the_figures(open_app: Open) -> None:
    asked = {"niveau": "commune", "territoire": "99003", "jumelle": "ratio_fictif"}
    app = open_app(PAGE, indicateur="taux_fictif", **asked)
    text = text_of(app)
    assert not app.info
    assert "Deux cartes côte à côte" in text
    assert "À La Commune fictive C, 16,0 % pour 2022, comme dans l’agglomération." in text
    assert "Parmi les 7 communes, le chiffre va de 10,0 % (Commune fictive A) à 28,0 %" in text
    assert "Source : Producteur fictif, 2022." in text


def test_an_indicator_without_figure_says_what_it_waits_for(open_app: Open) -> None:
    app = open_app(PAGE, indicateur="attendu_fictif")
    text = text_of(app)
    assert "Aucune commune n’a de chiffre à montrer." in text
    assert "Pas encore reçu : 7 communes" in text.replace("\u00a0", " ")
    assert "Fichier attendu : Autre producteur fictif, Jeu fictif attendu." in text
    assert 'class="bcs-bars' not in markup_of(app)


def test_a_year_can_be_chosen_and_the_address_keeps_it(open_app: Open) -> None:
    app = open_app(PAGE, indicateur="taux_fictif")
    assert "Carte des communes, 2022" in text_of(app)
    app.selectbox(key="annee_choisie").select(2016).run()
    assert dict(app.query_params) == {"indicateur": "taux_fictif", "annee": "2016"}
    assert "Carte des communes, 2016" in text_of(app)
    again = open_app(PAGE, **dict(app.query_params))
    assert text_of(again) == text_of(app)


def test_an_unstated_year_is_kept_in_the_address(open_app: Open) -> None:
    app = open_app(PAGE, indicateur="ratio_fictif", annee="non-precisee")
    assert not app.info
    assert "Ratio fictif" in text_of(app)


def test_a_variant_is_apart_and_named(open_app: Open) -> None:
    app = open_app(PAGE, indicateur="taux_fictif", definition="voisin_fictif")
    text = text_of(app)
    assert "Définition montrée : notion voisine fictive." in text
    assert "140,0 %" in text
    # Nothing of the main definition is mixed in.
    assert "28,0 %" not in text
    assert "16,0 %" not in text


def test_other_choices_forget_what_no_longer_applies(open_app: Open) -> None:
    app = open_app(PAGE, indicateur="taux_fictif", annee="2016", fiche="taux_fictif")
    chosen = app.selectbox(key="indicateur_choisi")
    chosen.select_index(next(i for i, said in enumerate(chosen.options) if "Revenu fictif" in said)).run()
    assert dict(app.query_params) == {"indicateur": "revenu_fictif"}


def test_the_sheet_is_that_of_the_year_shown(open_app: Open) -> None:
    app = open_app(PAGE, indicateur="taux_fictif", niveau="commune", territoire="99001", annee="2016")
    assert fictitious.SHA256 not in text_of(app)
    app.button(key="ouvrir_fiche").click().run()
    assert app.query_params["fiche"] == "taux_fictif"
    assert app.query_params["annee"] == "2016"
    text = text_of(app)
    assert fictitious.SHA256 in text
    assert "Valeur 8,0 % Année 2016" in text


def test_secrecy_is_said_in_words_and_no_commune_disappears(open_app: Open) -> None:
    app = open_app(PAGE, indicateur="idh4")
    text = text_of(app).replace("\u00a0", " ")
    assert "Secret statistique (1 commune) : Écommune fictive F." in text
    listed = re.findall(r'<th scope="row">(?:<a [^>]*>)?<(?:span|strong)>(.*?)<', markup_of(app))
    assert {"Commune fictive A", "Commune fictive B"} <= set(listed)
    assert "Écommune fictive F" not in listed


def test_communes_are_listed_by_quarter_and_never_by_rank(open_app: Open) -> None:
    markup = markup_of(open_app(PAGE, indicateur="taux_fictif", niveau="commune", territoire="99007"))
    captions = re.findall(r"<caption>(.*?)</caption>", markup)
    assert [c.split(" (")[0] for c in captions[-3:]] == [
        "Quart le plus haut",
        "Moitié centrale",
        "Quart le plus bas",
    ]
    page = text_of(open_app(PAGE, indicateur="taux_fictif")).split("Version fictive")[0]
    assert not re.search(r"\b\d+(er|e|ème)\b", page)


def test_the_contract_comparison_is_in_words_too(open_app: Open) -> None:
    text = text_of(open_app(PAGE, indicateur="taux_fictif")).replace("\u00a0", " ")
    assert "Géographie prioritaire fictive (bleu, plein) : 2 communes" in text
    assert "Géographie complémentaire fictive (orange, rayé) : 1 commune" in text
    assert "Autres communes (gris, pointillé) : 4 communes" in text
    assert "Géographie prioritaire fictive : 11,5 %." in text
    assert "Pas de chiffre d’ensemble pour « Géographie complémentaire fictive »" in text


def test_a_break_is_said_and_the_years_on_its_sides_stay_apart(open_app: Open) -> None:
    text = text_of(open_app(PAGE, indicateur="taux_fictif", niveau="commune", territoire="99001"))
    assert "Rupture en 2020 : Changement fictif de méthode." in text
    assert "2016 8,0 % " in text
    assert "Rupture en 2020 ne se compare pas" in text


# Sentences


def test_sentences_hold_for_every_territory_indicator_and_year(barometer: Barometer) -> None:
    for indicator in barometer.indicators:
        shown = everywhere(barometer, indicator, None, "")
        for territory in barometer.territories:
            sentence = territory_sentence(shown, territory)
            assert sentence.endswith(".")
            assert "None" not in sentence
            assert "  " not in sentence
            if shown.number(territory) is None:
                said = [status.label for status in Status] + ["autre définition"]
                assert any(reason in sentence for reason in said)
        assert spread_sentence(shown).endswith(".")


def test_a_territory_is_never_set_against_itself(barometer: Barometer) -> None:
    sentence = territory_sentence(_shown(barometer, "taux_fictif"), barometer.epci())
    assert "contre" not in sentence
    assert "Référence" not in sentence


# The file


def test_the_file_opens_in_a_french_spreadsheet_and_holds_every_year(barometer: Barometer) -> None:
    content = csv_bytes(*communes_rows(_shown(barometer, "taux_fictif")))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2 * len(fictitious.COMMUNES)
    assert {row["annee"] for row in rows} == {"2016", "2022"}
    row = next(r for r in rows if (r["code"], r["annee"]) == ("99002", "2022"))
    assert (row["valeur"], row["borne_basse"], row["statut"]) == ("13,0", "12,0", "observé")


def test_the_file_of_a_map_has_codes_a_unit_and_digits_that_mean_something(barometer: Barometer) -> None:
    # Of its own, for what is kept of the release is shared: of a definition no other test asks.
    shown = replace(_shown(barometer, "taux_fictif"), concept="notion_de_ce_seul_essai")
    usual = _shown(barometer, "taux_fictif")
    numbers = dict.fromkeys(usual.numbers, 12.3456789)
    shown.__dict__["of_year"] = {
        place: replace(value, value=numbers.get(place[1], value.value))
        for place, value in usual.of_year.items()
    }
    (cells,) = communes_table(shown).tables
    content = table_file("csv", cells, shown.about("carte des communes"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert {row["Code INSEE"] for row in rows} == set(fictitious.COMMUNES)
    assert {row["Unité"] for row in rows} == {shown.indicator.unit_label.strip("()")}
    known = {row["Code INSEE"]: row[shown.indicator.short_title] for row in rows}
    assert {known[code] for code in shown.numbers} == {"12,35"}


def test_a_name_of_the_table_chooses_the_commune_on_the_map(open_app: Open) -> None:
    app = open_app("../pages/indicateur/page.py", indicateur="taux_fictif")
    links = re.findall(r'href="(indicateur[?][^"]*)"[^>]*title="Montrer sur la carte"', markup_of(app))
    assert {re.search(r"territoire=(\w+)", address)[1] for address in links} >= {"99001", "99002"}  # type: ignore[index]
    assert all("indicateur=taux_fictif" in address for address in links)


def test_a_name_is_never_a_formula() -> None:
    content = csv_bytes(("a", "b"), [("=1+1", -2.5), ("@x", None), ("Denain", 3)]).decode("utf-8-sig")
    assert content.splitlines() == ["a;b", "'=1+1;-2,5", "'@x;", "Denain;3"]


# Figures


def _points(*years: int, edition: int = 2022) -> list[Point]:
    return [Point(year, float(year % 100), edition) for year in years]


def test_a_break_cuts_the_line() -> None:
    cut = runs(_points(2014, 2018, 2019, 2021, 2023), [2019, 2023])
    assert [[p.year for p in run] for run in cut] == [[2014, 2018], [2019, 2021], [2023]]


def test_a_change_of_perimeter_cuts_the_line() -> None:
    points = [replace(p, past=int(p.year < 2018)) for p in _points(2014, 2016, 2018, 2020)]
    assert [[p.year for p in run] for run in runs(points, [])] == [[2014, 2016], [2018, 2020]]


def test_censuses_that_overlap_are_not_joined() -> None:
    points = [*_points(2011, 2016, 2022), *_points(2012, 2023, edition=2023)]
    cut = runs(points, [], apart=5)
    assert [[p.year for p in run] for run in cut] == [[2011, 2016, 2022], [2012, 2023]]
    assert [[p.year for p in run] for run in runs(_points(2022, 2023), [], apart=5)] == [[2022], [2023]]


@given(st.sets(st.integers(2000, 2030)), st.sets(st.integers(2000, 2030)), st.sampled_from([0, 5]))
def test_runs_keep_every_point_once_and_cross_nothing(years: set[int], breaks: set[int], apart: int) -> None:
    cut = runs(_points(*years), breaks, apart)
    assert sorted(p.year for run in cut for p in run) == sorted(years)
    for run in cut:
        for before, after in pairwise(run):
            assert after.year - before.year >= max(apart, 1)
            assert not any(before.year < b <= after.year for b in breaks)


def test_the_trend_draws_each_run_apart_and_its_breaks() -> None:
    lines = [
        Line.dated("A <b>", runs(_points(2016, 2018, 2019), [2019])),
        Line.dated("B", runs(_points(2018), []), reference=True),
    ]
    figure = on_screen(trend(lines, [2019, 2030], LIGHT, Measure(" %", 1)))
    assert [trace["x"] for trace in figure["data"]] == [[2016, 2018], [2019], [2018]]
    assert len({trace["line"]["dash"] for trace in figure["data"]}) == 2
    assert len({trace["marker"]["symbol"] for trace in figure["data"]}) == 2
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [2018.5]
    assert "<b>" not in figure["data"][0]["name"]
    json.dumps(figure)


def test_nothing_to_trace() -> None:
    assert on_screen(trend([], [2019], LIGHT, Measure()))["data"] == []


@given(st.dictionaries(st.text(max_size=5), st.floats(-1e6, 1e6), max_size=60))
def test_every_commune_is_in_one_slice(numbers: dict[str, float]) -> None:
    found = slices(numbers)
    assert sorted(code for piece in found for code in piece.codes) == sorted(numbers)


def test_the_chosen_commune_has_a_shape_of_its_own() -> None:
    numbers = {"a": 1.0, "b": 1.01, "c": 9.0}
    figure = on_screen(
        distribution(
            slices(numbers),
            {code: code for code in numbers},
            LIGHT,
            Measure("", 1, 4.0, "Référence <i>"),
            chosen="c",
        )
    )
    discs, square = figure["data"]
    assert (len(discs["x"]), len(square["x"])) == (2, 1)
    assert discs["marker"]["symbol"] != square["marker"]["symbol"]
    assert discs["y"] == [1, 2]
    assert figure["layout"]["shapes"][0]["x0"] == 4.0
    assert "<i>" not in figure["layout"]["annotations"][0]["text"]
    json.dumps(figure)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_contract_draws_its_groups_in_order_with_a_colour_and_a_pattern_each(colours: object) -> None:
    assert colours in (LIGHT, DARK)
    chosen = LIGHT if colours == LIGHT else DARK
    found = [
        Group("Prioritaire", "first", [Column("A", 3.0, "A"), Column("B <b>", 2.0, "B")]),
        Group("Complémentaire", "second", []),
        Group("Autres", "others", [Column("C", 1.0, "C")]),
    ]
    figure = on_screen(groups(found, chosen, Measure(" %", 1, 2.5, "Référence")))
    assert [trace["name"] for trace in figure["data"]] == ["Prioritaire", "Autres"]
    assert figure["layout"]["xaxis"]["ticktext"] == ["A", "B &lt;b>", "C"]
    first, others = figure["data"]
    assert max(first["x"]) + 1 < min(others["x"])
    assert first["marker"]["color"] == fill("first", chosen).colour != fill("second", chosen).colour
    assert first["marker"]["pattern"]["shape"] != others["marker"]["pattern"]["shape"]
    json.dumps(figure)


@given(
    st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(0, 100)), min_size=1, max_size=20),
    st.none() | st.floats(-1e5, 1e5),
)
def test_bars_stay_in_their_track_and_start_at_zero(
    found: list[tuple[float, float]], reference: float | None
) -> None:
    bars = [Bar("nom", value, "mot", value - half, value + half) for value, half in found]
    drawn = ranked([Block("Titre", bars)], ("Nom", "Valeur"), Measure("", 1, reference)).html
    for left, width in re.findall(r"left:(-?[\d.]+)%;width:(-?[\d.]+)%", drawn):
        assert float(left) >= -0.01
        assert float(left) + float(width) <= 100.02
    assert drawn.count("bcs-interval") == len(found)


def test_names_in_bars_stay_text_and_an_absent_number_has_no_bar() -> None:
    absent = [Block("<b>", [Bar("<script>", None, "secret statistique")])]
    drawn = ranked(absent, ("Nom", "Valeur"), Measure()).html
    assert "<script" not in drawn
    assert "secret statistique" in drawn
    assert "bcs-track" not in drawn
