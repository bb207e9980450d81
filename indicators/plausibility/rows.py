"""Rules on two rows of a file: figures that are each plausible, and of one another's territory, or the same.

Belongs here: rows of one year and level against one another and against their pasts. Does not belong here:
columns (``pairs``), one cell (``cells``), the figures of one row (``relations``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.plausibility.coded import Coded
from indicators.plausibility.files import SHOWN, telling
from indicators.plausibility.findings import Finding, Source
from indicators.plausibility.scales import deviation
from sources.french import typographic

if TYPE_CHECKING:
    import polars as pl

LEAST_COLUMNS = 3
"""Columns that two rows must share, unless the file has fewer: one figure is near that of another place by
chance."""

FARTHEST = 16.0
"""Square of a deviation from which a figure says nothing more: four usual spreads."""

GAIN = 20.0
"""How much nearer two rows are to the past of each other than to their own, in squares of usual spreads: at
most 10 in the files and years embedded; of two rows exchanged at random, 97 in 100 gain more."""

GAIN_FEW = 24.0
"""The same in a file of fewer columns, where a spread is at least that of the column itself in this file:
20.6 at most in the files and years embedded."""

ROW = 5
"""Telling figures, all different, that two territories do not share by chance."""


def row_findings(rows: pl.DataFrame, file: str) -> list[Finding]:
    """Return the rows of a file that seem exchanged two by two.

    Args:
        rows: compared observations of one file, all with their reference.
        file: its name.
    """
    findings: list[Finding] = []
    for group in rows.partition_by("level", "perimeter", "year", "extract", maintain_order=True):
        taken: set[str] = set()
        if group["code"].n_unique() < 2:
            continue
        for row in exchanged(group).iter_rows(named=True):
            if taken.isdisjoint((row["code"], row["other"])):
                taken |= {row["code"], row["other"]}
                for code, other in ((row["code"], row["other"]), (row["other"], row["code"])):
                    findings.append(_finding(group, code, other, row["columns"], file))
    return findings


def exchanged(group: pl.DataFrame) -> pl.DataFrame:
    """Find the rows nearer to the past of each other than to their own, over all their figures.

    Args:
        group: compared observations of one year and level.

    Returns:
        ``code, other, columns, gain``: two codes in their order, how many columns both have, and the sum of
        squares of deviations (each at most ``FARTHEST``) that exchanging them would spare; the largest first.
    """
    import polars as pl

    few = group["variable"].n_unique() < LEAST_COLUMNS
    spread = 1.4826 * pl.col("deviation").abs().median().over("variable") if few else pl.lit(1.0)
    square = (deviation() / pl.col("_spread")).pow(2).clip(0, FARTHEST)
    known = (
        group.filter(pl.col("value").is_not_null(), pl.col("before").is_not_null())
        .with_columns(_spread=spread.clip(lower_bound=1.0))
        .with_columns(own=square)
    )
    past = known.select("variable", "before", "scaled_before", other="code")
    crossed = (
        known.drop("before", "scaled_before")
        .join(past, on="variable", how="inner")
        .filter(pl.col("code") != pl.col("other"))
        .with_columns(cross=square)
        .group_by("code", "other")
        .agg(pl.len().alias("columns"), pl.col("own", "cross").sum())
    )
    back = crossed.select(code="other", other="code", _own="own", _cross="cross")
    return (
        crossed.join(back, on=["code", "other"], how="inner")
        .with_columns(rest=pl.col("cross") + pl.col("_cross"))
        .with_columns(gain=pl.col("own") + pl.col("_own") - pl.col("rest"))
        .filter(
            pl.col("code") < pl.col("other"),
            pl.col("columns") >= (1 if few else LEAST_COLUMNS),
            pl.col("gain") > (GAIN_FEW if few else GAIN),
            pl.col("gain") > pl.col("rest"),
        )
        .sort("gain", "code", "other", descending=[True, False, False])
        .select("code", "other", "columns", "gain")
    )


def _finding(group: pl.DataFrame, code: str, other: str, columns: int, file: str) -> Finding:
    import polars as pl

    row = group.filter(pl.col("code") == code).sort("line").row(0, named=True)
    return Finding(
        rule="swapped",
        extract=row["extract"],
        dataset=row["dataset"],
        file=file,
        level=row["level"],
        perimeter=row["perimeter"],
        code=code,
        line=row["line"],
        found=typographic(f"{columns} chiffres qui suivent le passé de {other}"),
        expected=typographic(f"des chiffres proches de ceux de {code} en {row['before_year']}"),
        why=typographic(
            f"Échangées, les lignes de {code} et de {other} suivent leur passé ; telles quelles, non."
        ),
    )


def copied_rows(rows: Coded, file: Source) -> list[Finding]:
    """Return the territories that have, figure for figure, the row of another one of their level.

    Args:
        rows: those of one file, the rest of France included.
        file: ``extract``, ``dataset`` and ``file`` of the file.
    """
    import numpy as np
    import polars as pl

    own = rows.cells.filter(telling(pl.col("value").abs()))
    row, years = rows.rows(own)
    # A product that wraps: much quicker than to hash both together.
    odd = 2 * rows.alike("variable").cast(pl.UInt64) + 1
    figures = (own["value"].hash() * odd[own["of"]]).to_numpy()
    count, added = np.bincount(row), np.zeros(row.max(initial=-1) + 1, np.uint64)
    np.add.at(added, row, figures)
    rich = np.flatnonzero(count >= ROW)
    _, which, times = np.unique(added[rich], return_inverse=True, return_counts=True)
    rich = rich[times[which] > 1]
    several = pl.DataFrame(
        {"row": rich, "at": rich // len(years), "of": years[rich % len(years)], "same": added[rich]}
    )
    place = ["level", "perimeter", "year"]
    if several.is_empty():
        return []
    where = [rows.place(name, several) for name in ("level", "perimeter", "code")]
    seen = several.with_columns(*where, rows.column("year", several))
    seen = seen.filter(pl.len().over(*place, "same") > 1)
    # The others of France are many: their figures are counted for those alone that have a double.
    numbered = own.with_columns(row=pl.Series(row))
    counted = numbered.join(seen.select("row"), on="row", how="semi", maintain_order="left")
    counted = counted.group_by("row", maintain_order=True).agg(
        pl.col("line").min(), figures=pl.col("value").n_unique()
    )
    same = (
        counted.join(seen, on="row", maintain_order="left")
        .filter(pl.col("figures") >= ROW)
        .with_columns(
            _other=pl.col("code").first().over(*place, "same"),
            _last=pl.col("code").last().over(*place, "same"),
        )
    )
    held = same.sort("line").unique(["level", "perimeter", "code"], keep="first", maintain_order=True)
    return [
        Finding(
            rule="duplicated",
            **file,
            level=row["level"],
            perimeter=row["perimeter"],
            code=row["code"],
            line=row["line"],
            found=typographic(f"{row['figures']} chiffres, tous ceux de {other}"),
            expected=typographic("des chiffres qui lui soient propres"),
            why=typographic(
                "Une ligne a été recopiée sous un autre code, ou deux codes désignent le même lieu."
            ),
        )
        for row in held.head(SHOWN).iter_rows(named=True)
        for other in [row["_last"] if row["code"] == row["_other"] else row["_other"]]
    ]
