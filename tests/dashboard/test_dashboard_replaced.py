"""A release replaced under a reader: no page mixes two of them, and none keeps what it read of the first."""

from __future__ import annotations

import re
from pathlib import Path

import fictitious
import fictitious_quarters
import pytest
from shown import markup_of, text_of
from streamlit.testing.v1 import AppTest

from dashboard.address import screens
from dashboard.data.kept import forget
from dashboard.data.screen import current
from dashboard.opendata import bundle as bundles
from dashboard.opendata.bundle import bundle
from dashboard.shell import ahead, frame
from tests.dashboard.conftest import SCRIPT

FIRST, SECOND = "release-fictive.duckdb", "release-seconde.duckdb"
VIEW = {"niveau": "commune", "territoire": "99001", "fiche": "taux_fictif"}


def _publish_second(home: Path) -> None:
    """Publish a release in which every figure, every name and the release itself are others."""
    tables = fictitious_quarters.rows()
    tables["release"][0]["release_id"] = "seconde"
    for row in tables["value"]:
        for name in ("value", "lower", "upper"):
            if row.get(name) is not None:
                row[name] += 20 if row["value"] > 1 else 0.1
    for row in tables["comparison"]:
        row["value"] += 20
        row["gap"] += 20
    for row in tables["territory"]:
        row["name"] = row["name"].replace("fictive", "autre").replace("fictif", "autre")
    fictitious.build(home, SECOND, tables)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, AppTest]:
    """A reader in front of the first release."""
    fictitious.build(tmp_path, FIRST, fictitious_quarters.rows())
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    forget()
    return tmp_path, AppTest.from_file(SCRIPT, default_timeout=60).run()


def _visit(app: AppTest, page: screens.Page) -> str:
    app.switch_page(page.script)
    app.query_params.clear()
    for name, value in VIEW.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, page.label
    assert not app.error, page.label
    return markup_of(app)


@pytest.mark.parametrize("page", screens.PAGES, ids=lambda page: page.label)
def test_a_page_is_of_one_release_even_replaced_while_it_is_made(
    reader: tuple[Path, AppTest], monkeypatch: pytest.MonkeyPatch, page: screens.Page
) -> None:
    home, app = reader
    before = _visit(app, page)
    forget()
    shown = frame.notices

    def replaced(selection: object) -> None:
        _publish_second(home)
        shown(selection)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(frame, "notices", replaced)
        during = _visit(app, page)
    assert (home / "releases" / "CURRENT").read_text(encoding="utf-8").strip() == SECOND
    if page is not screens.DATA:
        # That page lists the releases kept, of which there is now one more.
        assert during == before
    assert "Version fictive" in text_of(app)
    assert "Version seconde" not in text_of(app)


def test_at_the_next_gesture_nothing_is_left_of_the_former_release(reader: tuple[Path, AppTest]) -> None:
    home, app = reader
    former = {page: _visit(app, page) for page in screens.PAGES}
    _publish_second(home)
    after = {page: _visit(app, page) for page in screens.PAGES}
    forget()
    fresh = {page: _visit(app, page) for page in screens.PAGES}
    for page in screens.PAGES:
        assert "Version seconde" in after[page], page.label
        assert after[page] == fresh[page] != former[page], page.label


def test_a_release_replaced_under_its_own_name_is_another_one(reader: tuple[Path, AppTest]) -> None:
    home, app = reader
    assert "Version fictive" in _visit(app, screens.QUARTERS)
    _publish_second(home)
    (home / "releases" / SECOND).replace(home / "releases" / FIRST)
    (home / "releases" / "CURRENT").write_text(FIRST, encoding="utf-8")
    assert "Version seconde" in _visit(app, screens.QUARTERS)


def test_what_is_made_ahead_is_not_made_again_for_a_reader(
    reader: tuple[Path, AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, app = reader
    # A line opened on its sheet is another one.
    monkeypatch.delitem(VIEW, "fiche")
    pages = (screens.BAROMETER, screens.SHEET)
    asked = [_visit(app, page) for page in pages]
    forget()
    ahead.make(current())
    monkeypatch.setattr("dashboard.pages.barometre.line.line", None)
    monkeypatch.setattr("dashboard.pages.fiche.pictures.drawn", None)
    assert [_visit(app, page) for page in pages] == asked


def test_the_files_to_download_are_made_ahead_in_another_process(
    reader: tuple[Path, AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = reader
    # Whatever would write them in this process fails.
    monkeypatch.setattr(bundles, "write_all", None)
    ahead.make(current())
    assert len(list((home / "opendata").glob(f"*/{bundles.MANIFEST}"))) == 1


def test_a_reader_who_downloads_has_the_release_of_the_page(reader: tuple[Path, AppTest]) -> None:
    home, _ = reader
    files = bundle(current().path)
    offered = {name: files.find(name) for name in ("barometre.duckdb", "csv/value.csv", "barometre.xlsx")}
    before = {name: files.content(file) for name, file in offered.items() if file}
    assert set(before) == set(offered)
    _publish_second(home)
    newer = bundle(current().path)
    assert newer.release_id == "seconde"
    for name, content in before.items():
        file, replacing = files.find(name), newer.find(name)
        assert file is not None
        assert replacing is not None
        assert files.content(file) == content
        assert newer.content(replacing) != content


def test_the_foot_of_every_page_and_of_every_printed_sheet_names_the_release(
    reader: tuple[Path, AppTest],
) -> None:
    _, app = reader
    for page in screens.PAGES:
        markup = _visit(app, page)
        foot = re.search(r'<footer class="bcs-footer">(.*?)</footer>', markup, flags=re.DOTALL)
        assert foot is not None, page.label
        assert "Version fictive, produite le 1er juin 2026" in foot[1], page.label
        assert re.search(r'@bottom-left \{ content: "[^"]*version fictive"', markup), page.label
