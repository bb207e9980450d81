"""The tables of the Word file: fixed widths, a repeated header, lines that do not split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import quoteattr

from dashboard.documents.model import Cell, Table
from dashboard.documents.word.controls import cell_field
from dashboard.documents.word.xml import DECLARED, TWIPS, paragraph, plain, run, table_cell

TEXT_WIDTH = 17.0
"""Centimetres between the margins of a page."""


def table(model: Table, *, kept: bool = False) -> str:
    """Return a table: fixed widths, its header repeated on each page, lines that do not split.

    Args:
        model: the table.
        kept: whether its last line stays on the page of what follows.
    """
    # As wide as the text, whatever its columns are declared to take.
    share = TEXT_WIDTH * TWIPS / sum(column.width for column in model.columns)
    widths = [round(column.width * share) for column in model.columns]
    header = "".join(
        table_cell(
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
    placed = list(row)
    if title_line := len(placed) < len(widths):
        widths = [sum(widths)]
    for cell, column, width in zip(placed, model.columns, widths, strict=False):
        long = long or len(cell.text) + len(cell.detail) > 600
        inside = ""
        detail = cell.detail
        if cell.field is not None:
            inside = cell_field(cell.field, kept=kept)
            # The invitation is already in the field.
            detail = detail.removeprefix(cell.field.prompt).strip()
        elif cell.text or not cell.detail:
            style = "TableStrong" if cell.strong else "TableText"
            inside += paragraph(run(cell.text), style, root=False, right=column.right, kept=kept)
        if detail:
            inside += paragraph(run(detail), "TableDetail", root=False, right=column.right, kept=kept)
        spanned = f'<w:gridSpan w:val="{len(model.columns)}"/>' if title_line else ""
        cells.append(table_cell(inside, width, spanned))
    properties = "" if long else "<w:trPr><w:cantSplit/></w:trPr>"
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"
