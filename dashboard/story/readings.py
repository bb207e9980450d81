"""Which value of an indicator a page shows for a territory, and beside what: pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Evolution, Indicator, Spread, Territory, Value
from dashboard.story import places, words
from indicators.model import Direction, Unit
from indicators.years import current_year
from sources.french import capital
from sources.vocabulary import Level

# From the nearest reference to the widest.
REFERENCE_ORDER = (Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.METROPOLE, Level.FRANCE)
NEAREST = "proche"
FEWEST = 10
"""Communes with a figure that it takes to set one among them, where there are more: a quarter is then two."""


@dataclass(frozen=True)
class Reading:
    """One indicator for one territory, ready to be shown."""

    indicator: Indicator
    shown: Value | None
    """The latest figure, else the latest row that says why there is none."""
    newer: Value | None
    """A more recent year, without figure or of a census less complete: mentioned beside."""
    apart: tuple[Value, ...]
    """Latest figures of neighbour concepts, shown apart and never compared."""
    history: tuple[Value, ...]
    """All the rows, most recent first."""
    comparisons: tuple[Comparison, ...]
    """Of the shown value, nearest reference first."""
    comparable: tuple[Value, tuple[Comparison, ...]] | None
    """The latest year that has a wider reference, and all it has, when the shown one has none."""
    evolution: Evolution | None
    """What the analysis makes of the years before the shown one: a change and its base year, or why none."""
    base: Value | None
    """The figure of that base year."""
    spread: Spread | None
    """Of the communes, for the same series and year; communes and groups of communes only."""


def among_communes(territory: Territory) -> bool:
    """Whether a territory is shown on the scale of the communes: a commune, or several put together."""
    return territory.level in (Level.COMMUNE, Level.GROUPE) and territory.perimeter is None


def recency(value: Value) -> tuple[int, int]:
    """Sort key: reference year, then edition; an unstated year comes last."""
    return (value.millesime or 0, value.edition or 0)


@kept
def read(barometer: Barometer, territory: Territory) -> dict[str, Reading]:
    """Return what to show of every indicator for a territory, by indicator id."""
    values: dict[str, list[Value]] = {}
    for value in barometer.values(territory):
        values.setdefault(value.indicator, []).append(value)
    evolutions = {(e.indicator, e.millesime): e for e in barometer.evolutions(territory)}
    comparisons: dict[tuple[str, str, int | None, int | None], list[Comparison]] = {}
    for comparison in barometer.comparisons(territory):
        comparisons.setdefault(comparison.key, []).append(comparison)
    return {
        indicator.indicator: _reading(
            barometer, indicator, territory, values.get(indicator.indicator, []), comparisons, evolutions
        )
        for indicator in barometer.indicators
    }


def _reading(
    barometer: Barometer,
    indicator: Indicator,
    territory: Territory,
    values: list[Value],
    comparisons: dict[tuple[str, str, int | None, int | None], list[Comparison]],
    evolutions: dict[tuple[str, int | None], Evolution],
) -> Reading:
    def position(value: Value) -> int:
        series = barometer.series.get((value.indicator, value.series))
        return series.position if series else 0

    def scored(value: Value) -> bool:
        series = barometer.series.get((value.indicator, value.series))
        return series.scored if series else True

    ordered = sorted(values, key=lambda v: (recency(v), -position(v)), reverse=True)
    main = [value for value in ordered if scored(value)]
    shown = _current(main, barometer.census if indicator.sampled != "no" else None)
    newer = None
    if shown is not None and shown.usable:
        newer = next((v for v in main if (v.millesime or 0) > (shown.millesime or 0)), None)
    apart: dict[str, Value] = {}
    for value in ordered:
        if value.usable and not scored(value):
            apart.setdefault(value.series, value)
    spread = None
    if shown is not None and shown.usable and among_communes(territory):
        spread = barometer.spreads.get((shown.indicator, shown.concept, shown.millesime))
    beside = {value.key: sorted(comparisons.get(value.key, []), key=_reference_rank) for value in main}
    comparable = None
    if shown is not None and shown.usable and main_comparison(beside[shown.key], NEAREST) is None:
        usable = [(value, tuple(beside[value.key])) for value in main if value.usable]
        comparable = next((one for one in usable if main_comparison(one[1], NEAREST) is not None), None)
    evolution = evolutions.get((shown.indicator, shown.millesime)) if shown and shown.usable else None
    return Reading(
        indicator=barometer.worded(indicator, shown.series) if shown else indicator,
        shown=shown,
        newer=newer,
        apart=tuple(apart.values()),
        history=tuple(ordered),
        comparisons=tuple(beside[shown.key]) if shown else (),
        comparable=comparable,
        evolution=evolution,
        base=_base(main, shown, evolution),
        spread=spread,
    )


def _current(values: list[Value], census: int | None) -> Value | None:
    """Return the latest figure, or that of the current census if it overlaps; else the latest row."""
    usable = [value for value in values if value.usable]
    if not usable:
        return values[0] if values else None
    year = current_year([value.millesime for value in usable], census)
    return next(value for value in usable if value.millesime == year)


def _base(values: list[Value], shown: Value | None, evolution: Evolution | None) -> Value | None:
    """Return the figure the shown one is set against in time: that of the base year the analysis chose."""
    if shown is None or evolution is None or evolution.since is None:
        return None
    same = (v for v in values if v.usable and (v.concept, v.millesime) == (shown.concept, evolution.since))
    return next(same, None)


def change_words(reading: Reading) -> str:
    """Return the change since the base year as a reader finds it: euros in those of the later year."""
    base, shown, found = reading.base, reading.shown, reading.evolution
    if base is None or base.value is None or shown is None or shown.value is None or found is None:
        return ""
    indicator = reading.indicator
    if indicator.unit != Unit.EURO_PER_CU or found.value is None:
        return words.apart(base.value, shown.value, indicator.unit, indicator.decimals)
    prices = "courants" if found.lower is None else f"de {shown.millesime}"
    return f"{words.gap(found.value, indicator.unit, indicator.decimals)} en euros {prices}"


def of_year(reading: Reading, millesime: int | None) -> Value | None:
    """Return the figure of a given year, else the one shown."""
    same = (value for value in reading.history if value.usable and value.millesime == millesime)
    return next(same, reading.shown)


def _reference_rank(comparison: Comparison) -> tuple[int, str]:
    order = [level.value for level in REFERENCE_ORDER]
    level = comparison.reference_level
    return (order.index(level) if level in order else len(order), comparison.reference_code)


def main_comparison(comparisons: Iterable[Comparison], reference: str) -> Comparison | None:
    """Return the comparison with the chosen reference level, or with the nearest wider territory."""
    wide = [c for c in comparisons if c.reference_level in REFERENCE_ORDER]
    if reference == NEAREST:
        return wide[0] if wide else None
    return next((c for c in wide if c.reference_level == reference), None)


@dataclass(frozen=True)
class Against:
    """What a figure is compared with, always of the same year as the figure given here."""

    value: Value
    comparison: Comparison
    why: str
    """Why it is not the usual reference, or not of the year shown; empty when it is both."""


def against(barometer: Barometer, reading: Reading, reference: str = NEAREST) -> Against | None:
    """Return what the figure shown is compared with: the one choice of every page, document and export.

    With no reference asked: the usual one of the territory's level (the agglomeration for what lies in it,
    the département for the agglomeration), of the same year; else the nearest wider territory of that year;
    else the latest year that has one. The last two say so.

    Args:
        barometer: For the names of territories.
        reading: What is shown.
        reference: A level, which alone is then looked for, or :data:`NEAREST`.
    """
    shown = reading.shown
    if shown is None or not shown.usable:
        return None
    found = main_comparison(reading.comparisons, reference)
    if reference != NEAREST:
        return Against(shown, found, "") if found is not None else None
    if found is None:
        if reading.comparable is None:
            return None
        value, beside = reading.comparable
        found = main_comparison(beside, NEAREST)
        assert found is not None
        return Against(value, found, f"Pas de référence pour {when(shown)} : comparaison de {when(value)}.")
    usual = usual_reference(shown.level)
    if found.reference_level == usual:
        return Against(shown, found, "")
    known = next((t for t in barometer.territories if t.level == usual), None)
    named = places.the_short(known) if known is not None else usual.label
    return Against(shown, found, f"{capital(named)} : pas de chiffre comparable pour {when(shown)}.")


def usual_reference(level: str) -> Level:
    """Return the level the figures of a level are compared with unless another one is asked."""
    if level not in REFERENCE_ORDER:
        return REFERENCE_ORDER[0]
    return REFERENCE_ORDER[min(REFERENCE_ORDER.index(Level(level)) + 1, len(REFERENCE_ORDER) - 1)]


def reference_name(barometer: Barometer, comparison: Comparison) -> str:
    """Return the short name of the reference of a comparison."""
    level, code = comparison.reference_level, comparison.reference_code
    found = barometer.territory(level, code)
    return places.short(found) if found else code


def need(indicator: Indicator, comparison: Comparison) -> float:
    """Return the relative gap, positive when it means more need; zero for a descriptive indicator.

    Returns:
        A share of the reference: 0.1 is a tenth more need than there; zero without a relative gap too.
    """
    if comparison.gap_relative is None or indicator.direction == Direction.DESCRIPTIVE:
        return 0.0
    return (
        comparison.gap_relative if indicator.direction == Direction.HIGH_IS_NEED else -comparison.gap_relative
    )


def enough(spread: Spread, barometer: Barometer) -> bool:
    """Return whether enough communes have a figure to say where one stands among them.

    Args:
        spread: Their figures.
        barometer: For how many they are.
    """
    return spread.count >= min(FEWEST, len(barometer.communes()))


def position_words(value: float, spread: Spread) -> str:
    """Say where a commune stands among the others without a bare rank."""
    if spread.low == spread.high:
        return "même valeur partout"
    if value > spread.p75:
        return "dans le quart le plus haut"
    if value < spread.p25:
        return "dans le quart le plus bas"
    return "dans la moitié centrale"


def when(value: Value) -> str:
    """Return the year of a value, its period, or words that do not invent one; without parentheses."""
    return (value.period or words.year(value.millesime)).replace(" (", ", ").replace(")", "")
