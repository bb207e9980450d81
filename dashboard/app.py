"""The server: the Streamlit application behind a middleware that says the pages are in French.

``python -m streamlit run dashboard/app.py`` starts it from any directory; the options are in
``dashboard/.streamlit/config.toml``. The screens are in ``shell/navigation.py`` and ``pages/``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    # Streamlit puts this folder on the path, not its parent: a clone that is not installed needs it.
    sys.path.insert(0, str(HERE.parent))

from dashboard.opendata.routes import routes  # noqa: E402
from dashboard.shell.ahead import keep_ahead  # noqa: E402
from dashboard.shell.french import FrenchPages, report_error  # noqa: E402
from dashboard.shell.giving import route  # noqa: E402

# Beside a folder named « pages », Streamlit would run the first page asked without our navigation.
PagesManager.uses_pages_directory = False

app = st.App(
    HERE / "shell" / "navigation.py",
    routes=[*routes(), route()],
    middleware=[Middleware(FrenchPages)],
    on_script_error=report_error,
)

keep_ahead()
