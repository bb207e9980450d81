"""What Word and LibreOffice make of a free field: nothing of it is lost, nothing comes back twice."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import local_files
import pytest
from docx.oxml import parse_xml
from lxml import etree

from dashboard.documents import ExportError, export, reprendre, returned, taken_back
from dashboard.documents.word.xml import DECLARED
from sources.local import FIELDS, read_texts, write_texts
from sources.local.texts import settle

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CODE = "59446"


def run(text, properties=""):
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs):
    return f"<w:p {DECLARED}>{''.join(runs)}</w:p>"


class Edited:
    """A document open in a word processor."""

    def __init__(self, path):
        self.path, self.word = path, docx.Document(path)
        self.body = self.word.element.body

    def control(self, key):
        found = (s for s in self.body.iter(f"{W}sdt") if s.find(f"{W}sdtPr/{W}tag") is not None)
        return next(s for s in found if s.find(f"{W}sdtPr/{W}tag").get(f"{W}val").endswith(f".{key}"))

    def write(self, key, *blocks):
        content = self.control(key).find(f"{W}sdtContent")
        for old in list(content):
            content.remove(old)
        for block in blocks:
            content.append(parse_xml(block))
        return self

    def saved(self):
        self.word.save(self.path)
        return self.path


@pytest.fixture(scope="module")
def once(release, tmp_path_factory):
    return export(release, CODE, ("docx",), tmp_path_factory.mktemp("exports"))[0]


@pytest.fixture
def exported(once, tmp_path):
    return Path(shutil.copy(once, tmp_path))


def text_of(path, key):
    return returned(path)[CODE][key]


TABLE = (
    f"<w:tbl {DECLARED}><w:tr><w:tc>{p(run('a'))}</w:tc><w:tc>{p(run('b'))}</w:tc></w:tr>"
    f"<w:tr><w:tc>{p(run('c'))}</w:tc><w:tc>{p(run('d'))}</w:tc></w:tr></w:tbl>"
)
BOX = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    f"<mc:Choice>{p(run('encadré'))}</mc:Choice><mc:Fallback>{p(run('encadré'))}</mc:Fallback>"
    "</mc:AlternateContent>"
)
MATHS = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
WIDE, TOP, UNDER = (
    f"<w:tcPr>{inside}</w:tcPr>"
    for inside in ("<w:gridSpan w:val='2'/>", "<w:vMerge w:val='restart'/>", "<w:vMerge/>")
)
MERGED = (
    f"<w:tbl {DECLARED}><w:tr><w:tc>{WIDE}<w:p/></w:tc><w:tc>{p(run('d'))}</w:tc></w:tr>"
    f"<w:tr><w:tc>{TOP}{p(run('h'))}</w:tc><w:tc>{p(run('b'))}</w:tc><w:tc>{p(run('c'))}</w:tc></w:tr>"
    f"<w:tr><w:tc>{UNDER}<w:p/></w:tc><w:tc>{p(run('b2'))}</w:tc><w:tc>{p(run('c2'))}</w:tc></w:tr></w:tbl>"
)
NUMBERED = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='5'/></w:numPr></w:pPr>"
LIST = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ((p(run("un ", "<w:rPr><w:b/></w:rPr>"), run("deux")), p(), p(run("trois"))), "**un** deux\n\ntrois"),
        (
            (p(f"<w:moveFrom w:id='1'>{run('déplacé')}</w:moveFrom>", run("reste")),
             p(f"<w:moveTo w:id='2'>{run('déplacé')}</w:moveTo>")),
            "reste\ndéplacé",
        ),
        ((p(run("avant")), TABLE, p(run("après"))), "avant\na\tb\nc\td\naprès"),
        ((p(LIST, run("puce")),), "– puce"),
        ((p(NUMBERED, run("a")), p(NUMBERED.replace("'0'", "'1'", 1), run("b")), p(NUMBERED, run("c"))),
         "1. a\n  – b\n2. c"),
        ((p(LIST.replace("numId w:val='1'", "numId w:val='0'"), run("sortie de liste")),), "sortie de liste"),
        ((p("<w:pPr><w:pStyle w:val='ListNumber'/></w:pPr>", run("un")),), "1. un"),
        ((p(f"<w:r>{BOX}</w:r>"),), "encadré"),
        ((p(run("“droites” ‘courbes’ «\u00a0fr\u00a0»")),), "“droites” ‘courbes’ «\u00a0fr\u00a0»"),
        ((p(f"<w:hyperlink>{run('lien')}</w:hyperlink>", run(" suite")),), "lien suite"),
        ((p("<w:r><w:sym w:font='Wingdings' w:char='F0E0'/><w:t> suite</w:t></w:r>"),), "→ suite"),
        ((p(run("\uf0fc", "<w:rPr><w:rFonts w:ascii='Wingdings'/></w:rPr>"), run(" fait")),), "✓ fait"),
        ((p("<w:r><w:sym w:font='Carta' w:char='F0FC'/><w:sym w:char='zz'/></w:r>"),), "\ufffd\ufffd"),
        ((p(f"<m:oMath {MATHS}><m:r><m:t>a+b</m:t></m:r></m:oMath>"),), "a+b"),
        ((p(run("avant")), MERGED), "avant\n\t\td\nh\tb\tc\n\tb2\tc2"),
    ],
)  # fmt: skip
def test_what_is_written_comes_back(blocks, expected, exported):
    path = Edited(exported).write("enjeux", *blocks).saved()
    assert text_of(path, "enjeux") == expected


def test_a_text_typed_beside_the_invitation_comes_back_without_it(exported):
    edited = Edited(exported)
    prompt = edited.control("suivi").find(f"{W}sdtContent/{W}p")
    prompt.append(parse_xml(f"<w:r {DECLARED}><w:t>Notre bilan.</w:t></w:r>"))
    assert text_of(edited.saved(), "suivi") == "Notre bilan."


def test_a_text_typed_below_the_control_is_of_the_field(exported):
    edited = Edited(exported).write("suivi", p(run("Dedans.")))
    edited.control("suivi").addnext(parse_xml(p(run("Dessous."))))
    assert text_of(edited.saved(), "suivi") == "Dedans.\nDessous."


def test_a_control_taken_away_leaves_the_text_in_place(release, exported, tmp_path):
    folder = tmp_path / "local"
    write_texts(folder, reprendre(Edited(exported).write("suivi", p(run("Texte."))).saved(), folder))
    newer = tmp_path / "release-suite.duckdb"
    shutil.copy(release, newer)
    local_files.publish(newer, folder)
    (second,) = export(newer, CODE, ("docx",), tmp_path / "suite")
    edited = Edited(second)
    edited.body.remove(edited.control("suivi"))
    taken = taken_back(edited.saved())
    assert taken.differences(folder) == []
    assert any("Commentaire du suivi" in note for note in taken.notes)


def test_a_control_moved_elsewhere_is_found_there(exported):
    edited = Edited(exported).write("suivi", p(run("Déplacé.")))
    edited.body.insert(3, edited.control("suivi"))
    assert text_of(edited.saved(), "suivi") == "Déplacé."


def test_a_frame_pasted_into_another_keeps_its_words_to_itself(exported):
    edited = Edited(exported).write("enjeux", p(run("Original."))).write("suivi", p(run("Suivi.")))
    pasted = parse_xml(etree.tostring(edited.control("enjeux")))
    pasted.find(f"{W}sdtContent").append(parse_xml(p(run("Collé."))))
    edited.control("suivi").addnext(pasted)
    taken = taken_back(edited.saved())
    assert taken.texts[CODE]["enjeux"] == "Original."
    assert taken.texts[CODE]["suivi"] == "Suivi."
    assert [(one.text, one.field.key) for one in taken.stray] == [("Collé.", "enjeux")]


def test_a_picture_is_told_not_taken_back(exported):
    blocks = (p(run("Voir"), "<w:r><w:drawing/></w:r>"),)
    edited = Edited(exported).write("enjeux", *blocks)
    edited.body.insert(0, parse_xml(p("<w:r><w:drawing/></w:r>")))
    taken = taken_back(edited.saved())
    assert any("hors des cadres n’est pas repris" in note for note in taken.notes)
    assert taken.texts[CODE]["enjeux"] == "Voir"
    assert any("image" in note and "Priorités et enjeux" in note for note in taken.notes)


def test_a_document_with_macros_is_refused(exported, tmp_path):
    path = tmp_path / "essai.docm"
    shutil.copy(exported, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    with pytest.raises(ExportError, match="macros"):
        returned(path)


def test_fields_without_tags_are_found_by_their_bookmarks(exported, tmp_path):
    edited = Edited(exported).write("enjeux", p(run("Un.")), TABLE)
    for control in list(edited.body.iter(f"{W}sdt")):
        tag = control.find(f"{W}sdtPr/{W}tag")
        if tag is not None:
            tag.getparent().remove(tag)
    path = edited.saved()
    assert text_of(path, "enjeux") == "Un.\na\tb\nc\td"
    assert set(returned(path)[CODE]) == {field.key for field in FIELDS}
    assert [d.field.key for d in reprendre(path, tmp_path / "local")] == ["enjeux"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_gives_back_what_it_was_given(exported, tmp_path):
    path = Edited(exported).write("enjeux", p(run("Un.")), TABLE, p(run("Fin."))).saved()
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    output = tmp_path / "lo"
    call = ["soffice", "--headless", profile, "--convert-to", "docx", "--outdir", str(output), str(path)]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    (difference,) = reprendre(output / path.name, tmp_path / "local")
    assert (difference.field.key, difference.after) == ("enjeux", "Un.\na\tb\nc\td\nFin.")


@pytest.fixture
def both(release, exported, tmp_path):
    """A local layer and a document exported from it, the text of which is « Départ »."""
    folder = tmp_path / "local"
    write_texts(folder, reprendre(Edited(exported).write("enjeux", p(run("Départ"))).saved(), folder))
    newer = tmp_path / "release-suite.duckdb"
    shutil.copy(release, newer)
    local_files.publish(newer, folder)
    (second,) = export(newer, CODE, ("docx",), tmp_path / "suite")
    return folder, second, newer


def change_local(folder, text):
    (folder / "textes.yaml").write_text(f'"{CODE}":\n  enjeux: {text}\n', encoding="utf-8")


def test_a_text_changed_in_the_local_layer_only_is_not_undone_by_an_old_document(both):
    folder, document, _ = both
    change_local(folder, "Plus récent")
    assert reprendre(document, folder) == []


def test_a_text_changed_on_both_sides_is_a_conflict_that_nobody_settles_alone(both):
    folder, document, _ = both
    change_local(folder, "Local")
    (found,) = reprendre(Edited(document).write("enjeux", p(run("Document"))).saved(), folder)
    assert found.conflict and "conflit" in found.message("Oisy")
    assert settle(found, "local") is None
    assert settle(found, "document").after == "Document"
    write_texts(folder, [settle(found, "deux")])
    assert read_texts(folder)[CODE]["enjeux"] == "Local\n\nDocument"
    # Asked again, the same document has nothing more to add.
    (again,) = reprendre(document, folder)
    assert settle(again, "deux") is None


def test_the_slash_libreoffice_adds_to_the_address_of_a_site_is_no_change(both):
    folder, document, newer = both
    change_local(folder, "'Voir [le site](https://exemple.fr)'")
    local_files.publish(newer, folder)
    (exported,) = export(newer, CODE, ("docx",), document.parent / "lien")
    target = exported.with_name("resaved.docx")
    with zipfile.ZipFile(exported) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"https://exemple.fr", b"https://exemple.fr/"))
    assert b"https://exemple.fr/" in zipfile.ZipFile(target).read("word/document.xml")
    assert reprendre(target, folder) == []


def test_words_added_to_those_in_place_are_no_conflict(both):
    folder, document, _ = both
    change_local(folder, "Local")
    (found,) = reprendre(Edited(document).write("enjeux", p(run("Local")), p(run("Suite"))).saved(), folder)
    assert not found.conflict
