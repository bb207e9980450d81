"""A picture as a file: its description drawn as SVG with title, legend, source and release, or as PNG.

Texts remain texts. The PNG is that same SVG read by typst, which draws the documents too: no browser.
"""

from __future__ import annotations

import base64
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from dashboard import STATIC
from dashboard.charts import raster, svg
from dashboard.charts.description import Area, Bars, Picture, Points, Segments
from dashboard.charts.drawn import Brush, sample
from dashboard.charts.frame import frames
from dashboard.story.about import About
from sources.french import typographic

WIDTH, HEIGHT = 1000.0, 562.5
"""Hundredths of an inch: the shape of a slide."""
CLOSER = 0.8
"""Of a slide, whose letters are read from the end of a room: its sides as a share of those of a picture."""
MESSAGE_LINES = 3
EDGE = 20.0
_WIDTH_CM = 25.4
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ«])")
_SUBJECT = re.compile(r"\s?[:,]")
_WEB_FONT = STATIC / "fonts" / "commissioner-latin-wght-normal.woff2"
SCREEN_FONT = "Commissioner, 'BCS Sans', Verdana, sans-serif"


def svg_file(picture: Picture, about: About, description: str) -> bytes:
    """Return a picture as an SVG that says its title and its message, with texts that remain texts.

    Args:
        picture: What is drawn.
        about: Title, source, millésime and release.
        description: The message of the picture, in words.
    """
    drawn = drawing(picture, about, description, svg.element("style", _font_face()))
    # Our font travels with the file under the name browsers know.
    return drawn.replace(f'"{svg.FONT}"', f'"{SCREEN_FONT}"').encode("utf-8", "replace")


def png_file(picture: Picture, about: About, description: str) -> bytes:
    """Return a picture as 3000 by 1688 pixels; the arguments are those of :func:`svg_file`."""
    return raster.png(drawing(picture, about, description), _WIDTH_CM)


def slide_file(picture: Picture, about: About, description: str) -> bytes:
    """Return a picture as a slide: the same, with its message in words and larger letters."""
    return raster.png(drawing(picture, about, description, slide=True), _WIDTH_CM)


FILES: dict[str, Callable[[Picture, About, str], bytes]] = {
    "png": png_file,
    "svg": svg_file,
    "slide": slide_file,
}


def drawing(picture: Picture, about: About, description: str, *defined: str, slide: bool = False) -> str:
    """Return the whole sheet as SVG: title, message on a slide, legend, panels, source and release."""
    wide, high = (CLOSER * WIDTH, CLOSER * HEIGHT) if slide else (WIDTH, HEIGHT)
    brush, colours, room = Brush(picture.colours), picture.colours, wide - 2 * EDGE
    parts = [svg.element("rect", x=0, y=0, width=wide, height=high, fill=colours.paper)]
    top = EDGE
    for line in svg.wrapped(typographic(about.title), 21, room):
        top += 22
        parts.append(brush.text(EDGE, top, line, 21, font_weight="700"))
    top += 8
    if slide:
        for line in message(description, about.title, room):
            top += 19
            parts.append(brush.text(EDGE, top, line, 15.5))
        top += 4
    for line in svg.wrapped(about.subtitle, 13, room):
        top += 16
        parts.append(brush.text(EDGE, top, line, 13, fill=colours.absent if slide else colours.ink))
    bottom = high - EDGE
    for said, size in ((about.release_line, 9.0 if slide else 11.0), (about.source_line, 11.0)):
        for line in reversed(svg.wrapped(said, size, room)):
            parts.append(brush.text(EDGE, bottom, line, size))
            bottom -= 14.5
    right = wide - EDGE
    top += 14
    legend = list(_named(picture))
    if picture.equal and (legend or picture.inset):
        # The outlines may take the whole room that the legend leaves.
        top -= 16
        drawn, right, _ = _beside(brush, picture, right, top + 16, 0.36 * (bottom - top))
        parts += drawn
    elif legend:
        drawn, top = _rows(brush, legend, top, wide)
        parts += drawn
    parts += _panels(brush, picture, EDGE, top, right, bottom - 4)
    described = svg.element("title", svg.plain(about.title), id="titre")
    described += svg.element("desc", svg.plain(description), id="message")
    return svg.drawing(
        wide,
        high,
        described,
        *defined,
        svg.element("defs", brush.definitions()),
        *parts,
        role="img",
        lang="fr",
        aria_labelledby="titre message",
    )


def panels(picture: Picture, wide: float, high: float) -> str:
    """Return a picture as SVG for a page that says its title and its source itself.

    Args:
        picture: What is drawn; a map with its legend beside it.
        wide: Width of the drawing, in points.
        high: Its height, at the least: a long legend takes what it needs.
    """
    brush = Brush(picture.colours)
    # A map has no scale whose last label would need room on its right.
    right, ends = wide - EDGE * (not picture.equal), high
    drawn: list[str] = []
    if picture.inset is not None:
        drawn, right, ends = _beside(brush, picture, wide, 0, 0.42 * high)
    # A map has no scale whose first label would need room above it.
    drawn += _panels(brush, picture, 0, -12 * picture.equal, right, high)
    return svg.drawing(wide, max(high, ends), svg.element("defs", brush.definitions()), *drawn)


def pieces(picture: Picture, wide: float, high: float) -> tuple[str, ...]:
    """Return what :func:`panels` draws in pieces a narrow page puts under one another: a map, its legend."""
    if picture.inset is None:
        return (panels(picture, wide, high),)
    brush, room = Brush(picture.colours), 0.42 * high
    _, left, _ = _beside(brush, picture, wide, 0, room)
    drawn, _, ends = _beside(brush, picture, wide - left, 0, room)
    legend = svg.drawing(wide - left, ends, svg.element("defs", brush.definitions()), *drawn)
    return panels(replace(picture, inset=None), left, high), legend


def message(description: str, title: str, room: float) -> list[str]:
    """Return the lines a slide says: whole sentences, as many as it has room for, never one that is cut.

    Args:
        description: What the picture says, in sentences.
        title: Title of the slide: the sentence that only repeats it is left out when others follow.
        room: Width of a line, in points.
    """
    sentences = _SENTENCE.split(description.strip())
    if len(sentences) > 1 and _SUBJECT.split(title)[0].casefold() in sentences[0].casefold():
        sentences = sentences[1:]
    said = sentences[0]
    for sentence in sentences[1:]:
        if len(svg.wrapped(f"{said} {sentence}", 15.5, room)) > MESSAGE_LINES:
            break
        said = f"{said} {sentence}"
    return svg.wrapped(said, 15.5, room)


def _named(picture: Picture) -> Iterator[tuple[Points | Segments | Bars | Area, str]]:
    met: set[str] = set()
    for panel in picture.panels:
        for mark in panel.marks:
            if isinstance(mark, (Points, Segments, Bars, Area)) and mark.name and mark.name not in met:
                met.add(mark.name)
                yield mark, mark.name


def _beside(
    brush: Brush, picture: Picture, right: float, top: float, room: float
) -> tuple[list[str], float, float]:
    """Return the inset and the legend of a map on its right, where the map may end, and where they do."""
    legend = list(_named(picture))
    said = [picture.legend, *(line for _, name in legend for line in _lines(name))]
    longest = max(svg.width(line, 12.5) for line in said)
    left, y = right - longest - 32, top
    parts: list[str] = []
    if picture.inset is not None:
        parts += _panels(brush, picture.inset, left, y - 12, right, y + room)
        y += room
    if picture.legend:
        y += 20
        parts.append(brush.text(left, y, picture.legend, 12.5, font_weight="700"))
    for mark, name in legend:
        y += 20
        parts.append(sample(brush, mark, left, y - 4.5))
        for rank, line in enumerate(_lines(name)):
            y += 15 * (rank > 0)
            parts.append(brush.text(left + 28, y, line, 12.5))
    return parts, left - 8, y + 8


def _lines(name: str) -> list[str]:
    """Return a line of a legend cut to its room, what it says of each of two maps on a line of its own."""
    parts = name.split("\n")
    return [line for part in parts for line in textwrap.wrap(part, 34 if len(parts) == 1 else 42)]


def _rows(
    brush: Brush, legend: Sequence[tuple[Points | Segments | Bars | Area, str]], y: float, wide: float
) -> tuple[list[str], float]:
    """Return the legend on as many lines as it takes, and where it ends."""
    parts: list[str] = []
    x, y = EDGE, y + 12
    for mark, name in legend:
        said = textwrap.shorten(name, 110, placeholder="…")
        room = 30 + svg.width(said, 12.5) + 18
        if x > EDGE and x + room > wide - EDGE:
            x, y = EDGE, y + 18
        parts += [sample(brush, mark, x, y - 4.5), brush.text(x + 28, y, said, 12.5)]
        x += room
    return parts, y + 8


def _panels(
    brush: Brush, picture: Picture, left: float, top: float, right: float, bottom: float
) -> Iterator[str]:
    for frame in frames(picture, left, top, right, bottom):
        yield from frame.scales(brush)
        yield from brush.marks(frame)


@lru_cache(maxsize=1)
def _font_face() -> str:
    encoded = base64.b64encode(_WEB_FONT.read_bytes()).decode("ascii")
    return (
        "@font-face { font-family: Commissioner; font-weight: 200 800; "
        f"src: url(data:font/woff2;base64,{encoded}) format('woff2'); }}"
    )
