"""Every page, on every level of territory, with every status a figure may have."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import fictitious
import fictitious_quarters
import pytest
from shown import markup_of
from streamlit.testing.v1 import AppTest

from dashboard.address.screens import BAROMETER, INDICATOR, PAGES, QUARTERS
from dashboard.data.geometry import AROUND
from dashboard.data.kept import forget
from dashboard.data.questions import Barometer
from dashboard.widgets.choropleth import shapes
from dashboard.widgets.row import BEYOND
from sources.vocabulary import Level, Status
from tests.dashboard.conftest import SCRIPT

NUMBERLESS = {s for s in Status if s not in (Status.OBSERVED, Status.ESTIMATED)}
LEVELS = {row["level"]: row["code"] for row in fictitious_quarters.rows()["territory"]}
WANTED = "taux_fictif"
SHOWS_THE_STATUS = {BAROMETER, INDICATOR}
"""Pages that show one territory's own figure whatever its level."""


def _home(folder: Path, status: Status) -> None:
    """A release where one indicator has this status everywhere, and no comparison of what has no number."""
    tables = fictitious_quarters.rows()
    for value in tables["value"]:
        if value["indicator"] == WANTED:
            value["status"] = status.value
            if status in NUMBERLESS:
                value.update(dict.fromkeys(("value", "numerator", "denominator", "lower", "upper")))
    if status in NUMBERLESS:
        tables["comparison"] = [row for row in tables["comparison"] if row["indicator"] != WANTED]
    fictitious.build(folder, tables=tables)


@pytest.mark.parametrize("status", list(Status))
def test_every_page_on_every_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: Status) -> None:
    _home(tmp_path, status)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    forget()
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    for page in PAGES:
        for level, code in LEVELS.items():
            app.switch_page(page.script)
            app.query_params.clear()
            asked = {"niveau": level, "territoire": code, "fiche": WANTED}
            if page in (INDICATOR, QUARTERS):
                asked["indicateur"] = WANTED
            for name, value in asked.items():
                app.query_params[name] = value
            app.run()
            place = page.label, level, status
            assert not app.exception, place
            assert not app.error, place
            markup = markup_of(app)
            assert "<script" not in markup, place
            ranks = [int(rank) for rank in re.findall(r"<h(\d)", markup)]
            assert ranks[:1] == [1], place
            assert ranks.count(1) == 1, place
            assert all(after <= before + 1 for before, after in pairwise(ranks)), (place, ranks)
            if page in SHOWS_THE_STATUS and status in NUMBERLESS and level in _measured():
                assert status.label in markup.lower(), place


def _measured() -> set[str]:
    """Levels of which the indicator has a row, so that its status is known."""
    rows = fictitious_quarters.rows()["value"]
    chosen = set(LEVELS.items())
    return {v["level"] for v in rows if v["indicator"] == WANTED and (v["level"], v["code"]) in chosen}


def test_every_commune_and_every_quarter_with_an_outline_is_drawn(real: Barometer) -> None:
    found = shapes(real.release)
    assert {shape.code for shape in found[Level.COMMUNE]} == {c.code for c in real.communes()}
    assert len(found[Level.COMMUNE]) == 47
    quarters = {t.code for t in real.territories if t.level == Level.QPV and t.perimeter == "qpv_2024"}
    assert {shape.code for shape in found[Level.QPV]} == quarters
    # Those that touch ours are there too, and are none of ours.
    assert len(found[AROUND]) > 30 and {"59606"} < {shape.code for shape in found[AROUND]}


@pytest.mark.parametrize(
    ("value", "side"), [(-0.04, "sous la borne basse"), (1.2, "au-dessus de la borne haute")]
)
def test_a_score_beyond_its_bounds_is_said_wherever_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float, side: str
) -> None:
    """Kept as it is, with words beside it: never clipped, never left to be read as a mistake."""
    tables = fictitious_quarters.rows()
    for row in tables["value"]:
        if row["indicator"] == "idh4_niveau_de_vie":
            row["value"] = value
    fictitious.build(tmp_path, tables=tables)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    forget()
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    assert BEYOND in markup_of(app), "the card of Accueil"
    commune = {"niveau": "commune", "territoire": LEVELS["commune"]}
    for page in (BAROMETER, INDICATOR):
        app.switch_page(page.script)
        app.query_params.clear()
        for name, asked in {**commune, "indicateur": "idh4_niveau_de_vie"}.items():
            if name != "indicateur" or page is INDICATOR:
                app.query_params[name] = asked
        app.run()
        assert not app.exception
        assert BEYOND in markup_of(app), page.label
        if page is BAROMETER:
            assert side in markup_of(app)
