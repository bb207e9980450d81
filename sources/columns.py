"""Columns of a table, declared once: name, type, comment, and whether a cell may be empty.

From these declarations derive the schema of a frame, the checks of its types, and the database that stores
it. Comments are French: an agent reads them in any database tool.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["VARCHAR", "INTEGER", "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP"]


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    comment: str
    nullable: bool = False


_KINDS: dict[str, Kind] = {
    "": "VARCHAR",
    "int": "INTEGER",
    "big": "BIGINT",
    "num": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP",
}


def columns(*lines: str) -> tuple[Column, ...]:
    """Parse ``name[:kind][?] | comment`` lines; ``?`` marks a column that may be null."""
    found = []
    for line in lines:
        head, comment = (part.strip() for part in line.split("|", 1))
        name, _, kind = head.rstrip("?").partition(":")
        found.append(Column(name, _KINDS[kind], comment, head.endswith("?")))
    return tuple(found)


def polars_schema(declared: Iterable[Column]) -> pl.Schema:
    """Return the types of columns, as polars holds them.

    Args:
        declared: The columns, in the order of the table.

    Returns:
        Name → type, in the order given: years are ``Int32``, counts ``Int64``, dates of a clock in
        microseconds.
    """
    import polars as pl

    types: dict[Kind, pl.DataType] = {
        "VARCHAR": pl.String(),
        "INTEGER": pl.Int32(),
        "BIGINT": pl.Int64(),
        "DOUBLE": pl.Float64(),
        "BOOLEAN": pl.Boolean(),
        "DATE": pl.Date(),
        "TIMESTAMP": pl.Datetime("us"),
    }
    return pl.Schema({column.name: types[column.kind] for column in declared})


TERRITORY_LINES = (
    "level | Échelle : qpv, commune, canton, groupe, epci, departement, region, metropole ou france",
    "code | Code officiel du territoire (FM : France métropolitaine, F : France)",
    "perimeter? | Génération du périmètre d’un QPV (qpv_2015 ou qpv_2024), vide aux autres échelles",
)
STATUS_LINE = (
    "status | observed, estimated, suppressed, not_published, not_applicable, missing ou awaiting_extract"
)
