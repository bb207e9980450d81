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
from dashboard.story import words
from dashboard.story.about import About
from dashboard.story.markup import Fragment
from dashboard.story.spreadsheet import Cell, Sheet, Shown, csv_bytes, sensible, xlsx_bytes
from dashboard.widgets import meeting
from dashboard.widgets.download import download
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
    """Show the buttons that take away a chart or a table, and the text that says it.

    Args:
        key: Identity of what is downloaded.
        about: Its title, unit, millésime, source and release.
        sentence: Its message, in words.
        figure: What is drawn as a file, or what describes it then.
        table: Table as :func:`dashboard.story.markup.table` made it.
    """
    said = _OF_THE_PAGE.sub("", sentence)
    folded = (
        st.expander("Télécharger ou copier", key=f"emporter_{key}") if meeting.active() else nullcontext()
    )
    with folded:
        _buttons(key, about, said, figure, table)


def _buttons(
    key: str,
    about: About,
    sentence: str,
    figure: Picture | Callable[[], Picture] | None,
    table: Fragment | None,
) -> None:
    with st.container(key=f"prendre_{key}", horizontal=True):
        if figure is not None:
            pictures(key, about, lambda kind: picture(kind, figure, about, sentence), slide=True)
        for shown in table.tables if table is not None else ():
            tables(key, about, shown)
        with st.popover(TEXT_LABEL, key=f"texte_{key}", type="tertiary"):
            st.code(about.text(sentence), language=None, wrap_lines=True)


def pictures(key: str, about: About, content: Callable[[str], bytes], *, slide: bool = False) -> None:
    """Show the buttons that give a picture as PNG and as SVG, and as a slide that says its message.

    Args:
        key: Identity of the buttons.
        about: Its title, unit, millésime, source and release, for the name of the files.
        content: Makes the file of a kind, when it is asked for.
        slide: Whether there is a slide too.
    """
    kinds = {**({SLIDE: SLIDE_LABEL} if slide else {}), **_PICTURES}
    for kind, label in kinds.items():
        name = f"diapositive-{about.file_name('png')}" if kind == SLIDE else about.file_name(kind)
        download(label, name, f"{kind}_{key}", partial(content, kind), quiet=True)


def table_view(html: Fragment, key: str, about: About) -> None:
    """Show a table and the buttons that give it as CSV and as XLSX.

    Args:
        html: The table, as :func:`dashboard.story.markup.table` made it.
        key: Identity of the buttons.
        about: Its title, unit, millésime, source and release.
    """
    st.html(html)
    for shown in html.tables:
        with st.container(key=f"prendre_{key}", horizontal=True):
            tables(key, about, shown)


def page_view(key: str, identity: Identity, *parts: Fragment) -> None:
    """Show pieces of a page in their order, each table followed by its download buttons.

    Args:
        key: Identity of the buttons.
        identity: The release, named in the files.
        parts: HTML; a piece that holds several tables names each on its buttons.
    """
    count = 0
    for part in filter(None, parts):
        st.html(part)
        found = part.tables
        if not found:
            continue
        with st.container(key=f"prendre_{key}_{count}", horizontal=True):
            for shown in found:
                name = _BEFORE_COMMA.split(shown.caption)[0] if len(found) > 1 else ""
                own = f"{key}_{count}" if count else key
                tables(own, About(shown.caption, "", "", "", identity), shown, name)
                count += 1


def tables(key: str, about: About, shown: Shown | Callable[[], Shown], name: str = "") -> None:
    """Show the two buttons that give a table as CSV and as XLSX.

    Args:
        key: Identity of the buttons.
        about: Its title, unit, millésime, source and release.
        shown: The table, or what makes it when it is asked for.
        name: What distinguishes it from the tables beside it.
    """

    def content(extension: str) -> bytes:
        return table_file(extension, shown() if callable(shown) else shown, about)

    for extension in ("csv", "xlsx"):
        label = words.label(f"{name} ({extension.upper()})") if name else f"Tableau {extension.upper()}"
        made = partial(content, extension)
        download(label, about.file_name(extension), f"{extension}_{key}", made, quiet=True)


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
