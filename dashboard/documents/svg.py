"""A small SVG writer: escaped text, plain numbers, one font. Pictures are pure functions of data."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from dashboard.charts.palette import LIGHT

FONT = "BCS Sans"
SAND, _, TEAL, _, PETROL = LIGHT.sequential
INK, PAPER, ACCENT, GREY = LIGHT.ink, "#ffffff", LIGHT.selected, LIGHT.absent
PALE = "#ece7da"

# What no XML document may hold, even escaped.
_FORBIDDEN = {c: "\ufffd" for c in (*range(0x20), 0xFFFE, 0xFFFF) if c not in (0x9, 0xA, 0xD)}


def element(tag: str, content: str = "", /, **attributes: str | float) -> str:
    """Return an element; underscores of attribute names are hyphens, and ``content`` is SVG already."""
    written = "".join(f" {name.replace('_', '-')}={_quoted(value)}" for name, value in attributes.items())
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def text(x: float, y: float, said: str, size: float, /, **attributes: str | float) -> str:
    """Return a text, whatever it holds."""
    plain = escape(said.translate(_FORBIDDEN))
    style: dict[str, str | float] = {"font_family": FONT, "font_size": size, "fill": INK, **attributes}
    return element("text", plain or " ", x=x, y=y, **style)


def path(rings: Iterable[Iterable[tuple[float, float]]], **attributes: str | float) -> str:
    """Return closed rings as one path."""
    data = "".join("M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in ring) + "Z" for ring in rings)
    return element("path", d=data, fill_rule="evenodd", **attributes)


def drawing(width: float, height: float, *parts: str) -> str:
    """Return a whole drawing, in points of its own."""
    return element(
        "svg",
        "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
    )


def _quoted(value: str | float) -> str:
    return quoteattr(value if isinstance(value, str) else _number(value))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
