"""The blocks of a document as HTML: the same on the page « Fiche commune » and in a file of its own."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from itertools import groupby

from dashboard.charts import svg
from dashboard.documents import model
from dashboard.story.markup import Fragment, element, group, text
from sources.local.rich import Line, RichBlock, Run, parse

SCREEN_FONT = "Arial, Liberation Sans, sans-serif"
"""A picture inside a page cannot use the fonts of the document."""

Lead = Callable[[model.Cell], Fragment]
"""Makes of the text of a cell the link to what it is about."""


Drawer = Callable[[model.Picture], Fragment]
"""Puts a drawing in its page."""


def blocks_html(
    blocks: Iterable[model.Block],
    lead: Lead = lambda _: Fragment(),
    picture: Drawer | None = None,
) -> Fragment:
    """Return blocks as HTML, callouts and pictures that follow each other side by side.

    Args:
        blocks: What the document holds.
        lead: Makes of the text of a cell the link to what it is about; empty for none.
        picture: Puts a drawing in the page; as an image whose address holds it by default.
    """
    parts: list[Fragment] = []
    for kind, run in groupby(blocks, type):
        found = [_block(block, lead, picture or _image) for block in run]
        beside = {model.Callout: "callouts", model.Picture: "pictures"}.get(kind)
        parts.append(element("div", *found, css=beside) if beside else group(*found))
    return group(*parts)


def _block(block: model.Block, lead: Lead, picture: Drawer) -> Fragment:
    match block:
        case model.Paragraph():
            return text("p", block.text, "" if block.kind == "body" else block.kind)
        case model.Bullets():
            return element("ul", *(text("li", item) for item in block.items))
        case model.Heading():
            return text(f"h{block.level + 1}", block.text)
        case model.Table():
            return _table(block, lead)
        case model.Picture():
            figure = (picture(block), text("figcaption", block.caption))
            return element("figure", *figure, css="picture")
        case model.Callout():
            return _callout(block)
        case model.Free():
            written = (_rich(one) for one in parse(block.text))
            hint = text("p", f"À remplir dans le document Word. {block.prompt}", "note")
            return element("div", text("h3", block.title), *written, hint, css="free")
        case _:
            return Fragment()


def _rich(block: RichBlock) -> Fragment:
    """Return a paragraph, an item or a table that a person wrote in the Word file."""
    if isinstance(block, Line):
        said = _runs(block.runs)
        return element("p", *((f"{block.mark} ", *said) if block.mark else said))
    rows = (element("tr", *(element("td", *_runs(cell)) for cell in row)) for row in block.rows)
    return element("table", element("tbody", *rows))


def _runs(runs: Iterable[Run]) -> list[Fragment | str]:
    return [
        element("a", run.text, href=run.link)
        if run.link
        else text("strong", run.text)
        if run.bold
        else run.text
        for run in runs
    ]


def _callout(block: model.Callout) -> Fragment:
    return element("div", text("h4", block.title), text("p", block.text), css=f"callout {block.tone}")


def _image(block: model.Picture) -> Fragment:
    images: list[Fragment] = []
    for drawn in on_screen(block):
        address = f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
        # The alternative of a map says what its legend does.
        images.append(element("img", src=address, alt="" if images else block.alternative))
    return element("div", *images, css="pieces")


def on_screen(picture: model.Picture) -> list[str]:
    """Return the pieces of a drawing, in letters every screen has: it cannot use the fonts of the page."""
    return [piece.replace(f'"{svg.FONT}"', f'"{SCREEN_FONT}"') for piece in picture.pieces]


def _table(block: model.Table, lead: Lead) -> Fragment:
    """Return a table; on a telephone each line is a card, whose cells bear the titles of their columns."""
    heads = (
        text("th", c.title, "number" if c.right else "", scope="col", role="columnheader")
        for c in block.columns
    )
    body = [
        element(
            "tr",
            *(
                _cell(cell, column, lead(cell), heading=rank == 0)
                for rank, (cell, column) in enumerate(zip(row, block.columns, strict=True))
            ),
            role="row",
        )
        if len(row) == len(block.columns)
        else element("tr", _over(row[0], len(block.columns)), role="row")
        for row in block.rows
    ]
    return element(
        "div",
        element(
            "table",
            text("caption", block.caption),
            element("thead", element("tr", *heads, role="row"), role="rowgroup"),
            element("tbody", *body, role="rowgroup"),
            css="table",
            role="table",
        ),
        css="scroll",
        tabindex="0",
        role="group",
        aria_label=block.caption,
    )


def _over(cell: model.Cell, columns: int) -> Fragment:
    return text("th", cell.text, colspan=str(columns), scope="colgroup", role="rowheader")


def _cell(cell: model.Cell, column: model.Column, link: Fragment, *, heading: bool) -> Fragment:
    content = link or text("strong" if cell.strong else "span", cell.text)
    if cell.detail:
        content += text("span", cell.detail, "cell-detail")
    css = "number" if column.right else ""
    if heading:
        return element("th", content, css=css, scope="row", role="rowheader")
    return element("td", content, css=css, role="cell", data_title=column.title)
