"""Confidence limits of proportions and of differences, as expressions on columns.

A proportion has the score interval of Wilson (*JASA* 22, 1927); a difference the one Newcombe builds from
the limits of its terms (*Statistics in Medicine* 17, 1998, method 10), which Zou & Donner (*ibid.* 27, 2008)
extend to any two estimates. scipy has the first for whole counts only, and one at a time.

Belongs here: formulas. Does not belong here: which figures are sampled (``indicators.uncertainty``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from indicators.mortality import CONFIDENCE

if TYPE_CHECKING:
    import polars as pl

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


def wilson(share: pl.Expr, size: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return Wilson's limits of a proportion (Wilson 1927), for a sample size that need not be whole.

    Args:
        share: Observed proportion, between 0 and 1.
        size: Effective sample size; null where there is no sample, and then no limits.

    Returns:
        Lower and upper limits at the level :data:`CONFIDENCE`, within [0, 1] and around the proportion.
    """
    import polars as pl

    square = z_score(CONFIDENCE) ** 2
    scale = 1 + square / size
    centre = (share + square / (2 * size)) / scale
    half = ((share * (1 - share) / size + square / (4 * size**2)) * square).sqrt() / scale
    low, high = (centre - half).clip(0, 1), (centre + half).clip(0, 1)
    # At 0 and 1 floating point would leave the limit a hair inside the observed share.
    known = size.is_not_null()
    return (
        pl.when(known).then(pl.min_horizontal(low, share)),
        pl.when(known).then(pl.max_horizontal(high, share)),
    )


def odds(share: pl.Expr) -> pl.Expr:
    """Return the quotient of two counts of disjoint people, from the share of the first in their sum.

    Args:
        share: Between 0 and 1.

    Returns:
        share / (1 − share), from 0; null where nobody is left for the second.
    """
    import polars as pl

    return pl.when(share < 1).then(share / (1 - share))


def difference_limits(
    left: tuple[pl.Expr, pl.Expr, pl.Expr], right: tuple[pl.Expr, pl.Expr, pl.Expr]
) -> tuple[pl.Expr, pl.Expr]:
    """Return the limits of ``left − right`` from the value and limits of each.

    Newcombe 1998, Zou & Donner 2008. The two estimates are taken as independent; an exact term is given its
    value three times.

    Args:
        left: Value, lower and upper limits.
        right: The same of what is subtracted.

    Returns:
        Lower and upper limit, in the unit of the two figures.
    """
    value, lower, upper = left
    other, other_lower, other_upper = right
    gap = value - other
    return (
        gap - ((value - lower) ** 2 + (other_upper - other) ** 2).sqrt(),
        gap + ((upper - value) ** 2 + (other - other_lower) ** 2).sqrt(),
    )
