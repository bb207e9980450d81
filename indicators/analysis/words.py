"""French numbers for the sentences of the analyses.

Belongs here: writing a value in the words of its unit. Does not belong here: what the sentence says.
"""

from __future__ import annotations

import math
from decimal import Decimal

from indicators.model import Indicator, Unit

NBSP, NARROW, MINUS = "\u00a0", "\u202f", "\u2212"


def number(value: float, decimals: int = 0) -> str:
    """Write ``12 345,6``, rounded half away from zero as by hand."""
    scaled = math.floor(abs(value) * 10**decimals + 0.5 + 1e-9) / 10**decimals
    text = f"{scaled:,.{decimals}f}".replace(",", NARROW).replace(".", ",")
    return f"{MINUS}{text}" if value < 0 and scaled else text


def shown(value: float, decimals: int) -> Decimal:
    """Return a figure as it is written: rounded half away from zero on its decimal digits."""
    size = math.floor(abs(value) * 10**decimals + 0.5 + 1e-9)
    return Decimal(-size if value < 0 else size).scaleb(-decimals)


def difference(start: float, end: float, decimals: int) -> float:
    """Return the difference a reader finds between two written figures: every page writes this one.

    15,94 then 14,86 are written 15,9 and 14,9: they differ by 1,0, not by 1,1.
    """
    return float(shown(end, decimals) - shown(start, decimals))


def quantity(value: float, indicator: Indicator) -> str:
    """Write a value of an indicator with the sign of its unit (« 31,9 % », « 18 550 € »)."""
    if indicator.unit is Unit.POINTS:
        return f"{number(value, indicator.decimals)}{_points(value, indicator)}"
    return f"{number(value, indicator.decimals)}{_SIGNS.get(indicator.unit, '')}"


def _points(value: float, indicator: Indicator) -> str:
    """Name the points of a number: one under two, as it is written (« 1,96 » shown « 2,0 » is plural)."""
    written = number(abs(value), indicator.decimals).replace(NARROW, "").replace(",", ".")
    return f"{NBSP}point{'s' if float(written) >= 2 else ''}"


def change(value: float, indicator: Indicator) -> str:
    """Write the size of a difference, without sign: between percentages, points."""
    text = number(abs(value), indicator.decimals)
    if indicator.unit in (Unit.PERCENT, Unit.POINTS, Unit.INDEX):
        return f"{text}{_points(value, indicator)}"
    return f"{text}{_SIGNS.get(indicator.unit, '')}"


def ordinal(rank: float, feminine: bool = True) -> str:
    """Write a place: « 1re », « 12e »."""
    return f"{rank:.0f}{('re' if feminine else 'er') if rank == 1 else 'e'}"


def places(low: float, high: float) -> str:
    """Write an interval of ranks: « entre la 3e et la 9e place », « à la 1re place »."""
    if low == high:
        return f"à la {ordinal(low)} place"
    return f"entre la {ordinal(low)} et la {ordinal(high)} place"


_SIGNS = {
    Unit.PERCENT: f"{NBSP}%",
    Unit.EURO_PER_CU: f"{NBSP}€",
    Unit.PER_100: f"{NBSP}pour{NBSP}100",
    Unit.PER_1000: f"{NBSP}pour{NBSP}1{NARROW}000",
}
