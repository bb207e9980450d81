"""What goes with every chart: its frame, its text, its data as a table, its data as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import words
from indicators.model import Unit

CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
_STYLE = Path(__file__).resolve().parents[1] / "static" / "territoires.css"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@st.cache_resource(show_spinner=False)
def _style() -> str:
    return f"<style>{_STYLE.read_text(encoding='utf-8')}</style>"


def style() -> None:
    """Apply the style sheet of the pages that compare territories."""
    st.html(_style())


def suffix(unit: str) -> str:
    """Return the sign a scale bears after its numbers."""
    return {Unit.PERCENT: f"{words.NBSP}%", Unit.EURO_PER_CU: f"{words.NBSP}€"}.get(Unit(unit), "")


def show(figure: dict[str, Any], key: str, alternative: str, table: str, table_label: str) -> None:
    """Show a chart, the text that replaces it and the table of its data.

    Args:
        figure: Plotly figure as a dictionary.
        key: Identity of the chart.
        alternative: The message of the chart, read in its place.
        table: Its data as HTML.
        table_label: Name of the fold that holds the table.
    """
    st.plotly_chart(
        figure, theme=None, key=key, config=CONFIG, alt=words.typographic(alternative), width="stretch"
    )
    with st.expander(words.typographic(table_label), key=f"donnees_{key}"):
        st.html(table)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str | float | int | None]]) -> bytes:
    """Return rows as a CSV a French spreadsheet opens: semicolons, decimal commas, UTF-8 with its mark.

    A text that a spreadsheet would take for a formula gets an apostrophe: names come from files.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _cell(cell: str | float | int | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    return repr(cell).replace(".", ",")


def download(label: str, file_name: str, key: str, content: Callable[[], bytes]) -> None:
    """Show a button that gives a CSV file, made when it is asked for."""
    st.download_button(
        words.typographic(label),
        data=content,
        file_name=file_name,
        mime="text/csv",
        key=key,
        on_click="ignore",
    )
