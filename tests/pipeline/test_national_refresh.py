"""National files through the whole chain: all of France in the release, our territories in front."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import xlsxwriter
from typer.testing import CliRunner

from indicators.elsewhere import compute_elsewhere, rested_on
from indicators.model import POPULATION, Indicator
from indicators.registry import INDICATORS
from pipelines import checks, publication
from pipelines.assets import elsewhere
from pipelines.cli import app
from pipelines.elsewhere import StoredParts, WorkParts
from pipelines.home import Home
from pipelines.kept import Kept
from pipelines.release import Identity, build_release, opened, other_rows, read_release
from pipelines.tables import OBSERVATION, VALUE
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue, expanded
from sources.model import Column
from sources.territory.declared import Territories
from tests.pipeline.conftest import FILOSOFI, Bcs, table
from tests.stored import copied, stored_hash

# Invented figures on real codes: Culoz and Béon have been one commune since 2023; Gouzangrez is part of
# Commeny, which kept its name, so that only the table de passage says it.
ELSEWHERE = {"01138": "21000", "01039": "23500", "59350": "19000", "01001": "s", "95282": "30000"}
COMMUNES = (
    ("59172", "Denain", "59", "32", "200042190", "5914", "596"),
    ("59350", "Lille", "59", "32", "200093201", "59XX", "595"),
    ("01138", "Culoz-Béon", "01", "84", "240100883", "0102", "011"),
    ("01001", "L'Abergement-Clémenciat", "01", "84", "200069193", "0108", "012"),
    ("95169", "Commeny", "95", "11", "200035970", "9516", "953"),
)
EARLIER = (
    *(row for row in COMMUNES if row[0] != "01138"),
    ("01138", "Culoz", "01", "84", "240100883", "0102", "011"),
    ("01039", "Béon", "01", "84", "240100883", "0102", "011"),
    ("95282", "Gouzangrez", "95", "11", "200035970", "9516", "953"),
)


def appartenance(path: Path, rows: tuple[tuple[str, ...], ...]) -> None:
    """Write a table d'appartenance in INSEE's layout: header on row 6, a sheet of zones."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("COM")
        for column, name in enumerate(("CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "CANOV", "ARR")):
            sheet.write_string(5, column, name)
            for line, row in enumerate(rows):
                sheet.write_string(6 + line, column, row[column])
        zones = workbook.add_worksheet("Zones_supra_communales")
        for line, row in enumerate(
            (
                ("NIVGEO", "CODGEO", "LIBGEO", "NB_COM"),
                ("EPCI", "200093201", "Métropole Européenne de Lille", "95"),
                ("DEP", "01", "Ain", "393"),
                ("REG", "84", "Auvergne-Rhône-Alpes", "4028"),
            )
        ):
            for column, cell in enumerate(row):
                zones.write_string(5 + line, column, cell)


def passage(path: Path) -> None:
    """Write a table de passage to the communes of 2024."""
    rows = [("CODGEO_INI", "CODGEO_2024", "LIBGEO_2024"), ("95282", "95169", "Commeny")]
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("COM")
        for line, row in enumerate([*rows, *((code, code, name) for code, name, *_ in COMMUNES)]):
            for column, cell in enumerate(row):
                sheet.write_string(5 + line, column, cell)


@pytest.fixture(scope="module")
def france(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose release is of embedded extracts, a file of communes and two tables d'appartenance."""
    root = tmp_path_factory.mktemp("france")
    home, inbox = root / "home", root / "depot"
    copied(release_home, home)
    inbox.mkdir()
    header, first, *_ = FILOSOFI.read_text(encoding="utf-8").splitlines()
    cells = dict(zip(header.split(";"), first.split(";"), strict=True))
    lines = [header, first]
    for code, median in ELSEWHERE.items():
        row = dict.fromkeys(cells, "s") | {"CODGEO": code, "MED21": median}
        lines.append(";".join(row[name] for name in cells))
    (inbox / FILOSOFI.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    appartenance(inbox / "table-appartenance-geo-communes-2024.xlsx", COMMUNES)
    appartenance(inbox / "table-appartenance-geo-communes-2022.xlsx", EARLIER)
    passage(inbox / "table_passage_annuelle_2024.xlsx")
    # Invented files: two sizes of medians and a first file, which an agent would look at before saying yes.
    environment = {**os.environ, "BCS_HOME": str(home)}
    built = CliRunner().invoke(app, ["actualiser", "--depot", str(inbox)], env=environment)
    assert built.exit_code in (0, 3), built.output
    assert "Reste de la France" in built.output
    said = ["publier", "--oui", "--par", "essai", "--motif", "essai"]
    result = CliRunner().invoke(app, said, env=environment)
    assert result.exit_code == 0, result.output
    return home


@pytest.fixture
def national(france: Path, tmp_path: Path) -> Home:
    """A copy of that home: a test may do anything to it."""
    return copied(france, tmp_path / "home")


def path_of(home: Home) -> Path:
    present = publication.current(home)
    assert present is not None
    return home.releases / present.file


def ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(path_of(home), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_the_release_holds_all_of_france_and_says_what_it_follows(national: Home) -> None:
    found = ask(
        national,
        "SELECT code, value, status FROM value WHERE indicator = 'niveau_vie_median' AND NOT followed "
        "AND level = 'commune' ORDER BY code",
    )
    assert found == [
        ("01001", None, "suppressed"),
        # A median before a merger is nobody's: never the mean of those of the two communes.
        ("01138", None, "not_published"),
        ("59350", 19000.0, "observed"),
        ("95169", None, "not_published"),
    ]
    names = dict(ask(national, "SELECT code, name FROM territory WHERE NOT followed"))
    assert names["59350"] == "Lille" and names["200093201"] == "Métropole Européenne de Lille"
    assert names["84"] == "Auvergne-Rhône-Alpes"
    parents = ask(
        national, "SELECT parent_level, parent_code FROM membership WHERE code = '59350' ORDER BY ALL"
    )
    assert parents == [("departement", "59"), ("epci", "200093201"), ("region", "32")]


def test_what_became_of_communes_is_a_line_of_the_account(national: Home) -> None:
    notes = [note for (note,) in ask(national, "SELECT note FROM extract_note")]
    assert any("01039" in str(note) and "01138" in str(note) for note in notes)
    assert any("95282" in str(note) and "95169" in str(note) for note in notes), "from the table de passage"


@pytest.fixture
def before(release_home: Path, tmp_path: Path) -> Home:
    """A copy of the release without national files: a page of another test may keep the original open."""
    return copied(release_home, tmp_path / "avant")


def test_plain_views_are_our_territories_only(national: Home, before: Home) -> None:
    for name in ("territory", "membership"):
        assert table(national, name).equals(table(before, name)), name
    codes = ask(national, "SELECT DISTINCT followed FROM main.value v SEMI JOIN suivi.value s USING (code)")
    assert codes == [(True,)]
    with duckdb.connect(path_of(national), read_only=True) as connection:
        for name in ("territory", "membership", "observation", "value"):
            view = connection.sql(f'SELECT * FROM suivi."{name}"')
            assert "followed" not in view.columns
            assert len(view.fetchall()) == table(national, name).height


def test_of_other_communes_only_what_a_figure_rests_on_is_published(
    national: Home, catalogue: Catalogue
) -> None:
    with opened(path_of(national)) as connection:
        rows = connection.sql("SELECT * FROM main.observation").pl()
        values = connection.sql("SELECT * FROM main.value WHERE NOT followed").pl()
    commune = pl.col("level") == "commune"
    ours = rows.filter(commune, "followed", dataset="insee_filosofi_communes")
    others = rows.filter(commune, ~pl.col("followed"))
    rests = rested_on(INDICATORS, expanded(catalogue.datasets["insee_filosofi_communes"]))
    assert set(others["variable"]) == rests & set(ours["variable"]) < set(ours["variable"])
    # Each value finds the cells it is made of.
    cells = others.select("code", extracts="extract")
    assert values.filter(commune).join(cells, on=["code", "extracts"], how="anti").is_empty()


def test_texts_are_categories_from_the_readings_to_the_parts_the_engine_reads(national: Home) -> None:
    workspace = Workspace(root=str(national.root))
    read = [part.rows.path for part in workspace.raw()]
    parts = workspace.elsewhere.files(OBSERVATION)
    assert read and parts
    texts = {"dataset", "level", "perimeter", "variable", "status", "extract", "column"}
    for path in (*read, *parts):
        schema = pl.read_parquet_schema(path)
        assert {name for name, kind in schema.items() if kind == pl.Enum} == texts, path


def test_what_a_figure_rests_on_is_kept_with_the_totals_it_is_checked_against() -> None:
    totals = {POPULATION: "one", "one": "two", "two": None, "other": "two"}
    declared = {
        name: Column(column=(name,), label=name, unit="personnes", part_of=total)
        for name, total in totals.items()
    }
    assert rested_on((), declared) == {POPULATION, "one", "two"}


def test_rows_of_elsewhere_change_none_of_ours(national: Home, before: Home) -> None:
    """The same medians were dropped for our one commune: comparisons and analyses stay what they were."""
    for name in ("comparison", "analysis"):
        ours, theirs = table(national, name), table(before, name)
        columns = [column for column in ours.columns if column not in ("extracts",)]
        assert ours.select(columns).equals(theirs.select(columns)), name


def test_the_built_file_is_verified_with_all_of_france(
    national: Home, catalogue: Catalogue, territories: Territories, tmp_path: Path
) -> None:
    path = path_of(national)
    present = publication.current(national)
    assert present is not None and stored_hash(path) == present.content_hash
    with opened(path) as connection:
        parts = [
            part.frame()
            for declared in (OBSERVATION, VALUE)
            for part in StoredParts(connection).parts(declared)
        ]
    assert parts and all(part["followed"].not_().all() for part in parts)
    copy = tmp_path / "copie.duckdb"
    copy.write_bytes(path.read_bytes())
    checks.verify_release(copy, catalogue, territories, present.content_hash)
    written = Workspace(root=str(national.root)).elsewhere
    checks.verify_release(copy, catalogue, territories, present.content_hash, written)
    with duckdb.connect(copy) as connection:
        connection.execute("UPDATE value SET value = -5 WHERE code = '59350' AND value IS NOT NULL")
    with pytest.raises(checks.ValidationFailed, match="du reste de la France"):
        checks.verify_release(copy, catalogue, territories, present.content_hash, written)
    with pytest.raises(checks.ValidationFailed, match="59350"):
        checks.verify_release(copy, catalogue, territories, stored_hash(copy))
    with pytest.raises(checks.ValidationFailed, match="empreinte"):
        checks.verify_release(copy, catalogue, territories, present.content_hash)


def test_only_the_indicators_that_something_changed_for_are_computed_again(
    national: Home, catalogue: Catalogue, territories: Territories, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the values are those of a computation that finds nothing kept, to the last byte."""
    asked: list[set[str]] = []

    @wraps(compute_elsewhere)
    def computed(*given: Any, indicators: Sequence[Indicator]) -> pl.DataFrame:
        asked.append({indicator.id for indicator in indicators})
        return compute_elsewhere(*given, indicators=indicators)

    def values(*, afresh: bool = False) -> dict[str, bytes]:
        workspace = Workspace(root=str(national.root), afresh=afresh)
        asked.clear()
        ours = workspace.read("tables/observation")
        sums, *_ = elsewhere.values_elsewhere(workspace, ours, catalogue, territories)
        assert sums is not None
        return {path.stem: path.read_bytes() for path in workspace.elsewhere.files(VALUE)} | {
            "": sums.write_csv().encode()
        }

    monkeypatch.setattr(elsewhere, "compute_elsewhere", computed)
    before = values()
    assert asked == [] and len(before) > 2, "the refresh had computed them all"
    name = sorted(before)[-1]
    changed = tuple(
        replace(one, series=tuple(replace(series, concept="autre") for series in one.series))
        if one.id == name
        else one
        for one in INDICATORS
    )
    monkeypatch.setattr(elsewhere, "INDICATORS", changed)
    after = values()
    assert asked == [{name}] and after[name] != before[name]
    assert {**after, name: b""} == {**before, name: b""} and after == values(afresh=True)
    (path,) = WorkParts(national.work / "france").files(OBSERVATION)
    pl.read_parquet(path).with_columns(pl.col("value") + 1).write_parquet(path)
    moved = values()
    assert len(asked) == 1 and name in asked[0] and asked[0] < {one.id for one in INDICATORS}
    assert moved != after and moved == values(afresh=True)


def test_a_bad_row_of_elsewhere_sets_its_file_aside_and_waits_for_a_yes(
    published: Home, bcs: Bcs, inbox: Path
) -> None:
    before = path_of(published)
    header, first, *_ = FILOSOFI.read_text(encoding="utf-8").splitlines()
    bad = first.replace(first.split(";")[0], "59350", 1).replace(";19560;", ";-19560;")
    (inbox / FILOSOFI.name).write_text("\n".join((header, first, bad)) + "\n", encoding="utf-8")
    result = bcs("actualiser", "--publier", "--depot", str(inbox))
    assert result.exit_code == 3 and "-19560" in result.output.replace("\u2212", "-")
    assert path_of(published) == before


def test_going_back_to_a_release_of_ours_alone(national: Home, bcs: Bcs) -> None:
    result = bcs("annuler")
    assert result.exit_code == 0, result.output
    assert ask(national, "SELECT count(*) FROM value WHERE NOT followed") == [(0,)]


def test_parts_come_back_in_the_order_of_their_partition(tmp_path: Path) -> None:
    parts = WorkParts(tmp_path)
    row = dict.fromkeys(OBSERVATION.names[:-1]) | {
        "level": "commune",
        "code": "59350",
        "variable": "filo_med",
        "status": "observed",
        "extract": "abc",
        "line": 2,
        "column": "MED",
        "value": 1.0,
        "edition": 2021,
        "millesime": 2021,
    }
    schema = {name: kind for name, kind in OBSERVATION.schema.items() if name != "followed"}
    order = [("b", 2019, 3), ("a", 2021, 2), ("b", 2019, 1), ("a", 2014, 1)]
    rows = [{**row, "dataset": dataset, "edition": edition, "line": line} for dataset, edition, line in order]
    parts.keep(OBSERVATION, pl.DataFrame(rows, schema=schema))
    found = [part.select("dataset", "edition", "line").rows() for part in parts.of(OBSERVATION)]
    assert found == [[("a", 2014, 1)], [("a", 2021, 2)], [("b", 2019, 3), ("b", 2019, 1)]]
    assert not any(part["followed"].any() for part in parts.of(OBSERVATION))
    parts.clear(OBSERVATION)
    assert list(parts.of(OBSERVATION)) == []


def test_a_row_of_elsewhere_that_is_not_the_written_one_is_seen(national: Home, tmp_path: Path) -> None:
    tables = read_release(path_of(national))
    assert tables["value"]["followed"].all() and tables["observation"]["followed"].all()
    parts, copy = WorkParts(national.work / "france"), tmp_path / "copie.duckdb"
    shutil.copyfile(path_of(national), copy)
    with opened(copy) as connection:
        assert other_rows(connection, parts) == []
    with duckdb.connect(copy) as connection:
        connection.execute("UPDATE value SET denominator = 7 WHERE code = '59350' AND value IS NOT NULL")
    with opened(copy) as connection:
        assert other_rows(connection, parts) == ["value"]


def test_a_file_is_copied_only_of_the_very_rows_it_then_publishes(national: Home, tmp_path: Path) -> None:
    tables = read_release(path_of(national))
    identity = Identity(**tables.pop("release").row(0, named=True))
    kept = Kept(tmp_path / "kept")
    parts = WorkParts(national.work / "france", kept)

    def copies(name: str, observation: pl.DataFrame) -> int:
        given = {**tables, "observation": observation}
        build_release(tmp_path / name, given, identity, parts)
        written = read_release(tmp_path / name)
        assert all(written[table].equals(frame) for table, frame in given.items())
        with opened(tmp_path / name) as connection:
            assert other_rows(connection, parts) == []
        return len(list(kept.folder.glob("*.whole")))

    whole = tables["observation"]
    assert [copies("first", whole), copies("again", whole)] == [1, 1]
    less = whole.with_columns(value=pl.when(pl.int_range(pl.len()) > 0).then("value"))
    assert copies("withdrawn", less) == 2, "what is withdrawn is in no byte of a file made without it"
