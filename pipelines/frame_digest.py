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
    digest = hashlib.sha256(repr([*frame.schema.items(), frame.height]).encode())
    for piece in frame.iter_slices(ROWS):
        for column in piece.iter_columns():
            _add(digest, column)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, column: pl.Series) -> None:
    """Add a column to a digest: where it is null, then its values as bytes, texts after their lengths."""
    import polars as pl

    digest.update(column.is_null().cast(pl.UInt8).to_numpy().tobytes())
    if column.dtype == pl.String:
        known = column.fill_null("")
        digest.update(known.str.len_bytes().to_numpy().tobytes())
        # Arrow holds the texts end to end: no copy of them as one Python text.
        texts = known.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
        digest.update(texts or b"")
    elif column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Boolean:
        physical = column.to_physical()
        digest.update(physical.fill_null(False if physical.dtype == pl.Boolean else 0).to_numpy().tobytes())
    elif column.null_count() < column.len():
        raise TypeError(f"no digest of a column of {column.dtype}")
