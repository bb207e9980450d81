"""A value on the scale two figures of its indicator are compared on, oriented so that more is worse.

On these scales a complement, an inverse, a change of sense or of unit changes no distance between two
figures, but perhaps its sign, which the direction puts right: the log odds of 1 − p are those of p with the
other sign, and so are the logarithms of 1/x and x.

Belongs here: the transformation, its limits, the gap of two figures. Does not belong here: the sentence about
a gap (``indicators.analysis.answers``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from indicators.intervals import wilson, z_score
from indicators.judgement import band_width
from indicators.model import Direction, Indicator, Scale
from indicators.mortality import poisson_interval

Counts = tuple[float, float]
"""Those the value counts, and all those who could be."""

PERCENT = 100.0
HALF = 0.5
"""Added to an empty count, and to the other one, so that its odds exist (Haldane 1956, Anscombe 1956)."""


FAR = math.log(1e6)
"""Distance of a limit that the scale puts without end: odds a million times as high, or as low."""


@dataclass(frozen=True)
class Estimate:
    """A number and its limits at 95 %, equal to it when it is exact."""

    value: float
    lower: float
    upper: float

    @property
    def error(self) -> float:
        """Standard error, from the narrower side: the other one is without end where a count is empty.

        Wilson's limits are as far from the share on both sides on the scale of odds.
        """
        return min(self.upper - self.value, self.value - self.lower) / z_score()

    def moved(self, steps: float) -> float:
        """Return the value, moved to a limit: 1 to the upper one, −1 to the lower, half-way by halves.

        Returns:
            A place on the scale of the estimate.
        """
        if not steps:
            return self.value
        return self.value + abs(steps) * ((self.upper if steps > 0 else self.lower) - self.value)


def gap(one: Estimate, other: Estimate) -> Estimate:
    """Return ``one − other``, both errors counted.

    Newcombe, *Statistics in Medicine* 17, 1998, method 10; Zou & Donner, ibid. 27, 2008. The two are taken as
    independent, which is cautious for a territory and the wider one it is a part of.

    Returns:
        The difference with its limits, on the scale of the two.
    """
    difference = one.value - other.value
    low = math.hypot(one.value - one.lower, other.upper - other.value)
    high = math.hypot(one.upper - one.value, other.value - other.lower)
    return Estimate(difference, difference - low, difference + high)


def band(indicator: Indicator) -> float:
    """Return half the width of the band of practical equivalence, on the scale.

    Returns:
        As :func:`indicators.judgement.band_width` gives it.

    Raises:
        ValueError: the indicator declares none, hence is not judged.
    """
    width = band_width(indicator.equivalence, indicator.scale)
    if width is None:
        raise ValueError(f"{indicator.id} has no band of equivalence")
    return width


def place(
    row: Mapping[str, Any], indicator: Indicator, counts: Counts | None, unit: float
) -> Estimate | None:
    """Put a value on the scale of its indicator, the higher the worse.

    Limits are those printed beside the value. Where there are none and people are counted, they are those of
    the chance of small numbers: Wilson's for a share, Poisson's for a quantity per inhabitant. Anything else
    is exact.

    Args:
        row: Row of table ``value``.
        indicator: Its indicator.
        counts: Numerator and denominator of the row, where they count people or things.
        unit: What the ratio of the counts is multiplied by (100 for a share in percent).

    Returns:
        The figure, null where the scale has no place for it (a null quantity that counts nobody).
    """
    scale = indicator.scale
    at, low, high = _on(row["value"], scale), row["lower"], row["upper"]
    if counts is not None and scale is not Scale.POINTS:
        numerator, denominator = counts
        if low is None or high is None:
            low, high = _chance(numerator, denominator, scale, unit)
        if at is None:
            whole = denominator + 2 * HALF if scale is Scale.ODDS else denominator
            at = _on(unit * (numerator + HALF) / whole, scale)
    if at is None:
        return None
    lower, upper = at, at
    if low is not None and high is not None:
        ends = _on(low, scale), _on(high, scale)
        lower = at - FAR if ends[0] is None else min(ends[0], at)
        upper = at + FAR if ends[1] is None else max(ends[1], at)
    if indicator.direction is Direction.LOW_IS_NEED:
        return Estimate(-at, -upper, -lower)
    return Estimate(at, lower, upper)


def need_of(at: float, scale: Scale) -> float:
    """Return the share of people concerned at a place, or on the other scales the relative intensity.

    Args:
        at: Place, the higher the worse; measured from a common origin where it is no share.
        scale: The scale.

    Returns:
        1 / (1 + e⁻ˣ), between 0 and 1, on the scale of odds; else eˣ, 1 at the common origin.
    """
    return 1 / (1 + math.exp(-at)) if scale is Scale.ODDS else math.exp(at)


def _on(value: float, scale: Scale) -> float | None:
    if scale is Scale.POINTS:
        return float(value)
    if scale is Scale.RATIO:
        return math.log(value) if value > 0 else None
    share = value / PERCENT
    return math.log(share / (1 - share)) if 0 < share < 1 else None


def _chance(numerator: float, denominator: float, scale: Scale, unit: float) -> tuple[float, float]:
    """Limits of a value that is exhaustively counted, were its events drawn at random."""
    if scale is Scale.ODDS:
        return wilson_limits(numerator, denominator, unit)
    low, high = poisson_interval(numerator)
    return unit * low / denominator, unit * high / denominator


def wilson_limits(numerator: float, denominator: float, unit: float = 1.0) -> tuple[float, float]:
    """Return Wilson's limits of a share of counts (:func:`wilson`), in ``unit`` for the whole.

    Args:
        numerator: People concerned.
        denominator: All of them, at least one.
        unit: What stands for the whole: 100 for a percentage.

    Returns:
        Lower and upper limit at 95 %, between 0 and ``unit``.
    """
    import numpy as np

    limits = wilson(np.array([numerator / denominator]), np.array([float(denominator)]))
    low, high = (unit * float(limit[0]) for limit in limits)
    return low, high
