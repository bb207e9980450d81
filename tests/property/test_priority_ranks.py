"""What an order of priority must keep, whatever the figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.analysis.priority import rows
from indicators.analysis.robustness import Plan, score, simulate
from indicators.analysis.selection import Matrix
from indicators.model import Direction
from indicators.registry import INDICATORS
from sources.territory.declared import Territories
from sources.vocabulary import Level

SCORED = tuple(i for i in INDICATORS if i.direction is not Direction.DESCRIPTIVE and i.theme != "idh4")
PLAN = Plan(draws=900)


def build(values: np.ndarray, errors: float = 0.0) -> Matrix:
    communes, count = values.shape
    return Matrix(
        level=Level.COMMUNE,
        perimeter=None,
        codes=tuple(f"{n:05d}" for n in range(communes)),
        indicators=SCORED[:count],
        years=(2022,) * count,
        periods=("2022",) * count,
        values=values,
        errors=np.full(values.shape, errors),
        ranked=np.ones(communes, dtype=bool),
        reference="des communes fictives",
        excluded=(),
    )


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    shape = draw(st.tuples(st.integers(5, 20), st.integers(2, 12)))
    seed = draw(st.integers(0, 10**6))
    return np.random.default_rng(seed).normal(20, 5, shape)


@settings(max_examples=25)
@given(tables(), st.integers(0, 2**31))
def test_ranks_are_ordered_and_reproducible(values: np.ndarray, seed: int) -> None:
    built = build(values, errors=1.0)
    ranks, again = (simulate(built, replace(PLAN, seed=seed)) for _ in range(2))
    assert (ranks.lower <= ranks.median).all()
    assert (ranks.median <= ranks.upper).all()
    assert ranks.lower.min() >= 1
    assert ranks.upper.max() <= len(built.codes)
    # In each draw the worst quarter has its number of places.
    assert ranks.worst.sum() == pytest.approx(np.ceil(len(built.codes) / 4))
    for name in ("lower", "median", "upper", "worst"):
        assert (getattr(ranks, name) == getattr(again, name)).all()


@settings(max_examples=25)
@given(tables(), st.floats(0.01, 100), st.floats(-1000, 1000))
def test_units_do_not_matter(values: np.ndarray, scale: float, shift: float) -> None:
    whole = Plan().share(build(values))
    before, after = score(build(values), whole), score(build(values * scale + shift), whole)
    assert after.overall == pytest.approx(before.overall, abs=1e-6)


@settings(max_examples=25)
@given(tables())
def test_contributions_add_up_to_the_score(values: np.ndarray) -> None:
    holes = np.random.default_rng(1).random(values.shape) < 0.1
    built = build(np.where(holes, np.nan, values))
    scored = score(built, Plan().share(built))
    known = np.isfinite(scored.overall)
    assert np.nansum(scored.contributions[known], axis=1) == pytest.approx(scored.overall[known])
    assert ((scored.overall[known] >= -1e-9) & (scored.overall[known] <= 100 + 1e-9)).all()


def test_equal_territories_cannot_be_told_apart() -> None:
    ranks = simulate(build(np.full((40, 8), 20.0)), PLAN)
    assert (ranks.lower <= 3).all()
    assert (ranks.upper >= 38).all()
    assert ranks.worst == pytest.approx(0.25, abs=0.06)


def test_noise_widens_the_intervals() -> None:
    values = np.random.default_rng(3).normal(20, 5, (30, 9))
    sharp, noisy = (simulate(build(values, errors), PLAN) for errors in (0.0, 4.0))
    assert (noisy.upper - noisy.lower).mean() > (sharp.upper - sharp.lower).mean()


def test_a_dominant_need_is_first_in_every_draw() -> None:
    values = np.random.default_rng(4).normal(20, 1, (20, 9))
    signs = np.array([-1.0 if i.direction is Direction.LOW_IS_NEED else 1.0 for i in SCORED[:9]])
    values[7] = 20 + 30 * signs
    ranks = simulate(build(values), PLAN)
    assert (ranks.lower[7], ranks.upper[7], ranks.worst[7]) == (1, 1, 1)


def test_a_theme_without_weight_does_not_count() -> None:
    values = np.random.default_rng(5).normal(20, 5, (15, len(SCORED)))
    built = build(values)
    theme = built.themes[2]
    other = values.copy()
    other[:, built.of_theme(theme)] = other[::-1, built.of_theme(theme)]
    plan = replace(PLAN, weights={theme: 0})
    assert score(built, plan.share(built)).overall == pytest.approx(
        score(build(other), plan.share(built)).overall
    )
    with pytest.raises(ValueError, match="weights"):
        Plan(weights=dict.fromkeys(built.themes, 0)).share(built)


@pytest.mark.parametrize("count", [1, 2])
def test_an_order_may_rest_on_very_few_indicators(count: int) -> None:
    signs = np.array([-1.0 if i.direction is Direction.LOW_IS_NEED else 1.0 for i in SCORED[:count]])
    ranks = simulate(build(-np.arange(10.0)[:, None] * signs), PLAN)
    assert ranks.lower.tolist() == ranks.upper.tolist() == list(range(1, 11))


def test_too_few_figures_are_not_ranked() -> None:
    values = np.random.default_rng(6).normal(20, 5, (12, 9))
    values[3, 1:] = np.nan
    ranks = simulate(build(values), PLAN)
    assert 3 not in ranks.rows
    assert ranks.rows.size == 11
    assert ranks.upper.max() <= 11


def test_order_of_the_rows_does_not_matter(values: pl.DataFrame, territories: Territories) -> None:
    plan = Plan(draws=300)
    straight = rows(values, territories, plan)
    mixed = rows(values.sample(fraction=1.0, shuffle=True, seed=3), territories, plan)
    assert straight.equals(mixed)
    assert not straight.equals(rows(values, territories, replace(plan, seed=1)))
