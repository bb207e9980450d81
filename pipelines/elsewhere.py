"""The rest of France in parts small enough for memory: while a release is made, then in its file.

Belongs here: cutting, keeping and giving back the rows of the territories the barometer does not follow. Does
not belong here: what these rows are (``ingestion``, ``indicators``).
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from indicators.frames import in_texts
from pipelines.frame_digest import frame_digest
from pipelines.kept import Kept, KeptFrame
from pipelines.tables import FOLLOWED, Table
from sources import files

if TYPE_CHECKING:
    import duckdb
    import polars as pl


class Part(Protocol):
    """Rows of the rest of France of one table, of one value of its partition."""

    @property
    def values(self) -> tuple[str, ...]:
        """The values of the partition; empty where the table is not cut."""

    def frame(self) -> pl.DataFrame:
        """Return the rows.

        Returns:
            The columns of the table, ``followed`` false, rows in the order of its key.
        """

    def digest(self) -> str:
        """Return the digest of the rows (:func:`pipelines.frame_digest.frame_digest`)."""


def part_name(values: Iterable[object]) -> str:
    """Return the name of a part, from the values of its partition."""
    # « @ » sorts after the letters and digits of no identifier: file order is partition order.
    return "@".join(map(str, values)) or "all"


class Parts(Protocol):
    """The rows of the rest of France of each table, in parts."""

    def parts(self, table: Table) -> Iterator[Part]:
        """Yield the parts of a table in the order of its partition; none for a table that is not national."""


@dataclass(frozen=True)
class NoParts:
    """Nothing of the rest of France: only embedded extracts were read."""

    def parts(self, table: Table) -> Iterator[Part]:
        """Yield nothing."""
        return iter(())


@dataclass(frozen=True)
class WorkPart:
    """A part in a file of the work folder."""

    table: Table
    path: Path
    kept: Kept | None
    """What was found of the same file before."""

    @property
    def values(self) -> tuple[str, ...]:
        """The values of the partition."""
        return tuple(self.path.stem.split("@")) if self.table.partition else ()

    def frame(self) -> pl.DataFrame:
        """Read the rows.

        Returns:
            The columns of the table, ``followed`` false.
        """
        import polars as pl

        # Without a memory map: Windows refuses to replace a mapped file at the next refresh.
        rows = in_texts(pl.read_parquet(self.path, memory_map=False))
        return rows.select(*self.table.names[:-1], pl.lit(False).alias(FOLLOWED))

    def digest(self) -> str:
        """Return the digest of the rows, found again for the same bytes."""
        if self.kept is None:
            return frame_digest(self.frame())
        key = Kept.key(frame_digest, self.table.name, self.table.names, files.digest(self.path))
        found = self.kept.find(key) or self.kept.keep(key, frame_digest(self.frame()), {})
        return str(found.told)


@dataclass(frozen=True)
class WorkParts:
    """Parts kept as Parquet files of the work folder, one folder a table."""

    folder: Path
    kept: Kept | None = None
    """What was found of the same files before."""

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
            part.write_parquet(folder / f"{part_name(values)}.parquet")

    def keep_file(self, table: Table, name: str, part: KeptFrame) -> None:
        """Keep a whole part that is in a file already.

        Args:
            table: a national table.
            name: of the values of its partition (:func:`part_name`).
            part: its columns but ``followed``.
        """
        path = self.folder / table.name / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(part.path, path)

    def files(self, table: Table) -> list[Path]:
        """Return the files of the parts of a table, in the order of its partition."""
        return sorted((self.folder / table.name).glob("*.parquet"), key=lambda path: path.stem.split("@"))

    def where(self, table: Table, wanted: Mapping[str, Collection[str]]) -> pl.DataFrame:
        """Return the rows of a table that are wanted: the others are not even read.

        Args:
            table: a national table.
            wanted: texts of a row, by column.

        Returns:
            The columns of the table but ``followed``, in the order of :meth:`parts`; no row without any part.
        """
        import polars as pl

        nothing = table.without_followed(table.schema.to_frame())
        return pl.concat([nothing, *map(in_texts, self.found(table, wanted, nothing.columns))])

    def found(
        self, table: Table, wanted: Mapping[str, Collection[str]], columns: Sequence[str]
    ) -> Iterator[pl.DataFrame]:
        """Yield the rows of a table that are wanted, part by part: the others are not even read.

        Args:
            table: a national table.
            wanted: texts of a row, by column.
            columns: those that are asked for.

        Returns:
            Frames of these columns, each with categories of its own.
        """
        import polars as pl

        rows = [pl.col(name).is_in(sorted(texts)) for name, texts in wanted.items()]
        for path in self.files(table):
            yield pl.scan_parquet(path).filter(rows).select(columns).collect()

    def counts(self, table: Table, column: str) -> dict[str, int]:
        """Return how many rows of a table hold each text of a column."""
        import polars as pl

        parts = [in_texts(pl.scan_parquet(path).select(column)) for path in self.files(table)]
        return dict(pl.concat(parts).group_by(column).len().collect().iter_rows()) if parts else {}

    def parts(self, table: Table) -> Iterator[WorkPart]:
        """Yield the parts of a table, in the order of its partition."""
        return (WorkPart(table, path, self.kept) for path in self.files(table))

    def of(self, table: Table) -> Iterator[pl.DataFrame]:
        """Yield the rows of the parts of a table.

        Returns:
            Frames in the columns of the table, ``followed`` false.
        """
        return (part.frame() for part in self.parts(table))


@dataclass(frozen=True)
class StoredPart:
    """A part read back from a built file."""

    values: tuple[str, ...]
    rows: pl.DataFrame

    def frame(self) -> pl.DataFrame:
        """Return the rows.

        Returns:
            The columns of the table, ``followed`` false.
        """
        return self.rows

    def digest(self) -> str:
        """Return the digest of the rows."""
        return frame_digest(self.rows)


@dataclass(frozen=True)
class StoredParts:
    """The same parts read back from a built file."""

    connection: duckdb.DuckDBPyConnection

    def parts(self, table: Table) -> Iterator[StoredPart]:
        """Yield the parts of a table as they are stored, none when it is empty.

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
                yield StoredPart((), rows)
            return
        keys = self.connection.sql(f"SELECT DISTINCT {columns} {source} ORDER BY ALL").fetchall()
        condition = " AND ".join(f'"{name}" = ?' for name in table.partition or ())
        for values in keys:
            rows = self.connection.sql(f"SELECT * {source} AND {condition}", params=list(values)).pl()
            yield StoredPart(tuple(map(str, values)), rows)
