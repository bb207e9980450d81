"""The map of the communes: projected outlines, drawn as SVG by Plotly, with no tile and no network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dashboard.charts.classes import Classes
from dashboard.charts.description import (
    AnyMark,
    Area,
    Fill,
    Name,
    Names,
    Panel,
    Picture,
    Ring,
    Scale,
    Stroke,
    Touch,
    Words,
)
from dashboard.charts.palette import Palette, steps
from dashboard.charts.patterns import fill
from dashboard.charts.spots import Spot, spot_marks

if TYPE_CHECKING:
    from shapely import Point
    from shapely.geometry.base import BaseGeometry

EARTH_RADIUS_KM = 6371.0
LABEL_SIZE = 12
SMALLEST = 380
"""Height, in pixels, of a map on a telephone."""
ALWAYS_NAMED = 10
QUARTERS = "Quartiers prioritaires"
ELSEWHERE = "Autre intercommunalité"
AROUND_OPACITY = 0.22
AROUND_DEGREES = 0.02
"""How far beyond ours the communes around are drawn: about two kilometres."""
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

    @cached_property
    def surface(self) -> BaseGeometry:
        """All it covers: the map of each commune asks it of all the others."""
        import shapely

        return shapely.union_all([shapely.Polygon(ring).buffer(0) for ring in self.rings if len(ring) > 3])


def project(
    contours: Iterable[tuple[str, str, str]], around: Iterable[tuple[str, str, str]] = ()
) -> list[Shape]:
    """Project outlines (code, name, GeoJSON text in degrees) to kilometres around their common centre.

    An agglomeration spans some tens of kilometres: an equirectangular projection keeps its shape.

    Args:
        contours: Ours.
        around: Outlines beyond, of which only what lies in the frame of ours is kept, after ours.
    """
    import shapely

    geometries = {code: (name, shapely.from_geojson(text)) for code, name, text in contours}
    if not geometries:
        return []
    ends = shapely.total_bounds([geometry for _, geometry in geometries.values()])
    west, south, east, north = ends
    frame = shapely.box(*ends).buffer(AROUND_DEGREES, join_style="mitre")
    for code, name, text in around:
        seen = shapely.make_valid(shapely.from_geojson(text)).intersection(frame)
        areas = [part for part in shapely.get_parts(seen) if part.geom_type == "Polygon"]
        if areas and code not in geometries:
            geometries[code] = name, shapely.MultiPolygon(areas)
    middle = (west + east) / 2, (south + north) / 2
    degree = math.radians(1) * EARTH_RADIUS_KM
    scale = degree * math.cos(math.radians(middle[1])), degree

    shapes = []
    for code, (name, geometry) in geometries.items():
        flat = shapely.transform(geometry, lambda points: (points - middle) * scale)
        outlines = tuple(
            list(map(tuple, shapely.get_coordinates(ring).round(3).tolist()))
            for part in shapely.get_parts(flat)
            for ring in shapely.get_rings(part)
        )
        inside = flat.representative_point()
        largest = max(shapely.get_parts(flat), key=lambda part: part.area)
        middle_point = shapely.maximum_inscribed_circle(largest).coords[0]
        shapes.append(Shape(code, name, outlines, _touch_points(flat, inside), middle_point))
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


def areas(
    shapes: Sequence[Shape],
    values: Mapping[str, float],
    absent: Mapping[str, str],
    classes: Classes | None,
    colours: Palette,
    *,
    dark_is_high: bool,
    legend: Sequence[str] = (),
    around: Sequence[Shape] = (),
) -> tuple[Area, ...]:
    """Return the ground of a choropleth: what it shows whichever commune is chosen.

    Args:
        shapes: Outlines, see :func:`project`.
        values: Number of each commune that has one, by code.
        absent: Why the others have none, in words, by code: each reason has its own pattern.
        classes: Classes of the values.
        colours: Palette of the page.
        dark_is_high: Whether the strongest colour is the highest class or the lowest.
        legend: Words of each class, then of each reason in alphabetical order, for a legend in the picture.
        around: Communes around, drawn without any figure, under the others.
    """
    edge = Stroke(colours.border, 1)
    filled: list[tuple[list[Shape], Fill]] = []
    if classes:
        scale = steps(colours, classes.count)
        for rank, colour in enumerate(scale if dark_is_high else scale[::-1]):
            members = [s for s in shapes if s.code in values and classes.of(values[s.code]) == rank]
            filled.append((members, Fill(colour)))
    for reason in sorted(set(absent.values())):
        members = [s for s in shapes if s.code not in values and absent.get(s.code) == reason]
        filled.append((members, fill(reason, colours)))
    said = [*legend, *("" for _ in filled)]
    return (
        *([Area(rings(around), Fill(colours.absent, opacity=AROUND_OPACITY), edge)] if around else []),
        *(
            Area(rings(members), look, edge, name=name)
            for (members, look), name in zip(filled, said, strict=False)
        ),
    )


def commune_map(
    shapes: Sequence[Shape],
    ground: Iterable[Area],
    colours: Palette,
    *,
    hover: Mapping[str, str],
    selected: str | None = None,
    named: Sequence[str] = (),
    spots: Sequence[Spot] = (),
    height: int = SMALLEST,
    names: Mapping[str, str] | None = None,
    quarters: Sequence[Shape] = (),
    always: int = ALWAYS_NAMED,
    around: Sequence[Shape] = (),
) -> Picture:
    """Describe a choropleth.

    Args:
        shapes: Outlines, see :func:`project`.
        ground: Their colours, see :func:`areas`.
        colours: Palette of the page.
        hover: Text shown under the pointer, by code.
        selected: Code outlined.
        named: Codes of the communes that may bear their name, most important first.
        spots: Points drawn above the areas, see :func:`spot_marks`.
        height: Height in pixels in which the names keep apart.
        names: What is written on each area instead of its name, whether or not it has room.
        quarters: Outlines of the priority quarters, drawn above.
        always: How many of ``named`` are written whatever the room, beside their place if need be.
        around: Communes around, whose name is under the pointer.

    Returns:
        The picture; its last mark answers to the pointer, each point with its commune's code.
    """
    marks: list[AnyMark] = [*ground]
    chosen = [s for s in shapes if s.code == selected]
    if chosen:
        marks.append(Area(rings(chosen), None, Stroke(colours.paper, 7)))
        marks.append(Area(rings(chosen), None, Stroke(colours.selected, 3.5)))
    if quarters:
        outline = Stroke(colours.ink, 1.3)
        marks.append(Area(rings(quarters), Fill(colours.paper, opacity=0.45), outline, name=QUARTERS))
    if spots:
        points, under = spot_marks({s.code: s.label for s in shapes}, spots, colours)
        marks += [points, *under]
    if names is not None:
        marks += [Words(*s.label, names[s.code], LABEL_SIZE) for s in shapes if s.code in names]
    else:
        marks.append(_names(shapes, [*filter(None, [selected]), *named], selected, always))
    panel = Panel((*marks, _touch(shapes, hover, around)), Scale(visible=False))
    return Picture((panel,), Scale(visible=False), colours, height, (0, 0, 0, 0), equal=True)


def rings(members: Iterable[Shape]) -> tuple[Ring, ...]:
    """Return all the outlines of some shapes."""
    return tuple(ring for shape in members for ring in shape.rings)


def bounds(shapes: Sequence[Shape]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ends of some shapes on both scales.

    Returns:
        West and east, then south and north, in kilometres.
    """
    xs, ys = zip(*(point for ring in rings(shapes) for point in ring), strict=True)
    return (min(xs), max(xs)), (min(ys), max(ys))


def _touch(shapes: Sequence[Shape], hover: Mapping[str, str], around: Sequence[Shape]) -> Touch:
    """Points that answer to the pointer; those around say a name and choose nothing: they have no code."""
    told = [(shape.touch, shape.code, hover.get(shape.code, "")) for shape in shapes]
    told += [(shape.touch, "", f"{shape.name}\n{ELSEWHERE}") for shape in around]
    return Touch(
        tuple(x for touch, _, _ in told for x, _ in touch),
        tuple(y for touch, _, _ in told for _, y in touch),
        tuple(code for touch, code, _ in told for _ in touch),
        hover=tuple(said for touch, _, said in told for _ in touch),
    )


def _names(shapes: Sequence[Shape], named: Sequence[str], selected: str | None, always: int) -> Names:
    by_code = {shape.code: shape for shape in shapes}
    first = [by_code[code] for code in dict.fromkeys(named) if code in by_code]
    return Names(
        tuple(
            Name(
                *shape.label,
                shape.name,
                LABEL_SIZE + 2 * (shape.code == selected),
                bold=shape.code == selected,
                always=shape.code == selected or rank < always + (selected in named[:1]),
            )
            for rank, shape in enumerate(first)
        )
    )
