"""The folder of real files as an inbox: all of it is taken for the whole of France, or listed as not ours."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from pipelines import publication
from pipelines.cli import app
from pipelines.home import Home
from tests.stored import stored_hash

Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def refreshed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The release that one command makes of the folder, and what the command said."""
    home = Home.locate(tmp_path_factory.mktemp("france"))
    environment = {**os.environ, "BCS_HOME": str(home.root), "COLUMNS": "250"}
    result = CliRunner().invoke(app, ["actualiser", "--publier", "--depot", str(folder)], env=environment)
    assert result.exit_code == 0, result.output
    present = publication.current(home)
    assert present is not None
    path = home.releases / present.file
    assert stored_hash(path) == present.content_hash
    return path, result.output


def ask(path: Path, sql: str) -> Rows:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_every_file_is_in_an_account_or_listed_with_a_reason(
    refreshed: tuple[Path, str], folder: Path
) -> None:
    path, said = refreshed
    accounted = {name for (name,) in ask(path, "SELECT file FROM extract WHERE dropped")}
    listed = {file.name for file in folder.rglob("*") if f"  {file.name} (" in said}
    files = {file.name for file in folder.rglob("*") if file.is_file()}
    assert accounted | listed == files and not accounted & listed


def test_every_account_sums_and_every_refused_row_has_its_line(refreshed: tuple[Path, str]) -> None:
    path, _ = refreshed
    wrong = ask(
        path,
        "SELECT file FROM extract "
        "WHERE rows_kept + rows_outside + rows_suppressed + rows_refused <> rows_read "
        "OR cells_observed + cells_estimated + cells_suppressed + cells_not_published "
        "+ cells_not_applicable + cells_missing <> cells_read",
    )
    assert wrong == []
    silent = ask(
        path,
        "SELECT file FROM extract e WHERE rows_refused > 0 AND NOT EXISTS "
        "(FROM extract_note n WHERE n.extract = e.extract AND n.note LIKE '%refusée%')",
    )
    assert silent == []


def test_the_whole_of_france_is_in_the_release(refreshed: tuple[Path, str]) -> None:
    path, _ = refreshed
    counted = dict(
        ask(
            path,
            "SELECT level, count(DISTINCT code) FROM value WHERE value IS NOT NULL AND NOT followed "
            "GROUP BY 1",
        )
    )
    assert int(str(counted["commune"])) > 34_000 and int(str(counted["epci"])) > 1_200
    assert int(str(counted["departement"])) > 90 and int(str(counted["region"])) >= 12
    assert int(str(counted["qpv"])) > 1_300
    # A commune of 2018 that is part of another since has no figure of its own any more.
    assert ask(path, "SELECT 1 FROM value WHERE code = '01039'") == []


def test_figures_of_other_territories_are_those_of_the_files(refreshed: tuple[Path, str]) -> None:
    path, _ = refreshed
    sql = (
        "SELECT value FROM value WHERE indicator = 'niveau_vie_median' AND level = '{}' AND code = '{}' "
        "AND millesime = {}"
    )
    assert ask(path, sql.format("qpv", "QP001001", 2018)) == [(14180.0,)]
    assert ask(path, sql.format("metropole", "FM", 2019)) == [(21930.0,)]


def test_our_own_views_hold_our_territories_alone(refreshed: tuple[Path, str]) -> None:
    path, _ = refreshed
    levels = dict(ask(path, "SELECT level, count(*) FROM suivi.territory GROUP BY 1"))
    assert (levels["commune"], levels["qpv"], levels["departement"]) == (47, 26, 1)
    assert ask(path, "SELECT count(*) FROM suivi.value ANTI JOIN suivi.territory USING (level, code)") == [
        (0,)
    ]


def test_every_need_of_an_order_is_set_against_the_same_communes(refreshed: tuple[Path, str]) -> None:
    """Not every need is known in the region: all of them are then set against the communes followed."""
    path, _ = refreshed
    said = {str(text) for (text,) in ask(path, "SELECT text FROM analysis WHERE measure = 'reference'")}
    (communes,) = (text for text in said if "communes" in text)
    assert "47 communes suivies" in communes


SUMS = [
    # Metropolitan France has 64 844 037 inhabitants in 2018: the arrondissements of Paris, Lyon and
    # Marseille, which the file lists too, are not counted twice.
    ("taux_chomage_rp", 2018, "metropole", "FM", 12.96),
    ("taux_chomage_rp", 2018, "region", "32", 16.36),
    ("taux_chomage_rp", 2018, "departement", "59", 17.16),
    ("logements_vacants", 2018, "metropole", "FM", 8.06),
    ("logements_vacants", 2018, "region", "32", 7.85),
    ("logements_vacants", 2018, "departement", "59", 7.65),
    ("equipements_culture_sport", 2019, "departement", "59", 2.05),
]


@pytest.mark.parametrize(("indicator", "year", "level", "code", "expected"), SUMS)
def test_what_no_producer_gives_is_the_sum_of_its_communes(
    refreshed: tuple[Path, str], indicator: str, year: int, level: str, code: str, expected: float
) -> None:
    path, _ = refreshed
    [(value, origin, note)] = ask(
        path,
        f"SELECT value, origin, note FROM suivi.value WHERE indicator = '{indicator}' AND millesime = {year} "
        f"AND level = '{level}' AND code = '{code}'",
    )
    assert round(float(str(value)), 2) == expected and origin == "sum"
    assert str(note).startswith("Somme de ")


def test_a_median_of_a_larger_area_is_never_ours(refreshed: tuple[Path, str]) -> None:
    path, _ = refreshed
    said = "indicator IN ('niveau_vie_median', 'taux_pauvrete', 'rapport_interdecile') AND origin = 'sum'"
    assert ask(path, f"SELECT 1 FROM value WHERE {said}") == []
