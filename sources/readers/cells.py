"""Text cells to numbers and statuses, by the conventions a dataset declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sources.model import Dataset, Layout
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

_BELOW = r"^(?:<|≤|&lt;|(?i:moins de|inférieure? à))\s*[0-9]+$"
"""A figure that is only said to be small is hidden, whoever the producer: « < 5 »."""
_SOME = 1_000
"""Texts that tell whether most come back."""
REFUSED = "refused"
"""Working status of a cell that is neither a number nor a declared mark."""


def number_pattern(layout: Layout) -> str:
    """Return the regular expression of a whole number cell under a layout's conventions."""
    digits = r"\d+"
    if layout.thousands:
        gap = "[" + re.escape("".join(layout.thousands)) + "]"
        digits = rf"(?:\d{{1,3}}(?:{gap}\d{{3}})+|\d+)"
    exponent = r"(?:[eE][+-]?\d+)?" if layout.scientific else ""
    return rf"^[+-]?{digits}(?:{re.escape(layout.decimal)}\d+)?{exponent}$"


def with_decimal(dataset: Dataset, cells: pl.DataFrame) -> Dataset:
    """Return the dataset with the decimal mark of this file, where the producer uses one or the other.

    A file that mixes both keeps the more frequent one: the cells of the other are then refused, each by its
    line.
    """
    if dataset.layout.decimal != "either":
        return dataset
    commas, points = (int(cells["text"].str.contains(rf"^[+-]?\d+{mark}\d+$").sum()) for mark in (",", r"\."))
    layout = dataset.layout.model_copy(update={"decimal": "." if points > commas else ","})
    return dataset.model_copy(update={"layout": layout})


def parse_cells(cells: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Add ``value`` and ``status`` to a frame that holds ``text``, ``note_code`` and ``flag`` columns.

    A declared mark gives its status and no value; a blank explained by a disclosure code takes the status of
    that code; anything else must be a number, or gets the working status ``refused``.

    A status imposed by the flags of the row (``flag``) comes before anything its cell may hold.

    Args:
        cells: Frame with string columns ``text``, ``note_code`` and ``flag`` (null where there is none).
        layout: Decimal mark, thousands separators, marks and disclosure codes.

    Returns:
        The frame with ``value`` (Float64, null unless observed) and ``status`` (string).
    """
    import polars as pl

    value, status = _parsed(cells["text"], layout)
    if cells["flag"].null_count() < cells.height:
        value = cells.select(pl.when(pl.col("flag").is_null()).then(value).alias("value")).to_series()
        status = cells.select(pl.coalesce("flag", status).alias("status")).to_series()
    if layout.note_codes:
        noted = {code: noted.value for code, noted in layout.note_codes.items()}
        by_note = pl.col("note_code").replace_strict(noted, default=None, return_dtype=pl.String)
        blank = pl.col("flag").is_null() & (pl.col("text") == "")
        status = cells.select(
            pl.when(blank).then(pl.coalesce(by_note, status)).otherwise(status).alias("status")
        ).to_series()
    return cells.hstack([value, status])


def _parsed(texts: pl.Series, layout: Layout) -> tuple[pl.Series, pl.Series]:
    """Return the value and the status of texts, each read once where most come back."""
    import numpy as np
    import polars as pl

    some = texts.gather_every(max(texts.len() // _SOME, 1))
    if texts.null_count() or 2 * some.n_unique() >= some.len():
        return _read(texts, layout)
    coded = texts.cast(pl.Categorical)
    distinct, codes = coded.unique(), coded.to_physical().to_numpy()
    at = np.zeros(codes.max() + 1, np.uint32)
    at[distinct.to_physical().to_numpy()] = np.arange(len(distinct), dtype=np.uint32)
    value, status = _read(distinct.cast(pl.String), layout)
    return value[at[codes]], status[at[codes]]


def _read(texts: pl.Series, layout: Layout) -> tuple[pl.Series, pl.Series]:
    """Return the value and the status of each text."""
    import polars as pl

    text = pl.col("text")
    is_number = text.str.contains(number_pattern(layout))
    digits = text
    for character in layout.thousands:
        digits = digits.str.replace_all(character, "", literal=True)
    if layout.decimal != ".":
        digits = digits.str.replace_all(layout.decimal, ".", literal=True)
    marks = {mark: status.value for mark, status in layout.marks.items()}
    by_mark = (
        text.replace_strict(marks, default=None, return_dtype=pl.String) if marks else pl.lit(None, pl.String)
    )
    below = pl.when(text.str.contains(_BELOW)).then(pl.lit(Status.SUPPRESSED.value))
    number = pl.when(is_number).then(digits).cast(pl.Float64, strict=False)
    value = texts.to_frame("text").select(value=number, text=text)
    read = value["value"]
    found = pl.repeat(Status.OBSERVED.value, len(texts), eager=True).alias("status")
    others = (read.is_null() | ~read.is_finite()).arg_true()
    if len(others):
        said = value[others].select(pl.coalesce(by_mark, below, pl.lit(REFUSED)).alias("status")).to_series()
        found = found.scatter(others, said)
    return read, found


def expected_cell(layout: Layout) -> str:
    """Say in French what a cell of this layout may hold."""
    mark = "à virgule décimale" if layout.decimal == "," else "à point décimal"
    marks = [f"« {mark_text} »" if mark_text else "une cellule vide" for mark_text in layout.marks]
    return f"un nombre {mark}" + (f" ou {', '.join(marks)}" if marks else "")
