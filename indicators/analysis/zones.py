"""The zones of a territory: communes, cut between their QPV and the rest where people are counted.

Belongs here: what each zone weighs and what chance may do to it. Does not belong here: what is measured on
the zones (``indicators.analysis.spread``).
"""

from __future__ import annotations

import statistics
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indicators.analysis.need import Figure, Links, Quarters
from indicators.intervals import z_score
from indicators.model import Indicator, Scale
from indicators.scales import HALF, PERCENT, Counts, Estimate, band, need_of, wilson_limits
from sources.vocabulary import Level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Index = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

DRAWS = 499
SEED = 20_240_101

SHARE_BAND = 1.1
"""Odds ratio that a band of equivalence is worth whatever the scale: what a median moves by its own band, the
share of people in need moves by as much."""


@dataclass(frozen=True)
class Zones:
    """Zones of one territory, in one order."""

    commune: tuple[str, ...]
    base: NDArray[np.float64]
    """Those who could be concerned, or inhabitants where nobody is counted."""
    at: NDArray[np.float64]
    """Place on the scale, the higher the worse."""
    error: NDArray[np.float64]
    """Standard error of the place."""
    scale: Scale
    unit: float
    """By how much a distance is multiplied to be read as a log intensity, where nothing is a share."""
    split: int
    """Communes that are cut."""

    def need(self, at: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """People concerned; on the other scales, inhabitants times the intensity of their zone.

        Args:
            at: Places of the zones on the scale, the zones along the last axis; the measured ones by default.

        Returns:
            People, in the shape of ``at``.
        """
        places = self.at if at is None else at
        if self.scale is Scale.ODDS:
            return np.asarray(self.base / (1 + np.exp(-places)), dtype=float)
        return np.asarray(self.base * np.exp(self.unit * (places - self.middle)), dtype=float)

    def others(self, need: NDArray[np.float64]) -> NDArray[np.float64]:
        """Those the need is set against: the others where it is a share, else everyone.

        Args:
            need: What :meth:`need` gives.

        Returns:
            People, in the shape of ``need``.
        """
        return self.base - need if self.scale is Scale.ODDS else np.broadcast_to(self.base, need.shape)

    @property
    def middle(self) -> float:
        """Mean place of the inhabitants: a common origin, which changes no share of the need."""
        return float(np.average(self.at, weights=self.base))

    @property
    def whole(self) -> float:
        """Place of all zones together."""
        if self.scale is Scale.ODDS:
            need = float(self.need().sum())
            return float(np.log(need / (self.base.sum() - need)))
        return self.middle

    def estimate(self, index: Index, name: str) -> Estimate:
        """Measure an index of (need, others), free of what chance alone adds, with its limits at 95 %.

        Every zone is drawn again from its own error. An index of unevenness is on average higher on drawn
        zones than on the measured ones, by as much as it is on these than in truth: the difference is taken
        off once from the index and twice from the draws (Efron, *The Jackknife, the Bootstrap*, 1982, ch. 5).

        Args:
            index: The index, along the last axis.
            name: What the draws are for: the same name gives the same draws.

        Returns:
            The index without its bias, in its own unit, between limits that hold it.
        """
        need = self.need()
        observed = float(index(need, self.others(need)))
        if not self.error.any():
            return Estimate(observed, observed, observed)
        generator = np.random.default_rng([SEED, zlib.crc32(name.encode())])
        drawn = self.need(self.at + self.error * generator.standard_normal((DRAWS, self.at.size)))
        found = index(drawn, self.others(drawn))
        bias = float(found.mean()) - observed
        tail = PERCENT / 2 * (1 - 0.95)
        low, high = (float(end) - 2 * bias for end in np.percentile(found, [tail, PERCENT - tail]))
        value = observed - bias
        return Estimate(value, min(low, value), max(high, value))


def zones_of(
    indicator: Indicator,
    communes: Mapping[str, Figure],
    quarters: Quarters | None,
    links: Links,
    people: Mapping[str, float],
) -> Zones | None:
    """Cut a territory into zones; null when fewer than two communes are known.

    The rest of a commune is a term of the indices and nothing more: no figure « hors QPV » is ever kept.

    Args:
        indicator: For its scale and its band.
        communes: Figures of the communes.
        quarters: QPV set against them.
        links: Which QPV lie in which commune.
        people: Inhabitants of the communes, for where nobody is counted.
    """
    counted = all(figure.counts for figure in communes.values())
    rows: list[tuple[str, float, float, float]] = []
    split = 0
    for commune, figure in sorted(communes.items()):
        parts = list(_parts(commune, figure, quarters, links)) if counted else []
        split += bool(parts)
        rows += [(commune, counts[1], *_from_counts(counts)) for counts in parts]
        if not parts:
            base = figure.counts[1] if counted and figure.counts else people.get(commune, 0.0)
            rows.append((commune, base, figure.at.value, figure.at.error))
    kept = [row for row in rows if row[1] > 0]
    if len({commune for commune, *_ in kept}) < 2:
        return None
    bases, at, errors = (np.array([row[column] for row in kept], dtype=float) for column in (1, 2, 3))
    unit = float(np.log(SHARE_BAND)) / band(indicator)
    return Zones(tuple(row[0] for row in kept), bases, at, errors, indicator.scale, unit, split)


def _parts(commune: str, figure: Figure, quarters: Quarters | None, links: Links) -> Iterator[Counts]:
    """The QPV that one commune alone carries, then its rest; nothing where they do not fit in it."""
    if quarters is None or figure.counts is None:
        return
    alone = sorted(links.wholly.get((Level.COMMUNE.value, commune), frozenset()) & quarters.inside.keys())
    parts = [counts for code in alone if (counts := quarters.inside[code].counts)]
    need = figure.counts[0] - sum(n for n, _ in parts)
    base = figure.counts[1] - sum(m for _, m in parts)
    # Two sources, two dates: a commune smaller than its parts is left whole.
    if parts and 0 <= need <= base and base > 0:
        yield from (*parts, (need, base))


def _from_counts(counts: Counts) -> tuple[float, float]:
    """Place and standard error of counts on the scale of odds, half a person added where one is empty."""
    need, base = counts
    if not 0 < need < base:
        need, base = need + HALF, base + 2 * HALF
    place = float(np.log(need / (base - need)))
    low, high = wilson_limits(need, base)
    ends = [float(np.log(end / (1 - end))) for end in (low, high)]
    return place, (ends[1] - ends[0]) / 2 / z_score()


def middle_quarter(quarters: Quarters) -> Figure:
    """Return the QPV in the middle, the less touched of the two where they are even.

    An order statistic: a rate is never averaged over territories.
    """
    low = statistics.median_low(figure.at.value for figure in quarters.inside.values())
    return next(figure for figure in quarters.inside.values() if figure.at.value == low)


def intensity(figure: Figure, whole: float, scale: Scale) -> float:
    """Return how many times the need of a whole a figure is: shares, or intensities where nothing is one.

    Args:
        figure: The figure, at its place on the scale.
        whole: Place of the whole.
        scale: The scale of both.

    Returns:
        A ratio without unit: 1 where the figure is that of the whole.
    """
    return need_of(figure.at.value, scale) / need_of(whole, scale)
