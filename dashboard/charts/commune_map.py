"""The map of the communes: projected outlines, drawn as SVG by Plotly, with no tile and no network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.charts.classes import Classes
from dashboard.charts.palette import FONT, Palette, steps
from dashboard.charts.patterns import fill
from dashboard.charts.spots import Spot, make_room, middles, spot_labels, spot_trace

if TYPE_CHECKING:
    from shapely import Point
    from shapely.geometry.base import BaseGeometry

Ring = list[tuple[float, float]]

EARTH_RADIUS_KM = 6371.0
LABEL_SIZE = 12
HIT_SPACING_KM = 0.9
"""Distance between the invisible points that answer to the pointer: about ten pixels on a wide screen."""


@dataclass(frozen=True)
class Shape:
    """One commune in kilometres: outlines to draw, points to touch, a point for its name."""

    code: str
    name: str
    rings: tuple[Ring, ...]
    touch: Ring
    label: tuple[float, float]


def project(contours: Iterable[tuple[str, str, str]]) -> list[Shape]:
    """Project outlines (code, name, GeoJSON text in degrees) to kilometres around their common centre.

    An agglomeration spans some tens of kilometres: an equirectangular projection keeps its shape.
    """
    import shapely

    geometries = {code: (name, shapely.from_geojson(text)) for code, name, text in contours}
    if not geometries:
        return []
    west, south, east, north = shapely.total_bounds([geometry for _, geometry in geometries.values()])
    middle = (west + east) / 2, (south + north) / 2
    degree = math.radians(1) * EARTH_RADIUS_KM
    scale = degree * math.cos(math.radians(middle[1])), degree

    shapes = []
    for code, (name, geometry) in geometries.items():
        flat = shapely.transform(geometry, lambda points: (points - middle) * scale)
        rings = tuple(
            list(map(tuple, shapely.get_coordinates(ring).round(3).tolist()))
            for part in shapely.get_parts(flat)
            for ring in shapely.get_rings(part)
        )
        inside = flat.representative_point()
        largest = max(shapely.get_parts(flat), key=lambda part: part.area)
        middle_point = shapely.maximum_inscribed_circle(largest).coords[0]
        shapes.append(Shape(code, name, rings, _touch_points(flat, inside), middle_point))
    return shapes


def _touch_points(geometry: BaseGeometry, inside: Point) -> Ring:
    """Return a grid of points inside a commune, at least one: a click on any of them is a click on it."""
    import numpy as np
    import shapely

    west, south, east, north = geometry.bounds
    step = HIT_SPACING_KM
    xs = np.arange(math.floor(west / step), math.ceil(east / step) + 1) * step
    ys = np.arange(math.floor(south / step), math.ceil(north / step) + 1) * step
    grid_x, grid_y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    kept = shapely.contains_xy(geometry, grid_x, grid_y)
    points = [
        (round(float(x), 2), round(float(y), 2)) for x, y in zip(grid_x[kept], grid_y[kept], strict=True)
    ]
    return points or [(round(inside.x, 2), round(inside.y, 2))]


def commune_map(
    shapes: list[Shape],
    values: Mapping[str, float],
    absent: Mapping[str, str],
    classes: Classes | None,
    colours: Palette,
    *,
    hover: Mapping[str, str],
    dark_is_high: bool,
    selected: str | None = None,
    named: Sequence[str] = (),
    spots: Sequence[Spot] = (),
    height: int = 520,
    legend: Sequence[str] = (),
) -> dict[str, Any]:
    """Draw a choropleth.

    Args:
        shapes: Outlines, see :func:`project`.
        values: Number of each commune that has one, by code.
        absent: Why the others have none, in words, by code: each reason has its own pattern.
        classes: Classes of the values.
        colours: Palette of the page.
        hover: Text shown under the pointer, by code (plain text: ``<`` is escaped here).
        dark_is_high: Whether the strongest colour is the highest class or the lowest.
        selected: Code outlined.
        named: Codes of the communes that may bear their name, most important first.
        spots: Points drawn above the areas, see :func:`spot_trace`.
        height: Height in pixels.
        legend: Words of each class, then of each reason in alphabetical order, for a legend in the picture.

    Returns:
        A Plotly figure as a dictionary. Points carry the commune's code as ``customdata``.
    """
    data: list[dict[str, Any]] = []
    if classes:
        scale = steps(colours, classes.count)
        ordered = scale if dark_is_high else scale[::-1]
        for rank in range(classes.count):
            members = [s for s in shapes if s.code in values and classes.of(values[s.code]) == rank]
            data.append(_area(members, colours, {"fillcolor": ordered[rank]}))
    for reason in sorted(set(absent.values())):
        members = [s for s in shapes if s.code not in values and absent.get(s.code) == reason]
        data.append(_area(members, colours, fill(reason, colours)))
    for area, words in zip(data, legend, strict=False):
        area["name"] = _plain(words)
    chosen = [s for s in shapes if s.code == selected]
    if chosen:
        data.append(_outline(chosen, {"color": colours.paper, "width": 7}))
        data.append(_outline(chosen, {"color": colours.selected, "width": 3.5}))
    layout = _layout(shapes, colours, named, selected, height)
    if spots:
        points = spot_trace(middles(shapes), spots, colours)
        data.append(points)
        make_room(layout, points)
        layout["annotations"] += spot_labels(points, colours)
    data.append(_touch(shapes, hover))
    return {"data": data, "layout": layout}


def _path(members: list[Shape]) -> tuple[list[float | None], list[float | None]]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for shape in members:
        for ring in shape.rings:
            xs += [*(x for x, _ in ring), None]
            ys += [*(y for _, y in ring), None]
    return xs, ys


def _area(members: list[Shape], colours: Palette, fill: dict[str, Any]) -> dict[str, Any]:
    x, y = _path(members)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "fill": "toself",
        "line": {"color": colours.border, "width": 1},
        "hoverinfo": "skip",
        **fill,
    }


def _outline(members: list[Shape], line: dict[str, Any]) -> dict[str, Any]:
    x, y = _path(members)
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _touch(shapes: list[Shape], hover: Mapping[str, str]) -> dict[str, Any]:
    points = [(x, y, shape.code) for shape in shapes for x, y in shape.touch]
    invisible = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _, _ in points],
        "y": [y for _, y, _ in points],
        "customdata": [[code] for _, _, code in points],
        "text": [_plain(hover.get(code, "")) for _, _, code in points],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 14, "opacity": 0},
        "selected": invisible,
        "unselected": invisible,
    }


def _plain(text: str) -> str:
    """Keep Plotly from reading a name as markup; line breaks are ours."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _layout(
    shapes: list[Shape], colours: Palette, named: Sequence[str], selected: str | None, height: int
) -> dict[str, Any]:
    axis = {"visible": False, "fixedrange": True}
    return {
        "height": height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverdistance": 14,
        "hoverlabel": {"bgcolor": colours.ink, "font": {"family": FONT, "size": 15, "color": colours.paper}},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": colours.ink},
        "xaxis": axis,
        "yaxis": {**axis, "scaleanchor": "x", "scaleratio": 1},
        "annotations": [
            _label(shape, colours, shape.code == selected)
            for shape in _legible(shapes, [*([selected] if selected else []), *named], height)
        ],
    }


def _label(shape: Shape, colours: Palette, selected: bool) -> dict[str, Any]:
    x, y = shape.label
    return {
        "x": x,
        "y": y,
        "text": f"<b>{_plain(shape.name)}</b>" if selected else _plain(shape.name),
        "showarrow": False,
        "font": {"family": FONT, "size": LABEL_SIZE + 2 * selected, "color": colours.ink},
        "captureevents": False,
    }


def _legible(shapes: list[Shape], named: Sequence[str], height: int) -> list[Shape]:
    """Return the shapes to name, in order of importance, leaving out names that would overlap another."""
    ys = [y for shape in shapes for ring in shape.rings for _, y in ring]
    if not ys:
        return []
    km_per_pixel = (max(ys) - min(ys)) / height
    by_code = {shape.code: shape for shape in shapes}
    kept: list[tuple[float, float, float, Shape]] = []
    for shape in (by_code[code] for code in named if code in by_code):
        x, y = shape.label
        half = len(shape.name) * LABEL_SIZE * 0.29 * km_per_pixel
        line = LABEL_SIZE * 1.15 * km_per_pixel
        if all(abs(x - ox) > half + ohalf or abs(y - oy) > line for ox, oy, ohalf, _ in kept):
            kept.append((x, y, half, shape))
    return [shape for *_, shape in kept]
