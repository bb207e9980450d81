"""The figures of the screen drawn again by matplotlib, so that a file shows what the page shows.

It reads the Plotly dictionaries our builders return, and only the part of Plotly they use: points, lines,
filled outlines, bars with patterns, error bars, annotations, lines and rectangles. Anything else is an error,
not a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboard.charts.plot_frame import (
    DASHES,
    POINTS_PER_PIXEL,
    Json,
    Undrawable,
    annotation,
    plain,
    points,
    scales,
    shape,
)

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.path import Path

_HATCHES = {"/": "////", "\\": "\\\\\\\\", "x": "xxx", ".": "...", "-": "----", "|": "||||", "+": "++"}
_MARKERS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "triangle-down": "v",
    "x": "X",
    "cross": "P",
    "line-ns": "|",
    "line-ew": "_",
    "star": "*",
    "triangle-left": "<",
    "triangle-right": ">",
}


def plot(figure: Json, axes: Axes) -> list[tuple[Artist, str]]:
    """Draw a figure.

    Args:
        figure: Plotly figure as a dictionary.
        axes: Where it is drawn.

    Returns:
        The legend: what stands for each named trace, and its name.
    """
    layout = figure["layout"]
    if not any(layout.get(axis, {}).get("visible", True) for axis in ("xaxis", "yaxis")):
        axes.set_axis_off()
    named: dict[str, Artist] = {}
    for order, trace in enumerate(figure["data"]):
        if trace.get("visible") is False:
            continue
        if trace["type"] == "bar":
            drawn = _bar(axes, trace, layout, order)
        elif trace["type"] in ("scatter", "scattergl"):
            drawn = _scatter(axes, trace, order)
        else:
            raise Undrawable(f"trace {trace['type']!r}")
        if drawn is not None and trace.get("name"):
            named.setdefault(plain(trace["name"]), drawn)
    scales(axes, layout)
    for line in layout.get("shapes", ()):
        shape(axes, line)
    for name in layout.get("annotations", ()):
        annotation(axes, name)
    return [(artist, name) for name, artist in named.items()]


def _present(values: Sequence[Any]) -> list[Any]:
    return [float("nan") if value is None else value for value in values]


def _scatter(axes: Axes, trace: Json, order: int) -> Artist | None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch, PathPatch

    mode, line, marker = trace.get("mode", "lines"), trace.get("line", {}), trace.get("marker", {})
    if trace.get("fill") == "toself":
        path = _path(trace["x"], trace["y"])
        if path is None:
            return None
        pattern = trace.get("fillpattern", {})
        style: dict[str, Any] = {
            "facecolor": pattern.get("bgcolor") or trace.get("fillcolor", "none"),
            "edgecolor": line.get("color", "none"),
            "linewidth": line.get("width", 1) * POINTS_PER_PIXEL,
            "alpha": trace.get("opacity"),
        }
        if pattern.get("shape"):
            style |= {"hatch": _HATCHES[pattern["shape"]], "hatchcolor": pattern.get("fgcolor", "black")}
        axes.add_patch(PathPatch(path, zorder=1 + order / 100, **style))
        return Patch(**style)
    if marker.get("opacity") == 0 and "lines" not in mode:
        # Points that only answer to the pointer.
        return None
    symbol = str(marker.get("symbol", "circle"))
    hollow = symbol.endswith("-open")
    colour = marker.get("color") or line.get("color", "black")
    edge = marker.get("line", {})
    style = {
        "color": line.get("color") or (colour if isinstance(colour, str) else "black"),
        "linestyle": DASHES[line.get("dash", "solid")] if "lines" in mode else "none",
        "linewidth": line.get("width", 2) * POINTS_PER_PIXEL,
    }
    if "markers" in mode and isinstance(colour, str) and isinstance(marker.get("size", 6), (int, float)):
        style |= {
            "marker": _marker(symbol),
            "markersize": marker.get("size", 6) * POINTS_PER_PIXEL,
            "markerfacecolor": "none" if hollow else colour,
            "markeredgecolor": edge.get("color", colour),
            "markeredgewidth": edge.get("width", 1 if hollow else 0) * POINTS_PER_PIXEL,
        }
    elif "markers" in mode:
        sizes = marker.get("size", 6)
        areas = [(s * POINTS_PER_PIXEL) ** 2 for s in sizes] if not isinstance(sizes, (int, float)) else sizes
        axes.scatter(
            _present(trace["x"]), _present(trace["y"]), s=areas, c=colour, marker=_marker(symbol), zorder=3
        )
    axes.plot(
        _present(trace["x"]),
        _present(trace["y"]),
        alpha=trace.get("opacity", marker.get("opacity")),
        zorder=3 + order / 100,
        **style,
    )
    _errors(axes, trace)
    if "text" in mode:
        for x, y, said in zip(trace["x"], trace["y"], trace["text"], strict=True):
            font = trace.get("textfont", {})
            axes.text(x, y, plain(said), size=points(font), color=font.get("color"), zorder=5)
    return Line2D([], [], **style)


def _marker(symbol: str) -> str:
    name = symbol.removesuffix("-open")
    if name not in _MARKERS:
        raise Undrawable(f"symbol {symbol!r}")
    return _MARKERS[name]


def _errors(axes: Axes, trace: Json) -> None:
    for name in ("x", "y"):
        error = trace.get(f"error_{name}")
        if not error or error.get("visible") is False or error.get("array") is None:
            continue
        above = _present(error["array"])
        below = _present(error.get("arrayminus") or error["array"])
        axes.errorbar(
            trace["x"],
            trace["y"],
            xerr=[below, above] if name == "x" else None,
            yerr=[below, above] if name == "y" else None,
            fmt="none",
            ecolor=error.get("color", "black"),
            elinewidth=error.get("thickness", 2) * POINTS_PER_PIXEL,
            capsize=error.get("width", 4) * POINTS_PER_PIXEL,
            zorder=4,
        )


def _bar(axes: Axes, trace: Json, layout: Json, order: int) -> Artist | None:
    from matplotlib.patches import Patch

    marker = trace.get("marker", {})
    pattern, line = marker.get("pattern", {}), marker.get("line", {})
    colours = marker.get("color", "grey")
    style: dict[str, Any] = {
        "edgecolor": line.get("color", "none"),
        "linewidth": line.get("width", 0) * POINTS_PER_PIXEL if line else 0,
    }
    hatch = pattern.get("shape")
    if isinstance(hatch, str) and hatch:
        style |= {"hatch": _HATCHES[hatch], "hatchcolor": pattern.get("fgcolor", "white")}
    thick = 1 - layout.get("bargap", 0.2)
    flat = trace.get("orientation") == "h"
    places, lengths = (trace["y"], trace["x"]) if flat else (trace["x"], trace["y"])
    lengths = _present(lengths)
    if flat:
        axes.barh(places, lengths, thick, left=trace.get("base"), color=colours, zorder=2, **style)
    else:
        axes.bar(places, lengths, thick, bottom=trace.get("base"), color=colours, zorder=2, **style)
    _errors(axes, trace)
    return Patch(facecolor=colours if isinstance(colours, str) else colours[0], **style)


def _path(xs: Sequence[float | None], ys: Sequence[float | None]) -> Path | None:
    from matplotlib.path import Path

    corners: list[tuple[float, float]] = []
    codes: list[int] = []
    start = True
    for x, y in zip(xs, ys, strict=True):
        if x is None or y is None:
            start = True
            continue
        corners.append((x, y))
        codes.append(int(Path.MOVETO if start else Path.LINETO))
        start = False
    return Path(corners, codes) if corners else None
