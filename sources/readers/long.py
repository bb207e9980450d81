"""Long layouts (Melodi): a row holds one figure, and its dimension columns say of what.

Belongs here: choosing the rows of each variable, and what the flags make of their figure. Does not belong
here: the codes of dimensions, which the catalogue declares (``where``).
"""

from __future__ import annotations

from collections.abc import Mapping
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


def may_be_read(dataset: Dataset) -> list[pl.Expr]:
    """Return the filters of the variables of a long layout; a row that passes none of them is of no use.

    Args:
        dataset: Its layout says which values of which columns make a variable.

    Returns:
        One boolean expression per variable that names values, on the producer's columns.
    """
    import polars as pl

    return [
        pl.all_horizontal(
            [pl.lit(True), *(pl.col(n).is_in(v) for n, v in column.where.items() if ANY not in v)]
        )
        for column in dataset.layout.columns.values()
        if column.where
    ]


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
    dimensions = _dimensions(dataset, matches, table)
    totals = {name for name in dimensions if (rows[name] == TOTAL).any()}
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


def _dimensions(dataset: Dataset, matches: list[Match], table: TextTable) -> list[str]:
    """Return the columns that split the figures: all but territory, year, values, flags and attributes."""
    layout = dataset.layout
    others = {*_ATTRIBUTES, *layout.flags, *(match.column for match in matches), "_sheet"}
    others |= {dimension.column for dimension in layout.dimensions.values()}
    others |= {*(layout.territory.column or ()), *(layout.territory.label or ()), layout.year.column or ""}
    return [name for name in table.columns if name not in others]
