"""The file of a release made from an earlier one: only what changed is written again.

Belongs here: which earlier file serves, and the rows that are replaced in its copy. Does not belong here:
what a release holds (``release``), nor whether the file is right: it is verified like one written whole
(``checks``).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import publication, release
from pipelines.elsewhere import WorkParts
from pipelines.home import Home
from pipelines.kept import Kept
from pipelines.publication import Published
from pipelines.release import Contents, Identity
from pipelines.tables import FOLLOWED, RELEASE, TABLES, Table

if TYPE_CHECKING:
    import duckdb
    import polars as pl

GROWN = 1.3
"""How many times its size when it was written whole a file may take: rows replaced leave holes."""


def write(
    path: Path,
    tables: Mapping[str, pl.DataFrame],
    identity: Identity,
    elsewhere: WorkParts,
    found: Contents,
    home: Home,
) -> int | None:
    """Write the file of a release: whole, or as a copy of an earlier one in which what changed is replaced.

    Args:
        path: file to create.
        tables: as for :func:`pipelines.release.build_release`, as the next two.
        identity: the row of table ``release``.
        elsewhere: the rest of the national tables, and what is kept of earlier runs.
        found: the digests of all this.
        home: where earlier files are.

    Returns:
        The size of the file when it was last written whole; None when it just was.
    """
    earlier = _earlier(home, elsewhere.kept) if any(map(elsewhere.files, TABLES)) else None
    if earlier is None:
        release.build_release(path, tables, identity, elsewhere)
        return None
    base, told = earlier
    shutil.copyfile(base, path)
    _replace(path, tables, identity, elsewhere, told["contents"], found)
    return int(told["whole"])


def remember(kept: Kept, built: Published, found: Contents, whole: int | None) -> None:
    """Keep what a verified file holds, for the next one.

    Args:
        kept: where things are kept.
        built: the release.
        found: the digests of its content.
        whole: what :func:`write` returned.
    """
    kept.keep(_key(built), {"contents": found, "whole": whole or built.size}, {})


def _key(built: Published) -> str:
    return Kept.key(write, built.sha256)


def _earlier(home: Home, kept: Kept | None) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the latest file of which the content is known, and what is kept of it."""
    for one in publication.releases(home):
        found = kept.find(_key(one)) if kept is not None and one.sha256 else None
        if found is not None:
            serves = one.size <= GROWN * found.told["whole"] and publication.is_whole(home, one)
            return (home.releases / one.file, found.told) if serves else None
    return None


def _replace(
    path: Path,
    tables: Mapping[str, pl.DataFrame],
    identity: Identity,
    elsewhere: WorkParts,
    before: Contents,
    after: Contents,
) -> None:
    """Replace in a file the rows whose digests are not those they were; the others are not touched."""
    import duckdb
    import polars as pl

    frames = {**tables, RELEASE.name: pl.DataFrame([vars(identity)])}
    with duckdb.connect(path) as connection:
        connection.execute("SET threads = 1")
        connection.execute("BEGIN")
        for table in TABLES:
            old, new = before.get(table.name, {}), after.get(table.name, {})
            changed = {name for name in {"", *old, *new} if not new or old.get(name) != new.get(name)}
            for name in sorted(changed & {"", *old}):
                _delete(connection, table, name)
            if "" in changed:
                release.insert(connection, table, release.followed_rows(table, frames[table.name]))
            if table.national:
                fresh = changed & new.keys()
                release.insert_parts(
                    connection, table, [p for p in elsewhere.files(table) if p.stem in fresh]
                )
        connection.execute("COMMIT")


def _delete(connection: duckdb.DuckDBPyConnection, table: Table, name: str) -> None:
    """Delete the rows we follow of a table, or those of one part of the rest of France."""
    # Names are declared in this package; the values of a partition are bound.
    where, values = [], []
    if table.national:
        where.append(f"NOT {FOLLOWED}" if name else FOLLOWED)
    if name and table.partition:
        where += [f'"{column}"::VARCHAR = ?' for column in table.partition]
        values = name.split("@")
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    connection.execute(f'DELETE FROM main."{table.name}"{condition}', values)  # noqa: S608
