"""Whatever a person writes in an exported document, wherever it is: it is taken back, or it is reported."""

from __future__ import annotations

import copy
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dashboard.documents import ExportError, TakenBack, export, export_form, taken_back
from dashboard.documents.word.xml import DECLARED
from sources.local import load_local, read_texts, write_texts
from sources.local.cells import open_cells
from sources.local.rich import plain

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CODE = "59172"
BODY, FOOTER = "word/document.xml", "word/footer1.xml"
CELLS = open_cells((line.section, line.row.model_dump()) for line in load_local(None).lines)


@pytest.fixture(scope="module")
def exported(release, tmp_path_factory) -> Path:
    return export(release, CODE, ("docx",), tmp_path_factory.mktemp("rien-perdu"))[0]


@pytest.fixture(scope="module")
def archive(exported) -> dict[str, bytes]:
    with zipfile.ZipFile(exported) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def xml(inside: str) -> etree._Element:
    return parse_xml(inside.replace(">", f" {DECLARED}>", 1) if "xmlns" not in inside else inside)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _beside(node: etree._Element, made: etree._Element) -> None:
    node.addnext(made)


def _paragraph(body: etree._Element, at: int, text: str) -> None:
    _beside(_nth(body, f"{W}p", at), xml(f"<w:p>{run(text)}</w:p>"))


def _words(body: etree._Element, at: int, text: str) -> None:
    _nth(body, f"{W}p", at).append(xml(run(text)))


def _tracked(body: etree._Element, at: int, text: str) -> None:
    _nth(body, f"{W}p", at).append(xml(f"<w:ins w:id='9' w:author='M. le maire'>{run(text)}</w:ins>"))


def _linked(body: etree._Element, at: int, text: str) -> None:
    _nth(body, f"{W}p", at).append(xml(f"<w:hyperlink w:anchor='x'>{run(text)}</w:hyperlink>"))


def _item(body: etree._Element, at: int, text: str) -> None:
    item = f"<w:p><w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='1'/></w:numPr></w:pPr>{run(text)}</w:p>"
    _beside(_nth(body, f"{W}p", at), xml(item))


def _replaced(body: etree._Element, at: int, text: str) -> None:
    _nth(body, f"{W}t", at).text = text


def _row(body: etree._Element, at: int, text: str) -> None:
    row = _nth(body, f"{W}tr", at)
    other = copy.deepcopy(row)
    # A copied cell bears the tag of its field, as in Word: what is written is in the copy alone.
    for control in list(other.iter(f"{W}sdt", f"{W}bookmarkStart", f"{W}bookmarkEnd")):
        control.getparent().remove(control)
    cell = next(other.iter(f"{W}tc"))
    cell.append(xml(f"<w:p>{run(text)}</w:p>"))
    _beside(row, other)


def _table(body: etree._Element, at: int, text: str) -> None:
    _beside(
        _nth(body, f"{W}p", at),
        xml(f"<w:tbl><w:tr><w:tc><w:p>{run(text)}</w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"),
    )


def _box(body: etree._Element, at: int, text: str) -> None:
    box = (
        f"<w:r {DECLARED} xmlns:v='urn:schemas-microsoft-com:vml'><w:pict><v:textbox><w:txbxContent>"
        f"<w:p>{run(text)}</w:p></w:txbxContent></v:textbox></w:pict></w:r>"
    )
    _nth(body, f"{W}p", at).append(parse_xml(box))


def _in_control(body: etree._Element, at: int, text: str) -> None:
    _nth(body, f"{W}sdtContent", at).append(xml(f"<w:p>{run(text)}</w:p>"))


EDITS: tuple[Callable[[etree._Element, int, str], None], ...] = (
    *(_paragraph, _words, _tracked, _linked, _item, _replaced, _row, _table, _box, _in_control),
)


def _nth(body: etree._Element, tag: str, at: int) -> etree._Element:
    nodes = list(body.iter(tag))
    return nodes[at % len(nodes)]


def _saved(archive: dict[str, bytes], changed: dict[str, bytes], path: Path) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in {**archive, **changed}.items():
            made.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def _said(taken: TakenBack) -> str:
    texts = (text for fields in taken.texts.values() for text in fields.values())
    return "\n".join((*map(plain, texts), *(s.text for s in taken.stray), *(c.text for c in taken.changes)))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    edits=st.lists(
        st.tuples(st.sampled_from(EDITS), st.integers(0, 20_000), st.booleans()), min_size=3, max_size=3
    )
)
def test_every_inserted_sentence_is_taken_back_or_reported(edits, archive, tmp_path_factory) -> None:
    parts = {name: etree.fromstring(archive[name]) for name in (BODY, FOOTER)}
    sentences = []
    for number, (edit, at, in_footer) in enumerate(edits):
        sentence = f"Phrase écrite à la main, numéro {number}."
        root = parts[FOOTER if in_footer and edit in (_paragraph, _words, _replaced) else BODY]
        before = sum(sentence in (t.text or "") for t in root.iter(f"{W}t"))
        edit(root, at, sentence)
        assert sum(sentence in (t.text or "") for t in root.iter(f"{W}t")) > before
        sentences.append(sentence)
    # A later edit may write over an earlier one: what is still in the file must be listed.
    left = "".join(t.text or "" for root in parts.values() for t in root.iter(f"{W}t"))
    path = tmp_path_factory.mktemp("essai") / "document.docx"
    said = _said(taken_back(_saved(archive, {n: etree.tostring(r) for n, r in parts.items()}, path), CELLS))
    for sentence in sentences:
        assert (sentence in said) == (sentence in left)


def test_an_untouched_document_says_nothing(exported) -> None:
    taken = taken_back(exported, CELLS)
    assert not (taken.stray or taken.changes or taken.notes)


@pytest.fixture(scope="module")
def resaved(archive, tmp_path_factory) -> Iterator[list[tuple[str, Path]]]:
    """One document for each kind of edit, all saved again by LibreOffice in one call."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("resaved")
    made = []
    for rank, edit in enumerate(EDITS):
        for at in (61 + 97 * rank,):
            body = etree.fromstring(archive[BODY])
            sentence = f"Phrase de l’essai {rank}, place {at}."
            edit(body, at, sentence)
            path = folder / f"essai-{rank}-{at}.docx"
            made.append((sentence, _saved(archive, {BODY: etree.tostring(body)}, path)))
    untouched = folder / "intact.docx"
    made.append(("", _saved(archive, {}, untouched)))
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    files = [str(path) for _, path in made]
    call = ["soffice", "--headless", profile, "--convert-to", "docx", "--outdir", str(folder / "lo"), *files]
    subprocess.run(call, check=True, capture_output=True, timeout=400)
    yield [(sentence, folder / "lo" / path.name) for sentence, path in made]


def test_libreoffice_loses_no_sentence(resaved) -> None:
    for sentence, path in resaved:
        present = sentence in "".join(docx.Document(path).element.body.itertext())
        said = _said(taken_back(path, CELLS))
        assert sentence in said or not present, path.name
    intact = taken_back(resaved[-1][1], CELLS)
    assert not (intact.stray or intact.notes)


def test_a_cell_to_specify_comes_back(release, exported, tmp_path) -> None:
    word = docx.Document(exported)
    filled = 0
    for control in word.element.body.iter(f"{W}sdt"):
        tag = control.find(f"{W}sdtPr/{W}tag")
        if tag is not None and tag.get(f"{W}val").rpartition(".")[2] in CELLS and filled < 3:
            filled += 1
            content = control.find(f"{W}sdtContent")
            for old in list(content):
                content.remove(old)
            content.append(xml(f"<w:p>{run(f'octobre 202{filled}')}</w:p>"))
    assert filled == 3
    path = tmp_path / "complete.docx"
    word.save(path)
    taken = taken_back(path, CELLS)
    found = taken.differences(tmp_path / "local")
    assert [d.after for d in found] == ["octobre 2021", "octobre 2022", "octobre 2023"]
    assert not taken.stray
    write_texts(tmp_path / "local", found)
    assert len(read_texts(tmp_path / "local")[CODE]) == 3
    import local_files

    newer = tmp_path / "release-suite.duckdb"
    shutil.copy(release, newer)
    local_files.publish(newer, tmp_path / "local")
    (second,) = export(newer, CODE, ("docx",), tmp_path / "suite")
    again = taken_back(second, CELLS)
    assert again.differences(tmp_path / "local") == [] and not again.stray
    assert sum(text.startswith("octobre") for text in again.texts[CODE].values()) == 3


RICH = (
    "Avant **gras** et [site](https://www.exemple.fr/a).\n– un\n  – deux\n1. d’abord\n2. ensuite\n"
    "A\tB\nSIGH\t12 000 €\nAprès"
)


def test_tables_lists_bold_and_links_come_back_as_they_went(release, tmp_path) -> None:
    import local_files

    folder = tmp_path / "local"
    folder.mkdir()
    text = "".join(f"    {line}\n" for line in RICH.splitlines())
    (folder / "textes.yaml").write_text(f'"{CODE}":\n  enjeux: |\n{text}', encoding="utf-8")
    newer = tmp_path / "release-riche.duckdb"
    shutil.copy(release, newer)
    local_files.publish(newer, folder)
    path, printed = export(newer, CODE, ("docx", "pdf"), tmp_path / "riche")
    assert taken_back(path, CELLS).texts[CODE]["enjeux"] == RICH
    import pypdf

    words = " ".join(page.extract_text() for page in pypdf.PdfReader(printed).pages)
    assert "SIGH12 000" not in words.replace("\u202f", " ") and "SIGH" in words


def test_a_comment_and_a_tracked_change_are_listed(exported, tmp_path) -> None:
    word = docx.Document(exported)
    place = next(p for p in word.paragraphs if p.style.name.startswith("Heading") and p.text.startswith("8."))
    word.add_comment(place.runs, text="À revoir avec le conseil citoyen.", author="Agente")
    _tracked(next(word.element.body.iter(f"{W}sdtContent")), 0, "Ajout suivi.")
    control = next(
        s
        for s in word.element.body.iter(f"{W}sdt")
        if (t := s.find(f"{W}sdtPr/{W}tag")) is not None and t.get(f"{W}val").endswith(".participation")
    )
    control.find(f"{W}sdtContent/{W}p").append(
        xml(f"<w:ins w:id='12' w:author='M. le maire'>{run('Deux réunions.')}</w:ins>")
    )
    path = tmp_path / "annote.docx"
    word.save(path)
    taken = taken_back(path, CELLS)
    comment = next(s for s in taken.stray if s.where == "Commentaire de Agente")
    assert comment.field is not None and comment.field.key == "participation"
    assert [(c.author, c.added, c.text) for c in taken.changes] == [("M. le maire", True, "Deux réunions.")]
    assert "Deux réunions." in taken.texts[CODE]["participation"]
    refused = taken_back(path, CELLS, accept=False)
    assert "Deux réunions." not in refused.texts[CODE]["participation"]


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("à préciser", ""),
        ("à préciserOctobre", "Octobre"),
        ("lieu à préciser", "lieu à préciser"),
        ("à préciser avec la CAF", "à préciser avec la CAF"),
    ],
)
def test_the_words_of_the_invitation_are_a_person_s_in_a_sentence(written, taken, archive, tmp_path) -> None:
    body = etree.fromstring(archive[BODY])
    tag = next(t for t in body.iter(f"{W}tag") if t.get(f"{W}val").rpartition(".")[2] in CELLS)
    content = tag.getparent().getparent().find(f"{W}sdtContent")
    content[:] = [xml(f"<w:p>{run(written)}</w:p>")]
    path = _saved(archive, {BODY: etree.tostring(body)}, tmp_path / "cellule.docx")
    found = [text for key, text in taken_back(path, CELLS).texts[CODE].items() if "/" in key and text]
    assert found == [taken][: bool(taken)]


def test_what_is_struck_out_outside_the_fields_is_told(archive, tmp_path) -> None:
    body = etree.fromstring(archive[BODY])
    struck = "<w:del w:id='9' w:author='M. le maire'><w:r><w:delText>ligne barrée</w:delText></w:r></w:del>"
    _nth(body, f"{W}p", 40).append(xml(struck))
    _nth(body, f"{W}p", 41).append(xml("<w:r><w:rPr><w:strike/></w:rPr><w:t>mot rayé</w:t></w:r>"))
    path = _saved(archive, {BODY: etree.tostring(body)}, tmp_path / "barre.docx")
    notes = " ".join(taken_back(path, CELLS).notes).replace("\u00a0", " ")
    assert "« ligne barrée »" in notes and "« mot rayé »" in notes


def test_a_part_moved_whole_is_said_in_one_line(archive, tmp_path) -> None:
    body = etree.fromstring(archive[BODY])[0]
    heads = [p for p in body if p.find(f"{W}pPr/{W}pStyle[@{W}val='Heading1']") is not None]
    for block in list(body)[list(body).index(heads[6]) : list(body).index(heads[7])]:
        heads[3].addprevious(block)
    path = _saved(archive, {BODY: etree.tostring(body.getparent())}, tmp_path / "deplace.docx")
    taken = taken_back(path, CELLS)
    assert not taken.stray and [note for note in taken.notes if "déplacés" in note]


def test_the_words_of_a_drawing_and_of_what_describes_it_are_told(archive, tmp_path) -> None:
    body = etree.fromstring(archive[BODY])
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    _nth(body, f"{W}p", 40).append(
        parse_xml(
            f"<w:r {DECLARED} xmlns:a='{drawing}'><a:p><a:r><a:t>Dans le dessin.</a:t></a:r></a:p></w:r>"
        )
    )
    picture = next(node for node in body.iter() if str(node.tag).endswith("}docPr"))
    picture.set("descr", "Une autre légende.")
    path = _saved(archive, {BODY: etree.tostring(body)}, tmp_path / "dessin.docx")
    said = _said(taken_back(path, CELLS))
    assert "Dans le dessin." in said and "Une autre légende." in said


def test_a_document_without_fields_lists_what_was_written_in_it(release, tmp_path) -> None:
    (path, _) = export_form(release, tmp_path)
    assert not taken_back(path, CELLS).stray
    word = docx.Document(path)
    word.tables[0].rows[1].cells[1].paragraphs[0].add_run("Un atelier de cuisine.")
    word.save(path)
    (found,) = taken_back(path, CELLS).stray
    assert found.text == "Un atelier de cuisine." and found.field is None


def test_a_damaged_memory_is_none_and_another_dialect_is_refused(archive, tmp_path) -> None:
    custom = archive["docProps/custom.xml"].replace(
        b'bcs.export.000"><vt:lpwstr>', b'bcs.export.000"><vt:lpwstr>x'
    )
    taken = taken_back(_saved(archive, {"docProps/custom.xml": custom}, tmp_path / "abime.docx"), CELLS)
    assert any("ne porte plus la mémoire" in note for note in taken.notes)
    strict = archive[BODY].replace(W[1:-1].encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
    with pytest.raises(ExportError, match="Open XML strict"):
        taken_back(_saved(archive, {BODY: strict}, tmp_path / "strict.docx"), CELLS)


def test_an_export_moves_aside_what_somebody_changed(release, tmp_path) -> None:
    folder = tmp_path / "sortie"
    (path,) = export(release, CODE, ("docx",), folder)
    export(release, CODE, ("docx",), folder)
    assert not (folder / "archives").exists()
    word = docx.Document(path)
    word.add_paragraph("Écrit par la commune.")
    word.save(path)
    changed = path.read_bytes()
    export(release, CODE, ("docx",), folder)
    (kept,) = (folder / "archives").iterdir()
    assert kept.read_bytes() == changed and kept.name.startswith(path.stem)
    assert path.read_bytes() != changed
