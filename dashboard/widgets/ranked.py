"""Ranked bars with their intervals, as tables: the words are the data, the bars their picture.

Bars start at zero and share one scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.ranked import Bar
from dashboard.charts.track import Track
from dashboard.story.markup import Fragment, element, text

WIDTHS = (42, 28, 30)
"""Shares of the width, in %: name, picture, number."""


@dataclass(frozen=True)
class Block:
    """Bars under one heading."""

    heading: str
    bars: Sequence[Bar]
    css: str = ""


def ranked(blocks: Sequence[Block], header: tuple[str, str], reference: float | None = None) -> Fragment:
    """Return the bars as HTML, one table for each block.

    Args:
        blocks: Tables, each with its heading.
        header: Title of the names and of the numbers.
        reference: Value drawn as a dashed line on every bar.
    """
    ends = [e for block in blocks for bar in block.bars for e in (bar.value, bar.lower, bar.upper)]
    scale = Track.holding([0.0, reference, *ends])
    tables = [_table(block, header, scale, reference) for block in blocks if block.bars]
    return element("div", *tables, css="ranked")


def _table(block: Block, header: tuple[str, str], scale: Track, reference: float | None) -> Fragment:
    head = element(
        "tr",
        text("th", header[0], scope="col"),
        element("td", aria_hidden="true"),
        text("th", header[1], "number", scope="col"),
        css="hidden",
    )
    rows = [_row(bar, scale, reference) for bar in block.bars]
    return element(
        "table",
        text("caption", block.heading),
        element("colgroup", *(element("col", style=f"width:{width}%") for width in WIDTHS)),
        element("thead", head),
        element("tbody", *rows),
        css=f"bars {block.css}",
    )


def _row(bar: Bar, scale: Track, reference: float | None) -> Fragment:
    drawn = Fragment()
    if bar.value is not None:
        drawn = scale.block("amount", 0.0, bar.value)
        if bar.lower is not None and bar.upper is not None:
            drawn += scale.block("interval", bar.lower, bar.upper)
        if reference is not None:
            drawn += scale.tick("reference", reference)
    picture = element("div", drawn, css="track") if bar.value is not None else Fragment()
    number = text("span", bar.written, "" if bar.value is not None else "status")
    if bar.href:
        said = f"{bar.written}, {bar.name} : d’où vient ce chiffre ?"
        number = element("a", number, href=bar.href, aria_label=said, title="D’où vient ce chiffre ?")
    if bar.interval:
        number += text("span", bar.interval, "small")
    name = text("strong" if bar.chosen else "span", f"▸ {bar.name}" if bar.chosen else bar.name)
    if bar.choose:
        name = element("a", name, href=bar.choose, title="Montrer sur la carte")
    return element(
        "tr",
        element("th", name, scope="row"),
        element("td", picture, aria_hidden="true"),
        element("td", number, css="number"),
        css="chosen" if bar.chosen else "",
    )
