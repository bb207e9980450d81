"""The sheet of a value: where it was read, how its interval is made, what changed since the last release."""

from __future__ import annotations

import datetime as dt
import html
import re
from pathlib import Path

import fictitious
import pytest
from shown import text_of

from dashboard.data.kept import forget
from dashboard.data.provenance import cells, interval_method
from dashboard.data.questions import Barometer
from dashboard.data.revisions import previous
from dashboard.data.screen import current
from dashboard.story.readings import read
from dashboard.widgets.origin import address, source_href
from dashboard.widgets.sheet import sheet
from dashboard.widgets.since import TITLE
from indicators.model import Unit
from sources.vocabulary import Level, Status
from tests.dashboard.conftest import Open

BEFORE, AFTER = "release-avant.duckdb", "release-apres.duckdb"
COMMUNE = ("commune", "99002")


def _words(barometer: Barometer, level: str, code: str, indicator: str) -> str:
    territory = barometer.territory(level, code)
    assert territory is not None
    drawn = sheet(barometer, territory, read(barometer, territory)[indicator]).html
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", drawn)))


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Two releases: in the first, one value was other, one absent, one unknown."""
    tables = fictitious.rows()
    tables["release"] = [{**tables["release"][0], "release_id": "avant"}]
    kept = []
    for value in tables["value"]:
        same = (value["level"], value["code"]) == COMMUNE
        if same and value["indicator"] == "phrase_fictive":
            continue
        if same and value["indicator"] == "taux_fictif" and value["millesime"] == 2022:
            kept.append({**value, "value": 10.5})
        elif same and value["indicator"] == "revenu_fictif":
            kept.append({**value, "value": None, "status": "suppressed"})
        else:
            kept.append(value)
    tables["value"] = kept
    fictitious.build(tmp_path, BEFORE, tables)
    tables = fictitious.rows()
    later = dt.datetime(2026, 7, 1, 8, 0)
    tables["release"] = [{**tables["release"][0], "release_id": "apres", "created_at": later}]
    fictitious.build(tmp_path, AFTER, tables)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    forget()
    barometer = Barometer(current())
    return {
        indicator: _words(barometer, *COMMUNE, indicator).split(TITLE)[1]
        for indicator in ("taux_fictif", "revenu_fictif", "phrase_fictive", "ratio_fictif")
    }


@pytest.mark.parametrize(
    ("indicator", "told"),
    [
        ("taux_fictif", "version avant du 1er juin 2026 Avant 10,5 % (observé) Maintenant 13,0 % (observé)"),
        ("taux_fictif", "Changement révisé de +2,5 points"),
        (
            "revenu_fictif",
            "Avant secret statistique Maintenant 17 900 € (observé) Changement chiffre nouveau",
        ),
        ("phrase_fictive", "Nouveau : ce chiffre n’était pas dans la version avant du 1er juin 2026."),
        ("ratio_fictif", "Changement inchangé"),
    ],
)
def test_what_changed_since_the_release_before(two: dict[str, str], indicator: str, told: str) -> None:
    assert told in two[indicator]


def test_a_first_release_says_so(barometer: Barometer) -> None:
    assert previous(barometer.release.path) is None
    assert "Première publication" in _words(barometer, *COMMUNE, "taux_fictif")


def test_every_sheet_of_the_real_release_answers_everything(real: Barometer) -> None:
    """One territory of each level; all the items the sheet owes, or the words of their absence."""
    levels = {t.level: t for t in reversed(real.territories)}
    seen = 0
    for territory in levels.values():
        for indicator, reading in read(real, territory).items():
            if reading.shown is None or not reading.shown.usable:
                continue
            told = _words(real, territory.level, territory.code, indicator)
            for item in (
                "Ce que dit ce chiffre",
                "Formule",
                "Valeur",
                "Année",
                "Intervalle de confiance",
                "Statut",
                "Origine",
                "Jeu de données",
                "Producteur",
                "Millésime",
                "Licence",
                "Fichier",
                "Empreinte (sha256)",
                "Où dans le fichier",
                TITLE,
            ):
                assert item in told, (territory.code, indicator, item)
            assert ("Numérateur" in told) and ("Dénominateur" in told or "dénominateur" in told)
            assert (reading.shown.lower is not None) == ("Méthode de l’intervalle" in told)
            seen += 1
    assert seen > 100


def test_the_cells_are_those_of_the_file(real: Barometer) -> None:
    """A ratio of two counts of one line: the cells read are its numerator and its denominator."""
    checked = 0
    commune = real.communes()[8]
    for reading in read(real, commune).values():
        value = reading.shown
        if value is None or value.denominator is None or value.origin != "producer":
            continue
        found = cells(real, value)
        assert found, reading.indicator.indicator
        numbers = [cell.value for cell in found if cell.value is not None]
        assert any(number == pytest.approx(value.denominator) for number in numbers) or len(numbers) > 2
        assert all(cell.line > 1 and cell.column for cell in found)
        checked += 1
    assert checked > 5


def test_the_method_follows_what_is_estimated(real: Barometer) -> None:
    commune = real.communes()[8]
    titles = {}
    for reading in read(real, commune).values():
        if reading.shown is not None and (method := interval_method(real, reading.indicator, reading.shown)):
            titles[reading.indicator.indicator] = method.title
            if reading.indicator.sampled == "no":
                assert "décès" in method.title
            else:
                assert ("écart" in method.title) == (reading.indicator.unit == Unit.POINTS)
    assert len(set(titles.values())) == 3


def test_a_suppressed_value_names_its_file(real: Barometer) -> None:
    rows = real.release.query(
        "SELECT indicator, code, millesime FROM value WHERE status = 'suppressed' AND level = 'commune'"
    ).rows()
    found = 0
    for indicator, code, _ in rows:
        commune = real.territory(Level.COMMUNE, code)
        assert commune is not None
        shown = read(real, commune)[indicator].shown
        if shown is not None and shown.status == Status.SUPPRESSED:
            told = _words(real, Level.COMMUNE, code, indicator)
            assert "Pourquoi il n’y a pas de chiffre ici" in told
            assert "Empreinte (sha256)" in told
            found += 1
    assert found


def test_the_link_to_a_sheet_opens_it_on_the_same_value(open_app: Open, barometer: Barometer) -> None:
    commune = barometer.territory(*COMMUNE)
    assert commune is not None
    indicator = next(i for i in barometer.indicators if i.indicator == "taux_fictif")
    value = next(v for v in barometer.values(commune) if (v.indicator, v.millesime) == ("taux_fictif", 2016))
    asked = address(barometer, commune, indicator, value)
    app = open_app("../pages/indicateur/page.py", **asked)
    assert not app.info
    assert "Valeur 9,0 % Année 2016" in text_of(app)
    assert source_href(barometer, commune, indicator, value).startswith("indicateur?niveau=commune&")
