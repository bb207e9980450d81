"""Fixtures of the dashboard's tests: a fictitious release and the application on it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fictitious
import pytest
from plotly.graph_objects import Figure
from streamlit.testing.v1 import AppTest

from dashboard.data.kept import forget
from dashboard.data.questions import Barometer
from dashboard.data.screen import current
from dashboard.widgets.ready import ReadyFigure

SCRIPT = Path(__file__).resolve().parents[2] / "dashboard" / "shell" / "navigation.py"
BAROMETER = "../pages/barometre/page.py"

Open = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def _every_chart_is_valid() -> Iterator[None]:
    """Whatever a page draws is checked against Plotly's schema, which the pages themselves no longer ask."""
    written = ReadyFigure.to_dict

    def checked(figure: ReadyFigure) -> dict[str, Any]:
        found = written(figure)
        Figure(**copy.deepcopy(found))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReadyFigure, "to_dict", checked)
        yield


@pytest.fixture(scope="session")
def fictitious_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("fictif")
    fictitious.build(home)
    return home


@pytest.fixture
def home(fictitious_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BCS_HOME", str(fictitious_home))
    return fictitious_home


@pytest.fixture
def barometer(home: Path) -> Barometer:
    return Barometer(current())


@pytest.fixture
def open_app() -> Open:
    """Open a page of the application as an address does; the home is that of the environment."""

    def opened(page: str | None = None, **parameters: str) -> AppTest:
        forget()
        app = AppTest.from_file(SCRIPT, default_timeout=60)
        if page is not None:
            # The pages are known once the script has run.
            app.run()
            app.switch_page(page)
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    return opened


@pytest.fixture(scope="module")
def real(release_home: Path) -> Iterator[Barometer]:
    """The release of the embedded extracts, as a page sees it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BCS_HOME", str(release_home))
        forget()
        yield Barometer(current())


@pytest.fixture(scope="module")
def app(real: Barometer) -> AppTest:
    """The application on that release, run once: a test then visits its page."""
    return AppTest.from_file(SCRIPT, default_timeout=60).run()
