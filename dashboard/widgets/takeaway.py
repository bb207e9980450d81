"""What a reader takes away from a chart or a table: picture, spreadsheet, text for a slide.

One component for every chart of every page. Nothing is made before it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache, partial

import streamlit as st

from dashboard.charts.description import Picture
from dashboard.charts.static import FILES
from dashboard.data.records import Identity
from dashboard.story.about import About
from dashboard.story.markup import Fragment, element, group, text
from dashboard.story.spreadsheet import Cell, Sheet, Shown, csv_bytes, sensible, xlsx_bytes
from dashboard.widgets import meeting
from dashboard.widgets.given import File, links
from sources.french import typographic

_PICTURES = {"png": "Image PNG", "svg": "Image SVG"}
SLIDE, SLIDE_LABEL = "slide", "Diapositive (PNG 16:9)"
TEXT_LABEL = "Texte à copier"
_BEFORE_COMMA = re.compile(r"\s?[:;,]")
# What an alternative says of the page around a chart means nothing away from it.
_OF_THE_PAGE = re.compile(r" (?:Le tableau|La liste)\b[^.]*\.$")


def takeaway(
    key: str,
    about: About,
    sentence: str,
    figure: Picture | Callable[[], Picture] | None = None,
    table: Fragment | None = None,
) -> None:
    """Show the links that take away a chart or a table, and the text that says it.

    Args:
        key: Identity of what is downloaded.
        about: Its title, unit, millésime, source and release.
        sentence: Its message, in words.
        figure: What is drawn as a file, or what describes it then.
        table: Table as :func:`dashboard.story.markup.table` made it.
    """
    said = _OF_THE_PAGE.sub("", sentence)
    files = []
    if figure is not None:
        files += pictures(key, about, lambda kind: picture(kind, figure, about, said), slide=True)
    for shown in table.tables if table is not None else ():
        files += tables(key, about, shown)
    copied = element(
        "details",
        text("summary", TEXT_LABEL),
        text("pre", about.text(said)),
        text("button", "Copier le texte", "copy-text", type="button"),
    )
    taken = element("div", links(*files), copied, css=f"taken taken-{key}")
    folded = (
        st.expander("Télécharger ou copier", key=f"emporter_{key}") if meeting.active() else nullcontext()
    )
    with folded:
        st.html(taken)


def pictures(key: str, about: About, content: Callable[[str], bytes], *, slide: bool = False) -> list[File]:
    """Return a picture as PNG and as SVG, and as a slide that says its message.

    Args:
        key: Identity of the picture.
        about: Its title, unit, millésime, source and release, for the name of the files.
        content: Makes the file of a kind, when it is asked for.
        slide: Whether there is a slide too.
    """
    kinds = {**({SLIDE: SLIDE_LABEL} if slide else {}), **_PICTURES}

    def name(kind: str) -> str:
        return f"diapositive-{about.file_name('png')}" if kind == SLIDE else about.file_name(kind)

    return [File(f"{kind}_{key}", label, name(kind), partial(content, kind)) for kind, label in kinds.items()]


def table_view(html: Fragment, key: str, about: About) -> None:
    """Show a table and the links that give it as CSV and as XLSX.

    Args:
        html: The table, as :func:`dashboard.story.markup.table` made it.
        key: Identity of the table.
        about: Its title, unit, millésime, source and release.
    """
    st.html(group(html, *(links(*tables(key, about, shown)) for shown in html.tables)))


def page_view(key: str, identity: Identity, *parts: Fragment) -> None:
    """Show pieces of a page in their order, each table followed by the links that give it.

    Args:
        key: Identity of the tables.
        identity: The release, named in the files.
        parts: HTML; a piece that holds several tables names each on its links.
    """
    count = 0
    for part in filter(None, parts):
        files = []
        for shown in part.tables:
            name = _BEFORE_COMMA.split(shown.caption)[0] if len(part.tables) > 1 else ""
            own = f"{key}_{count}" if count else key
            files += tables(own, About(shown.caption, "", "", "", identity), shown, name)
            count += 1
        st.html(part + links(*files))


def tables(key: str, about: About, shown: Shown | Callable[[], Shown], name: str = "") -> list[File]:
    """Return a table as CSV and as XLSX.

    Args:
        key: Identity of the table.
        about: Its title, unit, millésime, source and release.
        shown: The table, or what makes it when it is asked for.
        name: What distinguishes it from the tables beside it.
    """

    def content(extension: str) -> bytes:
        return table_file(extension, shown() if callable(shown) else shown, about)

    def label(extension: str) -> str:
        return f"{name} ({extension.upper()})" if name else f"Tableau {extension.upper()}"

    kinds = ("csv", "xlsx")
    return [File(f"{one}_{key}", label(one), about.file_name(one), partial(content, one)) for one in kinds]


def picture(kind: str, figure: Picture | Callable[[], Picture], about: About, sentence: str) -> bytes:
    """Return a picture as a file: ``png``, ``svg`` or ``slide``."""
    made = figure() if callable(figure) else figure
    return FILES[kind](made, about, typographic(sentence))


@lru_cache(maxsize=32)
def table_file(extension: str, shown: Shown, about: About) -> bytes:
    """Return a table as a file: ``csv`` or ``xlsx``."""
    sheet = Sheet(shown, about)
    if extension == "csv":
        return csv_bytes(sheet.header, [_sensible(row, sheet.decimals) for row in sheet.rows])
    return xlsx_bytes(typographic(about.title), sheet.header, sheet.rows, sheet.decimals)


def _sensible(row: Sequence[Cell], decimals: Mapping[int, int]) -> list[Cell]:
    return [
        sensible(cell, decimals[rank]) if rank in decimals and isinstance(cell, float) else cell
        for rank, cell in enumerate(row)
    ]
