"""The quarters of the rest of France: looked for, a page at a time, never mixed with another generation."""

from __future__ import annotations

from pathlib import Path

import duckdb
import fictitious
import fictitious_quarters
import pytest
from shown import text_of

from dashboard.data.quarters_elsewhere import PAGE, known, listed
from dashboard.data.screen import current
from pipelines.tables import named
from tests.dashboard.conftest import Open

ADDRESS = "../pages/quartiers/page.py"
COUNT = 60


@pytest.fixture
def national(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The fictitious quarters, and sixty of the rest of France with an income, one of them of 2015."""
    path = fictitious.build(tmp_path, tables=fictitious_quarters.rows())
    value = {
        "indicator": "taux_fictif",
        "series": "principale",
        "concept": "taux_fictif",
        "level": "qpv",
        "perimeter": "qpv_2024",
        "millesime": 2022,
        "edition": 2022,
        "period": "2022",
        "status": "observed",
        "origin": "producer",
        "followed": False,
    }
    with duckdb.connect(str(path)) as connection:
        for rank in range(COUNT):
            old = rank == COUNT - 1
            code = f"QP0130{rank:02d}" if old else f"QN013{rank:02d}M"
            place = {
                "level": "qpv",
                "code": code,
                "perimeter": "qpv_2015" if old else "qpv_2024",
                "name": f"Cité n° {rank:02d} d’Évry",
                "in_epci": False,
                "followed": False,
            }
            insert(connection, "territory", place)
            insert(connection, "value", {**value, "code": code, "value": float(rank)})
        commune = {"level": "commune", "code": "91228", "name": "Évry-Courcouronnes"}
        insert(connection, "territory", {**commune, "in_epci": False, "followed": False})
        part = {"level": "qpv", "code": "QN01307M", "parent_level": "commune", "parent_code": "91228"}
        insert(connection, "membership", {**part, "whole": True, "followed": False})
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    return path


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, object]) -> None:
    assert row.keys() <= set(named(table).names)
    marks = ", ".join("?" * len(row))
    connection.execute(
        f"INSERT INTO main.{table} ({', '.join(row)}) VALUES ({marks})",
        list(row.values()),
    )


def test_a_page_holds_few_and_the_last_what_is_left(national: Path) -> None:
    release = current()
    assert known(release)
    pages = [listed(release, "qpv_2024", "", page) for page in (1, 2, 3, 4)]
    assert [len(page.quarters) for page in pages] == [PAGE, PAGE, COUNT - 1 - 2 * PAGE, 0]
    codes = [quarter.code for page in pages for quarter in page.quarters]
    assert len(set(codes)) == COUNT - 1
    assert all(code.startswith("QN") for code in codes), "those of 2015 are in their own list"
    assert [q.code for q in listed(release, "qpv_2015", "", 1).quarters] == [f"QP0130{COUNT - 1}"]
    assert pages[0].quarters[7].values["taux_fictif"].value == 7.0


@pytest.mark.parametrize(
    ("search", "found"),
    [("evry", COUNT - 1), ("ÉVRY", COUNT - 1), ("n° 07", 1), ("qn01311m", 1), ("courcouronnes", 1), ("%", 0)],
)
def test_looking_forgives_accents_and_reads_codes(national: Path, search: str, found: int) -> None:
    assert listed(current(), "qpv_2024", search, 1).found == found


def test_a_quarter_of_elsewhere_is_led_to_and_is_under_its_communes(national: Path, open_app: Open) -> None:
    app = open_app("../pages/barometre/page.py", territoire="QN01307M")
    leads = [link.proto for link in app.get("page_link") if "Lire les chiffres" in link.proto.label]
    assert [(lead.page, lead.query_string) for lead in leads] == [("quartiers", "cherche=QN01307M")]
    assert "Évry-Courcouronnes" in text_of(open_app(ADDRESS, cherche="QN01307M"))


def test_the_page_shows_one_page_and_its_address_the_next(national: Path, open_app: Open) -> None:
    app = open_app(ADDRESS)
    assert not app.exception
    text = text_of(app)
    assert "Cité n° 24 d’Évry" in text.replace("\u00a0", " ")
    assert "Cité n° 25 d’Évry" not in text.replace("\u00a0", " ")
    app.button(key="page_2").click().run()
    assert "Cité n° 25 d’Évry" in text_of(app).replace("\u00a0", " ")
    app.text_input(key="recherche_qpv").set_value("QN01307M").run()
    assert dict(app.query_params)["cherche"] in ("QN01307M", ["QN01307M"])
    assert "page" not in app.query_params, "another search starts at its beginning"
    assert "Cité n° 07 d’Évry" in text_of(app).replace("\u00a0", " ")


def test_without_any_nothing_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    fictitious.build(tmp_path, tables=fictitious_quarters.rows())
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    assert not known(current())
    assert "reste de la France" not in text_of(open_app(ADDRESS))
