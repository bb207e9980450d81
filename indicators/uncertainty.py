"""Intervals of what the census estimates from a sample, and how they carry over to differences.

Formulas are in :mod:`indicators.intervals`; counts of deaths have their own exact limits
(:mod:`indicators.mortality`). No correction for the finite population is made: people of one dwelling are
drawn together, which costs about what the correction would give back.

What is not a sample has no sampling interval, and its note says so (:mod:`indicators.notes`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from indicators.figures import USABLE, Figures
from indicators.formulas import Values, given, ratio
from indicators.intervals import difference_limits, odds, wilson
from indicators.model import Difference, Formula, Indicator, Published, Ratio, Unit
from sources.vocabulary import Level

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from indicators.intervals import Numbers

Exploitation = Literal["principal", "complementary"]

LARGE_COMMUNE = 10_000
"""Inhabitants from which the census of a commune is a yearly sample instead of an exhaustive round."""


@dataclass(frozen=True)
class Sampling:
    """Share of the dwellings an exploitation rests on, by size of commune."""

    large: float
    small: float

    @property
    def lowest(self) -> float:
        """That of the communes where the fewest are asked."""
        return min(self.large, self.small)


SAMPLING: dict[Exploitation, Sampling] = {
    "principal": Sampling(large=0.4, small=1.0),
    "complementary": Sampling(large=0.4, small=0.2),
}

LARGE_AREAS = (Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.METROPOLE, Level.FRANCE)
"""Made of communes: where those are not all known, the lowest rate of the exploitation is taken.

Whatever mixture of large and small communes an area is made of, its variance is at most what it would be if
every commune were sampled at the lowest rate: the interval is wide enough, never too narrow.
"""


def with_limits(values: Values, formula: Formula, indicator: Indicator, figures: Figures) -> Values:
    """Give the values of a series the limits of the sample they rest on.

    Args:
        values: Those of the formula.
        formula: Of counts of the census, or of a share it publishes; of anything else nothing is drawn.
        indicator: For its unit and its exploitation of the census.
        figures: Resolved observations with their sums: population of the communes, terms of the differences.

    Returns:
        The same values, ``lower`` and ``upper`` in their unit, at 95 %, NaN where nothing measures the error;
        the producer's own limits are kept. ``exhaustive`` where the census asked everyone.
    """
    import numpy as np

    ends = [
        _ends(share, term, indicator, figures, values.at)
        for term, share in _shares(values, formula, indicator, figures)
    ]
    if not ends:
        return values
    lower, upper = ends[0].lower, ends[0].upper
    if len(ends) == 2:
        lower, upper = difference_limits(
            (ends[0].value, lower, upper), (ends[1].value, ends[1].lower, ends[1].upper)
        )
    # A difference without a figure would have the limits of its terms.
    usable = values.status <= USABLE
    own_lower, own_upper = np.isnan(values.lower), np.isnan(values.upper)
    return replace(
        values,
        lower=np.where(own_lower & usable, lower, values.lower),
        upper=np.where(own_upper & usable, upper, values.upper),
        exhaustive=np.logical_and.reduce([end.exhaustive for end in ends]),
    )


def with_prudent_limits(sums: pl.DataFrame, formula: Ratio, indicator: Indicator) -> pl.DataFrame:
    """Give sums of communes of large areas the limits of a sample drawn at the lowest rate everywhere.

    Args:
        sums: ``numerator``, ``denominator`` and ``millesime`` of shares of :data:`LARGE_AREAS`, with other
            columns.
        formula: The share.
        indicator: For its unit and its exploitation of the census.

    Returns:
        The same rows, ``lower`` and ``upper`` as in :func:`with_limits`.
    """
    import polars as pl

    if indicator.sampled == "no" or not _is_census(formula):
        return sums
    size, share = _proportion(sums["numerator"].to_numpy(), sums["denominator"].to_numpy(), indicator)
    limits = wilson(share, size * SAMPLING[indicator.sampled].lowest)
    ends = (pl.Series(_in_unit(limit, formula, indicator), nan_to_null=True) for limit in limits)
    dated = pl.col("millesime").is_not_null()
    return sums.with_columns(
        pl.when(dated).then(end).alias(name) for name, end in zip(("lower", "upper"), ends, strict=True)
    )


@dataclass(frozen=True)
class _Ends:
    """A proportion that values are made of, one element for each value."""

    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    exhaustive: NDArray[np.bool_]


def _shares(
    values: Values, formula: Formula, indicator: Indicator, figures: Figures
) -> Iterator[tuple[Ratio, Values]]:
    """The shares of the census that values are, are the difference of, or are published from."""
    if indicator.sampled == "no":
        return
    match formula:
        case Ratio() if _is_census(formula):
            yield formula, values
        case Difference(minuend=minuend, subtrahend=subtrahend) if _is_census(formula):
            for term in (minuend, subtrahend):
                yield term, ratio(term, figures)
        case Published(among=str(among)):
            yield _SHARE, _published_share(formula, among, figures)


def _is_census(formula: Formula) -> bool:
    return all(variable.startswith(("rp_", "rpc_")) for variable in formula.variables)


_SHARE = Ratio({}, {})
"""The scale of a published share: in percent of those it is of."""


def _published_share(formula: Published, among: str, figures: Figures) -> Values:
    """A published share beside how many it is of, at the nearest census that counts them."""
    own = {**figures.cells, formula.variable: given(figures, formula.variable)}
    beside = Ratio({formula.variable: 1}, {among: 1}, denominator_year="interpolated")
    share = ratio(beside, replace(figures, cells=own))
    return replace(share, numerator=share.numerator * share.denominator / _SHARE.scale)


def _ends(
    share: Values, formula: Ratio, indicator: Indicator, figures: Figures, at: NDArray[np.int32]
) -> _Ends:
    """Limits of a share for the territories and periods of the values it makes."""
    import numpy as np

    assert indicator.sampled != "no"
    known = (share.status <= USABLE) & figures.stated[share.at]
    size, part = _proportion(share.numerator, np.where(known, share.denominator, np.nan), indicator)
    effective, exhaustive = _effective_size(share.at, size, SAMPLING[indicator.sampled], figures)
    told = (_in_unit(limit, formula, indicator) for limit in (part, *wilson(part, effective)))
    value, lower, upper = (share.beside(at, numbers) for numbers in told)
    return _Ends(value, lower, upper, share.beside(at, exhaustive.astype(np.float64)) == 1)


def _proportion(
    numerator: NDArray[np.float64], denominator: NDArray[np.float64], indicator: Indicator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many people a share is of, and the share itself."""
    import numpy as np

    # Two disjoint counts (young over old) are not a share of each other but of their sum.
    size = numerator + denominator if indicator.unit is Unit.RATIO else denominator
    with np.errstate(divide="ignore", invalid="ignore"):
        return size, np.clip(numerator / size, 0, 1)


def _in_unit(share: Numbers, formula: Ratio, indicator: Indicator) -> Numbers:
    return (odds(share) if indicator.unit is Unit.RATIO else share) * formula.scale


def _effective_size(
    at: NDArray[np.int32], size: NDArray[np.float64], sampling: Sampling, figures: Figures
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the size of the sample, NaN where nothing is drawn or it is not known, and what is exhaustive.

    In an aggregate each member weighs its population while it brings its own sample: variances add up, so
    that the effective size is N² / Σ Nᵢ²/nᵢ (Kish, *Survey Sampling*, 1965), exhaustive members adding none.
    Where the members of a large area are not all known, see :data:`LARGE_AREAS`.
    """
    import numpy as np

    people = figures.inhabitants[at]
    rate = np.where(people >= LARGE_COMMUNE, sampling.large, sampling.small)
    rate = np.where(np.isnan(people), np.nan, rate)
    # Nᵢ²/nᵢ, with nᵢ = rate × Nᵢ.
    inverse = size / rate * (rate < 1)
    drawn = np.where(np.isnan(inverse), np.nan, rate < 1)
    if figures.members.whole.size:
        whole = np.isnan(rate)
        inverse, drawn = (
            np.where(whole, figures.members.added(at, numbers)[at], numbers) for numbers in (inverse, drawn)
        )
    area = figures.of_levels([level.value for level in LARGE_AREAS])[at]
    inverse = np.where(np.isnan(inverse) & area, size / sampling.lowest, inverse)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where((inverse > 0) & (size > 0), size**2 / inverse, np.nan)
    return effective, drawn == 0
