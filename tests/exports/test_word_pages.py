"""The pages the contents of the Word file announce: those of the program that opens it, or the next one."""

from __future__ import annotations

import shutil
import subprocess

import docx
import pypdf
import pytest
from docx.oxml import parse_xml

from dashboard.documents.model import Cell, Column, Table
from dashboard.documents.word import pages, styles, tables, xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def written(*pieces):
    document = docx.Document()
    styles.apply(document)
    for piece in pieces:
        document.element.body.insert(len(document.element.body) - 1, parse_xml(piece))
    return pages.heading_pages(document)


def lines(count):
    return [xml.paragraph(xml.run("Une ligne."), "Normal")] * count


def test_a_part_goes_where_the_lines_before_it_lead():
    # 26.5 cm hold 52 lines of 9 points, each followed by 4.
    assert written(*lines(40), xml.heading("A", 1, 1)) == {"_Toc000001": 1}
    assert written(*lines(60), xml.heading("A", 1, 1)) == {"_Toc000001": 2}
    assert written(xml.heading("A", 1, 1), xml.heading("B", 1, 2, fresh=True)) == {
        "_Toc000001": 1,
        "_Toc000002": 2,
    }


def test_a_heading_goes_with_what_it_announces():
    long = xml.paragraph(xml.run("mot " * 600), "Normal", whole=True)
    assert written(*lines(45), xml.heading("A", 1, 1), long)["_Toc000001"] == 2
    assert written(*lines(45), xml.heading("A", 1, 1), *lines(1))["_Toc000001"] == 1


def test_a_table_takes_as_many_lines_as_its_fullest_cell():
    row = (Cell("mot " * 60), Cell("court"))
    table = tables.table(Table("Essai", (Column("A", 3.0), Column("B", 14.0)), (row,) * 8))
    assert written(table, xml.heading("A", 1, 1))["_Toc000001"] == 2
    wide = tables.table(Table("Essai", (Column("A", 14.0), Column("B", 3.0)), (row,) * 8))
    assert written(wide, xml.heading("A", 1, 1))["_Toc000001"] == 1


@pytest.mark.whole
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_finds_the_same_page_or_the_next(everywhere, tmp_path):
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    files = [paths[0] for paths in everywhere.values()]
    call = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", tmp_path, *files]
    subprocess.run(list(map(str, call)), check=True, capture_output=True, timeout=600)
    exact = told = 0
    for path in files:
        sheets = [
            " ".join(p.extract_text().split()) for p in pypdf.PdfReader(tmp_path / f"{path.stem}.pdf").pages
        ]
        for link in docx.Document(path).element.body.iter(f"{W}hyperlink"):
            *title, number = [node.text or "" for node in link.iter(f"{W}t")]
            wanted = " ".join("".join(title).split())
            found = next(n for n, sheet in enumerate(sheets, 1) if wanted in sheet and (n != 2))
            assert abs(found - int(number)) <= 1, (path.stem, wanted)
            exact, told = exact + (found == int(number)), told + 1
    assert exact > 0.9 * told > 400
