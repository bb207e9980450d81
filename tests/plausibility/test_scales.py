"""The scale each kind of figure is compared on, and its usual spread, by hand."""

from __future__ import annotations

import math

import polars as pl
import pytest

from indicators.plausibility.scales import KINDS, described, deviation, interval, scaled
from sources.catalogue import Catalogue
from sources.variables import Variables


@pytest.mark.parametrize(
    ("kind", "value", "place"),
    [
        ("euro", 1000.0, math.log(1000.1)),
        ("euro", -1000.0, math.log(1000.1)),
        ("ratio", 0.0, math.log(0.1)),
        ("count", 0.0, math.log(0.5)),
        ("count", 12.0, math.log(12.5)),
        ("share", 50.0, 0.0),
        ("share", 0.0, math.log(0.2 / 100.2)),
        ("share", 0.5, math.log(0.7 / 99.7)),
        ("share", 100.0, math.log(100.2 / 0.2)),
        ("share", 130.0, math.log(130.2 / 0.2)),
    ],
)
def test_the_place_of_a_figure(kind: str, value: float, place: float) -> None:
    frame = pl.DataFrame({"kind": [kind], "v": [value]})
    assert frame.select(scaled("v")).item() == pytest.approx(place)


def deviates(kind: str, value: float, before: float, median: float = 0.0, spread: float = 0.03) -> float:
    frame = pl.DataFrame(
        {"kind": [kind], "value": [value], "before": [before], "median": [median], "spread": [spread]}
    ).with_columns(scaled=scaled("value"), scaled_before=scaled("before"))
    found: float = frame.select(deviation()).item()
    return found


def test_a_deviation_is_a_move_less_that_of_the_others_in_usual_spreads() -> None:
    assert deviates("euro", 1099.9, 999.9, math.log(1.1)) == pytest.approx(0.0, abs=1e-12)
    assert deviates("euro", 1099.9, 999.9) == pytest.approx(math.log(1.1) / 0.03)
    assert deviates("euro", 999.9, 1099.9) == pytest.approx(-math.log(1.1) / 0.03)


def test_counts_deviate_by_their_square_roots() -> None:
    """From 100 to 144, expected 100: 2 (√144,375 − √100,375) / √(3 + 0,01 × 144)."""
    expected = 2 * (math.sqrt(144.375) - math.sqrt(100.375)) / math.sqrt(3 + 0.01 * 144)
    assert deviates("count", 144.0, 100.0) == pytest.approx(expected)
    # The year moved all by 44 %: nothing is left; the larger of both makes the spread.
    assert deviates("count", 144.0, 100.0, math.log(1.44)) == pytest.approx(0.0, abs=1e-12)
    down = 2 * (math.sqrt(100.375) - math.sqrt(144.375)) / math.sqrt(3 + 0.01 * 144)
    assert deviates("count", -100.0, -144.0) == pytest.approx(down), "a balance is read by its size"


@pytest.mark.parametrize(
    ("kind", "before", "median", "limit", "ends"),
    [
        # 100 × e^±0.24 with a tenth added; two decimals under 100, none from there.
        ("euro", 99.9, 0.0, 8, (78.56, 127.02)),
        ("euro", 999.9, 0.0, 8, (787, 1271)),
        ("euro", 999.9, 0.24, 8, (1000, 1616)),
        ("euro", -99.9, 0.0, 8, (-127.02, -78.56)),
        # √100.375 − 4 √(3 + 1): down to 4; above, 2 (√435.375 − √100.375) is 8 √(3 + 4.35): up to 435.
        ("count", 100.0, 0.0, 8, (4, 435)),
        ("count", 10.0, 0.0, 8, (0, 133)),
        ("share", 50.0, 0.0, 1, (47.0, 53.0)),
        ("share", 0.0, 0.0, 8, (0, 0.3)),
        ("share", 100.0, 0.0, 8, (99.7, 100)),
    ],
)
def test_the_figures_within_a_limit(
    kind: str, before: float, median: float, limit: float, ends: tuple[float, float]
) -> None:
    assert interval(kind, KINDS[kind].spread, before, median, limit) == pytest.approx(ends)


def test_the_interval_is_the_deviation_read_backwards() -> None:
    for kind, before in (("euro", 5000.0), ("ratio", 3000.0), ("count", 90000.0)):
        spread = KINDS[kind].spread
        for end, side in zip(interval(kind, spread, before, 0.1, 4), (-1, 1), strict=True):
            assert deviates(kind, end, before, 0.1, spread) == pytest.approx(4 * side, rel=0.01)


def test_what_the_rules_need_of_a_variable(catalogue: Catalogue) -> None:
    declared = Variables.model_validate(
        {
            "ranges": [{"variables": "filo_med", "low": 5000, "high": 60000}],
            "volatile": [{"variables": "filo_tp60", "factor": 2.0}],
            "fractional": "filo_nbpers",
        }
    )
    names = ["filo_nbpers", "filo_med", "rp_pop", "filo_tp60", "filo_med"]
    found = described(names, catalogue, declared).rows_by_key("variable", named=True, unique=True)
    assert list(found) == sorted(set(names))
    euro, share = KINDS["euro"], KINDS["share"]
    median = found["filo_med"]
    assert (median["kind"], median["spread"], median["drift"]) == ("euro", euro.spread, euro.drift)
    assert (median["low"], median["high"], median["factor"], median["whole"]) == (5000, 60000, 1, False)
    assert median["label"] == f"{catalogue.column('filo_med').label} ({catalogue.column('filo_med').unit})"
    rate = found["filo_tp60"]
    assert (rate["kind"], rate["factor"], rate["low"], rate["high"]) == ("share", 2.0, None, None)
    assert rate["spread"] in (share.spread, 2 * share.spread)
    kinds = {name: (row["kind"], row["whole"]) for name, row in found.items()}
    assert kinds["filo_nbpers"] == ("count", False) and kinds["rp_pop"] == (
        "count",
        not declared.is_fractional("rp_pop"),
    )
