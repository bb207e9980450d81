"""What betrays a person in a file that should only count groups.

A name without a title is known by its given name: in a file that lists persons one by one, some bear one of
the usual ones, and one is enough to refuse it. What is named after somebody (« Collège Jean JAURÈS ») is no
one. Belongs here: the signs, and the columns they are looked for in. Does not belong here: the files.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from sources.declarations import read_yaml

GIVEN_NAMES = Path(__file__).parents[1] / "given_names.yaml"
_TITLED = (
    # « M.J.C. » is no one.
    r"(?<![.\w])MM?\.(?:\s+[A-ZÀ-Ý]|[A-ZÀ-Ý][a-zà-ÿ])|\b(?:Mr|Mmes?|Mlles?|Melles?)\b\.?\s*[A-ZÀ-Ý]"
)
_ADDRESSED = re.compile(_TITLED)
"""A person by an abbreviated title: no service is called so, as some are « Madame Curie »."""
_SIGNS = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+"  # an address
    r"|(?<!\d)(?:0|(?:\+|00)33[ .-]?(?:\(0\))?)[1-9](?:[ .-]?\d\d){4}(?!\d)"  # a telephone number
    r"|(?<!\d)[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?\d[\dAB] ?\d{3} ?\d{3}(?!\d)"  # a social security number
    r"|\bnée? le \d"
    rf"|\b(?:Monsieur|Madame|Mademoiselle)\s+[A-ZÀ-Ý]|{_TITLED}"
)
_FILES = (
    *("cohortes", "actions_suivies", "engagements", "equipe"),
    *("priorites", "programmation", "financements", "tfpb", "participation", "pilotage"),
)
"""Files about people, or about what is done for them: functions and groups only. The addresses of facilities
and of services are published ones."""
_BODIES = frozenset(("partenaire", "porteur", "financeur", "financements", "bailleur", "instance", "source"))
"""Columns of organisations, some of which are named after somebody."""
_LABELS = frozenset(("cohorte", "mesure", "referent", "poste", "equipe", "role"))
"""Columns of short labels, where a person may stand alone."""
_PLACE = re.compile(
    r"\b(?:rue|av(?:enue)?|bd|boulevard|place|square|impasse|all[ée]e|chemin|cour|cit[ée]|quartier|r[ée]sidence"
    r"|secteur|site|parc|jardin|stade|salle|gymnase|complexe|piscine|espace|centre|maison|foyer|h[ôo]pital"
    r"|[ée]cole|coll[èe]ge|lyc[ée]e|groupe|cr[èe]che|m[ée]diath[èe]que|biblioth[èe]que|th[ée][âa]tre|mus[ée]e"
    r"|fondation|association|institut|fonds|prix|club|amicale|clinique|sainte?|st|ste)\b",
    re.IGNORECASE,
)
"""What is named after somebody."""
_PARTS = re.compile(r"[,;:/&()|+]|\s[–-]\s|\set\s")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PARTICLES = frozenset(
    ("de", "du", "des", "le", "la", "van", "von", "der", "den", "el", "al", "ben", "d", "da")
)


def signs(section: str, column: str, cell: str) -> Iterator[str]:
    """Yield what tells of a person in one cell of a file, as it is written.

    Args:
        section: the file.
        column: the column of the cell.
        cell: what it says.
    """
    if section == "services":
        yield from (found[0] for found in _ADDRESSED.finditer(cell))
    elif section in _FILES:
        yield from (found[0] for found in _SIGNS.finditer(cell))
        yield from _names(column, cell)


def _names(column: str, cell: str) -> Iterator[str]:
    """Yield the given names followed or preceded by a surname.

    « Jean DUPONT » is a person wherever it stands; « DUPONT Jean » alone between two commas; « Jean Dupont »
    only where nothing but a label is expected. An organisation is a person only by the first two, alone.
    """
    if _PLACE.search(cell):
        return
    for part in _PARTS.split(cell):
        words = _WORD.findall(part)
        alone = 2 <= len(words) <= 4
        if alone and _person(words, label=column in _LABELS):
            yield " ".join(part.split())
        elif column not in _BODIES:
            for rank, (first, second) in enumerate(itertools.pairwise(words)):
                after_initials = rank and words[rank - 1].isupper()
                if _given(first) and not first.isupper() and _surname(second) and not after_initials:
                    yield f"{first} {second}"


def _person(words: list[str], *, label: bool) -> bool:
    """Whether some words are one person, and nothing else."""
    first, *others = [word for word in words if word.casefold() not in _PARTICLES] or [""]
    last = others[-1] if others else ""
    if not last or (first.isupper() and last.isupper() and not label):
        return False
    if _given(first) and all(map(_surname if not label else _upper_first, others)):
        return True
    return _given(last) and all(map(_surname, (first, *others[:-1])))


def _given(word: str) -> bool:
    plain = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
    return _upper_first(word) and plain.split("-")[0] in _given_names()


def _upper_first(word: str) -> bool:
    return word[0].isupper()


def _surname(word: str) -> bool:
    """Whether a word is written as surnames are, in capitals."""
    return word.isupper() and len(word) >= 3 and not set(word) <= set("IVX")


@functools.cache
def _given_names() -> frozenset[str]:
    names = read_yaml(GIVEN_NAMES)
    assert isinstance(names, list)
    return frozenset(names)
