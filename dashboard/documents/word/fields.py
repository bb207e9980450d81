"""Reading a Word file whole: the text of its free fields, and every passage that stands outside them.

A field is found twice: by the tag of its content control, and by the bookmark around it. Word keeps both;
LibreOffice drops the tags, and cuts a control at the first table, but keeps the bookmarks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.documents.word.controls import read_mark
from dashboard.documents.word.numbering import Numbering
from dashboard.documents.word.signs import drawn
from dashboard.documents.word.xml import NAMESPACE
from sources.local.fields import Place, parse_tag
from sources.local.rich import Run, written

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_W = f"{{{NAMESPACE}}}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PLACED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"

# What is said about the text.
_SKIPPED = {f"{_W}{name}" for name in ("pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "sectPr")}
_CHARACTERS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}
_OBJECTS = {f"{_W}{name}" for name in ("drawing", "pict", "object", "altChunk")}
_ADDED = {f"{_W}ins", f"{_W}moveTo"}
_STRUCK = {f"{_W}del", f"{_W}moveFrom"}
_COUNTED = re.compile(r"^\s*(?:SEQ|PAGE|NUMPAGES|PAGEREF)\b")
_HYPERLINK = re.compile(r'^\s*HYPERLINK\s+"([^"]+)"')
_NUMBERED = re.compile(r"(\d{1,2})\. ")
"""The number of a part, which its title begins with."""
_HEADING = re.compile(r"(?:Heading|Titre)1")
_WIDEST = 63
"""Columns of a table of Word."""


@dataclass(frozen=True)
class Change:
    """A tracked change inside a field."""

    place: Place
    author: str
    added: bool
    text: str


@dataclass(frozen=True)
class Passage:
    """A paragraph of the document outside the free fields."""

    section: int
    """Rank of the part it stands in: 0 before the first heading."""
    heading: str
    """That heading, or where it stands when it is not in the body (« Pied de page », « Commentaire »)."""
    rank: int
    """Its rank in the part, from 1."""
    text: str
    cell: bool = False
    """In a table."""


@dataclass(frozen=True)
class Anchor:
    """What a comment is about."""

    section: int
    place: Place | None
    """The field it stands in, if any."""


@dataclass
class Piece:
    """The text found at one place for one field."""

    place: Place
    marked: bool
    """Found between bookmarks, rather than in a control."""
    controlled: bool = False
    """Between these bookmarks, a control is there."""
    pictures: bool = False
    struck: bool = False
    """Some of its words are crossed out."""
    _parts: list[Run] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words, in the form of the local layer."""
        lines = []
        line: list[Run] = []
        for run in self._parts:
            first, *others = re.split(r"([\n\t])", run.text)
            line.append(Run(first, run.bold, run.link))
            for sign, words in zip(others[::2], others[1::2], strict=True):
                lines += [written(line), sign]
                line = [Run(words, run.bold, run.link)]
        return "".join([*lines, written(line)]).replace(" \t", "\t")

    def add(self, run: Run) -> None:
        """Add words."""
        self._parts.append(run)


@dataclass
class Reading:
    """One document."""

    pieces: list[Piece]
    exported: dict[Place, str]
    """Fingerprint of the text each field was exported with."""
    passages: list[Passage]
    changes: list[Change]
    anchors: dict[str, Anchor]
    """Where each comment hangs, by its number."""
    struck: list[Passage]
    """What is crossed out outside the free fields, tracked or not."""
    objects: Counter[int]
    """How many pictures and objects stand outside the free fields, by rank of part."""


def read(
    parts: Iterable[tuple[str, _Element]],
    links: Mapping[str, str] | None = None,
    numbering: _Element | None = None,
    *,
    accept: bool = True,
) -> Reading:
    """Return the fields and the passages of a document, in order.

    Args:
        parts: its body under an empty name, then headers, footers and notes, and what to call them.
        links: addresses of the hyperlinks, by relation.
        numbering: the lists it declares.
        accept: whether tracked changes are taken as accepted, or as refused.
    """
    walker = _Walker(links or {}, Numbering(numbering), accept=accept)
    for name, element in parts:
        walker.part(name, element)
    inside = Counter(piece.place for piece in walker.closed if piece.controlled and not piece.marked)
    # Between two bookmarks, the control is there with whatever was written beside it; not so its copies.
    pieces = [p for p in walker.closed if p.marked or not p.controlled or inside[p.place] > 1]
    return Reading(
        *(pieces, walker.exported, walker.passages, walker.changes, walker.anchors),
        *(walker.struck, walker.objects),
    )


class _Walker:
    """Goes through a document once, giving each word to the fields it stands in, or to its paragraph."""

    def __init__(self, links: Mapping[str, str], numbering: Numbering, *, accept: bool) -> None:
        self.closed: list[Piece] = []
        self.exported: dict[Place, str] = {}
        self.passages: list[Passage] = []
        self.changes: list[Change] = []
        self.anchors: dict[str, Anchor] = {}
        self.struck: list[Passage] = []
        self.objects: Counter[int] = Counter()
        self._links, self._numbering, self._accept = links, numbering, accept
        self._open: list[Piece] = []
        self._marks: dict[str, Piece] = {}
        self._ended: set[str | None] = set()
        self._cells = 0
        self._paragraphs: list[list[str]] = []
        self._bold = False
        self._font = ""
        self._link = ""
        self._fields: list[str] = []
        self._section, self._heading, self._rank = 0, "", 0

    def part(self, name: str, element: _Element) -> None:
        if name:
            self._section, self._heading, self._rank = -1, name, 0
        self._open, self._marks, self._fields = [], {}, []
        self._ended = {end.get(f"{_W}id") for end in element.iter(f"{_W}bookmarkEnd")}
        self.walk(element)

    def walk(self, element: _Element) -> None:
        for child in element:
            self._visit(child)

    def _visit(self, node: _Element) -> None:
        kind = node.tag
        if kind in _SKIPPED or not isinstance(kind, str):
            return
        handler = _HANDLERS.get(kind)
        if handler is not None:
            handler(self, node)
        elif kind in _CHARACTERS:
            self._say(_CHARACTERS[kind])
        elif kind in _ADDED or kind in _STRUCK:
            self._tracked(node, added=kind in _ADDED)
        else:
            if kind in _OBJECTS:
                for piece in self._open:
                    piece.pictures = True
                if not self._open:
                    self.objects[self._section] += 1
            self.walk(node)

    def _say(self, text: str) -> None:
        # The frame of a field pasted into another one keeps its words to itself.
        for piece in (p for p in self._open if p.place == self._open[-1].place):
            piece.add(Run(text, self._bold, self._link))
        if not self._open and self._paragraphs:
            counted = any(_COUNTED.match(instruction) for instruction in self._fields)
            self._paragraphs[-1].append("#" if counted and text.strip().isdigit() else text)

    def _words(self, node: _Element) -> None:
        # LibreOffice writes a sign of such a font as a letter nobody else can draw.
        self._say(re.sub(r"[\uf000-\uf0ff]", lambda found: drawn(self._font, ord(found[0])), node.text or ""))

    def _symbol(self, node: _Element) -> None:
        code = re.fullmatch(r"[0-9A-Fa-f]{1,4}", node.get(f"{_W}char") or "")
        self._say(drawn(node.get(f"{_W}font") or "", int(code[0], 16) if code else 0))

    def _run(self, node: _Element) -> None:
        outer = self._bold, self._font
        fonts = node.find(f"{_W}rPr/{_W}rFonts")
        self._bold, self._font = _set(node, "b"), "" if fonts is None else fonts.get(f"{_W}ascii") or ""
        self.walk(node)
        self._bold, self._font = outer
        text = "".join(t.text or "" for t in node.iter(f"{_W}t"))
        if text.strip() and (_set(node, "strike") or _set(node, "dstrike")):
            for piece in self._open:
                piece.struck = True
            if not self._open:
                self.struck.append(self._passage(self._rank + 1, text))

    def _alternate(self, node: _Element) -> None:
        """Read the first form of what is written in several: the others are copies for older programs."""
        for first in node[:1]:
            self.walk(first)

    def _described(self, node: _Element) -> None:
        """Read the words a picture bears for those who do not see it."""
        said = node.get("descr") or ""
        if said.strip() and not self._open:
            self.passages.append(self._passage(self._rank + 1, said))

    def _paragraph(self, node: _Element) -> None:
        style = node.find(f"{_W}pPr/{_W}pStyle")
        named = "" if style is None else style.get(f"{_W}val") or ""
        opening = self._numbering.opening(node, named)
        if opening and self._open:
            self._say(opening)
        if self._section >= 0 and _HEADING.fullmatch(named) and not self._cells:
            title = " ".join("".join(t.text or "" for t in node.iter(f"{_W}t")).split())
            if title:
                numbered = _NUMBERED.match(title)
                self._section = int(numbered[1]) if numbered else self._section
                self._heading, self._rank = title, 0
        self._lines(node)

    def _lines(self, node: _Element) -> None:
        self._paragraphs.append([])
        self.walk(node)
        text = "".join(self._paragraphs.pop())
        if text.strip():
            self._rank += 1
            self.passages.append(self._passage(self._rank, text))
        if self._open:
            # The lines of a cell stay on the line of its row.
            self._say(" " if self._cells else "\n")

    def _passage(self, rank: int, text: str) -> Passage:
        return Passage(self._section, self._heading, rank, text, bool(self._cells))

    def _cell(self, node: _Element) -> None:
        self._cells += 1
        self.walk(node)
        self._cells -= 1
        if self._open:
            self._say("\t" * _columns(node))

    def _row(self, node: _Element) -> None:
        self.walk(node)
        if not self._cells and self._open:
            self._say("\n")

    def _hyperlink(self, node: _Element) -> None:
        outer = self._link
        self._link = self._links.get(node.get(f"{_R}id") or "", "")
        self.walk(node)
        self._link = outer

    def _field_mark(self, node: _Element) -> None:
        kind = node.get(f"{_W}fldCharType")
        if kind == "begin":
            self._fields.append("")
        elif kind == "end" and self._fields:
            self._fields.pop()
        self._follow()

    def _instruction(self, node: _Element) -> None:
        if self._fields:
            self._fields[-1] += node.text or ""
        self._follow()

    def _simple_field(self, node: _Element) -> None:
        self._fields.append(node.get(f"{_W}instr") or "")
        self.walk(node)
        self._fields.pop()

    def _follow(self) -> None:
        """Keep the address of a link that a program wrote as a field."""
        found = (_HYPERLINK.match(instruction) for instruction in reversed(self._fields))
        self._link = next((match[1] for match in found if match), "")

    def _tracked(self, node: _Element, *, added: bool) -> None:
        text = "".join(t.text or "" for t in node.iter(f"{_W}t", f"{_W}delText"))
        if text.strip():
            author = node.get(f"{_W}author") or "quelqu’un"
            self.changes += [Change(piece.place, author, added, text) for piece in self._open[-1:]]
            if node.tag == f"{_W}del" and not self._open:
                self.struck.append(self._passage(self._rank + 1, text))
        # Outside the fields nothing is decided: what was added is reported, what was struck is in the export.
        if added == (self._accept or not self._open):
            self.walk(node)

    def _control(self, node: _Element) -> None:
        tag = node.find(f"{_W}sdtPr/{_W}tag")
        place = parse_tag(tag.get(f"{_W}val") or "") if tag is not None else None
        content = node.find(f"{_W}sdtContent")
        if content is None:
            return
        if place is None:
            self.walk(content)
            # LibreOffice has removed the tags: a control between two marks is that of the marks.
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
        if mark is None:
            return
        place, digest = mark
        self.exported.setdefault(place, digest)
        number = node.get(f"{_W}id") or ""
        # A mark without its end opens nothing: where the field stops, nobody knows.
        if number in self._ended and number not in self._marks:
            self._marks[number] = Piece(place, marked=True)
            self._open.append(self._marks[number])

    def _end(self, node: _Element) -> None:
        piece = self._marks.pop(node.get(f"{_W}id") or "", None)
        if piece is not None:
            self._open.remove(piece)
            self.closed.append(piece)

    def _comment(self, node: _Element) -> None:
        place = self._open[-1].place if self._open else None
        self.anchors[node.get(f"{_W}id") or ""] = Anchor(self._section, place)


_HANDLERS = {
    f"{_W}{name}": handler
    for name, handler in {
        "t": _Walker._words,
        "sym": _Walker._symbol,
        "delText": _Walker._words,
        "r": _Walker._run,
        "p": _Walker._paragraph,
        "tc": _Walker._cell,
        "tr": _Walker._row,
        "hyperlink": _Walker._hyperlink,
        "fldChar": _Walker._field_mark,
        "instrText": _Walker._instruction,
        "fldSimple": _Walker._simple_field,
        "sdt": _Walker._control,
        "bookmarkStart": _Walker._start,
        "bookmarkEnd": _Walker._end,
        "commentReference": _Walker._comment,
    }.items()
} | {
    f"{_MATHS}t": _Walker._words,
    f"{_DRAWING}t": _Walker._words,
    f"{_DRAWING}p": _Walker._lines,
    _ALTERNATE: _Walker._alternate,
    _PLACED: _Walker._described,
}


def _set(node: _Element, name: str) -> bool:
    """Whether a run is set so: in bold, crossed out."""
    said = node.find(f"{_W}rPr/{_W}{name}")
    return said is not None and said.get(f"{_W}val", "1") not in ("0", "false", "off")


def _columns(cell: _Element) -> int:
    """Return how many columns of its table a cell covers."""
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    said = "" if span is None else span.get(f"{_W}val") or ""
    return min(int(said), _WIDEST) if re.fullmatch(r"[1-9][0-9]*", said) else 1
