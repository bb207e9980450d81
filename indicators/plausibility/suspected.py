"""Which rules on the figures of one row some row of a file breaks: almost all files break none.

Belongs here: a first look at all rows at once, that forgets no rule some row breaks. Does not belong here:
what is said of such a row (``cells``).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from indicators.plausibility.coded import Coded
from sources.variables import Quotient, Variables

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    Figures = Mapping[str, npt.NDArray[np.float64]]

ROUNDING = 2.0
"""What rounding and weighting each part of a sum may add to it, in its unit (one at most in real files)."""

_LEAST = 1e-6
"""What the order of an addition may change."""

_LARGEST = 20_000_000
"""Figures looked at at once."""


def suspected(rows: Coded, declared: Variables) -> Variables:
    """Return the declarations less the orders, quotients and sums that no row of a file breaks.

    Args:
        rows: those of one file.
        declared: declarations of the variables.
    """
    there = set(rows.columns["variable"])
    orders = [chain for chain in declared.orders if len(there.intersection(chain)) > 1]
    quotients = [one for one in declared.quotients if there.issuperset(_names(one))]
    parts = [one for one in declared.parts if there.issuperset((one.part, one.total))]
    sums = [one for one in declared.sums if there.issuperset((one.total, *one.parts))]
    wanted = {name for chain in orders for name in chain} | {
        name for one in quotients for name in _names(one)
    }
    wanted |= {name for one in parts for name in (one.part, one.total)}
    wanted |= {name for one in sums for name in (one.total, *one.parts)}
    figures = _figures(rows, wanted & there) if wanted else {}
    if figures is not None:
        orders = [chain for chain in orders if _out_of_order(figures, chain)]
        quotients = [one for one in quotients if _unlike(figures, one)]
        parts = [one for one in parts if _unequal(figures, one.total, (one.part,), None)]
        sums = [one for one in sums if _unequal(figures, one.total, one.parts, one.within)]
    return declared.model_copy(
        update={"orders": orders, "quotients": quotients, "parts": parts, "sums": sums}
    )


def _names(one: Quotient) -> tuple[str, str, str]:
    return one.variable, one.numerator, one.denominator


def _figures(rows: Coded, variables: Collection[str]) -> Figures | None:
    """Return the figures of some variables, each by year and territory, NaN where there is none.

    Returns:
        None where a territory has two different ones in a year, or where they are too many.
    """
    import numpy as np

    names = {name: at for at, name in enumerate(sorted(variables))}
    years = {year: at for at, year in enumerate(sorted(set(rows.columns["year"])))}
    size = len(years) * rows.places.height
    if size * len(names) > _LARGEST:
        return None
    said = zip(rows.columns["variable"], rows.columns["year"], strict=True)
    first = [
        (names[name] * len(years) + years[year]) * rows.places.height if name in names else -1
        for name, year in said
    ]
    start = np.array(first, np.int64)[rows.cells["of"].to_numpy()]
    value = rows.cells["value"].to_numpy()
    known = np.flatnonzero((start >= 0) & ~np.isnan(value))
    place, value = start[known] + rows.cells["at"].to_numpy()[known], value[known]
    table = np.full(size * len(names), np.nan)
    table[place] = value
    if (table[place] != value).any():
        return None
    return {name: table[at * size : (at + 1) * size] for name, at in names.items()}


def _out_of_order(figures: Figures, chain: Sequence[str]) -> bool:
    present = [figures[name] for name in chain if name in figures]
    return any((low >= high).any() for low, high in combinations(present, 2))


def _unlike(figures: Figures, one: Quotient) -> bool:
    import numpy as np

    quotient, numerator, denominator = (figures[name] for name in _names(one))
    known = ~np.isnan(quotient + numerator + denominator) & (denominator > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        near = np.abs(quotient / (numerator / denominator) - 1) <= one.within - _LEAST
    return bool((known & ~near).any())


def _unequal(figures: Figures, total: str, parts: Sequence[str], within: float | None) -> bool:
    import numpy as np

    whole = figures[total]
    above = sum((figures[part] for part in parts), -whole)
    room = ROUNDING * len(parts) - _LEAST
    apart = above > room if within is None else np.abs(above) > within * np.abs(whole) + room
    return bool(apart.any())
