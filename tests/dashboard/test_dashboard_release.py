"""Finding and opening the published release: absent, unreadable, incomplete, replaced under a reader."""

from __future__ import annotations

from pathlib import Path

import fictitious
import pytest
import streamlit as st
from shown import text_of

from dashboard.questions import Barometer
from dashboard.release import NoRelease, current
from tests.dashboard.conftest import Open


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    st.cache_resource.clear()
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    return tmp_path


def test_without_release(empty: Path) -> None:
    with pytest.raises(NoRelease, match="aucune version"):
        current()


@pytest.mark.parametrize("pointer", ["", "../../etc/passwd", "release-x.duckdb; rm", "CURRENT", "\x00"])
def test_a_pointer_that_names_no_release(empty: Path, pointer: str) -> None:
    fictitious.build(empty)
    (empty / "releases" / "CURRENT").write_text(pointer, encoding="utf-8")
    with pytest.raises(NoRelease, match="illisible"):
        current()


def test_a_pointer_to_a_file_that_is_gone(empty: Path) -> None:
    fictitious.build(empty).unlink()
    with pytest.raises(NoRelease, match="introuvable"):
        current()


@pytest.mark.parametrize("content", [b"", b"<html>erreur</html>", b"\x00" * 5000])
def test_a_file_that_is_not_a_database(empty: Path, content: bytes) -> None:
    fictitious.build(empty).write_bytes(content)
    with pytest.raises(NoRelease):
        current()


def test_a_release_without_identity_or_tables(empty: Path) -> None:
    tables = fictitious.rows()
    tables["release"] = []
    fictitious.build(empty, tables=tables)
    with pytest.raises(NoRelease, match="vide"):
        current()


def test_the_page_says_how_to_make_a_release(empty: Path, open_app: Open) -> None:
    app = open_app()
    assert not app.exception
    assert app.title[0].value == "Aucun chiffre à montrer pour le moment"
    assert app.code[0].value == "bcs refresh"


def test_a_new_release_is_seen_at_the_next_visit_and_the_old_one_stays_readable(
    empty: Path, open_app: Open
) -> None:
    fictitious.build(empty)
    before = Barometer(current())
    tables = fictitious.rows()
    tables["release"][0]["release_id"] = "seconde"
    fictitious.build(empty, "release-seconde.duckdb", tables)
    assert before.identity.release_id == "fictive"
    assert before.themes
    assert Barometer(current()).identity.release_id == "seconde"
    assert "Version seconde" in text_of(open_app())


def test_nobody_writes_in_a_release(empty: Path) -> None:
    import duckdb

    fictitious.build(empty)
    with pytest.raises(duckdb.Error):
        current().query("CREATE TABLE intrus (a INTEGER)")
