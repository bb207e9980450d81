"""Pieces of WordprocessingML as strings: every text is escaped here, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DECLARED = f'xmlns:w="{NAMESPACE}"'
TWIPS = 567
"""Twentieths of a point in a centimetre."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain(text: str) -> str:
    """Return a text XML can hold; the rest is shown as a replacement sign."""
    return _FORBIDDEN.sub("\ufffd", text)


def run(text: str, style: str = "", *, bold: bool = False, link: bool = False) -> str:
    """Return a run of text, its line breaks kept."""
    said = (f'<w:rStyle w:val="{style}"/>' if style else "") + ("<w:b/>" if bold else "")
    said += '<w:u w:val="single"/>' if link else ""
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


def paragraph(
    content: str,
    style: str,
    *,
    root: bool = True,
    right: bool = False,
    kept: bool = False,
    whole: bool = False,
    fresh: bool = False,
) -> str:
    """Return a paragraph of runs.

    Args:
        content: its runs.
        style: identifier of its style.
        root: whether it stands alone and must declare its namespace.
        right: whether it is aligned on the right.
        kept: whether it stays on the page of what follows it.
        whole: whether all its lines stay on one page.
        fresh: whether it starts a page.
    """
    stays = "<w:keepNext/>" if kept else ""
    stays += "<w:keepLines/>" if whole else ""
    # What starts a page needs no space above it.
    stays += '<w:pageBreakBefore/><w:spacing w:before="0"/>' if fresh else ""
    aligned = '<w:jc w:val="right"/>' if right else ""
    declared = f" {DECLARED}" if root else ""
    return f'<w:p{declared}><w:pPr><w:pStyle w:val="{style}"/>{stays}{aligned}</w:pPr>{content}</w:p>'


def caption(kind: str, number: int, text: str) -> str:
    """Return a numbered caption: « Tableau 3 – … », the number being a field."""
    return paragraph(
        run(f"{kind} ") + field(f"SEQ {kind} \\* ARABIC", str(number)) + run(f" – {text}"), "Caption"
    )


def heading(text: str, level: int, number: int, *, fresh: bool = False) -> str:
    """Return a heading that the contents can point at, ``fresh`` when it starts a page."""
    mark = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark(number)}"/>'
    said = f'{mark}{run(text)}<w:bookmarkEnd w:id="{number}"/>'
    return paragraph(said, f"Heading{level}", fresh=fresh)


def bookmark(number: int) -> str:
    """Return the name of the bookmark of a heading."""
    return f"_Toc{number:06d}"


def contents(entries: Sequence[tuple[str, int]], title: str) -> str:
    """Return the table of contents: a field Word can update, already filled with links.

    Its pages are references that Word works out when it opens the file: the writer fills them meanwhile.

    Args:
        entries: text and bookmark number of each heading of a part.
        title: its own title.
    """
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines = []
    for index, (text, number) in enumerate(entries):
        page = run("\t") + field(f"PAGEREF {bookmark(number)} \\h", " ")
        link = f'<w:hyperlink w:anchor="{bookmark(number)}" w:history="1">{run(text)}{page}</w:hyperlink>'
        before, after = begin if index == 0 else "", end if index == len(entries) - 1 else ""
        lines.append(paragraph(before + link + after, "TOC1", root=False))
    return (
        f'<w:sdt {DECLARED}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>"
        f"{paragraph(run(title), 'TOCHeading', root=False)}{''.join(lines)}</w:sdtContent></w:sdt>"
    )


def table_cell(inside: str, width: int, properties: str = "") -> str:
    """Return a cell.

    Args:
        inside: its paragraphs.
        width: its width, in twentieths of a point.
        properties: more of its properties, as XML.
    """
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{inside}</w:tc>'
