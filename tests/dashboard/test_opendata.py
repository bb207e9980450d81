"""The open-data files of a fictitious release: read back by other means than those that wrote them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import fastexcel
import fictitious
import frictionless
import polars as pl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.data.release_file import ExportError
from dashboard.data.tables import NOT_IN_CSV, neutral
from dashboard.opendata import bundle as bundles
from dashboard.opendata.bundle import Bundle, bundle
from dashboard.opendata.readme import size
from dashboard.opendata.routes import routes

RISKY = ("=1+1", "+33", "-5", "@SUM(A1)", "\tx", "\rx", "＝1", '=HYPERLINK("http://x")')


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = fictitious.rows()
    for row, risky in zip(tables["value"], RISKY, strict=False):
        row["note"] = risky
    tables["value"][0]["numerator"] = -1234.5
    tables["territory"][1] = {**tables["territory"][1], "name": '=cmd|"/c calc"!A1'}
    return fictitious.build(tmp_path_factory.mktemp("ouvert"), tables=tables)


@pytest.fixture(scope="module")
def files(release: Path) -> Bundle:
    return bundle(release)


def _csv(files: Bundle, name: str) -> list[dict[str, str]]:
    text = (files.folder / "csv" / f"{name}.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def _json(files: Bundle, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((files.folder / name).read_text(encoding="utf-8"))
    return content


def test_every_file_is_listed_with_its_size_and_checksum(files: Bundle) -> None:
    on_disk = {p.relative_to(files.folder).as_posix() for p in files.folder.rglob("*") if p.is_file()}
    assert {file.path for file in files.files} == on_disk - {bundles.MANIFEST}
    for file in files.files:
        content = files.content(file)
        assert file.bytes == len(content)
        assert file.sha256 == hashlib.sha256(content).hexdigest()


def test_the_database_is_the_release_itself(files: Bundle, release: Path) -> None:
    assert (files.folder / "barometre.duckdb").read_bytes() == release.read_bytes()


def test_csv_and_parquet_hold_every_row_of_every_table(files: Bundle, release: Path) -> None:
    with duckdb.connect(str(release), read_only=True) as connection:
        names = [name for (name,) in connection.sql("SELECT table_name FROM duckdb_tables()").fetchall()]
        for name in names:
            count = connection.sql(f'SELECT count(*) FROM "{name}"').fetchall()[0][0]
            frame = pl.read_parquet(files.folder / "parquet" / f"{name}.parquet")
            assert frame.height == count, name
            if name not in NOT_IN_CSV:
                assert len(_csv(files, name)) == count, name
    assert not (files.folder / "csv" / "geometry.csv").exists()


def test_csv_opens_in_a_french_spreadsheet(files: Bundle) -> None:
    content = (files.folder / "csv" / "value.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") >= len(fictitious.rows()["value"])
    [row] = [row for row in _csv(files, "value") if row["numerator"].startswith("-")]
    # A negative number is a number, not a formula.
    assert row["numerator"] == "-1234,5"
    absent = [row for row in _csv(files, "value") if row["status"] == "suppressed"]
    assert absent
    assert {row["value"] for row in absent} == {""}


def test_no_text_of_a_csv_can_be_run(files: Bundle) -> None:
    notes = {row["note"] for row in _csv(files, "value")}
    assert {f"'{risky}" for risky in RISKY} <= notes
    assert '\'=cmd|"/c calc"!A1' in {row["name"] for row in _csv(files, "territory")}
    kinds = {column["name"]: column["type"] for column in _resource(files, "value")["schema"]["fields"]}
    for row in _csv(files, "value"):
        for name, cell in row.items():
            if kinds[name] == "string":
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), (name, cell)
    # Parquet is for programs: the text is untouched.
    assert set(RISKY) <= set(pl.read_parquet(files.folder / "parquet/value.parquet")["note"].drop_nulls())


@pytest.mark.parametrize("text", ["Denain", "a=b", "", "’", "3 - 2", "«\u00a0=\u00a0»"])
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert pl.select(neutral(pl.lit(text))).item() == text


def _resource(files: Bundle, name: str) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {r["name"]: r for r in _json(files, "datapackage.json")["resources"]}
    return found[name]


def test_the_workbook_has_a_sheet_for_each_theme_and_typed_cells(files: Bundle) -> None:
    path = files.folder / "barometre.xlsx"
    book = fastexcel.read_excel(path)
    titles = {theme["title"] for theme in fictitious.rows()["theme"]}
    assert titles <= set(book.sheet_names)
    assert {"À lire d’abord", "Indicateurs", "Jeux de données", "Fichiers lus"} <= set(book.sheet_names)
    frame = book.load_sheet("Thème fictif famille").to_polars()
    assert frame["Valeur"].dtype == pl.Float64
    assert {"Statut", "Sources", "Origine", "Unité"} <= set(frame.columns)
    expected = [v for v in fictitious.rows()["value"] if v["indicator"] == "taux_fictif"]
    assert frame.height == len(expected)
    assert sorted(frame["Valeur"].drop_nulls()) == sorted(
        v["value"] for v in expected if v["value"] is not None
    )
    hidden = frame.filter(pl.col("Statut") == "secret statistique")
    assert hidden.height == sum(v["status"] == "suppressed" for v in expected)
    assert hidden["Valeur"].null_count() == hidden.height
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in sheet for sheet in sheets), "no cell is a formula"
    assert all(b'state="frozen"' in sheet for sheet in sheets[1:])


def test_contours_are_geojson_with_stable_ids(files: Bundle) -> None:
    collection = _json(files, "geojson/communes.geojson")
    assert collection["type"] == "FeatureCollection"
    ids = [feature["id"] for feature in collection["features"]]
    assert ids == [f"commune:{code}" for code in sorted(fictitious.COMMUNES)]
    assert all(feature["geometry"]["type"] == "Polygon" for feature in collection["features"])


def test_the_data_package_describes_every_column_it_gives(files: Bundle) -> None:
    package = _json(files, "datapackage.json")
    names = [resource["name"] for resource in package["resources"]]
    assert len(names) == len(set(names))
    # An oracle of others: sizes, checksums, headers, types, constraints, keys and links of every table.
    tables = [resource for resource in package["resources"] if "schema" in resource]
    assert {Path(resource["path"]).suffix for resource in tables} == {".csv"}
    described = {"name": package["name"], "resources": tables}
    report = frictionless.Package.from_descriptor(described, basepath=str(files.folder)).validate()
    assert report.valid and report.stats["tasks"] == len(tables), report.to_summary()
    for resource in package["resources"]:
        content = (files.folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    value = _resource(files, "value")
    assert value["dialect"]["delimiter"] == ";"
    fields = {field["name"]: field for field in value["schema"]["fields"]}
    assert fields["value"]["decimalChar"] == ","
    assert "suppressed" in fields["status"]["constraints"]["enum"]
    assert _resource(files, "indicator")["schema"]["primaryKey"] == ["indicator"]
    assert {
        "fields": ["indicator"],
        "reference": {"resource": "indicator", "fields": ["indicator"]},
    } in value["schema"]["foreignKeys"]
    assert [found["title"] for found in package["licenses"]] == ["Licence fictive"]
    assert [source["title"] for source in package["sources"]] == ["Producteur fictif, Jeu de données fictif"]


def test_the_catalogue_record_gives_each_file_once(files: Bundle) -> None:
    record = _json(files, "dcat.jsonld")
    assert record["@type"] == "dcat:Dataset"
    assert record["dct:publisher"]["dct:identifier"] == fictitious.EPCI
    paths = [found["dcat:downloadURL"]["@id"] for found in record["dcat:distribution"]]
    assert paths == [resource["path"] for resource in _json(files, "datapackage.json")["resources"]]
    prefixes = {key.split(":")[0] for found in record["dcat:distribution"] for key in found if ":" in key}
    assert prefixes <= set(record["@context"])
    years = record["dct:temporal"]
    assert (years["dcat:startDate"]["@value"], years["dcat:endDate"]["@value"]) == ("2016", "2023")
    box = json.loads(record["dct:spatial"]["dcat:bbox"]["@value"])
    assert box["coordinates"][0][0] == [3.3, 50.3]


def test_one_release_gives_the_same_bytes_twice(files: Bundle, release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "releases" / release.name
    copy.parent.mkdir()
    copy.write_bytes(release.read_bytes())
    assert bundle(copy).files == files.files


def test_identifiers_outlive_a_release(files: Bundle, tmp_path: Path) -> None:
    tables = fictitious.rows()
    tables["release"][0]["release_id"] = "suivante"
    tables["value"][0]["value"] = 0.99
    after = bundle(fictitious.build(tmp_path, "release-suivante.duckdb", tables))
    before, now = _json(files, "datapackage.json"), _json(after, "datapackage.json")
    assert before["id"] == now["id"]
    assert before["version"] != now["version"]
    assert [r["name"] for r in before["resources"]] == [r["name"] for r in now["resources"]]
    first, second = _json(files, "dcat.jsonld"), _json(after, "dcat.jsonld")
    assert first["@id"] == second["@id"]
    assert [d["@id"] for d in first["dcat:distribution"]] == [d["@id"] for d in second["dcat:distribution"]]


def test_files_are_built_once_and_again_when_the_release_changes(tmp_path: Path) -> None:
    release = fictitious.build(tmp_path)
    first = bundle(release)
    manifest = first.folder / bundles.MANIFEST
    written = manifest.stat().st_mtime_ns
    assert bundle(release) == first
    assert manifest.stat().st_mtime_ns == written
    os.utime(release, ns=(1, 1))
    assert bundle(release).files == first.files
    assert manifest.stat().st_mtime_ns != written


def test_a_missing_file_is_built_again(tmp_path: Path) -> None:
    release = fictitious.build(tmp_path)
    lost = bundle(release).folder / "csv" / "value.csv"
    lost.unlink()
    assert bundle(release).find("csv/value.csv") is not None
    assert lost.is_file()


def test_files_of_a_release_no_longer_kept_are_dropped(tmp_path: Path) -> None:
    first = fictitious.build(tmp_path)
    old = bundle(first).folder
    others = old.parent / "notes"
    others.mkdir()
    first.unlink()
    bundle(fictitious.build(tmp_path, "release-autre.duckdb"))
    assert not old.exists()
    assert others.is_dir(), "a folder we did not write is left alone"


def test_a_failure_leaves_nothing_half_written(tmp_path: Path) -> None:
    broken = tmp_path / "releases" / "release-cassee.duckdb"
    broken.parent.mkdir()
    broken.write_bytes(b"ceci n'est pas une base")
    with pytest.raises(ExportError):
        bundle(broken)
    assert [path.name for path in (tmp_path / "opendata").iterdir()] == [".lock"]


def test_only_published_paths_are_found(files: Bundle) -> None:
    for path in ("../releases/CURRENT", "/etc/passwd", bundles.MANIFEST, "csv", "csv/value.csv/", ""):
        assert files.find(path) is None


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0\u00a0octet"),
        (820, "820\u00a0octets"),
        (12_400, "12\u00a0ko"),
        (999_499, "999\u00a0ko"),
        (999_500, "1,0\u00a0Mo"),
        (6_303_744, "6,3\u00a0Mo"),
        (234_000_000, "234\u00a0Mo"),
    ],
)
def test_sizes_are_said_in_french(count: int, words: str) -> None:
    assert size(count) == words


def test_the_readme_is_french_text(files: Bundle) -> None:
    text = (files.folder / "README.txt").read_bytes().decode("utf-8-sig")
    assert "Licence fictive" in text
    assert "secret statistique\u00a0: " in text
    assert " :" not in text
    assert "'" not in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_addresses_give_the_published_release_and_nothing_else(
    release: Path, files: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCS_HOME", str(release.parents[1]))
    client = TestClient(Starlette(routes=routes()))
    answer = client.get("/opendata/csv/value.csv")
    assert answer.status_code == 200
    assert answer.content == (files.folder / "csv" / "value.csv").read_bytes()
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["x-content-type-options"] == "nosniff"
    tag = answer.headers["etag"]
    for asked in (tag, f"W/{tag}", f'"autre", {tag}', "*"):
        again = client.get("/opendata/csv/value.csv", headers={"If-None-Match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = client.get("/opendata/csv/value.csv", headers={"If-None-Match": '"autre"'})
    assert (other.status_code, other.content) == (200, answer.content)
    assert client.get("/opendata").json()["name"] == "barometre-cohesion-sociale"
    for path in ("manifest.json", "csv", "..%2f..%2freleases%2fCURRENT", "%00", "csv/value.csv/x"):
        assert client.get(f"/opendata/{path}").status_code == 404, path


def test_without_a_release_an_address_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    answer = TestClient(Starlette(routes=routes())).get("/opendata/csv/value.csv")
    assert answer.status_code == 503
    assert "aucune version n’a encore été publiée" in answer.text
    assert not (tmp_path / "opendata").exists()
