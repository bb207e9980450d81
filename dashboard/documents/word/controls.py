"""The free fields of the Word file: controls found again by their tag, and by the bookmark around them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from dashboard.documents.model import Free
from dashboard.documents.word.xml import DECLARED, TWIPS, paragraph, plain, run, table_cell
from sources.local.fields import Place, parse_tag
from sources.local.rich import Line, RichBlock, Run, inline, parse
from sources.local.texts import fingerprint

LIST = 90
"""Number of the list of the free fields, among those of the document."""
_STYLE = "FreeField"
_WIDE = round(16.4 * TWIPS)
"""Width of a table inside a free field."""


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

_CELL_MARKS = 1_000_000
"""First number of the bookmarks of the fields of cells."""

_MARK = re.compile(r"_(bcs_[0-9AB]{5}_\w+)_([0-9a-f]{8})", re.ASCII)


def _mark(free: Free) -> str:
    """Name a bookmark after the field and the text it is exported with; the underscore hides it."""
    return f"_{free.tag.replace('.', '_')}_{fingerprint(plain(free.text))}"


def read_mark(name: str) -> tuple[Place, str] | None:
    """Return commune and key of one of our bookmarks, then the fingerprint of the text exported."""
    found = _MARK.fullmatch(name)
    place = parse_tag(found[1].replace("_", ".", 2)) if found else None
    return (place, found[2]) if found and place else None


def control(free: Free) -> str:
    """Return the content control of a free field: its tag is how its text is found again."""
    written = bool(free.text.strip())
    if written:
        inside = "".join(_rich(block) for block in parse(free.text))
        # A control ends with a paragraph: Word refuses one that ends with a table.
        inside += "" if inside.endswith("</w:p>") else paragraph("", _STYLE, root=False)
    else:
        inside = paragraph(run(free.prompt, "PlaceholderText"), _STYLE, root=False)
    properties = _properties(free, written=written)
    return f"<w:sdt {DECLARED}>{properties}<w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def _rich(block: RichBlock) -> str:
    """Return a paragraph, an item or a table of a free text."""
    if isinstance(block, Line):
        if block.level is None:
            return paragraph(_runs(block.runs), _STYLE, root=False)
        indent = f'<w:ind w:left="{142 + 284 * (block.level + 1)}" w:hanging="284" w:right="142"/>'
        listed = f'<w:numPr><w:ilvl w:val="{block.level}"/><w:numId w:val="{LIST}"/></w:numPr>'
        said = _runs(block.runs)
        if block.mark[0].isdigit():
            # A number is written as it came: Word counts one list through the whole document.
            listed, said = "", run(f"{block.mark} ") + said
        return f'<w:p><w:pPr><w:pStyle w:val="{_STYLE}"/>{listed}{indent}</w:pPr>{said}</w:p>'
    count = len(block.rows[0])
    width = _WIDE // count
    rows = (
        "".join(table_cell(paragraph(_runs(cell), "TableText", root=False), width) for cell in row)
        for row in block.rows
    )
    size = f'<w:tblW w:w="{width * count}" w:type="dxa"/>'
    grid = f'<w:gridCol w:w="{width}"/>' * count
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="BcsTable"/>{size}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    )


def _runs(runs: Iterable[Run]) -> str:
    return "".join(
        f"{_link_start(one.link)}{run(one.text, bold=one.bold, link=True)}{_FIELD_END}"
        if one.link
        else run(one.text, bold=one.bold)
        for one in runs
    )


def _link_start(address: str) -> str:
    """Open a link written as a field: it needs no relation, and every program follows it."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> '
        f'HYPERLINK "{escape(address.replace(chr(34), "%22"))}" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def cell_field(free: Free, *, kept: bool = False) -> str:
    """Return a free field in a cell: a control inside its paragraph, since Word wants a cell to end with one.

    Args:
        free: the field.
        kept: whether it stays on the page of what follows it.
    """
    mark = _CELL_MARKS + (zlib.crc32(free.tag.encode()) & 0xFFFFFF)
    written = bool(free.text.strip())
    inside = _runs(inline(free.text)) if written else run(free.prompt, "PlaceholderText")
    return paragraph(
        f'<w:bookmarkStart w:id="{mark}" w:name="{_mark(free)}"/><w:sdt>{_properties(free, written=written)}'
        f'<w:sdtContent>{inside}</w:sdtContent></w:sdt><w:bookmarkEnd w:id="{mark}"/>',
        "TableText" if written else "TableDetail",
        root=False,
        kept=kept,
    )


def _properties(free: Free, *, written: bool) -> str:
    identity = zlib.crc32(free.tag.encode()) & 0x7FFFFFFF
    showing = "" if written else "<w:showingPlcHdr/>"
    return (
        f"<w:sdtPr><w:alias w:val={quoteattr(plain(free.title)[:60])}/>"
        f'<w:tag w:val={quoteattr(free.tag)}/><w:id w:val="{identity}"/>{showing}</w:sdtPr>'
    )
