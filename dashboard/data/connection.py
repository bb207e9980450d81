"""How a release is opened: read-only, one thread, and looking at the territories we follow.

It is a database file, or a folder of Parquet files that many machines share: views then bear the names of the
tables.

Belongs here: what pages and documents share of the database itself, without the dashboard's server. Does not
belong here: which release is the current one (``dashboard.data.release``).
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from indicators.release_schema import PARTITION

FOLLOWED = "suivi"
"""Schema of the views of the territories we follow, under the names of the tables that hold all of France."""

# One thread: the tables are small and several readers share the machine.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {"threads": "1", "enable_external_access": "false"}


def connect(path: str) -> duckdb.DuckDBPyConnection:
    """Open a release read-only; every reader of a process opens it with the same settings.

    Raises:
        duckdb.Error: The file is not a database, or is not there.
    """
    if Path(path).is_dir():
        return _over_parquet(Path(path))
    return duckdb.connect(path, read_only=True, config=_CONFIG)


_TABLE = re.compile(r"[a-z0-9_]+")


def _over_parquet(folder: Path) -> duckdb.DuckDBPyConnection:
    """Give the Parquet files of a folder the names of tables, and those of France their followed rows."""
    opened = duckdb.connect(config={"threads": _CONFIG["threads"]})
    opened.execute("SET allowed_directories = ?", [[str(folder)]])
    opened.execute("SET enable_external_access = false")
    opened.execute(f"CREATE SCHEMA {FOLLOWED}")
    for path in sorted(folder.iterdir()):
        name, cut = path.stem, path.is_dir()
        if not _TABLE.fullmatch(name):
            continue
        rows = opened.read_parquet(str(path / "*" / "*.parquet" if cut else path), hive_partitioning=cut)
        (rows.project(f"* EXCLUDE ({PARTITION})") if cut else rows).create_view(name)
        if cut:
            followed = f'SELECT * EXCLUDE (followed) FROM main."{name}" WHERE followed'  # noqa: S608
            opened.execute(f'CREATE VIEW {FOLLOWED}."{name}" AS {followed}')
    return opened


def has_views(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the file also holds the rest of France; one that does not has no view either."""
    found = connection.sql("SELECT 1 FROM duckdb_schemas() WHERE schema_name = ?", params=[FOLLOWED])
    return bool(found.fetchall())


def look_at_followed(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the plain names of the national tables mean the territories we follow, ``main.`` all of them."""
    cursor.execute(f"SET search_path = '{FOLLOWED},main'")
