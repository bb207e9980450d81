"""Both answers about each need, as the release gives them or as other thresholds would make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
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

_TABLES = "SELECT table_name FROM information_schema.tables"
_OF_TERRITORY = "SELECT * FROM analysis WHERE analysis = 'reponse' AND level = ? AND code = ?"
_TRENDS = """
SELECT indicator, millesime, measure, text FROM analysis
WHERE analysis = 'trend' AND level = ? AND code = ? AND perimeter IS NOT DISTINCT FROM ?
  AND measure LIKE 'evolution%' AND text IS NOT NULL
ORDER BY indicator, millesime DESC NULLS LAST, measure DESC
"""

Trends = Mapping[str, Sequence[tuple[int | None, str]]]
"""What changed of each indicator: later year and sentence."""

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


def has_analysis(barometer: Barometer) -> bool:
    """Whether the release has the table of the analyses: the oldest ones do not."""
    return "analysis" in barometer.release.query(_TABLES)["table_name"].to_list()


def answers(barometer: Barometer, territory: Territory, constants: Constants = CONSTANTS) -> Answers:
    """Return the answers about a territory, empty at a level that gets none.

    Args:
        barometer: The release.
        territory: The intercommunal authority, a group of its communes or a commune.
        constants: Thresholds; with others than the declared ones everything is answered again from the
            published measures.
    """
    if territory.level not in JUDGED or not has_analysis(barometer):
        return Answers()
    rows = barometer.release.query(_OF_TERRITORY, territory.level, territory.code)
    judged = rows if constants == CONSTANTS else _again(barometer, rows, constants)
    return _gathered(rows, judged, {i.indicator: i.need or i.short_title for i in barometer.indicators})


def _again(barometer: Barometer, rows: pl.DataFrame, constants: Constants) -> pl.DataFrame:
    from indicators.analysis.judging import judge

    names = {(t.level, t.code): t.name for t in barometer.territories}
    return judge(rows, names, constants)


def _gathered(measured: pl.DataFrame, judged: pl.DataFrame, named: Mapping[str, str]) -> Answers:
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
            name, found = named.get(indicator, ""), measures.get(indicator, {})
            needs[indicator] = Need(indicator, theme or "", name, answer, *sentences, found)
        elif theme is not None:
            themes[theme] = texts["phrase"]
        else:
            overall = texts["phrase"]
    unanswered = {i: m["sans_reponse"].text for i, m in measures.items() if "sans_reponse" in m}
    return Answers(overall, themes, {name: needs[name] for name in named if name in needs}, unanswered)


def trends(barometer: Barometer, territory: Territory) -> Trends:
    """Return what changed of each indicator: later year and sentence, the most recent first."""
    if not has_analysis(barometer):
        return {}
    rows = barometer.release.query(_TRENDS, territory.level, territory.code, territory.perimeter)
    found: dict[str, list[tuple[int | None, str]]] = {}
    for indicator, millesime, text in rows.select("indicator", "millesime", "text").iter_rows():
        found.setdefault(indicator, []).append((millesime, text))
    return found


def trend_of(found: Sequence[tuple[int | None, str]], millesime: int | None) -> str:
    """Return the sentence on the year shown, else the most recent one; empty when there is none."""
    return next((text for year, text in found if year == millesime), found[0][1] if found else "")
