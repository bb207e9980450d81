"""Words that only the observatory knows are on no page an élu reads."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.address import screens
from tests.dashboard.shown import text_of

PRIVATE = re.compile(
    r"extraits? (?:non |attendu|déposé|de l’)|à cette échelle|\bYAML\b"
    r"|tirages?|dissimilarité|\bTheil\b|\bquotient|\bcotes\b|quantiles?|écarts?[- ]types?",
    re.IGNORECASE,
)
METHOD = "Comment c’est calculé"
"""From here on a page speaks to who asks how: the words of the methods are theirs."""
READ = (
    screens.HOME,
    screens.BAROMETER,
    screens.INDICATOR,
    screens.QUARTERS,
    screens.PRIORITIES,
    screens.SHEET,
)


@pytest.mark.parametrize("page", READ, ids=lambda page: page.label)
@pytest.mark.parametrize(
    "address", [{}, {"niveau": "commune", "territoire": "59172"}], ids=["epci", "commune"]
)
def test_no_private_word(app: AppTest, page: screens.Page, address: dict[str, str]) -> None:
    app.switch_page(f"../pages/{page.folder}/page.py")
    app.query_params.clear()
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    shown = text_of(app).partition(METHOD)[0]
    assert [shown[max(0, m.start() - 60) : m.end() + 40] for m in PRIVATE.finditer(shown)] == []
