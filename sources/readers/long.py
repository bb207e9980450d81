"""Long layouts (Melodi): a row holds one figure, and its dimension columns say of what.

Belongs here: choosing the rows of each variable, and what the flags make of their figure. Does not belong
here: the codes of dimensions, which the catalogue declares (``where``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sources.model import Dataset
from sources.problems import Problem
from sources.readers.header import Match
from sources.readers.text import TextTable

if TYPE_CHECKING:
    import polars as pl

TOTAL = "_T"
"""Code of the total of a dimension in INSEE's Melodi tables."""
ANY = "*"
_BITS = 64
# Columns of a Melodi table that describe the observation and split nothing.
_ATTRIBUTES = frozenset(
    {
        "FREQ",
        "UNIT_MEASURE",
        "UNIT_MULT",
        "DECIMALS",
        "OBS_STATUS",
        "CONF_STATUS",
        "OBS_STATUS_FR",
        "GEO_OBJECT",
    }
)


@dataclass(frozen=True)
class Part:
    """The column of a variable and the rows it is read on (None for every row)."""

    match: Match
    rows: str | None = None


def of_use(dataset: Dataset, totals: Iterable[str] = ()) -> pl.Expr | None:
    """Tell the rows of a long layout that may be of a variable.

    Each value of a column stands for the set of the variables it may be of, one bit each: a row is of those
    that all its values have in common.

    Args:
        dataset: Its layout says which values of which columns make a variable.
        totals: Columns known to hold a total, at which those that a variable does not name are taken.

    Returns:
        A boolean on the producer's columns; None where no variable names values.
    """
    import polars as pl

    wheres = [column.where for column in dataset.layout.columns.values() if column.where]
    named = dict.fromkeys([*(name for where in wheres for name in where), *totals])
    sets = [wheres[i : i + _BITS] for i in range(0, len(wheres), _BITS)]
    useful = [pl.lit((1 << len(part)) - 1, pl.UInt64) for part in sets]
    for name in named:
        chosen = [[where.get(name, (TOTAL if name in totals else ANY,)) for where in part] for part in sets]
        for i, part in enumerate(chosen):
            bits = {value: 0 for values in part for value in values if value != ANY}
            any_value = sum(1 << bit for bit, values in enumerate(part) if ANY in values)
            for value in bits:
                bits[value] = any_value | sum(1 << bit for bit, values in enumerate(part) if value in values)
            if bits:
                useful[i] &= pl.col(name).replace_strict(bits, default=any_value, return_dtype=pl.UInt64)
    return pl.any_horizontal([part != 0 for part in useful]) if useful else None


def with_selected_rows(
    rows: pl.DataFrame, matches: list[Match], dataset: Dataset, table: TextTable, seen: Mapping[str, set[str]]
) -> tuple[pl.DataFrame, list[Part], list[Problem]]:
    """Mark the rows of each variable and leave outside those of none.

    Args:
        rows: Coded rows of the file.
        matches: Columns found.
        dataset: For the filters (``where``) of its columns.
        table: For the columns of the file.
        seen: Values met in each dimension, for messages.

    Returns:
        The rows, with one boolean column per filtered variable, the parts to unpivot, and one problem per
        required variable that no row gives: a code of dimension has changed.
    """
    import polars as pl

    columns = dataset.layout.columns
    if not any(column.where for column in columns.values()):
        return rows, [Part(match) for match in matches], []
    if not matches:
        return rows, [], [_no_column(table.file, dataset)]
    totals = totals_of(rows, matches, dataset, table)
    parts = [Part(match, f"_rows_{i}") for i, match in enumerate(matches)]
    conditions = {}
    for part in parts:
        where = columns[part.match.variable].where
        chosen = [pl.col(name).is_in(values) for name, values in where.items() if ANY not in values]
        chosen += [pl.col(name) == TOTAL for name in sorted(totals - set(where))]
        conditions[str(part.rows)] = pl.all_horizontal(chosen)
    rows = rows.with_columns(**conditions)
    unused = pl.any_horizontal(list(conditions)).not_()
    absent = [
        _no_row(table.file, dataset, part.match.variable, seen)
        for part in parts
        if columns[part.match.variable].required and not rows[str(part.rows)].any()
    ]
    return rows.with_columns(_outside=pl.col("_outside") | unused), parts, absent


def _no_column(file: str, dataset: Dataset) -> Problem:
    """Say that a file has none of the columns of figures of its dataset."""
    wanted = dict.fromkeys(name for column in dataset.layout.columns.values() for name in column.column)
    return Problem(
        file=file,
        line=dataset.layout.header_row,
        column=None,
        found="aucune colonne de chiffres connue",
        expected=f"« {' » ou « '.join([*wanted][:5])} »",
        advice=f"Si le producteur l’a renommée, ajoutez son nom dans {dataset.id}.yaml.",
    )


def no_variable(file: str, dataset: Dataset, seen: Mapping[str, set[str]]) -> Problem:
    """Say that no row of a file is of a variable of its dataset.

    Args:
        file: Its name.
        dataset: For the filters (``where``) of its columns.
        seen: Values met in each dimension.
    """
    names = dict.fromkeys(name for column in dataset.layout.columns.values() for name in column.where)
    held = "\u00a0; ".join(f"{name}\u00a0: {', '.join(sorted(seen.get(name, ()))[:12])}" for name in names)
    return Problem(
        file=file,
        line=None,
        column=next(iter(names), None),
        found=f"aucune ligne d’une variable de « {dataset.title} » (présents\u00a0: {held})",
        expected=f"des lignes que nomment les filtres de {dataset.id}.yaml",
        advice="Deux colonnes ont peut-être échangé leurs noms\u00a0: reprenez le fichier du producteur.",
    )


def _no_row(file: str, dataset: Dataset, variable: str, seen: Mapping[str, set[str]]) -> Problem:
    """Say which values of which dimensions a variable waits for, and what the file holds."""
    where = {
        name: values for name, values in dataset.layout.columns[variable].where.items() if ANY not in values
    }
    wanted = ", ".join(f"{name} = {' ou '.join(values[:5])}" for name, values in where.items())
    held = "\u00a0; ".join(f"{name}\u00a0: {', '.join(sorted(seen.get(name, ()))[:12])}" for name in where)
    return Problem(
        file=file,
        line=None,
        column=next(iter(where), None),
        found=f"aucune ligne pour « {dataset.layout.columns[variable].label} » (présents\u00a0: {held})",
        expected=f"des lignes où {wanted}",
        advice=f"Si ses codes ont changé, corrigez le filtre (where) de {variable} dans {dataset.id}.yaml.",
    )


def totals_of(rows: pl.DataFrame, matches: list[Match], dataset: Dataset, table: TextTable) -> set[str]:
    """Return the columns that split the figures of a long file and hold their total.

    Args:
        rows: Rows of the file.
        matches: Columns of figures found: neither they, the territory, the year, the flags nor attributes
            split figures.
        dataset: For what its other columns are.
        table: For the columns of the file.
    """
    layout = dataset.layout
    others = {*_ATTRIBUTES, *layout.flags, *(match.column for match in matches), "_sheet"}
    others |= {dimension.column for dimension in layout.dimensions.values()}
    others |= {*(layout.territory.column or ()), *(layout.territory.label or ()), layout.year.column or ""}
    return {name for name in table.columns if name not in others and (rows[name] == TOTAL).any()}
