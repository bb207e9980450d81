"""Files whose columns are not under their names: each is refused in one line that says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from sources.problems import ExtractRefused, Problem
from sources.readers import read_extract
from tests.unit.test_readers import Known, dataset, read

Row = list[str]

WIDE = {
    "territory": {
        "column": "CODGEO",
        "label": "LIBGEO",
        "rules": [{"match": r"\d[0-9AB]\d{3}", "level": "commune"}],
    },
}
"""Code, name, a column nobody reads, a total and its part."""
HEAD = ["CODGEO", "LIBGEO", "SUPERF", "P22_TOT", "P22_PART"]
ROWS = [[f"59{n:03}", f"Ville {n}", f"{n},5", str(100 * n), str(10 * n)] for n in range(1, 80)]


def written(head: Row, rows: list[Row]) -> str:
    return "".join(f"{';'.join(row)}\n" for row in [head, *rows])


def refused(tmp_path: Path, head: Row, rows: list[Row]) -> Problem:
    with pytest.raises(ExtractRefused) as caught:
        read(tmp_path, written(head, rows), dataset(**WIDE))
    (problem,) = caught.value.problems
    return problem


def sheet_read(tmp_path: Path, head: Row, rows: list[Row]) -> None:
    path = tmp_path / "essai_2022.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([head, *rows]):
            sheet.write_row(at, 0, row)
    read_extract(path, dataset(**WIDE), 2022, None, Known())


def refused_sheet(tmp_path: Path, head: Row, rows: list[Row]) -> Problem:
    with pytest.raises(ExtractRefused) as caught:
        sheet_read(tmp_path, head, rows)
    (problem,) = caught.value.problems
    return problem


MOVED = pytest.mark.parametrize(
    ("damage", "line", "column", "found", "side"),
    [
        # A field is missing on every row, with and without a cell at the end that makes up for it.
        (lambda row: [row[0], *row[2:]], 2, "LIBGEO", "1,5", "gauche"),
        (lambda row: [row[0], *row[2:], ""], 2, "LIBGEO", "1,5", "gauche"),
        # A separator is too many, and the last cell lost or not.
        (lambda row: [row[0], "", *row[1:]], 2, "LIBGEO", "cellule vide", "droite"),
        (lambda row: [row[0], "", *row[1:4]], 2, "LIBGEO", "cellule vide", "droite"),
        (lambda row: ["", *row], 2, "CODGEO", "cellule vide", "droite"),
        (lambda row: ["", *row[:4]], 2, "CODGEO", "cellule vide", "droite"),
        # No name tells: the part is above its total.
        (lambda row: [*row[:2], "", *row[2:]], 2, "P22_PART", "100", "droite"),
    ],
)


@MOVED
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_moved_by_one_column(
    tmp_path: Path, kind: str, damage: Callable[[Row], Row], line: int, column: str, found: str, side: str
) -> None:
    rows = [damage(row) for row in ROWS]
    problem = refused(tmp_path, HEAD, rows) if kind == "csv" else refused_sheet(tmp_path, HEAD, rows)
    assert (problem.line, problem.column) == (line, column)
    assert found in problem.found
    assert problem.advice is not None and f"décalées d’un rang vers la {side}" in problem.advice


def test_a_name_that_is_missing_from_the_header(tmp_path: Path) -> None:
    problem = refused(tmp_path, [HEAD[0], *HEAD[2:], ""], ROWS)
    assert problem.advice is not None and "un nom manque à l’en-tête" in problem.advice


def test_a_separator_too_many_at_the_end_of_each_row(tmp_path: Path) -> None:
    problem = refused(tmp_path, HEAD, [[*row, ""] for row in ROWS])
    assert problem.found.startswith("6\u00a0cellules")
    assert problem.advice is not None and "séparateur de trop" in problem.advice


@pytest.mark.parametrize(
    "damage",
    [
        lambda row: row,
        # A column emptied by its producer, figures badly written, names that are numbers: nothing moved.
        lambda row: [*row[:4], ""],
        lambda row: [*row[:3], f"{row[3][:-2]},{row[3][-2:]}", "0"],
        lambda row: [row[0], "12", *row[2:]],
    ],
)
def test_what_no_shift_explains_is_none(tmp_path: Path, damage: Callable[[Row], Row]) -> None:
    read(tmp_path, written(HEAD, [damage(row) for row in ROWS]), dataset(**WIDE))
    sheet_read(tmp_path, HEAD, [damage(row) for row in ROWS])
