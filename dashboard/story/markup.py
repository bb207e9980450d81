"""HTML as typed fragments: text becomes HTML by being escaped here, and nowhere else.

A fragment is no ``str``: text and HTML cannot be taken for one another, which the types check. The tables a
fragment shows stay with it however it is put together, so that what is on a page can be downloaded.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from dashboard.story.spreadsheet import Shown
from sources.french import typographic

_VOID = frozenset({"br", "hr", "img", "link", "meta"})
"""Elements without content, which HTML never closes."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """HTML ready to be shown, with the tables it shows; Streamlit and the browser read it as it is."""

    html: str = ""
    tables: tuple[Shown, ...] = ()

    def __add__(self, other: Content) -> Fragment:
        return group(self, other)

    def __radd__(self, other: Content) -> Fragment:
        return group(other, self)

    def __bool__(self) -> bool:
        return bool(self.html)

    def __str__(self) -> str:
        return self.html

    def _repr_html_(self) -> str:
        """Be shown as HTML by ``st.html``."""
        return self.html


Content: TypeAlias = Fragment | str
"""What an element may hold: HTML, or plain text, whatever its signs."""


@lru_cache(maxsize=20_000)
def safe(text: str) -> str:
    """Return ``text``, whatever it holds, as HTML that shows it as text, with French typography."""
    return html.escape(typographic(text), quote=True)


def group(*parts: Content, between: str = "") -> Fragment:
    """Return fragments and texts one after the other, texts escaped; the tables they show are kept."""
    written = [part.html if isinstance(part, Fragment) else safe(part) for part in parts]
    tables = tuple(shown for part in parts if isinstance(part, Fragment) for shown in part.tables)
    return Fragment(safe(between).join(written), tables)


def element(tag: str, *content: Content, css: str = "", **attributes: str) -> Fragment:
    """Return an element.

    Args:
        tag: Name of the element.
        content: What it holds; texts are escaped.
        css: Classes, without their common prefix.
        attributes: Attributes as text, escaped here; ``_`` stands for ``-``, one at the end for nothing.
    """
    written = _classes(css) if css else ""
    for name, value in attributes.items():
        written += f' {name.rstrip("_").replace("_", "-")}="{safe(value)}"'
    if tag in _VOID:
        return Fragment(f"<{tag}{written}>")
    inside = group(*content)
    return Fragment(f"<{tag}{written}>{inside.html}</{tag}>", inside.tables)


@lru_cache(maxsize=1000)
def _classes(css: str) -> str:
    return f' class="{safe(" ".join(f"bcs-{name}" for name in css.split()))}"'


def text(tag: str, content: str, css: str = "", **attributes: str) -> Fragment:
    """Return an element around plain text."""
    return element(tag, content, css=css, **attributes)


def rules(sheet: str) -> Fragment:
    """Return rules of our own style sheets, to be applied where they are shown."""
    return Fragment(f"<style>{sheet}</style>")


def table(
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    css: str = "",
    numeric: Sequence[int] = (),
) -> Fragment:
    """Return a table of plain texts, its first column being row headings.

    Args:
        caption: What the table shows, read first by a screen reader.
        header: Column titles.
        rows: Cells as plain text.
        css: More classes.
        numeric: Ranks of the columns of figures, aligned to the right.
    """
    cells = tuple(tuple(row) for row in rows)

    def css_of(rank: int) -> str:
        return "number" if rank in numeric else ""

    head = element("tr", *(text("th", title, css_of(i), scope="col") for i, title in enumerate(header)))
    body = [
        element(
            "tr",
            *(
                text("th", cell, scope="row") if i == 0 else text("td", cell, css_of(i))
                for i, cell in enumerate(row)
            ),
        )
        for row in cells
    ]
    written = element(
        "div",
        element(
            "table",
            text("caption", caption),
            element("thead", head),
            element("tbody", *body),
            css=f"table {css}",
        ),
        css="scroll",
        tabindex="0",
        role="group",
        aria_label=caption,
    )
    return Fragment(written.html, (Shown(caption, tuple(header), cells, tuple(numeric)),))


def definitions(pairs: Iterable[tuple[str, str]]) -> Fragment:
    """Return a list of terms and plain texts; empty texts are left out."""
    return element(
        "dl", *(text("dt", term) + text("dd", value) for term, value in pairs if value), css="terms"
    )
