"""Pieces of WordprocessingML as strings: every text is escaped here, and nowhere else."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from dashboard.documents.model import Cell, Free, Table
from sources.local.fields import parse_tag
from sources.local.texts import fingerprint

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DECLARED = f'xmlns:w="{NAMESPACE}"'
TWIPS = 567
"""Twentieths of a point in a centimetre."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain(text: str) -> str:
    """Return a text XML can hold; the rest is shown as a replacement sign."""
    return _FORBIDDEN.sub("\ufffd", text)


def run(text: str, style: str = "", *, bold: bool = False) -> str:
    """Return a run of text, its line breaks kept."""
    said = (f'<w:rStyle w:val="{style}"/>' if style else "") + ("<w:b/>" if bold else "")
    properties = f"<w:rPr>{said}</w:rPr>" if said else ""
    lines = plain(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    content = "<w:br/>".join(
        "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in line.split("\t"))
        for line in lines
    )
    return f"<w:r>{properties}{content}</w:r>"


def field(instruction: str, shown: str) -> str:
    """Return a field Word can update, with what it shows until then."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(content: str, style: str, *, root: bool = True, right: bool = False, kept: bool = False) -> str:
    """Return a paragraph of runs.

    Args:
        content: its runs.
        style: identifier of its style.
        root: whether it stands alone and must declare its namespace.
        right: whether it is aligned on the right.
        kept: whether it stays on the page of what follows it.
    """
    stays = "<w:keepNext/>" if kept else ""
    aligned = '<w:jc w:val="right"/>' if right else ""
    declared = f" {DECLARED}" if root else ""
    return f'<w:p{declared}><w:pPr><w:pStyle w:val="{style}"/>{stays}{aligned}</w:pPr>{content}</w:p>'


def caption(kind: str, number: int, text: str) -> str:
    """Return a numbered caption: « Tableau 3 – … », the number being a field."""
    return paragraph(
        run(f"{kind} ") + field(f"SEQ {kind} \\* ARABIC", str(number)) + run(f" – {text}"), "Caption"
    )


def heading(text: str, level: int, number: int) -> str:
    """Return a heading that the contents can point at."""
    mark = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark(number)}"/>'
    return paragraph(f'{mark}{run(text)}<w:bookmarkEnd w:id="{number}"/>', f"Heading{level}")


def bookmark(number: int) -> str:
    """Return the name of the bookmark of a heading."""
    return f"_Toc{number:06d}"


def contents(entries: Sequence[tuple[int, str, int]], title: str) -> str:
    """Return the table of contents: a field Word can update, already filled with links.

    Args:
        entries: level, text and bookmark number of each heading.
        title: its own title.
    """
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines = []
    for index, (level, text, number) in enumerate(entries):
        link = f'<w:hyperlink w:anchor="{bookmark(number)}" w:history="1">{run(text)}</w:hyperlink>'
        before, after = begin if index == 0 else "", end if index == len(entries) - 1 else ""
        lines.append(paragraph(before + link + after, f"TOC{level}", root=False))
    return (
        f'<w:sdt {DECLARED}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>"
        f"{paragraph(run(title), 'TOCHeading', root=False)}{''.join(lines)}</w:sdtContent></w:sdt>"
    )


def free_field(free: Free, number: int) -> list[str]:
    """Return a free field: its title, its content control, and a bookmark around what is written in it.

    Args:
        free: the field.
        number: rank of the field in the document.
    """
    mark = _MARKS + number
    start = f'<w:bookmarkStart w:id="{mark}" w:name="{_mark(free)}"/>'
    end = f'<w:bookmarkEnd w:id="{mark}"/>'
    return [paragraph(run(free.title) + start, "FreeTitle"), control(free), paragraph(end, "Spacer")]


_MARKS = 10_000
"""First number of the bookmarks of free fields, beyond those of the headings."""

_MARK = re.compile(r"_(bcs_[0-9AB]{5}_\w+)_([0-9a-f]{8})", re.ASCII)


def _mark(free: Free) -> str:
    """Name a bookmark after the field and the text it is exported with; the underscore hides it."""
    return f"_{free.tag.replace('.', '_')}_{fingerprint(plain(free.text))}"


def read_mark(name: str) -> tuple[tuple[str, str], str] | None:
    """Return commune and key of a bookmark of ours, then the fingerprint of the text exported."""
    found = _MARK.fullmatch(name)
    place = parse_tag(found[1].replace("_", ".", 2)) if found else None
    return (place, found[2]) if found and place else None


def control(free: Free) -> str:
    """Return the content control of a free field: its tag is how its text is found again."""
    identity = zlib.crc32(free.tag.encode()) & 0x7FFFFFFF
    written = bool(free.text.strip())
    showing = "" if written else "<w:showingPlcHdr/>"
    style = "" if written else "PlaceholderText"
    texts = free.text.splitlines() if written else [free.prompt]
    inside = "".join(paragraph(run(text, style), "FreeField", root=False) for text in texts)
    return (
        f"<w:sdt {DECLARED}><w:sdtPr><w:alias w:val={quoteattr(plain(free.title))}/>"
        f'<w:tag w:val={quoteattr(free.tag)}/><w:id w:val="{identity}"/>{showing}</w:sdtPr>'
        f"<w:sdtContent>{inside}</w:sdtContent></w:sdt>"
    )


def table(model: Table, *, kept: bool = False) -> str:
    """Return a table: fixed widths, its header repeated on each page, lines that do not split.

    Args:
        model: the table.
        kept: whether its last line stays on the page of what follows.
    """
    widths = [round(column.width * TWIPS) for column in model.columns]
    header = "".join(
        _cell(
            paragraph(run(column.title), "TableHeader", root=False, right=column.right),
            width,
            '<w:shd w:val="clear" w:color="auto" w:fill="F4F1E8"/>',
        )
        for column, width in zip(model.columns, widths, strict=True)
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    # A short table holds on one page: each line stays with the next. Of a long one, only the end does.
    last = len(model.rows) - 1
    rows = "".join(
        _row(row, model, widths, kept=kept if rank == last else model.short or (kept and rank == last - 1))
        for rank, row in enumerate(model.rows)
    )
    return (
        f'<w:tbl {DECLARED}><w:tblPr><w:tblStyle w:val="BcsTable"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        'w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(plain(model.caption)[:250])}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{header}</w:tr>{rows}</w:tbl>"
    )


def _row(row: Iterable[Cell], model: Table, widths: Sequence[int], *, kept: bool) -> str:
    cells = []
    long = False
    for cell, column, width in zip(row, model.columns, widths, strict=True):
        long = long or len(cell.text) + len(cell.detail) > 600
        inside = ""
        if cell.text or not cell.detail:
            style = "TableStrong" if cell.strong else "TableText"
            inside += paragraph(run(cell.text), style, root=False, right=column.right, kept=kept)
        if cell.detail:
            inside += paragraph(run(cell.detail), "TableDetail", root=False, right=column.right, kept=kept)
        cells.append(_cell(inside, width))
    properties = "" if long else "<w:trPr><w:cantSplit/></w:trPr>"
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def _cell(inside: str, width: int, properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{inside}</w:tc>'
