"""What makes two communes alike before anything is judged: their size, density, ages and housing.

Declared here once; the nearest communes, the words that say why and the table of a release derive from it. No
trait is counted among the people a judged indicator counts: alike is never alike in what is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from indicators.model import POPULATION, total


class Family(StrEnum):
    """A side of the structure; each weighs the same, however many traits describe it."""

    SIZE = "taille"
    DENSITY = "densité"
    AGES = "âges"
    HOUSING = "logement"


@dataclass(frozen=True)
class Trait:
    """One figure of the structure: a count, or a ratio of two."""

    id: str
    family: Family
    title: str
    numerator: Mapping[str, float]
    denominator: Mapping[str, float]
    """Empty for a count."""
    scale: float = 1.0
    decimals: int = 0
    unit: str = ""
    logarithm: bool = False
    """Compared by its ratio and not by its difference: twice as many is as far as half as many."""

    @property
    def variables(self) -> frozenset[str]:
        """Catalogue variables it needs."""
        return frozenset(self.numerator) | frozenset(self.denominator)


AREA = "superficie"
_AGES = (
    *("rp_pop0014", "rp_pop1529", "rp_pop3044", "rp_pop4559"),
    *("rp_pop6074", "rp_pop7589", "rp_pop90p"),
)

TRAITS = (
    Trait(
        "habitants",
        Family.SIZE,
        "Population",
        total(POPULATION),
        {},
        unit="habitants",
        logarithm=True,
    ),
    Trait(
        "densite",
        Family.DENSITY,
        "Densité",
        total(POPULATION),
        total(AREA),
        unit="habitants au km²",
        logarithm=True,
    ),
    Trait(
        "moins_de_15_ans",
        Family.AGES,
        "Moins de 15 ans",
        total(_AGES[0]),
        total(*_AGES),
        scale=100,
        decimals=1,
        unit="%",
    ),
    Trait(
        "plus_de_60_ans",
        Family.AGES,
        "60 ans ou plus",
        total(*_AGES[-3:]),
        total(*_AGES),
        scale=100,
        decimals=1,
        unit="%",
    ),
    Trait(
        "proprietaires",
        Family.HOUSING,
        "Ménages propriétaires",
        total("rp_rp_prop"),
        total("rp_rp"),
        scale=100,
        decimals=1,
        unit="%",
    ),
    Trait(
        "hlm",
        Family.HOUSING,
        "Ménages locataires d’un HLM",
        total("rp_rp_lochlmv"),
        total("rp_rp"),
        scale=100,
        decimals=1,
        unit="%",
    ),
)
VARIABLES = frozenset().union(*(trait.variables for trait in TRAITS))
"""Catalogue variables the traits are made of."""
