"""Both answers about each need, as the release gives them or as other thresholds would make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.data.analysis import answers as published
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory
from indicators.analysis.answers import (
    CONSTANTS,
    Answer,
    Certainty,
    Constants,
    Niveau,
    Repartition,
    Word,
)
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

JUDGED = (Level.EPCI, Level.GROUPE, Level.COMMUNE)
"""Levels that get answers."""

_SAID = (
    *("niveau", "niveau_certitude", "repartition", "repartition_certitude"),
    *("phrase_niveau", "phrase_repartition", "phrase"),
)


@dataclass(frozen=True)
class Measure:
    """One measure an answer rests on."""

    value: float | None
    lower: float | None
    upper: float | None
    text: str


@dataclass(frozen=True)
class Need:
    """Both answers about one need, with all they rest on."""

    indicator: str
    theme: str
    name: str
    """The need in a noun phrase: « Le chômage »."""
    answer: Answer
    niveau: str
    """Sentence on how high it is."""
    repartition: str
    """Sentence on how it is spread."""
    measures: Mapping[str, Measure] = field(default_factory=dict)
    scale: str = ""
    """On what a gap is judged: a difference in points, a ratio, a ratio of odds."""

    @property
    def word(self) -> Word:
        """The word of both answers."""
        return self.answer.word


@dataclass(frozen=True)
class Answers:
    """All the answers about one territory."""

    overall: str = ""
    themes: Mapping[str, str] = field(default_factory=dict)
    """Sentence of each theme."""
    needs: Mapping[str, Need] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)
    """Why an indicator that has a figure gets no answer."""

    def of_theme(self, theme: str) -> list[Need]:
        """Return the needs of a theme, in the order of the table."""
        return [need for need in self.needs.values() if need.theme == theme]


@kept
def answers(barometer: Barometer, territory: Territory, constants: Constants = CONSTANTS) -> Answers:
    """Return the answers about a territory, empty at a level that gets none.

    Args:
        barometer: The release.
        territory: The intercommunal authority, a group of its communes or a commune.
        constants: Thresholds; with others than the declared ones everything is answered again from the
            published measures.
    """
    rows = published(barometer.release, territory) if territory.level in JUDGED else None
    if rows is None:
        return Answers()
    judged = rows if constants == CONSTANTS else _again(barometer, rows, constants)
    return _gathered(rows, judged, {i.indicator: i for i in barometer.indicators})


def _again(barometer: Barometer, rows: pl.DataFrame, constants: Constants) -> pl.DataFrame:
    from indicators.analysis.judging import judge

    names = {(t.level, t.code): t.name for t in barometer.territories}
    return judge(rows, names, constants, barometer.authority)


def _gathered(measured: pl.DataFrame, judged: pl.DataFrame, declared: Mapping[str, Indicator]) -> Answers:
    measures: dict[str, dict[str, Measure]] = {}
    columns = ("indicator", "measure", "value", "lower", "upper", "text")
    for indicator, measure, value, lower, upper, text in measured.select(columns).iter_rows():
        measures.setdefault(indicator, {})[measure] = Measure(value, lower, upper, text or "")
    said: dict[tuple[str | None, str | None], dict[str, str]] = {}
    for indicator, theme, measure, text in judged.select("indicator", "theme", "measure", "text").iter_rows():
        if measure in _SAID:
            said.setdefault((indicator, theme), {})[measure] = text or ""
    overall, themes, needs = "", {}, {}
    for (indicator, theme), texts in said.items():
        if indicator is not None:
            answer = Answer(
                Niveau(texts["niveau"]),
                Certainty(texts["niveau_certitude"]),
                Repartition(texts["repartition"]),
                Certainty(texts["repartition_certitude"]),
            )
            sentences = texts["phrase_niveau"], texts["phrase_repartition"]
            own, found = declared.get(indicator), measures.get(indicator, {})
            name, scale = (own.need or own.short_title, own.scale or "") if own is not None else ("", "")
            needs[indicator] = Need(indicator, theme or "", name, answer, *sentences, found, scale)
        elif theme is not None:
            themes[theme] = texts["phrase"]
        else:
            overall = texts["phrase"]
    unanswered = {i: m["sans_reponse"].text for i, m in measures.items() if "sans_reponse" in m}
    return Answers(overall, themes, {name: needs[name] for name in declared if name in needs}, unanswered)
