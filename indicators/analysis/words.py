"""A value of an indicator in the words of its unit, for the sentences of the analyses.

Does not belong here: numbers as such (``sources.french``), nor what the sentence says.
"""

from __future__ import annotations

from decimal import Decimal

from indicators.model import Indicator, Unit
from sources.french import NARROW, NBSP, number, rounded


def shown(value: float, decimals: int) -> Decimal:
    """Return a figure as it is written: rounded half away from zero on its decimal digits.

    Returns:
        An exact decimal, in the unit of the figure, with ``decimals`` digits after the point.
    """
    size = rounded(value, decimals)
    return Decimal(-size if value < 0 else size).scaleb(-decimals)


def difference(start: float, end: float, decimals: int) -> float:
    """Return the difference a reader finds between two written figures: every page writes this one.

    15,94 then 14,86 are written 15,9 and 14,9: they differ by 1,0, not by 1,1.

    Returns:
        ``end − start`` as written, in the unit of the two figures (points between percentages).
    """
    return float(shown(end, decimals) - shown(start, decimals))


def quantity(value: float, indicator: Indicator) -> str:
    """Write a value of an indicator with the sign of its unit (« 31,9 % », « 18 550 € »)."""
    if indicator.unit is Unit.POINTS:
        return f"{number(value, indicator.decimals)}{_points(value, indicator)}"
    return f"{number(value, indicator.decimals)}{_SIGNS.get(indicator.unit, '')}"


def _points(value: float, indicator: Indicator) -> str:
    """Name the points of a number: one under two, as it is written (« 1,96 » shown « 2,0 » is plural)."""
    many = rounded(value, indicator.decimals) >= 2 * 10**indicator.decimals
    return f"{NBSP}point{'s' if many else ''}"


def change(value: float, indicator: Indicator) -> str:
    """Write the size of a difference, without sign: between percentages, points."""
    text = number(abs(value), indicator.decimals)
    if indicator.unit in (Unit.PERCENT, Unit.POINTS, Unit.INDEX):
        return f"{text}{_points(value, indicator)}"
    return f"{text}{_SIGNS.get(indicator.unit, '')}"


_SIGNS = {
    Unit.PERCENT: f"{NBSP}%",
    Unit.EURO_PER_CU: f"{NBSP}€",
    Unit.PER_100: f"{NBSP}pour{NBSP}100",
    Unit.PER_1000: f"{NBSP}pour{NBSP}1{NARROW}000",
}
