"""The smallest change a source could show, worked out by hand."""

from __future__ import annotations

import math

import polars as pl
import pytest

from indicators.analysis.visible import COLUMN, with_smallest_change

ROW = {
    "indicator": "taux_chomage_rp",
    "series": "",
    "level": "commune",
    "value": 20.0,
    "numerator": None,
    "denominator": None,
    "lower": 18.0,
    "upper": 23.0,
    "origin": "sum",
}
SCHEMA = {"numerator": pl.Float64, "denominator": pl.Float64, "lower": pl.Float64, "upper": pl.Float64}


def smallest(**changes: object) -> float | None:
    found: float | None = with_smallest_change(pl.DataFrame([{**ROW, **changes}], schema_overrides=SCHEMA))[
        COLUMN
    ][0]
    return found


def test_two_figures_with_these_limits_differ_beyond_both() -> None:
    assert smallest() == pytest.approx(math.hypot(2, 3))


def test_a_composite_index_and_a_figure_without_limits_show_nothing() -> None:
    assert smallest(origin="composite") is None
    assert smallest(lower=None, upper=None) is None
