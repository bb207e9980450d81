"""French numbers, dates and typography. Names of places are in :mod:`dashboard.story.places`."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable

from indicators.model import Unit
from sources.vocabulary import Status

NBSP = "\u00a0"
NARROW = "\u202f"
MINUS = "\u2212"

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)

# Why there is no number, for a reader who meets the words of a status for the first time.
STATUS_EXPLANATIONS = {
    Status.OBSERVED: "Chiffre du producteur ou calculé à partir de ses chiffres.",
    Status.ESTIMATED: "Chiffre approché ; la fiche dit comment il est obtenu.",
    Status.SUPPRESSED: "Le producteur masque ce chiffre, qui porte sur trop peu de personnes ou de ménages.",
    Status.NOT_PUBLISHED: "Aucun producteur ne publie ce chiffre pour ce type de territoire.",
    Status.NOT_APPLICABLE: "La question ne se pose pas pour ce territoire.",
    Status.MISSING: "Le producteur ne donne pas ce chiffre pour cette année.",
    Status.AWAITING_EXTRACT: "Le fichier du producteur existe mais n’a pas encore été déposé.",
}

ORIGINS = {
    "producer": "publié par le producteur pour ce territoire",
    "sum": "recalculé à partir de sommes de comptages, jamais d’une moyenne de taux",
    "inherited": "repris du canton, le seul niveau où il existe",
    "estimated": "estimé",
    "composite": "indice composé de plusieurs chiffres",
}

_SPACE_BEFORE = re.compile(r" (?=[:;?!%»€])")
_SPACE_AFTER = re.compile(r"(?<=«) ")
# A colon before a letter names a colour or an icon of Streamlit's own Markdown.
_MARKDOWN = re.compile(r"[\\`*_\[\]$~<]|:(?=\w)|^[#>+-]")


def typographic(text: str) -> str:
    """Return ``text`` with French no-break spaces and apostrophes (idempotent)."""
    text = _SPACE_AFTER.sub(NBSP, _SPACE_BEFORE.sub(NBSP, text))
    return text.replace("'", "’")


def label(text: str) -> str:
    """Return ``text`` as the words of a widget that reads Markdown in them, which shows it as text."""
    return _MARKDOWN.sub(r"\\\g<0>", typographic(text))


def capital(text: str) -> str:
    """Return ``text`` with its first letter in upper case and the others untouched."""
    return text[:1].upper() + text[1:]


def number(value: float, decimals: int = 0) -> str:
    """Return ``value`` in French: ``12 345,6`` with a narrow no-break space and a comma.

    Rounds half away from zero on the decimal writing, as a reader would by hand.
    """
    if not math.isfinite(value):
        raise ValueError(f"ce n’est pas un nombre : {value!r}")
    scaled = _scaled(value, decimals)
    digits = f"{scaled:0{decimals + 1}d}"
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    groups = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", NARROW, whole)
    sign = MINUS if value < 0 and scaled else ""
    return f"{sign}{groups},{fraction}" if fraction else f"{sign}{groups}"


def _scaled(value: float, decimals: int) -> int:
    """Return the digits of a number rounded half away from zero."""
    power: int = 10**decimals
    return math.floor(abs(value) * power + 0.5 + 1e-9)


def quantity(value: float, unit: str, decimals: int) -> str:
    """Return a value with the sign that belongs to it (``31,9 %``, ``18 550 €``), never alone."""
    text = number(value, decimals)
    if unit == Unit.PERCENT:
        return f"{text}{NBSP}%"
    if unit == Unit.EURO_PER_CU:
        return f"{text}{NBSP}€"
    if unit == Unit.POINTS:
        # As written: 1.96 shown « 2,0 » is plural.
        many = _scaled(value, decimals) >= 2 * 10**decimals
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


def in_year(millesime: int | None) -> str:
    """Return « en 2022 », or words that do not invent a year."""
    return f"en {millesime}" if millesime is not None else "(année non précisée par le producteur)"


def date(day: dt.date) -> str:
    """Return « 1er juin 2026 »."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def month(value: int) -> str:
    """Return the name of a month (1 to 12)."""
    return _MONTHS[value - 1]


def status_label(status: str) -> str:
    """Return the words of a status; one this version does not know is shown as it is."""
    return Status(status).label if status in set(Status) else status


def status_explanation(status: str) -> str:
    """Return the sentence that explains a status, empty when it is unknown."""
    return STATUS_EXPLANATIONS[Status(status)] if status in set(Status) else ""


def status_sentence(status: str) -> str:
    """Return the words of a status and what they mean."""
    return f"{capital(status_label(status))}. {status_explanation(status)}".strip()


def plural(count: int, singular: str, many: str | None = None) -> str:
    """Return « 1 commune », « 47 communes » (French: zero is singular)."""
    word = singular if abs(count) < 2 else (many or f"{singular}s")
    return f"{number(count)}{NBSP}{word}"


def span(first: int, last: int) -> str:
    """Return « 2016-2022 », or one year."""
    return str(first) if first == last else f"{first}-{last}"


def producers(names: Iterable[str]) -> str:
    """Return producers one after the other; those whose own name holds a comma keep apart."""
    kept = list(dict.fromkeys(names))
    return (" ; " if any(", " in name for name in kept) else ", ").join(kept)


def beyond_scale(value: float, unit: str) -> bool:
    """Whether a score lies outside the scale its unit states: the bounds are frozen, the value is kept."""
    return unit == Unit.SCORE and not 0 <= value <= 1


def enumeration(items: list[str]) -> str:
    """Return « a, b et c »."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} et {items[-1]}" if items else ""
