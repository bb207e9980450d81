"""Parquet files to tables of text cells, piece by piece: a national one holds more rows than the memory.

Belongs here: opening them within bounds. Does not belong here: choosing the rows to keep.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sources.problems import ExtractRefused, Problem
from sources.readers.container import MAX_CELLS, MAX_STREAMED, refuse
from sources.readers.text import MAX_COLUMNS, TextTable

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

MAX_PER_BYTE = 50
"""How many cells a byte of a large file may unpack to: real tables stay under 10."""
_AGAIN = "Reprenez le fichier du producteur, sans le réenregistrer."


@contextmanager
def _parquet(file: str, source: Path | bytes) -> Iterator[ParquetFile]:
    """Open a Parquet file; whatever the libraries say of a damaged one becomes a refusal in French."""
    import polars as pl
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(io.BytesIO(source) if isinstance(source, bytes) else source) as opened:
            described = opened.metadata
            cells = described.num_rows * described.num_columns
            packed = len(source) if isinstance(source, bytes) else source.stat().st_size
            # A column that repeats one value takes no room: only the number of rows tells a bomb.
            groups = (described.row_group(i) for i in range(described.num_row_groups))
            bomb = cells > MAX_CELLS and cells > MAX_PER_BYTE * packed
            bomb = bomb or sum(group.total_byte_size for group in groups) > MAX_STREAMED
            if described.num_columns > MAX_COLUMNS or bomb:
                found = f"{described.num_rows} lignes de {described.num_columns} colonnes en {packed} octets"
                raise refuse(file, found, f"de vraies données, d’au plus {MAX_COLUMNS} colonnes", _AGAIN)
            yield opened
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError, TypeError) as error:
        raise refuse(
            file, "un fichier Parquet abîmé ou tronqué", "un fichier Parquet entier", _AGAIN
        ) from error


def parquet_columns(file: str, source: Path | bytes) -> tuple[str, ...]:
    """Return the columns of a Parquet file, without reading its rows."""
    with _parquet(file, source) as opened:
        return tuple(name for name in opened.schema_arrow.names if not name.startswith("_"))


def parquet_pieces(file: str, source: Path | bytes, cells: int = 4_000_000) -> Iterator[TextTable]:
    """Yield a Parquet file as tables of text, each of about ``cells`` cells; numbers have a decimal point.

    Raises:
        ExtractRefused: the file is damaged, too large, or empty.
    """
    import polars as pl
    import pyarrow as pa

    before = 0
    with _parquet(file, source) as opened:
        for batch in opened.iter_batches(batch_size=max(1, cells // max(1, opened.metadata.num_columns))):
            # pyarrow raises on a damaged file, where polars may abort; text is only checked on demand.
            batch.validate(full=True)
            frame = pl.DataFrame(pa.Table.from_batches([batch]))
            names = [name for name in frame.columns if not name.startswith("_")]
            text = frame.select(pl.col(names).cast(pl.String, strict=False).fill_null("").str.strip_chars())
            lines = pl.int_range(before + 1, before + 1 + frame.height, dtype=pl.Int32).alias("_line")
            yield TextTable(file, text.select(lines, pl.all()), tuple(names))
            before += frame.height
    if not before:
        raise ExtractRefused(
            Problem(file, None, None, "aucune ligne de données", "au moins une ligne de données", _AGAIN)
        )


def read_parquet(file: str, source: Path | bytes) -> TextTable:
    """Read a whole Parquet file as text.

    Raises:
        ExtractRefused: the file is damaged, or too large to be held.
    """
    import polars as pl

    with _parquet(file, source) as opened:
        rows, columns = opened.metadata.num_rows, opened.metadata.num_columns
        if rows * columns > MAX_CELLS:
            found = f"{rows} lignes de {columns} colonnes"
            raise refuse(file, found, f"au plus {MAX_CELLS // 1_000_000} millions de cellules", _AGAIN)
    pieces = list(parquet_pieces(file, source))
    return replace(pieces[0], frame=pl.concat(piece.frame for piece in pieces))
