"""What is shown first for a territory: the declared facts, then the largest gaps, found by a stated rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Territory, Value
from dashboard.story import places
from dashboard.story.progress import Move, move
from dashboard.story.readings import (
    NEAREST,
    Against,
    Reading,
    against,
    need,
    when,
)
from indicators.judgement import BETTER, WORSE
from indicators.model import Direction, Theme, Unit
from sources.french import plural
from sources.vocabulary import Level

SMALL_DENOMINATOR = 200
"""Below it a rate moves with one or two households: it is shown, never highlighted."""


@dataclass(frozen=True)
class Headline:
    """One thing to know: an indicator, a territory, its value and its reference."""

    reading: Reading
    territory: Territory
    value: Value
    comparison: Comparison

    @property
    def need(self) -> float:
        """Relative gap in the direction of need."""
        return need(self.reading.indicator, self.comparison)


@dataclass(frozen=True)
class FirstFact:
    """One of the declared facts of a territory: its figure, or why there is none, beside what is known."""

    reading: Reading
    territory: Territory
    against: Against | None
    """What its figure is compared with; ``None`` when nothing of the same definition is known."""
    standing: str
    """How it moves and where that leaves it, the end of a sentence; empty when neither is established."""
    moved: str
    """The same for who shows the judgement beside it, which is then not said twice."""


def first_facts(
    barometer: Barometer, territory: Territory, readings: Mapping[str, Reading]
) -> list[FirstFact]:
    """Return the declared facts of a territory in their order, those without a figure included.

    Args:
        barometer: The release; one made before the facts were declared gives none.
        territory: Whose facts.
        readings: Its indicators, as :func:`dashboard.story.readings.read` returns them.
    """
    declared = [r for r in readings.values() if r.indicator.headline is not None]
    ordered = sorted(declared, key=lambda r: r.indicator.headline or 0)
    return [_fact(barometer, territory, reading) for reading in ordered]


def _fact(barometer: Barometer, territory: Territory, reading: Reading) -> FirstFact:
    told = standing(barometer, reading), standing(barometer, reading, judged=False)
    return FirstFact(reading, territory, against(barometer, reading), *told)


def home_facts(
    barometer: Barometer, territory: Territory, readings: Mapping[str, Reading], count: int
) -> list[FirstFact]:
    """Return what a territory opens with beside its index: its declared facts, then its largest gaps.

    Args:
        barometer: The release.
        territory: Whose facts.
        readings: Its indicators.
        count: How many, at most.
    """
    facts = [
        f for f in first_facts(barometer, territory, readings) if f.reading.indicator.theme != Theme.IDH4
    ]
    largest = beyond_first(facts, largest_needs(barometer, territory, readings, NEAREST))
    return [*facts, *(_fact(barometer, territory, h.reading) for h in largest)][:count]


# « En recul » alone, beside a share that rises, would be read the other way round.
_MOVED = {Move.BETTER: Move.BETTER.value, Move.WORSE: "la situation se dégrade"}


def standing(barometer: Barometer, reading: Reading, *, judged: bool = True) -> str:
    """Say how a need moves and where that leaves it: « en progrès, mais toujours le plus haut … ».

    A direction is stated beyond its own limits only (:func:`dashboard.story.progress.move`), a side of the
    reference as the release judges it, an extreme where no other commune's interval reaches it.

    Args:
        barometer: For the names of references.
        reading: The need.
        judged: Whether the side of the reference is told too.
    """
    moved, told = move(reading), against(barometer, reading)
    last = extreme(barometer, reading)
    if moved not in _MOVED:
        return last
    if last:
        return f"{_MOVED[moved]}, {'mais toujours' if moved is Move.BETTER else 'et c’est'} {last}"
    side = told.comparison.judgement if told is not None else None
    if told is None or side not in (BETTER, WORSE) or not judged:
        return _MOVED[moved]
    dated = "" if told.value is reading.shown else f" ({when(told.value)})"
    level = f"{side} que {_beside(barometer, told)}{dated}"
    if moved is Move.BETTER:
        return f"{_MOVED[moved]}, {'mais toujours' if side == WORSE else 'et'} {level}"
    return f"{_MOVED[moved]}, {'mais' if side == BETTER else 'et'} reste {level}"


def _beside(barometer: Barometer, told: Against) -> str:
    comparison = told.comparison
    found = barometer.territory(comparison.reference_level, comparison.reference_code)
    return places.the_short(found) if found else comparison.reference_code


def extreme(barometer: Barometer, reading: Reading) -> str:
    """Say that a commune has the figure of the greatest need; empty unless no other may have as great a one.

    Limits count where figures have them: a first place that chance may have given is not mentioned.
    """
    shown, spread, way = reading.shown, reading.spread, Direction(reading.indicator.direction)
    if shown is None or spread is None or shown.level != Level.COMMUNE or way is Direction.DESCRIPTIVE:
        return ""
    high = way is Direction.HIGH_IS_NEED
    if shown.value != (spread.high if high else spread.low):
        return ""
    others = [
        value
        for value in barometer.commune_values(shown.indicator, shown.millesime)
        if value.code != shown.code and value.usable and value.concept == shown.concept
    ]
    if (
        not others
        or shown.origin == "inherited"
        or not all(_apart(shown, other, high=high) for other in others)
    ):
        return ""
    known = "" if spread.count == len(barometer.communes()) else " au chiffre connu"
    communes = plural(spread.count, "commune")
    return f"le plus {'haut' if high else 'bas'} des {communes}{known}"


def _apart(one: Value, other: Value, *, high: bool) -> bool:
    """Whether a figure is beyond another one, limits included."""
    (low, top), (other_low, other_top) = _limits(one), _limits(other)
    return low > other_top if high else top < other_low


def _limits(value: Value) -> tuple[float, float]:
    """The limits of a figure: itself where it has none."""
    assert value.value is not None
    if value.lower is None or value.upper is None:
        return value.value, value.value
    return value.lower, value.upper


def largest_needs(
    barometer: Barometer, territory: Territory, readings: Mapping[str, Reading], reference: str
) -> list[Headline]:
    """Return the largest gap of each theme, largest first.

    Left out: the index (it has its own card), descriptive indicators, gaps that are not established,
    differences between two rates (a share of a difference means nothing) and rates on too few people.
    """
    found = []
    for reading in readings.values():
        pair = against(barometer, reading, reference)
        if pair is None:
            continue
        headline = Headline(reading, territory, pair.value, pair.comparison)
        if headline.need > 0 and _fit(headline):
            found.append(headline)
    by_theme: dict[str, Headline] = {}
    for headline in sorted(found, key=lambda h: h.need, reverse=True):
        by_theme.setdefault(headline.reading.indicator.theme, headline)
    return list(by_theme.values())


def beyond_first(facts: Iterable[FirstFact], found: Iterable[Headline]) -> list[Headline]:
    """Return the computed headlines whose need no declared fact covers already."""
    told = {f.reading.indicator.told_need for f in facts if f.reading.shown and f.reading.shown.usable}
    return [headline for headline in found if headline.reading.indicator.told_need not in told]


def _fit(headline: Headline) -> bool:
    indicator, denominator = headline.reading.indicator, headline.value.denominator
    return (
        indicator.theme != Theme.IDH4
        and indicator.unit != Unit.POINTS
        and headline.comparison.judgement == WORSE
        and (denominator is None or denominator >= SMALL_DENOMINATOR)
    )
