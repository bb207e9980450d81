"""The digest of a frame by what it says: not by how memory happens to hold it.

Belongs here: turning columns into bytes that are the same in every process. Does not belong here: what is
hashed, nor why (``release``, ``kept``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

ROWS = 200_000
"""Rows written out at a time."""


def frame_digest(frame: pl.DataFrame) -> str:
    """Return the digest of a frame: names and types of its columns, its rows in their order.

    Args:
        frame: columns of texts, numbers, booleans or dates.

    Raises:
        TypeError: a column is of another kind.
    """
    import polars as pl

    digest = hashlib.sha256(repr([*frame.schema.items(), frame.height]).encode())
    for piece in frame.iter_slices(ROWS):
        # All columns in one question: most frames are small, and asking is what would cost.
        ready = piece.select(
            part.alias(f"{number} {name}")
            for number, column in enumerate(piece.iter_columns())
            for name, part in _parts(column).items()
        )
        for part in ready.iter_columns():
            if part.dtype == pl.String:
                # Arrow holds the texts end to end: no copy of them as one Python text.
                digest.update(part.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2] or b"")
            else:
                digest.update(part.to_numpy().tobytes())
    return digest.hexdigest()


def _parts(held: pl.Series) -> dict[str, pl.Expr]:
    """Return what says a column: where it is null, then its values as bytes, texts after their lengths."""
    import polars as pl

    column, kind = pl.col(held.name), held.dtype
    nulls = {"null": column.is_null().cast(pl.UInt8)}
    if kind == pl.String:
        known = column.fill_null("")
        return nulls | {"lengths": known.str.len_bytes(), "texts": known}
    if kind.is_numeric() or kind.is_temporal() or kind == pl.Boolean:
        return nulls | {"values": column.to_physical().fill_null(False if kind == pl.Boolean else 0)}
    if held.null_count() < held.len():
        raise TypeError(f"no digest of a column of {kind}")
    return nulls
