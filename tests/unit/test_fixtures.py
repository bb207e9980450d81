"""Every layout on a few hand-made rows (``tests/fixtures``): recognised, read, accounted for as written."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
import yaml

from sources.catalogue import Catalogue
from sources.readers import read_extract
from sources.recognise import recognise
from sources.territories import Territories

FIXTURES = Path(__file__).parents[1] / "fixtures"
ROWS = ("read", "kept", "outside", "suppressed", "refused")
CELLS = ("observed", "estimated", "suppressed", "not_published", "not_applicable", "missing")


def cases() -> list[Any]:
    """Return one case by file, named by its dataset."""
    return [
        pytest.param(expected.parent, case, id=f"{expected.parent.name}-{case['file']}")
        for expected in sorted(FIXTURES.glob("*/attendu.yaml"))
        for case in yaml.safe_load(expected.read_text(encoding="utf-8"))
    ]


def made(source: Path, folder: Path) -> Path:
    """Return the file itself, or the one whose content a folder of that name holds as text."""
    if source.is_file():
        return source
    path = folder / source.name
    parts = sorted(source.iterdir())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in parts:
                archive.write(part, part.name)
    elif path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            for part in parts:
                sheet = book.add_worksheet(part.stem)
                with part.open(encoding="utf-8", newline="") as text:
                    for row, cells in enumerate(csv.reader(text, delimiter=";")):
                        sheet.write_row(row, 0, cells)
    else:
        pl.read_csv(parts[0], separator=";", infer_schema=False).cast(
            {"OBS_VALUE": pl.Float64}
        ).write_parquet(path)
    return path


@pytest.mark.parametrize(("folder", "case"), cases())
def test_a_fixture_is_read_as_it_is_written(
    folder: Path, case: dict[str, Any], tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    path = made(folder / case["file"], tmp_path)
    found = recognise(path, catalogue)
    assert (found.dataset.id, found.edition) == (folder.name, case["edition"])
    result = read_extract(path, found.dataset, found.edition, None, territories, scope="france")
    account = result.account
    rows = {name: getattr(account, f"rows_{name}") for name in ROWS}
    assert rows == {name: case["rows"].get(name, 0) for name in ROWS}
    assert rows["read"] == sum(rows[name] for name in ROWS[1:])
    cells = {name: getattr(account, f"cells_{name}") for name in CELLS}
    assert cells == {name: case["cells"].get(name, 0) for name in CELLS}
    assert account.cells_read == sum(cells.values())
    for level, code, variable, year, value, status in case["values"]:
        one = result.observations.filter(level=level, code=code, variable=variable)
        one = one.filter(pl.col("millesime").eq_missing(year))
        assert one.select("value", "status").rows() == [(value, status)], (code, variable, year)


def test_every_dataset_has_a_fixture_or_an_embedded_extract(catalogue: Catalogue) -> None:
    held = {dataset.id for dataset, *_ in catalogue.embedded()}
    invented = {path.parent.name for path in FIXTURES.glob("*/attendu.yaml")}
    assert invented <= set(catalogue.datasets)
    assert set(catalogue.datasets) == held | invented
    for folder in invented:
        named = {
            case["file"] for case in yaml.safe_load((FIXTURES / folder / "attendu.yaml").read_text("utf-8"))
        }
        assert named == {path.name for path in (FIXTURES / folder).iterdir()} - {"attendu.yaml"}
