"""General or concentrated: from measures to verdicts and sentences, of each need, theme and the whole.

Belongs here: reading the measures back from the table ``analysis`` and writing verdicts beside them, under
any constants. Does not belong here: the rules themselves (``indicators.analysis.verdicts``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from indicators.analysis.choice import scored, themes
from indicators.analysis.measures import ANALYSIS, measures
from indicators.analysis.sentences import Case, need_sentence, whole_sentence
from indicators.analysis.verdicts import (
    CONSTANT_LABELS,
    CONSTANTS,
    STABILITY_CHANGE,
    Constants,
    Evidence,
    Form,
    Stability,
    Verdict,
    decide,
    obstacles,
    stability,
    tally,
)
from indicators.analysis.words import NBSP, number
from indicators.resolve import TerritoryView
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

Names = Mapping[tuple[str, str], str]
"""Name of a territory by level and code."""

VERDICTS = ("verdict", "raison", "stabilite", "phrase")
"""Measures written here; every other one of the analysis is a measure read."""

_KEY = ("indicator", "theme", "level", "code", "millesime", "reference_level", "reference_code")


def rows(values: pl.DataFrame, territories: TerritoryView, constants: Constants = CONSTANTS) -> pl.DataFrame:
    """Give the whole analysis « concentration »: measures, verdicts, themes and the overall verdict.

    Args:
        values: Table ``value``.
        territories: Territories, with their names and memberships.
        constants: Thresholds of the verdicts.

    Returns:
        Rows of the table ``analysis``.
    """
    import polars as pl

    measured = measures(values, territories)
    named = territories.territory.select("level", "code", "name").iter_rows()
    names = {(level, code): name for level, code, name in named}
    return pl.concat([measured, judge(measured, names, constants)])


def judge(measured: pl.DataFrame, names: Names, constants: Constants = CONSTANTS) -> pl.DataFrame:
    """Write the verdicts that some measures give under some constants.

    A page that lets a reader move a constant calls this on the published rows: nothing else is computed.

    Args:
        measured: Rows of the analysis « concentration », verdicts already there being ignored.
        names: Names of the territories.
        constants: Thresholds.

    Returns:
        Rows of the table ``analysis``: per indicator ``verdict``, ``stabilite``, ``phrase`` and, when
        undetermined, ``raison``; then ``verdict`` and ``phrase`` of each theme (no indicator) and overall
        (no theme either), their value being the share of what is determined.
    """
    import polars as pl

    from indicators.analysis import analysis_rows, analysis_schema

    places = (Level.EPCI.value, Level.GROUPE.value, Level.COMMUNE.value)
    kept = measured.filter(
        (pl.col("analysis") == ANALYSIS)
        & pl.col("indicator").is_not_null()
        & pl.col("level").is_in(places)
        & pl.col("measure").is_in(VERDICTS).not_()
    )
    found: list[dict[str, Any]] = []
    verdicts: dict[tuple[str, str], dict[str, list[Verdict]]] = {}
    for key, group in kept.group_by(_KEY, maintain_order=True):
        at = dict(zip(_KEY, key, strict=True))
        case = _case(at, group, names)
        verdict = decide(case.evidence, constants)
        verdicts.setdefault((at["level"], at["code"]), {}).setdefault(at["theme"], []).append(verdict)
        found += [{**at, **row} for row in _need_rows(case, verdict, constants)]
    for (level, code), by_theme in verdicts.items():
        place = {"level": level, "code": code}
        found += [
            {**place, **row} for row in _whole_rows(Level(level), names[level, code], by_theme, constants)
        ]
    schema = {name: dtype for name, dtype in analysis_schema().items() if name != "analysis"}
    return analysis_rows(pl.DataFrame(found, schema=schema).with_columns(analysis=pl.lit(ANALYSIS)))


def _case(at: Mapping[str, Any], group: pl.DataFrame, names: Names) -> Case:
    """Read the measures of one indicator in one territory."""
    numbers = dict(group.select("measure", "value").iter_rows())
    texts = dict(group.select("measure", "text").iter_rows())
    form = Form(texts["forme"])
    return Case(
        indicator=at["indicator"],
        level=Level(at["level"]),
        name=names[at["level"], at["code"]],
        evidence=Evidence(
            form=form,
            level=numbers.get("niveau"),
            spread=numbers.get("etendue"),
            coverage=numbers.get("couverture"),
            quotient=numbers.get("quotient_localisation" if form is Form.COUNTS else "rapport_qpv"),
            dissimilarity=numbers.get("dissimilarite"),
            unreferenced=texts.get("sans_reference") or "",
        ),
        level_text=texts.get("niveau") or "",
        spread_text=texts.get("etendue") or "",
        need_share=numbers.get("part_besoin"),
        people_share=numbers.get("part_population"),
        quarters=int(numbers.get("quartiers") or 0),
    )


def _need_rows(case: Case, verdict: Verdict, constants: Constants) -> Sequence[dict[str, Any]]:
    firmness = stability(case.evidence, constants)
    written: list[dict[str, Any]] = [
        {"measure": "verdict", "text": verdict.value},
        {"measure": "stabilite", "value": firmness.share, "text": _stability_text(firmness, verdict)},
        {"measure": "phrase", "text": need_sentence(case, constants)},
    ]
    if verdict is Verdict.UNDETERMINED:
        written.append({"measure": "raison", "text": obstacles(case.evidence, constants)})
    return written


def _whole_rows(
    level: Level, name: str, by_theme: Mapping[str, list[Verdict]], constants: Constants
) -> list[dict[str, Any]]:
    """Verdict of each theme from its indicators, then of the whole from the themes."""
    written: list[dict[str, Any]] = []
    concluded: list[Verdict] = []
    for theme in themes():
        verdicts = by_theme.get(theme.value, [])
        # An indicator without any figure is undetermined like the others: two thirds unknown is no verdict.
        absent = len(scored(theme)) - len(verdicts)
        result = tally([*verdicts, *[Verdict.UNDETERMINED] * absent], constants)
        concluded.append(result.verdict)
        sentence = whole_sentence(theme, level, name, result)
        share = result.determined / result.judged
        written.append(
            {"theme": theme.value, "measure": "verdict", "value": share, "text": result.verdict.value}
        )
        written.append({"theme": theme.value, "measure": "phrase", "text": sentence})
    overall = tally(concluded, constants)
    share = overall.determined / overall.judged
    written.append({"measure": "verdict", "value": share, "text": overall.verdict.value})
    written.append({"measure": "phrase", "text": whole_sentence(None, level, name, overall)})
    return written


def _stability_text(firmness: Stability, verdict: Verdict) -> str:
    """« Verdict inchangé dans 9 essais sur 10 », and what changes it."""
    if not firmness.changes:
        every = f"chaque seuil est déplacé de {number(100 * STABILITY_CHANGE)}{NBSP}%"
        if verdict is Verdict.UNDETERMINED:
            return f"Verdict inchangé quand {every}{NBSP}: ce sont les données qui manquent."
        return f"Verdict inchangé quand {every}."
    changed = ", ".join(
        f"«{NBSP}{new.value}{NBSP}» si le seuil «{NBSP}{CONSTANT_LABELS[name]}{NBSP}» vaut {number(moved, 2)}"
        for name, moved, new in firmness.changes
    )
    return f"Verdict inchangé dans {firmness.unchanged} essais sur {firmness.trials}{NBSP}; {changed}."
