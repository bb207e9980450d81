"""The rest of France in parts small enough for memory: while a release is made, then in its file.

Belongs here: cutting, keeping and giving back the rows of the territories the barometer does not follow. Does
not belong here: what these rows are (``ingestion``, ``indicators``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipelines.kept import KeptFrame
from pipelines.tables import FOLLOWED, Table

if TYPE_CHECKING:
    import duckdb
    import polars as pl


class Parts(Protocol):
    """The rows of the rest of France of each table, in parts."""

    def of(self, table: Table) -> Iterator[pl.DataFrame]:
        """Yield the parts of a table in the order of its partition, rows in the order of its key.

        Args:
            table: a declared table.

        Returns:
            Frames in the columns of the table, ``followed`` false; none for a table that is not national.
        """


@dataclass(frozen=True)
class NoParts:
    """Nothing of the rest of France: only embedded extracts were read."""

    def of(self, table: Table) -> Iterator[pl.DataFrame]:
        """Yield nothing.

        Returns:
            An empty iterator, whatever the table.
        """
        return iter(())


@dataclass(frozen=True)
class WorkParts:
    """Parts kept as Parquet files of the work folder, one folder a table."""

    folder: Path

    def clear(self, table: Table) -> None:
        """Forget the parts of a table."""
        shutil.rmtree(self.folder / table.name, ignore_errors=True)

    def keep(self, table: Table, frame: pl.DataFrame) -> None:
        """Keep rows of the rest of France, cut by the partition of the table; each part is given once, whole.

        Args:
            table: a national table.
            frame: its columns but ``followed``, in an order that depends on the figures alone.
        """
        folder = self.folder / table.name
        folder.mkdir(parents=True, exist_ok=True)
        rows = table.without_followed(frame)
        cut = (
            rows.partition_by(table.partition, as_dict=True, maintain_order=True)
            if table.partition
            else {(): rows}
        )
        for values, part in cut.items():
            # « @ » sorts after the letters and digits of no identifier: file order is partition order.
            name = "@".join(str(value) for value in values) or "all"
            part.write_parquet(folder / f"{name}.parquet")

    def keep_file(self, table: Table, name: str, part: KeptFrame) -> None:
        """Keep a whole part that is in a file already.

        Args:
            table: a national table.
            name: the values of its partition, joined by « @ ».
            part: its columns but ``followed``.
        """
        path = self.folder / table.name / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(part.path, path)

    def files(self, table: Table) -> list[Path]:
        """Return the files of the parts of a table, in the order of its partition."""
        return sorted((self.folder / table.name).glob("*.parquet"), key=lambda path: path.stem.split("@"))

    def where(self, table: Table, wanted: pl.Expr) -> pl.DataFrame:
        """Return the rows of a table that are wanted: the others are not even read.

        Args:
            table: a national table.
            wanted: which rows.

        Returns:
            The columns of the table but ``followed``, in the order of :meth:`of`; no row without any part.
        """
        import polars as pl

        found = self.files(table)
        nothing = table.without_followed(table.schema.to_frame())
        if not found:
            return nothing
        return pl.scan_parquet(found).filter(wanted).select(nothing.columns).collect()

    def of(self, table: Table) -> Iterator[pl.DataFrame]:
        """Yield the parts of a table, ``followed`` false.

        Args:
            table: a national table.

        Returns:
            One frame per file of the work folder, in the columns of the table.
        """
        import polars as pl

        for path in self.files(table):
            # Without a memory map: Windows refuses to replace a mapped file at the next refresh.
            rows = pl.read_parquet(path, memory_map=False)
            yield rows.select(*table.names[:-1], pl.lit(False).alias(FOLLOWED))


@dataclass(frozen=True)
class StoredParts:
    """The same parts read back from a built file."""

    connection: duckdb.DuckDBPyConnection

    def of(self, table: Table) -> Iterator[pl.DataFrame]:
        """Yield the parts of a table as they are stored.

        Args:
            table: a declared table.

        Returns:
            One frame per value of the partition, or one in all, in the columns of the table; none when empty.

        Raises:
            duckdb.Error: the file is damaged.
        """
        if not table.national:
            return
        # Names are declared in this package; the values of a partition are bound.
        columns = ", ".join(f'"{name}"' for name in table.partition or ())
        source = f'FROM main."{table.name}" WHERE NOT {FOLLOWED}'
        if not columns:
            rows = self.connection.sql(f"SELECT * {source}").pl()
            if rows.height:
                yield rows
            return
        keys = self.connection.sql(f"SELECT DISTINCT {columns} {source} ORDER BY ALL").fetchall()
        condition = " AND ".join(f'"{name}" = ?' for name in table.partition or ())
        for values in keys:
            yield self.connection.sql(f"SELECT * {source} AND {condition}", params=list(values)).pl()
