"""Groups of communes the agents fill: shown in the document of their communes, never invented."""

from __future__ import annotations

import re
import shutil

import docx
import local_files

from dashboard.documents import export


def text_of(path):
    word = docx.Document(path)
    cells = [c.text for t in word.tables for r in t.rows for c in r.cells]
    return re.sub(r"\s+", " ", "\n".join([*(p.text for p in word.paragraphs), *cells]))


def test_groups_are_those_somebody_filled(release, tmp_path):
    filled = tmp_path / "release-groupes.duckdb"
    shutil.copy(release, filled)
    lines = [{"nom": "Denaisis", "commune": code, "source": "essai"} for code in ("59172", "59292")]
    local_files.publish(filled, local_files.write(tmp_path / "local", {"groupes": lines}))
    (own,) = export(filled, "59172", ("docx",), tmp_path / "a")
    (other,) = export(filled, "59446", ("docx",), tmp_path / "b")
    (before,) = export(release, "59172", ("docx",), tmp_path / "c")
    assert "Groupes de communes nommés par l’agglomération" in text_of(own)
    assert "Denaisis Haveluy essai" in text_of(own)
    assert "Groupes de communes nommés" not in text_of(other)
    assert "Denaisis Haveluy" not in text_of(before)


def test_a_pocket_of_poverty_is_on_the_map_in_words_too(release, tmp_path):
    (path,) = export(release, "59491", ("docx",), tmp_path)
    word = docx.Document(path)
    told = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    (plan,) = [said for said in told if said.startswith("Carte")]
    assert "Vicoigne" in plan
    assert "800\u00a0habitants estimés" in plan or "800 habitants estimés" in plan
    assert "emplacement indicatif" in text_of(path)
