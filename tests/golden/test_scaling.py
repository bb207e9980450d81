"""Figures on a scale from 0 to 1, in three ways worked by hand (*Handbook*, OECD-JRC, 2008, step 5)."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.analysis.scaling import RANK_POINTS, Scale, Scaler

EVEN = np.arange(0.0, 101.0)
"""0 to 100: percentiles 2 and 98 are 2 and 98."""


def units(column: np.ndarray, figures: list[float], scale: Scale, sign: float = 1.0) -> list[float]:
    found: list[float] = Scaler(column, sign).unit(np.array(figures, float), scale).tolist()
    return found


def test_the_extremes_are_percentiles_beyond_which_nothing_moves() -> None:
    assert units(EVEN, [0, 2, 26, 50, 98, 100], "minmax") == pytest.approx([0, 0, 0.25, 0.5, 1, 1])


def test_what_is_not_known_sets_no_scale() -> None:
    column = np.append(EVEN, [np.nan, np.inf])
    assert units(column, [26, 50], "minmax") == pytest.approx([0.25, 0.5])


def test_a_low_figure_may_be_the_need() -> None:
    assert units(EVEN, [-98, -26, -2], "minmax", sign=-1.0) == pytest.approx([0, 0.75, 1])


def test_six_deviations_are_laid_over_the_scale() -> None:
    """The winsorised set: 2 three times, 98 three times, 3 to 97 once; mean 50."""
    kept = np.concatenate([[2.0] * 3, np.arange(3.0, 98.0), [98.0] * 3])
    spread = np.sqrt(((kept - 50) ** 2).mean())
    found = units(EVEN, [50, 50 + 24, 98], "z")
    assert found == pytest.approx([0.5, 0.5 + 24 / (6 * spread), 0.5 + 48 / (6 * spread)])


def test_what_passes_three_deviations_stops_at_the_end_of_the_scale() -> None:
    """Ninety-five 0 and five 1, whose share is 5 %: 1 is at 0.95 / 0.218 = 4.4 deviations."""
    rare = np.array([0.0] * 95 + [1.0] * 5)
    assert units(rare, [0, 1], "z") == pytest.approx([0.5 - 0.05 / (6 * np.sqrt(0.05 * 0.95)), 1])
    assert units(rare, [0], "z", sign=1.0)[0] > 0
    assert units(-rare, [-1], "z") == [0]


def test_equal_figures_share_the_middle_of_their_ranks() -> None:
    """10 is one figure of five, 20 three, 30 one: 0.1, 0.5 and 0.9; between two, in proportion."""
    column = np.array([20.0, 10, 20, 30, 20])
    assert units(column, [10, 15, 20, 25, 30], "rank") == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
    assert units(column, [0, 99], "rank") == pytest.approx([0.1, 0.9])


def test_ranks_of_a_large_set_are_read_from_some_of_its_points() -> None:
    large = np.arange(10_001.0)
    scaler = Scaler(large, 1.0)
    assert len(scaler.points) == len(scaler.heights) == RANK_POINTS
    assert (scaler.points[0], scaler.points[1], scaler.points[-1]) == (0, 50, 10_000)
    assert units(large, [0, 2525, 10_000], "rank") == pytest.approx(
        [0.5 / 10_001, 2525.5 / 10_001, 10_000.5 / 10_001]
    )
    assert len(Scaler(np.arange(float(RANK_POINTS)), 1.0).points) == RANK_POINTS


@pytest.mark.parametrize("scale", ["minmax", "z", "rank"])
@pytest.mark.parametrize("column", [[7.0] * 5, [7.0] * 99 + [8.0]])
def test_a_set_that_does_not_vary_tells_no_one_apart(column: list[float], scale: Scale) -> None:
    """One figure in a hundred is beyond the percentiles."""
    assert units(np.array(column), [3, 7, 9], scale) == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("scale", ["minmax", "z", "rank"])
def test_the_precision_of_the_draws_is_kept(scale: Scale) -> None:
    assert Scaler(EVEN, 1.0).unit(np.array([5.0], np.float32), scale).dtype == np.float32
