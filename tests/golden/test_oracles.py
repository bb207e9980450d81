"""Intervals and odds against statsmodels, which computes them on its own."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from indicators.analysis.indices import weight
from indicators.intervals import wilson, z_score
from indicators.mortality import poisson_interval
from indicators.scales import Estimate, gap, wilson_limits

proportion = pytest.importorskip("statsmodels.stats.proportion", reason="statsmodels n’est pas installé")
rates = pytest.importorskip("statsmodels.stats.rates", reason="statsmodels n’est pas installé")
tables = pytest.importorskip("statsmodels.stats.contingency_tables", reason="statsmodels n’est pas installé")

SHARES = [(0, 20), (1, 20), (15, 230), (81, 263), (148, 148), (3_200, 18_450)]


def estimate(count: int, size: int) -> Estimate:
    return Estimate(count / size, *wilson_limits(count, size))


@pytest.mark.parametrize(("count", "size"), SHARES)
def test_wilson(count: int, size: int) -> None:
    expected = proportion.proportion_confint(count, size, alpha=0.05, method="wilson")
    assert wilson_limits(count, size) == pytest.approx(expected, abs=1e-12)
    arrays = wilson(np.array([count / size]), np.array([float(size)]))
    assert wilson_limits(count, size) == tuple(limit.item() for limit in arrays), "one formula only"


@pytest.mark.parametrize(("one", "other"), list(pairwise(SHARES)))
def test_the_gap_of_two_shares_is_newcombe_s(one: tuple[int, int], other: tuple[int, int]) -> None:
    expected = proportion.confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    found = gap(estimate(*one), estimate(*other))
    assert (found.lower, found.upper) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("count", [0, 1, 5, 30, 412])
def test_poisson(count: int) -> None:
    expected = rates.confint_poisson(count, 1.0, method="exact-c", alpha=0.05)
    low, high = (0.0 if math.isnan(end) else float(end) for end in expected)
    assert poisson_interval(count) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(
    "cells", [(30, 40, 100, 200), (1_563, 3_842, 3_658, 13_680), (5, 60, 5, 600), (12, 30, 12_000, 90_000)]
)
def test_the_odds_of_a_part_are_woolf_s(cells: tuple[int, int, int, int]) -> None:
    need_part, base_part, need, base = cells
    found = weight(*cells)
    assert found is not None
    rest = need - need_part, (base - base_part) - (need - need_part)
    table = [[end + 0.5 for end in line] for line in ((need_part, base_part - need_part), rest)]
    oracle = tables.Table2x2(table, shift_zeros=False)
    expected = (oracle.log_oddsratio, *oracle.log_oddsratio_confint(alpha=0.05))
    got = found.log_odds
    assert (got.value, got.lower, got.upper) == pytest.approx(expected, abs=1e-9)
    assert z_score() == pytest.approx(1.959964, abs=1e-6)
