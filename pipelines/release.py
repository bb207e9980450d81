"""One DuckDB file from the tables of a release, and those tables back from the file.

Belongs here: writing, reading and hashing the content. Does not belong here: deciding whether it may be
published (``checks``) nor making it the current one (``publication``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.tables import RELEASE, TABLES, Table
from sources.problems import Problem, ValidationFailed

if TYPE_CHECKING:
    import duckdb
    import polars as pl


@dataclass(frozen=True)
class Identity:
    """What distinguishes a release from another one of the same content."""

    release_id: str
    created_at: dt.datetime
    content_hash: str
    fingerprint: str
    epci_code: str
    epci_name: str
    version: str


def conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with the columns, types and row order a table declares.

    Raises:
        polars.exceptions.PolarsError: a column is absent or of another type: a fault of ours, not of data.
        ValidationFailed: a column that is always given is empty somewhere.
    """
    import polars as pl

    columns = [pl.col(name).cast(dtype) for name, dtype in table.schema.items()]
    empty = [c.name for c in table.columns if not c.nullable and frame[c.name].null_count()]
    if empty:
        raise ValidationFailed(
            Problem(f"table {table.name}", None, name, "une valeur absente", "une valeur à chaque ligne")
            for name in empty
        )
    # Every column takes part: two rows of one key would otherwise come in any order.
    order = [*table.key, *(name for name in table.names if name not in table.key)]
    return frame.select(columns).sort(order, nulls_last=False)


def content_hash(tables: Mapping[str, pl.DataFrame]) -> str:
    """Return the digest of all content but the identity of the release, row order not counting.

    Args:
        tables: frames by table name; each is put in its declared order first.
    """
    digest = hashlib.sha256()
    for table in TABLES:
        if table.hashed:
            text = io.BytesIO()
            conform(table, tables[table.name]).write_csv(text, null_value="\\N", quote_style="non_numeric")
            digest.update(f"{table.name}\0".encode())
            digest.update(text.getbuffer())
    return digest.hexdigest()


def build_release(path: Path, tables: Mapping[str, pl.DataFrame], identity: Identity) -> None:
    """Write one DuckDB file holding every table of a release, with a comment on each table and column.

    Args:
        path: file to create; it must not exist.
        tables: frames by name, all of them but ``release``.
        identity: the row of table ``release``.
    """
    import duckdb
    import polars as pl

    if path.exists():
        raise FileExistsError(path)
    frames = {**tables, RELEASE.name: pl.DataFrame([vars(identity)])}
    with duckdb.connect(path) as connection:
        connection.execute("BEGIN")
        for table in TABLES:
            _write(connection, table, conform(table, frames[table.name]))
        connection.execute("COMMIT")


def _write(connection: duckdb.DuckDBPyConnection, table: Table, frame: pl.DataFrame) -> None:
    # Names and comments are declared in this package, never read from a file; values go through the frame.
    columns = ", ".join(
        f'"{column.name}" {column.kind}{"" if column.nullable else " NOT NULL"}' for column in table.columns
    )
    connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    connection.register("_frame", frame)
    connection.execute(f'INSERT INTO "{table.name}" SELECT * FROM _frame')  # noqa: S608
    connection.unregister("_frame")
    connection.execute(f'COMMENT ON TABLE "{table.name}" IS {_literal(table.comment)}')
    for column in table.columns:
        connection.execute(f'COMMENT ON COLUMN "{table.name}"."{column.name}" IS {_literal(column.comment)}')


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def read_release(path: Path) -> dict[str, pl.DataFrame]:
    """Read every table of a built file, ``release`` included.

    Raises:
        duckdb.Error: the file is not a release, or is damaged.
    """
    import duckdb

    with duckdb.connect(path, read_only=True) as connection:
        return {table.name: connection.table(table.name).pl() for table in TABLES}


def read_table(path: Path, name: str) -> pl.DataFrame:
    """Read one table of a release.

    Args:
        path: a published file.
        name: a table of :data:`pipelines.tables.TABLES`.
    """
    import duckdb

    if name not in {table.name for table in TABLES}:
        raise ValueError(name)
    with duckdb.connect(path, read_only=True) as connection:
        frame: pl.DataFrame = connection.table(name).pl()
    return frame
