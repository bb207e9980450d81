"""The tables of a release as text and column files: CSV for a spreadsheet, Parquet for a program.

Rows and columns come out in one order only, so that one release gives the same bytes everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.data.kept import kept

if TYPE_CHECKING:
    import io

    from dashboard.data.release import Release
    from dashboard.data.release_file import ReleaseFile

SEPARATOR = ";"
DECIMAL = ","
LINE_END = "\r\n"
MARK = "followed"
"""Column of a national table: whether the row is of a territory we follow."""
NEUTRAL = "'"
"""Put before a text that a spreadsheet would otherwise run as a formula."""

# Contours do not fit in a spreadsheet's cell (32 767 characters): they have files of their own, in GeoJSON.
NOT_IN_CSV = frozenset({"geometry", "surroundings"})

# What starts a formula in Excel or LibreOffice, full-width variants and the characters they skip included.
_RISKY = "^[=+\\-@\t\r\n＝＋－＠]"


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


_DESCRIBED = """
SELECT t.table_name, t.comment AS about, c.column_name, c.data_type, c.comment
FROM duckdb_tables() AS t JOIN duckdb_columns() AS c USING (table_oid)
WHERE NOT t.internal ORDER BY t.table_name, c.column_index
"""
_VIEWS = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
_YEARS = "SELECT min(millesime), max(millesime) FROM value WHERE value IS NOT NULL"
_HELD = "SELECT producer, title, citation, page, licence FROM dataset WHERE held ORDER BY ALL"
_THEME = """
SELECT i.title, v.indicator, s.label, v.series, v.level, v.code, t.name, v.perimeter, v.period, v.millesime,
       v.edition, v.value, i.unit_label, v.numerator, v.denominator, v.lower, v.upper, v.status, v.origin,
       v.datasets, v.note, i.decimals
FROM value AS v
JOIN indicator AS i USING (indicator)
LEFT JOIN series AS s USING (indicator, series)
LEFT JOIN territory AS t
    ON t.level = v.level AND t.code = v.code AND t.perimeter IS NOT DISTINCT FROM v.perimeter
WHERE i.theme = ?
ORDER BY i.position, i.number, v.indicator, s.position, v.level, t.name, v.code, v.perimeter,
         v.millesime DESC, v.edition DESC
"""


@kept
def tables(release: Release) -> list[Table]:
    """Return the tables of a release by name, each with its columns in their order."""
    described = release.query(_DESCRIBED)
    found: dict[str, tuple[str, list[Column]]] = {}
    for table, about, column, kind, comment in described.iter_rows():
        found.setdefault(table, (about or table, []))[1].append(Column(column, kind, comment or column))
    views = set(release.query(_VIEWS)["view_name"])
    return [
        Table(
            name,
            about,
            tuple(column for column in columns if name not in views or column.name != MARK),
            name in views,
        )
        for name, (about, columns) in found.items()
    ]


def rows(release: Release, table: str) -> pl.DataFrame:
    """Return every row of a table, sorted by all its columns.

    Args:
        release: The release.
        table: Its name in the release.

    Returns:
        Every column of the table, in its order.

    Raises:
        duckdb.Error: the release has no such table.
    """
    quoted = table.replace('"', '""')
    return release.query(f'SELECT * FROM "{quoted}" ORDER BY ALL')  # noqa: S608 - an identifier, quoted


def years(release: Release) -> tuple[int | None, int | None]:
    """Return the first and the last reference year of the figures."""
    first, last = release.query(_YEARS).row(0)
    return first, last


def theme_values(release: Release, theme: str) -> list[tuple[Any, ...]]:
    """Return the values of a theme with what names them: the columns of its sheet, then the decimals."""
    return release.query(_THEME, theme).rows()


def held_datasets(release: Release) -> list[tuple[str, str, str, str | None, str]]:
    """Return producer, title, citation, page and licence of the datasets the release holds extracts of."""
    return release.query(_HELD).rows()


def neutral(text: pl.Expr) -> pl.Expr:
    """Return a text that no spreadsheet runs: an apostrophe goes before whatever would start a formula.

    Args:
        text: A column of texts.

    Returns:
        The same texts, null where there is none.
    """
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


def write_parquet_national(release: ReleaseFile, table: str, target: Path) -> None:
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
