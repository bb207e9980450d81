"""Choosing what to show of an indicator."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import fictitious
import pytest

from dashboard.data.questions import Barometer
from dashboard.data.records import Dataset, Spread
from dashboard.data.screen import current
from dashboard.story.headlines import largest_needs
from dashboard.story.readings import NEAREST, main_comparison, position_words, read, when
from dashboard.widgets.freshness import freshness_words, latest_expected, next_words


def _spread(low: float, p25: float, p75: float, high: float) -> Spread:
    return Spread("i", "c", 2022, 47, low, p25, p75, high)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (30, "dans le quart le plus haut"),
        (5, "dans le quart le plus bas"),
        (15, "dans la moitié centrale"),
        (10, "dans la moitié centrale"),
    ],
)
def test_position_is_a_quarter_never_a_rank(value: float, expected: str) -> None:
    assert position_words(value, _spread(0, 10, 20, 30)) == expected


def test_position_when_all_are_equal() -> None:
    assert position_words(4, _spread(4, 4, 4, 4)) == "même valeur partout"


def test_spread_is_that_of_the_communes(barometer: Barometer) -> None:
    spread = barometer.spreads["taux_fictif", "taux_fictif", 2022]
    # Seven communes: 10, 13, …, 28.
    assert (spread.count, spread.low, spread.p25, spread.p75, spread.high) == (7, 10, 14.5, 23.5, 28)
    assert ("taux_fictif", "voisin_fictif", 2018) not in barometer.spreads


def test_the_latest_figure_wins_over_a_later_absence(barometer: Barometer) -> None:
    commune = barometer.territory("commune", "99001")
    assert commune is not None
    reading = read(barometer, commune)["secret_fictif"]
    assert reading.shown is not None
    assert reading.newer is not None
    assert (reading.shown.millesime, reading.newer.millesime) == (2020, 2023)


def test_of_two_overlapping_censuses_the_most_complete_is_current(barometer: Barometer) -> None:
    commune = barometer.territory("commune", "99001")
    assert commune is not None
    assert barometer.census == 2022
    reading = read(barometer, commune)["recensement_fictif"]
    assert reading.shown is not None
    assert reading.newer is not None
    assert (reading.shown.millesime, reading.newer.millesime) == (2022, 2023)


def test_the_nearest_reference_comes_first(barometer: Barometer) -> None:
    commune = barometer.territory("commune", "99001")
    assert commune is not None
    reading = read(barometer, commune)["taux_fictif"]
    assert [c.reference_level for c in reading.comparisons] == ["epci", "departement", "france"]
    nearest = main_comparison(reading.comparisons, NEAREST)
    assert nearest is not None
    assert nearest.reference_level == "epci"
    assert main_comparison(reading.comparisons, "region") is None


def test_a_period_is_not_a_year(barometer: Barometer) -> None:
    commune = barometer.territory("commune", "99001")
    assert commune is not None
    shown = read(barometer, commune)["ratio_fictif"].shown
    assert shown is not None
    assert when(shown) == "2020-2024"


def test_the_largest_needs_are_one_for_each_theme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = fictitious.rows()
    for row in tables["comparison"]:
        row["judgement"] = "moins bien"
    fictitious.build(tmp_path, tables=tables)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    barometer = Barometer(current())
    epci = barometer.epci()
    found = largest_needs(barometer, epci, read(barometer, epci), NEAREST)
    assert [h.reading.indicator.indicator for h in found] == ["taux_fictif", "revenu_fictif"]
    assert found[0].comparison.gap > 0
    assert found[1].comparison.gap < 0


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, True),
        ({"denominator": 200.0}, True),
        ({"denominator": 199.0}, False),
        ({"judgement": "pas de différence établie"}, False),
        ({"judgement": "mieux"}, False),
        ({"judgement": None}, False),
        ({"unit": "points"}, False),
        ({"theme": "idh4"}, False),
        ({"direction": "low_is_need"}, False),
        ({"direction": "descriptive"}, False),
    ],
)
def test_what_may_be_put_forward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], kept: bool
) -> None:
    """Neither a rate on few people, nor a gap that is not established, nor one that is no need."""
    tables = fictitious.rows()
    for table in ("value", "comparison", "indicator"):
        for row in tables[table]:
            if row["indicator"] == "taux_fictif" and row.get("code", "99007") == "99007":
                row.update({name: new for name, new in changes.items() if name in row})
    fictitious.build(tmp_path, tables=tables)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    barometer = Barometer(current())
    commune = barometer.territory("commune", "99007")
    assert commune is not None
    found = largest_needs(barometer, commune, read(barometer, commune), NEAREST)
    assert ("taux_fictif" in [h.reading.indicator.indicator for h in found]) is kept


def _dataset(latest: int | None, month: int | None = 6, lag: int | None = 2, held: bool = True) -> Dataset:
    return Dataset("d", "t", "p", "l", "c", None, month, lag, held, latest, latest)


@pytest.mark.parametrize(
    ("dataset", "day", "expected"),
    [
        (_dataset(2023), dt.date(2026, 5, 31), "À jour"),
        (_dataset(2023), dt.date(2026, 6, 30), "À jour"),
        (_dataset(2023), dt.date(2026, 7, 1), "Le millésime 2024 devrait être paru"),
        (_dataset(2023, None), dt.date(2026, 7, 1), "Calendrier du producteur non connu"),
        (_dataset(None, held=False), dt.date(2026, 7, 1), "Pas encore reçu"),
    ],
)
def test_freshness(dataset: Dataset, day: dt.date, expected: str) -> None:
    assert freshness_words(dataset, day) == expected


def test_next_publication() -> None:
    assert latest_expected(_dataset(2023), dt.date(2026, 7, 1)) == 2024
    assert next_words(_dataset(2023)) == "Juin 2026 (année 2024)"
    assert next_words(_dataset(None)) == "Non connue"
