"""Word files read back as a person reads them: paragraphs by style, tables by caption, numbers."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def plain(text: str) -> str:
    """Return a text with one kind of space."""
    return re.sub(r"[\s\u00a0\u202f\u200b\u00ad]+", " ", text).strip()


def read_number(text: str) -> Decimal | None:
    """Return the number a French reader reads at the start of a cell, None when there is none."""
    found = re.match(r"[+−]?\d[\d\u202f]*(?:,\d+)?", text.strip())
    if not found:
        return None
    return Decimal(found[0].replace("\u202f", "").replace(",", ".").replace("−", "-"))


def rounded(value: float, decimals: int) -> Decimal:
    """Return a number as a reader would round it by hand."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@dataclass(frozen=True)
class WordTable:
    """One table: its caption without its number, the heading it stands under, its header, its lines."""

    caption: str
    heading: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class WordFile:
    """What is read in a Word file, in order."""

    paragraphs: tuple[tuple[str, str], ...]
    """Style and text of those outside tables."""
    tables: tuple[WordTable, ...]

    def having(self, *header: str) -> list[WordTable]:
        """Return the tables with these columns."""
        return [table for table in self.tables if table.header == header]

    def styled(self, style: str) -> list[str]:
        """Return the texts of one style, with one kind of space."""
        return [plain(text) for name, text in self.paragraphs if name == style]


def read_word(content: bytes) -> WordFile:
    """Read a Word file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))[0]
    paragraphs: list[tuple[str, str]] = []
    tables, heading = [], ""
    for node in body.iter(f"{W}p", f"{W}tbl"):
        if node.tag == f"{W}tbl":
            header, *rows = [tuple(map(_cell, row.iter(f"{W}tc"))) for row in node.iter(f"{W}tr")]
            above = plain(paragraphs[-1][1])
            assert paragraphs[-1][0] == "Caption", above
            caption = re.sub(r"^Tableau \d+ – ", "", above)
            tables.append(WordTable(caption, heading, tuple(map(plain, header)), tuple(rows)))
        elif not any(parent.tag == f"{W}tc" for parent in node.iterancestors()):
            named = node.find(f"{W}pPr/{W}pStyle")
            style = "Normal" if named is None else named.get(f"{W}val")
            text = _text(node)
            heading = plain(text) if style.startswith("Heading") else heading
            paragraphs.append((style, text))
    return WordFile(tuple(paragraphs), tuple(tables))


def _cell(cell: etree._Element) -> str:
    return "\n".join(_text(paragraph) for paragraph in cell.iter(f"{W}p"))


def _text(paragraph: etree._Element) -> str:
    nodes = paragraph.iter(f"{W}t", f"{W}br")
    return "".join("\n" if node.tag == f"{W}br" else node.text or "" for node in nodes)
