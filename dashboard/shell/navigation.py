"""The script Streamlit runs at each visit and each gesture: it declares the pages and runs one."""

from __future__ import annotations

import streamlit as st

from dashboard import STATIC
from dashboard.address.screens import PAGES
from dashboard.shell.memory import settle
from dashboard.story.about import TITLE


def main() -> None:
    """Run the page of the current address."""
    st.set_page_config(
        page_title=TITLE,
        page_icon=str(STATIC / "favicon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    # The default page answers at « / » only: an url_path of its own would open an English error page.
    pages = [
        st.Page(page.script, title=page.label, url_path=page.url_path, default=not page.url_path)
        for page in PAGES
    ]
    page = st.navigation(pages, position="hidden")
    page.run()
    settle(page.url_path)


main()
