"""A button that gives a file, made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import streamlit as st

from sources.french import typographic

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA = {
    ".csv": "text/csv",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}


def download(label: str, file_name: str, key: str, content: Callable[[], bytes]) -> None:
    """Show the button.

    Args:
        label: What is downloaded.
        file_name: Its extension is one of those of ``MEDIA``.
        key: Identity of the button.
        content: Makes the bytes.
    """
    st.download_button(
        typographic(label),
        data=content,
        file_name=file_name,
        mime=MEDIA[PurePath(file_name).suffix],
        key=key,
        on_click="ignore",
    )
