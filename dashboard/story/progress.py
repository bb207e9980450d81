"""Which way a territory moves, need by need: what an élu asks first, counted once."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from dashboard.data.records import Indicator
from dashboard.story.readings import Reading
from indicators.judgement import band_width, slight
from indicators.model import Direction, Scale
from sources.french import plural


class Move(StrEnum):
    """How a need changed since its base year; the value is what a reader sees."""

    BETTER = "en progrès"
    WORSE = "en recul"
    SAME = "sans changement établi"
    UNKNOWN = "non calculable"


def unmoved(indicator: Indicator, start: float, end: float) -> bool:
    """Return whether a change is too small to have a direction (:func:`indicators.judgement.slight`)."""
    scale = Scale(indicator.scale or Scale.POINTS)
    return slight(start, end, indicator.decimals, band_width(indicator.equivalence, scale), scale)


def move(reading: Reading) -> Move | None:
    """Return how a need changed, ``None`` for what says neither more nor less need.

    A change counts where its whole interval is on one side of zero, and it is worth a direction.
    """
    direction = Direction(reading.indicator.direction)
    if direction is Direction.DESCRIPTIVE:
        return None
    change = reading.evolution
    if change is None or change.value is None:
        return Move.UNKNOWN
    if change.lower is None or not change.settled:
        return Move.SAME
    shown = reading.shown.value if reading.shown is not None else None
    if shown is not None and unmoved(reading.indicator, shown - change.value, shown):
        return Move.SAME
    more = (change.lower > 0) == (direction is Direction.HIGH_IS_NEED)
    return Move.WORSE if more else Move.BETTER


def _number(kind: Move, count: int) -> str:
    return f"{count} {kind.value}{'s' if kind is Move.UNKNOWN and count > 1 else ''}"


def counted(readings: Iterable[Reading]) -> str:
    """Return the sentence that counts the moves: « 7 en progrès, 3 en recul, 8 sans changement établi »."""
    moves = [found for found in map(move, readings) if found is not None]
    each = (_number(kind, moves.count(kind)) for kind in Move if kind in moves)
    return f"{plural(len(moves), 'indicateur')} de besoin : {', '.join(each)}." if moves else ""
