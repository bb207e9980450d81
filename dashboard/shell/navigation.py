"""The script Streamlit runs at each visit and each gesture: it declares the pages and runs one."""

from __future__ import annotations

from copy import copy

import streamlit as st

from dashboard.shell.memory import declared, settle
from dashboard.story.about import TITLE


def main() -> None:
    """Run the page of the current address."""
    st.set_page_config(
        page_title=TITLE,
        # An address: given the file, Streamlit would read it and hash it again at each view.
        page_icon="app/static/favicon.svg",
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    # Of one's own: Streamlit notes on it which one may be run.
    page = st.navigation([copy(page) for page in declared()], position="hidden")
    page.run()
    settle(page.url_path)


main()
