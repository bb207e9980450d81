"""Every chart and table of every page can be downloaded, and nothing is drawn before it is asked for."""

from __future__ import annotations

import re

import pytest
from shown import links_of, markup_of, text_of
from streamlit.testing.v1 import AppTest

from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.pages.barometre import section
from dashboard.pages.barometre.pair_table import HEADER, rows
from dashboard.pages.priorites import taken as orders_taken
from dashboard.pages.priorites.orders_data import order
from dashboard.pages.quartiers import bars as quarter_bars
from dashboard.pages.quartiers.bars import bars_table
from dashboard.story.pairs import pairs
from dashboard.story.quarters import comparable, portrait, quarters
from dashboard.story.readings import NEAREST, read
from dashboard.story.spreadsheet import Sheet
from dashboard.widgets import takeaway
from indicators.model import Theme
from sources.vocabulary import Level, Perimeter

COMMUNE = {"niveau": "commune", "territoire": "59172"}
TABLES = ("csv", "xlsx")
PICTURES = ("png", "svg")
TAKEN = [
    (None, {}, ("besoins_communes", "fraicheur"), TABLES),
    ("barometre", {**COMMUNE, "theme": "emploi"}, ("theme_emploi",), PICTURES),
    ("quartiers", {}, ("barres_quartiers",), PICTURES + TABLES),
    ("quartiers", {}, ("correspondance", "liste_quartiers"), TABLES),
    (
        "donnees",
        {},
        ("methode", "methode_1", "methode_2", "compte", "publies", "versions"),
        TABLES,
    ),
    ("priorites", {"question": "besoins"}, ("reponses",), TABLES),
    ("priorites", {"question": "besoins"}, ("mesures",), TABLES),
    ("priorites", {"question": "communes", **COMMUNE}, ("points", "entrees"), TABLES),
    ("priorites", {"question": "quartiers"}, ("non_classes", "entrees"), TABLES),
    ("priorites", {"question": "familles"}, ("profil_communes", "membres_communes"), TABLES),
    (
        "priorites",
        {"question": "familles"},
        ("profil_quartiers", "membres_quartiers"),
        TABLES,
    ),
    ("priorites", {"question": "communes"}, ("classement_commune",), PICTURES + TABLES),
    ("priorites", {"question": "quartiers"}, ("classement_qpv",), PICTURES + TABLES),
    ("priorites", {"question": "idh4"}, ("rangs_idh4",), PICTURES + TABLES),
    ("priorites", {"question": "idh4"}, ("variantes",), TABLES),
    ("fiche", COMMUNE, ("fiche_0",), PICTURES),
]


def _visit(app: AppTest, page: str | None, parameters: dict[str, str]) -> AppTest:
    app.switch_page(f"../pages/{page or 'accueil'}/page.py")
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize(("page", "parameters", "named", "files"), TAKEN)
def test_what_is_shown_can_be_taken_away_and_nothing_is_drawn_before(
    app: AppTest,
    monkeypatch: pytest.MonkeyPatch,
    page: str | None,
    parameters: dict[str, str],
    named: tuple[str, ...],
    files: tuple[str, ...],
) -> None:
    def drawn(*_: object, **__: object) -> bytes:
        raise AssertionError("drawn before it is asked for")

    monkeypatch.setattr(takeaway, "FILES", dict.fromkeys(takeaway.FILES, drawn))
    monkeypatch.setattr(takeaway, "table_file", drawn)
    monkeypatch.setattr(section, "spines", drawn)
    monkeypatch.setattr(orders_taken, "ranks", drawn)
    monkeypatch.setattr(quarter_bars, "bars", drawn)
    _visit(app, page, parameters)
    assert not app.exception
    missing = {f"{file}_{name}" for name in named for file in files} - set(links_of(app))
    assert not missing, missing


def test_a_territory_out_of_the_scale_of_the_communes_has_no_picture_of_spines(app: AppTest) -> None:
    _visit(app, "barometre", {"niveau": "epci", "territoire": "200042190", "theme": "emploi"})
    assert not app.exception
    assert not any(key.startswith("png_theme") for key in links_of(app))
    assert any(key == "theme_emploi" for key in links_of(app)), "its table is there"


def test_the_comparison_of_two_territories_is_a_table(app: AppTest, real: Barometer) -> None:
    _visit(app, "barometre", {**COMMUNE, "avec": "epci-200042190"})
    assert not app.exception
    assert "comparaison" in links_of(app)
    two = (_commune(real, "59172"), real.epci())
    found = pairs(real, (two[0], read(real, two[0])), (two[1], read(real, two[1])))
    taken = rows(real, found, two)
    assert len(taken) == len(found) > 20
    assert all(len(row) == len(HEADER) for row in taken)
    for pair, row in zip(found, taken, strict=True):
        cells = dict(zip(HEADER, row, strict=True))
        assert cells["Écart"] == pair.gap
        assert cells["Version"] == real.identity.release_id
        for side, value in (("premier", pair.first), ("second", pair.second)):
            number = cells[f"Valeur ({side})"]
            assert number == (value.value if value is not None and value.usable else None)
            assert cells[f"Statut ({side})"]
            assert (number is None) == (cells[f"Source ({side})"] is None)


def _commune(real: Barometer, code: str) -> Territory:
    found = real.territory(Level.COMMUNE, code)
    assert found is not None
    return found


def test_the_picture_of_a_theme_has_a_line_for_each_of_its_indicators(real: Barometer) -> None:
    for commune in real.communes()[::9]:
        readings = list(read(real, commune).values())
        lines = section.spine_lines(real, commune, readings, NEAREST)
        assert len(lines) == len(readings)
        for line, reading in zip(lines, readings, strict=True):
            assert line.written
            if line.chart is not None:
                assert reading.shown is not None
                assert line.chart.value == reading.shown.value
                assert re.search(r"\d{4}|non précisée", line.written), line.written


def test_the_table_of_ranks_gives_both_ends(real: Barometer) -> None:
    found = order(real, Level.COMMUNE)
    assert found is not None
    shown = [orders_taken.orders.interval(place, None) for place in found.places]
    table = orders_taken.rank_table("Rangs", "Commune", shown)
    assert "Premier rang possible" in table.tables[0].header
    for place, row in zip(found.places, table.tables[0].rows, strict=True):
        assert [int(row[1]), int(row[2])] == [place.low, place.high]
        assert "fois sur\u00a0100" in row[3]


def test_the_table_of_the_quarters_says_the_status_of_each(real: Barometer) -> None:
    portraits = [portrait(real, quarter) for quarter in quarters(real, Perimeter.QPV_2024)]
    for indicator in comparable(real, portraits):
        table = bars_table(portraits, indicator, real.authority)
        assert len(table.tables[0].rows) == len(portraits)
        sheet = Sheet(table.tables[0], answers_about(real))
        status = sheet.header.index("Statut")
        for row, found in zip(sheet.rows, portraits, strict=True):
            assert row[1] == found.number(indicator)
            assert row[status]


def answers_about(real: Barometer) -> takeaway.About:
    return orders_taken.About("Titre", "", "2022", "Source", real.identity)


def test_the_values_of_the_priorities_lead_to_their_sheet(app: AppTest) -> None:
    for question in ("besoins", "communes", "idh4"):
        _visit(app, "priorites", {"question": question, **COMMUNE})
        links = re.findall(r'href="indicateur\?([^"]+)"', markup_of(app))
        assert links, question
        assert any("territoire=59172" in link for link in links), question
        assert all("territoire=" in link and "fiche=" in link for link in links)


def test_each_territory_of_a_family_or_an_order_leads_to_the_sheets_of_its_figures(
    app: AppTest, real: Barometer
) -> None:
    for question in ("communes", "familles"):
        _visit(app, "priorites", {"question": question})
        explained = {
            code
            for href in re.findall(r'href="(\?[^"]*)"', markup_of(app))
            if "question=" not in href
            for code in re.findall(r"territoire=(\d+)", href)
        }
        assert explained >= {c.code for c in real.communes()} - _unranked(real), question
    _visit(app, "priorites", {"question": "communes", **COMMUNE})
    assert "indicateur?niveau=commune&amp;territoire=59172" in markup_of(app)


def _unranked(real: Barometer) -> set[str]:
    found = order(real, Level.COMMUNE)
    assert found is not None
    return {code for code, _, _ in found.apart}


def test_the_values_of_the_fiche_lead_to_their_sheet(app: AppTest, real: Barometer) -> None:
    _visit(app, "fiche", COMMUNE)
    links = set(re.findall(r'href="indicateur\?[^"]*?indicateur=([a-z0-9_]+)', markup_of(app)))
    known = {
        name
        for name, reading in read(real, _commune(real, "59172")).items()
        if reading.shown is not None and reading.shown.usable and reading.indicator.theme != Theme.IDH4
    }
    assert known <= links, known - links
    assert "D’où vient ce chiffre ?" in text_of(app).replace("\u00a0", " ")
