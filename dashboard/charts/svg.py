"""A small SVG writer: escaped text, plain numbers, one font. Pictures are pure functions of data."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from dashboard import ROOT
from dashboard.charts.palette import LIGHT

FONT = "BCS Sans"
FONT_FILE = ROOT / "documents" / "pdf" / "fonts" / "bcs-sans-regular.ttf"

# What no XML document may hold, even escaped.
FORBIDDEN = {c: "\ufffd" for c in (*range(0x20), 0xFFFE, 0xFFFF) if c not in (0x9, 0xA, 0xD)}

_USELESS = re.compile(r"\.?0+(?=[ LZ])")
"""The last zeros of the decimals of a path."""


def element(tag: str, content: str = "", /, **attributes: str | float) -> str:
    """Return an element; underscores of attribute names are hyphens, and ``content`` is SVG already."""
    written = "".join(f" {name.replace('_', '-')}={_quoted(value)}" for name, value in attributes.items())
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def text(x: float, y: float, said: str, size: float, /, **attributes: str | float) -> str:
    """Return a text, whatever it holds."""
    style: dict[str, str | float] = {"font_family": FONT, "font_size": size, "fill": LIGHT.ink, **attributes}
    return element("text", plain(said) or " ", x=x, y=y, **style)


def plain(said: str) -> str:
    """Return a text, whatever it holds, as the content of an element."""
    return escape(said.translate(FORBIDDEN))


@lru_cache(maxsize=4000)
def width(said: str, size: float) -> float:
    """Return the width of a text in our font, as if every sign that it lacks were a wide letter.

    Args:
        said: The text, on one line.
        size: Size of the letters, in points.

    Returns:
        Points, the unit of ``size``.
    """
    letters = _advances()
    return sum(letters.get(ord(sign), 0.62) for sign in said) * size


def wrapped(said: str, size: float, room: float) -> list[str]:
    """Return a text cut between its words into lines that a room holds; no-break spaces hold.

    Args:
        said: The text.
        size: Size of the letters, in points.
        room: Width of a line, in points.
    """
    lines: list[str] = []
    for word in filter(None, said.split(" ")):
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=1)
def _advances() -> dict[int, float]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(FONT_FILE, lazy=True) as font:
        unit = font["head"].unitsPerEm
        return {code: font["hmtx"][name][0] / unit for code, name in font.getBestCmap().items()}


def path(rings: Iterable[Iterable[tuple[float, float]]], **attributes: str | float) -> str:
    """Return closed rings as one path."""
    data = "".join("M" + "L".join([f"{x:.2f} {y:.2f}" for x, y in ring]) + "Z" for ring in rings)
    return element("path", d=_USELESS.sub("", data), fill_rule="evenodd", **attributes)


def drawing(wide: float, high: float, /, *parts: str, **attributes: str) -> str:
    """Return a whole drawing, in points of its own."""
    return element(
        "svg",
        "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(wide)} {_number(high)}",
        **attributes,
    )


def address(drawn: str) -> str:
    """Return a whole drawing as an image of a style sheet: Streamlit strips inline SVG from a page."""
    return f"url(data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()})"


def _quoted(value: str | float) -> str:
    return quoteattr(value if isinstance(value, str) else _number(value))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
