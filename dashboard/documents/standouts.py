"""Strengths and fragilities: the largest gaps to the agglomeration, found by one rule in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.data.records import Comparison, Value
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Callout, Paragraph, Tone
from dashboard.documents.wording import number, spoken
from dashboard.story import places, words
from dashboard.story.headlines import SMALL_DENOMINATOR, Headline, largest_needs, standing
from dashboard.story.progress import Move, move
from dashboard.story.readings import NEAREST, Reading, against, reference_name, when
from indicators.judgement import BETTER
from indicators.model import Theme, Unit
from sources.authority import Noun
from sources.french import capital, lowered, typographic
from sources.vocabulary import Level, Status

COUNT = 3
SLIGHT = 0.05
"""Relative gap or change under which nothing stands out."""


def rule(noun: Noun) -> str:
    """Say how strengths and fragilities are chosen."""
    return (
        "Ce qui vient d’abord est choisi de la même façon pour toutes les communes : les trois plus "
        f"grands écarts établis {noun.to}, ou à la référence la plus proche, en proportion, un par thème, "
        f"sans l’IDH-4 ni les taux sur moins de {SMALL_DENOMINATOR} personnes ou ménages ; s’il en manque, "
        "les plus fortes évolutions établies : « en progrès » ne dit pas que le niveau est bon."
    )


_FEW = {
    "strength": (
        "Aucun point fort ni progrès",
        "Un seul point fort ou progrès",
        "Deux points forts ou progrès seulement",
    ),
    "fragility": (
        "Aucune fragilité ni recul",
        "Une seule fragilité ou recul",
        "Deux fragilités ou reculs seulement",
    ),
}


@dataclass(frozen=True)
class Change:
    """A figure that moved in the direction of more or less need, beyond what chance explains."""

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
    """Find at most three strengths and three fragilities: a theme once in each list, a need once in both."""
    needs = largest_needs(dossier.barometer, dossier.commune, dossier.readings, NEAREST)
    fragilities = [headline for headline in needs if headline.need >= SLIGHT]
    strengths = sorted(_advantages(dossier), key=lambda h: h.need)
    changes = _changes(dossier)
    worse = sorted((c for c in changes if c.need >= SLIGHT), key=lambda c: -c.need)
    better = sorted((c for c in changes if c.need <= -SLIGHT), key=lambda c: c.need)
    told: set[str] = set()
    # The gaps of both lists come first: a need named for its level is not named again for its change.
    first_fragilities, first_strengths = _kept((), fragilities, told), _kept((), strengths, told)
    return Standouts(_kept(first_strengths, better, told), _kept(first_fragilities, worse, told))


def _kept(first: tuple[Item, ...], more: Sequence[Item], told: set[str]) -> tuple[Item, ...]:
    """Return a list completed from another one; the needs of what it adds go to ``told``."""
    kept = list(first)
    themes = {item.reading.indicator.theme for item in kept}
    for item in more:
        indicator = item.reading.indicator
        if len(kept) < COUNT and indicator.theme not in themes and indicator.told_need not in told:
            kept.append(item)
            themes.add(indicator.theme)
            told.add(indicator.told_need)
    return tuple(kept)


def _advantages(dossier: Dossier) -> list[Headline]:
    found = []
    for reading in dossier.readings.values():
        told = against(dossier.barometer, reading)
        if told is None:
            continue
        comparison = told.comparison
        headline = Headline(reading, dossier.commune, told.value, comparison)
        if headline.need <= -SLIGHT and _fit(reading) and comparison.judgement == BETTER:
            found.append(headline)
    return found


def _fit(reading: Reading) -> bool:
    shown = reading.shown
    small = shown is None or (shown.denominator is not None and shown.denominator < SMALL_DENOMINATOR)
    return not small and reading.indicator.theme != Theme.IDH4 and reading.indicator.unit != Unit.POINTS


def _changes(dossier: Dossier) -> list[Change]:
    """Return the changes whose direction is established by their limits, noise and rounding included."""
    found = []
    for reading in dossier.readings.values():
        before, after = reading.base, reading.shown
        if before is None or after is None or not before.value or after.value is None or not _fit(reading):
            continue
        # Said from two figures as published: those of two years in euros are not of the same euros.
        if reading.indicator.unit == Unit.EURO_PER_CU:
            continue
        way = {Move.WORSE: 1, Move.BETTER: -1}.get(move(reading) or Move.UNKNOWN)
        if way is not None:
            found.append(
                Change(reading, before, after, way * abs((after.value - before.value) / before.value))
            )
    return found


def sentence(dossier: Dossier, item: Item) -> str:
    """Word one statement from the data: the figure, its year, what it is set against, the source."""
    if isinstance(item, Change):
        return _change_sentence(dossier, item)
    indicator, comparison, shown = item.reading.indicator, item.comparison, item.reading.shown
    assert shown is not None
    assert item.value.value is not None
    reference = number(comparison.reference_value, indicator)
    gap = words.apart(comparison.reference_value, comparison.value, indicator.unit, indicator.decimals)
    year = comparison.reference_millesime
    dated = f" ({year})" if year is not None and year != item.value.millesime else ""
    told = f"{capital(_name(dossier, comparison))} : {reference}{dated}"
    if item.value is not shown:
        # The figure every page gives first, then the last that has something to be set against.
        told = (
            f"Pas de référence pour {when(shown)} ; en {when(item.value)}, "
            f"{number(item.value.value, indicator)} ; {_name(dossier, comparison)} : {reference}"
        )
    estimated = " Chiffre estimé." if item.value.status == Status.ESTIMATED else ""
    return typographic(
        f"{spoken(indicator, dossier.commune, shown)} {told}, soit un écart de {gap}, "
        f"{comparison.judgement}.{estimated} {_ending(dossier, item, (shown, item.value))}"
    )


def _ending(dossier: Dossier, item: Item, values: Sequence[Value]) -> str:
    """Give what other measures of the same need say, as the table beside does, then the sources of all."""
    found, sources = [], list(values)
    for reading in dossier.readings.values():
        indicator, told = reading.indicator, against(dossier.barometer, reading)
        if indicator.told_need != item.reading.indicator.told_need or reading is item.reading or told is None:
            continue
        value, beside = told.value, told.comparison
        if value.value is not None and beside.judgement:
            own, other = (
                words.quantity(one, indicator.unit, indicator.decimals)
                for one in (value.value, beside.reference_value)
            )
            named = _name(dossier, beside)
            title = lowered(indicator.short_title)
            unit = f" {indicator.unit_label}" if indicator.unit == Unit.PER_100 else ""
            found.append(f"{title} {own}{unit} ({when(value)}), {named} {other}, {beside.judgement}")
            sources.append(value)
    more = f"Le même besoin, autrement mesuré : {' ; '.join(found)}. " if found else ""
    return f"{more}Source : {dossier.sources.refer(*sources)}."


def _change_sentence(dossier: Dossier, change: Change) -> str:
    indicator, before, after = change.reading.indicator, change.before, change.after
    assert before.value is not None
    assert after.value is not None
    said = spoken(indicator, dossier.commune, after)
    gap = words.apart(before.value, after.value, indicator.unit, indicator.decimals)
    estimated = " Chiffre estimé." if Status.ESTIMATED in (before.status, after.status) else ""
    stands = standing(dossier.barometer, change.reading)
    return typographic(
        f"{said} C’était {number(before.value, indicator)} ({when(before)}), soit {gap} : {stands}."
        f"{_level(dossier, change)}{estimated} {_ending(dossier, change, (after,))}"
    )


def _level(dossier: Dossier, change: Change) -> str:
    """Give the figure of the reference a change is read beside."""
    told = against(dossier.barometer, change.reading)
    if told is None:
        return ""
    named = capital(_name(dossier, told.comparison))
    dated = "" if told.value is change.reading.shown else f" ({when(told.value)})"
    return f" {named} : {number(told.comparison.reference_value, change.reading.indicator)}{dated}."


def _name(dossier: Dossier, comparison: Comparison) -> str:
    """Return the name of a reference; the agglomeration of the document needs no other."""
    if comparison.reference_level == Level.EPCI:
        return dossier.authority.name
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
            out.append(Paragraph(typographic(_short(len(headlines), tone, name))))
    return [*out, Paragraph(typographic(rule(dossier.authority)), "note")]


def callout(dossier: Dossier, tone: Tone, item: Item) -> Callout:
    """Return one statement in its frame; a change for the better is no strength: it gives no level."""
    said = "Point fort" if tone == "strength" else "Fragilité"
    if isinstance(item, Change):
        tone, said = "information", capital((Move.WORSE if item.need > 0 else Move.BETTER).value)
    label = typographic(f"{said} – {item.reading.indicator.short_title}")
    return Callout(tone, label, sentence(dossier, item))


def _short(count: int, tone: str, name: str) -> str:
    """Say that there is less to say than the rule allows: nothing is made up to fill the list."""
    none, one, two = _FEW[tone]
    if count == 0:
        return f"{none} : nul chiffre {name} ne répond à la règle."
    return f"{one if count == 1 else two} : aucun autre chiffre {name} ne répond à la règle."
