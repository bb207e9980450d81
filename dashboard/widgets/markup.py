"""HTML built from text: everything that comes from a file or a person goes through :func:`words.safe`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.story.spreadsheet import Shown
from dashboard.story.words import safe


class TableHtml(str):
    """A table as HTML, with the cells it shows: what is downloaded is what is on the page."""

    shown: Shown


class Holder(str):
    """HTML that holds tables among other things: they can be taken away all the same."""

    tables: tuple[Shown, ...]


def tables_of(html: str) -> tuple[Shown, ...]:
    """Return the tables a piece of HTML holds."""
    if isinstance(html, TableHtml):
        return (html.shown,)
    return html.tables if isinstance(html, Holder) else ()


def together(*parts: str) -> str:
    """Return pieces of HTML one after the other; the tables they hold are kept."""
    held = tuple(shown for part in parts for shown in tables_of(part))
    joined = "".join(parts)
    if not held:
        return joined
    holder = Holder(joined)
    holder.tables = held
    return holder


def element(tag: str, *content: str, css: str = "", **attributes: str) -> str:
    """Return an element around content that is already HTML.

    Args:
        tag: Name of the element.
        content: HTML, made by this module or by :func:`words.safe`.
        css: Classes, without their common prefix.
        attributes: Attributes as text, escaped here; ``_`` stands for ``-``.
    """
    classes = " ".join(f"bcs-{name}" for name in css.split())
    pairs = {**({"class": classes} if classes else {}), **attributes}
    written = "".join(f' {name.replace("_", "-")}="{safe(value)}"' for name, value in pairs.items())
    return together(f"<{tag}{written}>", *content, f"</{tag}>")


def text(tag: str, content: str, css: str = "", **attributes: str) -> str:
    """Return an element around plain text."""
    return element(tag, safe(content), css=css, **attributes)


def table(
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    css: str = "",
    numeric: Sequence[int] = (),
) -> TableHtml:
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
    html = TableHtml(written)
    html.shown = Shown(caption, tuple(header), cells, tuple(numeric))
    return html


def definitions(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a list of terms and plain texts; empty texts are left out."""
    return element(
        "dl", *(text("dt", term) + text("dd", value) for term, value in pairs if value), css="terms"
    )
