"""Finding the free fields in the text of a Word file, whatever a program made of it since.

A field is found twice: by the tag of its content control, and by the bookmark around it. Word keeps both;
LibreOffice drops the tags, and cuts a control at the first table, but keeps the bookmarks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.documents.word.xml import NAMESPACE, read_mark
from sources.local.fields import parse_tag

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_W = f"{{{NAMESPACE}}}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

# What was struck out or moved away, what is said of the text, and the copy made for older programs.
_SKIPPED = {
    _FALLBACK,
    *(f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "tblPr", "trPr")),
}
_CHARACTERS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_OBJECTS = {f"{_W}{name}" for name in ("drawing", "pict", "object")}


@dataclass
class Piece:
    """The text found at one place for one field."""

    place: tuple[str, str]
    marked: bool
    """Found between bookmarks, rather than in a control."""
    controlled: bool = False
    """Between these bookmarks, a control is there."""
    pictures: bool = False
    _parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words, as they were written."""
        return "".join(self._parts).replace(" \t", "\t")

    def add(self, text: str) -> None:
        """Add words."""
        self._parts.append(text)


@dataclass
class Reading:
    """The fields of one document."""

    pieces: list[Piece]
    exported: dict[tuple[str, str], str]
    """Fingerprint of the text each was exported with."""


def read(body: _Element) -> Reading:
    """Return the fields of a document, in order."""
    walker = _Walker()
    walker.walk(body)
    inside = Counter(piece.place for piece in walker.closed if piece.controlled and not piece.marked)
    # Between two bookmarks, the control is there with whatever was written beside it; not so its copies.
    pieces = [p for p in walker.closed if p.marked or not p.controlled or inside[p.place] > 1]
    return Reading(pieces, walker.exported)


class _Walker:
    """Goes through a document once, giving each word to the fields it stands in."""

    def __init__(self) -> None:
        self.closed: list[Piece] = []
        self.exported: dict[tuple[str, str], str] = {}
        self._open: list[Piece] = []
        self._marks: dict[str, Piece] = {}
        self._cells = 0

    def walk(self, element: _Element) -> None:
        for child in element:
            self._visit(child)

    def _visit(self, node: _Element) -> None:
        kind = node.tag
        if kind in _SKIPPED:
            return
        if kind == f"{_W}t":
            self._say(node.text or "")
        elif kind in _CHARACTERS:
            self._say(_CHARACTERS[kind])
        elif kind == f"{_W}p":
            self._paragraph(node)
        elif kind == f"{_W}tc":
            self._cells += 1
            self.walk(node)
            self._cells -= 1
            self._say("\t")
        elif kind == f"{_W}tr":
            self.walk(node)
            if not self._cells:
                self._say("\n")
        elif kind == f"{_W}sdt":
            self._control(node)
        elif kind == f"{_W}bookmarkStart":
            self._start(node)
        elif kind == f"{_W}bookmarkEnd":
            self._end(node)
        else:
            if kind in _OBJECTS:
                for piece in self._open:
                    piece.pictures = True
            self.walk(node)

    def _say(self, text: str) -> None:
        for piece in self._open:
            piece.add(text)

    def _paragraph(self, node: _Element) -> None:
        if node.find(f"{_W}pPr/{_W}numPr") is not None:
            self._say("– ")
        self.walk(node)
        # The lines of a cell stay on the line of its row.
        self._say(" " if self._cells else "\n")

    def _control(self, node: _Element) -> None:
        tag = node.find(f"{_W}sdtPr/{_W}tag")
        place = parse_tag(tag.get(f"{_W}val") or "") if tag is not None else None
        content = node.find(f"{_W}sdtContent")
        if content is None:
            return
        if place is None:
            self.walk(content)
            # LibreOffice has taken the tags away: a control between two marks is that of the marks.
            for piece in self._open:
                piece.controlled = True
            return
        around = [piece for piece in self._open if piece.place == place]
        for piece in around:
            piece.controlled = True
        own = Piece(place, marked=False, controlled=bool(around))
        self._open.append(own)
        self.walk(content)
        self._open.remove(own)
        self.closed.append(own)

    def _start(self, node: _Element) -> None:
        mark = read_mark(node.get(f"{_W}name") or "")
        if mark is not None:
            place, digest = mark
            self.exported.setdefault(place, digest)
            piece = Piece(place, marked=True)
            self._marks[node.get(f"{_W}id") or ""] = piece
            self._open.append(piece)

    def _end(self, node: _Element) -> None:
        # A mark without its end is never closed: where the field stops, nobody knows.
        piece = self._marks.pop(node.get(f"{_W}id") or "", None)
        if piece is not None:
            self._open.remove(piece)
            self.closed.append(piece)
