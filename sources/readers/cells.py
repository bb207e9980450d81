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


def parse_cells(cells: pl.LazyFrame, layout: Layout) -> pl.LazyFrame:
    """Add ``value`` and ``status`` to a frame that holds ``text`` and ``note_code`` columns.

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
    by_note = (
        pl.when(text == "").then(
            pl.col("note_code").replace_strict(
                {code: status.value for code, status in layout.note_codes.items()},
                default=None,
                return_dtype=pl.String,
            )
        )
        if layout.note_codes
        else pl.lit(None, pl.String)
    )
    number = pl.when(is_number & pl.col("flag").is_null()).then(digits).cast(pl.Float64, strict=False)
    return cells.with_columns(
        value=number,
        status=pl.when(number.is_not_null() & number.is_finite())
        .then(pl.lit(Status.OBSERVED.value))
        .otherwise(pl.coalesce("flag", by_note, by_mark, below, pl.lit(REFUSED))),
    )


def expected_cell(layout: Layout) -> str:
    """Say in French what a cell of this layout may hold."""
    mark = "à virgule décimale" if layout.decimal == "," else "à point décimal"
    marks = [f"« {mark_text} »" if mark_text else "une cellule vide" for mark_text in layout.marks]
    return f"un nombre {mark}" + (f" ou {', '.join(marks)}" if marks else "")
