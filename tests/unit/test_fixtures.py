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
from sources.problems import ExtractRefused
from sources.readers import read_extract, unfinished
from sources.recognise import recognise
from sources.territory.declared import Territories

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
                        for column, cell in enumerate(cells):
                            # Codes and labels are text; a figure with a point is a numeric cell.
                            write = sheet.write_number if "." in cell and column > 1 else sheet.write_string
                            write(row, column, float(cell) if write == sheet.write_number else cell)
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
    expected = case.get("notes", [case["note"]] if "note" in case else [])
    assert len(result.notes) == len(expected)
    assert all(any(said in note for note in result.notes) for said in expected)
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


@pytest.mark.parametrize(
    ("dataset", "edition", "years"),
    [
        ("sig_ville_demo", 2018, {None}),
        ("sig_ville_ipro", 2020, {None}),
        ("sig_ville_revn", 2020, {2016, None}),
        ("insee_filosofi_communes", 2020, {2020}),
    ],
)
def test_an_edition_nobody_declared_has_its_reference_year(
    dataset: str, edition: int, years: set[int | None], catalogue: Catalogue, territories: Territories
) -> None:
    declared = catalogue.datasets[dataset]
    assert edition not in {millesime.edition for millesime in declared.millesimes}
    for path in (FIXTURES / dataset).glob("*.csv"):
        result = read_extract(path, declared, edition, None, territories, scope="france")
        assert set(result.observations["millesime"].unique()) == years


def test_revn_is_filosofi_of_four_years_before(catalogue: Catalogue, territories: Territories) -> None:
    """The offset of REVN is declared; where both files are held, they say the same of the same quarters."""
    frames = {
        (dataset.id, millesime.edition): read_extract(
            path, dataset, millesime.edition, millesime, territories
        )
        for dataset, millesime, _, path in catalogue.embedded()
        if dataset.id in ("sig_ville_revn", "insee_filosofi_qpv")
    }
    revn = frames["sig_ville_revn", 2022].observations
    filosofi = frames["insee_filosofi_qpv", 2018].observations
    key = ["level", "code", "perimeter", "variable", "millesime"]
    both = revn.join(filosofi, on=key, suffix="_filosofi")
    assert both.height >= 13 * 5 and set(both["millesime"]) == {2018}
    assert both.filter(pl.col("value").ne_missing(pl.col("value_filosofi"))).select(key).rows() == []


@pytest.mark.parametrize(
    ("dataset", "file"),
    [
        ("insee_filosofi_communes", "cc_filosofi_2020_COM.csv"),
        ("insee_filosofi_qpv", "data_filo20_qp_revdis.csv"),
    ],
)
def test_a_file_cut_anywhere_in_its_last_line_is_refused(
    dataset: str, file: str, tmp_path: Path, catalogue: Catalogue, territories: Territories
) -> None:
    declared = catalogue.datasets[dataset]
    assert declared.layout.final_newline
    raw = (FIXTURES / dataset / file).read_bytes()
    path = tmp_path / file
    # Not the line break itself: a file without it is cut too, but a lone carriage return is no matter.
    for end in range(raw.rstrip().rfind(b"\n") + 2, len(raw.rstrip()) + 1):
        path.write_bytes(raw[:end])
        with pytest.raises(ExtractRefused, match=r"saut de ligne.*tronqué"):
            read_extract(path, declared, 2020, None, territories, scope="france")


def test_a_producer_whose_files_end_as_they_may_is_read(
    catalogue: Catalogue, territories: Territories
) -> None:
    """Real files of this producer have no line break at their end: nothing can be asked of it."""
    declared = catalogue.datasets["insee_filosofi_disp"]
    path = FIXTURES / declared.id / "FILO2016_DISP_REG.csv"
    assert declared.layout.final_newline is False and not path.read_bytes().endswith(b"\n")
    assert unfinished(path, declared.layout) is None
    assert read_extract(path, declared, 2016, None, territories, scope="france").account.rows_kept == 2


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_file_cut_in_its_last_cell_is_told_where_nothing_is_known_of_its_producer(
    ends: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    declared = catalogue.datasets["caf_s_ben_com_f"]
    text = next(catalogue.extracts.glob("caf/s_ben_com_f_*.csv")).read_text(encoding="utf-8")
    path = tmp_path / "s_ben_com_f_2024.csv"
    whole = text.replace("\r\n", "\n").replace("\n", ends).encode()
    for sound in (whole, whole + b";;;;"):
        path.write_bytes(sound)
        assert unfinished(path, declared.layout) is None
    path.write_bytes(whole.rstrip()[:-1])
    found = unfinished(path, declared.layout)
    assert found is not None and "«\u00a01\u00a0»" in found.found
    assert (found.line, found.column) == (text.count("\n"), "indfoy_ndurpaje")
