"""The formulas themselves: published values, ratios of counts and differences, on resolved observations.

Arrays of figures in (:mod:`indicators.figures`), arrays of values out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from indicators.figures import STATUSES, USABLE, Cells, Figures, aligned, there
from indicators.frames import PERIOD_KEY
from indicators.model import Difference, Published, Ratio
from indicators.numbering import NOTHING
from sources.vocabulary import Status

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

NOT_APPLICABLE = STATUSES.index(Status.NOT_APPLICABLE.value)

_COLUMNS = (
    *PERIOD_KEY,
    "millesime",
    "edition",
    "value",
    "numerator",
    "denominator",
    "denominator_millesime",
    "denominator_next",
    "status",
    "origin",
    "dataset",
    "extract",
    "lower",
    "upper",
)


@dataclass(frozen=True)
class Values(Cells):
    """What a formula gives, with its terms: NaN, or :data:`NOTHING` for a year, where there is none."""

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    denominator_year: NDArray[np.int32]
    denominator_next: NDArray[np.int32]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    """The producer's own limits, or those of a sample (:mod:`indicators.uncertainty`)."""
    exhaustive: NDArray[np.bool_]
    """Whether a census asked everyone."""


def table(values: Values, figures: Figures) -> pl.DataFrame:
    """Return values as rows.

    Args:
        values: Those of a formula.
        figures: What they were made of.

    Returns:
        One row per territory and period: :data:`PERIOD_KEY`, ``millesime``, ``edition``, ``value``,
        ``numerator``, ``denominator``, ``denominator_millesime``, ``denominator_next``, ``status``,
        ``origin``, ``dataset``, ``extract``, ``lower`` and ``upper``.
    """
    import polars as pl

    numbers = ("numerator", "denominator", "lower", "upper")
    return (
        figures.told(values)
        .with_columns(
            *(pl.Series(name, getattr(values, name), nan_to_null=True) for name in numbers),
            denominator_millesime=there(values.denominator_year),
            denominator_next=there(values.denominator_next),
        )
        .select(_COLUMNS)
    )


def published(formula: Published, figures: Figures) -> Values:
    """Take a producer's value as it is.

    Args:
        formula: The variable, and those of its limits where the producer gives them.
        figures: Resolved observations.

    Returns:
        Figures in the producer's unit, sums left out.
    """
    own = given(figures, formula.variable)
    lower, upper = (given(figures, limit).beside(own.at) for limit in (formula.lower, formula.upper))
    return _values(own, lower=lower, upper=upper)


def given(figures: Figures, variable: str | None) -> Cells:
    """Return the figures of a variable that its producer gives, the sums left out."""
    import numpy as np

    cells = figures.cells.get(variable or "", figures.of_none())
    own = np.array([word == "producer" for word in figures.origins])
    return cells.take(own[cells.origin])


def combination(terms: Mapping[str, float], figures: Figures) -> Cells:
    """Linear combination of variables; there is one only where every term has a figure.

    An unusable term makes the whole unusable, with the most serious status.

    Args:
        terms: Variable → weight.
        figures: Resolved observations.

    Returns:
        ``value`` is Σ weight × value in the unit of the terms; with a sum among them it is a sum.
    """
    if not terms.keys() <= figures.cells.keys():
        return figures.of_none()
    names = sorted(terms)
    first, *others = (
        replace(cells, value=cells.value * terms[name])
        for name, cells in zip(names, aligned(*(figures.cells[name] for name in names)), strict=True)
    )
    return reduce(lambda one, two: _both(one, two, figures), others, first)


def _both(one: Cells, two: Cells, figures: Figures) -> Cells:
    """Two figures of the same territories and periods, added up."""
    import numpy as np

    return Cells(
        at=one.at,
        value=one.value + two.value,
        status=np.maximum(one.status, two.status),
        edition=np.maximum(one.edition, two.edition),
        origin=np.maximum(one.origin, two.origin),
        source=figures.sources.together(one.source, two.source),
    )


def ratio(formula: Ratio, figures: Figures) -> Values:
    """``scale`` × numerator / denominator, each from sums, never from an average of rates.

    A null or zero denominator gives no number: status not_applicable (an array would say infinite).

    Args:
        formula: Terms of both parts, the scale (100 for a percentage) and which year of the denominator is
            taken.
        figures: Resolved observations.

    Returns:
        Numerator and denominator are the sums themselves, not scaled.
    """
    import numpy as np

    numerator = combination(formula.numerator, figures)
    denominator = combination(formula.denominator, figures)
    interpolated = formula.denominator_year == "interpolated"
    if interpolated:
        numerator, denominator, year, following = _between(numerator, denominator, figures)
    else:
        numerator, denominator = aligned(numerator, denominator)
        year = np.where(figures.stated[denominator.at], figures.year[denominator.at], NOTHING)
        following = np.full_like(year, NOTHING)
    both = _both(numerator, denominator, figures)
    status = np.where((both.status <= USABLE) & (denominator.value <= 0), NOT_APPLICABLE, both.status)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = formula.scale * numerator.value / denominator.value
    return _values(
        replace(
            both,
            value=np.where(status <= USABLE, value, np.nan),
            status=status,
            # A denominator of another year does not make the figure one of its edition.
            edition=numerator.edition if interpolated else both.edition,
        ),
        numerator=numerator.value,
        denominator=denominator.value,
        denominator_year=year,
        denominator_next=following,
    )


def _between(
    numerator: Cells, denominator: Cells, figures: Figures
) -> tuple[Cells, Cells, NDArray[np.int32], NDArray[np.int32]]:
    """Set each count against a denominator of its own year, on the line between those before and after.

    A count beyond the known years, or beside one that is not usable, has the nearest, and no second year.

    Returns:
        The counts that have a denominator, their denominators, the year of these, the second one.
    """
    import numpy as np

    def year(cells: Cells) -> NDArray[np.int32]:
        return figures.year[cells.at]

    known, earlier, later = figures.around(numerator.at, denominator)
    numerator, before, after = numerator.take(known), denominator.take(earlier), denominator.take(later)
    since, until = year(numerator) - year(before), year(after) - year(numerator)
    usable = (before.status <= USABLE) & (after.status <= USABLE)
    stated = figures.stated[numerator.at]
    inside = stated & usable & (since > 0) & (until > 0)
    nearest = after.where(until <= since, before)
    step = (after.value - before.value) * since / np.maximum(since + until, 1)
    line = replace(_both(before, after, figures), value=before.value + step)
    chosen = line.where(inside, nearest)
    first = np.where(inside, year(before), year(nearest))
    return (
        numerator,
        chosen,
        np.where(stated, first, NOTHING),
        np.where(inside, year(after), NOTHING),
    )


def rows_of(formula: Ratio, resolved: pl.DataFrame) -> pl.DataFrame:
    """Return the values of a ratio as rows.

    Args:
        formula: The ratio.
        resolved: One observation per variable, territory and period (:func:`indicators.resolve.resolve`).

    Returns:
        Those of :func:`table`, without limits.
    """
    import polars as pl

    figures = Figures.of(resolved.filter(pl.col("variable").is_in(sorted(formula.variables))))
    return table(ratio(formula, figures), figures).drop("lower", "upper")


def difference(formula: Difference, figures: Figures) -> Values:
    """Difference of two ratios over the same territory and period.

    Args:
        formula: The two ratios, of one scale.
        figures: Resolved observations.

    Returns:
        ``value`` in points of the scale; it has neither numerator nor denominator.
    """
    left, right = aligned(ratio(formula.minuend, figures), ratio(formula.subtrahend, figures))
    return _values(replace(_both(left, right, figures), value=left.value - right.value))


def _values(cells: Cells, **terms: NDArray[Any]) -> Values:
    """What a formula gives, with the terms that it has."""
    import numpy as np

    size = cells.at.size
    told = {one.name: getattr(cells, one.name) for one in fields(Cells)}
    told |= dict.fromkeys(("numerator", "denominator", "lower", "upper"), np.full(size, np.nan))
    told |= dict.fromkeys(("denominator_year", "denominator_next"), np.full(size, NOTHING, np.int32))
    told["exhaustive"] = np.zeros(size, np.bool_)
    return Values(**told | terms)
