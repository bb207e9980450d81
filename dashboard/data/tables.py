"""The tables of a release as text and column files: CSV for a spreadsheet, Parquet for a program.

Rows and columns come out in one order only, so that one release gives the same bytes everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

if TYPE_CHECKING:
    import io

    import pyarrow as pa

    from dashboard.data.release import Parameter

SEPARATOR = ";"
DECIMAL = ","
LINE_END = "\r\n"
MARK = "followed"
"""Column of a national table: whether the row is of a territory we follow."""
NEUTRAL = "'"
"""Put before a text that a spreadsheet would otherwise run as a formula."""

# Contours do not fit in a spreadsheet's cell (32 767 characters): they have files of their own, in GeoJSON.
NOT_IN_CSV = frozenset({"geometry"})

# What starts a formula in Excel or LibreOffice, full-width variants and the characters they skip included.
_RISKY = "^[=+\\-@\t\r\n＝＋－＠]"


class Queried(Protocol):
    """A release, however it is opened."""

    def query(self, sql: str, *parameters: Parameter) -> pl.DataFrame:
        """Return the rows of a constant query."""


class Streamed(Queried, Protocol):
    """A release whose tables may be read a piece at a time."""

    def batches(self, sql: str) -> pa.RecordBatchReader:
        """Return the rows of a constant query, a piece at a time."""


@dataclass(frozen=True)
class Column:
    """One column, as the release describes itself."""

    name: str
    kind: str
    comment: str


@dataclass(frozen=True)
class Table:
    """One table, as the release describes itself."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    """Those of the followed territories; a national table also has the one that tells them apart."""
    national: bool = False
    """Whether the release holds all of France under this name, and the followed territories as a view."""


def tables(release: Queried) -> list[Table]:
    """Return the tables of a release by name, each with its columns in their order."""
    described = release.query(
        "SELECT t.table_name, t.comment AS about, c.column_name, c.data_type, c.comment "
        "FROM duckdb_tables() AS t JOIN duckdb_columns() AS c USING (table_oid) "
        "WHERE NOT t.internal ORDER BY t.table_name, c.column_index"
    )
    found: dict[str, tuple[str, list[Column]]] = {}
    for table, about, column, kind, comment in described.iter_rows():
        found.setdefault(table, (about or table, []))[1].append(Column(column, kind, comment or column))
    views = set(release.query("SELECT view_name FROM duckdb_views() WHERE NOT internal")["view_name"])
    return [
        Table(
            name,
            about,
            tuple(column for column in columns if name not in views or column.name != MARK),
            name in views,
        )
        for name, (about, columns) in found.items()
    ]


def rows(release: Queried, table: str) -> pl.DataFrame:
    """Return every row of a table, sorted by all its columns."""
    quoted = table.replace('"', '""')
    return release.query(f'SELECT * FROM "{quoted}" ORDER BY ALL')  # noqa: S608 - an identifier, quoted


def neutral(text: pl.Expr) -> pl.Expr:
    """Return a text that no spreadsheet runs: an apostrophe goes before whatever would start a formula."""
    return pl.when(text.str.contains(_RISKY)).then(pl.concat_str(pl.lit(NEUTRAL), text)).otherwise(text)


def write_csv(frame: pl.DataFrame, target: Path | io.BytesIO) -> None:
    """Write a table for a French spreadsheet: UTF-8 with its mark, semicolons, decimal commas.

    Args:
        frame: The rows.
        target: File to write, whose folder exists, or what is held in memory.
    """
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    safe = frame.with_columns(neutral(pl.col(name)).alias(name) for name in texts)
    safe.write_csv(
        target,
        include_bom=True,
        separator=SEPARATOR,
        decimal_comma=True,
        line_terminator=LINE_END,
        datetime_format="%Y-%m-%dT%H:%M:%S",
        date_format="%Y-%m-%d",
        null_value="",
    )


def write_parquet_national(release: Streamed, table: str, target: Path) -> None:
    """Write a whole national table, every territory of France, piece by piece, in its stored order.

    Args:
        release: The release, opened.
        table: Name of a national table.
        target: File to write; its folder exists.
    """
    from pyarrow import parquet

    quoted = table.replace('"', '""')
    reader = release.batches(f'SELECT * FROM main."{quoted}"')  # noqa: S608 - an identifier, quoted
    with parquet.ParquetWriter(target, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def write_parquet(frame: pl.DataFrame, target: Path) -> None:
    """Write a table as typed columns.

    Args:
        frame: The rows.
        target: File to write; its folder exists.
    """
    frame.write_parquet(target, compression="zstd")
