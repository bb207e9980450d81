"""Strengths and fragilities: the largest gaps to the agglomeration, found by one rule in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import places, words
from dashboard.exports.dossier import Dossier
from dashboard.exports.model import Block, Callout, Paragraph
from dashboard.exports.wording import earlier, number, spoken
from dashboard.headlines import SMALL_DENOMINATOR, Headline, largest_needs
from dashboard.readings import Reading, main_comparison, when
from dashboard.records import Value
from indicators.model import Direction, Theme, Unit
from sources.vocabulary import Level, Status

COUNT = 3
SLIGHT = 0.05
"""Relative gap or change under which nothing stands out."""
RULE = (
    "Choix fait par une règle, la même pour toutes les communes : les trois plus grands écarts à "
    "l’agglomération, en proportion, un par thème au plus, hors écarts de moins de 5 % ou non établis, "
    f"chiffres descriptifs, taux sur moins de {SMALL_DENOMINATOR} personnes ou ménages, et IDH-4, présenté à "
    "part. S’il en manque, les plus fortes évolutions de même sens, hors euros et intervalles qui se "
    "recouvrent."
)


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
    needs = largest_needs(dossier.commune, dossier.readings, Level.EPCI)
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
        comparison = main_comparison(reading.comparisons, Level.EPCI)
        if reading.shown is None or comparison is None:
            continue
        headline = Headline(reading, dossier.commune, reading.shown, comparison)
        if headline.need <= -SLIGHT and _fit(reading) and comparison.judgement in (None, "", "mieux"):
            found.append(headline)
    return found


def _fit(reading: Reading) -> bool:
    shown = reading.shown
    small = shown is None or (shown.denominator is not None and shown.denominator < SMALL_DENOMINATOR)
    return not small and reading.indicator.theme != Theme.IDH4 and reading.indicator.unit != Unit.POINTS


def _changes(dossier: Dossier) -> list[Change]:
    """Return the changes that are more than the noise of a survey, where an interval tells."""
    signs = {Direction.HIGH_IS_NEED: 1, Direction.LOW_IS_NEED: -1}
    found = []
    for reading in dossier.readings.values():
        before, after = earlier(reading, dossier.barometer), reading.shown
        sign = signs.get(Direction(reading.indicator.direction), 0)
        if isinstance(before, str) or after is None or not before.value or after.value is None or not sign:
            continue
        # Euros of two years are not the same euros.
        if _fit(reading) and reading.indicator.unit != Unit.EURO_PER_CU and not _overlap(before, after):
            found.append(
                Change(reading, before, after, sign * (after.value - before.value) / abs(before.value))
            )
    return found


def _overlap(one: Value, other: Value) -> bool:
    if one.lower is None or one.upper is None or other.lower is None or other.upper is None:
        return False
    return one.lower <= other.upper and other.lower <= one.upper


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
        f"{said} Agglomération : {reference}{dated}, soit un écart de {gap}{judged}.{estimated} "
        f"Source : {dossier.sources.refer(headline.value)}."
    )


def _change_sentence(dossier: Dossier, change: Change) -> str:
    indicator, before, after = change.reading.indicator, change.before, change.after
    assert before.value is not None
    assert after.value is not None
    said = spoken(indicator, dossier.commune, after)
    gap = words.gap(after.value - before.value, indicator.unit, indicator.decimals)
    estimated = " Chiffre estimé." if Status.ESTIMATED in (before.status, after.status) else ""
    # A change for the better may leave a commune far behind, and the reverse: the level is said too.
    level = main_comparison(change.reading.comparisons, Level.EPCI)
    area = f" Agglomération : {number(level.reference_value, indicator)}." if level else ""
    return words.typographic(
        f"{said} C’était {number(before.value, indicator)} ({when(before)}), soit {gap}.{area}{estimated} "
        f"Source : {dossier.sources.refer(after)}."
    )


def blocks(dossier: Dossier) -> list[Block]:
    """Return the strengths and the fragilities as framed statements."""
    found = standouts(dossier)
    name = places.of(dossier.commune.name, dossier.commune.level)
    out: list[Block] = []
    for tone, title, headlines in (
        ("strength", "Point fort", found.strengths),
        ("fragility", "Fragilité", found.fragilities),
    ):
        for headline in headlines:
            kind = " (évolution)" if isinstance(headline, Change) else ""
            label = words.typographic(f"{title}{kind} – {headline.reading.indicator.short_title}")
            out.append(
                Callout("strength" if tone == "strength" else "fragility", label, sentence(dossier, headline))
            )
        if len(headlines) < COUNT:
            out.append(Paragraph(words.typographic(_short(len(headlines), tone, name))))
    return [*out, Paragraph(words.typographic(RULE), "note")]


def _short(count: int, tone: str, name: str) -> str:
    """Say that there is less to say than the rule allows: nothing is made up to fill the list."""
    kind = "point fort" if tone == "strength" else "fragilité"
    if count == 0:
        return (
            f"{'Aucun' if tone == 'strength' else 'Aucune'} {kind} : nul chiffre {name} ne répond à la règle."
        )
    many = words.plural(count, kind, "points forts" if tone == "strength" else "fragilités")
    return f"{many} seulement : aucun autre chiffre {name} ne répond à la règle."
