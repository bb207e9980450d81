"""Whole numbers for texts, and small ones for those that are far apart: what arrays are told apart by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]

NOTHING = -1
"""Where there is none: a year that is not there, a text that is null."""


def ranked(codes: NDArray[np.integer]) -> tuple[Codes, Codes]:
    """Return the numbers that are there, in order, and the rank of each element among them.

    Args:
        codes: Whole numbers from 0, small enough to hold an array of as many elements as the largest.
    """
    import numpy as np

    ranks = np.zeros(int(codes.max()) + 1 if codes.size else 0, np.int64)
    ranks[codes] = 1
    found = np.flatnonzero(ranks)
    ranks[found] = np.arange(found.size)
    return found, ranks[codes]


def coded(rows: pl.DataFrame) -> tuple[dict[str, NDArray[np.integer]], dict[str, list[str | None]]]:
    """Number the texts of each column in alphabetical order, from 1: 0 is nothing.

    Args:
        rows: Columns of texts or of categories.

    Returns:
        By column, the numbers of its rows, and the texts they stand for, by number.
    """
    import numpy as np
    import polars as pl

    codes, words = {}, {}
    for name in rows.columns:
        column, again = rows[name], None
        if column.dtype == pl.String:
            # One after another, the rows of a file have the same texts: each run is looked at once.
            first = column.ne_missing(column.shift()).to_numpy()
            if 4 * np.count_nonzero(first) < first.size:
                first[0] = True
                starts = np.flatnonzero(first)
                again = np.diff(starts, append=first.size)
                column = column.gather(starts)
            column = column.cast(pl.Categorical)
        numbers = column.to_physical().cast(pl.Int32).fill_null(NOTHING).to_numpy()
        # Nothing is the last one.
        where = np.full(int(numbers.max(initial=NOTHING)) + 2, NOTHING)
        where[numbers] = np.arange(numbers.size)
        told = np.flatnonzero(where[:-1] != NOTHING)
        texts = column.gather(where[told]).cast(pl.String)
        order = texts.arg_sort().to_numpy()
        ranks = np.zeros(where.size, np.min_scalar_type(order.size))
        ranks[told[order]] = 1 + np.arange(order.size)
        codes[name] = ranks[numbers] if again is None else np.repeat(ranks[numbers], again)
        words[name] = [None, *texts.gather(order)]
    return codes, words
