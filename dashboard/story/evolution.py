"""The trend of one indicator of one territory beside a wider one: its figures, its breaks, its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.data.questions import Barometer
from dashboard.data.records import Break, Indicator, Territory, Value
from dashboard.story import places, words
from dashboard.story.everywhere import points_of
from dashboard.story.readings import REFERENCE_ORDER, Reading, change_words, read
from dashboard.story.runs import Point
from sources.french import capital

Around = Sequence[tuple[Territory, dict[str, Reading]]]
"""What a territory may be set beside, from the nearest, each with its indicators."""


@dataclass(frozen=True)
class Small:
    """One small chart: an indicator, its figures, those of what it is set against."""

    indicator: Indicator
    value: Value
    points: list[Point]
    wider: Territory | None
    wider_points: list[Point]
    breaks: list[int]
    base: Value | None = None
    """The figure the shown one is set against in time."""
    change: str = ""
    """What separates the two, in words."""
    settled: bool = False
    """Whether that change has an established direction."""

    @property
    def last(self) -> Point:
        """The point of the figure shown."""
        return next((p for p in self.points if p.year == self.value.millesime), self.points[-1])

    def written(self, amount: float) -> str:
        """Return a number with its sign."""
        return words.quantity(amount, self.indicator.unit, self.indicator.decimals)


def breaks_of(barometer: Barometer, indicator: Indicator) -> list[Break]:
    """Return the changes of definition of an indicator, oldest first."""
    return [row for row in barometer.breaks if row.indicator == indicator.indicator]


def around(barometer: Barometer, territory: Territory) -> Around:
    """Return what a territory is set beside: the authority; for itself, the wider areas from the nearest."""
    epci = barometer.epci()
    if (territory.level, territory.code) != (epci.level, epci.code):
        return [(epci, read(barometer, epci))]
    order = [level.value for level in REFERENCE_ORDER[1:]]
    wider = sorted((t for t in barometer.territories if t.level in order), key=lambda t: order.index(t.level))
    return [(t, read(barometer, t)) for t in wider]


def small_of(barometer: Barometer, reading: Reading, beside: Around) -> Small | None:
    """Return the trend of an indicator, ``None`` without any dated figure.

    Args:
        barometer: The release.
        reading: The indicator of the territory.
        beside: What it may be set beside, as :func:`around` gives it.
    """
    shown, indicator = reading.shown, reading.indicator
    points = _points(barometer, reading, shown.concept) if shown is not None and shown.usable else []
    if shown is None or not points:
        return None
    found = ((t, _points(barometer, r[indicator.indicator], shown.concept)) for t, r in beside)
    wider, wider_points = next(((t, p) for t, p in found if p), (None, []))
    breaks = [b.year for b in breaks_of(barometer, indicator)]
    settled = reading.evolution is not None and reading.evolution.settled
    change = change_words(reading)
    return Small(indicator, shown, points, wider, wider_points, breaks, reading.base, change, settled)


def smalls(barometer: Barometer, territory: Territory, theme: str) -> tuple[list[Small], list[str]]:
    """Return the trends of a theme, and the names of the indicators without any dated figure."""
    beside = around(barometer, territory)
    own = [r for r in read(barometer, territory).values() if r.indicator.theme == theme]
    made = [(reading, small_of(barometer, reading, beside)) for reading in own]
    without = [reading.indicator.short_title for reading, small in made if small is None]
    return [small for _, small in made if small is not None], without


def _points(barometer: Barometer, reading: Reading, concept: str) -> list[Point]:
    return points_of(barometer, [v for v in reading.history if v.concept == concept])


def small_words(territory: Territory, small: Small) -> str:
    """Say the trend as everywhere else: the year shown and its base year."""
    place = places.at_short(territory)
    now = f"{capital(place)}, {small.written(small.last.value)} en {small.last.year}"
    if small.base is None or small.base.value is None:
        alone = len(small.points) < 2
        return f"{now} ; {'une seule année connue' if alone else 'les autres années ne se comparent pas'}."
    doubt = "" if small.settled else ", évolution non établie"
    return f"{now}, soit {small.change} depuis {small.base.millesime}{doubt}."
