"""What surrounds the marks of a figure drawn again by matplotlib: scales, grid, lines, names."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard.story import words

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.transforms import Transform

Json = Mapping[str, Any]

POINTS_PER_PIXEL = 0.72
"""A picture is drawn at a hundred screen pixels for an inch."""
HALO = "nom"
"""Start of the identity of the names that stand on the drawing, which a halo of paper keeps legible."""
DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-.", "longdash": (0, (8, 3))}
_TAGS = re.compile(r"</?(?:b|i|em|strong|sub|sup|span)(?:\s[^<>]*)?>")
# What no XML document may hold, even escaped.
FORBIDDEN = dict.fromkeys((c for c in (*range(0x20), 0xFFFE, 0xFFFF) if c not in (0x9, 0xA)), "\ufffd")


class Undrawable(ValueError):
    """A figure uses a part of Plotly this module does not know."""


def plain(text: str) -> str:
    """Return the text Plotly would show: its own markup followed, everything else left as it is."""
    shown = html.unescape(_TAGS.sub("", str(text).replace("<br>", "\n")))
    return shown.translate(FORBIDDEN).encode("utf-8", "replace").decode("utf-8")


def scales(axes: Axes, layout: Json) -> None:
    """Set the scales of a drawing: limits, ticks, grid."""
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
    axis.set_tick_params(length=0, labelsize=points(font), labelcolor=font.get("color", "black"))
    if scale.get("tickangle"):
        axis.set_tick_params(labelrotation=-scale["tickangle"])
    if scale.get("showgrid", True):
        axis.grid(
            True,
            color=scale.get("gridcolor", "#cccccc"),
            linestyle=DASHES[scale.get("griddash", "solid")],
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


def shape(axes: Axes, item: Json) -> None:
    """Draw a line or a rectangle, placed by the data or by the frame."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    line, where = item.get("line", {}), _where(axes, item)
    x0, x1, y0, y1 = (item[key] for key in ("x0", "x1", "y0", "y1"))
    style: dict[str, Any] = {
        "linewidth": line.get("width", 2) * POINTS_PER_PIXEL,
        "linestyle": DASHES[line.get("dash", "solid")],
    }
    if item["type"] == "line":
        drawn: Artist = Line2D([x0, x1], [y0, y1], color=line.get("color", "black"), **style)
    elif item["type"] == "rect":
        drawn = Rectangle(
            (x0, y0),
            x1 - x0,
            y1 - y0,
            facecolor=item.get("fillcolor", "none"),
            edgecolor=line.get("color", "none"),
            alpha=item.get("opacity"),
            **style,
        )
    else:
        raise Undrawable(f"shape {item['type']!r}")
    drawn.set_transform(where)
    drawn.set_zorder(0.5 if item.get("layer") == "below" else 4)
    axes.add_artist(drawn)


def annotation(axes: Axes, item: Json) -> None:
    """Write a name on the drawing."""
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
        size=points(font),
        color=font.get("color", "black"),
        weight="bold" if "<b>" in item["text"] else "normal",
        rotation=-item.get("textangle", 0),
        zorder=6,
        annotation_clip=False,
        gid=f"{HALO}-{len(axes.texts)}",
    )


def points(font: Json) -> float:
    """Return the size of a font in points."""
    return float(font.get("size", 14)) * POINTS_PER_PIXEL
