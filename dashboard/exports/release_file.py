"""A release opened by its path, without the dashboard's server: one connection, read-only, no cache."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb

from dashboard.questions import Barometer

if TYPE_CHECKING:
    import polars as pl

    from dashboard.release import Parameter, Release


_CONFIG: dict[str, str | bool | int | float | list[str]] = {"threads": "1", "enable_external_access": "false"}
"""As the pages open a release, so that both can read one file in one process."""


class ExportError(Exception):
    """A document cannot be made; the message says why, in French."""


class ReleaseFile:
    """The answers of one release file; it stands for the dashboard's cached release."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self._connection = connection
        rows = connection.sql("SELECT table_name FROM information_schema.tables").fetchall()
        self.tables = frozenset(name for (name,) in rows)

    def query(self, sql: str, *parameters: Parameter) -> pl.DataFrame:
        """Return the rows of a constant query."""
        frame: pl.DataFrame = self._connection.sql(sql, params=list(parameters)).pl()
        return frame

    def barometer(self) -> Barometer:
        """Return the same questions and answers as the pages."""
        return Barometer(cast("Release", self))


def _connection(path: str) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(path, read_only=True, config=_CONFIG)
    except duckdb.ConnectionException:
        # This process already reads the file with other settings: they are then the only ones allowed.
        return duckdb.connect(path, read_only=True)


@contextmanager
def opened(path: Path) -> Iterator[ReleaseFile]:
    """Open a release file read-only.

    Raises:
        ExportError: it is not there, or is not a release.
    """
    try:
        connection = _connection(str(path))
    except duckdb.Error as error:
        raise ExportError(f"La version {path.name} ne peut pas être lue.") from error
    with connection:
        file = ReleaseFile(path, connection)
        if not {"release", "value", "territory", "comparison", "indicator"} <= file.tables:
            raise ExportError(f"Le fichier {path.name} n’est pas une version du baromètre.")
        yield file
