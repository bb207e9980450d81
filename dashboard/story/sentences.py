"""The sentence that reads one value aloud, in the words its indicator declares."""

from __future__ import annotations

from dashboard.data.records import Indicator, Territory, Value
from dashboard.story import places, words
from dashboard.story.readings import when
from sources.french import capital


def reading_sentence(indicator: Indicator, territory: Territory, value: Value) -> str:
    """Return the indicator's own sentence filled with a value; a plain one if it asks for what we lack."""
    assert value.value is not None
    number = words.quantity(value.value, indicator.unit, indicator.decimals)
    place = places.at_short(territory)
    try:
        sentence = indicator.reading.format(
            value=number,
            territory=places.the(territory.name, territory.level),
            territory_in=place,
            territory_of=places.of(territory.name, territory.level),
            year=when(value),
        )
    except (KeyError, IndexError, ValueError):
        sentence = f"{indicator.title} {place} : {number} ({when(value)})."
    return capital(sentence)
