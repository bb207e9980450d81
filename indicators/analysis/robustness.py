"""Scores of need, and how their ranks hold when the method or the figures could have been others.

A composite index is a chain of choices; each draw makes them all anew (*Handbook on Constructing Composite
Indicators*, OECD-JRC, 2008, step 7; Saisana, Saltelli & Tarantola, *JRSS A* 168, 2005): how figures are put
on one scale, how themes are put together, what each weighs, which indicator is left out, what the sample
could have given.

Belongs here: numbers on arrays. Does not belong here: which figures (``selection``), sentences
(``priority``).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from indicators.analysis.scaling import Scale, Scaler
from indicators.analysis.selection import ENOUGH, Matrix
from indicators.model import Direction, Theme
from indicators.mortality import CONFIDENCE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    # Single or double precision: numpy's own stubs widen what stays single.
    Numbers = NDArray[np.floating]

Aggregate = Literal["arithmetic", "geometric", "penalised"]
SCALES: tuple[Scale, ...] = ("minmax", "z", "rank")
AGGREGATES: tuple[Aggregate, ...] = ("arithmetic", "geometric", "penalised")

GEOMETRIC_FLOOR = 0.05
"""Least well-being of a theme in a geometric mean, which a single zero would reduce to nothing."""

PENALISED_RANGE = (0.7, 0.6)
"""Start and width of the scale of the adjusted index of Mazziotta & Pareto (*Soc. Ind. Res.* 127, 2016)."""

WORST_SHARE = 0.25
"""The quarter of the territories where need is strongest."""

CELLS = 250_000
"""Cells computed together: enough for numpy to be fast, few enough to stay in the processor's cache."""

_JITTER, _NOTHING = 1e-6, 1e-9


@dataclass(frozen=True)
class Plan:
    """How the order is put to the test; the same plan always gives the same ranks."""

    draws: int = 30_000
    """Enough for the bounds of two seeds to differ by one rank at most, on pure noise as well."""
    seed: int = 2030
    weights: Mapping[Theme, float] = field(default_factory=dict)
    """Relative weight of each theme, 1 where none is given; 0 leaves the theme out."""
    concentration: float = 5.0
    """Parameter of the Dirichlet law per theme: about ± 40 % around each weight."""

    def share(self, values: Matrix) -> Floats:
        """Weights of the themes of a matrix, adding up to 1; one with too few indicators weighs less.

        Raises:
            ValueError: a weight is negative, or all are null.
        """
        import numpy as np

        weights = np.array([self.weights.get(t, 1.0) * values.fullness(t) for t in values.themes])
        if (weights < 0).any() or weights.sum() <= 0:
            raise ValueError("theme weights must be positive, one at least above zero")
        result: Floats = weights / weights.sum()
        return result


@dataclass(frozen=True)
class Score:
    """Scores between 0 and 100 (100: strongest need), NaN where too little is known."""

    units: Numbers
    """Need of each indicator, between 0 and 1."""
    themes: Floats
    overall: Floats
    contributions: Floats
    """Points each indicator brings to the overall score: they add up to it."""


@dataclass(frozen=True)
class Ranks:
    """Ranks over the draws (1: strongest need), for the ranked territories that have a score."""

    rows: NDArray[np.int64]
    """Their rows in the matrix."""
    lower: NDArray[np.int64]
    median: NDArray[np.int64]
    upper: NDArray[np.int64]
    worst: Floats
    """Share of the draws in the worst quarter."""


def _scalers(values: Matrix) -> list[Scaler]:
    return [
        Scaler(
            values.references[j].figures if values.references else values.values[:, j],
            -1.0 if indicator.direction is Direction.LOW_IS_NEED else 1.0,
        )
        for j, indicator in enumerate(values.indicators)
    ]


def _presence(values: Matrix) -> NDArray[np.bool_]:
    """Whether each territory has enough of the indicators of each theme."""
    import numpy as np

    known = np.isfinite(values.values)
    columns = [known[:, values.of_theme(theme)].mean(axis=1) >= ENOUGH for theme in values.themes]
    return np.column_stack(columns) if columns else np.zeros((len(values.codes), 0), dtype=np.bool_)


def _scored(presence: NDArray[np.bool_], weights: Floats) -> NDArray[np.bool_]:
    """Whether each territory has enough of the themes, by weight."""
    # A sum of thirds may fall short of two thirds by a rounding.
    result: NDArray[np.bool_] = presence @ weights >= ENOUGH - 1e-9
    return result


def score(values: Matrix, weights: Floats) -> Score:
    """Score every territory by the plain method: winsorised min-max, arithmetic means, given weights.

    Args:
        values: The matrix of needs.
        weights: Weight of each theme of the matrix, adding up to 1.
    """
    import numpy as np

    units = np.column_stack(
        [s.unit(s.sign * values.values[:, j], "minmax") for j, s in enumerate(_scalers(values))]
    )
    presence = _presence(values)
    total = presence @ weights
    themes = np.full(presence.shape, np.nan)
    contributions = np.full(units.shape, np.nan)
    scored = _scored(presence, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        for t, theme in enumerate(values.themes):
            columns = values.of_theme(theme)
            known = np.isfinite(units[:, columns])
            count = known.sum(axis=1)
            mean = np.nansum(units[:, columns], axis=1) / count
            themes[:, t] = np.where(presence[:, t], 100 * mean, np.nan)
            share = np.where(presence[:, t] & scored, 100 * weights[t] / total / count, np.nan)
            contributions[:, columns] = units[:, columns] * share[:, None]
    overall = np.where(scored, np.nansum(contributions, axis=1), np.nan)
    return Score(units, themes, overall, contributions)


def simulate(values: Matrix, plan: Plan) -> Ranks:
    """Rank the territories over every draw of the plan.

    The nine ways of putting figures on a scale and themes together are drawn equally often; weights follow a
    Dirichlet law around those of the plan; one indicator, or none, is left out; figures move by their
    standard error (sampling, chance of small counts, rounding). Equal scores are put in an order at random:
    what cannot be distinguished has a wide interval.
    """
    import numpy as np

    rng = np.random.default_rng(plan.seed)
    weights = plan.share(values)
    presence = _presence(values)
    rows = np.flatnonzero(values.ranked & _scored(presence, weights))
    if not rows.size:
        none = np.empty(0, dtype=np.int64)
        return Ranks(rows, none, none, none, np.empty(0))
    engine = _Engine(values, rows, presence[rows], weights, plan.concentration)
    ranks = np.empty((plan.draws, rows.size), dtype=np.uint16 if rows.size < 2**16 else np.uint32)
    ways = list(itertools.product(SCALES, AGGREGATES))
    bounds = np.linspace(0, plan.draws, len(ways) + 1).round().astype(int)
    step = max(1, CELLS // rows.size)
    places = np.arange(1, rows.size + 1, dtype=ranks.dtype)
    for way, (start, stop) in enumerate(itertools.pairwise(bounds)):
        for first in range(start, stop, step):
            last = min(first + step, stop)
            scores = engine.draw(*ways[way], last - first, rng)
            scores += rng.random(scores.shape, dtype=np.float32) * np.float32(_JITTER)
            np.put_along_axis(ranks[first:last], np.argsort(-scores, axis=1), places[None, :], axis=1)
    return _summary(rows, ranks)


def _summary(rows: NDArray[np.int64], ranks: NDArray[np.unsignedinteger]) -> Ranks:
    import numpy as np

    draws = ranks.shape[0]
    worst = (ranks <= np.ceil(WORST_SHARE * rows.size)).mean(axis=0)
    ordered = np.sort(np.ascontiguousarray(ranks.T), axis=1)
    tail = (1 - CONFIDENCE) / 2

    def at(share: float) -> NDArray[np.int64]:
        # Rounded: a share of 0.025 of 30 000 draws is 750 of them, though computed as 750.0000000000007.
        return ordered[:, max(0, int(np.ceil(round(share * draws, 6))) - 1)].astype(np.int64)

    return Ranks(rows, at(tail), at(0.5), at(1 - tail), worst)


class _Engine:
    """Scores of many draws at once, one indicator after the other so that little memory is held."""

    def __init__(
        self,
        values: Matrix,
        rows: NDArray[np.int64],
        presence: NDArray[np.bool_],
        weights: Floats,
        concentration: float,
    ) -> None:
        import numpy as np

        active = weights > 0
        self.themes = [values.of_theme(t) for t, on in zip(values.themes, active, strict=True) if on]
        self.alpha = concentration * active.sum() * weights[active]
        self.presence = presence[:, active].astype(np.float32)
        self.complete = bool(presence[:, active].all())
        self.scalers = _scalers(values)
        figures = values.values[rows] * np.array([s.sign for s in self.scalers])
        self.known = np.isfinite(figures)
        self.figures = np.nan_to_num(figures).astype(np.float32)
        self.errors = values.errors[rows].astype(np.float32)

    def draw(self, scale: Scale, aggregate: Aggregate, count: int, rng: np.random.Generator) -> Numbers:
        """Scores of ``count`` draws by one scale and one aggregate, a row per draw."""
        import numpy as np

        weights = rng.dirichlet(self.alpha, count).astype(np.float32)
        # The last place leaves none out; a lone indicator is never left out.
        indicators = self.figures.shape[1]
        left_out = rng.integers(0 if indicators > 1 else 1, indicators + 1, count)
        total = np.zeros((count, self.figures.shape[0]), dtype=np.float32)
        square, weight = np.zeros_like(total), np.zeros_like(total)
        for t, columns in enumerate(self.themes):
            need, alive = self._theme(columns, scale, left_out, rng)
            share = weights[:, t, None] * alive
            if not self.complete:
                share = share * self.presence[:, t]
            weight += share
            if aggregate == "geometric":
                # Of well-being, so that one strong need is not made up for by the absence of others.
                total += share * np.log(np.maximum(1 - need, np.float32(GEOMETRIC_FLOOR)))
            elif aggregate == "penalised":
                start, width = (np.float32(x) for x in PENALISED_RANGE)
                need = start + width * need
                total += share * need
                square += share * need * need
            else:
                total += share * need
        # A territory whose only theme is left out in a draw comes last in it.
        weight = np.maximum(weight, np.float32(_NOTHING))
        mean = total / weight
        if aggregate == "geometric":
            return 1 - np.exp(mean)
        if aggregate == "penalised":
            # Mean + variance / mean: of two equal means, the more uneven is the stronger need.
            return mean + (square / weight - mean * mean) / np.maximum(mean, np.float32(_NOTHING))
        return mean

    def _theme(
        self, columns: list[int], scale: Scale, left_out: NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[Numbers, Numbers]:
        """Need of a theme, and whether leaving an indicator out has left something of it."""
        import numpy as np

        count, height = left_out.size, self.figures.shape[0]
        total = np.zeros((count, height), dtype=np.float32)
        terms = np.zeros((count, 1), dtype=np.float32)
        for j in columns:
            unit = self._unit(j, scale, count, rng)
            kept = (left_out != j).astype(np.float32)[:, None]
            if not self.known[:, j].all():
                kept = kept * self.known[:, j]
            total += kept * unit
            terms = terms + kept
        alive = (terms > 0).astype(np.float32)
        return total / np.maximum(terms, 1), alive

    def _unit(self, j: int, scale: Scale, count: int, rng: np.random.Generator) -> Numbers:
        import numpy as np

        figures = self.figures[None, :, j]
        if self.errors[:, j].any():
            noise = rng.standard_normal((count, self.figures.shape[0]), dtype=np.float32)
            noise *= self.errors[:, j]
            noise += figures
            figures = noise
        return self.scalers[j].unit(figures, scale)
