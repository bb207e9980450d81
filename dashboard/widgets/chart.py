"""What goes with every chart: its frame, its text, its data as a table, its data as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import streamlit as st

from dashboard.charts.description import Picture
from dashboard.charts.plotly import figure
from dashboard.story.about import About
from dashboard.story.markup import Fragment, text
from dashboard.story.spreadsheet import Cell, csv_bytes, xlsx_bytes
from dashboard.widgets import meeting
from dashboard.widgets.given import File, links
from dashboard.widgets.takeaway import takeaway
from sources.french import typographic

MAP_FRAME = "cadre_carte"
_ZOOM = {
    "Zoom in": "Agrandir la carte",
    "Zoom out": "Réduire la carte",
    "Pan": "Déplacer la carte",
    "Reset axes": "Revenir à la carte entière",
}
CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
MAP_CONFIG: dict[str, Any] = {
    **CONFIG,
    "displayModeBar": True,
    "displaylogo": False,
    "modeBarButtonsToRemove": ["toImage", "zoom2d", "autoScale2d"],
    "locale": "fr",
    "locales": {"fr": {"dictionary": _ZOOM, "format": {}}},
}
"""Of a map: zoomed by buttons, for its page scrolls under the wheel and the finger."""


def show(
    picture: Picture,
    key: str,
    alternative: str,
    table: Fragment,
    table_label: str,
    about: About | None = None,
) -> None:
    """Show a chart, the text that replaces it and the table of its data.

    Args:
        picture: What is drawn.
        key: Identity of the chart.
        alternative: The message of the chart, read in its place.
        table: Its data as HTML.
        table_label: Name of the fold that holds the table.
        about: Title, unit, millésime and source, for what is downloaded from the chart.
    """
    drawing(picture, key, alternative, about, table=table)
    with st.expander(typographic(table_label), key=f"donnees_{key}"):
        st.html(table)


def drawing(
    picture: Picture,
    key: str,
    alternative: str,
    about: About | None,
    *,
    table: Fragment | None = None,
    frame: str | None = None,
    before: Fragment | None = None,
    on_select: Callable[[], None] | None = None,
    taken: str | None = None,
) -> None:
    """Show a chart or a map, its source, and its downloads: the only way to draw one.

    Args:
        picture: What is drawn.
        key: Identity of the chart.
        alternative: The message of the chart, read in its place.
        about: Title, unit, millésime and source.
        table: Its data, as :func:`dashboard.story.markup.table` made them.
        frame: Key of a frame around it; one whose name starts with ``cadre_carte`` gives it its height.
        before: HTML at the top of the frame.
        on_select: What to do when a point is touched.
        taken: Identity of the buttons when that of the chart changes with the choice.
    """
    selects: dict[str, Any] = {"on_select": on_select, "selection_mode": "points"} if on_select else {}
    framed = frame is not None and frame.startswith(MAP_FRAME)
    height: dict[str, Any] = {"height": "stretch"} if framed else {}
    drawn = figure(picture)
    shown = meeting.enlarged(drawn) if meeting.active() else drawn
    if height:
        # The frame gives the height, whatever the picture was laid out for.
        shown = {**shown, "layout": {k: v for k, v in shown["layout"].items() if k != "height"}}
    # Plotly is a second of modules: a page without chart does without them.
    from dashboard.widgets.ready import ReadyFigure

    with st.container(key=frame) if frame else nullcontext():
        if before:
            st.html(before)
        st.plotly_chart(
            ReadyFigure(shown),
            theme=None,
            key=key,
            config=MAP_CONFIG if picture.equal else CONFIG,
            alt=typographic(alternative),
            width="stretch",
            **height,
            **selects,
        )
    if about is not None:
        st.html(text("p", about.source_line, "credit"))
        takeaway(taken or key, about, alternative, picture, table)


def downloads(
    label: str,
    stem: str,
    key: str,
    rows: Callable[[], tuple[Sequence[str], Sequence[Sequence[Cell]]]],
) -> None:
    """Show the links that give a whole table as CSV and as XLSX, made when they are followed.

    Args:
        label: What is downloaded.
        stem: Name of the files, without their extension.
        key: Identity of the table.
        rows: Titles of the columns, then the rows.
    """
    as_text = File(key, f"{label} (CSV)", f"{stem}.csv", lambda: csv_bytes(*rows()))
    as_sheet = File(f"{key}_xlsx", f"{label} (XLSX)", f"{stem}.xlsx", lambda: xlsx_bytes(stem, *rows()))
    st.html(links(as_text, as_sheet))
