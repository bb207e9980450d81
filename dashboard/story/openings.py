"""The sentences a page opens with, computed from the figures and true for every territory and status."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.data.kept import kept
from dashboard.data.records import Territory, Value
from dashboard.story import places, words
from dashboard.story.everywhere import Everywhere
from dashboard.story.readings import when
from dashboard.story.sentences import reading_sentence
from sources.french import NBSP, capital, enumeration, plural, typographic


def territory_sentence(shown: Everywhere, territory: Territory) -> str:
    """Say the figure of a territory, beside that of the agglomeration when both are known."""
    value = shown.value(territory)
    if value is None or not value.usable or value.value is None:
        return _without(shown, territory)
    sentence = _with(shown, territory, value)
    epci = shown.barometer.epci()
    reference = shown.number(epci)
    if reference is None or (territory.level, territory.code) == (epci.level, epci.code):
        return sentence
    where = places.at_short(epci)
    same = shown.written(reference) == shown.written(value.value)
    beside = f"{shown.written(reference)} {where}"
    # A sentence that already explains itself after a colon would not bear one more clause.
    if " :" in typographic(sentence).replace(NBSP, " "):
        return f"{sentence} Référence : {beside}."
    return f"{sentence.removesuffix('.')}, {f'comme {where}' if same else f'contre {beside}'}."


def _with(shown: Everywhere, territory: Territory, value: Value) -> str:
    assert value.value is not None
    if not shown.label:
        return reading_sentence(shown.indicator, territory, value)
    # The indicator's own sentence speaks of its main definition, not of this one.
    place = places.at_short(territory)
    return f"{shown.label} {place} : {shown.written(value.value)} ({when(value)})."


def _without(shown: Everywhere, territory: Territory) -> str:
    place = places.at_short(territory)
    place_of = territory.level, territory.code
    known = shown.value(territory) is not None or shown.latest(territory) is not None
    if not known and place_of in shown.elsewhere:
        return f"{shown.title} {place} : chiffre d’une autre définition seulement, qui ne se compare pas."
    year = f" ({shown.period})" if shown.numbers else ""
    sentence = f"{shown.title} {place} : {words.status_label(shown.status(territory))}{year}."
    latest = shown.latest(territory)
    if latest is not None and latest.value is not None:
        sentence += f" Dernier chiffre connu : {shown.written(latest.value)} ({when(latest)})."
    return sentence


@kept
def spread_sentence(shown: Everywhere) -> str:
    """Say how far apart the communes are."""
    total = len(shown.communes)
    if not shown.numbers:
        return "Aucune commune n’a de chiffre à montrer."
    if len(shown.numbers) == total:
        subject = f"Parmi les {total} communes, le chiffre"
    else:
        subject = f"Le chiffre est connu pour {len(shown.numbers)} des {total} communes"
        if shown.spread is not None:
            subject += " ; il"
    if shown.spread is None:
        return f"{subject} est donné plus bas." if len(shown.numbers) == total else f"{subject}."
    low, high = shown.spread.low, shown.spread.high
    if shown.written(low) == shown.written(high):
        return f"{subject} est partout de {shown.written(low)}."
    middle = f"{shown.written(shown.spread.p25)} et {shown.written(shown.spread.p75)}"
    return (
        f"{subject} va de {shown.written(low)} ({_where(shown, low)}) à {shown.written(high)} "
        f"({_where(shown, high)}) ; pour la moitié centrale, il est entre {middle}."
    )


def _where(shown: Everywhere, amount: float) -> str:
    """Name the communes at one end, as long as they are few."""
    names = [
        typographic(c.name)
        for c in shown.communes
        if c.code in shown.numbers and shown.written(shown.numbers[c.code]) == shown.written(amount)
    ]
    return enumeration(names) if len(names) <= 2 else plural(len(names), "commune")


def absence_sentence(absent: Mapping[str, str]) -> str:
    """Say why communes have no figure, in the words of each status."""
    counts: dict[str, int] = {}
    for status in absent.values():
        counts[status] = counts.get(status, 0) + 1
    return " ".join(
        f"{capital(words.status_label(status))} : {plural(count, 'commune')}. "
        f"{words.status_explanation(status)}".strip()
        for status, count in sorted(counts.items())
    )
