"""What changed since the release before, on Accueil and on the Baromètre of each commune."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import fictitious
import pytest
from shown import text_of

from dashboard.data.kept import forget
from dashboard.data.questions import Barometer
from dashboard.data.screen import current
from dashboard.widgets.changes import TITLE, changes_block
from tests.dashboard.conftest import BAROMETER, Open


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release, and the one before with another figure for commune 99001 alone."""
    tables = fictitious.rows()
    tables["release"][0].update(release_id="avant", created_at=dt.datetime(2026, 5, 2, 12, 0))
    changed = next(
        r for r in tables["value"] if (r["indicator"], r["code"]) == ("taux_fictif", "99001") and r["value"]
    )
    changed["value"] += 1.0
    fictitious.build(tmp_path, "release-avant.duckdb", tables)
    fictitious.build(tmp_path)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    forget()
    return tmp_path


def _said(barometer: Barometer, level: str, code: str) -> str:
    territory = barometer.territory(level, code)
    assert territory is not None
    html = changes_block(barometer, territory).html
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def test_a_changed_commune_tells_its_figure_and_leads_to_all_of_them(two: Path) -> None:
    barometer = Barometer(current())
    said = _said(barometer, "commune", "99001")
    assert "Ce qui a changé depuis la version du 2 mai 2026 : 1 chiffre changé" in said
    assert "au lieu de" in said and "Toutes les nouveautés" in said
    assert (
        _said(barometer, "commune", "99002")
        .strip()
        .endswith("rien n’a changé depuis la version du 2 mai 2026.")
    )


def test_the_home_counts_what_changed_everywhere(two: Path, open_app: Open) -> None:
    text = text_of(open_app())
    assert TITLE in text
    assert re.search(r"Depuis la version du 2 mai 2026 : 0 chiffre nouveau, 1 révisé", text)


def test_a_first_release_says_so_in_one_line(home: Path, open_app: Open) -> None:
    assert text_of(open_app()).count("Première publication") == 1
    shown = text_of(open_app(BAROMETER, niveau="commune", territoire="99001"))
    assert shown.count("Première publication") == 1
