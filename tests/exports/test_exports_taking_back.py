"""What is written in a free field comes back; nothing else does, and nothing is written unseen."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import docx
import duckdb
import pytest
from docx.oxml import parse_xml

from dashboard.documents import ExportError, export, reprendre, returned, taken_back
from dashboard.documents.word.xml import DECLARED
from sources.local import FIELDS, read_texts, write_texts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CODE = "59446"


@pytest.fixture(scope="module")
def once(release, tmp_path_factory):
    return export(release, CODE, ("docx",), tmp_path_factory.mktemp("exports"))[0]


@pytest.fixture
def exported(once, tmp_path):
    return Path(shutil.copy(once, tmp_path))


def control(word, key):
    for found in word.element.body.iter(f"{W}sdt"):
        tag = found.find(f"{W}sdtPr/{W}tag")
        if tag is not None and tag.get(f"{W}val") == f"bcs.{CODE}.{key}":
            return found.find(f"{W}sdtContent")
    raise AssertionError(key)


def write(path, key, *paragraphs):
    """Write in a field as Word does: the invitation goes, paragraphs of runs come."""
    word = docx.Document(path)
    content = control(word, key)
    for old in list(content):
        content.remove(old)
    for runs in paragraphs:
        content.append(parse_xml(f"<w:p {DECLARED}>{runs}</w:p>"))
    word.save(path)


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_an_untouched_document_changes_nothing(exported, tmp_path):
    assert reprendre(exported, tmp_path / "local") == []
    assert returned(exported) == {CODE: {field.key: "" for field in FIELDS}}


def test_a_text_comes_back_as_it_was_written(exported, tmp_path):
    deleted = "<w:del w:id='1' w:author='a'><w:r><w:delText>barré</w:delText></w:r></w:del>"
    inserted = f"<w:ins w:id='2' w:author='a'>{run(' ajouté')}</w:ins>"
    broken = "<w:r><w:t>ligne</w:t><w:br/><w:t>suite</w:t><w:tab/><w:t>fin</w:t></w:r>"
    write(exported, "enjeux", run("Un &lt;w:p&gt; ") + run("=cmd 🎭") + deleted + inserted, broken)
    folder = tmp_path / "local"
    (difference,) = reprendre(exported, folder)
    assert (difference.commune, difference.field.key, difference.before) == (CODE, "enjeux", "")
    assert difference.after == "Un <w:p> =cmd 🎭 ajouté\nligne\nsuite\tfin"
    assert not folder.exists()
    assert "texte ajouté" in difference.message()
    write_texts(folder, [difference])
    assert read_texts(folder) == {CODE: {"enjeux": difference.after}}
    assert reprendre(exported, folder) == []


def test_a_text_exported_again_is_not_lost(release, exported, tmp_path):
    import local_files

    write(exported, "suivi", run("Texte de cette année."))
    folder = tmp_path / "local"
    write_texts(folder, reprendre(exported, folder))
    again = tmp_path / "release-suivante.duckdb"
    shutil.copy(release, again)
    local_files.publish(again, folder)
    (second,) = export(again, CODE, ("docx",), tmp_path / "suite")
    assert returned(second)[CODE]["suivi"] == "Texte de cette année."
    write(second, "suivi", run("Texte corrigé."))
    (difference,) = reprendre(second, folder)
    assert (difference.before, difference.after) == ("Texte de cette année.", "Texte corrigé.")
    write(second, "suivi", "")
    (difference,) = reprendre(second, folder)
    assert difference.after == ""
    write_texts(folder, [difference])
    assert read_texts(folder) == {}


def test_what_only_the_copy_of_a_field_says_is_listed(exported, tmp_path):
    write(exported, "suivi", run("Un texte."))
    word = docx.Document(exported)
    original = control(word, "suivi").getparent()
    copy = parse_xml(
        f"<w:sdt {DECLARED}><w:sdtPr><w:tag w:val='bcs.{CODE}.suivi'/></w:sdtPr>"
        f"<w:sdtContent><w:p>{run('Un autre.')}</w:p></w:sdtContent></w:sdt>"
    )
    original.addnext(copy)
    word.save(exported)
    taken = taken_back(exported)
    assert taken.texts[CODE]["suivi"] == "Un texte."
    (copied,) = taken.stray
    assert copied.text == "Un autre." and copied.field.key == "suivi"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rien", b"texte"])
def test_a_file_that_is_not_a_word_document_is_refused(content, tmp_path):
    path = tmp_path / "faux.docx"
    path.write_bytes(content)
    with pytest.raises(ExportError, match="lisible"):
        returned(path)


def test_a_renamed_archive_is_refused(tmp_path):
    path = tmp_path / "photos.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", b"image")
    with pytest.raises(ExportError, match="lisible"):
        returned(path)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_damaged_document_is_refused_or_gives_nothing_wrong(share, exported, tmp_path):
    content = bytearray(exported.read_bytes())
    with zipfile.ZipFile(exported) as archive:
        entry = archive.getinfo("word/document.xml")
    place = entry.header_offset + int(entry.compress_size * share)
    content[place : place + 40] = bytes(40)
    damaged = tmp_path / "abime.docx"
    damaged.write_bytes(content)
    with pytest.raises(ExportError, match="lisible"):
        returned(damaged)
    damaged.write_bytes(exported.read_bytes()[: int(len(content) * share)])
    with pytest.raises(ExportError, match="lisible"):
        returned(damaged)


def test_the_next_edition_keeps_the_words_and_shows_the_new_figures(release, tmp_path):
    import local_files

    (first,) = export(release, CODE, ("docx",), tmp_path / "a")
    write(first, "enjeux", run("« Guillemets » &quot;droits&quot; =cmd &lt;w:t&gt; 🎭"), run("Deuxième."))
    folder = tmp_path / "local"
    write_texts(folder, reprendre(first, folder))
    newer = tmp_path / "release-annee-suivante.duckdb"
    shutil.copy(release, newer)
    local_files.publish(newer, folder)
    with duckdb.connect(str(newer)) as connection:
        known = "level = 'commune' AND code = ? AND indicator = 'taux_emploi' AND value IS NOT NULL"
        connection.execute(f"UPDATE value SET value = 77.7 WHERE {known}", [CODE])
    (second,) = export(newer, CODE, ("docx",), tmp_path / "b")
    assert returned(second)[CODE]["enjeux"] == '« Guillemets » "droits" =cmd <w:t> 🎭\nDeuxième.'
    shown = [c.text for t in docx.Document(second).tables for r in t.rows for c in r.cells]
    assert any(text.startswith("77,7") for text in shown)
    assert reprendre(second, folder) == []


def test_a_document_that_is_not_ours_is_refused(tmp_path):
    path = tmp_path / "autre.docx"
    docx.Document().save(path)
    with pytest.raises(ExportError, match="aucun champ libre"):
        returned(path)


def test_entities_of_a_forged_document_are_not_followed(exported, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    forged = tmp_path / "forge.docx"
    body = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        f'<w:document {DECLARED}><w:body><w:sdt><w:sdtPr><w:tag w:val="bcs.{CODE}.suivi"/></w:sdtPr>'
        "<w:sdtContent><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:sdtContent></w:sdt></w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", body)
    forged.write_bytes(out.getvalue())
    try:
        texts = returned(forged)
    except ExportError:
        return
    assert "secret" not in texts[CODE]["suivi"]
