"""HTML fragments: text is escaped by construction, tables stay with what shows them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dashboard
from dashboard.story.markup import Fragment, element, group, table, text

HOSTILE = "<img src=x onerror=alert(1)> \" ' & </p>"
_TAG = re.compile(r"</?[a-zA-Z]")
OTHER_LANGUAGES = {
    "story/markup.py": "the module that writes HTML",
    "shell/french.py": "finds and replaces what Streamlit's own page holds",
    "documents/word": "WordprocessingML, the whole folder",
    "charts/svg.py": "SVG, escaped there",
    "charts/plotly.py": "signs Plotly reads in its own texts",
    "documents/html/writer.py": "a rule of security, whose quotes are no typography",
}
"""Modules or folders whose strings hold tags, and of what."""


@pytest.mark.parametrize(
    "made",
    [
        element("p", HOSTILE),
        element("p", "a", title=HOSTILE),
        text("p", HOSTILE),
        Fragment("") + HOSTILE,
        HOSTILE + element("br"),
        group(HOSTILE, between=HOSTILE),
        table(HOSTILE, (HOSTILE,), [(HOSTILE,)]),
    ],
)
def test_text_is_escaped_however_it_comes_in(made: Fragment) -> None:
    assert "<img" not in made.html
    assert made.html.count('"') % 2 == 0
    assert "onerror=alert(1)" not in re.sub(r'"[^"]*"|>[^<]*|^[^<]*', "", made.html)


def test_a_table_stays_with_what_shows_it() -> None:
    one, other = (table(name, ("Lieu", "Part"), [("A", "1")]) for name in ("une", "autre"))
    assert [shown.caption for shown in ("avant" + one).tables] == ["une"]
    assert [shown.caption for shown in (one + "après").tables] == ["une"]
    held = element("section", text("h3", "titre"), group(one, " puis ", other))
    assert [shown.caption for shown in held.tables] == ["une", "autre"]
    held += text("p", "fin")
    assert len(held.tables) == 2
    assert held.tables[0].rows == (("A", "1"),)


def test_a_fragment_is_no_text() -> None:
    """Nothing may take HTML for text, nor the reverse, without going through this module."""
    assert not isinstance(element("p", "a"), str)
    assert not Fragment()
    assert group("a", element("br"), "b").html == "a<br>b"


def _strings(tree: ast.Module) -> Iterator[str]:
    """Every string of a module but its docstrings; what fills an f-string is read as a name."""
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(v.value) if isinstance(v, ast.Constant) else "name" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def test_no_other_module_writes_tags() -> None:
    """A tag in a string is HTML put together by hand: what it holds could be a label."""
    root = dashboard.ROOT
    found = {
        next((known for known in OTHER_LANGUAGES if name.startswith(known)), name)
        for path in Path(root).rglob("*.py")
        for name in (path.relative_to(root).as_posix(),)
        if any(map(_TAG.search, _strings(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == set(OTHER_LANGUAGES)
