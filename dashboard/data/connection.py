"""How a release file is opened: read-only, one thread, and looking at the territories we follow.

Belongs here: what pages and documents share of the database itself, without the dashboard's server. Does not
belong here: which release is the current one (``dashboard.data.release``).
"""

from __future__ import annotations

import duckdb

FOLLOWED = "suivi"
"""Schema of the views of the territories we follow, under the names of the tables that hold all of France."""

# One thread: the tables are small and several readers share the machine.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {"threads": "1", "enable_external_access": "false"}


def connect(path: str) -> duckdb.DuckDBPyConnection:
    """Open a release read-only; every reader of a process opens it with the same settings.

    Raises:
        duckdb.Error: The file is not a database, or is not there.
    """
    return duckdb.connect(path, read_only=True, config=_CONFIG)


def has_views(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the file also holds the rest of France; one that does not has no view either."""
    found = connection.sql("SELECT 1 FROM duckdb_schemas() WHERE schema_name = ?", params=[FOLLOWED])
    return bool(found.fetchall())


def look_at_followed(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the plain names of the national tables mean the territories we follow, ``main.`` all of them."""
    cursor.execute(f"SET search_path = '{FOLLOWED},main'")
