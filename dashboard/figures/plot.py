"""The figures of the screen drawn again by matplotlib, so that a file shows what the page shows.

It reads the Plotly dictionaries our builders return, and only the part of Plotly they use: points, lines,
filled outlines, bars with patterns, error bars, annotations, lines and rectangles. Anything else is an error,
not a gap.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import words

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.path import Path
    from matplotlib.transforms import Transform

Json = Mapping[str, Any]

POINTS_PER_PIXEL = 0.72
"""A picture is drawn at a hundred screen pixels for an inch."""
HALO = "nom"
"""Start of the identity of the names that stand on the drawing, which a halo of paper keeps legible."""
_HATCHES = {"/": "////", "\\": "\\\\\\\\", "x": "xxx", ".": "...", "-": "----", "|": "||||", "+": "++"}
_DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-.", "longdash": (0, (8, 3))}
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
_TAGS = re.compile(r"</?(?:b|i|em|strong|sub|sup|span)(?:\s[^<>]*)?>")
# What no XML document may hold, even escaped.
_FORBIDDEN = dict.fromkeys((c for c in (*range(0x20), 0xFFFE, 0xFFFF) if c not in (0x9, 0xA)), "\ufffd")


class Undrawable(ValueError):
    """A figure uses a part of Plotly this module does not know."""


def plain(text: str) -> str:
    """Return the text Plotly would show: its own markup followed, everything else left as it is."""
    shown = html.unescape(_TAGS.sub("", str(text).replace("<br>", "\n")))
    return shown.translate(_FORBIDDEN).encode("utf-8", "replace").decode("utf-8")


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
    _scales(axes, layout)
    for shape in layout.get("shapes", ()):
        _shape(axes, shape)
    for annotation in layout.get("annotations", ()):
        _annotation(axes, annotation)
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
        "linestyle": _DASHES[line.get("dash", "solid")] if "lines" in mode else "none",
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
            axes.text(x, y, plain(said), size=_points(font), color=font.get("color"), zorder=5)
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
    shape = pattern.get("shape")
    if isinstance(shape, str) and shape:
        style |= {"hatch": _HATCHES[shape], "hatchcolor": pattern.get("fgcolor", "white")}
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

    points: list[tuple[float, float]] = []
    codes: list[int] = []
    start = True
    for x, y in zip(xs, ys, strict=True):
        if x is None or y is None:
            start = True
            continue
        points.append((x, y))
        codes.append(int(Path.MOVETO if start else Path.LINETO))
        start = False
    return Path(points, codes) if points else None


def _scales(axes: Axes, layout: Json) -> None:
    for name in ("x", "y"):
        scale = layout.get(f"{name}axis", {})
        axis = getattr(axes, f"{name}axis")
        if scale.get("type") == "log":
            getattr(axes, f"set_{name}scale")("log")
        if scale.get("range"):
            getattr(axes, f"set_{name}lim")(*scale["range"])
        if scale.get("autorange") == "reversed":
            axis.set_inverted(True)
        if scale.get("visible") is False:
            axis.set_visible(False)
            continue
        if scale.get("title"):
            title = scale["title"]
            axis.set_label_text(plain(title["text"] if isinstance(title, Mapping) else title))
        _ticks(axes, axis, name, scale, layout)
    if layout.get("yaxis", {}).get("scaleanchor"):
        axes.set_aspect("equal")


def _ticks(axes: Axes, axis: Axis, name: str, scale: Json, layout: Json) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if scale.get("showticklabels") is False:
        axis.set_ticklabels([])
    elif scale.get("tickvals") is not None:
        labels = scale.get("ticktext") or [_written(value, scale) for value in scale["tickvals"]]
        axis.set_ticks(list(scale["tickvals"]), labels=[plain(label) for label in labels])
    elif axis.have_units() is False:
        axis.set_major_locator(MaxNLocator(max(2, scale.get("nticks", 7)), steps=[1, 2, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: _written(value, scale)))
    font = {**layout.get("font", {}), **scale.get("tickfont", {})}
    axis.set_tick_params(length=0, labelsize=_points(font), labelcolor=font.get("color", "black"))
    if scale.get("tickangle"):
        axis.set_tick_params(labelrotation=-scale["tickangle"])
    if scale.get("showgrid", True):
        axis.grid(
            True,
            color=scale.get("gridcolor", "#cccccc"),
            linestyle=_DASHES[scale.get("griddash", "solid")],
            linewidth=0.5,
            zorder=0,
        )
        axes.set_axisbelow(True)


def _written(value: float, scale: Json) -> str:
    found = re.search(r"\.(\d)f", scale.get("tickformat", ""))
    decimals = int(found[1]) if found else 0 if float(value).is_integer() else 1
    before, after = plain(scale.get("tickprefix", "")), plain(scale.get("ticksuffix", ""))
    return f"{before}{words.number(value, decimals)}{after}"


def _where(axes: Axes, item: Json) -> Transform:
    """Return the transform of an item placed by the data or by the share of the frame, on each axis."""
    from matplotlib.transforms import blended_transform_factory

    def framed(reference: str) -> bool:
        return reference == "paper" or reference.endswith("domain")

    x = axes.transAxes if framed(item.get("xref", "x")) else axes.transData
    y = axes.transAxes if framed(item.get("yref", "y")) else axes.transData
    return blended_transform_factory(x, y)


def _shape(axes: Axes, shape: Json) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    line, where = shape.get("line", {}), _where(axes, shape)
    x0, x1, y0, y1 = (shape[key] for key in ("x0", "x1", "y0", "y1"))
    style: dict[str, Any] = {
        "linewidth": line.get("width", 2) * POINTS_PER_PIXEL,
        "linestyle": _DASHES[line.get("dash", "solid")],
    }
    if shape["type"] == "line":
        drawn: Artist = Line2D([x0, x1], [y0, y1], color=line.get("color", "black"), **style)
    elif shape["type"] == "rect":
        drawn = Rectangle(
            (x0, y0),
            x1 - x0,
            y1 - y0,
            facecolor=shape.get("fillcolor", "none"),
            edgecolor=line.get("color", "none"),
            alpha=shape.get("opacity"),
            **style,
        )
    else:
        raise Undrawable(f"shape {shape['type']!r}")
    drawn.set_transform(where)
    drawn.set_zorder(0.5 if shape.get("layer") == "below" else 4)
    axes.add_artist(drawn)


def _annotation(axes: Axes, item: Json) -> None:
    font = item.get("font", {})
    across = {"left": "left", "right": "right"}.get(item.get("xanchor", "center"), "center")
    along = {"bottom": "bottom", "top": "top"}.get(item.get("yanchor", "middle"), "center")
    axes.annotate(
        plain(item["text"]),
        (item["x"], item["y"]),
        xycoords=_where(axes, item),
        xytext=(item.get("xshift", 0) * POINTS_PER_PIXEL, item.get("yshift", 0) * POINTS_PER_PIXEL),
        textcoords="offset points",
        ha=across,
        va=along,
        size=_points(font),
        color=font.get("color", "black"),
        weight="bold" if "<b>" in item["text"] else "normal",
        rotation=-item.get("textangle", 0),
        zorder=6,
        annotation_clip=False,
        gid=f"{HALO}-{len(axes.texts)}",
    )


def _points(font: Json) -> float:
    return float(font.get("size", 14)) * POINTS_PER_PIXEL
