"""What a document is before it is a PDF, a Word file or a workbook: sections of blocks of plain text.

Every string here is data: the writers show it as it is, never as markup, formula or code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from dashboard.charts import description as charts
from dashboard.charts.static import panels, pieces

FEW_ROWS = 6
"""Lines up to which a whole table is kept on one page."""
SHORT_TABLE = 1000
"""Characters under which a table of few lines is."""
SHORT_NOTE = 160
"""Characters of a paragraph that says too little to end a page under a heading, or to begin one alone."""
SHORT_ROW = 600
"""Characters under which a line of a table is kept on one page."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    text: str
    kind: Literal["body", "lead", "note"] = "body"

    @property
    def whole(self) -> bool:
        """Whether it is kept on one page: not long enough to fill much of it."""
        return len(self.text) < SHORT_TABLE


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """A heading inside a section: level 2 or 3."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True)
class Figure:
    """Which figure of the release a cell shows: on screen it leads to its sheet."""

    level: str
    code: str
    indicator: str
    concept: str
    millesime: int | None


@dataclass(frozen=True)
class Communes:
    """Communes put together under a name: on screen it leads to their figures."""

    codes: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Free:
    """A field a person fills in the Word file, found again by its tag."""

    tag: str
    title: str
    prompt: str
    text: str


@dataclass(frozen=True)
class Cell:
    """A cell: its text, then a smaller line."""

    text: str
    detail: str = ""
    strong: bool = False
    target: Figure | Communes | None = None
    """What a screen links it to; paper has no use for it."""
    field: Free | None = None
    """What a person fills here in the Word file; its text is already the cell's when there is one."""


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    width: float
    """Width in centimetres."""
    right: bool = False
    """Aligned on the right, as numbers are."""


@dataclass(frozen=True)
class Table:
    """A table with at least one line: an empty one is a :class:`Paragraph` that says why.

    A line of one cell is a title over the lines that follow it, as wide as the table.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def short(self) -> bool:
        """Whether it is kept on one page: few lines, and not much in them."""
        return len(self.rows) <= FEW_ROWS and sum(self._lengths) < SHORT_TABLE

    @property
    def compact(self) -> bool:
        """Whether none of its lines needs to be split between two pages."""
        return max(self._lengths) < SHORT_ROW

    @property
    def _lengths(self) -> list[int]:
        return [sum(len(cell.text) + len(cell.detail) for cell in row) for row in self.rows]

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError(f"a table without a line says nothing: {self.caption}")
        if any(len(row) not in (1, len(self.columns)) for row in self.rows):
            raise ValueError(f"a line is not as long as its header: {self.caption}")


@dataclass(frozen=True)
class Picture:
    """A picture, with what is read in its place."""

    drawn: charts.Picture
    caption: str
    alternative: str
    width: float
    """Width on the page, in centimetres."""
    size: tuple[float, float]
    """Width and height of the drawing, in points of its own: its letters have the size the picture says."""

    @cached_property
    def svg(self) -> str:
        """The drawing."""
        return panels(self.drawn, *self.size)

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The drawing for a page, whose width is that of a screen: a map and its legend are apart."""
        return pieces(self.drawn, *self.size)


Tone: TypeAlias = Literal["strength", "fragility", "information"]


@dataclass(frozen=True)
class Callout:
    """A framed statement: a strength, a fragility, or something to know."""

    tone: Tone
    title: str
    text: str


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page."""


Block: TypeAlias = Paragraph | Bullets | Heading | Table | Picture | Callout | Free | PageBreak


@dataclass(frozen=True)
class Section:
    """One numbered part, or an annex without number."""

    number: int | None
    title: str
    blocks: tuple[Block, ...]

    @property
    def heading(self) -> str:
        """Title as it is printed."""
        return f"{self.number}. {self.title}" if self.number else self.title


@dataclass(frozen=True)
class Document:
    """A whole document and what is printed around it."""

    name: str
    """Start of the file's name, safe on every system."""
    title: str
    subtitle: str
    authority: str
    release_id: str
    released: dt.datetime
    facts: tuple[tuple[str, str], ...]
    """What is to be known of the commune at once: label and value, on the first page."""
    sections: tuple[Section, ...]
    opening: Section | None = None
    """What is read first, on pages of its own that end with the contents."""

    @property
    def footer(self) -> str:
        """What stands at the foot of every page: which figures these are."""
        day = self.released
        return f"Version {self.release_id} du {day.day:02d}/{day.month:02d}/{day.year} – {self.authority}"


def introduces(blocks: Sequence[Block], rank: int) -> bool:
    """Whether a block is a paragraph between a heading and what it announces: the three stay together."""
    return (
        isinstance(blocks[rank], Paragraph)
        and (rank == 0 or isinstance(blocks[rank - 1], Heading))
        and rank + 1 < len(blocks)
        and isinstance(blocks[rank + 1], Table | Picture | Heading)
    )


def stays(blocks: Sequence[Block], rank: int) -> bool:
    """Whether a text stays with the next block: it introduces it, is too short alone, or ends with it."""
    block, following = blocks[rank], blocks[rank + 1] if rank + 1 < len(blocks) else None
    if not isinstance(block, Paragraph | Bullets) or following is None:
        return False
    if isinstance(following, Paragraph) and following.kind == "note" and len(following.text) < SHORT_NOTE:
        return True
    opens = rank == 0 or isinstance(blocks[rank - 1], Heading)
    alone = opens and isinstance(block, Paragraph) and len(block.text) < SHORT_NOTE
    return alone or introduces(blocks, rank)


def belongs_above(blocks: Sequence[Block], rank: int) -> bool:
    """Whether a block is a note on the table above it: they are read together."""
    while 0 < rank < len(blocks):
        block = blocks[rank]
        if not isinstance(block, Paragraph) or block.kind != "note" or introduces(blocks, rank):
            return False
        rank -= 1
        if isinstance(blocks[rank], Table):
            return True
    return False


def table_or_reason(
    caption: str, columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], reason: str
) -> Block:
    """Return the table, or the sentence that says why there is nothing in it."""
    return Table(caption, columns, tuple(rows)) if rows else Paragraph(reason, "note")
