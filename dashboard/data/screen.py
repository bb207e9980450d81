"""The published release: found through ``CURRENT``, opened read-only, read through cached queries.

The pointer is read again at each rerun and everything a page shows comes from the file it named
then: a page never straddles two releases.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from dashboard.data import connection
from dashboard.data.kept import forget, kept
from dashboard.data.release import TABLES, Parameter
from dashboard.data.schema import refusal
from indicators.release_schema import LAKE

POINTER = "CURRENT"
_NAME = re.compile(r"release-[A-Za-z0-9_.-]+")
_ATTEMPTS = 3
_NEEDED = frozenset(
    {"release", "theme", "indicator", "series", "territory", "value", "comparison", "dataset", "extract"}
)


class NoRelease(Exception):
    """There is nothing to show; the message says why, in French."""


@dataclass(frozen=True)
class ScreenRelease:
    """The release the pages share: its connection and all that is made of it are kept for every reader."""

    path: Path
    stamp: tuple[int, int, int] = (0, 0, 0)
    """What tells the file from another one put later under its name."""

    @property
    def shelf(self) -> ScreenRelease:
        """What is made of it is kept by itself: by its path and its stamp."""
        return self

    @property
    def variant(self) -> None:
        """Nothing else decides of its answers."""

    @property
    def tables(self) -> frozenset[str]:
        """Names of its tables."""
        return _tables(self)

    @kept
    def query(self, sql: str, *parameters: Parameter) -> pl.DataFrame:
        """Return the rows of a constant query; the frame is shared between sessions, never modify it.

        Args:
            sql: The query, ``?`` for each value.
            parameters: The values of the question marks.

        Returns:
            The columns the query names, in its order.

        Raises:
            duckdb.Error: the file is damaged, or the query names what an older release does not have.
        """
        opened, national = _connection(self)
        with opened.cursor() as cursor:
            if national:
                connection.look_at_followed(cursor)
            frame: pl.DataFrame = cursor.sql(sql, params=list(parameters)).pl()
            return frame


def home() -> Path:
    """Return the folder of the generated data: ``BCS_HOME``, else ``.bcs`` in the current directory."""
    return Path(os.environ.get("BCS_HOME") or ".bcs").resolve()


def published() -> Path:
    """Return the folder that holds ``CURRENT``: the one many machines share when one is declared."""
    shared = os.environ.get(LAKE)
    return Path(shared).expanduser().resolve() if shared else home() / "releases"


def current() -> ScreenRelease:
    """Return the release that ``CURRENT`` names now.

    Raises:
        NoRelease: There is none, or it cannot be read.
    """
    folder = published()
    problem = NoRelease("aucune version n’a encore été publiée")
    for _ in range(_ATTEMPTS):
        try:
            name = (folder / POINTER).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if not _NAME.fullmatch(name):
            problem = NoRelease("le fichier qui désigne la version publiée est illisible")
            continue
        release = _release(folder / name)
        if release is None:
            problem = NoRelease("la version désignée comme publiée est introuvable")
            continue
        try:
            _check(release)
        except duckdb.Error:
            problem = NoRelease("le fichier de la version publiée est illisible")
            continue
        return release
    raise problem


_known: dict[Path, ScreenRelease] = {}
"""The release last seen under each path."""


def _release(path: Path) -> ScreenRelease | None:
    """The release of a path as it is now; what was made of another one under the same name is dropped."""
    try:
        now = path.stat()
    except OSError:
        return None
    found = ScreenRelease(path, (now.st_mtime_ns, now.st_size, now.st_ino))
    if _known.setdefault(path, found) != found:
        # Its connection too: DuckDB would go on reading the former file for as long as one is open.
        forget(lambda shelf: isinstance(shelf, ScreenRelease) and shelf.path == path)
        _known[path] = found
    return found


@kept
def _connection(release: ScreenRelease) -> tuple[duckdb.DuckDBPyConnection, bool]:
    """The open file, and whether it holds more than the territories we follow."""
    opened = connection.connect(str(release.path))
    return opened, connection.has_views(opened)


@kept
def _tables(release: ScreenRelease) -> frozenset[str]:
    return frozenset(release.query(TABLES)["table_name"])


@kept
def _check(release: ScreenRelease) -> bool:
    # A view of the followed territories bears the name of its table: it does not stand for it.
    sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
    missing = _NEEDED - set(release.query(sql)["table_name"].to_list())
    if missing:
        raise NoRelease(f"la version publiée est incomplète (il manque {', '.join(sorted(missing))})")
    if not release.query("SELECT 1 FROM release").height:
        raise NoRelease("la version publiée est vide")
    refused = refusal(release)
    if refused:
        raise NoRelease(f"la version publiée ne peut pas être lue : {refused}")
    return True
