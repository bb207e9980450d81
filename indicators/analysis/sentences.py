"""The verdicts in French sentences that an elected member can read aloud.

Belongs here: the sentences. Does not belong here: the words of each need (``Indicator.need``), deciding
(``indicators.analysis.verdicts``) nor computing.
"""

from __future__ import annotations

from dataclasses import dataclass

from indicators.analysis.verdicts import (
    CONSTANTS,
    Constants,
    Evidence,
    Form,
    Tally,
    Verdict,
    decide,
    obstacles,
)
from indicators.analysis.words import NBSP, number
from indicators.model import Theme
from indicators.registry import by_id
from sources.vocabulary import Level

_PLURALS = {
    Verdict.GENERAL: "généralisés",
    Verdict.CONCENTRATED: "concentrés",
    Verdict.BOTH: "généralisés et concentrés",
    Verdict.NOT_PRIORITY: "non prioritaires",
    Verdict.UNDETERMINED: "indéterminés",
}

_WHOLE = {
    Verdict.GENERAL: "le besoin est généralisé",
    Verdict.CONCENTRATED: "le besoin est concentré",
    Verdict.BOTH: "le besoin est à la fois généralisé et concentré",
    Verdict.NOT_PRIORITY: "le besoin n’est pas prioritaire",
    Verdict.UNDETERMINED: "on ne peut pas dire si le besoin est général ou concentré",
}


@dataclass(frozen=True)
class Case:
    """A need in a territory, with what the sentence quotes besides the measures."""

    indicator: str
    level: Level
    name: str
    evidence: Evidence
    level_text: str = ""
    """« 1,50 fois celle de la France (2023) »."""
    spread_text: str = ""
    """« 78 % de la population vit dans une commune plus touchée que cette référence »."""
    need_share: float | None = None
    """Share of the need found in the QPV, 0 to 1."""
    people_share: float | None = None
    """Share of the people of the indicator's denominator living there."""
    quarters: int = 0


def place(level: Level, name: str) -> str:
    """Return « dans l’agglomération », « à Denain »."""
    if level is Level.GROUPE:
        return f"dans l’ensemble «{NBSP}{name}{NBSP}»"
    return "dans l’agglomération" if level is Level.EPCI else f"à {name}"


def need_sentence(case: Case, constants: Constants = CONSTANTS) -> str:
    """Write the verdict of a need in a territory, with the figures it rests on."""
    e = case.evidence
    verdict = decide(e, constants)
    need, where = by_id(case.indicator).need, place(case.level, case.name)
    quarters = _quarters(case)
    if verdict is Verdict.UNDETERMINED:
        lowered = need[:1].lower() + need[1:]
        doubt = f"on ne peut pas dire si le besoin est général ou concentré {where}"
        text = f"Pour {lowered}, {doubt}{NBSP}: {obstacles(e, constants)}."
        # Whatever is known is said all the same.
        level = f"l’intensité du besoin vaut {case.level_text}" if case.level_text else ""
        known = f"{NBSP}; ".join(clause for clause in (level, quarters) if clause)
        return f"{text} {known[:1].upper()}{known[1:]}." if known else text
    level = f"son intensité vaut {case.level_text}"
    spread = case.spread_text if case.level is not Level.COMMUNE else ""
    if verdict is Verdict.CONCENTRATED:
        among = "quelques communes" if e.form is Form.COMMUNES else "les quartiers prioritaires"
        return _sentence(f"{need} est un besoin concentré {where}, dans {among}", level, quarters)
    words = {
        Verdict.GENERAL: "est un besoin généralisé",
        Verdict.BOTH: "est un besoin à la fois généralisé et concentré",
        Verdict.NOT_PRIORITY: "n’est pas un besoin prioritaire",
    }[verdict]
    if spread and verdict is not Verdict.NOT_PRIORITY:
        level = f"{level}, et {spread}"
    return _sentence(f"{need} {words} {where}", level, quarters)


def whole_sentence(theme: Theme | None, level: Level, name: str, result: Tally) -> str:
    """Write the verdict of a theme, or of all of them when ``theme`` is null, with the counts."""
    about = "Tous thèmes réunis" if theme is None else f"Pour le thème «{NBSP}{theme.label}{NBSP}»"
    unit = ("thème" if theme is None else "indicateur") + ("s" if result.judged > 1 else "")
    detail = ", ".join(f"{n} {_PLURALS[v] if n > 1 else v.value}" for v, n in result.counts)
    where = place(level, name)
    return f"{about}, {_WHOLE[result.verdict]} {where}{NBSP}: sur {result.judged} {unit}, {detail}."


def _sentence(head: str, *clauses: str) -> str:
    return f"{head}{NBSP}: {f'{NBSP}; '.join(clause for clause in clauses if clause)}."


def _quarters(case: Case) -> str:
    """What is known of the QPV, or that nothing is."""
    e = case.evidence
    if e.form is Form.COMMUNES:
        uneven = (
            "" if e.dissimilarity is None else f"{_percent(e.dissimilarity)} du besoin devrait changer de "
        )
        moved = f"{uneven}commune pour être réparti comme la population{NBSP}; " if uneven else ""
        return f"{moved}sa concentration dans les quartiers prioritaires n’est pas vérifiée, faute de chiffre"
    # Only those wholly inside are counted; a shared one may well be in greater need.
    whole = {Level.EPCI: "l’agglomération", Level.GROUPE: "cet ensemble"}.get(case.level, "la commune")
    one = case.quarters == 1
    if e.form is Form.COUNTS and case.need_share is not None and case.people_share is not None:
        group = "le quartier prioritaire propre" if one else "les quartiers prioritaires propres"
        hold, people = "réunit" if one else "réunissent", _percent(case.people_share)
        need = _percent(case.need_share)
        return f"{group} à {whole} {hold} {need} du besoin pour {people} de la population concernée"
    if e.form is Form.RATES and e.quotient is not None:
        many = "dans au moins la moitié des quartiers prioritaires propres"
        group = "dans le quartier prioritaire propre" if one else many
        bound = "" if one else "au moins "
        return f"{group} à {whole}, l’intensité vaut {bound}{number(e.quotient, 2)} fois celle de {whole}"
    return ""


def _percent(share: float) -> str:
    return f"{number(100 * share)}{NBSP}%"
