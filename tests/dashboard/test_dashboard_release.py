"""Finding and opening the published release: absent, unreadable, incomplete, replaced under a reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import fictitious
import pytest
from shown import markup_of, text_of
from streamlit.testing.v1 import AppTest

from dashboard.address.screens import PAGES
from dashboard.data.kept import forget
from dashboard.data.questions import Barometer
from dashboard.data.screen import NoRelease, current
from tests.dashboard.conftest import SCRIPT, Open


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    forget()
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


def _pointer_of_nothing(home: Path) -> None:
    fictitious.build(home).unlink()


def _unreadable(home: Path) -> None:
    fictitious.build(home).write_bytes(b"<html>erreur</html>")


def _without_identity(home: Path) -> None:
    fictitious.build(home, tables={**fictitious.rows(), "release": []})


def _without_a_table(home: Path) -> None:
    with duckdb.connect(str(fictitious.build(home))) as connection:
        connection.execute("DROP TABLE theme")


def _with_a_view_for_a_table(home: Path) -> None:
    with duckdb.connect(str(fictitious.build(home))) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS suivi")
        connection.execute("CREATE OR REPLACE VIEW suivi.value AS SELECT 1 AS value")
        connection.execute("DROP TABLE main.value")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda home: None, "aucune version n’a encore été publiée"),
        (_pointer_of_nothing, "introuvable"),
        (_unreadable, "illisible"),
        (_without_identity, "la version publiée est vide"),
        (_without_a_table, "incomplète (il manque theme"),
        (_with_a_view_for_a_table, "incomplète (il manque value"),
    ],
)
def test_every_page_says_why_there_is_nothing_and_how_to_make_a_release(
    empty: Path, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(empty)
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    for page in PAGES:
        app.switch_page(page.script)
        app.query_params["territoire"] = "<script>"
        app.run()
        assert not app.exception, page.label
        assert not app.error, page.label
        assert [title.value for title in app.title] == ["Aucun chiffre à montrer pour le moment"], page.label
        assert any(said in shown.value for shown in app.markdown), page.label
        assert [code.value for code in app.code] == ["bcs actualiser --publier"], page.label
        assert "<footer" not in markup_of(app), page.label


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
    fictitious.build(empty)
    with pytest.raises(duckdb.Error):
        current().query("CREATE TABLE intrus (a INTEGER)")
