"""Indices of concentration on plain arrays: location quotient, dissimilarity, Theil, and what chance gives.

Belongs here: the formulas and their references. Does not belong here: which territory, year or source
feeds them (``indicators.analysis.measures``), nor what they mean (``indicators.analysis.verdicts``).

Throughout, ``need`` counts the persons (or households, dwellings) concerned in each zone, and ``people`` all
those who could be: the denominator of the indicator.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

DRAWS = 999
SEED = 20_240_101


@dataclass(frozen=True)
class TheilSplit:
    """Theil's index and its exact decomposition: ``total`` = ``between`` + ``within``."""

    total: float
    between: float
    within: float


@dataclass(frozen=True)
class Chance:
    """What the dissimilarity would be if need fell at random, and how often it would reach ours."""

    expected: float
    p_value: float


def location_quotient(need_part: float, people_part: float, need: float, people: float) -> float | None:
    """Share of the need found in a part, over the share of the people living there.

    1 when the part is like the whole; null when the part or the whole is empty.
    """
    if people_part <= 0 or people <= 0 or need <= 0:
        return None
    return (need_part / need) / (people_part / people)


def dissimilarity(need: ArrayLike, people: ArrayLike) -> float | None:
    """Index of dissimilarity, ½ Σ |nᵢ/N − mᵢ/M|: the need against the people who could be concerned.

    The share of the need that would have to change zone to be spread like the people: 0 when every zone
    has the same rate, towards 1 when one small zone has it all (Duncan & Duncan, 1955). Their index between
    those concerned and the others is this one divided by 1 − N/M. Null when there is no need or no people.
    """
    concerned, living = np.asarray(need, dtype=float), np.asarray(people, dtype=float)
    if concerned.sum() <= 0 or living.sum() <= 0:
        return None
    return float(_dissimilarity(concerned, living))


def theil(need: ArrayLike, people: ArrayLike, groups: Sequence[Hashable]) -> TheilSplit | None:
    """Theil's index of the rates, weighted by people, split between groups and within them.

    T = Σ sᵢ ln(sᵢ/pᵢ), s being a zone's share of the need and p its share of the people (Theil, 1967): 0 when
    every zone has the same rate. Null when nobody is concerned, or when need is where there are no people.
    """
    concerned = np.asarray(need, dtype=float)
    living = np.asarray(people, dtype=float)
    if concerned.sum() <= 0 or (living.sum() <= 0) or bool(np.any((living <= 0) & (concerned > 0))):
        return None
    ranks: dict[Hashable, int] = {}
    index = np.array([ranks.setdefault(group, len(ranks)) for group in groups])
    total = _entropy(concerned, living)
    between = _entropy(_by(index, concerned), _by(index, living))
    return TheilSplit(total=total, between=between, within=max(total - between, 0.0))


def chance(
    need: ArrayLike, people: ArrayLike, *, draws: int = DRAWS, seed: int | Sequence[int] = SEED
) -> Chance | None:
    """Permutation test of the dissimilarity: the same need dealt at random among the same people.

    Dealing N persons concerned among the zones without replacement is a multivariate hypergeometric draw:
    no permutation has to be written out. p = (1 + draws at least as large) / (1 + draws) (Phipson & Smyth,
    2010). Small zones alone make the index positive: ``expected`` says how much of it chance explains.

    Args:
        need: Persons concerned by zone, rounded to whole persons.
        people: All persons by zone.
        draws: Number of draws.
        seed: Seed; the same one gives the same result.
    """
    living = np.rint(np.asarray(people, dtype=float)).astype(np.int64)
    concerned = np.minimum(np.rint(np.asarray(need, dtype=float)).astype(np.int64), living)
    count = int(concerned.sum())
    if count == 0 or count == int(living.sum()):
        return None
    # The order of the zones must not change the draws.
    order = np.lexsort((concerned, living))
    living, concerned = living[order], concerned[order]
    generator = np.random.default_rng(seed)
    dealt = generator.multivariate_hypergeometric(living, count, size=draws, method="marginals")
    simulated = _dissimilarity(dealt.astype(float), living.astype(float))
    observed = _dissimilarity(concerned.astype(float), living.astype(float))
    # Equal up to floating-point noise counts as reached.
    reached = int(np.count_nonzero(simulated >= observed - 1e-12))
    return Chance(expected=float(simulated.mean()), p_value=(1 + reached) / (1 + draws))


def _dissimilarity(concerned: NDArray[np.float64], living: NDArray[np.float64]) -> NDArray[np.float64]:
    """Dissimilarity along the last axis."""
    gaps = concerned / concerned.sum(axis=-1, keepdims=True) - living / living.sum()
    return np.asarray(np.abs(gaps).sum(axis=-1) / 2, dtype=float)


def _by(index: NDArray[np.intp], amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the zones of each group."""
    return np.bincount(index, weights=amounts).astype(float)


def _entropy(concerned: NDArray[np.float64], living: NDArray[np.float64]) -> float:
    kept = concerned > 0
    shares = concerned[kept] / concerned.sum()
    return float(np.sum(shares * np.log(shares / (living[kept] / living.sum()))))
