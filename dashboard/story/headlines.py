"""What stands out: the largest gaps in the direction of need, found by a stated rule, not chosen by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Territory, Value
from dashboard.story.readings import NEAREST, Reading, against, need, read
from indicators.model import Theme, Unit
from sources.vocabulary import Level

GENERAL = 3
SMALL_DENOMINATOR = 200
"""Below it a rate moves with one or two households: it is shown, never put forward."""

RULE = (
    "Choix fait par une règle : les trois thèmes où l’agglomération s’écarte le plus, en proportion, de la "
    "référence la plus proche, dans le sens d’un plus grand besoin ; puis l’indicateur où un groupe de "
    "communes du contrat s’écarte le plus de l’agglomération."
)


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


def four_things(barometer: Barometer) -> list[Headline]:
    """Return at most four things to know, those of the agglomeration first."""
    epci = barometer.epci()
    general = largest_needs(barometer, epci, read(barometer, epci), NEAREST)[:GENERAL]
    taken = {headline.reading.indicator.indicator for headline in general}
    groups = [t for t in barometer.territories if t.level == Level.GROUPE and t.perimeter is None]
    local = [
        headline
        for group in groups
        for headline in largest_needs(barometer, group, read(barometer, group), Level.EPCI)
        if headline.reading.indicator.indicator not in taken
    ]
    return [*general, *sorted(local, key=lambda h: h.need, reverse=True)[: 4 - GENERAL]]


def largest_needs(
    barometer: Barometer, territory: Territory, readings: Mapping[str, Reading], reference: str
) -> list[Headline]:
    """Return the largest gap of each theme, largest first.

    Left out: the index (it has its own card), descriptive indicators, gaps judged not established,
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


def _fit(headline: Headline) -> bool:
    indicator, denominator = headline.reading.indicator, headline.value.denominator
    return (
        indicator.theme != Theme.IDH4
        and indicator.unit != Unit.POINTS
        and headline.comparison.judgement in (None, "", "moins bien")
        and (denominator is None or denominator >= SMALL_DENOMINATOR)
    )
