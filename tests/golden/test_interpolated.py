"""The denominator of a year between two censuses, worked by hand."""

from __future__ import annotations

import polars as pl
import pytest

from indicators.formulas import rows_of
from indicators.frames import PERIOD_KEY
from indicators.model import Ratio, total

FORMULA = Ratio(total("people"), total("population"), denominator_year="interpolated")


def observed(cells: list[tuple[str, int, float | None, str]]) -> pl.DataFrame:
    """Resolved rows of one commune: variable, year, value, status."""
    rows = [
        {
            "level": "commune",
            "code": "59172",
            "perimeter": None,
            "variable": variable,
            "millesime": year,
            "edition": year,
            "period": year,
            "stated": True,
            "value": value,
            "status": status,
            "origin": "producer",
            "dataset": variable,
            "extract": f"{variable}{year}",
        }
        for variable, year, value, status in cells
    ]
    return pl.DataFrame(rows, schema_overrides={"perimeter": pl.String, "value": pl.Float64})


def test_a_count_is_set_against_the_population_of_its_own_year() -> None:
    populations = [("population", 2016, 1000.0, "observed"), ("population", 2022, 700.0, "observed")]
    counts = [("people", year, 100.0, "observed") for year in (2014, 2016, 2018, 2022, 2024)]
    found = rows_of(FORMULA, observed([*populations, *counts])).sort(PERIOD_KEY)
    # 2018: two sixths of the way from 1000 to 700, 900. Beyond the censuses, the nearest one.
    assert found["denominator"].to_list() == pytest.approx([1000, 1000, 900, 700, 700])
    assert found["denominator_millesime"].to_list() == [2016, 2016, 2016, 2022, 2022]
    assert found["denominator_next"].to_list() == [None, None, 2022, None, None]
    assert found["value"].to_list() == pytest.approx([10, 10, 100 / 9, 100 / 7, 100 / 7])
    read = found.filter(millesime=2018)["extract"].item()
    assert all(name in read for name in ("people2018", "population2016", "population2022"))


def test_a_population_that_is_not_known_is_not_the_end_of_a_line() -> None:
    cells = [
        ("population", 2016, 1000.0, "observed"),
        ("population", 2022, None, "suppressed"),
        ("people", 2018, 100.0, "observed"),
        ("people", 2021, 100.0, "observed"),
    ]
    found = rows_of(FORMULA, observed(cells)).sort(PERIOD_KEY)
    assert found["status"].to_list() == ["observed", "suppressed"]
    assert found["denominator_next"].to_list() == [None, None]
    assert found["value"].to_list() == [10.0, None]
