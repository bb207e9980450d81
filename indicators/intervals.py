"""Confidence limits of proportions and of differences.

A proportion has the score interval of Wilson (*JASA* 22, 1927); a difference the one Newcombe builds from
the limits of its terms (*Statistics in Medicine* 17, 1998, method 10), which Zou & Donner (*ibid.* 27, 2008)
extend to any two estimates. scipy has the first for whole counts only, and one at a time.

Belongs here: formulas. Does not belong here: which figures are sampled (``indicators.uncertainty``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from indicators.mortality import CONFIDENCE

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_Kind = TypeVar("_Kind", "NDArray[np.float64]", "pl.Expr")

EXACT = 9
"""Decimals the limits of a difference are kept to: beyond, they are the noise of floating point."""


@cache
def z_score(confidence: float = CONFIDENCE) -> float:
    """Return the two-sided normal quantile of a confidence level (1.96 at 95 %).

    Returns:
        Φ⁻¹((1 + confidence) / 2), in standard deviations.
    """
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def wilson(share: Numbers, size: Numbers) -> tuple[Numbers, Numbers]:
    """Return Wilson's limits of a proportion (Wilson 1927), for a sample size that need not be whole.

    Args:
        share: Observed proportions, between 0 and 1.
        size: Effective sample sizes; NaN or 0 where there is no sample, and then no limits.

    Returns:
        Lower and upper limits at the level :data:`CONFIDENCE`, within [0, 1] and around the proportion.
    """
    import numpy as np

    square = z_score(CONFIDENCE) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1 + square / size
        centre = (share + square / (2 * size)) / scale
        half = np.sqrt((share * (1 - share) / size + square / (4 * size**2)) * square) / scale
    # At 0 and 1 floating point would leave the limit a hair inside the observed share.
    return (
        np.minimum(np.clip(centre - half, 0, 1), share),
        np.maximum(np.clip(centre + half, 0, 1), share),
    )


def odds(share: Numbers) -> Numbers:
    """Return the quotient of two counts of disjoint people, from the share of the first in their sum.

    Args:
        share: Between 0 and 1.

    Returns:
        share / (1 − share), from 0; NaN where nobody is left for the second.
    """
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share < 1, share / (1 - share), np.nan)


def difference_limits(
    left: tuple[_Kind, _Kind, _Kind], right: tuple[_Kind, _Kind, _Kind]
) -> tuple[_Kind, _Kind]:
    """Return the limits of ``left − right`` from the value and limits of each.

    Newcombe 1998, Zou & Donner 2008. The two estimates are taken as independent; an exact term is given its
    value three times.

    Args:
        left: Value, lower and upper limits, as arrays or as expressions on columns.
        right: The same of what is subtracted.

    Returns:
        Lower and upper limit, in the unit of the two figures.
    """
    value, lower, upper = left
    other, other_lower, other_upper = right
    gap = value - other
    return (
        gap - ((value - lower) ** 2 + (other_upper - other) ** 2) ** 0.5,
        gap + ((upper - value) ** 2 + (other - other_lower) ** 2) ** 0.5,
    )
