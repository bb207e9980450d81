"""The published release as Parquet files in a folder many machines read: one folder a release, a pointer.

National tables are cut by département (Hive layout), so that who asks for one reads its files only. The
folder named by ``CURRENT`` is whole: a release is written aside, then renamed, then pointed to. Standard
library at import: a publication that has no such folder to write to pays nothing.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.release_schema import LAKE, PARTITION
from pipelines.home import Home
from pipelines.publication import Published
from sources import files

if TYPE_CHECKING:
    import duckdb

    from pipelines.tables import Table

KEPT = 2
"""Releases that stay in the folder: a reader may be asking the one just replaced."""

ACROSS = "ensemble"
"""Partition of what is of no single département: régions, France, intercommunalités and groups."""

# 59172, 2A004 and 97411 give 59, 2A and 974; QN05901M and QP974001 give 59 and 974.
_DEPARTEMENT = f"""CASE
    WHEN level = 'qpv' THEN ltrim(substr(code, 3, 3), '0')
    WHEN level IN ('commune', 'canton') AND code LIKE '97%' THEN left(code, 3)
    WHEN level IN ('commune', 'canton') THEN left(code, 2)
    WHEN level = 'departement' THEN code
    ELSE '{ACROSS}' END AS {PARTITION}"""


def folder() -> Path | None:
    """Return the folder declared for published releases, None when there is none."""
    declared = os.environ.get(LAKE)
    return Path(declared).expanduser().resolve() if declared else None


def deliver(home: Home, release: Published, lake: Path) -> Path:
    """Write a release as Parquet and make it the one the readers of the folder see.

    Args:
        home: where the release is.
        release: a whole release.
        lake: the folder, created when it is not there.

    Returns:
        The folder of the release: ``table.parquet``, or ``table/departement=59/….parquet`` for the tables
        that may hold all of France.

    Raises:
        OSError: the folder cannot be written.
        duckdb.Error: the same, raised by the engine.
    """
    from pipelines.release import opened
    from pipelines.tables import TABLES

    target = lake / f"release-{release.release_id}"
    if not target.is_dir():
        aside = lake / f".{target.name}.new"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        with opened(home.releases / release.file) as connection:
            for table in TABLES:
                _write(connection, table, aside)
        files.patiently(lambda: aside.replace(target))
    files.write_text(lake / home.current.name, target.name + "\n")
    _prune(lake, target)
    return target


def delivered(home: Home, release: Published) -> str | None:
    """Write a release to the declared folder, when one is declared.

    Returns:
        What could not be done, in French: the release is in place all the same, in its home.
    """
    lake = folder()
    if lake is None:
        return None
    import duckdb

    try:
        deliver(home, release, lake)
    except (OSError, duckdb.Error):
        return (
            f"Le dossier partagé {lake} ({LAKE}) n’a pas pu être mis à jour\u00a0: ses lecteurs voient "
            "encore la publication d’avant. Vérifiez qu’il est accessible, puis\u00a0: bcs entrepot"
        )
    return None


def _write(connection: duckdb.DuckDBPyConnection, table: Table, aside: Path) -> None:
    rows = connection.table(f'main."{table.name}"')
    if table.national:
        rows.project(f"*, {_DEPARTEMENT}").write_parquet(
            str(aside / table.name), partition_by=[PARTITION], compression="zstd"
        )
    else:
        rows.write_parquet(str(aside / f"{table.name}.parquet"), compression="zstd")


def _prune(lake: Path, target: Path) -> None:
    """Delete what no reader looks at any more; what one still holds waits for the next time."""
    held = sorted(path for path in lake.glob("release-*") if path.is_dir() and path != target)
    for old in held[: -(KEPT - 1)]:
        shutil.rmtree(old, ignore_errors=True)
