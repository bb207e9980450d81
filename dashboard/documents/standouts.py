"""Strengths and fragilities: the largest gaps to the agglomeration, found by one rule in both directions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.data.records import Comparison, Value
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Callout, Paragraph, Tone
from dashboard.documents.wording import number, spoken
from dashboard.story import places, words
from dashboard.story.headlines import SMALL_DENOMINATOR, Headline, largest_needs
from dashboard.story.readings import NEAREST, Reading, against, need, reference_name, when
from indicators.analysis.words import difference
from indicators.model import Direction, Theme, Unit
from sources.vocabulary import Level, Status

COUNT = 3
SMALL_COMMUNE = 2000
"""Inhabitants under which a rate published without its counts moves with a few people."""
NORMAL_95 = 1.96
"""Half-width, in standard deviations, of what chance alone does nineteen times in twenty."""
SLIGHT = 0.05
"""Relative gap or change under which nothing stands out."""
RULE = (
    "Choix fait par une règle, la même pour toutes les communes : les trois plus grands écarts à "
    "l’agglomération, ou à la référence la plus proche si elle n’a pas de chiffre, en proportion, un par "
    "thème au plus, hors écarts de moins de 5 % ou non établis, "
    f"chiffres descriptifs, taux sur moins de {SMALL_DENOMINATOR} personnes ou ménages, et IDH-4, présenté à "
    "part. S’il en manque, les plus fortes évolutions de même sens, hors euros et hors celles que le hasard "
    "du sondage ou des petits effectifs suffit à expliquer."
)


_FEW = {
    "strength": ("Aucun point fort", "Un seul point fort", "Deux points forts seulement"),
    "fragility": ("Aucune fragilité", "Une seule fragilité", "Deux fragilités seulement"),
}


@dataclass(frozen=True)
class Change:
    """A figure that moved in the direction of more or less need."""

    reading: Reading
    before: Value
    after: Value
    need: float
    """Relative change, positive when it means more need."""


Item = Headline | Change


@dataclass(frozen=True)
class Standouts:
    """What stands out in a commune, most marked first."""

    strengths: tuple[Item, ...]
    fragilities: tuple[Item, ...]


def standouts(dossier: Dossier) -> Standouts:
    """Find at most three strengths and three fragilities, never the same theme twice in a list."""
    changes = _changes(dossier)
    needs = largest_needs(dossier.barometer, dossier.commune, dossier.readings, NEAREST)
    fragilities = [headline for headline in needs if headline.need >= SLIGHT]
    strengths = sorted(_advantages(dossier), key=lambda h: h.need)
    # An indicator said on one side by its gap is not said on the other by its change.
    said = {item.reading.indicator.indicator for item in (*_first(strengths), *_first(fragilities))}
    fresh = [change for change in changes if change.reading.indicator.indicator not in said]
    worse = sorted((c for c in fresh if c.need >= SLIGHT), key=lambda c: -c.need)
    better = sorted((c for c in fresh if c.need <= -SLIGHT), key=lambda c: c.need)
    return Standouts(_first([*strengths, *better]), _first([*fragilities, *worse]))


def _first(items: Sequence[Item]) -> tuple[Item, ...]:
    by_theme: dict[str, Item] = {}
    for item in items:
        by_theme.setdefault(item.reading.indicator.theme, item)
    return tuple(list(by_theme.values())[:COUNT])


def _advantages(dossier: Dossier) -> list[Headline]:
    found = []
    for reading in dossier.readings.values():
        told = against(dossier.barometer, reading)
        if told is None:
            continue
        comparison = told.comparison
        headline = Headline(reading, dossier.commune, told.value, comparison)
        if headline.need <= -SLIGHT and _fit(reading) and comparison.judgement in (None, "", "mieux"):
            found.append(headline)
    return found


def _fit(reading: Reading) -> bool:
    shown = reading.shown
    small = shown is None or (shown.denominator is not None and shown.denominator < SMALL_DENOMINATOR)
    return not small and reading.indicator.theme != Theme.IDH4 and reading.indicator.unit != Unit.POINTS


def _changes(dossier: Dossier) -> list[Change]:
    """Return the changes that are more than the chance of a survey or of a few people."""
    signs = {Direction.HIGH_IS_NEED: 1, Direction.LOW_IS_NEED: -1}
    found = []
    for reading in dossier.readings.values():
        before, after = reading.base, reading.shown
        sign = signs.get(Direction(reading.indicator.direction), 0)
        if before is None or after is None or not before.value or after.value is None or not sign:
            continue
        # Euros of two years are not the same euros.
        if reading.indicator.unit == Unit.EURO_PER_CU or not _fit(reading):
            continue
        if not _by_chance(dossier, reading, before, after):
            found.append(
                Change(reading, before, after, sign * (after.value - before.value) / abs(before.value))
            )
    return found


def _by_chance(dossier: Dossier, reading: Reading, before: Value, after: Value) -> bool:
    """Whether two figures may differ by chance: their intervals meet, or too few people make them."""
    one, other = _bounds(before), _bounds(after)
    if one and other:
        return one[0] <= other[1] and other[0] <= one[1]
    if before.numerator is None or after.numerator is None or not before.denominator or not after.denominator:
        # A rate published without its counts: a few dozen young people, or workers, in a small commune.
        population = dossier.library.populations.get(dossier.commune.code, (0, 0.0))[1]
        return reading.indicator.unit == Unit.PERCENT and population < SMALL_COMMUNE
    spread, shares = 0.0, []
    for count, whole in ((before.numerator, before.denominator), (after.numerator, after.denominator)):
        share = min(max(count / whole, 0.0), 1.0)
        shares.append(share)
        spread += share * (1 - share) / whole
    return abs(shares[1] - shares[0]) <= NORMAL_95 * math.sqrt(spread)


def _bounds(value: Value) -> tuple[float, float] | None:
    return None if value.lower is None or value.upper is None else (value.lower, value.upper)


def sentence(dossier: Dossier, item: Item) -> str:
    """Word one statement from the data: the figure, its year, what it is set against, the source."""
    if isinstance(item, Change):
        return _change_sentence(dossier, item)
    headline = item
    indicator, comparison = headline.reading.indicator, headline.comparison
    said = spoken(indicator, dossier.commune, headline.value)
    reference = number(comparison.reference_value, indicator)
    gap = words.gap(comparison.gap, indicator.unit, indicator.decimals)
    year = comparison.reference_millesime
    dated = f" ({year})" if year is not None and year != headline.value.millesime else ""
    judged = f", {comparison.judgement}" if comparison.judgement else ""
    estimated = " Chiffre estimé." if headline.value.status == Status.ESTIMATED else ""
    return words.typographic(
        f"{said} {words.capital(_name(dossier, comparison))} : {reference}{dated}, soit un écart de "
        f"{gap}{judged}.{estimated} "
        f"Source : {dossier.sources.refer(headline.value)}."
    )


def _change_sentence(dossier: Dossier, change: Change) -> str:
    indicator, before, after = change.reading.indicator, change.before, change.after
    assert before.value is not None
    assert after.value is not None
    said = spoken(indicator, dossier.commune, after)
    gap = words.gap(
        difference(before.value, after.value, indicator.decimals), indicator.unit, indicator.decimals
    )
    estimated = " Chiffre estimé." if Status.ESTIMATED in (before.status, after.status) else ""
    return words.typographic(
        f"{said} C’était {number(before.value, indicator)} ({when(before)}), soit {gap}."
        f"{_level(dossier, change)}{estimated} "
        f"Source : {dossier.sources.refer(after)}."
    )


def _level(dossier: Dossier, change: Change) -> str:
    """Say where a change leaves the commune: for the better, it may still be far behind, and the reverse."""
    told = against(dossier.barometer, change.reading)
    if told is None:
        return ""
    main = told.comparison
    name = _name(dossier, main)
    where = "dans l’agglomération" if main.reference_level == Level.EPCI else f"la référence, {name}"
    indicator = change.reading.indicator
    area = number(main.reference_value, indicator)
    if change.need * need(indicator, main) >= 0 or main.judgement not in (None, "", "mieux", "moins bien"):
        return f" {words.capital(name)} : {area}."
    side = "plus" if change.need > 0 else "moins"
    return f" Le niveau reste {side} favorable que {where} : {area}."


def _name(dossier: Dossier, comparison: Comparison) -> str:
    """Return the name of a reference; the agglomeration of the document needs no other."""
    if comparison.reference_level == Level.EPCI:
        return "agglomération"
    return reference_name(dossier.barometer, comparison)


def blocks(dossier: Dossier) -> list[Block]:
    """Return the strengths and the fragilities as framed statements."""
    found = standouts(dossier)
    name = places.of(dossier.commune.name, dossier.commune.level)
    out: list[Block] = []
    kinds: tuple[Tone, Tone] = ("strength", "fragility")
    for tone, headlines in zip(kinds, (found.strengths, found.fragilities), strict=True):
        out += [callout(dossier, tone, headline) for headline in headlines]
        if len(headlines) < COUNT:
            out.append(Paragraph(words.typographic(_short(len(headlines), tone, name))))
    return [*out, Paragraph(words.typographic(RULE), "note")]


def callout(dossier: Dossier, tone: Tone, item: Item) -> Callout:
    """Return one statement in its frame."""
    title = "Point fort" if tone == "strength" else "Fragilité"
    kind = " (évolution)" if isinstance(item, Change) else ""
    label = words.typographic(f"{title}{kind} – {item.reading.indicator.short_title}")
    return Callout(tone, label, sentence(dossier, item))


def _short(count: int, tone: str, name: str) -> str:
    """Say that there is less to say than the rule allows: nothing is made up to fill the list."""
    none, one, two = _FEW[tone]
    if count == 0:
        return f"{none} : nul chiffre {name} ne répond à la règle."
    return f"{one if count == 1 else two} : aucun autre chiffre {name} ne répond à la règle."
