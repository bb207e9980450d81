"""A table of a page as a file for a spreadsheet, each figure with its status, unit, millésime and source.

Rows are those the page shows: numbers as numbers, texts as texts, nothing from a file is ever a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboard.story import words
from dashboard.story.about import About
from sources.french import typographic
from sources.vocabulary import Status

Cell = str | float | int | None

NUMBER = re.compile(r"^[+\u2212-]?\d+(?:,\d+)?")
_SPACES = re.compile(r"(?<=\d)[\u202f\u00a0 ](?=\d)")
# What starts a formula in a spreadsheet, full-width variants and the signs it skips included.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Amount(str):
    """A figure of a table: the text the page shows, with the number behind it, or why there is none."""

    value: float | None
    status: str
    decimals: int

    def __new__(cls, written: str, value: float | None, status: str, decimals: int) -> Amount:
        """Keep the number beside its text."""
        amount = super().__new__(cls, written)
        amount.value, amount.status, amount.decimals = value, status, decimals
        return amount


@dataclass(frozen=True)
class Shown:
    """The cells of a table as the page shows them.

    Columns of ``numeric`` hold figures: as :class:`Amount`, else as French text, read back from it.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...]


@dataclass(frozen=True)
class Sheet:
    """A table ready for a spreadsheet."""

    shown: Shown
    about: About

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Titles of the columns: those shown, then the status of each figure, then what all share."""
        shown = [typographic(title) for title in self.shown.header]
        several = len(self.shown.numeric) > 1
        statuses = [f"Statut ({shown[rank]})" if several else "Statut" for rank in self._added]
        return (*shown, *statuses, *self._shared)

    @cached_property
    def rows(self) -> list[tuple[Cell, ...]]:
        """The rows, numbers as numbers."""
        shared = tuple(self._shared.values())
        found = []
        for row in self.shown.rows:
            figures = {rank: figure(row[rank]) for rank in self.shown.numeric if rank < len(row)}
            cells = [figures[rank][0] if rank in figures else text for rank, text in enumerate(row)]
            statuses = [figures[rank][1] if rank in figures else "" for rank in self._added]
            found.append((*cells, *statuses, *shared))
        return found

    @cached_property
    def decimals(self) -> dict[int, int]:
        """Decimals each column of figures is shown with."""
        known = [
            (rank, row[rank]) for row in self.shown.rows for rank in self.shown.numeric if rank < len(row)
        ]
        return {rank: cell.decimals for rank, cell in known if isinstance(cell, Amount)}

    @property
    def _shared(self) -> dict[str, str]:
        """What all the figures share, but for what the table says of each."""
        about = self.about
        said = {"Unité": about.unit, "Millésime": about.period, "Source": about.source}
        return {
            **{name: value for name, value in said.items() if name not in self.shown.header},
            "Version": about.release.release_id,
        }

    @property
    def _added(self) -> tuple[int, ...]:
        """Columns of figures whose status is added; a table that shows one already keeps its own."""
        return () if "Statut" in self.shown.header else self.shown.numeric


def figure(cell: str) -> tuple[float | None, str]:
    """Return the number of a cell and its status in words; what is no number is a status.

    Args:
        cell: What a reader sees: a figure with its marks, or why there is none.

    Returns:
        The number in the unit of its column, and a French word.
    """
    if isinstance(cell, Amount):
        return cell.value, words.status_label(cell.status)
    read = NUMBER.match(_SPACES.sub("", cell))
    if read is None:
        return None, cell
    digits = read[0].replace("\u2212", "-").replace(",", ".")
    number = float(digits) if "." in digits else int(digits)
    estimated = Status.ESTIMATED.label in cell
    return number, Status.ESTIMATED.label if estimated else Status.OBSERVED.label


def sensible(value: float | None, decimals: int) -> float | None:
    """Return a number as a file gives it: one digit more than a page shows, none that measures nothing.

    Args:
        value: The figure, in the unit of the indicator.
        decimals: Digits the page shows after the comma.

    Returns:
        In the same unit, ``None`` where there is no figure.
    """
    return None if value is None else round(value, decimals + 1)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as a CSV a French spreadsheet opens: semicolons, decimal commas, UTF-8 with its mark.

    A text that a spreadsheet would take for a formula gets an apostrophe: names come from files.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig", "replace")


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_RISKY) else str(cell)
    return repr(cell).replace(".", ",")


def xlsx_bytes(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], decimals: dict[int, int] | None = None
) -> bytes:
    """Return rows as a workbook of one sheet: typed numbers, header that stays in sight, no formula.

    Args:
        title: Title of the document.
        header: Titles of the columns.
        rows: Cells; a text stays a text, whatever it starts with.
        decimals: Decimals shown in a column, which keeps its whole numbers behind them.
    """
    import xlsxwriter

    stream = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, {**safe, "in_memory": True}) as book:
        book.set_properties({"title": title})
        sheet = book.add_worksheet("Données")
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        shown = {
            rank: book.add_format({"num_format": "#,##0" + (f".{'0' * count}" if count else "")})
            for rank, count in (decimals or {}).items()
        }
        widths = [min(len(name), 24) for name in header]
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(last, column, str(cell))
                    widths[column] = max(widths[column], min(len(cell), 60))
                elif cell is not None:
                    sheet.write_number(last, column, cell, shown.get(column))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width + 2)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(last, 1), len(header) - 1)
    return stream.getvalue()


def stamped(
    release: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Return a table whose every row names the version it comes from, for a file that has no cover.

    Args:
        release: Id of the version.
        header: Titles of the columns.
        rows: Cells of each line.
    """
    return (*header, "version"), [(*row, release) for row in rows]
