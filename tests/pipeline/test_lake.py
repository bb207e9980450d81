"""Releases as Parquet cut by département: the same content, always whole, read by the same pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from dashboard.data.release_file import opened
from indicators.release_schema import LAKE
from pipelines import lake, publication
from pipelines.cli import app as commands
from pipelines.elsewhere import StoredParts
from pipelines.home import Home
from pipelines.publication import Published
from pipelines.release import content_hash
from pipelines.tables import FOLLOWED, TABLES
from tests.stored import copied

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def own_home(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the published home: other tests of the process hold its release open with their settings."""
    return copied(release_home, tmp_path_factory.mktemp("copie") / "bcs").root


@pytest.fixture(scope="module")
def published(own_home: Path) -> tuple[Home, Published]:
    home = Home.locate(own_home)
    return home, publication.required(home)


@pytest.fixture(scope="module")
def shared(published: tuple[Home, Published], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("entrepot")
    lake.deliver(*published, folder)
    return folder


def test_the_parquet_files_hold_the_very_content_of_the_release(
    published: tuple[Home, Published], shared: Path
) -> None:
    folder = shared / (shared / "CURRENT").read_text(encoding="utf-8").strip()
    with opened(folder) as release:
        tables = {
            table.name: release.query(
                f'SELECT * FROM main."{table.name}"' + (f" WHERE {FOLLOWED}" if table.national else "")
            )
            for table in TABLES
        }
        assert content_hash(tables, StoredParts(release._connection)) == published[1].content_hash


def test_a_national_table_is_cut_by_departement(shared: Path) -> None:
    cut = next(shared.glob("release-*/territory"))
    found = {path.name.removeprefix("departement=") for path in cut.iterdir()}
    assert {"59", "ensemble"} <= found
    of_the_nord = pl.read_parquet(cut / "departement=59", hive_partitioning=False)
    assert of_the_nord.filter(pl.col("level") == "commune")["code"].str.starts_with("59").all()
    neighbourhoods = of_the_nord.filter(pl.col("level") == "qpv")
    assert neighbourhoods.height and neighbourhoods["code"].str.slice(2, 3).eq("059").all()


@pytest.mark.parametrize(
    ("level", "code", "expected"),
    [
        ("commune", "59172", "59"),
        ("commune", "2A004", "2A"),
        ("commune", "97411", "974"),
        ("canton", "5905", "59"),
        ("qpv", "QP059001", "59"),
        ("qpv", "QN02A01M", "2A"),
        ("qpv", "QP974001", "974"),
        ("departement", "2B", "2B"),
        ("epci", "200042190", "ensemble"),
        ("region", "32", "ensemble"),
    ],
)
def test_the_departement_of_a_territory(level: str, code: str, expected: str) -> None:
    rows = duckdb.sql("SELECT ? AS level, ? AS code", params=[level, code])
    assert rows.project(lake._DEPARTEMENT).fetchall() == [(expected,)]


def test_the_pages_read_the_shared_folder(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    monkeypatch.setenv(LAKE, str(shared))
    app = AppTest.from_file(str(ROOT / "dashboard" / "shell" / "navigation.py"), default_timeout=120).run()
    for page in sorted((ROOT / "dashboard" / "pages").glob("*/page.py")):
        app.switch_page(f"../pages/{page.parent.name}/page.py").run()
        assert not app.exception, (page.parent.name, app.exception)
        body = " ".join(element.proto.body for element in app.get("html"))
        assert "La Porte du Hainaut" in body and "aucune version n’a" not in body, page.parent.name


def test_publishing_also_writes_the_declared_folder_and_a_folder_that_fails_loses_nothing(
    own_home: Path, tmp_path: Path
) -> None:
    where = tmp_path / "partage"
    env = {**os.environ, "BCS_HOME": str(own_home)}
    told = CliRunner().invoke(commands, ["entrepot", str(where)], env=env)
    assert told.exit_code == 0, told.output
    assert (where / "CURRENT").is_file()
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    home = Home.locate(own_home)
    os.environ[LAKE] = str(tmp_path / "fichier")
    try:
        note = lake.delivered(home, publication.required(home))
    finally:
        del os.environ[LAKE]
    assert note is not None and "bcs entrepot" in note
    assert publication.current(home) is not None


READER = """
import sys, pathlib
from dashboard.data.release_file import opened
lake, seen = pathlib.Path(sys.argv[1]), set()
while len(seen) < 4:
    name = (lake / "CURRENT").read_text(encoding="utf-8").strip()
    with opened(lake / name) as release:
        rows = release.query("SELECT count(*) AS n FROM value")["n"].item()
    if name not in seen:
        seen.add(name)
        print(rows, flush=True)
"""


def test_a_reader_in_another_process_sees_whole_releases_while_others_are_written(
    published: tuple[Home, Published], tmp_path: Path
) -> None:
    """It never stops asking; what it reads is deleted only once two others took its place."""
    home, release = published
    source, shared = home.releases / release.file, tmp_path / "entrepot"
    elsewhere = Home.locate(tmp_path / "home")
    elsewhere.prepare()
    with opened(source) as file:
        rows = file.query("SELECT count(*) AS n FROM value")["n"].item()
    reader = None
    for number in range(4):
        again = replace(release, release_id=f"{release.release_id}-{number}")
        shutil.copyfile(source, elsewhere.releases / again.file)
        lake.deliver(elsewhere, again, shared)
        reader = reader or subprocess.Popen(
            [sys.executable, "-c", READER, str(shared)], stdout=subprocess.PIPE
        )
        assert reader.stdout is not None
        assert int(reader.stdout.readline() or -1) == rows
    assert reader is not None and reader.wait(timeout=60) == 0
    assert len([path for path in shared.iterdir() if path.is_dir()]) == lake.KEPT
