"""General or concentrated: the two answers, their certainty, and the word that follows from both.

How high the need is (*niveau*) and how it is spread inside (*répartition*) are two questions, each answered
on its own; the word is read in one table.

Belongs here: pure rules on measures already computed, so that a page may move a threshold and answer again.
Does not belong here: the measures (``indicators.analysis.measures`` and ``spread``), the sentences
(``indicators.analysis.sentences``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TypeVar

from indicators.intervals import z_score
from indicators.judgement import BETTER, COMPARABLE, NO_DIFFERENCE, WORSE, judged
from indicators.model import Direction
from indicators.scales import Estimate

_A = TypeVar("_A")


class Niveau(StrEnum):
    """The need against its reference; the value is what a reader sees."""

    HIGHER = "plus élevé"
    SIMILAR = "comparable"
    LOWER = "plus faible"
    UNKNOWN = "à comparer"


class Repartition(StrEnum):
    """How the need is spread inside a territory."""

    EVERYWHERE = "partout"
    UNEVEN = "plus marqué par endroits"
    CONCENTRATED = "concentré"
    UNKNOWN = "non connue"


class Certainty(StrEnum):
    """How sure an answer is, from the surest."""

    FIRM = "établi"
    LIKELY = "probable"
    EDGE = "à la limite"
    UNKNOWN = "inconnu"


NIVEAUX: Mapping[str | None, Niveau] = {
    WORSE: Niveau.HIGHER,
    BETTER: Niveau.LOWER,
    COMPARABLE: Niveau.SIMILAR,
    NO_DIFFERENCE: Niveau.SIMILAR,
    None: Niveau.UNKNOWN,
}
"""How high a need is follows from the judgement of its gap, and from nothing else."""


class Word(StrEnum):
    """The word for a need, from both answers."""

    GENERAL_CONCENTRATED = "général et concentré"
    GENERAL_UNEVEN = "général et plus fort par endroits"
    GENERAL = "général"
    MARKED = "marqué"
    CONCENTRATED = "concentré"
    UNEVEN = "plus marqué par endroits"
    LOW_BUT = "peu marqué, sauf par endroits"
    LOW = "peu marqué"
    CONCENTRATED_ALONE = "concentré, à comparer"
    UNEVEN_ALONE = "plus marqué par endroits, à comparer"
    SPREAD_ALONE = "réparti, à comparer"
    ALONE = "à comparer"


WORDS: Mapping[Niveau, Mapping[Repartition, Word]] = {
    niveau: dict(zip(Repartition, words, strict=True))
    for niveau, words in {
        Niveau.HIGHER: (Word.GENERAL, Word.GENERAL_UNEVEN, Word.GENERAL_CONCENTRATED, Word.MARKED),
        Niveau.SIMILAR: (Word.LOW, Word.UNEVEN, Word.CONCENTRATED, Word.LOW),
        Niveau.LOWER: (Word.LOW, Word.LOW_BUT, Word.CONCENTRATED, Word.LOW),
        Niveau.UNKNOWN: (Word.SPREAD_ALONE, Word.UNEVEN_ALONE, Word.CONCENTRATED_ALONE, Word.ALONE),
    }.items()
}
"""The word by niveau (row) and répartition (column), as the page shows it."""


@dataclass(frozen=True)
class Constants:
    """Every threshold of the answers, declared once; a page may pass its own."""

    band: float = 1.0
    """By how much the band of equivalence that each indicator declares is multiplied."""
    uneven: float = 0.10
    """Dissimilarity from which a need is stronger in some places: that of two halves of a territory whose
    odds are in a ratio of 1.5."""
    concentrated: float = 0.20
    """Dissimilarity from which it is concentrated, if few people live there: two halves, a ratio of 2.25."""
    half: float = 0.10
    """By how much the share of the base that holds half of the need must fall short of one half."""
    share: float = 0.25
    """Share of the need the priority quarters must hold for it to be concentrated in them."""


CONSTANTS = Constants()

STABILITY_CHANGE = 0.2
"""By how much each threshold is moved, both ways, to see whether the answer stands."""

LIKELY = 0.8
"""Confidence from which an answer is probable; at that of the printed intervals it is established."""

ROUNDING = 1e-9
"""Measures this near a threshold are on it."""

CONSTANT_LABELS = {
    "band": "bande d’équivalence de chaque indicateur, multipliée par",
    "uneven": "inégalité entre zones à partir de laquelle un besoin est plus marqué par endroits",
    "concentrated": "inégalité entre zones à partir de laquelle un besoin est concentré",
    "half": "ce qui manque à la moitié de la population pour porter la moitié d’un besoin concentré",
    "share": "part du besoin que les quartiers prioritaires portent quand il y est concentré",
}


@dataclass(frozen=True)
class Gap:
    """What a level is read on, above zero when worse."""

    at: Estimate
    """On the scale of the indicator."""
    low: float | None
    """Limits of the gap that is printed, in the unit of the indicator; null where it is not judged."""
    high: float | None
    band: float
    """Half-width of the band of equivalence of the indicator, on its scale."""


@dataclass(frozen=True)
class Spread:
    """What is measured inside a territory; null is « not known », never zero."""

    zones: Estimate | None = None
    """Dissimilarity of its zones."""
    half: Estimate | None = None
    """One half, less the share of the base that holds half of the need."""
    quarters: Estimate | None = None
    """Priority quarters against the rest, read as the dissimilarity of two halves."""
    share: float | None = None
    """Share of the need they hold; null where only their rates are known."""
    approximate: bool = False
    """Whether a rate, a median or a population stands for counts of people: at most probable."""

    @property
    def known(self) -> bool:
        """Whether anything is measured."""
        return self.zones is not None or self.quarters is not None


@dataclass(frozen=True)
class Answer:
    """Both answers about one need in one territory."""

    niveau: Niveau
    niveau_certainty: Certainty
    repartition: Repartition
    repartition_certainty: Certainty

    @property
    def word(self) -> Word:
        """The word the table gives."""
        return WORDS[self.niveau][self.repartition]

    @property
    def certainty(self) -> Certainty:
        """Certainty of the word: that of the less sure of the answers it says."""
        order = list(Certainty)
        said = [c for c in (self.niveau_certainty, self.repartition_certainty) if c is not Certainty.UNKNOWN]
        return max(said, key=order.index) if said else Certainty.UNKNOWN


def answer(gap: Gap | None, spread: Spread, constants: Constants = CONSTANTS) -> Answer:
    """Answer both questions about one need.

    Args:
        gap: Gap with the reference; null without one.
        spread: What is measured inside.
        constants: Thresholds.
    """
    niveau, first = _niveau(gap, constants) if gap is not None else (Niveau.UNKNOWN, Certainty.UNKNOWN)
    repartition, second = Repartition.UNKNOWN, Certainty.UNKNOWN
    if spread.known:
        repartition, second = _answered(lambda c, steps: _repartition(spread, steps, c), constants)
        if spread.approximate and second is Certainty.FIRM:
            second = Certainty.LIKELY
    return Answer(niveau, first, repartition, second)


def moved(constants: Constants = CONSTANTS) -> Iterator[Constants]:
    """Every set of constants with one of them moved by :data:`STABILITY_CHANGE`, down then up."""
    for name in (f.name for f in fields(constants)):
        for factor in (1 - STABILITY_CHANGE, 1 + STABILITY_CHANGE):
            yield replace(constants, **{name: getattr(constants, name) * factor})


def _answered(rule: Callable[[Constants, float], _A], constants: Constants) -> tuple[_A, Certainty]:
    """Answer, and say how sure it is: at the limits of the measures, then with each threshold moved."""
    said = rule(constants, 0)
    if any(rule(other, 0) != said for other in moved(constants)):
        return said, Certainty.EDGE
    for certainty, steps in ((Certainty.FIRM, 1.0), (Certainty.LIKELY, z_score(LIKELY) / z_score())):
        if rule(constants, -steps) == said == rule(constants, steps):
            return said, certainty
    return said, Certainty.EDGE


def _niveau(gap: Gap, constants: Constants) -> tuple[Niveau, Certainty]:
    """Read the judgement of the gap; without a difference, equivalence is sure inside the band only."""
    band = constants.band * gap.band
    said = judged(gap.low, gap.high, gap.at.value, band, Direction.HIGH_IS_NEED)
    if said is None:
        return Niveau.UNKNOWN, Certainty.UNKNOWN
    unsure = said == NO_DIFFERENCE and max(-gap.at.lower, gap.at.upper) > band
    return NIVEAUX[said], Certainty.EDGE if unsure else Certainty.FIRM


def _repartition(spread: Spread, steps: float, c: Constants) -> Repartition:
    """The most uneven of what the zones and the quarters say, every measure moved the same way."""
    zones = spread.zones.moved(steps) if spread.zones else 0.0
    half = spread.half.moved(steps) if spread.half else 0.0
    quarters = spread.quarters.moved(steps) if spread.quarters else 0.0
    if _reaches(zones, c.concentrated) and _reaches(half, c.half):
        return Repartition.CONCENTRATED
    if _reaches(quarters, c.concentrated) and spread.share is not None and _reaches(spread.share, c.share):
        return Repartition.CONCENTRATED
    if _reaches(zones, c.uneven) or _reaches(quarters, c.uneven):
        return Repartition.UNEVEN
    return Repartition.EVERYWHERE


def _reaches(value: float, threshold: float) -> bool:
    """Whether a measure is at least a threshold; 0.2 computed as 0.19999999999999998 is 0.2."""
    return value >= threshold - ROUNDING
