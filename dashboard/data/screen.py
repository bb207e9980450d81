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
import streamlit as st

from dashboard.data import connection
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
    """The release the pages share: its connection and its answers are kept, by file, query and parameters."""

    path: Path

    @property
    def tables(self) -> frozenset[str]:
        """Names of its tables."""
        return _tables(str(self.path))

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
        return _rows(str(self.path), sql, parameters)


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
        path = folder / name
        if not path.exists():
            problem = NoRelease("la version désignée comme publiée est introuvable")
            continue
        try:
            _check(str(path))
        except duckdb.Error:
            problem = NoRelease("le fichier de la version publiée est illisible")
            continue
        return ScreenRelease(path)
    raise problem


@st.cache_resource(max_entries=3, show_spinner=False)
def _connection(path: str) -> tuple[duckdb.DuckDBPyConnection, bool]:
    """The open file, and whether it holds more than the territories we follow."""
    opened = connection.connect(path)
    return opened, connection.has_views(opened)


@st.cache_resource(max_entries=3, show_spinner=False)
def _tables(path: str) -> frozenset[str]:
    return frozenset(_rows(path, TABLES, ())["table_name"])


@st.cache_resource(max_entries=3, show_spinner=False)
def _check(path: str) -> bool:
    # A view of the followed territories bears the name of its table: it does not stand for it.
    sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
    tables = _rows(path, sql, ())
    missing = _NEEDED - set(tables["table_name"].to_list())
    if missing:
        raise NoRelease(f"la version publiée est incomplète (il manque {', '.join(sorted(missing))})")
    if not _rows(path, "SELECT 1 FROM release", ()).height:
        raise NoRelease("la version publiée est vide")
    refused = refusal(ScreenRelease(Path(path)))
    if refused:
        raise NoRelease(f"la version publiée ne peut pas être lue : {refused}")
    return True


@st.cache_resource(max_entries=2000, show_spinner=False)
def _rows(path: str, sql: str, parameters: tuple[Parameter, ...]) -> pl.DataFrame:
    opened, national = _connection(path)
    with opened.cursor() as cursor:
        if national:
            connection.look_at_followed(cursor)
        frame: pl.DataFrame = cursor.sql(sql, params=list(parameters)).pl()
        return frame
