"""The PDF: tagged, with bookmarks and its own fonts, set by typst from data that holds no markup."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dashboard.charts.raster import printable, typeset
from dashboard.documents.model import (
    Block,
    Bullets,
    Callout,
    Cell,
    Column,
    Document,
    Free,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Section,
    Table,
    belongs_above,
    stays,
)
from sources.local.rich import Grid, RichBlock, Run, parse

HERE = Path(__file__).parent
TEMPLATE = HERE / "document.typ"
STANDARD = "ua-1"
"""PDF/UA: the typesetter refuses a picture without words or a table without header."""

_LONG_WORD = re.compile(r"\S{28}(?=\S)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_LETTERS = 5.5
"""Letters of a table in a centimetre, at least."""
_WORD = re.compile(r"[^\s/-]+")


def pdf(document: Document) -> bytes:
    """Return the document as a PDF."""
    data = printable(json.dumps(_data(document), ensure_ascii=False))
    return bytes(typeset(TEMPLATE.read_bytes(), {"data": data}, format="pdf", pdf_standards=[STANDARD]))


def _data(document: Document) -> dict[str, Any]:
    day = document.released
    return {
        "title": _text(document.title),
        "subtitle": _text(document.subtitle),
        "authority": _text(document.authority),
        "footer": _text(document.footer),
        "date": [day.year, day.month, day.day],
        "opening": None if document.opening is None else _section(document.opening),
        "facts": [[_text(label), _text(fact)] for label, fact in document.facts],
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {"heading": _text(section.heading), "blocks": _blocks(section.blocks)}


def _blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Return the blocks of a section, what belongs together put in one group."""
    out: list[dict[str, Any]] = []
    # What a person has not written yet is filled in the Word file: on paper it would be an empty frame.
    blocks = [block for block in blocks if not isinstance(block, Free) or block.text]
    for rank, block in enumerate(blocks):
        set_out = {**_block(block), "sticky": stays(blocks, rank)}
        last = out[-1] if out else {}
        if belongs_above(blocks, rank) and last.get("kind") == "group":
            last["blocks"].append(set_out)
        elif set_out.get("whole") and belongs_above(blocks, rank + 1):
            out.append({"kind": "group", "blocks": [set_out]})
        else:
            out.append(set_out)
    return out


def _text(text: str) -> str:
    """Return a text typst can set: long words may be cut, control characters are shown."""
    return _LONG_WORD.sub(
        "\\g<0>\u200b", _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    )


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": _text(block.text), "style": block.kind, "whole": block.whole}
        case Bullets():
            return {"kind": "bullets", "items": [_text(item) for item in block.items]}
        case Heading():
            return {"kind": "heading", "level": block.level, "text": _text(block.text)}
        case Table():
            return _table(block)
        case Picture():
            return {
                "kind": "picture",
                "svg": block.svg,
                "width": block.width,
                "caption": _text(block.caption),
                "alternative": _text(block.alternative),
            }
        case Callout():
            return {
                "kind": "callout",
                "tone": block.tone,
                "title": _text(block.title),
                "text": _text(block.text),
            }
        case Free():
            rich = [_rich(one) for one in parse(block.text)]
            return {"kind": "free", "title": _text(block.title), "rich": rich}
        case PageBreak():
            return {"kind": "break"}


def _rich(block: RichBlock) -> dict[str, Any]:
    """Return a paragraph, an item or a table of a free text."""
    if isinstance(block, Grid):
        return {"kind": "grid", "rows": [[_runs(cell) for cell in row] for row in block.rows]}
    return {"kind": "line", "level": block.level, "mark": block.mark, "runs": _runs(block.runs)}


def _runs(runs: Sequence[Run]) -> list[dict[str, Any]]:
    return [{"text": _text(run.text), "bold": run.bold, "link": run.link} for run in runs]


def _table(table: Table) -> dict[str, Any]:
    table = _without_empty_columns(table)
    return {
        "kind": "table",
        "caption": _text(table.caption),
        "compact": table.compact,
        "whole": table.short,
        "columns": [
            {"title": _text(c.title), "width": c.width, "right": c.right, "hyphenate": _narrow(c, c.title)}
            for c in table.columns
        ],
        "rows": [
            [_cell(cell, column) for cell, column in zip(row, table.columns, strict=False)]
            for row in table.rows
        ],
    }


def _without_empty_columns(table: Table) -> Table:
    """Return a table without its invitations to write, nor the columns that hold nothing else."""
    rows = [
        tuple(
            dataclasses.replace(cell, detail=cell.detail.removeprefix(cell.field.prompt).strip())
            if cell.field is not None
            else cell
            for cell in row
        )
        for row in table.rows
    ]
    whole = [row for row in rows if len(row) == len(table.columns)]
    kept = [
        rank for rank in range(len(table.columns)) if any(row[rank].text or row[rank].detail for row in whole)
    ]
    if not kept or len(kept) == len(table.columns):
        return dataclasses.replace(table, rows=tuple(rows))
    return dataclasses.replace(
        table,
        columns=tuple(table.columns[rank] for rank in kept),
        rows=tuple(row if row not in whole else tuple(row[rank] for rank in kept) for row in rows),
    )


def _cell(cell: Cell, column: Column) -> dict[str, Any]:
    return {
        "text": _text(cell.text),
        "detail": _text(cell.detail),
        "strong": cell.strong,
        "hyphenate": _narrow(column, f"{cell.text} {cell.detail}"),
    }


def _narrow(column: Column, said: str) -> bool:
    """Whether a word would not fit: only there is it cut, a narrow column is easier to read uncut."""
    longest = max(map(len, _WORD.findall(said)), default=0)
    return longest > (column.width - 0.3) * _LETTERS
