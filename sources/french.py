"""French as it is written: numbers, plurals, elisions, no-break spaces; the one place for all of them.

Belongs here: rules of the language. Does not belong here: the words of the domain (``sources.vocabulary``),
nor what a sentence says.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

NBSP, NARROW, MINUS = "\u00a0", "\u202f", "\u2212"

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)

_LINKS = frozenset(
    (
        *("le", "la", "les", "l", "de", "du", "des", "d"),
        *("sur", "sous", "en", "et", "aux", "au", "a", "commune"),
    )
)
"""Words that tell no name from another."""

_SPACE_BEFORE = re.compile(r" (?=[:;?!%»€])")
_SPACE_AFTER = re.compile(r"(?<=«) ")
_ARTICLE = re.compile(r"^(Le|La|Les|L’)(?:\s+|(?<=’))", re.IGNORECASE)
# Names in h- of northern France elide: « d’Haveluy », « d’Hasnon ».
_VOWEL = re.compile(r"^[AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆH]", re.IGNORECASE)
_MERGED = {"de": {"le": "du", "les": "des"}, "à": {"le": "au", "les": "aux"}}


def typographic(text: str) -> str:
    """Return ``text`` with French no-break spaces and apostrophes (idempotent)."""
    text = _SPACE_AFTER.sub(NBSP, _SPACE_BEFORE.sub(NBSP, text))
    return text.replace("'", "’")


def capital(text: str) -> str:
    """Return ``text`` with its first letter in upper case and the others untouched."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """Return a label as it stands inside a sentence: without its first capital, unless it is an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def rounded(value: float, decimals: int) -> int:
    """Return the digits of a number without sign, rounded half away from zero, as by hand.

    Args:
        value: The number, in any unit.
        decimals: Digits kept after the decimal point.

    Returns:
        ``|value| × 10^decimals``, rounded on the decimal writing.
    """
    power: int = 10**decimals
    return math.floor(abs(value) * power + 0.5 + 1e-9)


def number(value: float, decimals: int = 0) -> str:
    """Write ``12 345,6``, with a narrow no-break space and a comma, rounded half away from zero.

    Raises:
        ValueError: the value is not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"ce n’est pas un nombre\u00a0: {value!r}")
    scaled = rounded(value, decimals)
    digits = f"{scaled:0{decimals + 1}d}"
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    groups = f"{int(whole):,}".replace(",", NARROW)
    sign = MINUS if value < 0 and scaled else ""
    return f"{sign}{groups},{fraction}" if fraction else f"{sign}{groups}"


def number_column(values: pl.Expr, decimals: int = 0) -> pl.Expr:
    """Write the numbers of a column as :func:`number` does, for tables too long to be written one by one.

    Args:
        values: Numbers under a thousand million, in any unit.
        decimals: Digits kept after the comma.

    Returns:
        An expression of strings; null where there is no number.
    """
    import polars as pl

    size = (values.abs() * 10**decimals + 0.5 + 1e-9).floor().cast(pl.Int64)
    whole = (size // 10**decimals).cast(pl.String)
    for _ in range(2):
        whole = whole.str.replace(r"^(\d+)(\d{3})\b", f"${{1}}{NARROW}${{2}}")
    fraction = (size % 10**decimals).cast(pl.String).str.zfill(decimals)
    sign = pl.when((values < 0) & (size > 0)).then(pl.lit(MINUS)).otherwise(pl.lit(""))
    return pl.concat_str(sign, whole, *([pl.lit(","), fraction] if decimals else []))


def shortest(value: float, digits: int = 6) -> str:
    """Write a number with at most ``digits`` significant ones and no useless zero: « 0,1 », « 1 250,5 »."""
    return f"{value:,.{digits}g}".replace(",", NARROW).replace(".", ",").replace("-", MINUS)


def percent(share: float, decimals: int = 0) -> str:
    """Write a share between 0 and 1: « 20 % »."""
    return f"{number(100 * share, decimals)}{NBSP}%"


def plural(count: float, singular: str, many: str | None = None) -> str:
    """Return « 1 commune », « 47 communes » (French: zero is singular)."""
    word = singular if abs(count) < 2 else (many or f"{singular}s")
    return f"{number(count)}{NBSP}{word}"


def ordinal(rank: float) -> str:
    """Write a place: « 1re », « 12e »."""
    return f"{rank:.0f}{'re' if rank == 1 else 'e'}"


def places(low: float, high: float) -> str:
    """Write an interval of ranks: « entre la 3e et la 9e place », « à la 1re place »."""
    if low == high:
        return f"à la {ordinal(low)} place"
    return f"entre la {ordinal(low)} et la {ordinal(high)} place"


def enumeration(items: Sequence[str]) -> str:
    """Return « a, b et c »."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} et {items[-1]}" if items else ""


def the(noun: str, feminine: bool) -> str:
    """Return a common noun with its definite article: « l’agglomération », « la métropole », « le pays »."""
    return f"l’{noun}" if _VOWEL.match(noun) else f"{'la' if feminine else 'le'} {noun}"


def of(subject: str) -> str:
    """Return « du Nord », « des Landes », « de la Somme », « d’un quartier », of a noun with its article."""
    for article, merged in _MERGED["de"].items():
        if subject.startswith(f"{article} "):
            return f"{merged} {subject.removeprefix(f'{article} ')}"
    elided = not subject.startswith("l’") and _VOWEL.match(subject)
    return f"d’{subject}" if elided else f"de {subject}"


def to(subject: str) -> str:
    """Return « au Nord », « aux Landes », « à la santé », « à l’éducation », of a noun with its article."""
    for article, merged in _MERGED["à"].items():
        if subject.startswith(f"{article} "):
            return f"{merged} {subject.removeprefix(f'{article} ')}"
    return f"à {subject}"


def of_town(name: str) -> str:
    """Return « d’Anzin », « de La Sentinelle », « du Quesnoy »."""
    return _town(name, "de")


def at_town(name: str) -> str:
    """Return « à Anzin », « à La Sentinelle », « au Quesnoy »."""
    return _town(name, "à")


def _town(name: str, preposition: str) -> str:
    found = _ARTICLE.match(name)
    article = found.group(1).lower() if found else ""
    if found and article in _MERGED[preposition]:
        return f"{_MERGED[preposition][article]} {name[found.end() :]}"
    if preposition == "de" and not found and _VOWEL.match(name):
        return f"d’{name}"
    return f"{preposition} {name}"


def words_of(name: str) -> frozenset[str]:
    """Return the words of a name without accents, case nor link words."""
    plain = unicodedata.normalize("NFD", name.replace("œ", "oe").replace("Œ", "Oe"))
    # A curved apostrophe parts two words as a straight one does: only the accents go.
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    return frozenset(re.findall(r"[a-z0-9]+", letters)) - _LINKS
