"""What a Word file and a PDF must be, whoever opens them: parts, language, headings, words for pictures."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise

import pypdf
import pytest
from local_files import COMMUNES
from lxml import etree

from dashboard.documents import export
from dashboard.documents.model import Cell, Column, Heading, Paragraph, Table, belongs_above
from dashboard.story.parts import PARTS
from sources.local import FIELDS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def plain(text):
    return re.sub(r"[\s\u00a0\u202f\u200b\u00ad]+", " ", text).strip()


def headings(word, level):
    return [p.text for p in word.paragraphs if p.style.name == f"Heading {level}"]


def xml(files, code, name="word/document.xml"):
    with zipfile.ZipFile(io.BytesIO(files[code, "docx"])) as archive:
        return etree.fromstring(archive.read(name))


def outline(reader, items=None):
    for item in reader.outline if items is None else items:
        if isinstance(item, list):
            yield from outline(reader, item)
        else:
            yield item.title


@pytest.mark.parametrize("code", COMMUNES)
def test_the_eleven_parts_are_there_in_order_in_both_files(code, words, pdfs):
    wanted = [f"{number}. {title}" for number, title in enumerate(PARTS, start=1)]
    assert len(wanted) == 11
    assert headings(words[code], 1)[:12] == ["L’essentiel", *wanted]
    assert [t for t in outline(pdfs[code]) if re.match(r"\d+\. ", t)] == wanted


@pytest.mark.parametrize("code", COMMUNES)
def test_no_table_is_empty_and_each_part_says_something(code, files, words):
    for table in words[code].tables:
        assert len(table.rows) >= 2, table.rows[0].cells[0].text
        for row in table.rows[1:]:
            assert any(cell.text.strip() for cell in row.cells)
    body = list(xml(files, code).iter(f"{W}p", f"{W}tbl"))
    said, part = {}, None
    for node in body:
        style = node.find(f"{W}pPr/{W}pStyle") if node.tag == f"{W}p" else None
        text = "".join(node.itertext()).strip()
        if style is not None and style.get(f"{W}val") == "Heading1":
            part = text
        elif part and text:
            said[part] = said.get(part, 0) + 1
    assert all(said.get(h, 0) >= 2 for h in headings(words[code], 1))


def test_a_missing_list_is_one_line(words):
    text = plain("\n".join(p.text for p in words["59446"].paragraphs))
    for name in ("Équipements", "Services", "Programmation", "Participation citoyenne", "Priorités"):
        assert f"{name} d’Oisy : rien n’est encore inscrit." in text


def test_a_commune_without_quarter_gets_a_document_that_makes_sense(words):
    text = plain("\n".join(p.text for p in words["59446"].paragraphs))
    assert "Aucun quartier prioritaire de 2015 ou de 2024 ne touche le territoire d’Oisy" in text
    assert "La commune n’en compte aucun en 2024" in text
    assert "Quartier d" not in headings(words["59446"], 2)
    assert "ne rattache la commune à aucune équipe projet" in text


def test_a_quarter_mostly_elsewhere_is_shown_with_what_must_be_known_of_it(words):
    cells = [plain(c.text) for t in words["59564"].tables for r in t.rows for c in r.cells]
    assert any("390 habitants du contrat" in cell for cell in cells)
    assert "390" in cells


def test_what_a_quarter_lacks_is_counted(words):
    text = plain("\n".join(p.text for p in words["59172"].paragraphs))
    assert re.search(r"quartiers de 2024 : \d+ \(non diffusé[^)]*\)", text)


def test_the_commune_s_own_lines_and_texts_are_in_the_document(words, files):
    cells = [plain(c.text) for t in words["59172"].tables for r in t.rows for c in r.cells]
    for label in ("Équipement fictif", "Enjeu fictif 1. Accompagner vers l’emploi", "12 501 €"):
        assert any(label in cell for cell in cells), label
    for control in xml(files, "59172").iter(f"{W}sdt"):
        tag = control.find(f"{W}sdtPr/{W}tag")
        if tag is not None and tag.get(f"{W}val") == "bcs.59172.enjeux":
            lines = ["".join(p.itertext()) for p in control.find(f"{W}sdtContent").iter(f"{W}p")]
            assert lines == ["Première ligne.", "Seconde ligne."]
            break
    else:
        pytest.fail("no control for the priorities")


@pytest.mark.parametrize("code", COMMUNES)
def test_the_word_file_has_a_control_for_each_free_field_under_a_stable_tag(code, files):
    tags = [t.get(f"{W}val") for t in xml(files, code).iter(f"{W}tag")]
    assert [tag for tag in tags if ".cell" not in tag] == [f"bcs.{code}.{field.key}" for field in FIELDS]
    assert len(tags) == len(set(tags))
    ids = [i.get(f"{W}val") for i in xml(files, code).iter(f"{W}id") if i.getparent().tag == f"{W}sdtPr"]
    assert len(set(ids)) == len(ids) == len(tags)


@pytest.mark.parametrize("code", COMMUNES)
def test_the_word_file_is_accessible(code, files, words):
    body = xml(files, code)
    pictures = list(body.iter(f"{DRAWING}docPr"))
    assert len(pictures) == 1
    for picture in pictures:
        assert len(picture.get("descr")) > 40
        assert COMMUNES[code] in picture.get("descr")
    tables = list(body.iter(f"{W}tbl"))
    assert tables
    for table in tables:
        first, *others = table.findall(f"{W}tr")
        assert first.find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in others)
    captions = [p for p in words[code].paragraphs if p.style.name == "Caption"]
    assert len(captions) == len(tables) + len(pictures)
    defaults = xml(files, code, "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert defaults.get(f"{W}val") == "fr-FR"
    levels = [int(p.style.name[-1]) for p in words[code].paragraphs if p.style.name.startswith("Heading ")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert COMMUNES[code] in words[code].core_properties.title


@pytest.mark.parametrize("code", COMMUNES)
def test_the_word_file_has_contents_that_lead_to_its_headings_and_no_macro(code, files, words, pdfs):
    body = xml(files, code)
    instructions = "".join(node.text for node in body.iter(f"{W}instrText"))
    assert re.search(r"TOC \\o", instructions)
    marks = {b.get(f"{W}name") for b in body.iter(f"{W}bookmarkStart")}
    links = [
        (h.get(f"{W}anchor"), "".join(t.text or "" for t in [*h.iter(f"{W}t")][:-1]).strip())
        for h in body.iter(f"{W}hyperlink")
    ]
    numbers = [int([*h.iter(f"{W}t")][-1].text) for h in body.iter(f"{W}hyperlink")]
    assert numbers == sorted(numbers)
    # The essential on two pages, then the diagnostic; the last part on one of the last pages.
    assert numbers[:2] == [1, 3]
    assert abs(numbers[-1] - len(pdfs[code].pages)) <= 1
    pages = re.findall(r"PAGEREF (\w+)", instructions)
    assert pages == [anchor for anchor, text in links]
    assert {anchor for anchor, _ in links} <= marks
    assert links[0][1] == "L’essentiel"
    assert [text for _, text in links if re.match(r"\d+\. ", text)] == headings(words[code], 1)[1:12]
    with zipfile.ZipFile(io.BytesIO(files[code, "docx"])) as archive:
        assert not any("vba" in name.lower() for name in archive.namelist())


@pytest.mark.parametrize("code", COMMUNES)
def test_every_page_says_which_version_it_shows(code, words, pdfs, connection):
    identity, moment = connection.sql("SELECT release_id, created_at FROM release").fetchall()[0]
    wanted = f"Version {identity} du {moment:%d/%m/%Y}"
    assert wanted in words[code].sections[0].footer.paragraphs[0].text
    for page in pdfs[code].pages:
        assert wanted in plain(page.extract_text())


@pytest.mark.parametrize("code", COMMUNES)
def test_the_pdf_is_tagged_titled_and_carries_its_fonts(code, pdfs):
    reader = pdfs[code]
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower().startswith("fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert COMMUNES[code] in reader.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_data()
    kinds, alternatives = tags(root["/StructTreeRoot"])
    assert {"/Title", "/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Caption", "/P"} <= kinds
    assert len(alternatives) == 1
    headers = [node for node in elements(root["/StructTreeRoot"]) if node.get("/S") == "/TH"]
    assert headers
    assert all("/Column" in str(attributes(node)) for node in headers)
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            assert "/ToUnicode" in font.get_object()
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def elements(root):
    """Yield the elements of a structure tree."""
    waiting = [root]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            yield node
            if "/K" in node:
                waiting.append(node["/K"])


def attributes(node):
    """Return the attributes of an element, whatever holds them."""
    held = node["/A"].get_object()
    return [one.get_object() for one in held] if isinstance(held, list) else [held]


def tags(root):
    """Return the kinds of elements of a structure tree, and the words given for pictures."""
    found = list(elements(root))
    return {n["/S"] for n in found if "/S" in n}, [n["/Alt"] for n in found if n.get("/Alt")]


def test_notes_stay_with_the_table_they_are_about(words, files):
    """In Word, a short table with notes, its lines and what separates them are all kept with the next."""
    body = list(xml(files, "59172")[0])
    checked = 0
    for rank, node in enumerate(body):
        spacer = body[rank + 1] if node.tag == f"{W}tbl" else None
        style = None if spacer is None else spacer.find(f"{W}pPr/{W}pStyle")
        if style is None or style.get(f"{W}val") != "KeptSpacer":
            continue
        checked += 1
        last = node.findall(f"{W}tr")[-1]
        assert all(p.find(f"{W}pPr/{W}keepNext") is not None for p in last.iter(f"{W}p"))
        following = body[rank + 2].find(f"{W}pPr/{W}pStyle").get(f"{W}val")
        assert following in ("Note", "OpeningNote")
    assert checked >= 8


def test_what_belongs_to_a_table_is_told_from_what_announces_the_next():
    line = Table("Légende", (Column("A", 1.0),), ((Cell("a"),),))
    note, body, title = Paragraph("note", "note"), Paragraph("corps"), Heading("titre")
    assert belongs_above([line, note], 1)
    assert belongs_above([line, note, note], 2)
    assert not belongs_above([line, body, note], 2)
    assert not belongs_above([note, line], 0)
    assert not belongs_above([line, title, note, line], 2)
    many = Table("Légende", line.columns, line.rows * 20)
    long = Table("Légende", line.columns, ((Cell("a" * 900),),))
    assert (line.short, many.short, long.short) == (True, False, True)
    assert (line.compact, long.compact) == (True, False)


def test_names_keep_their_capitals(words):
    text = plain("\n".join(p.text for p in words["59172"].paragraphs))
    for name in ("Maisons & Cités", "Partenord Habitat", "Denain centre"):
        assert name in text


METHOD = re.compile(r"tirages?|dissimilarité|quotient|Theil|\.csv|volet local|à suivre")


def test_a_mayor_reads_two_pages_then_a_few(release, tmp_path):
    """Before anything local is written: the essential on two pages, and no word of the trade."""
    for code, most in (("59172", 10), ("59446", 6)):
        (path,) = export(release, code, ("pdf",), tmp_path)
        pages = [plain(page.extract_text()) for page in pypdf.PdfReader(path).pages]
        assert len(pages) <= most, (code, len(pages))
        assert "L’essentiel" in pages[0] and "Les chiffres à retenir" in pages[0]
        for said in ("d’abord", "question", "Sommaire"):
            assert said in pages[1], (code, said)
        assert pages[1].count("?") >= 3
        assert "1. Diagnostic partagé" in pages[2][:200]
        for page in pages:
            assert not METHOD.search(page), METHOD.search(page)


@pytest.mark.parametrize("code", COMMUNES)
def test_each_page_of_the_word_file_names_the_commune(code, words):
    assert COMMUNES[code] in words[code].sections[0].header.paragraphs[0].text


def test_every_edition_of_the_list_of_sources_is_that_of_a_file_read(words, connection):
    known = connection.sql(
        "SELECT d.title, list(DISTINCT e.edition::VARCHAR) FROM extract e JOIN dataset d USING (dataset) "
        "GROUP BY ALL"
    ).fetchall()
    for code in ("59172", "59446"):
        (told,) = [plain(p.text) for p in words[code].paragraphs if p.text.startswith("[1] ")]
        cited = 0
        for title, editions in known:
            for found in re.findall(rf"{re.escape(plain(title))} – éditions? ([\d, ]+)", told):
                assert set(found.strip(", ").split(", ")) <= set(editions), title
                cited += 1
        assert cited > 10
