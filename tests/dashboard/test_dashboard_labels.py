"""Labels of the files are text on every page: markup, quotes, Markdown, emoji, marks of direction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import fictitious
import fictitious_quarters
import pytest
from shown import markup_of
from streamlit.testing.v1 import AppTest

from dashboard.address.screens import HOME, INDICATOR, PAGES, QUARTERS, Page
from dashboard.data.kept import forget
from tests.dashboard.conftest import SCRIPT

TAIL = "<img src=x onerror=alert(1)> \" ' =cmd|1 $x$ **gras** [a](javascript:b) :red[c] `d` 🎭 \u202eא"
"""What follows every label; each starts with its own words, so that pages still find it."""
LABELS = {
    "territory": ("name", "note"),
    "theme": ("title",),
    "indicator": ("title", "short_title", "definition", "caveats", "unit_label"),
    "series": ("label", "caveat", "formula"),
    "series_break": ("reason",),
    "dataset": ("title", "producer", "licence", "citation", "description"),
    "millesime": ("provenance", "reservations"),
    "extract": ("file",),
    "fact": ("title", "source", "comment", "unit"),
    "comparison": ("reason",),
    "awaited": ("reason",),
    "correspondence": ("source",),
    "value": ("period", "note"),
    "release": ("epci_name", "version"),
}
OURS = {
    *("src", "alt", "href", "id", "class", "style", "role", "lang", "tabindex", "scope", "open", "title"),
    *("width", "height", "colspan", "type", "target", "data-title"),
}
"""Attributes our markup has, besides those of ARIA."""
LEVELS = {row["level"]: row["code"] for row in fictitious_quarters.rows()["territory"]}


def _rows() -> dict[str, list[dict[str, Any]]]:
    tables = fictitious_quarters.rows()
    for table, columns in LABELS.items():
        tables[table] = [
            {**row, **{c: f"{row[c]}{TAIL}" for c in columns if isinstance(row.get(c), str) and row[c]}}
            for row in tables[table]
        ]
    for row in tables["local"]:
        if row["field"] == "perimetre":
            row["value"] += TAIL
    return tables


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppTest]:
    home = tmp_path_factory.mktemp("libelles")
    fictitious.build(home, tables=_rows())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BCS_HOME", str(Path(home)))
        forget()
        yield AppTest.from_file(SCRIPT, default_timeout=60).run()


def _visit(app: AppTest, page: Page, level: str) -> None:
    app.switch_page(page.script)
    app.query_params.clear()
    asked = {"niveau": level, "territoire": LEVELS[level], "fiche": "taux_fictif"}
    if page in (INDICATOR, QUARTERS):
        asked["indicateur"] = "taux_fictif"
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, (page.label, level)
    assert not app.error, (page.label, level)


class Elements(HTMLParser):
    """What a browser makes of the markup: a label may neither open an element nor add an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.unwanted: list[object] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            known = name in OURS or name.startswith("aria-")
            if not known or (name == "src" and value == "x") or str(value).startswith("javascript:"):
                self.unwanted.append((tag, name, value))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def _strings(node: object) -> Iterator[str]:
    """Every text of a figure, whatever it is for."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for inside in node.values():
            yield from _strings(inside)
    elif isinstance(node, list):
        for inside in node:
            yield from _strings(inside)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.label)
def test_every_label_is_text(app: AppTest, page: Page) -> None:
    drawn = 0
    for level in LEVELS:
        _visit(app, page, level)
        markup = re.sub(r"<style>.*?</style>", "", markup_of(app), flags=re.DOTALL)
        place = page.label, level
        met = Elements()
        met.feed(markup)
        assert met.unwanted == [], place
        assert "<img src=x onerror=alert(1)>" in "".join(met.said), place
        for figure in app.get("plotly_chart"):
            drawn += 1
            for said in _strings(json.loads(figure.proto.spec)):
                assert "<img" not in said, (place, said[:300])
    if page in (HOME, INDICATOR, QUARTERS):
        assert drawn, "this page draws"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.label)
def test_no_label_is_read_as_markdown(app: AppTest, page: Page) -> None:
    """Streamlit reads Markdown in the words of its buttons and folds: none is followed in a label."""
    labels = 0
    for level in LEVELS:
        _visit(app, page, level)
        for kind in ("button", "download_button", "page_link", "expander", "popover", "markdown", "checkbox"):
            for found in app.get(kind):
                proto = getattr(found, "proto", None)
                for name in ("label", "body", "help"):
                    said = str(getattr(proto, name, "") or "")
                    left = re.sub(r"\\.", "", said)
                    assert not set(left) & set("*[]`$"), (page.label, level, kind, said)
                    assert ":red" not in left, (page.label, level, kind, said)
                    labels += "gras" in left
    if page in (HOME, INDICATOR):
        assert labels, "a button of this page bears a label of the files"
