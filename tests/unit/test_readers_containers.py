"""Workbooks, Parquet files and archives give the same observations as a CSV file would."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.catalogue import Catalogue
from sources.model import Dataset
from sources.problems import ExtractRefused
from sources.readers import ReadResult, read_extract
from sources.readers.parquet import parquet_columns, parquet_pieces, read_parquet
from sources.recognise import recognise
from sources.territory.declared import Territories
from sources.vocabulary import Level

BASE: dict[str, Any] = {
    "id": "essai",
    "title": "Essai",
    "producer": "Producteur",
    "group": "essai",
    "licence": "Licence Ouverte 2.0",
    "citation": "Producteur",
    "description": "Jeu d’essai.",
    "files": r"essai_(?P<edition>\d{4})\.",
}
LAYOUT: dict[str, Any] = {
    "territory": {"column": "CODGEO", "rules": [{"match": r"\d[0-9AB]\d{3}", "level": "commune"}]},
    "year": {"source": "header"},
    "columns": {"total": {"column": "P{yy}_TOT", "label": "Total", "unit": "personnes", "additive": True}},
}
ROWS = [["59172", "Denain", 20136.5], ["01004", "Ambérieu-en-Bugey", 14000]]


class Known:
    """Territories of the tests."""

    def known(self, level: Level) -> frozenset[str]:
        return frozenset({"59172"}) if level is Level.COMMUNE else frozenset()


def dataset(**layout: object) -> Dataset:
    return Dataset.model_validate({**BASE, "layout": {**LAYOUT, **layout}})


def workbook(header_row: int, *, units: bool = False, sheets: tuple[str, ...] = ("COM",)) -> bytes:
    content = io.BytesIO()
    import xlsxwriter

    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet("Présentation").write(0, 0, "Lisez-moi")
        for name in sheets:
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, "Titre du classeur")
            sheet.write_row(header_row - 1, 0, ["CODGEO", "LIBGEO", "P22_TOT"])
            if units:
                sheet.write_row(header_row, 0, ["", "", "personnes"])
            for i, row in enumerate(ROWS):
                sheet.write_row(header_row + units + i, 0, row)
    return content.getvalue()


def put(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read(path: Path, declared: Dataset, scope: Any = "france") -> ReadResult:
    return read_extract(path, declared, 2022, None, Known(), scope=scope)


def refused(path: Path, declared: Dataset) -> str:
    with pytest.raises(ExtractRefused) as caught:
        read(path, declared)
    message = str(caught.value)
    assert path.name in message and "Traceback" not in message
    return message.replace("\u00a0", " ")


@pytest.mark.parametrize("header_row", [1, 5, 6, 8, 9])
def test_a_workbook_is_read_wherever_its_header_is(tmp_path: Path, header_row: int) -> None:
    result = read(put(tmp_path, workbook(header_row), "essai_2022.xlsx"), dataset())
    rows = result.observations.select("code", "value", "line", "column", "millesime").rows()
    assert rows == [
        ("59172", 20136.5, header_row + 1, "P22_TOT", 2022),
        ("01004", 14000.0, header_row + 2, "P22_TOT", 2022),
    ]
    assert result.account.rows_read == 2


def test_a_row_of_units_is_not_data(tmp_path: Path) -> None:
    path = put(tmp_path, workbook(9, units=True), "essai_2022.xlsx")
    assert read(path, dataset(header_row=9, units_rows=1)).account.rows_read == 2
    assert "une cellule vide" in refused(path, dataset(header_row=9))


def test_two_sheets_of_the_same_territories_are_not_chosen_between(tmp_path: Path) -> None:
    path = put(tmp_path, workbook(5, sheets=("Brouillon", "COM")), "essai_2022.xlsx")
    assert "deux feuilles des mêmes territoires, « Brouillon » et « COM »" in refused(path, dataset())


def test_each_sheet_may_be_a_year(tmp_path: Path) -> None:
    path = put(tmp_path, workbook(9, sheets=("APL_2022", "APL_2023")), "essai_2023.xlsx")
    layout = {"sheet": r"APL_(?P<year>\d{4})", "year": {"source": "column", "column": "_sheet"}}
    columns = {"total": {"column": "P22_TOT", "label": "Total", "unit": "personnes"}}
    result = read(path, dataset(**layout, columns=columns))
    assert sorted(result.observations["millesime"].to_list()) == [2022, 2022, 2023, 2023]
    assert result.account.rows_read == result.account.rows_kept == 4


def test_parquet_is_read_as_text_like_the_rest(tmp_path: Path) -> None:
    frame = pl.DataFrame({"CODGEO": ["59172", "01004"], "P22_TOT": [20136.5, None]})
    path = tmp_path / "essai_2022.parquet"
    frame.write_parquet(path)
    result = read(path, dataset())
    assert result.observations.select("value", "status").rows() == [
        (20136.5, "observed"),
        (None, "suppressed"),
    ]


def test_a_parquet_file_read_by_pieces_is_the_same_table(tmp_path: Path) -> None:
    rows = 2_500
    frame = pl.DataFrame({"GEO": [f"{n:05d}" for n in range(rows)], "V": [n / 4 for n in range(rows)]})
    path = tmp_path / "table.parquet"
    frame.write_parquet(path, row_group_size=700)
    pieces = list(parquet_pieces(path.name, path, cells=400))
    assert len(pieces) > 10 and all(piece.frame.height <= 200 for piece in pieces)
    whole = read_parquet(path.name, path)
    assert pl.concat(piece.frame for piece in pieces).equals(whole.frame)
    assert whole.frame["_line"].to_list() == list(range(1, rows + 1))
    assert whole.frame.row(5) == (6, "00005", "1.25")
    assert parquet_columns(path.name, path) == ("GEO", "V")


def test_a_long_parquet_file_may_have_more_rows_than_fit(
    tmp_path: Path, catalogue: Catalogue, territories: Territories, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole of a national table is read by pieces, where another file of that size is refused."""
    monkeypatch.setattr("sources.readers.parquet.MAX_CELLS", 100)
    measures = ["DWELLINGS_OCS_DW_VAC", *(f"X{n}" for n in range(50))]
    columns = {"GEO": "59172", "GEO_OBJECT": "COM", "TIME_PERIOD": "2023", "OBS_VALUE": 805.0}
    frame = pl.DataFrame({"TAB_MEASURE": measures}).with_columns(**{k: pl.lit(v) for k, v in columns.items()})
    path = tmp_path / "dossier_complet_2023.parquet"
    frame.write_parquet(path)
    found = recognise(path, catalogue)
    result = read_extract(path, found.dataset, found.edition, None, territories)
    assert result.observations.select("variable", "value").rows() == [("rp_logvac", 805.0)]
    assert result.account.rows_outside == 50
    with pytest.raises(ExtractRefused, match="cellules"):
        read_parquet(path.name, path)
    whole = path.read_bytes()
    for end in (len(whole) // 2, len(whole) - 6, 12):
        path.write_bytes(whole[:end])
        with pytest.raises(ExtractRefused, match="abîmé ou tronqué"):
            list(parquet_pieces(path.name, path))


def test_a_parquet_bomb_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column of one repeated value takes a few bytes, whatever its rows."""
    monkeypatch.setattr("sources.readers.parquet.MAX_CELLS", 1_000)
    path = tmp_path / "table.parquet"
    pl.select(GEO=pl.repeat("59172", 500_000), V=pl.repeat(1.0, 500_000)).write_parquet(path)
    assert path.stat().st_size < 20_000
    for read_it in (parquet_columns, read_parquet, lambda *of: next(parquet_pieces(*of))):
        with pytest.raises(ExtractRefused, match="vraies données"):
            read_it(path.name, path)


CSV = "CODGEO;P22_TOT\n59172;10\n01004;5\n"


def archive(**members: str | bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in members.items():
            opened.writestr(name, text)
    return content.getvalue()


def test_an_archive_gives_its_one_data_file(tmp_path: Path) -> None:
    members = {"essai_2022.csv": CSV, "meta_essai_2022.csv": "COD_VAR;LIB_VAR\nP22_TOT;Total\n"}
    result = read(put(tmp_path, archive(**members), "essai_2022.zip"), dataset())
    assert result.observations["value"].to_list() == [10.0, 5.0]
    inner = read(put(tmp_path, archive(**{"essai_2022.xlsx": workbook(6)}), "classeur.zip"), dataset())
    assert inner.observations.height == 2


def test_several_data_files_are_told_apart_by_their_name_or_refused(tmp_path: Path) -> None:
    path = put(tmp_path, archive(**{"essai_2022.csv": CSV, "autre.csv": "x;y\n1;2\n"}), "deux.zip")
    assert read(path, dataset()).account.rows_read == 2
    path = put(tmp_path, archive(**{"essai_2021.csv": CSV, "essai_2022.csv": CSV}), "trois.zip")
    assert "un seul fichier" in refused(path, dataset())
    path = put(tmp_path, archive(**{"lisezmoi.csv": "x;y\n"}), "rien.zip")
    assert "aucun fichier de données" in refused(path, dataset())


META = "COD_VAR;LIB_VAR\nCODGEO;Code\nX1;Population municipale\nX2;Part des femmes\n"


def test_unknown_names_are_found_through_the_files_own_description(tmp_path: Path) -> None:
    columns = {
        "pop": {
            "column": "POP",
            "label": "Population",
            "unit": "personnes",
            "meta": "^population municipale$",
        },
        "femmes": {"column": "TX_F", "label": "Femmes", "unit": "%", "meta": "part des femmes"},
    }
    declared = dataset(columns=columns, year={"source": "edition"})
    data = "CODGEO;X1;X2\n59172;10;52\n"
    path = put(tmp_path, archive(**{"essai_2022.csv": data, "meta_essai.csv": META}), "essai_2022.zip")
    frame = read(path, declared).observations
    assert frame.select("variable", "value", "column").rows() == [("pop", 10.0, "X1"), ("femmes", 52.0, "X2")]
    other = META.replace("Part des femmes", "Taux d’emploi")
    path = put(tmp_path, archive(**{"essai_2022.csv": data, "meta_essai.csv": other}), "essai_2022.zip")
    message = refused(path, declared)
    # What was expected, and all that was found.
    assert "« TX_F » (Femmes)" in message and "X2 (Taux d’emploi)" in message


def test_a_broken_container_is_refused_in_words(tmp_path: Path) -> None:
    good = workbook(6)
    for name, content in {
        "tronque.xlsx": good[: len(good) // 2],
        "abime.xlsx": good[:400] + b"\x00" * 200 + good[600:],
        "abime.zip": archive(**{"essai_2022.csv": CSV})[:-30],
        "abime.parquet": b"PAR1" + b"\x00" * 100,
        "abime.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 2000,
    }.items():
        assert "tronqué" in refused(put(tmp_path, content, name), dataset())


def test_a_workbook_without_the_expected_sheet_names_those_it_has(tmp_path: Path) -> None:
    path = put(tmp_path, workbook(6, sheets=("EPCI",)), "essai_2022.xlsx")
    message = refused(path, dataset(sheet="^COM$"))
    assert "« EPCI »" in message and "« Présentation »" in message and "« CODGEO »" in message


def test_either_decimal_mark_but_never_both(tmp_path: Path) -> None:
    declared = dataset(decimal="either")
    for mark in ",.":
        text = f"CODGEO;P22_TOT\n59172;10{mark}5\n01004;7\n"
        assert read(put(tmp_path, text.encode(), "essai_2022.csv"), declared).observations["value"][0] == 10.5
    # One number badly written is told, the rest goes on; a column of them is not the producer's.
    text = "CODGEO;P22_TOT\n59172;10,5\n01004;7,5\n01005;7.5\n"
    result = read(put(tmp_path, text.encode(), "essai_2022.csv"), declared)
    assert [(m.text, m.line, m.column) for m in result.marks] == [("7.5", 4, "P22_TOT")]
    assert result.observations["status"].to_list() == ["observed", "observed", "missing"]
    many = "".join(f"0100{n};{'7,5' if n < 4 else '7..5'}\n" for n in range(1, 10))
    more = "".join(f"010{n};8,5\n" for n in range(10, 20))
    message = refused(put(tmp_path, f"CODGEO;P22_TOT\n{many}{more}".encode(), "essai_2022.csv"), declared)
    assert "ligne 5" in message and "« 7..5 »" in message and "virgule" in message


def test_an_error_of_a_workbook_is_no_empty_cell(tmp_path: Path) -> None:
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("COM")
        sheet.write_row(2, 1, ["CODGEO", "P22_TOT"])
        for i, row in enumerate(["59172", "01004", "01005"]):
            sheet.write_row(3 + i, 1, [row, 10 + i])
        sheet.write_formula(4, 2, "=1/0", None, "#DIV/0!")
    result = read(put(tmp_path, content.getvalue(), "essai_2022.xlsx"), dataset(marks={"": "suppressed"}))
    # Blank lines above the header count: the line is the one a person sees.
    assert [(m.text, m.line, m.column) for m in result.marks] == [("#DIV/0!", 5, "P22_TOT")]
    assert result.observations["status"].to_list() == ["observed", "missing", "observed"]


def test_blank_lines_at_the_end_are_nothing_and_in_the_middle_a_fault(tmp_path: Path) -> None:
    text = "CODGEO;P22_TOT\r\n59172;10\r\n01004;\r\n;\r\n\r\n"
    assert read(put(tmp_path, text.encode(), "essai_2022.csv"), dataset()).account.rows_read == 2
    text = "CODGEO;P22_TOT\n59172;10\n\n01004;5\n"
    assert "ligne 3" in refused(put(tmp_path, text.encode(), "essai_2022.csv"), dataset())
