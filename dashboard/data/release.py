"""What a release is to whoever asks it questions: a file, its tables, rows for a constant query.

Two connections answer: the one the pages share (:mod:`dashboard.data.screen`), whose answers are kept, and
the plain one of documents and open data (:mod:`dashboard.data.release_file`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable

    import polars as pl

Parameter = str | int | float | None

TABLES = "SELECT table_name FROM information_schema.tables"
"""Names of the tables of a release, and of its views of the followed territories, which bear the same."""


class Release(Protocol):
    """One release file, read-only."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def tables(self) -> frozenset[str]:
        """Names of its tables: an older release may lack the latest ones."""

    @property
    def shelf(self) -> Hashable:
        """What the pages keep its answers by (:mod:`dashboard.data.kept`); ``None`` when nothing is kept."""

    @property
    def variant(self) -> None:
        """Nothing but the release decides of its answers."""

    def __hash__(self) -> int:
        """What is computed of a release may be kept, by release."""

    def query(self, sql: str, *parameters: Parameter) -> pl.DataFrame:
        """Return the rows of ``sql``.

        Args:
            sql: A constant query with ``?`` for whatever comes from a person or a file.
            parameters: The values of the question marks.

        Returns:
            The columns the query names, in its order.

        Raises:
            duckdb.Error: the file is damaged, or the query names what an older release does not have.
        """
