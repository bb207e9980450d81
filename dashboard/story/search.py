"""A search that forgives: accents, œ, hyphens, « St », one or two typos, codes, other names of an indicator.

A plain reading in a few passes, from what is sure to what is likely: the code, the name, its beginning, one
of its words, then names that are close. Distances are those of rapidfuzz: swapping two letters is one typo.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from rapidfuzz import process
from rapidfuzz.distance import OSA

MOST = 8
"""Results shown: more would be a list to read, not an answer."""
MOST_WORDS = 3
"""Words looked for one by one where all together name nothing."""
LONGEST = 120
"""Letters read of what is typed: no name is longer."""
FORGIVEN = (4, 6)
"""Letters from which one typo, then two, are forgiven; two only where one finds nothing."""
_LETTERS = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_ABBREVIATED = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s": "sous"}
_EMPTY = frozenset(
    (
        *("a", "au", "aux", "chez", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les"),
        *("par", "pour", "sur", "un", "une"),
    )
)
"""Words that distinguish no name from another."""
_NOT_A_SIGN = re.compile(r"[^a-z0-9]+")


class Close(IntEnum):
    """How a result was found, the surest first."""

    CODE = 0
    NAME = 1
    BEGINNING = 2
    WORD = 3
    TYPO = 4


@dataclass(frozen=True)
class Entry:
    """Something that may be looked for."""

    kind: str
    """What it is, as a reader calls it: « commune », « indicateur »."""
    name: str
    code: str
    detail: str = ""
    """What distinguishes it from others of its name."""
    others: tuple[str, ...] = ()
    """Other names it goes by."""
    instead: tuple[str, ...] = ()
    """What people ask for that is not measured, and that this one is the closest to."""
    rank: int = 0
    """Before others found as surely."""
    far: bool = False
    """Of another authority: after what bears that name here, or whose name begins with it."""


@dataclass(frozen=True)
class Found:
    """One result."""

    entry: Entry
    close: Close
    instead: str = ""
    """What was asked for and is not measured; empty when the entry is what was asked for."""


def fold(name: str) -> str:
    """Return a name as it is compared: plain letters, one space between words, « saint » in full."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS).casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(_ABBREVIATED.get(word, word) for word in _NOT_A_SIGN.sub(" ", letters).split())


def _telling(folded: str) -> str:
    """Return the words of a name that distinguish it from another, or all when none does."""
    return " ".join(word for word in folded.split() if word not in _EMPTY) or folded


@dataclass(frozen=True)
class Index:
    """What may be looked for, laid out once for every search."""

    entries: Sequence[Entry]
    codes: dict[str, list[int]] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)
    """Every name and what follows each of its words, sorted."""
    owners: list[tuple[int, bool, str]] = field(default_factory=list)
    """Of each form: its entry, whether it begins a name, what it stands in for."""
    names: list[str] = field(default_factory=list)
    """Each whole name once, for those that are close."""
    named: list[tuple[int, str]] = field(default_factory=list)
    """Of each name: its entry, what it stands in for."""


def index(entries: Sequence[Entry]) -> Index:
    """Lay out what may be looked for.

    Args:
        entries: Territories and indicators; tens of thousands at most.
    """
    made = Index(entries)
    rows: list[tuple[str, int, bool, str]] = []
    for rank, entry in enumerate(entries):
        # « 62 » is looked for as well as « departement-62 ».
        for code in filter(None, {entry.code, entry.code.rpartition("-")[2]}):
            made.codes.setdefault(fold(code).replace(" ", ""), []).append(rank)
        for name, stands_for in _names(entry):
            telling = _telling(fold(name))
            made.names.append(telling)
            made.named.append((rank, stands_for))
            words = telling.split()
            rows += [(" ".join(words[i:]), rank, i == 0, stands_for) for i in range(len(words))]
    rows.sort()
    made.forms.extend(row[0] for row in rows)
    made.owners.extend((rank, first, stands_for) for _, rank, first, stands_for in rows)
    return made


def _names(entry: Entry) -> Iterator[tuple[str, str]]:
    for name in (entry.name, *entry.others):
        yield name, ""
    for name in entry.instead:
        yield name, name


def search(made: Index, typed: str, most: int = MOST) -> list[Found]:
    """Return what somebody looks for, the likeliest first.

    Args:
        made: What may be looked for.
        typed: As it was typed.
        most: Results at most.
    """
    asked = _telling(fold(typed[:LONGEST]))
    found = _whole(made, asked, most) if asked else {}
    if not found:
        # « Chômage Denain »: what each word leads to.
        for word in asked.split()[:MOST_WORDS]:
            found = {**_whole(made, word, most), **found}
    # Sorting keeps the order of the distance among names that are close.
    return sorted(found.values(), key=_likely)[:most]


def _likely(found: Found) -> tuple[Close, bool, Close, int]:
    """« Saint-Amand » is first the town that is called so here, though a far village has no other name."""
    sure = Close.NAME if found.close is Close.BEGINNING else found.close
    return sure, found.entry.far, found.close, found.entry.rank


def _whole(made: Index, asked: str, most: int) -> dict[int, Found]:
    """Look for words as one name, in passes; a later pass only where the earlier ones are not sure."""
    found: dict[int, Found] = {}
    for rank, close, stands_for in (*_by_code(made, asked), *_by_name(made, asked)):
        known = found.get(rank)
        if known is None or (close, bool(stands_for)) < (known.close, bool(known.instead)):
            found[rank] = Found(made.entries[rank], close, stands_for)
    if any(one.close <= Close.BEGINNING for one in found.values()):
        return found
    for rank, stands_for in _by_distance(made, asked, most):
        found.setdefault(rank, Found(made.entries[rank], Close.TYPO, stands_for))
    return found


def _by_code(made: Index, asked: str) -> Iterator[tuple[int, Close, str]]:
    """Codes are read without their spaces."""
    for rank in made.codes.get(asked.replace(" ", ""), ()):
        yield rank, Close.CODE, ""


def _by_name(made: Index, asked: str) -> Iterator[tuple[int, Close, str]]:
    start = bisect_left(made.forms, asked)
    for place in range(start, len(made.forms)):
        form = made.forms[place]
        if not form.startswith(asked):
            return
        rank, first, stands_for = made.owners[place]
        yield rank, _closeness(form, asked, first=first), stands_for


def _closeness(form: str, asked: str, *, first: bool) -> Close:
    if not first:
        return Close.WORD
    return Close.NAME if form == asked else Close.BEGINNING


def _by_distance(made: Index, asked: str, most: int) -> list[tuple[int, str]]:
    """Return the names with the fewest typos, whole names before their beginnings."""
    allowed = sum(len(asked) >= length for length in FORGIVEN)
    if not allowed:
        return []
    close: list[tuple[float, int]] = []
    for names in (made.names, [name[: len(asked)] for name in made.names]):
        found = process.extract(asked, names, scorer=OSA.distance, score_cutoff=allowed, limit=3 * most)
        close += [(typos, place) for _, typos, place in found]
        if any(typos == 1 for typos, _ in close):
            break
    fewest = min((typos for typos, _ in close), default=0)
    places = (made.named[place] for typos, place in close if typos == fewest)
    return sorted(places, key=lambda one: made.entries[one[0]].rank)
