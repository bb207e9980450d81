"""The dialogue of projects: what changed since the last one, in four pages whatever changed."""

from __future__ import annotations

import re
import shutil

import docx
import duckdb
import local_files
import pypdf
import pytest

from dashboard.documents import export

CODES = {"59172": "Denain", "59491": "Raismes", "59446": "Oisy", "59292": "Haveluy"}
PRIORITY = {"commune": "59172", "rang": "1", "source": "essai"}


def text_of(path):
    if path.suffix == ".pdf":
        text = "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    else:
        word = docx.Document(path)
        cells = [c.text for t in word.tables for r in t.rows for c in r.cells]
        text = "\n".join([*(p.text for p in word.paragraphs), *cells])
    return re.sub(r"\s+", " ", text)


def dialogue(release, code, folder, previous=None):
    word, pdf = export(release, code, ("dialogue",), folder, previous=previous)
    return text_of(word), pdf


def test_a_release_too_old_to_be_read_is_one_there_is_not(release, tmp_path):
    old = tmp_path / "release-d-avant.duckdb"
    old.write_bytes(b"faite par un autre programme")
    assert "rien à comparer" in dialogue(release, "59446", tmp_path, previous=old)[0]


@pytest.fixture(scope="module")
def older(release, tmp_path_factory):
    """The release of the last dialogue: not one figure is the same, and the priorities were others."""
    folder = tmp_path_factory.mktemp("ancienne")
    copy = folder / "release-ancienne.duckdb"
    shutil.copy(release, copy)
    lines = {
        "priorites": [
            {**PRIORITY, "enjeu": "Enjeu fictif"},
            {**PRIORITY, "rang": "2", "enjeu": "Enjeu clos", "etat": "ouverte"},
            {**PRIORITY, "rang": "3", "enjeu": "Enjeu oublié"},
        ]
    }
    local_files.publish(copy, local_files.write(folder / "local", lines))
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE value SET value = value * 0.9 WHERE value IS NOT NULL")
        connection.execute("UPDATE release SET created_at = created_at - INTERVAL 200 DAY")
    return copy


@pytest.mark.parametrize("code", CODES)
def test_it_holds_in_four_pages_with_and_without_a_former_one(code, release, older, tmp_path):
    first, pdf = dialogue(release, code, tmp_path / "a")
    assert len(pypdf.PdfReader(pdf).pages) <= 4
    assert "Aucune version antérieure" in first
    second, pdf = dialogue(release, code, tmp_path / "b", older)
    assert len(pypdf.PdfReader(pdf).pages) <= 4
    assert "Chiffres qui ont changé depuis la version du" in second
    third, _ = dialogue(release, code, tmp_path / "c", release)
    assert re.search(r"Aucun chiffre d(e |’)\w+ n’a changé depuis la version du", third)


def test_priorities_that_came_went_or_closed_are_named(release, older, tmp_path):
    text, _ = dialogue(release, "59172", tmp_path, older)
    assert "Priorité atteinte (elle était ouverte) : Enjeu clos" in text
    assert "Priorité retirée : Enjeu oublié" in text
    assert "Action nouvelle : Action fictive" in text
    assert ": Enjeu fictif" not in text, "it did not change"
    same, _ = dialogue(release, "59172", tmp_path / "meme", release)
    assert "Aucune priorité ni action n’a changé" in same


def test_the_idh4_is_among_the_key_figures(release, tmp_path):
    text, _ = dialogue(release, "59172", tmp_path)
    assert text.index("IDH-4") < text.index("Familles monoparentales")


def test_two_figures_a_break_parts_are_not_set_against_each_other(release, tmp_path):
    past = tmp_path / "release-passee.duckdb"
    shutil.copy(release, past)
    with duckdb.connect(str(past)) as connection:
        connection.execute("DELETE FROM value WHERE indicator = 'taux_pauvrete' AND millesime = 2023")
    text, _ = dialogue(release, "59172", tmp_path, past)
    assert "rupture de série en 2023" in text and "ne se compare pas" in text
