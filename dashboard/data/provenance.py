"""Where a value comes from inside the files: the cells read, and the method of its interval."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.data.methods import Method, methods
from dashboard.data.observations import has_observations
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Value
from indicators.model import Unit

_CELLS = """
SELECT extract, line, "column", millesime, value, status FROM observation
WHERE level = ? AND code = ? AND perimeter IS NOT DISTINCT FROM ?
  AND list_contains(string_split(?, ', '), extract) AND list_contains(string_split(?, ', '), variable)
  AND (millesime IS NOT DISTINCT FROM ? OR millesime IN (?, ?))
ORDER BY extract, line, "column"
"""

_MEMBER_LINES = """
SELECT o.extract, count(DISTINCT o.code) AS territories, min(o.line) AS first, max(o.line) AS last
FROM observation AS o JOIN membership AS m ON (m.level, m.code) = (o.level, o.code)
WHERE o.level = 'commune' AND m.parent_level = ? AND m.parent_code = ?
  AND list_contains(string_split(?, ', '), o.extract) AND list_contains(string_split(?, ', '), o.variable)
  AND (o.millesime IS NOT DISTINCT FROM ? OR o.millesime IN (?, ?))
GROUP BY o.extract
"""

_MADE_OF_OTHERS = frozenset({"composite", "inherited", "estimated"})
"""Origins of the figures made of other figures, of several years: their note names them, not one line."""

WILSON, NEWCOMBE, POISSON = "wilson", "newcombe", "poisson"


@dataclass(frozen=True)
class Cell:
    """One cell of a producer's file."""

    extract: str
    line: int
    column: str
    millesime: int | None
    value: float | None
    status: str


@dataclass(frozen=True)
class Lines:
    """The lines of a file that were added up."""

    extract: str
    territories: int
    first: int
    last: int


def _variables(barometer: Barometer, value: Value) -> str:
    """Variables of the value's own series; none for a row without series."""
    series = barometer.series.get((value.indicator, value.series))
    return series.variables if series is not None else ""


def _read_from_lines(barometer: Barometer, value: Value) -> bool:
    return (
        bool(value.extracts) and value.origin not in _MADE_OF_OTHERS and has_observations(barometer.release)
    )


def cells(barometer: Barometer, value: Value) -> list[Cell]:
    """Return the cells a value is read from, when its territory has lines of its own."""
    if not _read_from_lines(barometer, value):
        return []
    years = value.millesime, value.denominator_millesime, value.denominator_next
    rows = barometer.release.query(
        _CELLS, value.level, value.code, value.perimeter, value.extracts, _variables(barometer, value), *years
    )
    return [Cell(*row) for row in rows.rows()]


def added_lines(barometer: Barometer, value: Value) -> list[Lines]:
    """Return the lines of the communes that were added up to make the value of a wider territory."""
    if not _read_from_lines(barometer, value):
        return []
    years = value.millesime, value.denominator_millesime, value.denominator_next
    rows = barometer.release.query(
        _MEMBER_LINES, value.level, value.code, value.extracts, _variables(barometer, value), *years
    )
    return [Lines(*row) for row in rows.rows()]


def interval_method(barometer: Barometer, indicator: Indicator, value: Value) -> Method | None:
    """Return the method of a value's interval, ``None`` where it has none."""
    if value.lower is None:
        return None
    # Outside the census only deaths are counted with an error; the index and its parts carry it on.
    sampled = NEWCOMBE if indicator.unit == Unit.POINTS else WILSON
    name = POISSON if indicator.sampled == "no" else sampled
    return methods(barometer.release).get(name)
