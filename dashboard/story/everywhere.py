"""One indicator everywhere: what every territory has of one definition, for one year and over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import quantiles

from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, PerimeterBreak, Spread, Territory, Value
from dashboard.story import words
from dashboard.story.about import About
from dashboard.story.readings import REFERENCE_ORDER, recency
from dashboard.story.runs import Point
from dashboard.story.spreadsheet import Amount
from indicators.years import current_year
from sources.french import plural
from sources.vocabulary import Level, Status

MAIN_DEFINITION = "Définition principale"

Place = tuple[str, str]


@dataclass(frozen=True)
class Everywhere:
    """The values of one definition of an indicator, with the year shown."""

    barometer: Barometer
    indicator: Indicator
    concept: str
    millesime: int | None
    values: tuple[Value, ...]
    """Of this definition, all territories and years."""
    blanks: tuple[Value, ...] = ()
    """Rows that only say why a territory has no figure at all."""
    elsewhere: frozenset[Place] = frozenset()
    """Territories, by level and code, that have figures of another definition."""

    @property
    def shelf(self) -> Hashable:
        """What is made of it is kept with its release."""
        return self.barometer.shelf

    @property
    def variant(self) -> Hashable:
        """What of the release it is."""
        return self.barometer.variant, self.indicator.indicator, self.concept, self.millesime

    @property
    def label(self) -> str:
        """Name of the definition when it is not the indicator's own, else empty."""
        return definition_label(self.barometer, self.indicator.indicator, self.concept)

    @property
    def title(self) -> str:
        """What is measured, in the words of the definition shown."""
        return self.label or self.indicator.title

    @cached_property
    def of_year(self) -> dict[Place, Value]:
        """The value of each territory for the year shown, by level and code."""
        same = [v for v in self.values if v.millesime == self.millesime]
        return {(v.level, v.code): v for v in sorted(same, key=self._preference)}

    @cached_property
    def communes(self) -> list[Territory]:
        """The communes of the agglomeration, by name."""
        return self.barometer.communes()

    @cached_property
    def numbers(self) -> dict[str, float]:
        """The number of each commune that has one, by code."""
        found = ((c.code, self.of_year.get((c.level, c.code))) for c in self.communes)
        return {code: v.value for code, v in found if v is not None and v.usable and v.value is not None}

    @cached_property
    def absent(self) -> dict[str, str]:
        """Why the other communes have none, as a status."""
        return {c.code: self.status(c) for c in self.communes if c.code not in self.numbers}

    @cached_property
    def spread(self) -> Spread | None:
        """How the communes are spread; ``None`` under four figures."""
        amounts = sorted(self.numbers.values())
        if len(amounts) < 4:
            return None
        p25, _, p75 = quantiles(amounts, n=4, method="inclusive")
        return Spread(
            self.indicator.indicator,
            self.concept,
            self.millesime,
            len(amounts),
            amounts[0],
            p25,
            p75,
            amounts[-1],
        )

    @cached_property
    def period(self) -> str:
        """The year shown, in the words of the values."""
        values = (self.value(commune) for commune in self.communes)
        found = (v.period for v in values if v is not None and v.usable and v.period)
        return next(found, words.year(self.millesime))

    @cached_property
    def years(self) -> list[int | None]:
        """The years of the definition with figures for communes, latest first; an unstated year last."""
        return years(self.barometer, self.values)

    @cached_property
    def _own(self) -> dict[Place, list[Value]]:
        """The values of each territory, of all years."""
        found: dict[Place, list[Value]] = {}
        for value in self.values:
            found.setdefault((value.level, value.code), []).append(value)
        return found

    def value(self, territory: Territory) -> Value | None:
        """Return the value of a territory for the year shown, if it has a row."""
        return self.of_year.get((territory.level, territory.code))

    def number(self, territory: Territory) -> float | None:
        """Return the number of a territory for the year shown.

        Returns:
            In the unit of the indicator; ``None`` where the figure is absent or not usable.
        """
        value = self.value(territory)
        return value.value if value is not None and value.usable else None

    def status(self, territory: Territory) -> str:
        """Return why a territory has no number for the year shown."""
        place = territory.level, territory.code
        value = self.value(territory)
        if value is not None:
            return value.status
        if place in self._own:
            return Status.MISSING.value
        blank = next((v for v in self.blanks if (v.level, v.code) == place), None)
        return blank.status if blank is not None else Status.NOT_PUBLISHED.value

    def points(self, territory: Territory) -> list[Point]:
        """Return the dated figures of a territory, oldest first, one for each year."""
        return points_of(self.barometer, self._own.get((territory.level, territory.code), ()))

    def latest(self, territory: Territory) -> Value | None:
        """Return the latest figure of a territory, whatever its year."""
        own = self._own.get((territory.level, territory.code), ())
        return max((v for v in own if v.usable), key=recency, default=None)

    def wider(self, territory: Territory) -> Territory | None:
        """Return what a trend is set against: the agglomeration, or for itself the best known wider area."""
        epci = self.barometer.epci()
        if (territory.level, territory.code) != (epci.level, epci.code):
            return epci
        candidates = [t for t in self.barometer.territories if t.level in REFERENCE_ORDER[1:]]
        ranked = sorted(
            candidates, key=lambda t: (-len(self.points(t)), REFERENCE_ORDER.index(Level(t.level)))
        )
        return ranked[0] if ranked and self.points(ranked[0]) else None

    @cached_property
    def sources(self) -> str:
        """Producers of the figures of the communes for the year shown."""
        values = (self.value(commune) for commune in self.communes)
        return producers(self.barometer, (v for v in values if v is not None and v.usable))

    def about(self, picture: str) -> About:
        """Return what goes with a picture, a table or a text of this indicator.

        Args:
            picture: What is shown of it, after its title.
        """
        return About(
            f"{self.title} : {picture}" if picture else self.title,
            self.indicator.unit_label.strip("()"),
            self.period,
            self.sources,
            self.barometer.identity,
            self._without,
            words.estimated(v.status for c in self.communes if (v := self.value(c)) is not None and v.usable),
        )

    @property
    def _without(self) -> str:
        """How many communes have no figure, by reason."""
        reasons = Counter(self.absent.values())
        told = [f"{words.status_label(status)} ({count})" for status, count in sorted(reasons.items())]
        many = plural(len(self.absent), "commune")
        return f"{many} sans chiffre : {', '.join(told)}" if told else ""

    def amount(self, territory: Territory, written: str) -> Amount:
        """Return the cell of a territory in a table.

        Args:
            territory: Whose figure it is.
            written: The text the page shows.
        """
        return Amount(written, self.number(territory), self.status(territory), self.indicator.decimals)

    def written(self, amount: float) -> str:
        """Return a number of this indicator with its sign."""
        return words.quantity(amount, self.indicator.unit, self.indicator.decimals)

    def _preference(self, value: Value) -> tuple[bool, int, int]:
        return preference(self.barometer, value)


def preference(barometer: Barometer, value: Value) -> tuple[bool, int, int]:
    """Return a sort key: the last one is the value to show of several for one year."""
    series = barometer.series.get((value.indicator, value.series))
    return (value.usable, value.edition or 0, -(series.position if series else 0))


def points_of(barometer: Barometer, values: Iterable[Value]) -> list[Point]:
    """Return the dated figures of one territory and one definition, oldest first, one for each year."""
    ordered = sorted((v for v in values if v.usable), key=lambda v: preference(barometer, v))
    by_year = {v.millesime: v for v in ordered if v.millesime is not None}
    return [
        Point(year, v.value, v.edition or 0, v.status, len(past_perimeters(barometer, v)))
        for year, v in sorted(by_year.items())
        if v.value is not None
    ]


def past_perimeters(barometer: Barometer, value: Value) -> list[PerimeterBreak]:
    """Return the changes of perimeter that come after a figure: none when it is of today's communes."""
    return [
        b
        for b in barometer.perimeter_breaks
        if (b.level, b.code, b.dataset) == (value.level, value.code, value.datasets)
        and value.millesime is not None
        and value.millesime < b.year
    ]


@kept
def everywhere(
    barometer: Barometer, indicator: Indicator, concept: str | None, millesime: int | str | None
) -> Everywhere:
    """Return an indicator everywhere; a definition or a year that does not exist is replaced by the default.

    Args:
        barometer: The release.
        indicator: What is measured.
        concept: Definition; the first with figures when ``None``.
        millesime: Year, ``None`` where the producer states none; ``""`` for the default one.
    """
    values = barometer.all_values(indicator.indicator)
    concepts = definitions(barometer, values)
    chosen = concept if concept in concepts else concepts[0] if concepts else indicator.indicator
    same = tuple(v for v in values if v.concept == chosen)
    offered = years(barometer, same)
    year = millesime if not isinstance(millesime, str) and millesime in offered else None
    if isinstance(millesime, str) or millesime not in offered:
        year = default_year(barometer, indicator, offered)
    blanks = tuple(v for v in values if not v.series)
    others = frozenset((v.level, v.code) for v in values if v.usable and v.concept != chosen)
    own = barometer.worded(indicator, same[0].series if same else None)
    return Everywhere(barometer, own, chosen, year, same, blanks, others)


def producers(barometer: Barometer, values: Iterable[Value]) -> str:
    """Return the producers of some figures, each named once."""
    ids = {name for value in values for name in (value.datasets or "").split(", ")}
    return words.producers(sorted({d.producer for d in map(barometer.datasets.get, ids) if d is not None}))


def _communal(barometer: Barometer, values: Iterable[Value]) -> list[Value]:
    inside = {c.code for c in barometer.communes()}
    return [v for v in values if v.usable and v.level == Level.COMMUNE and v.code in inside]


def definitions(barometer: Barometer, values: Sequence[Value]) -> list[str]:
    """Return the definitions that have figures for communes, the main one first."""
    known = {v.concept for v in _communal(barometer, values)}
    ordered = [s for s in barometer.series.values() if values and s.indicator == values[0].indicator]
    ordered.sort(key=lambda series: (not series.scored, series.position))
    return list(dict.fromkeys(s.concept for s in ordered if s.concept in known))


def definition_label(barometer: Barometer, indicator: str, concept: str) -> str:
    """Return the name of a definition, empty for the indicator's own."""
    same = [s for s in barometer.series.values() if (s.indicator, s.concept) == (indicator, concept)]
    same.sort(key=lambda series: series.position)
    return (same[0].label or "") if same else ""


def years(barometer: Barometer, values: Iterable[Value]) -> list[int | None]:
    """Return the years with figures for communes, latest first; an unstated year last."""
    latest = sorted(_communal(barometer, values), key=recency, reverse=True)
    return list(dict.fromkeys(v.millesime for v in latest))


def default_year(barometer: Barometer, indicator: Indicator, offered: Sequence[int | None]) -> int | None:
    """Return the latest year, or that of the current census where a later one overlaps it."""
    return current_year(offered, barometer.census if indicator.sampled != "no" else None)
