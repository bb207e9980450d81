"""Which communes a priority quarter lies in, as the files that list them say: by their codes, or by name.

Belongs here: finding the communes of a list of names. Does not belong here: reading the lists
(``sources.readers``), nor what a territory declares of its own quarters (``sources.territory``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sources.cog import Geography
from sources.french import words_of
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

CODE = re.compile(r"\d[\dAB]\d{3}")
_DISTRICT = re.compile(r"\s+\d+e?r?\s+arrondissement$", re.IGNORECASE)
"""« Marseille 15e Arrondissement »: a quarter is in the commune."""
_DEPARTEMENT = re.compile(r"Q[PN](?:(9[78]\d)|0?(\d[\dAB]))")
"""The first characters of a code of either generation (``QP059058``, ``QP971001``, ``QN05956M``)."""


@dataclass(frozen=True)
class Quarter:
    """A quarter a file names, with the communes it lies in."""

    code: str
    perimeter: str
    name: str
    communes: tuple[str, ...]
    rank: int = 0
    """Of the list that says so."""


@dataclass
class _Names:
    """The communes of France by the words of their names."""

    geography: Geography
    exact: Mapping[tuple[str, frozenset[str]], set[str]] = field(init=False)
    """By département, then by région."""
    merged: Mapping[str, list[tuple[frozenset[str], str]]] = field(init=False)
    """Of each département, those another one has entered: « Oullins-Pierre-Bénite »."""
    regions: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        exact, merged = defaultdict(set), defaultdict(list)
        entered = set(self.geography.successors.values())
        self.regions = {}
        rows = self.geography.communes.select("code", "name", "departement", "region")
        for code, name, departement, region in rows.iter_rows():
            words = words_of(name or "")
            exact[departement, words].add(code)
            exact[f"R{region}", words].add(code)
            self.regions[departement] = f"R{region}"
            if code in entered:
                merged[departement].append((words, code))
        self.exact, self.merged = exact, merged

    def code(self, name: str, departement: str) -> str | None:
        """Return the commune of a name; None where none, or several, may bear it.

        A quarter of a département may run into a neighbouring one, and a commune may have merged since.
        """
        words = words_of(_DISTRICT.sub("", name))
        region = self.regions.get(departement, "")
        parts = {code for own, code in self.merged.get(departement, ()) if words < own}
        for found in (self.exact.get((departement, words)), parts, self.exact.get((region, words))):
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None


def located(listed: Iterable[pl.DataFrame], geography: Geography) -> Iterator[Quarter]:
    """Yield the quarters whose communes are all known, each once, as the first list that says them has it.

    Args:
        listed: ``level, code, perimeter, name, communes``, the last one codes or names as a file writes them;
            the most trusted first.
        geography: the official code.
    """
    names, seen = _Names(geography), set()
    for rank, frame in enumerate(listed):
        quarters = frame.filter(level=Level.QPV.value).select("code", "perimeter", "name", "communes")
        for code, perimeter, name, communes in quarters.iter_rows():
            at = _DEPARTEMENT.match(code)
            if code in seen or at is None or not communes:
                continue
            found = [_commune(one.strip(), names, at[1] or at[2]) for one in communes.split(",")]
            if None not in found:
                seen.add(code)
                yield Quarter(code, perimeter, name, tuple(dict.fromkeys(filter(None, found))), rank)


def _commune(told: str, names: _Names, departement: str) -> str | None:
    if not CODE.fullmatch(told):
        return names.code(told, departement)
    geography = names.geography
    now = geography.successors.get(told, told)
    now = geography.districts.get(now, now)
    return now if now in geography.known(Level.COMMUNE) else None
