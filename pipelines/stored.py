"""Tables written in a DuckDB file: their declarations, then their rows.

Belongs here: the statements that make a table and fill it. Does not belong here: which tables a release has
nor what they hold (``release``). Nothing here knows an indicator: what is kept of this work (``kept``) must
not be done again because a formula changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.table import FOLLOWED, Table
from sources.columns import Column

if TYPE_CHECKING:
    import duckdb
    import polars as pl

VIEWS = "suivi"
"""Schema of the views a page reads: the national tables, cut down to the territories we follow."""


@dataclass(frozen=True)
class Rows:
    """All a table is to hold."""

    table: Table
    followed: pl.DataFrame
    """Its rows, in its columns and their order; of a national table those we follow."""
    parts: Sequence[Path] = ()
    """Files of the rest of France, without the column :data:`FOLLOWED`."""


def write(path: Path, tables: Iterable[Rows]) -> None:
    """Add tables to a file, made where it is not there.

    Args:
        path: the database.
        tables: what they hold.
    """
    import duckdb

    with duckdb.connect(path) as connection:
        # Rows in one order, however many cores: a third less work, and a file a third smaller.
        connection.execute("SET threads = 1")
        connection.execute("BEGIN")
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {VIEWS}")
        for rows in tables:
            _create(connection, rows.table)
            _insert(connection, rows)
        connection.execute("COMMIT")


def _insert(connection: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    # Names are declared in this package.
    name = f'main."{rows.table.name}"'
    connection.register("_frame", rows.followed)
    connection.execute(f"INSERT INTO {name} SELECT * FROM _frame")  # noqa: S608
    connection.unregister("_frame")
    if rows.parts:
        columns = ", ".join(f'"{column}"' for column in rows.table.names[:-1])
        connection.execute(
            f"INSERT INTO {name} SELECT {columns}, false FROM read_parquet($parts)",  # noqa: S608
            {"parts": [str(part) for part in rows.parts]},
        )


def _create(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    # Names and comments are declared in this package, never read from a file.
    columns = ", ".join(
        f'"{column.name}" {column.kind}{"" if column.nullable else " NOT NULL"}' for column in table.columns
    )
    connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    _comment(connection, "TABLE", f'"{table.name}"', table, table.columns)
    if table.national:
        view = f'{VIEWS}."{table.name}"'
        connection.execute(
            f'CREATE VIEW {view} AS SELECT * EXCLUDE ({FOLLOWED}) FROM main."{table.name}" WHERE {FOLLOWED}'  # noqa: S608
        )
        _comment(connection, "VIEW", view, table, [c for c in table.columns if c.name != FOLLOWED])


def _comment(
    connection: duckdb.DuckDBPyConnection, kind: str, name: str, table: Table, columns: Iterable[Column]
) -> None:
    connection.execute(f"COMMENT ON {kind} {name} IS {_literal(table.comment)}")
    for column in columns:
        connection.execute(f'COMMENT ON COLUMN {name}."{column.name}" IS {_literal(column.comment)}')


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
