"""One DuckDB file from the tables of a release, and those tables back from the file.

Belongs here: writing, reading and hashing the content. Does not belong here: deciding whether it may be
published (``checks``) nor making it the current one (``publication``).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.release_schema import SCHEMA
from pipelines.elsewhere import NoParts, Parts, WorkParts, part_name
from pipelines.frame_digest import frame_digest
from pipelines.kept import Kept
from pipelines.stored import Rows, write
from pipelines.tables import (
    FOLLOWED,
    MEMBERSHIP,
    OBSERVATION,
    RELEASE,
    TABLES,
    TERRITORY,
    Table,
    named,
)
from sources import files
from sources.problems import Problem, ValidationFailed

if TYPE_CHECKING:
    import duckdb
    import polars as pl

STEADY = (TERRITORY, MEMBERSHIP, OBSERVATION)
"""National tables no formula changes."""


@dataclass(frozen=True)
class Identity:
    """What distinguishes a release from another one of the same content."""

    release_id: str
    created_at: dt.datetime
    content_hash: str
    fingerprint: str
    epci_code: str
    epci_name: str
    epci_noun: str
    epci_feminine: bool
    contract: str | None
    version: str
    schema: int = SCHEMA


def conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with the columns, types and row order a table declares.

    Args:
        table: the declaration.
        frame: at least its columns.

    Returns:
        Sorted by key, then by every other column.

    Raises:
        polars.exceptions.PolarsError: a column is absent or of another type: a bug, not a fault of the data.
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


Contents = Mapping[str, Mapping[str, str]]
"""Digests of the rows of each table of content: those we follow under an empty name, then those of each part
of the rest of France under its name."""


def contents(tables: Mapping[str, pl.DataFrame], elsewhere: Parts | None = None) -> Contents:
    """Return the digests of all content but the identity of the release, row order not counting.

    Args:
        tables: frames by table name, followed rows alone for the national ones; each is put in its declared
            order first.
        elsewhere: the rest of the national tables.
    """
    return {
        table.name: {"": frame_digest(followed_rows(table, tables[table.name]))}
        | {part_name(part.values): part.digest() for part in (elsewhere or NoParts()).parts(table)}
        for table in TABLES
        if table.hashed
    }


def hash_of(found: Contents) -> str:
    """Return the digest of a content as a whole."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def content_hash(tables: Mapping[str, pl.DataFrame], elsewhere: Parts | None = None) -> str:
    """Return the digest of the whole of :func:`contents`."""
    return hash_of(contents(tables, elsewhere))


def followed_rows(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows we follow as they are stored and hashed.

    Args:
        table: a declared table.
        frame: at least its columns, but ``followed``.

    Returns:
        The columns of the table, ``followed`` true in a national one, in the order of its key.
    """
    import polars as pl

    if table.national and FOLLOWED not in frame.columns:
        frame = frame.with_columns(pl.lit(True).alias(FOLLOWED))
    return conform(table, frame)


def build_release(
    path: Path, tables: Mapping[str, pl.DataFrame], identity: Identity, elsewhere: WorkParts | None = None
) -> None:
    """Write one DuckDB file holding every table of a release, with a comment on each table and column.

    Args:
        path: file to create; it must not exist.
        tables: frames by name, all of them but ``release``; followed rows alone for the national ones.
        identity: the row of table ``release``.
        elsewhere: the rest of the national tables; the engine takes longer to write it than all else.
    """
    import polars as pl

    if path.exists():
        raise FileExistsError(path)
    frames = {**tables, RELEASE.name: pl.DataFrame([vars(identity)])}
    rest = elsewhere or WorkParts(path)
    rows = {
        table: Rows(table, followed_rows(table, frames[table.name]), rest.files(table)) for table in TABLES
    }
    if rest.kept is not None and rows[OBSERVATION].parts:
        steady = [rows.pop(table) for table in STEADY]
        told = [(one.table, one.followed, [files.digest(part) for part in one.parts]) for one in steady]
        # Of these very rows and no other: a copy holds in its bytes nothing that is not published again.
        rest.kept.file(Kept.key(write, told), path, lambda target: write(target, steady))
    write(path, rows.values())


Sums = dict[str, tuple[int, int]]
"""How many rows each part of a table has, and the sum of the engine's own hash of them."""


def other_rows(connection: duckdb.DuckDBPyConnection, written: WorkParts) -> list[str]:
    """Return the national tables of which a built file does not hold the rows of the rest of France.

    Rows are told apart by the engine's own hash of them, added up by part: all are read, none leaves it.

    Args:
        connection: the built file, opened.
        written: the parts it was built from; those of the same bytes as before are not read again.

    Returns:
        Names of tables.
    """
    return [
        table.name
        for table in TABLES
        if table.national
        and _sums(connection, table, f'(FROM main."{table.name}" WHERE NOT {FOLLOWED})').get("", {})
        != _sums_of(connection, table, written)
    ]


def _sums_of(connection: duckdb.DuckDBPyConnection, table: Table, written: WorkParts) -> Sums:
    """Return the sums of the files of a table, those kept of the same bytes and the others."""
    keys = {
        str(p): Kept.key(other_rows, table.name, table.names, files.digest(p)) for p in written.files(table)
    }
    kept = written.kept
    held = {path: kept.find(key) if kept else None for path, key in keys.items()}
    unknown = [path for path, found in held.items() if found is None]
    made = _sums(connection, table, "read_parquet($parts, filename = true)", parts=unknown) if unknown else {}
    total: Sums = {}
    for path, found in held.items():
        own = made.get(Path(path).name, {}) if found is None else found.told
        if kept and found is None:
            kept.keep(keys[path], own, {})
        for name, (many, hashes) in own.items():
            before = total.get(name, (0, 0))
            total[name] = before[0] + many, before[1] + hashes
    return total


def _sums(
    connection: duckdb.DuckDBPyConnection, table: Table, source: str, **given: object
) -> dict[str, Sums]:
    """Return the sums of a source, by name of file; those of the built file under an empty name."""
    # Names are declared in this package.
    file = "filename" if given else "''"
    cut = "".join(f'"{name}", ' for name in table.partition or ())
    row = ", ".join(f'"{name}"' for name in table.names[:-1])
    asked = f"SELECT {file}, count(*) AS many, sum(hash({row})), {cut} FROM {source} GROUP BY ALL"  # noqa: S608
    found: dict[str, Sums] = {}
    for path, many, hashes, *values in connection.sql(asked, params=given).filter("many > 0").fetchall():
        # Its name alone: Windows may give a path back with other separators.
        found.setdefault(Path(path).name, {})[part_name(values)] = many, hashes
    return found


def read_release(path: Path) -> dict[str, pl.DataFrame]:
    """Read every table of a built file, ``release`` included; of the national ones, the followed rows.

    Args:
        path: a built file.

    Returns:
        Frames by name of table, in the declared order of tables and columns.

    Raises:
        duckdb.Error: the file is not a release, or is damaged.
    """
    with opened(path) as connection:
        return {table.name: _followed(connection, table) for table in TABLES}


def read_table(path: Path, name: str) -> pl.DataFrame:
    """Read one table of a release; of a national one, the followed rows.

    Args:
        path: a published file.
        name: a table of :data:`pipelines.tables.TABLES`.

    Returns:
        The rows in the columns the table declares.

    Raises:
        KeyError: no table has this name.
        duckdb.Error: the file is not a release, or is damaged.
    """
    with opened(path) as connection:
        return _followed(connection, named(name))


@contextlib.contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a release read-only."""
    import duckdb

    with duckdb.connect(path, read_only=True) as connection:
        yield connection


def _followed(connection: duckdb.DuckDBPyConnection, table: Table) -> pl.DataFrame:
    relation = connection.table(table.name)
    # A release of an earlier version has no rows of the rest of France, nor the column that marks them.
    if table.national and FOLLOWED in relation.columns:
        relation = relation.filter(FOLLOWED)
    frame: pl.DataFrame = relation.pl()
    return frame
