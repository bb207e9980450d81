"""What a page has loaded is gone through once by the collector, not at each view."""

from __future__ import annotations

import gc
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard.shell.memory import settle
from tests.dashboard.conftest import Open


def test_what_a_page_has_loaded_is_settled_once(home: Path, open_app: Open) -> None:
    settle.cache_clear()
    gc.unfreeze()
    app: AppTest = open_app()
    frozen = gc.get_freeze_count()
    assert frozen > 100_000
    app.run()
    assert gc.get_freeze_count() <= frozen
