"""The page of the priority quarters, on the fictitious release, and its map."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import fictitious
import fictitious_quarters
import pytest
from shown import headings_go_down_one_step_at_a_time, lands_with_a_polite_sentence, markup_of, text_of

from dashboard.charts.commune_map import project
from dashboard.charts.palette import LIGHT
from dashboard.charts.plotly import figure as on_screen
from dashboard.charts.qpv_map import WIDEST, qpv_map
from dashboard.data.questions import Barometer
from dashboard.data.screen import current
from dashboard.pages.quartiers.views import quarters_rows
from dashboard.story.quarters import (
    comparable,
    other_generation,
    portrait,
    quarters,
    successor_words,
)
from dashboard.story.spreadsheet import csv_bytes
from tests.dashboard.conftest import Open

PAGE = "../pages/quartiers/page.py"

HOSTILE = [
    {"perimetre": "1789"},
    {"perimetre": "<script>alert(1)</script>"},
    {"perimetre": "x" * 10_000},
    {"perimetre": "2015", "niveau": "qpv", "territoire": "QN09901X"},
    {"perimetre": "2024", "niveau": "qpv", "territoire": "QP099001"},
    {"indicateur": "' OR 1=1; DROP TABLE value; --"},
    {"niveau": "qpv", "territoire": "QP099001,QN09901X"},
    {"tout_autre_chose": "1"},
]


@pytest.fixture(scope="module")
def quarters_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("quartiers_fictifs")
    fictitious.build(home, "release-quartiers.duckdb", fictitious_quarters.rows())
    return home


@pytest.fixture(autouse=True)
def barometer(quarters_home: Path, monkeypatch: pytest.MonkeyPatch) -> Barometer:
    monkeypatch.setenv("BCS_HOME", str(quarters_home))
    return Barometer(current())


@pytest.mark.parametrize("indicator", [None, *(row["indicator"] for row in fictitious.INDICATORS)])
@pytest.mark.parametrize("code", [None, "QN09901X", fictitious_quarters.STRADDLING, "QP099001"])
def test_every_quarter_opens_on_every_indicator(
    open_app: Open, code: str | None, indicator: str | None
) -> None:
    asked = {} if code is None else {"niveau": "qpv", "territoire": code}
    app = open_app(PAGE, **asked, **({} if indicator is None else {"indicateur": indicator}))
    assert not app.exception
    assert not app.error
    # What the address asks for is shown, or said to be known nowhere: never another in its place.
    assert not app.info
    if indicator is not None:
        title = next(row["title"] for row in fictitious.INDICATORS if row["indicator"] == indicator)
        assert f"{title}, quartier par quartier" in text_of(app)
        known = indicator == "taux_fictif"
        assert ("Aucun quartier de ce périmètre n’a ce chiffre" in text_of(app)) is not known
    assert "<script" not in markup_of(app)
    headings_go_down_one_step_at_a_time(app)


@pytest.mark.parametrize("parameters", HOSTILE)
def test_a_hostile_address_lands_on_a_valid_page_with_a_polite_sentence(
    open_app: Open, parameters: dict[str, str]
) -> None:
    lands_with_a_polite_sentence(open_app(PAGE, **parameters))


def test_a_quarter_that_straddles_is_apart_and_in_no_total(open_app: Open) -> None:
    text = text_of(open_app(PAGE)).replace("\u00a0", " ").replace("\u202f", " ")
    assert "1 quartier prioritaire est entièrement dans l’agglomération, où vivent 1 234 habitants" in text
    assert "1 autre la déborde : il est montré à part et n’entre dans aucun total." in text
    assert "1 311" in text, "the contract's own total is quoted as its own"
    # The text that goes with the map away from the page says which ones it draws.
    before, apart = re.sub(r"Texte à copier.*?Copier le texte", "", text).split(
        "À cheval sur l’agglomération, montrés à part", 1
    )
    assert "Quartier fictif à cheval" not in before.split("Où sont-ils", 1)[1]
    assert "Quartier fictif à cheval La Commune fictive C 77" in apart


def test_the_note_of_the_contract_needs_the_contract(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_of(open_app(PAGE)).replace("\u00a0", " ")
    assert (
        "Le contrat annonce 12 quartiers et 1 commune ; les données comptent 2 quartiers, sur 3 commu" in text
    )
    fictitious.build(tmp_path)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    assert "Le contrat annonce" not in text_of(open_app(PAGE))


def test_a_quarter_is_compared_only_where_the_release_compares_it(
    open_app: Open, barometer: Barometer
) -> None:
    found = quarters(barometer, "qpv_2024")
    portraits = [portrait(barometer, quarter) for quarter in found]
    assert [i.indicator for i in comparable(barometer, portraits)] == ["taux_fictif"]
    text = text_of(open_app(PAGE, niveau="qpv", territoire="QN09901X"))
    assert "Agglomération : 16,0 % (2022) écart +25,0 points" in text
    assert "Raison fictive : année non précisée." in text
    # The other one has a figure but no reference of the same concept.
    text = text_of(open_app(PAGE, niveau="qpv", territoire=fictitious_quarters.STRADDLING))
    assert "Aucune référence de même définition." in text
    assert "Note fictive de débordement." in text


def test_generations_are_chosen_by_the_address_and_never_mixed(open_app: Open) -> None:
    recent, old = text_of(open_app(PAGE, perimetre="2024")), text_of(open_app(PAGE, perimetre="2015"))
    assert "Sur le périmètre de 2024" in recent
    assert "Sur le périmètre de 2015" in old
    assert "Pas de carte" in old
    assert "Pas de carte" not in recent
    where = markup_of(open_app(PAGE, perimetre="2015")).split("Où sont-ils", 1)[1].split("<h2", 1)[0]
    listed = re.findall(r'<th scope="row">(.*?)</th>', where)
    assert listed == ["Quartier fictif ancien"]


def test_the_break_between_generations_is_a_line_of_its_own(open_app: Open) -> None:
    text = text_of(open_app(PAGE, niveau="qpv", territoire="QN09901X", indicateur="taux_fictif"))
    told = text.split("avant et après le changement de périmètre", 1)[1]
    assert re.search(
        r"Quartier fictif ancien 39,0 % 2019 pas de chiffre de même définition "
        r"Rupture : le périmètre change ne se compare pas "
        r"Périmètre de 2024 : Quartier fictif nouveau 41,0 % 2020-2024 16,0 % \(2022\) \+25,0 points",
        told,
    )
    assert "Quartier fictif ancien (QP099001) Quartier fictif nouveau (QN09901X) Réuni à un autre" in told
    assert "Aucun Quartier fictif à cheval (QN09902X)" in told


def test_successors_go_both_ways(barometer: Barometer) -> None:
    assert [successor_words(s) for s in barometer.successors] == ["Réuni à un autre quartier"]
    by_code = {t.code: t for t in barometer.territories}
    assert [t.code for t in other_generation(barometer, by_code["QN09901X"])] == ["QP099001"]
    assert [t.code for t in other_generation(barometer, by_code["QP099001"])] == ["QN09901X"]
    assert other_generation(barometer, by_code[fictitious_quarters.STRADDLING]) == []


def test_what_is_unknown_is_said_with_its_reason(open_app: Open) -> None:
    text = text_of(open_app(PAGE, niveau="qpv", territoire="QN09901X"))
    assert "Non diffusé à ce niveau : " in text.replace("\u00a0", " ")
    assert "Secret fictif" in text


def test_choices_write_the_address_and_the_address_makes_the_page(open_app: Open) -> None:
    app = open_app(PAGE)
    app.selectbox(key="quartier_choisi").select_index(1).run()
    assert dict(app.query_params) == {
        "niveau": "qpv",
        "territoire": fictitious_quarters.STRADDLING,
    }
    assert text_of(open_app(PAGE, **dict(app.query_params))) == text_of(app)
    app.selectbox(key="perimetre_choisi").select("2015").run()
    assert dict(app.query_params) == {"perimetre": "2015"}


def test_without_any_quarter_the_page_says_so(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = fictitious.rows()
    tables["territory"] = [row for row in tables["territory"] if row["level"] != "qpv"]
    fictitious.build(tmp_path, tables=tables)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    app = open_app(PAGE)
    assert not app.exception
    assert "ne contient aucun quartier prioritaire" in text_of(app)
    # That a commune has none is then not known: neither its page nor its document says so.
    for part in ("1", "7"):
        sheet = open_app("../pages/fiche/page.py", partie=part)
        assert not sheet.exception
        assert "ceux des communes ne sont pas connus" in text_of(sheet)
        assert "Aucun quartier prioritaire" not in text_of(sheet)


def test_quarters_of_one_generation_say_nothing_of_the_other(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = fictitious_quarters.rows()
    tables["territory"] = [row for row in tables["territory"] if row["perimeter"] != "qpv_2024"]
    fictitious.build(tmp_path, tables=tables)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    unknown = "ne contient aucun quartier prioritaire de 2024, faute d’un fichier qui les liste"
    app = open_app(PAGE)
    assert not app.exception and unknown in text_of(app)
    assert list(app.selectbox(key="perimetre_choisi").options) == ["2015"]
    for part in ("1", "7"):
        sheet = open_app("../pages/fiche/page.py", partie=part)
        assert not sheet.exception
        assert unknown in text_of(sheet) and "Aucun quartier prioritaire de 2024" not in text_of(sheet)


def test_the_map_hatches_what_straddles_and_frames_the_quarters() -> None:
    contours = fictitious_quarters.rows()["geometry"]
    shapes = project((c["code"], f"Nom <b> {c['code']}", c["geojson"]) for c in contours)
    communes, found = shapes[: len(fictitious.COMMUNES)], shapes[len(fictitious.COMMUNES) :]
    figure = on_screen(
        qpv_map(
            communes,
            found,
            {fictitious_quarters.STRADDLING},
            LIGHT,
            hover={s.code: s.name for s in found},
            selected="QN09901X",
        )
    )
    # Held whole from west to east while there is room, and not by what Plotly makes of a first box too low.
    drawn, layout = [x for shape in shapes for ring in shape.rings for x, _ in ring], figure["layout"]
    (west, east), (south, north) = layout["xaxis"]["range"], layout["yaxis"]["range"]
    assert layout["xaxis"]["constrain"] == "domain"
    assert (west <= min(drawn) and max(drawn) <= east) or east - west == pytest.approx(
        WIDEST * (north - south)
    )
    hatched = [trace for trace in figure["data"] if "fillpattern" in trace]
    assert len(hatched) == 1
    assert [x for x in hatched[0]["x"] if x is not None] == [x for x, _ in found[1].rings[0]]
    touch = figure["data"][-1]
    assert {code for (code,) in touch["customdata"]} == {"QN09901X", fictitious_quarters.STRADDLING}
    assert not any("<b>" in text for text in touch["text"])
    west, east = figure["layout"]["xaxis"]["range"]
    assert west < min(x for s in found for x, _ in s.rings[0])
    assert east > max(x for s in found for x, _ in s.rings[0])
    json.dumps(figure)


def test_the_file_says_which_quarters_straddle(barometer: Barometer) -> None:
    portraits = [portrait(barometer, quarter) for quarter in quarters(barometer, "qpv_2024")]
    content = csv_bytes(*quarters_rows(portraits, comparable(barometer, portraits))).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert [(row["code"], row["entier_dans_intercommunalite"], row["valeur"]) for row in rows] == [
        ("QN09901X", "oui", "41,0"),
        (fictitious_quarters.STRADDLING, "non", "55,5"),
    ]


def test_a_change_of_method_is_a_line_of_its_own(
    open_app: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = fictitious_quarters.rows()
    old = next(v for v in tables["value"] if v["code"] == "QP099001" and v["value"] == 39.0)
    tables["value"].append({**old, "millesime": 2021, "edition": 2021, "period": "2021", "value": 37.0})
    fictitious.build(tmp_path, tables=tables)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    text = text_of(open_app(PAGE, niveau="qpv", territoire="QP099001", indicateur="taux_fictif"))
    assert (
        "39,0 % 2019 pas de chiffre de même définition Rupture : la méthode change ne se compare pas" in text
    )
