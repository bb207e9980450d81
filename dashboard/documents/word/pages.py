"""On which page of the Word file each heading falls, reckoned as Word does: lines, rows, what stays together.

The contents are filled with it until Word works its pages out again. Belongs here: heights. Does not belong
here: what the document holds (``writer``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from dashboard.documents.word.xml import NAMESPACE

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element  # type: ignore[import-untyped]

_W = f"{{{NAMESPACE}}}"
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
PAGE_HEIGHT, TEXT_WIDTH = 754.0, 481.9
"""Points between the margins; the height has two more, by which a last line may overhang them."""
LINE = 1.149
"""Height of a line of Arial, in sizes of its letters."""
CELL_MARGINS = 6.8
BOLD = 1.08
"""How much wider bold letters are."""
_WIDTHS = {
    278: " !,./:;I[]ft\u00a0",
    556: "#$?0123456789Labdeghnopqu«»–€",
    191: "'",
    222: "ijl’",
    333: "()-r",
    355: '"•',
    500: "Jcksvxyz",
    584: "+<=>−±",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "Wœ",
}
"""Thousandths of a size, for the letters of Arial: those Adobe published for Helvetica, the same."""
_LETTERS = {letter: width / 1000 for width, letters in _WIDTHS.items() for letter in letters}
_WORD = re.compile(r"[^ \u2009-]*(?:[ \u2009-]+|$)")


def heading_pages(document: WordDocument) -> dict[str, int]:
    """Return the page of each bookmark of a heading, from one."""
    pages: dict[str, int] = {}
    items = list(_Reader(document).items(document.element.body))
    page, used = 1, 0.0
    for rank, item in enumerate(items):
        before = item.before if used else 0.0
        if used and (item.fresh or used + before + _together(items, rank) > PAGE_HEIGHT):
            page, used, before = page + 1, item.repeated, 0.0
        pages |= dict.fromkeys(item.bookmarks, page)
        left = item.height
        while used + before + left > PAGE_HEIGHT and len(item.lines) > 1:
            # A long paragraph goes on over the page.
            left -= PAGE_HEIGHT - used - before
            page, used, before = page + 1, 0.0, 0.0
        used += before + left + item.after
    return pages


@dataclass(frozen=True)
class _Item:
    """A paragraph, or a line of a table."""

    lines: tuple[float, ...]
    """Height of each line that may be parted from the others."""
    before: float = 0.0
    after: float = 0.0
    kept: bool = False
    """Whether it stays with the next one."""
    fresh: bool = False
    bookmarks: tuple[str, ...] = ()
    repeated: float = 0.0
    """Height of the header written again when it starts a page."""

    @property
    def height(self) -> float:
        return sum(self.lines)

    @property
    def first(self) -> float:
        """Height that cannot be parted: two lines, or all of three."""
        return self.height if len(self.lines) < 4 else sum(self.lines[:2])


def _together(items: Sequence[_Item], rank: int) -> float:
    """Return the height that must hold on the page with what starts at a rank."""
    total = 0.0
    while items[rank].kept and rank + 1 < len(items):
        total += items[rank].height + items[rank].after + items[rank + 1].before
        rank += 1
        if total > PAGE_HEIGHT:
            # It cannot hold on any page: it is not kept.
            return items[rank].first
    return total + items[rank].first


@dataclass(frozen=True)
class _Style:
    size: float = 11.0
    before: float = 0.0
    after: float = 10.0
    spacing: float = 1.15
    left: float = 0.0
    right: float = 0.0
    frame: float = 0.0
    flags: frozenset[str] = field(default_factory=frozenset)


class _Reader:
    """Reads the heights of a document whose styles are known."""

    def __init__(self, document: WordDocument) -> None:
        self._styles = {s.get(f"{_W}styleId"): s for s in document.styles.element.iter(f"{_W}style")}
        self._known: dict[str | None, _Style] = {}

    def items(self, parent: _Element) -> Iterator[_Item]:
        found = list(self._all(parent))
        for (_, element, style), following in pairwise([*found, (None, None, None)]):
            assert element is not None
            if element.tag == f"{_W}tbl":
                yield from self._table(element)
            else:
                yield self._paragraph(element, alike=style is not None and following[2] == style)

    def _all(self, parent: _Element) -> Iterator[tuple[None, _Element, str | None]]:
        for element in parent:
            if element.tag == f"{_W}sdt":
                yield from self._all(element.find(f"{_W}sdtContent"))
            elif element.tag in (f"{_W}p", f"{_W}tbl"):
                yield None, element, _style_of(element)

    def _style(self, identifier: str | None) -> _Style:
        if identifier not in self._known:
            element = self._styles.get(identifier or "Normal")
            based = element.find(f"{_W}basedOn") if element is not None else None
            parent = self._style(based.get(f"{_W}val")) if based is not None else _Style()
            self._known[identifier] = parent if element is None else _read(element, parent)
        return self._known[identifier]

    def _paragraph(self, paragraph: _Element, width: float = TEXT_WIDTH, *, alike: bool = False) -> _Item:
        style = self._style(_style_of(paragraph))
        own = paragraph.find(f"{_W}pPr")
        style = _read(paragraph, style) if own is not None else style
        height = style.size * LINE * style.spacing
        wide = width - style.left - style.right
        count = sum(_count(said, wide / style.size) for said in _said(paragraph, "b" in style.flags))
        lines = [height] * count
        pictures = [int(e.get("cy")) / 12700 for e in paragraph.iter(_EXTENT)]
        if pictures:
            lines = [max(pictures)]
        if "keepLines" in style.flags:
            lines = [sum(lines)]
        lines[0] += style.frame
        lines[-1] += style.frame
        close = alike and "contextualSpacing" in style.flags
        return _Item(
            tuple(lines),
            before=style.before,
            after=0.0 if close else style.after,
            kept="keepNext" in style.flags,
            fresh="pageBreakBefore" in style.flags,
            bookmarks=tuple(e.get(f"{_W}name") for e in paragraph.iter(f"{_W}bookmarkStart")),
        )

    def _table(self, table: _Element) -> Iterator[_Item]:
        header = 0.0
        for row in table.iter(f"{_W}tr"):
            height, kept = 0.0, False
            for cell in row.iter(f"{_W}tc"):
                width = int(cell.find(f"{_W}tcPr/{_W}tcW").get(f"{_W}w")) / 20 - CELL_MARGINS
                inside = [self._paragraph(p, width) for p in cell.iter(f"{_W}p")]
                height = max(height, sum(p.before + p.height + p.after for p in inside) + 0.5)
                kept = kept or any(p.kept for p in inside)
            yield _Item((height,), kept=kept, repeated=header)
            if row.find(f"{_W}trPr/{_W}tblHeader") is not None:
                header = height


def _style_of(element: _Element) -> str | None:
    named = element.find(f"{_W}pPr/{_W}pStyle")
    return None if named is None else named.get(f"{_W}val")


def _read(element: _Element, parent: _Style) -> _Style:
    """Return a style with what an element adds to the one it is based on."""

    def number(path: str, attribute: str, unit: float, otherwise: float) -> float:
        found = element.find(path)
        value = None if found is None else found.get(f"{_W}{attribute}")
        return otherwise if value is None else int(value) / unit

    spacing, indent = f"{_W}pPr/{_W}spacing", f"{_W}pPr/{_W}ind"
    flags = set(parent.flags)
    for name in ("keepNext", "keepLines", "pageBreakBefore", "contextualSpacing"):
        if element.find(f"{_W}pPr/{_W}{name}") is not None:
            flags.add(name)
    bold = element.find(f"{_W}rPr/{_W}b")
    if bold is not None:
        flags = flags - {"b"} if bold.get(f"{_W}val") == "0" else flags | {"b"}
    return _Style(
        number(f"{_W}rPr/{_W}sz", "val", 2, parent.size),
        number(spacing, "before", 20, parent.before),
        number(spacing, "after", 20, parent.after),
        number(spacing, "line", 240, parent.spacing),
        number(indent, "left", 20, parent.left),
        number(indent, "right", 20, parent.right),
        number(f"{_W}pPr/{_W}pBdr/{_W}top", "space", 1, parent.frame),
        frozenset(flags),
    )


def _said(paragraph: _Element, bold: bool) -> Iterator[list[tuple[str, bool]]]:
    """Yield the texts of a paragraph between its line breaks, each piece with whether it is bold."""
    line: list[tuple[str, bool]] = []
    for run in paragraph.iter(f"{_W}r"):
        strong = bold or run.find(f"{_W}rPr/{_W}b") is not None
        for piece in run:
            if piece.tag == f"{_W}br":
                yield line
                line = []
            elif piece.tag == f"{_W}tab":
                # What stands before a tab is on the same line, in the margin of the rest.
                line = []
            elif piece.tag == f"{_W}t":
                line.append((piece.text or "", strong))
    yield line


def _count(pieces: Iterable[tuple[str, bool]], width: float) -> int:
    """Return how many lines a text takes in a width given in sizes of its letters."""
    lines, used = 1, 0.0
    for text, bold in pieces:
        for word in _WORD.findall(text):
            solid, whole = (
                sum(map(_letter, some)) * (BOLD if bold else 1.0) for some in (word.rstrip(), word)
            )
            if used and used + solid > width:
                lines, used = lines + 1, 0.0
            used += whole
    return lines


def _letter(letter: str) -> float:
    found = _LETTERS.get(letter)
    return found if found is not None else _LETTERS.get(unicodedata.normalize("NFD", letter)[0], 0.556)
