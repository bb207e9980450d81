"""Every figure of a document is the release's: read back from the files, sought in the tables anew."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import fastexcel
import pytest
from local_files import COMMUNES
from word_files import plain, read_number, rounded


def squeezed(text):
    """Return a text without spaces and hyphens: lines are not cut at the same places."""
    return re.sub(r"[\s\u00a0\u202f\u200b\u00ad-]+", "", text)


def significant(value):
    """Return a value as a workbook keeps it: a dozen digits, far more than anyone reads."""
    return f"{value:.12g}"


@pytest.mark.parametrize("code", COMMUNES)
def test_the_pdf_shows_the_same_words_and_figures_as_the_word_file(code, documents, pdfs):
    text = squeezed("".join(page.extract_text() for page in pdfs[code].pages))
    for table in documents[code].tables:
        for row in table.rows:
            for line in (line for cell in row for line in cell.split("\n") if line != "à préciser"):
                assert squeezed(line) in text, (table.caption, line)


@pytest.mark.parametrize("code", COMMUNES)
def test_the_workbook_holds_every_value_of_the_commune_unrounded(code, files, connection):
    book = fastexcel.read_excel(files[code, "xlsx"])
    themes = [title for (title,) in connection.sql("SELECT title FROM theme ORDER BY position").fetchall()]
    # The introduction has its usual name, which its long title gives in brackets.
    known = [title if len(title) <= 31 else title.split("(")[-1].rstrip(")") for title in themes]
    sheets = [name for name in book.sheet_names if name in known]
    assert len(sheets) == len(themes)
    written = set()
    for name in sheets:
        frame = book.load_sheet(name, dtypes={"Code": "string", "Valeur": "float"}).to_polars()
        for row in frame.filter(frame["Code"] == code).iter_rows(named=True):
            assert row["Statut"]
            if row["Valeur"] is not None:
                written.add((row["Identifiant"], row["Année"], row["Édition"], significant(row["Valeur"])))
    rows = connection.execute(
        "SELECT indicator, millesime, edition, value FROM value WHERE level = 'commune' AND code = ? "
        "AND value IS NOT NULL",
        [code],
    ).fetchall()
    assert written == {(*key, significant(value)) for *key, value in rows}


def test_the_workbook_has_no_formula_and_frozen_headers(files):
    for code in COMMUNES:
        with zipfile.ZipFile(io.BytesIO(files[code, "xlsx"])) as archive:
            pages = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
            for name in pages:
                xml = archive.read(name).decode()
                assert "<f>" not in xml and "<f " not in xml
                assert 'state="frozen"' in xml
            assert not any("vba" in name.lower() for name in archive.namelist())


def test_the_first_page_and_the_pockets_show_the_release_s_inhabitants(documents, connection):
    rows = connection.sql(
        "SELECT code, value FROM observation WHERE level = 'commune' AND variable = 'rp_pop' "
        "AND value IS NOT NULL"
    ).fetchall()
    for code, word in documents.items():
        fact = next(text for name, text in word.paragraphs if name == "Fact")
        assert fact.startswith("Population")
        assert read_number(fact.removeprefix("Population")) in {rounded(v, 0) for c, v in rows if c == code}
    (table,) = documents["59491"].having("Poche de pauvreté", "Habitants estimés", "Source")
    assert [(plain(name), read_number(count)) for name, count, _ in table.rows] == [
        ("Vicoigne", Decimal(800))
    ]


@pytest.mark.parametrize("code", COMMUNES)
def test_the_workbook_s_gaps_are_the_release_s(code, files, connection):
    book = fastexcel.read_excel(files[code, "xlsx"])
    frame = book.load_sheet("Quartiers et parité", dtypes={"Code": "string"}).to_polars()
    exact = {
        (quarter, significant(value), significant(reference), significant(gap))
        for quarter, value, reference, gap in connection.sql(
            "SELECT code, value, reference_value, gap FROM comparison WHERE level = 'qpv'"
        ).fetchall()
    }
    quarters = connection.execute(
        "SELECT code FROM membership WHERE level = 'qpv' AND parent_level = 'commune' AND parent_code = ?",
        [code],
    ).fetchall()
    if frame["Code"].null_count() == frame.height:
        assert not quarters, "its quarters have gaps to show"
        assert "Rien à montrer" in frame.row(0)[0]
        return
    assert quarters
    for row in frame.iter_rows(named=True):
        numbers = (row["Valeur du quartier"], row["Valeur de la référence"], row["Écart"])
        assert (row["Code"], *map(significant, numbers)) in exact


@pytest.mark.parametrize("code", ["59172", "59446"])
def test_the_workbook_has_one_table_to_pivot_with_every_line_of_the_themes(code, files, connection):
    book = fastexcel.read_excel(files[code, "xlsx"])
    titles = [title for (title,) in connection.sql("SELECT title FROM theme ORDER BY position").fetchall()]
    tidy = book.load_sheet("Données", dtypes={"Code": "string"}).to_polars()
    known = [title if len(title) <= 31 else title.split("(")[-1].rstrip(")") for title in titles]
    assert tidy.height == sum(book.load_sheet(name).to_polars().height for name in known)
    assert set(tidy["Thème"]) <= set(titles)
    with zipfile.ZipFile(io.BytesIO(files[code, "xlsx"])) as archive:
        table = archive.read("xl/tables/table1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
        workbook = archive.read("xl/workbook.xml").decode()
    assert 'name="Donnees"' in table and f"{tidy.height + 1}" in re.search(r'ref="A1:\w+?(\d+)"', table)[0]
    assert "#,##0.0&quot; %&quot;" in styles and "#,##0&quot; €&quot;" in styles
    # Twelve columns of a theme are printed: more would not be read on paper.
    assert workbook.count("$A$1:$L$") == len(known)
