"""Writing every file of a release, then the descriptions that name them."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from dashboard.data.questions import Barometer
from dashboard.data.release_file import ReleaseFile
from dashboard.data.reuse import example
from dashboard.data.tables import (
    NOT_IN_CSV,
    Table,
    rows,
    tables,
    write_csv,
    write_parquet,
    write_parquet_national,
)
from dashboard.opendata import contours, datapackage, dcat, geopackage, per_indicator, reuse_page, workbook
from dashboard.opendata.identity import identifiers
from dashboard.opendata.licences import held_sources, licences
from dashboard.opendata.readme import readme
from sources.french import typographic


class Add(Protocol):
    """Notes a file that has just been written."""

    def __call__(self, path: str, title: str, media_type: str, **more: object) -> None:
        """Describe the file, with ``more`` for what its kind alone has."""


Described = list[tuple[str, str, str]]

DATABASE, WORKBOOK, README = "barometre.duckdb", "barometre.xlsx", "README.txt"
LAYERS, REUSE = "barometre.gpkg", "reutiliser.html"
CSV_ZIP, PARQUET_ZIP = "barometre-csv.zip", "barometre-parquet.zip"
PACKAGE, RECORD = "datapackage.json", "dcat.jsonld"

_CSV, _PARQUET = "text/csv", "application/vnd.apache.parquet"
_GEOJSON, _ZIP = "application/geo+json", "application/zip"
_GPKG = "application/geopackage+sqlite3"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# No media type is registered for DuckDB.
_DUCKDB = "application/octet-stream"
_CONTOURS = {
    "communes": "communes",
    "qpv_2015": "quartiers prioritaires de 2015",
    "qpv_2024": "quartiers prioritaires de 2024",
}
# Zip files hold a date for each entry: always the same one, the oldest the format knows.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_all(file: ReleaseFile, release: Path, folder: Path) -> Described:
    """Write every file of a release in an empty folder.

    Args:
        file: The release, opened.
        release: Its own file, copied as it is.
        folder: Where to write.

    Returns:
        Path, title and media type of each file, in the order a reader would want them.
    """
    for name in ("csv", "parquet", "geojson", "indicateurs"):
        (folder / name).mkdir()
    resources: list[dict[str, Any]] = []

    def add(path: str, title: str, media_type: str, **more: object) -> None:
        resources.append(_resource(folder, path, title, media_type, more))

    workbook.write(file, folder / WORKBOOK)
    add(WORKBOOK, "Classeur pour tableur, une feuille par thème", _XLSX)
    shutil.copyfile(release, folder / DATABASE)
    add(DATABASE, "La version entière, base DuckDB", _DUCKDB)

    described = tables(file)
    frames = {table.name: rows(file, table.name) for table in described}
    for table in described:
        _table(file, table, frames, folder, add)
    per_indicator.write(file, frames["value"], folder, resources, add)
    names, sources = identifiers(Barometer(file).identity), held_sources(file)
    known = licences(sources)
    for target, inside, title in (
        (CSV_ZIP, "csv", "Toutes les tables en CSV"),
        (PARQUET_ZIP, "parquet", "Toutes les tables en Parquet"),
    ):
        held = [r | {"path": Path(r["path"]).name} for r in resources if r["path"].startswith(f"{inside}/")]
        _zip(folder, target, inside, datapackage.package(file, names, held, sources, known))
        add(target, title, _ZIP)

    collections = contours.collections(file)
    for name, collection in collections.items():
        path = f"geojson/{name}.geojson"
        _json(folder / path, collection, indent=None)
        title = f"Contours : {_CONTOURS.get(name, name)}"
        add(path, title, _GEOJSON)
    if collections:
        geopackage.write(collections, folder / LAYERS, Barometer(file).identity.created_at)
        add(LAYERS, "Contours et derniers chiffres, une couche par sorte de territoire", _GPKG)

    _json(folder / PACKAGE, datapackage.package(file, names, resources, sources, known))
    _json(
        folder / RECORD,
        dcat.record(file, names, resources, sources, known, contours.box(collections)),
    )
    (folder / README).write_bytes(readme(file, resources, sources).encode("utf-8-sig"))
    (folder / REUSE).write_text(reuse_page.page(*example(file)), encoding="utf-8")
    return [
        *((resource["path"], resource["title"], resource["mediatype"]) for resource in resources),
        (PACKAGE, "Description des fichiers et des colonnes, Frictionless", "application/json"),
        (RECORD, "Fiche de catalogue, DCAT-AP", "application/ld+json"),
        (README, "Mode d’emploi", "text/plain"),
        (REUSE, "Réutiliser : exemples pour DuckDB, Python, R et QGIS", "text/html"),
    ]


def _table(file: ReleaseFile, table: Table, frames: dict[str, pl.DataFrame], folder: Path, add: Add) -> None:
    frame, title = frames[table.name], typographic(table.comment)
    if table.name not in NOT_IN_CSV:
        path = f"csv/{table.name}.csv"
        write_csv(frame, folder / path)
        add(
            path,
            title,
            _CSV,
            name=table.name,
            type="table",
            encoding="utf-8",
            dialect=datapackage.csv_dialect(),
            schema=datapackage.schema(table, frames),
        )
    path = f"parquet/{table.name}.parquet"
    if table.national:
        write_parquet_national(file, table.name, folder / path)
        title = f"{title} (toute la France déposée)"
    else:
        write_parquet(frame, folder / path)
    add(path, title, _PARQUET)


def _resource(folder: Path, path: str, title: str, media_type: str, more: dict[str, Any]) -> dict[str, Any]:
    content = (folder / path).read_bytes()
    stem, kind = path.rsplit("/", 1)[-1].rsplit(".", 1)
    return {
        # Unique and stable: a CSV has the name of its table, any other file that name and its kind.
        "name": more.pop("name", None) or f"{stem.replace('_', '-')}-{kind}",
        "path": path,
        "title": typographic(title),
        "format": kind,
        "mediatype": media_type,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **more,
    }


def _zip(folder: Path, target: str, inside: str, package: dict[str, Any]) -> None:
    """Write a folder as one archive, with the description of what is in it."""
    content = {path.name: path.read_bytes() for path in sorted((folder / inside).iterdir())}
    content[PACKAGE] = (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    with zipfile.ZipFile(folder / target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, written in content.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # The same on every system.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, written)


def _json(path: Path, content: dict[str, Any], indent: int | None = 1) -> None:
    path.write_bytes((json.dumps(content, ensure_ascii=False, indent=indent) + "\n").encode("utf-8"))
