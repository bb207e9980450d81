"""General or concentrated: the constants, the rules, their stability, and the verdict of a theme.

Belongs here: pure decisions from measures already computed, so that a page may move a constant and judge
again. Does not belong here: the measures (``indicators.analysis.measures``), the sentences
(``indicators.analysis.sentences``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from indicators.analysis.words import NBSP, number


@dataclass(frozen=True)
class Constants:
    """Every threshold of the verdicts, declared once; a page may pass its own."""

    level: float = 1.1
    """Intensity relative to the reference above which the territory is in need."""
    spread: float = 2 / 3
    """Share of the population living in communes worse than the reference, from which a need is general."""
    quotient_low: float = 1.3
    """Location quotient of the QPV under which they are not over-represented."""
    quotient_high: float = 1.5
    """Location quotient of the QPV from which the need is concentrated there."""
    dissimilarity: float = 0.2
    """Dissimilarity from which the need is unevenly spread."""
    coverage: float = 0.8
    """Share of the population whose commune must have a figure for the spread to be read."""
    determined: float = 0.5
    """Share of a theme's indicators (or of the themes) that must be determined for a verdict of the whole."""


CONSTANTS = Constants()

# What the stability check moves: the thresholds of the rules, not the demands on the data.
RULE_CONSTANTS = ("level", "spread", "quotient_low", "quotient_high", "dissimilarity")

STABILITY_CHANGE = 0.2
"""By how much each threshold is moved, both ways, to see whether the verdict stands."""

ROUNDING = 1e-9
"""Measures this near a threshold are on it."""

CONSTANT_LABELS = {
    "level": "intensité par rapport à la référence",
    "spread": "part de la population dans une commune plus touchée que la référence",
    "quotient_low": "quotient de localisation, seuil bas",
    "quotient_high": "quotient de localisation, seuil haut",
    "dissimilarity": "indice de dissimilarité",
    "coverage": "part de la population couverte par les communes renseignées",
    "determined": "part des verdicts déterminés pour conclure sur un thème",
}


class Verdict(StrEnum):
    """What is said of a need; the value is what a reader sees."""

    GENERAL = "généralisé"
    CONCENTRATED = "concentré"
    BOTH = "généralisé et concentré"
    NOT_PRIORITY = "non prioritaire"
    UNDETERMINED = "indéterminé"


class Form(StrEnum):
    """What the concentration was read from; the value is what a reader sees."""

    COUNTS = "effectifs des quartiers prioritaires"
    RATES = "taux des quartiers prioritaires, faute d’effectifs (forme faible)"
    COMMUNES = "communes seulement, faute de chiffre par quartier (forme faible)"
    NO_FIGURE = "aucun chiffre des quartiers de la commune"
    NO_QPV = "commune sans quartier prioritaire"
    INHERITED = "valeur héritée du canton"


@dataclass(frozen=True)
class Evidence:
    """The measures a verdict rests on; null is « not known », never zero."""

    form: Form
    level: float | None = None
    spread: float | None = None
    coverage: float | None = None
    quotient: float | None = None
    """Location quotient, or ratio of the QPV's rate to the territory's in the weaker form."""
    dissimilarity: float | None = None
    unreferenced: str = ""
    """Why there is no level, when it is known."""


def decide(evidence: Evidence, constants: Constants = CONSTANTS) -> Verdict:
    """Give the verdict of one need in one territory.

    « Généralisé et concentré » is tried before « concentré », whose conditions it may also meet. Where only
    rates exist for the QPV, their ratio stands for the location quotient, and the dissimilarity counts only
    if known. Where the QPV have no figure, the dissimilarity between communes alone says if it is
    concentrated.

    Args:
        evidence: Measures of the need.
        constants: Thresholds.

    Returns:
        The verdict; « indéterminé » for anything the rules do not settle (see :func:`obstacles`).
    """
    e, c = evidence, constants
    if e.level is None or e.form in (Form.NO_FIGURE, Form.INHERITED):
        return Verdict.UNDETERMINED
    high = _above(e.level, c.level)
    general = high and _spread_known(e, c) and _reaches(e.spread, c.spread)
    if e.form is Form.NO_QPV:
        return Verdict.UNDETERMINED if high else Verdict.NOT_PRIORITY
    uneven = _reaches(e.dissimilarity, c.dissimilarity)
    if e.form is Form.COMMUNES:
        if uneven:
            return Verdict.BOTH if general else Verdict.CONCENTRATED
        return _plain(general, high)
    if e.quotient is None:
        return Verdict.UNDETERMINED
    if _reaches(e.quotient, c.quotient_high):
        if general:
            return Verdict.BOTH
        if uneven or (e.form is Form.RATES and e.dissimilarity is None):
            return Verdict.CONCENTRATED
    return Verdict.UNDETERMINED if _reaches(e.quotient, c.quotient_low) else _plain(general, high)


def _plain(general: bool, high: bool) -> Verdict:
    """Verdict of a need that is not concentrated."""
    if general:
        return Verdict.GENERAL
    return Verdict.UNDETERMINED if high else Verdict.NOT_PRIORITY


def _reaches(value: float | None, threshold: float) -> bool:
    """Whether a measure is known and at least a threshold; 3/2 computed as 1.4999999999999998 is 1.5."""
    return value is not None and value >= threshold - ROUNDING


def _above(value: float, threshold: float) -> bool:
    return value > threshold + ROUNDING


def _spread_known(evidence: Evidence, constants: Constants) -> bool:
    return evidence.spread is not None and _reaches(evidence.coverage, constants.coverage)


def obstacles(evidence: Evidence, constants: Constants = CONSTANTS) -> str:
    """Say in French why the rules do not settle; the end of a sentence, without its full stop."""
    e, c = evidence, constants
    if e.level is None:
        return e.unreferenced or "aucun territoire de référence n’a de chiffre comparable pour cette année"
    if e.form is Form.INHERITED:
        return "la commune reçoit la valeur de son canton et n’en a pas de propre"
    if e.form is Form.NO_FIGURE:
        return "aucun chiffre ne décrit les quartiers prioritaires situés tout entiers dans la commune"
    if e.form is Form.NO_QPV:
        return (
            "la commune n’a pas de quartier prioritaire et rien ne décrit la répartition du besoin entre ses "
            "quartiers"
        )
    if _above(e.level, c.level) and not _spread_known(e, c):
        return "trop peu de communes ont un chiffre pour dire si le besoin est général"
    if e.form is not Form.COMMUNES:
        if e.quotient is None:
            return "le poids des quartiers prioritaires n’a pas pu être calculé"
        over = "sont plus touchés" if e.form is Form.RATES else "sont surreprésentés"
        if _reaches(e.quotient, c.quotient_low) and not _reaches(e.quotient, c.quotient_high):
            return (
                f"les quartiers prioritaires y {over} sans atteindre le seuil de concentration "
                f"({number(e.quotient, 2)} pour {number(c.quotient_high, 2)})"
            )
        if _reaches(e.quotient, c.quotient_high):
            uneven = "n’est pas connu" if e.dissimilarity is None else f"vaut {number(e.dissimilarity, 2)}"
            return (
                f"les quartiers prioritaires y {over}, mais l’indice de dissimilarité {uneven}, pour un "
                f"seuil de {number(c.dissimilarity, 2)}"
            )
    return (
        f"le niveau dépasse celui de la référence, mais {number(100 * (e.spread or 0))}{NBSP}% de la "
        f"population vit dans une commune plus touchée, pour un seuil de {number(100 * c.spread)}{NBSP}%"
    )


@dataclass(frozen=True)
class Stability:
    """How the verdict stands when each threshold is moved in turn."""

    unchanged: int
    trials: int
    changes: tuple[tuple[str, float, Verdict], ...]
    """Constant, its moved value, and the verdict it then gives."""

    @property
    def share(self) -> float:
        """Share of the trials that leave the verdict as it is."""
        return self.unchanged / self.trials


def stability(evidence: Evidence, constants: Constants = CONSTANTS) -> Stability:
    """Judge again with each threshold of the rules moved by :data:`STABILITY_CHANGE`, one at a time."""
    verdict = decide(evidence, constants)
    trials = [
        (name, moved, decide(evidence, replace(constants, **{name: moved})))
        for name in RULE_CONSTANTS
        for factor in (1 - STABILITY_CHANGE, 1 + STABILITY_CHANGE)
        for moved in (getattr(constants, name) * factor,)
    ]
    changes = tuple(trial for trial in trials if trial[2] is not verdict)
    return Stability(len(trials) - len(changes), len(trials), changes)


@dataclass(frozen=True)
class Tally:
    """Verdict of a theme or of the whole, with the counts it comes from."""

    verdict: Verdict
    determined: int
    judged: int
    counts: tuple[tuple[Verdict, int], ...]


def tally(verdicts: Sequence[Verdict], constants: Constants = CONSTANTS) -> Tally:
    """Gather verdicts into one, by majority.

    Of the determined verdicts, more than half must speak of a general need (généralisé, or généralisé et
    concentré) for the whole to be general, and more than half of a concentrated one (concentré, or both) for
    it to be concentrated; both majorities together give both. Failing that, more than half « non
    prioritaire » gives it. Anything else, or too few determined verdicts, is « indéterminé ».

    Args:
        verdicts: Verdicts of a theme's indicators (or of the themes), those without a figure undetermined.
        constants: For the share that must be determined.
    """
    counts = Counter(verdicts)
    determined = len(verdicts) - counts[Verdict.UNDETERMINED]
    shown = tuple((v, counts[v]) for v in Verdict if counts[v])
    result = Verdict.UNDETERMINED
    if determined and determined >= constants.determined * len(verdicts):
        general = 2 * (counts[Verdict.GENERAL] + counts[Verdict.BOTH]) > determined
        concentrated = 2 * (counts[Verdict.CONCENTRATED] + counts[Verdict.BOTH]) > determined
        if general and concentrated:
            result = Verdict.BOTH
        elif general:
            result = Verdict.GENERAL
        elif concentrated:
            result = Verdict.CONCENTRATED
        elif 2 * counts[Verdict.NOT_PRIORITY] > determined:
            result = Verdict.NOT_PRIORITY
    return Tally(result, determined, len(verdicts), shown)


def constants_table(constants: Constants = CONSTANTS) -> list[tuple[str, str, float]]:
    """Return name, French label and value of every constant, in the order they are declared."""
    return [(f.name, CONSTANT_LABELS[f.name], getattr(constants, f.name)) for f in fields(constants)]
