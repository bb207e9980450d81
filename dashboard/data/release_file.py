"""A release opened by its path, without the dashboard's server: one connection, read-only, no cache."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dashboard.data.connection import connect, has_views, look_at_followed
from dashboard.data.release import TABLES
from dashboard.data.schema import refusal

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from dashboard.data.release import Parameter


BATCH_ROWS = 200_000
"""Rows of a piece of :meth:`ReleaseFile.batches`."""


class ExportError(Exception):
    """A document cannot be made; the message says why, in French."""


class ReleaseFile:
    """One release file, open for as long as a document or a bundle is made."""

    shelf = None
    variant = None

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self._connection = connection
        rows = connection.sql(TABLES).fetchall()
        self.tables = frozenset(name for (name,) in rows)

    def query(self, sql: str, *parameters: Parameter) -> pl.DataFrame:
        """Return the rows of a constant query.

        Args:
            sql: The query, ``?`` for each value.
            parameters: The values of the question marks.

        Returns:
            The columns the query names, in its order.

        Raises:
            duckdb.Error: the file is damaged, or the query names what an older release does not have.
        """
        frame: pl.DataFrame = self._connection.sql(sql, params=list(parameters)).pl()
        return frame

    def batches(self, sql: str) -> pa.RecordBatchReader:
        """Return the rows of a constant query a piece at a time: a national table does not fit in memory."""
        reader: pa.RecordBatchReader = self._connection.sql(sql).to_arrow_reader(BATCH_ROWS)
        return reader


def _connection(path: str) -> duckdb.DuckDBPyConnection:
    try:
        return connect(path)
    except duckdb.ConnectionException:
        # This process already reads the file with other settings: they are then the only ones allowed.
        return duckdb.connect(path, read_only=True)


@contextmanager
def opened(path: Path, *, any_schema: bool = False) -> Iterator[ReleaseFile]:
    """Open a release file read-only.

    Args:
        path: The file.
        any_schema: Whether a release of another shape is opened too, by what only reads its values.

    Raises:
        ExportError: it is not there, or is not a release.
    """
    try:
        connection = _connection(str(path))
    except duckdb.Error as error:
        raise ExportError(f"La version {path.name} ne peut pas être lue.") from error
    with connection:
        if has_views(connection):
            look_at_followed(connection)
        file = ReleaseFile(path, connection)
        if not {"release", "value", "territory", "comparison", "indicator"} <= file.tables:
            raise ExportError(f"Le fichier {path.name} n’est pas une version du baromètre.")
        refused = "" if any_schema else refusal(file)
        if refused:
            raise ExportError(f"La version {path.name} ne peut pas être lue : {refused}.")
        yield file
