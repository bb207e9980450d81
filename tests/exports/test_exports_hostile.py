"""Labels are data: formulas, markup, code, very long words and emoji stay text in the three formats."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import zipfile
from pathlib import Path

import docx
import duckdb
import fastexcel
import local_files
import pypdf
import pytest
from lxml import etree

from dashboard.charts.raster import printable
from dashboard.documents import export
from dashboard.documents.model import Document, Paragraph, Section
from dashboard.documents.pdf.writer import pdf

HOSTILE = local_files.HOSTILE


def squeezed(text):
    return re.sub(r"[\s\u00a0\u202f\u200b\u00ad]+", "", text)


def shown(label):
    """Return a label as it is read: typography alone may touch it."""
    return squeezed(label.replace("'", "’"))


@pytest.fixture(scope="module")
def hostile(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Documents of a release in which every kind of label looks like code."""
    folder = tmp_path_factory.mktemp("hostile")
    release = folder / "release-hostile.duckdb"
    shutil.copy(published, release)
    with duckdb.connect(str(release)) as connection:
        for sql, label in (
            ("UPDATE territory SET name = ? WHERE level = 'commune' AND code = '59172'", HOSTILE[0]),
            ("UPDATE territory SET name = ? WHERE code = 'QN05950M'", HOSTILE[1]),
            ("UPDATE territory SET note = ? WHERE code = 'QN05950M'", HOSTILE[5]),
            ("UPDATE territory SET name = ? WHERE code = 'QN05954M'", HOSTILE[3]),
            ("UPDATE indicator SET title = ? WHERE number = 1", HOSTILE[2]),
            ("UPDATE indicator SET short_title = ? WHERE number = 1", HOSTILE[2]),
            ("UPDATE indicator SET title = ? WHERE number = 2", HOSTILE[6]),
        ):
            connection.execute(sql, [label])
        connection.execute("UPDATE theme SET title = '=1+1 [a]:*?/\\ <w:t> #x' WHERE theme = 'emploi'")
        connection.execute("UPDATE theme SET title = '=1+1 [b]:*?/\\ <w:t> #x' WHERE theme = 'revenus'")
        connection.execute("UPDATE dataset SET citation = ?", [HOSTILE[4]])
        connection.execute("UPDATE release SET epci_name = ?", [HOSTILE[5]])
    local_files.publish(release, local_files.write(folder / "local", local_files.hostile_files()))
    written = export(release, "59172", ("docx", "pdf", "xlsx", "dialogue"), folder / "out")
    assert all(re.fullmatch(r"[a-z0-9-]+\.(docx|pdf|xlsx)", path.name) for path in written)
    return {path.name.split("-")[0] + path.suffix: path.read_bytes() for path in written}


def test_the_word_file_shows_them_as_text(hostile):
    word = docx.Document(io.BytesIO(hostile["priorites.docx"]))
    text = squeezed("".join(word.element.body.itertext()))
    for label in HOSTILE:
        assert shown(label) in text
    with zipfile.ZipFile(io.BytesIO(hostile["priorites.docx"])) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))


def test_the_workbook_shows_them_as_text(hostile):
    content = hostile["priorites.xlsx"]
    book = fastexcel.read_excel(content)
    cells = {
        value
        for name in book.sheet_names
        for row in book.load_sheet(name, dtypes="string").to_polars().iter_rows()
        for value in row
        if value
    }
    for label in HOSTILE:
        assert label in cells or label.replace("'", "’") in cells
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            text = archive.read(name)
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in text
                assert b"hyperlink" not in text.lower()
    assert len(set(map(str.lower, book.sheet_names))) == len(book.sheet_names)


def test_the_pdf_shows_them_as_text(hostile):
    reader = pypdf.PdfReader(io.BytesIO(hostile["priorites.pdf"]))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    for label in HOSTILE[:6]:
        # A sign that no font of ours draws is read as its code.
        assert shown(printable(label)) in text, label
    # A label that long is cut at the end of lines, and a footer stands between its pages.
    assert text.replace("-", "").count("mottrèslong") >= 2 * 350


def test_a_sign_that_no_font_draws_is_shown_by_its_code(monkeypatch):
    monkeypatch.setattr("dashboard.charts.raster._covered", frozenset)
    page = Section(1, "Essai", (Paragraph("avant \U0001f9ff après"),))
    made = pdf(Document("essai", "Essai", "E", "A", "r", dt.datetime(2026, 1, 1), (), (page,)))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "avant [U+1F9FF] après" in text


def test_the_dialogue_survives_too(hostile):
    reader = pypdf.PdfReader(io.BytesIO(hostile["dialogue.pdf"]))
    assert shown(HOSTILE[1]) in squeezed("".join(page.extract_text() for page in reader.pages))
