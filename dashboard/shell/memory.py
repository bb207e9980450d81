"""What the memory of the server keeps for good."""

from __future__ import annotations

import gc
from functools import cache

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.address.screens import PAGES


@cache
def declared() -> tuple[StreamlitPage, ...]:
    """Return the pages as Streamlit knows them: it looks for the file of each when they are made."""
    # The default page answers at « / » only: an url_path of its own would open an English error page.
    return tuple(
        st.Page(page.script, title=page.label, url_path=page.url_path, default=not page.url_path)
        for page in PAGES
    )


@cache
def settle(page: str) -> None:
    """Leave what a page has loaded out of later collections, which stop its readers now and then.

    Modules and tables stay for as long as the server: going through them again took some 50 ms, at one view
    in fourteen. Once for each page, since each loads modules of its own.

    Args:
        page: Address of the page.
    """
    gc.collect()
    gc.freeze()
