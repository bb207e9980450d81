"""A document of the exports on screen: the same blocks, as HTML."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import words
from dashboard.components.markup import element, text
from dashboard.components.origin import anchors
from dashboard.exports import model, svg
from dashboard.questions import Barometer
from dashboard.records import Territory

if TYPE_CHECKING:
    import polars as pl

    from dashboard.release import Parameter, Release

SCREEN_FONT = "Arial, Liberation Sans, sans-serif"
"""A picture inside a page cannot use the fonts of the document."""


@dataclass(frozen=True)
class Served:
    """The release the pages share, with what the documents ask of a release file: its cache serves both."""

    release: Release

    @property
    def path(self) -> Path:
        """The file."""
        return self.release.path

    @cached_property
    def tables(self) -> frozenset[str]:
        """Names of its tables."""
        rows = self.query("SELECT table_name FROM information_schema.tables")
        return frozenset(rows["table_name"].to_list())

    def query(self, sql: str, *parameters: Parameter) -> pl.DataFrame:
        """Return the rows of a constant query."""
        return self.release.query(sql, *parameters)

    def barometer(self) -> Barometer:
        """Return the questions and answers of the release."""
        return Barometer(self.release)


def sheet_links(barometer: Barometer, territory: Territory) -> dict[str, str]:
    """Return the link to the sheet of each figure of a territory, by the titles its lines start with."""
    titles = {i.indicator: {i.title, i.short_title} for i in barometer.indicators}
    found = anchors(barometer, territory)
    return {words.typographic(title): link for name, link in found.items() for title in titles[name]}


def blocks_html(blocks: Iterable[model.Block], links: Mapping[str, str] | None = None) -> str:
    """Return blocks as HTML, callouts that follow each other side by side.

    Args:
        blocks: What the document holds.
        links: Link to the sheet of a figure, by the text of the first cell of its line.
    """
    parts: list[str] = []
    callouts: list[str] = []
    for block in [*blocks, None]:
        if isinstance(block, model.Callout):
            callouts.append(_callout(block))
            continue
        if callouts:
            parts.append(element("div", *callouts, css="callouts"))
            callouts = []
        if block is not None:
            parts.append(_block(block, links or {}))
    return "".join(parts)


def _block(block: model.Block, links: Mapping[str, str]) -> str:
    match block:
        case model.Paragraph():
            return text("p", block.text, "" if block.kind == "body" else block.kind)
        case model.Bullets():
            return element("ul", *(text("li", item) for item in block.items))
        case model.Heading():
            return text(f"h{block.level + 1}", block.text)
        case model.Table():
            return _table(block, links)
        case model.Picture():
            return _picture(block)
        case model.Callout():
            return _callout(block)
        case model.Free():
            written = text("p", block.text) if block.text else ""
            hint = text("p", f"À remplir dans le document Word. {block.prompt}", "note")
            return element("div", text("h3", block.title), written, hint, css="free")
        case _:
            return ""


def _callout(block: model.Callout) -> str:
    return element("div", text("h4", block.title), text("p", block.text), css=f"callout {block.tone}")


def _picture(block: model.Picture) -> str:
    drawn = block.svg.replace(f'"{svg.FONT}"', f'"{SCREEN_FONT}"')
    address = f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
    image = element("img", src=address, alt=block.alternative)
    return element("figure", image, text("figcaption", block.caption), css="picture")


def _table(block: model.Table, links: Mapping[str, str]) -> str:
    head = element(
        "tr",
        *(text("th", c.title, "number" if c.right else "", scope="col") for c in block.columns),
    )
    body = [
        element(
            "tr",
            *(
                _cell(cell, column, links.get(cell.text, "") if rank == 0 else "", heading=rank == 0)
                for rank, (cell, column) in enumerate(zip(row, block.columns, strict=True))
            ),
        )
        for row in block.rows
    ]
    return element(
        "div",
        element(
            "table",
            text("caption", block.caption),
            element("thead", head),
            element("tbody", *body),
            css="table",
        ),
        css="scroll",
        tabindex="0",
        role="group",
        aria_label=block.caption,
    )


def _cell(cell: model.Cell, column: model.Column, link: str, *, heading: bool) -> str:
    content = text("strong" if cell.strong else "span", cell.text)
    if cell.detail:
        content += text("span", cell.detail, "cell-detail")
    content += link
    css = "number" if column.right else ""
    return element("th", content, css=css, scope="row") if heading else element("td", content, css=css)
