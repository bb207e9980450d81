"""How many times the figure of the agglomeration a quarter has: what may be divided, and what it says.

What may be compared is what the release compares, as on every page and in every document, and its reason
(a year not stated, a reservation) is said beside. A ratio asks two things more: a scale that has a zero, and
a figure of the quarter's own. It is judged only by the interval of the gap, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Indicator, Value
from dashboard.story.quarters import Portrait, income_first
from dashboard.story.readings import when
from indicators.comparison import INHERITED
from indicators.judgement import COMPARABLE, NO_DIFFERENCE
from indicators.model import Direction, Scale, Theme
from sources import french
from sources.authority import Noun
from sources.vocabulary import Level

TIMES = "×"
WORDED = 2
"""Needs named in the sentence that opens the page."""


@dataclass(frozen=True)
class Cell:
    """The figure of a quarter for one indicator, beside that of the agglomeration."""

    portrait: Portrait
    value: Value | None
    """Figure shown, of the quarter itself; none where there is none."""
    comparison: Comparison | None
    """The agglomeration beside it, where both may be divided."""

    @property
    def times(self) -> float | None:
        """Ratio of the figure to that of the agglomeration, none where they may not be divided."""
        found = self.comparison
        return None if found is None else found.value / found.reference_value

    @property
    def limits(self) -> tuple[float, float] | None:
        """Limits of the ratio, those of the gap over the reference: they hold 1 when those hold 0."""
        found = self.comparison
        if found is None or found.gap_lower is None or found.gap_upper is None:
            return None
        reference = found.reference_value
        return (reference + found.gap_lower) / reference, (reference + found.gap_upper) / reference

    @property
    def alike(self) -> bool:
        """Whether nothing worth acting upon tells the quarter from the agglomeration."""
        return self.comparison is not None and self.comparison.judgement in (NO_DIFFERENCE, COMPARABLE)

    @property
    def year(self) -> str:
        """Year of the figure, in words."""
        return when(self.value) if self.value is not None else ""


@dataclass(frozen=True)
class Column:
    """One indicator for every quarter of a generation."""

    indicator: Indicator
    cells: tuple[Cell, ...]
    why: str
    """Why no quarter has a ratio; empty where one has."""
    authority: Noun
    """What every quarter is set beside."""

    @property
    def compared(self) -> Comparison | None:
        """The agglomeration, where every ratio is to the same of its figures."""
        found = {c.reference_millesime: c for cell in self.cells if (c := cell.comparison) is not None}
        return next(iter(found.values())) if len(found) == 1 else None

    @property
    def reasons(self) -> list[str]:
        """What the comparisons are to be read with, each once."""
        return sorted({c.reason for cell in self.cells if (c := cell.comparison) is not None and c.reason})

    @property
    def years(self) -> list[str]:
        """Years of the figures of the quarters, each once."""
        return sorted({cell.year for cell in self.cells if cell.value is not None})

    def extremes(self) -> tuple[Cell, Cell] | None:
        """Return the lowest and the highest ratio of the quarters wholly in the agglomeration."""
        known = [(t, i) for i, c in enumerate(self.cells) if (t := c.times) and c.portrait.quarter.whole]
        return (self.cells[min(known)[1]], self.cells[max(known)[1]]) if len(known) > 1 else None


def columns(barometer: Barometer, portraits: Sequence[Portrait], descriptive: bool = False) -> list[Column]:
    """Return the indicators that have a figure for some of the quarters: those with a ratio, income first.

    Args:
        barometer: The release.
        portraits: Quarters of one generation.
        descriptive: The descriptive indicators rather than the needs.
    """
    wanted = [
        i
        for i in income_first(barometer.indicators)
        if i.theme != Theme.IDH4 and (i.direction == Direction.DESCRIPTIVE) is descriptive
    ]
    made = [_column(barometer, portraits, indicator) for indicator in wanted]
    known = [column for column in made if any(cell.value is not None for cell in column.cells)]
    return sorted(known, key=lambda column: bool(column.why))


def _column(barometer: Barometer, portraits: Sequence[Portrait], indicator: Indicator) -> Column:
    cells = tuple(_cell(one, indicator) for one in portraits)
    if any(cell.comparison is not None for cell in cells):
        return Column(indicator, cells, "", barometer.authority)
    valued = [cell.value for cell in cells if cell.value is not None]
    year = " ou ".join(sorted({when(v) for v in valued}))
    none = f"{french.capital(barometer.authority.the)} n’a pas de chiffre comparable ({year})."
    return Column(indicator, cells, none, barometer.authority)


def _cell(found: Portrait, indicator: Indicator) -> Cell:
    shown = found.value(indicator)
    if shown is None or shown.origin == INHERITED:
        return Cell(found, None, None)
    beside = next(iter(found.compared(indicator).get(Level.EPCI, [])), None)
    if beside is None or beside.reference_value <= 0 or indicator.scale == Scale.POINTS:
        return Cell(found, shown, None)
    return Cell(found, shown, beside)


def times(number: float) -> str:
    """Return « × 1,8 »; the digits a reader may compare, two below one."""
    return f"{TIMES}{french.NBSP}{french.number(number, 1 if number >= 1 else 2)}"


def opening(found: Sequence[Column]) -> str:
    """Say how the quarters wholly in the agglomeration stand beside it: the ratios of a few needs."""
    told = []
    for column in found:
        ends = column.extremes()
        if ends is None or column.indicator.direction == Direction.DESCRIPTIVE:
            continue
        low, high = (end.times or 0.0 for end in ends)
        years = ", ".join(column.years)
        told.append(f"{column.indicator.short_title} : de {times(low)} à {times(high)} ({years})")
    if not told:
        return ""
    return f"Face {found[0].authority.to}, d’un quartier à l’autre. {' ; '.join(told[:WORDED])}."
