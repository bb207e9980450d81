"""Ranked bars with their intervals, as tables: the words are the data, the bars their picture.

Bars start at zero and share one scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count

from dashboard.charts.blocks import strips
from dashboard.charts.measure import Measure
from dashboard.charts.palette import LIGHT
from dashboard.charts.ranked import Bar, bars
from dashboard.story.markup import Fragment, element, text

WIDTHS = (42, 28, 30)
"""Shares of the width, in %: name, picture, number."""


@dataclass(frozen=True)
class Block:
    """Bars under one heading."""

    heading: str
    bars: Sequence[Bar]
    css: str = ""


def ranked(blocks: Sequence[Block], header: tuple[str, str], measure: Measure) -> Fragment:
    """Return the bars as HTML, one table for each block.

    Args:
        blocks: Tables, each with its heading.
        header: Title of the names and of the numbers.
        measure: Of the numbers, with the reference drawn as a dashed line on every bar.
    """
    # The sheet of the page shows which one is chosen: its picture is the same.
    found = tuple(replace(bar, chosen=False) for block in blocks for bar in block.bars)
    drawn = iter(_pictures(found, measure))
    tables = [_table(block, header, [next(drawn) for _ in block.bars]) for block in blocks if block.bars]
    return element("div", *tables, css="ranked")


@lru_cache(maxsize=64)
def _pictures(found: tuple[Bar, ...], measure: Measure) -> list[Fragment | None]:
    line, places = strips(bars(found, LIGHT, measure)), count()
    return [line(next(places)) if bar.value is not None else None for bar in found]


def _table(block: Block, header: tuple[str, str], drawn: Sequence[Fragment | None]) -> Fragment:
    head = element(
        "tr",
        text("th", header[0], scope="col"),
        element("td", aria_hidden="true"),
        text("th", header[1], "number", scope="col"),
        css="hidden",
    )
    rows = [_row(bar, own) for bar, own in zip(block.bars, drawn, strict=True)]
    return element(
        "table",
        text("caption", block.heading),
        element("colgroup", *(element("col", style=f"width:{width}%") for width in WIDTHS)),
        element("thead", head),
        element("tbody", *rows),
        css=f"bars {block.css}",
    )


@lru_cache(maxsize=4096)
def _row(bar: Bar, drawn: Fragment | None) -> Fragment:
    picture = element("div", drawn, css="track") if drawn is not None else Fragment()
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
