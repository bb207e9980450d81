"""A table as CSV and XLSX: numbers are numbers, names are texts, every figure has its status and source."""

from __future__ import annotations

import csv
import io
import zipfile

import fastexcel
import pytest
from test_picture_files import ABOUT

from dashboard.story.markup import Fragment, table
from dashboard.story.spreadsheet import Amount, Sheet, figure
from dashboard.widgets.takeaway import table_file

RISKY = ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "＝1"]


def _table() -> Fragment:
    rows = [
        *((name, Amount("31,9 %", 31.8765, "observed", 1)) for name in RISKY),
        ("Estimée", Amount("12,0 % (estimé)", 12.0, "estimated", 1)),
        ("Secrète", Amount("secret statistique", None, "suppressed", 1)),
    ]
    return table("Légende", ("Commune", "Taux"), rows, numeric=(1,))


def test_a_csv_opens_in_a_french_spreadsheet() -> None:
    content = table_file("csv", _table().tables[0], ABOUT)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Commune", "Taux", "Statut", "Unité", "Millésime", "Source", "Version"]
    assert rows[1] == ["'=1+1", "31,88", "observé", "%", "2022", "Producteur fictif", "fictive-1"]
    assert all(row[0].startswith("'") for row in rows[1 : 1 + len(RISKY)])
    assert rows[-2][1:3] == ["12,0", "estimé"]
    assert rows[-1][1:3] == ["", "secret statistique"], "a suppressed figure is neither zero nor blank"


def test_a_workbook_has_typed_numbers_a_frozen_header_and_no_formula() -> None:
    content = table_file("xlsx", _table().tables[0], ABOUT)
    frame = fastexcel.read_excel(content).load_sheet(0).to_polars()
    assert frame.columns[:3] == ["Commune", "Taux", "Statut"]
    assert frame["Taux"].dtype.is_float()
    assert frame["Taux"][0] == pytest.approx(31.8765)
    assert frame["Taux"][-1] is None
    assert frame["Commune"].to_list()[: len(RISKY)] == RISKY
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert "<f>" not in sheet
    assert 'state="frozen"' in sheet


def test_cells_of_the_files_are_those_of_the_page() -> None:
    (shown,) = _table().tables
    assert "31,9\u00a0%" in _table().html
    assert [row[0] for row in Sheet(shown, ABOUT).rows] == [row[0] for row in shown.rows]


def test_a_table_that_says_its_status_does_not_say_it_twice() -> None:
    shown = table("L", ("Commune", "Taux", "Statut"), [("A", "1,5", "observé")], numeric=(1,)).tables[0]
    assert Sheet(shown, ABOUT).header.count("Statut") == 1


def test_what_a_table_says_of_each_figure_is_not_said_again_for_all() -> None:
    shown = table("L", ("A", "Valeur", "Unité"), [("a", "1,5", "€")], numeric=(1,)).tables[0]
    sheet = Sheet(shown, ABOUT)
    assert sheet.header == ("A", "Valeur", "Unité", "Statut", "Millésime", "Source", "Version")
    assert sheet.rows == [("a", 1.5, "€", "observé", "2022", "Producteur fictif", "fictive-1")]


def test_each_of_several_figures_has_its_status() -> None:
    shown = table("L", ("Année", "Ici", "Ailleurs"), [("2022", "1", "secret")], numeric=(1, 2)).tables[0]
    sheet = Sheet(shown, ABOUT)
    assert sheet.header[3:5] == ("Statut (Ici)", "Statut (Ailleurs)")
    assert sheet.rows[0][:5] == ("2022", 1, None, "observé", "secret")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("31,9\u00a0%", (31.9, "observé")),
        ("\u22124,2", (-4.2, "observé")),
        ("12\u202f345\u00a0€", (12345, "observé")),
        ("0,33 (estimé)", (0.33, "estimé")),
        ("non diffusé à ce niveau", (None, "non diffusé à ce niveau")),
    ],
)
def test_a_french_number_is_read_back(text: str, read: tuple[float | None, str]) -> None:
    assert figure(text) == read
