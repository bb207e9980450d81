"""What is said beside a figure: the year of its denominator, few people, how precise it is.

Belongs here: which sentence holds for which figure. Does not belong here: the intervals (``uncertainty``),
nor what composites rest on, which their methods say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.model import Indicator, Published
from indicators.numbering import NOTHING, ranked

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Years = NDArray[np.int32]

FRAGILE_DENOMINATOR = 200
"""Below, a share moves by half a point or more with one person: flagged, whatever the source."""

EXHAUSTIVE = "Donnée exhaustive\u00a0: pas d’intervalle de sondage."
UNSTATED = "Le producteur n’indique pas la précision de ce chiffre."

_PRECISION = ("", EXHAUSTIVE, UNSTATED)


@dataclass(frozen=True)
class Facts:
    """What is known of figures, one element each."""

    census: Flags
    """Of an indicator some of whose figures are estimated from a sample of the census."""
    tax: Flags
    """Of one a producer computes from the tax files of every household (:func:`is_tax`)."""
    usable: Flags
    observed: Flags
    published: Flags
    """Its producer's own, or made of them for the same territory: not a sum."""
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    year: Years
    """:data:`indicators.numbering.NOTHING` where there is none, as for the two of the denominator."""
    denominator_year: Years
    denominator_next: Years
    lower: NDArray[np.float64]
    exhaustive: Flags
    """Where the census asked everyone."""


def is_tax(indicator: Indicator) -> bool:
    """Return whether a producer computes an indicator from the tax files of every household."""
    formulas = [series.formula for series in indicator.series]
    return any(isinstance(one, Published) and one.variable.startswith("filo_") for one in formulas)


def notes(facts: Facts) -> pl.Series:
    """Put the sentences that hold for each figure together.

    Returns:
        Texts in French, null where there is nothing to say.
    """
    import numpy as np
    import polars as pl

    counted = ~np.isnan(facts.numerator)
    small = facts.usable & counted & (facts.denominator < FRAGILE_DENOMINATOR)
    # The noise of a sum of decimals would round some halves down.
    people = np.full(small.size, NOTHING)
    people[small] = np.round(np.round(facts.denominator[small], 6))
    full = facts.observed & (facts.exhaustive | (~facts.census & (counted | facts.tax)))
    silent = facts.usable & facts.census & facts.published & np.isnan(facts.lower)
    precision = np.where(full, 1, np.where(silent, 2, 0))
    known = (facts.year != NOTHING) & (facts.denominator_year != NOTHING)
    apart = (facts.denominator_next != NOTHING) | (known & (facts.denominator_year != facts.year))
    year = np.where(apart, facts.denominator_year, NOTHING)
    # Each set of sentences is put together once.
    (years, of_year), (nexts, of_next), (counts, of_count) = (
        ranked(one - NOTHING) for one in (year, facts.denominator_next, people)
    )
    shape = years.size, nexts.size, counts.size, len(_PRECISION)
    sets, which = ranked(np.ravel_multi_index([of_year, of_next, of_count, precision], shape))
    texts = [
        _note(int(years[y]) + NOTHING, int(nexts[n]) + NOTHING, int(counts[c]) + NOTHING, p)
        for y, n, c, p in zip(*np.unravel_index(sets, shape), strict=True)
    ]
    return pl.Series("note", texts, pl.String).gather(which)


def _note(year: int, following: int, people: int, precision: int) -> str | None:
    sentences = [_PRECISION[precision]]
    if people != NOTHING:
        sentences.insert(0, f"Effectif faible (dénominateur\u00a0: {people})\u00a0: chiffre fragile.")
    if following != NOTHING:
        sentences.insert(0, f"Rapporté à la population interpolée entre {year} et {following}.")
    elif year != NOTHING:
        sentences.insert(0, f"Rapporté à la population de {year}.")
    return " ".join(filter(None, sentences)) or None
