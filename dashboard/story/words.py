"""Words of values, years and statuses; the language itself is in :mod:`sources.french`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from indicators.analysis.words import difference
from indicators.model import Unit
from sources.french import (
    MONTHS,
    NBSP,
    capital,
    enumeration,
    number,
    plural,
    rounded,
    typographic,
)
from sources.vocabulary import Status

# Why there is no number, for a reader who meets the words of a status for the first time.
STATUS_EXPLANATIONS = {
    Status.OBSERVED: "Chiffre du producteur ou calculé à partir de ses chiffres.",
    Status.ESTIMATED: "Chiffre approché ; la fiche dit comment il est obtenu.",
    Status.SUPPRESSED: "Le producteur masque ce chiffre, qui porte sur trop peu de personnes ou de ménages.",
    Status.NOT_PUBLISHED: "Aucun producteur ne publie ce chiffre pour ce type de territoire.",
    Status.NOT_APPLICABLE: "La question ne se pose pas pour ce territoire.",
    Status.MISSING: "Le producteur ne donne pas ce chiffre pour cette année.",
    Status.AWAITING_EXTRACT: "Le producteur publie ce chiffre ; son fichier n’a pas encore été reçu.",
}

ORIGINS = {
    "producer": "publié par le producteur pour ce territoire",
    "sum": "recalculé à partir de sommes de comptages, jamais d’une moyenne de taux",
    "inherited": "repris du canton, le seul niveau où il existe",
    "estimated": "estimé",
    "composite": "indice composé de plusieurs chiffres",
}

# A colon before a letter names a colour or an icon of Streamlit's own Markdown.
_MARKDOWN = re.compile(r"[\\`*_\[\]$~<]|:(?=\w)|^[#>+-]")


def label(text: str) -> str:
    """Return ``text`` as the words of a widget that reads Markdown in them, which shows it as text."""
    return _MARKDOWN.sub(r"\\\g<0>", typographic(text))


def quantity(value: float, unit: str, decimals: int) -> str:
    """Return a value with the sign that belongs to it (``31,9 %``, ``18 550 €``), never alone."""
    text = number(value, decimals)
    if unit == Unit.PERCENT:
        return f"{text}{NBSP}%"
    if unit == Unit.EURO_PER_CU:
        return f"{text}{NBSP}€"
    if unit == Unit.POINTS:
        # As written: 1.96 shown « 2,0 » is plural.
        many = rounded(value, decimals) >= 2 * 10**decimals
        return f"{text}{NBSP}{'points' if many else 'point'}"
    return text


def unit_words(unit: str, label: str) -> str:
    """Return the rest of the unit, to be written smaller beside :func:`quantity`."""
    if unit in (Unit.PERCENT, Unit.POINTS):
        return ""
    if unit == Unit.EURO_PER_CU:
        return "par an et par unité de consommation"
    if unit == Unit.SCORE:
        return "(de 0 à 1)"
    return label


def gap(value: float, unit: str, decimals: int) -> str:
    """Return a signed difference in the words of its unit: between percentages, points."""
    sign = "+" if value > 0 else ""
    if unit == Unit.PERCENT:
        unit = Unit.POINTS
    text = quantity(value, unit, decimals)
    return (
        f"{sign}{text}" if number(value, decimals) != number(0, decimals) else quantity(0.0, unit, decimals)
    )


def apart(start: float, end: float, unit: str, decimals: int) -> str:
    """Return how far the second of two figures is from the first, as the figures are written.

    « 15,9 » then « 14,9 » differ by « −1,0 », whatever their further digits.
    """
    return gap(difference(start, end, decimals), unit, decimals)


def gap_limits(low: float | None, high: float | None, decimals: int) -> str:
    """Return the limits of a difference, « [+13,5 ; +15,1] »; nothing where they are not known."""
    if low is None or high is None:
        return ""
    ends = (f"{'+' if end > 0 else ''}{number(end, decimals)}" for end in (low, high))
    return f"[{f'{NBSP}; '.join(ends)}]"


def gap_between(low: float | None, high: float | None, unit: str, decimals: int) -> str:
    """Return the limits of a difference in words, « entre +13,5 et +15,1 points »; nothing if unknown."""
    if low is None or high is None:
        return ""
    start = number(low, decimals)
    return f"entre {'+' if low > 0 else ''}{start} et {gap(high, unit, decimals)}"


def year(millesime: int | None) -> str:
    """Return a reference year in words; a producer may state none."""
    return str(millesime) if millesime is not None else "année non précisée par le producteur"


def date(day: dt.date) -> str:
    """Return « 1er juin 2026 »."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def month(value: int) -> str:
    """Return the name of a month (1 to 12)."""
    return MONTHS[value - 1]


def status_label(status: str) -> str:
    """Return the words of a status; one this version does not know is shown as it is."""
    return Status(status).label if status in set(Status) else status


def status_explanation(status: str) -> str:
    """Return the sentence that explains a status, empty when it is unknown."""
    return STATUS_EXPLANATIONS[Status(status)] if status in set(Status) else ""


def status_sentence(status: str) -> str:
    """Return the words of a status and what they mean."""
    return f"{capital(status_label(status))}. {status_explanation(status)}".strip()


LISTED_YEARS = 9
"""Above, a list of years is no longer read: its ends and their number say it."""


def years(known: Iterable[int]) -> str:
    """Return every year of some figures: « 2011, 2016 et 2022 », or « 2004 à 2024, 21 années »."""
    ordered = sorted(set(known))
    if len(ordered) <= LISTED_YEARS:
        return enumeration([str(one) for one in ordered])
    return f"{ordered[0]} à {ordered[-1]}, {plural(len(ordered), 'année')}"


def estimated(statuses: Iterable[str]) -> str:
    """Return what a picture says of its estimated figures, empty where it has none."""
    found = list(statuses)
    count = sum(status == Status.ESTIMATED for status in found)
    if count == len(found):
        return "chiffres estimés" if count > 1 else "chiffre estimé" if count else ""
    return f"{plural(count, 'chiffre estimé')} sur {len(found)}" if count else ""


def producers(names: Iterable[str]) -> str:
    """Return producers one after the other; those whose own name holds a comma keep apart."""
    kept = list(dict.fromkeys(names))
    return (" ; " if any(", " in name for name in kept) else ", ").join(kept)


def beyond_scale(value: float, unit: str) -> bool:
    """Whether a score lies outside the scale its unit states: the bounds are frozen, the value is kept."""
    return unit == Unit.SCORE and not 0 <= value <= 1


def suffix(unit: str) -> str:
    """Return the sign a scale bears after its numbers."""
    return {Unit.PERCENT: f"{NBSP}%", Unit.EURO_PER_CU: f"{NBSP}€"}.get(Unit(unit), "")
