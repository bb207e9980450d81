"""What an intercommunal authority and its contract are called inside a sentence.

Belongs here: the common noun with its gender and its articles. Does not belong here: which authority it is
(``sources.territory``), nor the names of other places (``dashboard.story.places``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sources import french

# Legal categories, by the words or the letters an official name starts with.
_CATEGORIES = (
    ("agglomération", r"communauté d['’]agglomération|CA "),
    ("communauté de communes", r"communauté de communes|CC "),
    ("communauté urbaine", r"communauté urbaine|CU "),
    ("métropole", r"métropole|ME? |.*\bmétropole$"),
)


@dataclass(frozen=True)
class Noun:
    """A common noun, without article: « agglomération », « communauté de communes », « pays »."""

    name: str
    feminine: bool = True

    @property
    def the(self) -> str:
        """« l’agglomération », « la métropole », « le pays »."""
        return french.the(self.name, self.feminine)

    @property
    def of(self) -> str:
        """« de l’agglomération », « du pays »."""
        return french.of(self.the)

    @property
    def to(self) -> str:
        """« à l’agglomération », « au pays »."""
        return french.to(self.the)

    @property
    def at(self) -> str:
        """« dans l’agglomération »."""
        return f"dans {self.the}"

    @property
    def label(self) -> str:
        """The noun at the head of a column: « Agglomération »."""
        return french.capital(self.name)


ANY_NOUN = Noun("intercommunalité")
"""True of every authority: what is declared of none in particular says it."""


def noun_of(name: str) -> Noun:
    """Return what an authority is called by its inhabitants, from the legal category its name starts with.

    Args:
        name: Its official name, « Communauté de communes du Pays Solesmois », « CC du Pays Solesmois ».

    Returns:
        The noun of its category, else :data:`ANY_NOUN`.
    """
    known = (Noun(noun) for noun, pattern in _CATEGORIES if re.match(pattern, name, re.IGNORECASE))
    return next(known, ANY_NOUN)
