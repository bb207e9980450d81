"""What changed between two releases.

Belongs here: comparing tables ``value``. Does not belong here: showing the result (``cli``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.frames import VALUE_KEY
from pipelines.release import read_table

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Change:
    """How the values of one indicator differ."""

    indicator: str
    added: int
    removed: int
    revised: int
    """Same key, another number."""
    restated: int
    """Same key, another status."""
    example: str
    """The largest revision, in words; empty when there is none."""


def differences(before: Path, after: Path) -> list[Change]:
    """Compare two releases, indicator by indicator, in alphabetical order.

    Args:
        before: file of the older release.
        after: file of the newer one.

    Returns:
        One change per indicator that differs; empty when every value is the same.
    """
    import polars as pl

    columns = [*VALUE_KEY, "value", "status"]
    # Rows that only say why there is no figure are not figures gained or lost.
    left, right = (
        read_table(path, "value").filter(pl.col("series") != "").select(columns) for path in (before, after)
    )
    both = left.join(right, on=VALUE_KEY, how="full", nulls_equal=True, suffix="_after", coalesce=True)
    old, new = pl.col("value"), pl.col("value_after")
    gap = (new - old).abs()
    marked = both.with_columns(
        added=pl.col("status").is_null(),
        removed=pl.col("status_after").is_null(),
        # A difference below the twelfth figure is the order of a sum, not a revision.
        revised=(gap > 1e-12 * old.abs()).fill_null(False),
        restated=(pl.col("status") != pl.col("status_after")).fill_null(False),
        gap=gap,
    ).filter(pl.any_horizontal("added", "removed", "revised", "restated"))
    changes = []
    for (indicator,), rows in marked.sort("indicator").group_by("indicator", maintain_order=True):
        counts = {name: int(rows[name].sum()) for name in ("added", "removed", "revised", "restated")}
        changes.append(Change(str(indicator), **counts, example=_example(rows)))
    return changes


@dataclass(frozen=True)
class Totals:
    """How many values differ, all indicators together."""

    added: int
    removed: int
    revised: int
    restated: int


def totals(before: Path, after: Path) -> Totals:
    """Count what differs between two releases.

    Args:
        before: file of the older release.
        after: file of the newer one.
    """
    changes = differences(before, after)
    return Totals(
        *(sum(getattr(c, name) for c in changes) for name in ("added", "removed", "revised", "restated"))
    )


def _example(rows: pl.DataFrame) -> str:
    largest = rows.filter("revised").sort("gap", descending=True, nulls_last=True).head(1)
    for row in largest.iter_rows(named=True):
        numbers = f"{row['value']:.6g} → {row['value_after']:.6g}".replace(".", ",")
        return f"{row['level']} {row['code']}, {row['millesime'] or 'année non précisée'}\u00a0: {numbers}"
    return ""
