"""The benchmarks, each a computation of the project and a reference of the same size in the same run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from indicators.analysis.robustness import Plan, simulate
from indicators.analysis.selection import Matrix
from indicators.registry import INDICATORS
from sources.vocabulary import Level


@dataclass(frozen=True)
class Case:
    """A computation, the reference its cost is a multiple of, and what the design asks of it."""

    name: str
    run: Callable[[], object]
    reference: Callable[[], object]
    reference_name: str
    budget: str


def fictitious(communes: int, indicators: int, seed: int = 1) -> Matrix:
    """A matrix of random needs with a sampling error everywhere: the worst case."""
    rng = np.random.default_rng(seed)
    return Matrix(
        level=Level.COMMUNE,
        perimeter=None,
        codes=tuple(f"{n:05d}" for n in range(communes)),
        indicators=INDICATORS[-indicators:],
        years=(2022,) * indicators,
        periods=("2022",) * indicators,
        values=rng.normal(20, 5, (communes, indicators)),
        errors=np.full((communes, indicators), 2.0),
        ranked=np.ones(communes, dtype=np.bool_),
        reference="communes fictives",
        excluded=(),
    )


def _normals(communes: int, indicators: int, draws: int) -> Callable[[], object]:
    """Only the random numbers of the same draws: what no implementation can do without."""

    def run() -> None:
        rng = np.random.default_rng(1)
        for _ in range(draws):
            rng.standard_normal((communes, indicators), dtype=np.float32)

    return run


def _ranking(communes: int, draws: int) -> Case:
    indicators = 30
    needs = fictitious(communes, indicators)
    return Case(
        f"ordre de priorité : {draws} tirages × {communes} communes × {indicators} indicateurs",
        lambda: simulate(needs, Plan(draws=draws)),
        _normals(communes, indicators, draws),
        "les seuls nombres aléatoires",
        "moins de 2 s pour 10 000 × 47 × 30 ; moins de 60 s et 4 Gio pour 1 000 × 35 000 × 30",
    )


def cases(quick: bool) -> list[Case]:
    """The benchmarks, smaller when in a hurry."""
    if quick:
        return [_ranking(47, 1_000), _ranking(3_500, 100)]
    return [_ranking(47, 10_000), _ranking(35_000, 1_000)]
