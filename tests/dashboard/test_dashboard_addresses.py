"""Any address lands on a valid page with a polite sentence: every page, every parameter it knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import fictitious
import fictitious_quarters
import pytest
import streamlit as st
from shown import markup_of, text_of
from streamlit.testing.v1 import AppTest

from dashboard.address import screens
from dashboard.address.selection import GROUP_NAME, KNOWN, OTHER_NAME
from dashboard.shell import frame
from tests.dashboard.conftest import SCRIPT

VALUES = {
    "unknown": "inconnu",
    "script": "<script>alert(1)</script>",
    "sql": "' OR 1=1; DROP TABLE value; --",
    "long": "x" * 10_000,
    "both generations": "QP099001,QN09901X",
    "negative": "-99999999999999999999999",
    "huge": "9" * 400,
    "not a number": "nan",
    "exponent": "1e999",
    "zero width": "99001\u200b\u202e\ufeff",
    # What the server makes of bytes that are no UTF-8.
    "replacement": "99001\ufffd",
    "null": "99001\x00",
    "digits of elsewhere": "²０",
    "path": "../../../etc/passwd",
    "markdown": "[x](javascript:alert(1)) **$x$** :red[y]",
    "empty list": ",,,;;;",
}
FREE_TEXT = {GROUP_NAME, OTHER_NAME}
"""Names a reader gives: any text is one, and without a group there is nothing to name."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppTest]:
    home = tmp_path_factory.mktemp("adresses")
    fictitious.build(home, tables=fictitious_quarters.rows())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BCS_HOME", str(Path(home)))
        st.cache_resource.clear()
        yield AppTest.from_file(SCRIPT, default_timeout=60).run()


def _visit(app: AppTest, page: screens.Page, parameters: dict[str, Any]) -> None:
    app.switch_page(page.script)
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()


def _own(app: AppTest, page: screens.Page) -> set[str]:
    """The parameters a page reads itself, as it declares them when it runs."""
    seen: set[str] = set()
    opened = frame.page

    def noted(own: Collection[str] = (), *, groups: bool = False) -> AbstractContextManager[Any]:
        seen.update(own)
        return opened(own, groups=groups)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame, "page", noted)
        _visit(app, page, {})
    assert not app.info, "nothing to apologise for without parameters"
    return seen


def _valid(app: AppTest, value: str, place: object) -> None:
    assert not app.exception, place
    assert not app.error, place
    said = [info.value for info in app.info]
    assert said, place
    assert all(sentence.endswith(".") for sentence in said), (place, said)
    assert len(said) == len(set(said)), (place, said)
    markup = markup_of(app)
    assert "<script" not in markup, place
    assert markup.count("<h1") == 1, place
    assert "Version fictive" in text_of(app), place
    if len(value) > 8:
        assert not any(value in sentence for sentence in said), place


@pytest.mark.parametrize("page", screens.PAGES, ids=lambda page: page.label)
def test_each_parameter_alone_and_all_together(app: AppTest, page: screens.Page) -> None:
    own = _own(app, page)
    names = [*KNOWN, *sorted(own)]
    for kind, value in VALUES.items():
        _visit(app, page, dict.fromkeys(names, value))
        _valid(app, value, (page.label, kind))
    for name in names:
        if name in FREE_TEXT or (name.startswith("avec") and page is not screens.BAROMETER):
            # Kept in the links for the page that compares, which alone says what is wrong with it.
            continue
        _visit(app, page, {name: VALUES["script"]})
        _valid(app, VALUES["script"], (page.label, name))


@pytest.mark.parametrize("page", screens.PAGES, ids=lambda page: page.label)
def test_a_parameter_said_twice_or_unknown(app: AppTest, page: screens.Page) -> None:
    _visit(app, page, {"niveau": ["commune", "commune"], "territoire": ["99001", "99002"]})
    assert not app.exception
    assert not app.info
    _visit(app, page, {"niveau": ["commune", "lune"], "territoire": ["99001", "<script>"]})
    _valid(app, "<script>", page.label)
    _visit(app, page, {"x" * 5_000: "1", "__proto__": "1", "<b>": "<b>"})
    _valid(app, "", page.label)
