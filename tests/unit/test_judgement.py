"""What is said of a gap, cell by cell."""

from __future__ import annotations

import math

import pytest

from indicators.judgement import (
    BETTER,
    COMPARABLE,
    HIGHER,
    LOWER,
    NO_DIFFERENCE,
    WORSE,
    apart,
    judged,
    read_apart,
)
from indicators.model import Direction, Scale


@pytest.mark.parametrize(
    ("limits", "distance", "said"),
    [
        ((0.1, 4.0), 0.5, (WORSE, BETTER, HIGHER)),
        ((-4.0, -0.1), -0.5, (BETTER, WORSE, LOWER)),
        # Established, and within the band: true, and too small to act upon.
        ((0.1, 0.4), 0.1, (COMPARABLE, COMPARABLE, COMPARABLE)),
        ((-0.4, -0.1), -0.1, (COMPARABLE, COMPARABLE, COMPARABLE)),
        # Zero is in the interval, or at its end: whatever the size of the gap.
        ((0.0, 9.0), 2.0, (NO_DIFFERENCE,) * 3),
        ((-1.0, 1.0), 0.0, (NO_DIFFERENCE,) * 3),
        ((None, None), 2.0, (None,) * 3),
    ],
)
def test_each_cell(
    limits: tuple[float | None, float | None], distance: float, said: tuple[str | None, ...]
) -> None:
    ways = Direction.HIGH_IS_NEED, Direction.LOW_IS_NEED, Direction.DESCRIPTIVE
    assert tuple(judged(*limits, distance, 0.1, way) for way in ways) == said


def test_without_a_band_an_established_gap_is_told_where_it_is_seen() -> None:
    assert judged(0.001, 0.002, 0.0015, None) == HIGHER
    # « 1,1 » against « 1,1 » is not higher.
    assert judged(0.001, 0.002, 0.0015, None, seen=read_apart(1.1011, 1.0647, 1)) == COMPARABLE
    assert judged(0.001, 0.002, 0.0015, None, seen=read_apart(1.1011, 1.0447, 1)) == HIGHER
    assert judged(-0.001, 0.002, 0.0015, None, seen=False) == NO_DIFFERENCE


def test_distances() -> None:
    assert apart(60, 50, Scale.ODDS) == pytest.approx(math.log(1.5))
    assert apart(22_000, 20_000, Scale.RATIO) == pytest.approx(math.log(1.1))
    assert apart(-3, 2, Scale.POINTS) == -5
    assert apart(0, 5, Scale.ODDS) == apart(0, 5, Scale.RATIO) == -math.inf
    assert apart(0, 0, Scale.ODDS) == 0
