"""What the release concludes: the table ``analysis``, one reading of it for each kind of conclusion.

A release made before the analysis existed has no such table: each reading is then empty.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.data.records import Evolution

if TYPE_CHECKING:
    import polars as pl

    from dashboard.data.records import Territory
    from dashboard.data.release import Release

TABLE = "analysis"

_ANSWERS = "SELECT * FROM analysis WHERE analysis = 'reponse' AND level = ? AND code = ?"
_EVOLUTIONS = """
SELECT indicator, millesime, measure, value, lower, upper, text FROM analysis
WHERE analysis = 'trend' AND level = ? AND code = ? AND perimeter IS NOT DISTINCT FROM ?
  AND measure LIKE 'evolution%' AND text IS NOT NULL
"""
_TYPOLOGY = """
SELECT * FROM analysis
WHERE analysis = 'typology' AND ((level = ? AND perimeter IS NOT DISTINCT FROM ?)
  OR (level = 'epci' AND reference_level = ? AND perimeter IS NOT DISTINCT FROM ?))
ORDER BY code, measure, theme
"""
_EXPLAINED = """
SELECT measure, text FROM analysis
WHERE analysis = 'idh4_explication' AND level = ? AND code = ? AND measure IN ('phrase', 'or2s')
"""
_SENSITIVITY = """
SELECT * FROM analysis
WHERE analysis = 'sensitivity' AND ((level = ? AND code = ?) OR level = 'epci' OR measure = 'rang')
"""
_ORDERS = """
SELECT * FROM analysis
WHERE analysis IN ('priority', 'contribution')
  AND ((level = ? AND perimeter IS NOT DISTINCT FROM ?)
       OR (level = 'epci' AND reference_level = ? AND perimeter IS NOT DISTINCT FROM ?))
"""
# How high a need is: the judgement of the comparison the analysis read it on.
_LEVELS = """
SELECT g.indicator, g.code, e.text AS judgement, coalesce(g.text, '') AS figures,
    g.millesime, g.reference_level, g.reference_code
FROM analysis AS g
JOIN territory AS t ON t.level = g.level AND t.code = g.code AND t.in_epci
LEFT JOIN analysis AS e ON e.analysis = g.analysis AND e.measure = 'ecart_imprime'
    AND e.level = g.level AND e.code = g.code AND e.indicator = g.indicator
WHERE g.analysis = 'reponse' AND g.level = 'commune' AND g.measure = 'ecart'
"""
_RANKED = """
SELECT code FROM analysis
WHERE analysis = 'priority' AND level = 'commune' AND measure = 'rang' ORDER BY value
"""
_STATUSES = """
SELECT v.indicator, v.code, arg_max(v.status, coalesce(v.millesime, 0))
FROM value AS v JOIN territory AS t USING (level, code)
WHERE v.level = 'commune' AND t.in_epci GROUP BY ALL
"""
_ALL_TERRITORIES = "SELECT * FROM territory"
_VALUES_OF_LEVEL = "SELECT * FROM value WHERE level = ? ORDER BY ALL"
# The sentences meant to be read: not the measures behind them, nor an answer that nothing allows to give, nor
# how high a need is, which the tables of the document already set beside its reference.
_FINDINGS = """
SELECT DISTINCT f.analysis, f.indicator, f.theme, f.level, f.code, f.millesime, f.measure, f.text,
    f.value, f.lower, f.upper
FROM analysis AS f
LEFT JOIN analysis AS v ON v.measure = 'repartition' AND v.analysis = f.analysis
    AND v.level = f.level AND v.code = f.code AND v.indicator = f.indicator
WHERE f.text IS NOT NULL AND (
    (f.analysis = 'reponse' AND f.measure = 'phrase' AND f.theme IS NOT NULL)
    OR (f.analysis = 'reponse' AND f.measure = 'phrase_repartition' AND v.text <> 'non connue')
    OR (f.analysis = 'priority' AND f.measure = 'pourquoi')
)
ORDER BY ALL
"""


@dataclass(frozen=True)
class Finding:
    """One row of the analysis: a measure with its limits, a sentence ready to be shown, or both."""

    analysis: str
    indicator: str | None
    theme: str | None
    level: str
    code: str
    millesime: int | None
    measure: str
    text: str | None
    value: float | None
    lower: float | None
    upper: float | None


_COLUMNS = [field.name for field in dataclasses.fields(Finding)]


def has_analysis(release: Release) -> bool:
    """Whether the release has the table of the analyses."""
    return TABLE in release.tables


def _found(frame: pl.DataFrame) -> list[Finding]:
    return [Finding(*row) for row in frame.select(_COLUMNS).iter_rows()]


def answers(release: Release, territory: Territory) -> pl.DataFrame | None:
    """Return all rows of ``analysis`` that say how high each need of a territory is and how it is spread.

    Returns:
        Every column of the table, for the computation that answers again; ``None`` without analysis.
    """
    if not has_analysis(release):
        return None
    return release.query(_ANSWERS, territory.level, territory.code)


def evolutions(release: Release, territory: Territory) -> list[Evolution]:
    """Return what changed of each indicator of a territory, for each later year, or why none compares."""
    if not has_analysis(release):
        return []
    rows = release.query(_EVOLUTIONS, territory.level, territory.code, territory.perimeter)
    return [Evolution(*row) for row in rows.iter_rows()]


def typology(release: Release, level: str, perimeter: str | None) -> list[Finding]:
    """Return the rows of the families of territories of one level, by code, measure and theme."""
    if not has_analysis(release):
        return []
    return _found(release.query(_TYPOLOGY, level, perimeter, level, perimeter))


def sensitivity(release: Release, territory: Territory) -> list[Finding]:
    """Return the variants of the index of a territory and of the agglomeration, and the ranks of communes."""
    if not has_analysis(release):
        return []
    return _found(release.query(_SENSITIVITY, territory.level, territory.code))


def explained_index(release: Release, territory: Territory) -> list[str]:
    """Return the sentences on the gap of the index and on what is awaited to know more, in that order."""
    if not has_analysis(release):
        return []
    told = dict(release.query(_EXPLAINED, territory.level, territory.code).iter_rows())
    return [told[measure] for measure in ("phrase", "or2s") if told.get(measure)]


def orders(release: Release, level: str, perimeter: str | None) -> pl.DataFrame | None:
    """Return all rows of the order of priority of one level, contributions included; ``None`` without any.

    Args:
        release: The release.
        level: Level of the territories put in order.
        perimeter: Generation of the quarters, none at another level.

    Returns:
        Every column of table ``analysis``; no row where the level has no order.
    """
    if not has_analysis(release):
        return None
    return release.query(_ORDERS, level, perimeter, level, perimeter)


@dataclass(frozen=True)
class CommuneNeed:
    """How a need of a commune stands against its reference, as the release judges it."""

    indicator: str
    code: str
    judgement: str | None
    """``None`` where the error of the figure is not known."""
    figures: str
    """Both figures, in words."""
    millesime: int | None
    reference_level: str
    reference_code: str


def needs_of_communes(release: Release) -> list[CommuneNeed]:
    """Return each need of each commune that has a reference; none in a release without analysis."""
    if not has_analysis(release):
        return []
    rows = release.query(_LEVELS)
    return [CommuneNeed(*row) for row in rows.iter_rows()]


def communes_by_need(release: Release) -> list[str]:
    """Return the codes of the communes the release ranks, the greatest need first."""
    return release.query(_RANKED)["code"].to_list() if has_analysis(release) else []


def statuses_of_communes(release: Release) -> dict[tuple[str, str], str]:
    """Return the status of the latest row of each indicator in each commune, by indicator and code."""
    return {(indicator, code): status for indicator, code, status in release.query(_STATUSES).iter_rows()}


def drawn_from(release: Release, level: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what an order is drawn again from: all territories, and all values of one level.

    Args:
        release: The release.
        level: Level of the territories put in order.

    Returns:
        Rows of table ``territory``, then rows of table ``value`` in the unit of each indicator.
    """
    return release.query(_ALL_TERRITORIES), release.query(_VALUES_OF_LEVEL, level)


def findings(release: Release) -> tuple[Finding, ...] | None:
    """Return the sentences of the analysis, of all territories; ``None`` when there is none."""
    if not has_analysis(release):
        return None
    return tuple(_found(release.query(_FINDINGS))) or None
