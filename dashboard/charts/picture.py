"""A figure as a file: the drawing of the screen, with its title, legend, source and release inside.

Pure functions of a Plotly dictionary and of what it is about. Drawn by matplotlib: no browser, no network.
"""

from __future__ import annotations

import base64
import io
import textwrap
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from dashboard import ROOT, STATIC
from dashboard.charts.palette import Palette
from dashboard.charts.plot import plot
from dashboard.charts.plot_frame import HALO, Json, plain
from dashboard.story import words
from dashboard.story.about import About

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

SIZE = (10.0, 5.625)
"""Inches: the shape of a slide."""
DPI = 300
_FONTS = tuple(
    ROOT / "documents" / "pdf" / "fonts" / f"bcs-sans-{style}.ttf" for style in ("regular", "bold")
)
_WEB_FONT = STATIC / "fonts" / "commissioner-latin-wght-normal.woff2"
_FAMILIES = ["BCS Sans", "DejaVu Sans"]
_SVG = "http://www.w3.org/2000/svg"
# Matplotlib's settings and its cache of fonts are those of the process.
_ONE_AT_A_TIME = threading.Lock()


def png(figure: Json, about: About, description: str, colours: Palette) -> bytes:
    """Return a figure as a picture of 3000 by 1688 points.

    Args:
        figure: Plotly figure as a dictionary, see :mod:`dashboard.charts.plot`.
        about: Title, source, millésime and release.
        description: The message of the figure, in words.
        colours: Palette the figure was drawn with.
    """
    from matplotlib.patheffects import withStroke

    with _settings():
        drawn = _draw(figure, about, colours)
        for name in _names(drawn):
            name.set_path_effects([withStroke(linewidth=2.5, foreground=colours.paper)])
        stream = io.BytesIO()
        drawn.savefig(
            stream,
            format="png",
            dpi=DPI,
            metadata={
                "Title": plain(about.title),
                "Description": plain(description),
                "Source": plain(about.source_line),
                "Software": None,
            },
        )
        return stream.getvalue()


def svg(figure: Json, about: About, description: str, colours: Palette) -> bytes:
    """Return a figure as an SVG that says its title and its message, with texts that remain texts.

    The arguments are those of :func:`png`.
    """
    with _settings():
        drawn = _draw(figure, about, colours)
        stream = io.BytesIO()
        drawn.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return _described(stream.getvalue(), plain(about.title), plain(description), colours)


@contextmanager
def _settings() -> Iterator[None]:
    import matplotlib as mpl

    settings: dict[Any, Any] = {
        "font.family": _FAMILIES,
        "svg.fonttype": "none",
        "svg.hashsalt": "bcs",
        # A name from a file may hold a dollar: it is no formula.
        "text.parse_math": False,
        "hatch.linewidth": 0.7,
    }
    with _ONE_AT_A_TIME, mpl.rc_context(settings), warnings.catch_warnings():
        # A sign that no font has is drawn as an empty box: nothing to tell the server's log.
        warnings.simplefilter("ignore", UserWarning)
        _register_fonts()
        yield


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    from matplotlib import font_manager

    for font in _FONTS:
        font_manager.fontManager.addfont(font)


def _draw(figure: Json, about: About, colours: Palette) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = Figure(figsize=SIZE, facecolor=colours.paper)
    renderer = FigureCanvasAgg(drawn).get_renderer()  # type: ignore[no-untyped-call]
    top = _heading(drawn, about, colours)
    bottom = _footer(drawn, about, colours)
    axes = drawn.add_subplot()
    axes.set_facecolor("none")
    axes.spines[:].set_visible(False)
    legend = plot(figure, axes)
    on_a_map = not axes.axison
    right = 0.98
    if legend:
        handles = [handle for handle, _ in legend]
        # A label that starts with an underscore would be left out.
        labels = ["\n ".join(textwrap.wrap(f" {name}", 34 if on_a_map else 60)) for _, name in legend]
        key = drawn.legend(
            handles,
            labels,
            loc="upper right" if on_a_map else "upper left",
            bbox_to_anchor=(0.98, top) if on_a_map else (0.012, top + 0.01),
            ncols=1 if on_a_map else len(legend),
            frameon=False,
            fontsize=9,
            labelcolor=colours.ink,
            handleheight=1.2,
            alignment="left",
        )
        box = key.get_window_extent(renderer).transformed(drawn.transFigure.inverted())
        if on_a_map:
            right = box.x0 - 0.01
        else:
            top = box.y0
    if on_a_map:
        # Nothing but the outlines: they may take the whole room.
        axes.margins(0.01)
        axes.set_position((0.02, bottom, right - 0.02, top + 0.03 - bottom))
    else:
        drawn.set_layout_engine("constrained", rect=(0.015, bottom, right - 0.015, top - bottom))
    return drawn


def _heading(drawn: Figure, about: About, colours: Palette) -> float:
    """Write the title and what is under it; return the height left below them, as a share."""
    title = textwrap.wrap(plain(words.typographic(about.title)), 74)
    drawn.text(
        0.02, 0.965, "\n".join(title), size=15, weight="bold", color=colours.ink, va="top", linespacing=1.15
    )
    under = 0.965 - 0.052 * len(title) - 0.012
    subtitle = textwrap.wrap(plain(about.subtitle), 125)
    drawn.text(0.02, under, "\n".join(subtitle), size=10, color=colours.ink, va="top", linespacing=1.2)
    return under - 0.022 - 0.033 * max(1, len(subtitle))


def _footer(drawn: Figure, about: About, colours: Palette) -> float:
    """Write the source and the release; return the height they take, as a share."""
    lines = [*textwrap.wrap(plain(about.source_line), 165), *textwrap.wrap(plain(about.release_line), 165)]
    drawn.text(0.02, 0.025, "\n".join(lines), size=8, color=colours.ink, va="bottom", linespacing=1.25)
    return 0.045 + 0.026 * len(lines)


def _names(drawn: Figure) -> list[Text]:
    return [text for axes in drawn.axes for text in axes.texts if str(text.get_gid()).startswith(HALO)]


def _described(content: bytes, title: str, description: str, colours: Palette) -> bytes:
    """Give the drawing its name, its description and our font."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(content)  # noqa: S314 - written just above, by ourselves
    for metadata in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(metadata)
    root.set("role", "img")
    root.set("aria-labelledby", "titre message")
    root.set("lang", "fr")
    for place, (tag, name, said) in enumerate((("title", "titre", title), ("desc", "message", description))):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": name})
        element.text = said
        root.insert(place, element)
    style = ElementTree.Element(f"{{{_SVG}}}style")
    style.text = _font_face()
    root.insert(2, style)
    halo = f"paint-order: stroke; stroke: {colours.paper}; stroke-width: 2.5px; stroke-linejoin: round"
    for group in root.iter(f"{{{_SVG}}}g"):
        named = str(group.get("id", "")).startswith(f"{HALO}-")
        for text in group.findall(f"{{{_SVG}}}text") if named else ():
            text.set("style", f"{text.get('style', '')}; {halo}")
    for text in root.iter(f"{{{_SVG}}}text"):
        text.set("style", text.get("style", "").replace("'BCS Sans'", "Commissioner, 'BCS Sans', Verdana"))
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


@lru_cache(maxsize=1)
def _font_face() -> str:
    encoded = base64.b64encode(_WEB_FONT.read_bytes()).decode("ascii")
    return (
        "@font-face { font-family: Commissioner; font-weight: 200 800; "
        f"src: url(data:font/woff2;base64,{encoded}) format('woff2'); }}"
    )


def drawings() -> dict[str, Any]:
    """Return how a figure is drawn for each extension of a file."""
    return {"png": png, "svg": svg}
