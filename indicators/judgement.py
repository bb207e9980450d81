"""What is said of a gap: the one rule of every page, document and export.

A gap is established when the interval printed beside it excludes zero. One that is established and yet within
the band of practical equivalence its indicator declares is « comparable »: true, and too small to act upon.
So is one between two figures that read the same: a word would contradict them. Without an interval nothing is
said.

Belongs here: the words and the rule, on numbers. Does not belong here: the interval
(``indicators.comparison``), how a level is told (``indicators.analysis.answers``).
"""

from __future__ import annotations

import math

from indicators.model import Direction, Scale
from sources.french import rounded

BETTER, WORSE = "mieux", "moins bien"
HIGHER, LOWER = "plus haut", "plus bas"
NO_DIFFERENCE = "pas de différence établie"
COMPARABLE = "comparable"
UNJUDGED = "sans jugement possible"
"""What a reader finds where there is no judgement."""

NEGLIGIBLE = 0.25
"""Share of the band of equivalence a change in time must exceed to have a direction."""

_ON_THE_BAND = 1e-9
"""Gaps this near the edge of the band are in it: 1.1 computed as 1.1000000000000001 is 1.1."""


def judged(
    low: float | None,
    high: float | None,
    distance: float,
    band: float | None,
    direction: Direction = Direction.DESCRIPTIVE,
    *,
    seen: bool = True,
) -> str | None:
    """Say what a gap is worth.

    Args:
        low: Lower limit of the gap, ``None`` where it is not known.
        high: Upper limit.
        distance: Size of the gap on the scale of its indicator (:func:`apart`).
        band: Half-width of the band of equivalence on that scale; ``None`` where none is declared.
        direction: Sense of the indicator.
        seen: Whether the two figures read apart (:func:`read_apart`).

    Returns:
        One of the words above; ``None`` without an interval.
    """
    if low is None or high is None:
        return None
    if low <= 0 <= high:
        return NO_DIFFERENCE
    if not seen or (band is not None and abs(distance) <= band + _ON_THE_BAND):
        return COMPARABLE
    above = low > 0
    if direction is Direction.DESCRIPTIVE:
        return HIGHER if above else LOWER
    return WORSE if above == (direction is Direction.HIGH_IS_NEED) else BETTER


def read_apart(value: float, reference: float, decimals: int) -> bool:
    """Return whether two figures are written otherwise, with the digits they are shown with."""
    digits = rounded(value, decimals), rounded(reference, decimals)
    return digits[0] != digits[1] or (digits[0] != 0 and (value < 0) != (reference < 0))


def band_width(equivalence: float | None, scale: Scale) -> float | None:
    """Return the half-width of a band of equivalence on the scale of its indicator.

    Args:
        equivalence: As the indicator declares it (:attr:`indicators.model.Indicator.equivalence`).
        scale: That of the indicator.

    Returns:
        Points, or the logarithm of the declared ratio; ``None`` where none is declared.
    """
    if equivalence is None or scale is Scale.POINTS:
        return equivalence
    return math.log(equivalence)


def apart(value: float, reference: float, scale: Scale) -> float:
    """Return how far a figure is from another on a scale.

    Args:
        value: The figure, in its unit (a percentage on the scale of odds).
        reference: The other one.
        scale: That of the indicator.

    Returns:
        Points, or the logarithm of a ratio (of odds); infinite where one side has no place on the scale.
    """
    if value == reference:
        return 0.0
    if scale is Scale.POINTS:
        return value - reference
    if scale is Scale.ODDS:
        if not (0 < value < 100 and 0 < reference < 100):
            return math.copysign(math.inf, value - reference)
        return math.log(value / (100 - value)) - math.log(reference / (100 - reference))
    if value <= 0 or reference <= 0:
        return math.copysign(math.inf, value - reference)
    return math.log(value / reference)


def slight(start: float, end: float, decimals: int, band: float | None, scale: Scale) -> bool:
    """Return whether a change is too small to have a direction, however well established.

    It is when it is no more than the last digit shown, as rounding alone may make as much, and when it is
    less than :data:`NEGLIGIBLE` of the band in which two figures are worth the same.

    Args:
        start: The earlier figure.
        end: The later one.
        decimals: Digits shown after the decimal point.
        band: Half-width of the band of equivalence on the scale (:func:`band_width`), none where it is not
            declared.
        scale: That of the indicator.
    """
    unit = float(10**decimals)
    digits = min(abs(round(end * unit) - round(start * unit)), round(abs(end - start) * unit))
    small = band is not None and abs(apart(end, start, scale)) <= NEGLIGIBLE * band + _ON_THE_BAND
    return digits <= 1 or small
