"""How many times the agglomeration a quarter has: when it is written, what it says, what leaves the page."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import fictitious
import fictitious_quarters
import pytest
from shown import links_of, markup_of, text_of

from dashboard.data.questions import Barometer
from dashboard.data.screen import current
from dashboard.story.about import About
from dashboard.story.quarter_ratios import Column, columns, opening
from dashboard.story.quarters import portrait, quarters
from dashboard.story.spreadsheet import Sheet, csv_bytes
from indicators.judgement import NO_DIFFERENCE, WORSE
from tests.dashboard.conftest import Open

PAGE = "../pages/quartiers/page.py"


def _read(home: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Barometer:
    """Publish the fictitious quarters, what is said of the one compared with the agglomeration changed."""
    tables = fictitious_quarters.rows()
    for row in tables["comparison"]:
        if (row["level"], row["reference_level"]) == ("qpv", "epci"):
            row.update({name: value for name, value in changes.items() if name in row})
    for row in tables["value"]:
        if row["level"] == "qpv":
            row.update({name: value for name, value in changes.items() if name == "origin"})
    fictitious.build(home, tables=tables)
    monkeypatch.setenv("BCS_HOME", str(home))
    return Barometer(current())


def _column(barometer: Barometer) -> Column:
    found = [portrait(barometer, quarter) for quarter in quarters(barometer, "qpv_2024")]
    return next(c for c in columns(barometer, found) if c.indicator.indicator == "taux_fictif")


def test_a_ratio_is_the_figure_over_that_of_the_agglomeration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    column = _column(_read(tmp_path, monkeypatch))
    own, straddling = column.cells
    assert own.times == pytest.approx(41 / 16)
    # The gap of 25 points is known within half a point, hence the ratio within 0.5 / 16.
    assert own.limits == pytest.approx((40.5 / 16, 41.5 / 16))
    assert not own.alike
    # The other one has no reference of the same concept: its figure is alone.
    assert straddling.value is not None
    assert straddling.times is None
    assert straddling.limits is None


def test_an_interval_that_holds_one_says_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    barometer = _read(tmp_path, monkeypatch, gap_lower=-1.0, gap_upper=51.0, judgement=NO_DIFFERENCE)
    cell = _column(barometer).cells[0]
    assert cell.limits is not None
    assert cell.limits[0] < 1 < cell.limits[1]
    assert cell.alike
    assert "× 2,6 41,0 % pas de différence établie" in text_of(open_app(PAGE)).replace("\u00a0", " ")
    assert 'class="bcs-pale"' in markup_of(open_app(PAGE))


def test_a_judged_ratio_bears_its_words_and_one_without_interval_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    _read(tmp_path, monkeypatch, judgement=WORSE)
    assert "× 2,6 41,0 % moins bien" in text_of(open_app(PAGE)).replace("\u00a0", " ")
    without = _read(tmp_path / "sans", monkeypatch, gap_lower=None, gap_upper=None, judgement=None)
    assert _column(without).cells[0].limits is None
    table = text_of(open_app(PAGE)).split("Les quartiers face", 2)[2].split("Où sont-ils", 1)[0]
    assert "× 2,6" in table.replace("\u00a0", " ")
    assert "moins bien" not in table.split("« × »", 1)[0]


def test_a_zero_leaves_the_figure_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    column = _column(_read(tmp_path, monkeypatch, reference_value=0.0))
    assert column.cells[0].value is not None
    assert all(cell.times is None for cell in column.cells)
    assert "n’a pas de chiffre comparable" in column.why
    assert opening([column]) == ""


def test_a_reservation_is_said_under_the_table_and_the_ratio_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    reserved = "Pour les quartiers, un autre âge."
    column = _column(_read(tmp_path, monkeypatch, reason=reserved, judgement=WORSE))
    assert (column.why, column.reasons) == ("", [reserved])
    assert column.cells[0].times == pytest.approx(41 / 16)
    assert reserved in text_of(open_app(PAGE))


def test_a_figure_of_the_canton_is_no_figure_of_the_quarter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    barometer = _read(tmp_path, monkeypatch, origin="inherited")
    found = [portrait(barometer, quarter) for quarter in quarters(barometer, "qpv_2024")]
    assert columns(barometer, found) == []


def test_the_file_gives_ratio_figure_reference_and_years_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    from dashboard.pages.quartiers.ratios import shown

    barometer = _read(tmp_path, monkeypatch)
    found = [portrait(barometer, quarter) for quarter in quarters(barometer, "qpv_2024")]
    sheet = Sheet(
        shown(found, columns(barometer, found), "Essai"), About("Essai", "", "", "", barometer.identity)
    )
    rows = list(
        csv.DictReader(
            io.StringIO(csv_bytes(sheet.header, sheet.rows).decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert [
        (row["Code"], row["Chiffre du quartier"], row["Rapport à l’intercommunalité"]) for row in rows
    ] == [
        ("QN09901X", "41,0", "2,5625"),
        (fictitious_quarters.STRADDLING, "55,5", ""),
    ]
    assert rows[0]["Année"] == "2020-2024"
    assert rows[0]["Année de l’intercommunalité"] == "2022"
    assert "csv_rapports_besoins" in links_of(open_app(PAGE))


def test_the_other_generation_is_behind_a_break_and_in_no_row_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    _read(tmp_path, monkeypatch)
    markup = markup_of(open_app(PAGE))
    first, other = markup.split("Autre découpage, autres rues", 1)
    assert "Quartier fictif ancien" not in first.split("Les quartiers face", 1)[1]
    assert "Quartier fictif ancien" in other.split("Où sont-ils", 1)[0]
