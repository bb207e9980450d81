"""The scale each kind of figure is compared on, and how far it usually moves there.

A count is compared by square roots (Anscombe, 1948: the spread of a Poisson count no longer depends on it), a
share by its logit, money and ratios by their logarithm. A deviation is the move from the reference, less the
median move of all the territories where there are enough of them, in units of the usual spread of its kind: a
commune of 200 inhabitants may double, one of 20,000 may not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sources.catalogue import Catalogue
from sources.model import Column
from sources.variables import Variables

if TYPE_CHECKING:
    import polars as pl

ENOUGH = 8
"""Territories from which their median move is the year's own, not that of one of them."""

SHARE_FLOOR = 0.2
"""Percentage points added on both sides of a share: 0 and 100 have a logit, and rounding weighs little."""

OVERDISPERSION = 1.5
"""Variance of a count over its mean, two draws: sampling, rounding to 5 and real moves of small
populations."""

COUNT_SPREAD = 0.1
"""Usual relative move of a large count."""


@dataclass(frozen=True)
class Kind:
    """How figures of one kind are compared."""

    name: str
    spread: float
    """Usual move of one territory, on the scale of the kind."""
    drift: float
    """Largest median move of all territories from one year to the next, on its logarithm or logit."""


KINDS: dict[str, Kind] = {
    "count": Kind("count", 1.0, math.log(1.9)),
    "share": Kind("share", 0.12, 0.8),
    "euro": Kind("euro", 0.03, math.log(1.35)),
    "ratio": Kind("ratio", 0.06, math.log(1.7)),
}


def kind_of(column: Column) -> str:
    """Return the kind of the figures of a column: ``count``, ``share``, ``euro`` or ``ratio``."""
    if column.additive:
        return "count"
    if column.unit == "%":
        return "share"
    return "euro" if column.unit.startswith("€") else "ratio"


def described(variables: Iterable[str], catalogue: Catalogue, declared: Variables) -> pl.DataFrame:
    """Return what the rules need of each variable: kind, spread, drift, label, range, factor, whole.

    Args:
        variables: Names, in any order.
        catalogue: For the label and the unit of each.
        declared: Plausible values and volatile variables (``sources/variables.yaml``).

    Returns:
        One row per variable, sorted; ``spread`` and ``drift`` on the scale of the kind, ``low`` and ``high``
        in the unit of the variable, null where nothing is declared, ``whole`` true for a count of things.

    Raises:
        KeyError: a variable no dataset has.
    """
    import polars as pl

    rows = []
    for name in sorted(set(variables)):
        column = catalogue.column(name)
        kind = KINDS[kind_of(column)]
        low, high = declared.range_of(name) or (None, None)
        whole = kind.name == "count" and not declared.is_fractional(name)
        label = f"{column.label} ({column.unit})"
        rows.append(
            (name, kind.name, kind.spread, kind.drift, label, low, high, declared.factor_of(name), whole)
        )
    schema = {
        "variable": pl.String, "kind": pl.String, "spread": pl.Float64, "drift": pl.Float64,
        "label": pl.String, "low": pl.Float64, "high": pl.Float64, "factor": pl.Float64, "whole": pl.Boolean,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def scaled(name: str) -> pl.Expr:
    """Return a column on the logarithmic or logit scale of its ``kind``.

    Args:
        name: A column of figures, beside ``kind``.

    Returns:
        Logits for a share in %, logarithms for the rest, a little added so that zero has a place.
    """
    import polars as pl

    value, share = pl.col(name).abs(), pl.col("kind") == "share"
    little = pl.when(share).then(SHARE_FLOOR).when(pl.col("kind") == "count").then(0.5).otherwise(0.1)
    other = pl.when(share).then(100 + SHARE_FLOOR - value.clip(0, 100)).otherwise(1.0)
    return (value + little).log() - other.log()


def deviation() -> pl.Expr:
    """Return the deviation of ``value`` from ``before`` moved by ``median``, in usual spreads of its kind.

    Returns:
        A signed number of spreads. Counts: twice the difference of square roots (Anscombe, *Biometrika* 35,
        1948), over the spread of an overdispersed count; the rest: the move on the scale, over its spread.
    """
    import polars as pl

    count = pl.col("kind") == "count"
    expected = pl.col("before").abs() * pl.col("median").exp()
    roots = 2 * ((pl.col("value").abs() + 0.375).sqrt() - (expected + 0.375).sqrt())
    spread = (
        2 * OVERDISPERSION + COUNT_SPREAD**2 * pl.max_horizontal(expected, pl.col("value").abs())
    ).sqrt()
    other = (pl.col("scaled") - pl.col("scaled_before") - pl.col("median")) / pl.col("spread")
    return pl.when(count).then(roots / spread).otherwise(other)


def interval(kind: str, spread: float, before: float, median: float, limit: float) -> tuple[float, float]:
    """Return the figures that deviate less than ``limit`` from the one before.

    Args:
        kind: ``count``, ``share`` or another.
        spread: Usual spread of the kind, on its scale.
        before: The figure before, in its own unit.
        median: How much the others moved, on the scale.
        limit: A number of spreads.

    Returns:
        The lowest and the highest figure, in the unit of ``before``, rounded as a person would write them.
    """
    sign = -1.0 if before < 0 else 1.0
    start = abs(before)
    if kind == "count":
        expected = start * math.exp(median)
        half, root = limit / 2, math.sqrt(expected + 0.375)
        low = max(root - half * math.sqrt(2 * OVERDISPERSION + COUNT_SPREAD**2 * expected), 0)
        # Above, the spread is that of the larger count, which is the one looked for: a quadratic in its root.
        curb = 1 - min(half * COUNT_SPREAD, 0.99) ** 2
        constant = root**2 - half**2 * (2 * OVERDISPERSION - 0.375 * COUNT_SPREAD**2)
        high = (root + math.sqrt(max(root**2 - curb * constant, 0))) / curb
        return max(round(low**2 - 0.375), 0), round(high**2 - 0.375)
    moves = (median - limit * spread, median + limit * spread)
    if kind == "share":
        logit = math.log(start + SHARE_FLOOR) - math.log(100 + SHARE_FLOOR - min(start, 100))
        odds = [math.exp(logit + move) for move in moves]
        total = 100 + 2 * SHARE_FLOOR
        low, high = (min(max(total * o / (1 + o) - SHARE_FLOOR, 0), 100) for o in odds)
    else:
        low, high = ((start + 0.1) * math.exp(move) - 0.1 for move in moves)
    low, high = sorted((sign * low, sign * high))
    digits = 1 if kind == "share" else 0 if start >= 100 else 2
    return round(low, digits), round(high, digits)
