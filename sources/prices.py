"""Euros of one year in those of another: INSEE's consumer price index, as transcribed in ``prices.yaml``.

Belongs here: the index, its sources and how far its rounding may put it. Does not belong here: which figures
are in euros, and what their change means (``indicators.analysis.trends``).
"""

from __future__ import annotations

import datetime as dt
import functools
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pydantic import model_validator

from sources.declarations import read_yaml, validated
from sources.model import Model

PRICES = Path(__file__).parent / "prices.yaml"

INDEX_ROUNDING, GROWTH_ROUNDING = 0.005, 0.05
"""Half of the last digit published: of an index, in points; of a yearly growth, in per cent."""


class Index(Model):
    """Average index of a year, 100 in 2015."""

    year: int
    value: float
    source: str


class Growth(Model):
    """Growth of the average index on the year before, in per cent."""

    year: int
    percent: float
    source: str


class Publication(Model):
    """Where figures were read."""

    title: str
    publisher: str
    page: str
    published: dt.date
    table: str


@dataclass(frozen=True)
class Ratio:
    """How many euros of the later year one euro of the earlier is worth, with the limits of its rounding."""

    value: float
    lower: float
    upper: float


class Prices(Model):
    """Contents of ``prices.yaml``."""

    index: tuple[Index, ...]
    growth: tuple[Growth, ...] = ()
    sources: dict[str, Publication]

    @model_validator(mode="after")
    def _complete(self) -> Prices:
        entries: tuple[Index | Growth, ...] = (*self.index, *self.growth)
        years = [one.year for one in entries]
        if years != list(range(years[0], years[0] + len(years))):
            raise ValueError("years must follow one another, each once, indices first")
        unknown = {one.source for one in entries} - set(self.sources)
        if unknown:
            raise ValueError(f"unknown sources: {', '.join(sorted(unknown))}")
        return self

    @functools.cached_property
    def _steps(self) -> dict[int, Ratio]:
        """Price level of each year over that of the year before."""
        found = {
            after.year: Ratio(
                after.value / before.value,
                (after.value - INDEX_ROUNDING) / (before.value + INDEX_ROUNDING),
                (after.value + INDEX_ROUNDING) / (before.value - INDEX_ROUNDING),
            )
            for before, after in pairwise(self.index)
        }
        for one in self.growth:
            limits = (one.percent + step for step in (0.0, -GROWTH_ROUNDING, GROWTH_ROUNDING))
            found[one.year] = Ratio(*(1 + percent / 100 for percent in limits))
        return found

    def ratio(self, earlier: int, later: int) -> Ratio | None:
        """Return the price level of a year over that of an earlier one, a pure number.

        The rounding of every year between the two is taken at its worst.

        Args:
            earlier: First year.
            later: Second year.

        Returns:
            ``None`` where the index of a year of the two, or between them, is not known.
        """
        years = range(earlier + 1, later + 1)
        if not self._steps.keys() >= set(years) or earlier not in {*self._steps, self.index[0].year}:
            return None
        steps = [self._steps[year] for year in years]
        return Ratio(
            math.prod(step.value for step in steps),
            math.prod(step.lower for step in steps),
            math.prod(step.upper for step in steps),
        )


@functools.cache
def load_prices() -> Prices:
    """Return the price index of the project.

    Raises:
        DeclarationError: naming each field that is wrong, in French.
    """
    return validated(Prices, read_yaml(PRICES), PRICES.name)
