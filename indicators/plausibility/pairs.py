"""Rules on two columns of a file: headers exchanged, one column given twice.

Belongs here: columns of one year and level against one another and against their pasts. Does not belong here:
a column alone (``columns``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indicators.plausibility.findings import Finding, Rule, told
from indicators.plausibility.scales import ENOUGH
from indicators.rules import french
from sources.french import typographic

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    FloatMatrix = npt.NDArray[np.float64]
    Truths = npt.NDArray[np.bool_]

CLOSER, SIDE = 0.5, 0.8
"""Exchanged, two columns follow their pasts twice as closely, and so in four territories of five."""

LEAST_GAP, LEAST_GAP_FEW = 0.05, 0.8
"""Mean distance to their pasts (logarithm) under which two columns are where they should be; with few
territories."""

CLOSER_FEW = 0.15

NEARER = 0.8
"""Distance of two exchanged columns to the past of each other, over their distance to their own."""

DIFFERENT = 0.04
"""Relative difference of their pasts that makes two columns different ones."""

NEAR, FAR, SIZE = 0.15, 0.6, 20
"""Two figures of one row exchanged: how near each is to the past of the other (logarithm), how far apart the
two pasts are, and the least of them: small counts meet by chance."""

MOVED, CHAIN = 0.15, 3
"""Mean distance (logarithm) to the past of another column under which a column holds its figures, twice as
far from its own; how many such columns, most of them all, make a file whose columns are moved."""

FIGURES = 5
"""Different figures two equal columns must have to be the same column twice."""


def pair_findings(rows: pl.DataFrame, file: str, *, cells: bool = True) -> list[Finding]:
    """Return the columns of a file that seem exchanged, and those that are another one again.

    Args:
        rows: compared observations of one file.
        file: its name.
        cells: whether two figures of one row are looked at too: among thousands of rows, some meet by chance.
    """
    return [
        one
        for group, names in _groups(rows)
        if len(names) >= 2
        for one in _of_group(group, names, file, cells)
    ]


def _groups(rows: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, list[dict[str, Any]]]]:
    """Yield the cells of each year and level that have a past, and what is said of each of their columns."""
    import polars as pl

    for group in rows.partition_by("level", "perimeter", "year", "extract", maintain_order=True):
        names = group.select("variable", "column", "label", "dataset", "extract", "level", "perimeter",
                             "millesime", "before_year").unique("variable", maintain_order=True)  # fmt: skip
        yield group.filter(pl.col("before").is_not_null()), names.to_dicts()


def remainder_findings(rows: pl.DataFrame, parts: Mapping[str, str], file: str) -> list[Finding]:
    """Return the columns that seem exchanged with what is left of their total: one that nobody reads.

    Args:
        rows: compared observations of one file.
        parts: part → its total.
        file: its name.
    """
    import numpy as np
    import polars as pl

    wanted = {*parts, *parts.values()}
    groups = []
    for group, names in _groups(rows.filter(pl.col("variable").is_in(sorted(wanted)))):
        if len(names) >= 2:
            groups.append(
                ({name["variable"]: at for at, name in enumerate(names)}, names, *_matrices(group, names))
            )
    findings: list[Finding] = []
    for part, total in parts.items():
        for at, names, now, past, _ in groups:
            if part in at and total in at:
                own, whole = names[at[part]], names[at[total]]
                left = {"label": f"{whole['label']}, le reste", "column": "une autre"}
                both, before = (
                    np.column_stack([one[:, at[part]], one[:, at[total]] - one[:, at[part]]])
                    for one in (now, past)
                )
                swapped, _, _ = _against_later(both, _logs(both), _logs(before), 0)
                findings += [_exchanged(own, own | left, file)] if swapped[0] else []
    return findings


def _of_group(group: pl.DataFrame, names: list[dict[str, Any]], file: str, cells: bool) -> list[Finding]:
    import numpy as np

    now, past, places = _matrices(group, names)
    if now.shape[0] == 0:
        return []
    logs, old = _logs(now), _logs(past)
    if moved := _moved(logs, old):
        return [_displaced([names[i] for i in moved], names[next(iter(moved.values()))], file)]
    findings: list[Finding] = []
    for i in range(len(names) - 1):
        swapped, twice, known = _against_later(now, logs, old, i)
        crossed = (np.abs(logs[:, i] - old[:, i + 1]) < NEAR) & (np.abs(logs[:, i + 1] - old[:, i]) < NEAR)
        crossed &= (np.abs(old[:, i] - old[:, i + 1]) > FAR) & (np.minimum(now[:, i], now[:, i + 1]) >= SIZE)
        if cells and not swapped[0] and crossed.any():
            codes = set(np.array(places)[crossed])
            findings += _exchanged_cells(group, codes, names[i], names[i + 1], file)
        for j in np.flatnonzero(swapped | twice):
            one, two = names[i], names[i + 1 + int(j)]
            if swapped[j]:
                findings += [_exchanged(one, two, file), _exchanged(two, one, file)]
            elif len(np.unique(now[known[:, j], i])) >= FIGURES:
                findings.append(_twice(two, one, file))
    return findings


def _moved(logs: FloatMatrix, old: FloatMatrix) -> dict[int, int]:
    """Return the columns that hold the figures of others, where they are too many to be exchanged headers.

    Args:
        logs: logarithms of the figures.
        old: those of their pasts.

    Returns:
        Column → that whose figures it holds; nothing where few are.
    """
    import numpy as np

    own = _mean_gap(np.abs(logs - old))
    # Most columns follow their own past: the others are few, and looked for among all.
    far = np.flatnonzero(np.isfinite(own) & (own > 2 * MOVED))
    if len(far) < CHAIN:
        return {}
    found: dict[int, int] = {}
    for i in far:
        gaps = _mean_gap(np.abs(logs[:, [i]] - old))
        if gaps.min() < min(MOVED, CLOSER * own[i]):
            found[int(i)] = int(gaps.argmin())
    chain = {i: j for i, j in found.items() if found.get(j) != i}
    most = len(set(chain.values())) >= CHAIN and 2 * len(chain) > logs.shape[1]
    return chain if most else {}


def _mean_gap(gaps: FloatMatrix) -> FloatMatrix:
    """Return the mean of each column; infinite where too few are known."""
    import numpy as np

    known = np.isfinite(gaps)
    count = known.sum(axis=0)
    return np.where(count >= ENOUGH, np.where(known, gaps, 0).sum(axis=0) / np.maximum(count, 1), np.inf)


def _logs(figures: FloatMatrix) -> FloatMatrix:
    import numpy as np

    return np.log(np.abs(figures) + 0.5)


def _against_later(
    now: FloatMatrix, logs: FloatMatrix, old: FloatMatrix, i: int
) -> tuple[Truths, Truths, Truths]:
    """Say which of the later columns are exchanged with one, which are the same twice, and on which rows.

    Args:
        now: the figures.
        logs: their logarithms.
        old: those of their pasts.
        i: the column.
    """
    import numpy as np

    ratio, before = logs[:, [i]] - logs[:, i + 1 :], old[:, [i]] - old[:, i + 1 :]
    straight, exchanged = np.abs(ratio - before), np.abs(ratio + before)
    own = np.abs(logs[:, [i]] - old[:, [i]]) + np.abs(logs[:, i + 1 :] - old[:, i + 1 :])
    cross = np.abs(logs[:, [i]] - old[:, i + 1 :]) + np.abs(logs[:, i + 1 :] - old[:, [i]])
    known = np.isfinite(straight)
    count = known.sum(axis=0)
    total = np.maximum(count, 1)
    gap = np.where(known, straight, 0).sum(axis=0) / total
    other = np.where(known, exchanged, 0).sum(axis=0) / total
    side = (known & (exchanged < straight)).sum(axis=0) / total
    # Both must be nearer to the past of the other, not only their ratio.
    both = np.where(known, cross, 0).sum(axis=0) < NEARER * np.where(known, own, 0).sum(axis=0)
    swapped = both & np.where(
        count >= ENOUGH,
        (other < CLOSER * gap) & (side >= SIDE) & (gap > LEAST_GAP),
        (count > 0) & (other < CLOSER_FEW * gap) & (gap > LEAST_GAP_FEW),
    )
    same = (now[:, [i]] == now[:, i + 1 :]) & known
    differed = (np.abs(old[:, [i]] - old[:, i + 1 :]) > DIFFERENT) & known
    twice = (same.sum(axis=0) == count) & (2 * differed.sum(axis=0) > count) & (count >= ENOUGH)
    return swapped, twice, known


def _exchanged_cells(
    group: pl.DataFrame, codes: set[str], one: dict[str, Any], two: dict[str, Any], file: str
) -> list[Finding]:
    import polars as pl

    held = group.filter(
        pl.col("code").is_in(sorted(codes)), pl.col("variable").is_in([one["variable"], two["variable"]])
    )
    both = f"{one['column']} et {two['column']}"
    return told(
        "swapped",
        held,
        file,
        lambda r: (
            french(r["value"]),
            f"{r['label']}, environ {french(r['before'])} comme en {r['before_year']}",
            f"Échangés, les chiffres de {both} sur cette ligne suivent leur passé ; tels quels, non.",
        ),
    )


def _matrices(group: pl.DataFrame, names: list[dict[str, Any]]) -> tuple[FloatMatrix, FloatMatrix, list[str]]:
    """Return the figures and those of the past, a row per territory, a column per variable; and their codes.

    NaN stands where there is none.
    """
    import numpy as np

    codes = {code: at for at, code in enumerate(dict.fromkeys(group["code"]))}
    columns = {name["variable"]: at for at, name in enumerate(names)}
    at = [codes[code] for code in reversed(group["code"].to_list())]
    of = [columns[name] for name in reversed(group["variable"].to_list())]
    now, past = (np.full((len(codes), len(columns)), np.nan) for _ in range(2))
    # The first of two figures of one place is written last.
    now[at, of], past[at, of] = (group[name].to_numpy()[::-1] for name in ("value", "before"))
    return now, past, list(codes)


def _held(rule: Rule, one: dict[str, Any], file: str, found: str, expected: str, why: str) -> Finding:
    return Finding(
        rule=rule,
        extract=one["extract"],
        dataset=one["dataset"],
        file=file,
        level=one["level"],
        perimeter=one["perimeter"],
        variable=one["variable"],
        millesime=one["millesime"],
        column=one["column"],
        found=typographic(found),
        expected=typographic(expected),
        why=typographic(why),
    )


def _exchanged(one: dict[str, Any], two: dict[str, Any], file: str) -> Finding:
    both, year = f"{one['column']} et {two['column']}", one["before_year"]
    return _held(
        "swapped",
        one,
        file,
        f"les chiffres de « {two['label']} » ({two['column']})",
        str(one["label"]),
        f"Échangées, les colonnes {both} suivent leur passé de {year} ; telles quelles, non : "
        "leurs en-têtes sont sans doute intervertis.",
    )


def _displaced(columns: list[dict[str, Any]], other: dict[str, Any], file: str) -> Finding:
    first, count = columns[0], len(columns)
    held = _held(
        "swapped",
        first,
        file,
        f"{count} colonnes décalées, dont {first['column']} : les chiffres de « {other['label']} »",
        f"{first['label']}, et chaque colonne sous son nom",
        f"Déplacées, ces colonnes suivent leur passé de {first['before_year']} ; telles quelles, non : une "
        "cellule manque, ou est de trop, sur chaque ligne.",
    )
    named = ", ".join(str(column["column"]) for column in columns)
    return replace(
        held, variable=None, millesime=None, column=named if len(named) < 120 else named[:119] + "…"
    )


def _twice(one: dict[str, Any], two: dict[str, Any], file: str) -> Finding:
    return _held(
        "duplicated",
        one,
        file,
        f"les mêmes chiffres que dans {two['column']}",
        str(one["label"]),
        f"Ces deux colonnes différaient en {one['before_year']} : l’une a été collée sur l’autre.",
    )
