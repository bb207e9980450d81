"""Indices of spread on plain arrays: dissimilarity, Theil, the half of the need, the weight of a part.

Belongs here: the formulas and their references. Does not belong here: which territory, year or source
feeds them (``indicators.analysis.spread``), nor what they mean (``indicators.analysis.answers``).

Throughout, ``need`` counts the persons (or households, dwellings) concerned in each zone, and ``base`` all
those who could be: the denominator of the indicator.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indicators.intervals import z_score
from indicators.scales import HALF, Estimate, wilson_limits

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class EntropySplit:
    """Theil's information index and its exact decomposition: ``total`` = ``between`` + ``within``."""

    total: float
    between: float
    within: float


def dissimilarity(need: ArrayLike, others: ArrayLike) -> NDArray[np.float64]:
    """Index of dissimilarity along the last axis, ½ Σ |nᵢ/N − oᵢ/O| (Duncan & Duncan, *ASR* 20, 1955).

    Between those concerned and the others, it is the index between need and base divided by its maximum,
    1 − N/M: it runs from 0 (the same rate everywhere) to 1 (nobody in common), and the two groups may be
    exchanged, so that a need and its complement are as uneven. Where nothing is a share, ``others`` is the
    base itself.

    Returns:
        The index, NaN where a group is empty.
    """
    concerned, rest = np.asarray(need, dtype=float), np.asarray(others, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = concerned / concerned.sum(axis=-1, keepdims=True) - rest / rest.sum(axis=-1, keepdims=True)
    return np.asarray(np.abs(gaps).sum(axis=-1) / 2, dtype=float)


def entropy(need: ArrayLike, base: ArrayLike, groups: Sequence[Hashable]) -> EntropySplit | None:
    """Theil's information index of two groups, split between groups of zones and within them.

    H = Σ mᵢ (E − Eᵢ) / (M E), Eᵢ being the entropy of those concerned and the others in a zone and E that of
    the whole (Theil, *Statistical Decomposition Analysis*, 1972): what the zone explains, over the most it
    could, from 0 to 1. Null when nobody, or everybody, is concerned.
    """
    concerned, living = np.asarray(need, dtype=float), np.asarray(base, dtype=float)
    whole = float(_entropy(np.array([concerned.sum() / living.sum()]))[0]) if living.sum() > 0 else 0.0
    if whole <= 0:
        return None
    ranks: dict[Hashable, int] = {}
    index = np.array([ranks.setdefault(group, len(ranks)) for group in groups])
    total = _told(concerned, living, whole)
    need_by, base_by = (np.bincount(index, part).astype(float) for part in (concerned, living))
    between = _told(need_by, base_by, whole)
    return EntropySplit(total=total, between=between, within=max(total - between, 0.0))


def half_base(need: ArrayLike, base: ArrayLike) -> NDArray[np.float64]:
    """Least share of the base that holds half of the need, along the last axis: a point of Lorenz's curve.

    The zones are taken from the most to the least touched, the last one in part. One half when every zone has
    the same rate.

    Args:
        need: People concerned in each zone, the zones along the last axis.
        base: People living in each, at least one.

    Returns:
        Shares of the base between 0 and 1, the last axis gone; not a number where nobody is concerned.
        Lorenz, *Publications of the ASA* 9, 1905.
    """
    concerned, living = np.broadcast_arrays(np.asarray(need, dtype=float), np.asarray(base, dtype=float))
    order = np.argsort(-concerned / living, axis=-1, kind="stable")
    need_up = np.cumsum(np.take_along_axis(concerned, order, -1), axis=-1)
    base_up = np.cumsum(np.take_along_axis(living, order, -1), axis=-1)
    start = np.zeros((*need_up.shape[:-1], 1))
    need_up = np.concatenate([start, need_up], axis=-1) / need_up[..., -1:]
    base_up = np.concatenate([start, base_up], axis=-1) / base_up[..., -1:]
    last = np.argmax(need_up >= HALF, axis=-1)[..., None]
    (low, high), (before, after) = (
        [np.take_along_axis(curve, at, -1)[..., 0] for at in (last - 1, last)] for curve in (need_up, base_up)
    )
    return np.asarray(before + (HALF - low) / (high - low) * (after - before), dtype=float)


def fewest(need: Sequence[float]) -> list[int]:
    """Return the fewest zones that hold half of the need, from the one that has most of it."""
    order = sorted(range(len(need)), key=lambda zone: -need[zone])
    whole, held = sum(need), 0.0
    for count, zone in enumerate(order, start=1):
        held += need[zone]
        if held >= HALF * whole:
            return order[:count]
    return order


@dataclass(frozen=True)
class Weight:
    """What a part weighs in a whole."""

    need_share: Estimate
    base_share: float
    quotient: Estimate
    """Location quotient (Florence 1939): share of the need over share of the base."""
    log_odds: Estimate
    """Logarithm of the odds ratio of the part and the rest."""


def weight(need_part: float, base_part: float, need: float, base: float) -> Weight | None:
    """Weigh a part, with the limits that the chance of small numbers leaves.

    Share of the need: Wilson's limits, those of the quotient follow. Odds ratio: Woolf's limits (*Annals of
    Human Genetics* 19, 1955), half a person added to each cell (Haldane 1956). It does not depend on how many
    people live in the part, and its logarithm only changes sign for the complement.

    Returns:
        The weight; null when the part or the rest is empty, or bigger than the whole.
    """
    cells = need_part, base_part - need_part, need - need_part, (base - base_part) - (need - need_part)
    if need <= 0 or base_part <= 0 or base_part >= base or min(cells) < 0:
        return None
    inside, outside = need_part / need, base_part / base
    shares = Estimate(inside, *wilson_limits(need_part, need))
    a, b, c, d = (cell + HALF for cell in cells)
    odds, half = math.log(a * d / (b * c)), z_score() * math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return Weight(
        shares,
        outside,
        Estimate(inside / outside, shares.lower / outside, shares.upper / outside),
        Estimate(odds, odds - half, odds + half),
    )


def as_dissimilarity(log_odds: Estimate) -> Estimate:
    """Read the logarithm of an odds ratio as the dissimilarity of two halves.

    Args:
        log_odds: ln ψ, with its limits.

    Returns:
        tanh(ln ψ / 4) = (√ψ − 1) / (√ψ + 1), between −1 and 1: the dissimilarity of two halves of a territory
        that differ by an odds ratio ψ, where half of all people are concerned.
    """
    return Estimate(*(math.tanh(end / 4) for end in (log_odds.value, log_odds.lower, log_odds.upper)))


def _told(concerned: NDArray[np.float64], living: NDArray[np.float64], whole: float) -> float:
    kept = living > 0
    each = _entropy(concerned[kept] / living[kept])
    return float(np.sum(living[kept] * (whole - each)) / (living.sum() * whole))


def _entropy(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Entropy of two groups, 0 where one of them is empty."""
    inside = np.clip(share, 0, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [np.where(part > 0, -part * np.log(part), 0.0) for part in (inside, 1 - inside)]
    return np.asarray(terms[0] + terms[1], dtype=float)
