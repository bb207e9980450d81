"""The map of a commune: its outline, its quarters, its neighbours, and where it lies in the agglomeration."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.charts import svg
from dashboard.charts.commune_map import Shape
from sources.french import shortest

if TYPE_CHECKING:
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

WIDTH, HEIGHT = 510.0, 330.0
MAP_WIDTH = 330.0
MARGIN_KM = 0.6
GROUND = "#f7f5ef"
_SEEN = 500.0
"""Area of a neighbour, in square points, under which its name would hide it."""
_SCALES_KM = (0.25, 0.5, 1.0, 2.0, 5.0)
_HALO: dict[str, str | float] = {
    "stroke": svg.PAPER,
    "stroke_width": 2.4,
    "paint_order": "stroke",
    "stroke_linejoin": "round",
}


@dataclass(frozen=True)
class Pocket:
    """A perimeter nobody publishes the outline of: a name and the inhabitants stated for it."""

    name: str
    inhabitants: str


def plan(
    communes: Sequence[Shape],
    quarters: Sequence[Shape],
    code: str,
    others: Sequence[Shape],
    pockets: Sequence[Pocket] = (),
) -> str | None:
    """Draw the map.

    Args:
        communes: outlines of the agglomeration's communes.
        quarters: those of the commune's quarters, numbered on the map in this order.
        code: the commune.
        others: quarters of the other communes, drawn without a number.
        pockets: pockets of poverty, whose outline is unknown: a letter each near the middle of the commune.

    Returns:
        The drawing, ``None`` when the outline of the commune is not known.
    """
    own = next((shape for shape in communes if shape.code == code), None)
    if own is None:
        return None
    view = _View([own, *quarters])
    parts = [
        svg.element("rect", x=0, y=0, width=MAP_WIDTH, height=HEIGHT, fill=GROUND),
        *(
            svg.path(view.rings(s), fill=svg.PALE, stroke=svg.PAPER, stroke_width=1.2)
            for s in communes
            if s is not own
        ),
        svg.path(view.rings(own), fill=svg.SAND, stroke=svg.INK, stroke_width=1.4),
        *(svg.path(view.rings(s), fill=svg.GREY, fill_opacity=0.35) for s in others),
        *(
            svg.path(view.rings(s), fill=svg.TEAL, fill_opacity=0.85, stroke=svg.PETROL, stroke_width=1)
            for s in quarters
        ),
        *_neighbours(view, [s for s in communes if s is not own], own, quarters),
        svg.text(*view.at(own.label), own.name, 11, text_anchor="middle", font_weight="700", **_HALO),
        *(_badge(*view.at(s.label), rank) for rank, s in enumerate(quarters, start=1)),
        *(_mark(*_spot(view, own, rank), rank) for rank in range(len(pockets))),
        _scale(view),
        _north(),
    ]
    # What leaves the frame is hidden by what is drawn around it.
    parts.append(svg.element("rect", x=MAP_WIDTH, y=-500, width=900, height=1400, fill=svg.PAPER))
    parts.append(svg.element("rect", x=0, y=HEIGHT, width=900, height=900, fill=svg.PAPER))
    seen = _Seen(any(map(view.shows, others)), view.shows_elsewhere(communes))
    legend, bottom = _legend(quarters, pockets, seen)
    parts += [*_inset(communes, code), *legend]
    return svg.drawing(WIDTH, max(HEIGHT, bottom), *parts)


@dataclass(frozen=True)
class _Seen:
    """What else the frame shows, that the legend must name."""

    others: bool
    elsewhere: bool


class _View:
    """From kilometres to the points of the drawing."""

    def __init__(self, shown: Sequence[Shape]) -> None:
        xs = [x for shape in shown for ring in shape.rings for x, _ in ring]
        ys = [y for shape in shown for ring in shape.rings for _, y in ring]
        width = max(xs) - min(xs) + 2 * MARGIN_KM
        height = max(ys) - min(ys) + 2 * MARGIN_KM
        self.scale = min(MAP_WIDTH / width, HEIGHT / height)
        self._middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        return (
            MAP_WIDTH / 2 + (point[0] - self._middle[0]) * self.scale,
            HEIGHT / 2 - (point[1] - self._middle[1]) * self.scale,
        )

    def area(self, shape: Shape) -> BaseGeometry:
        """Return what the frame shows of a shape."""
        import shapely

        areas = [shapely.Polygon(ring).buffer(0) for ring in self.rings(shape) if len(ring) > 3]
        return shapely.union_all(areas).intersection(shapely.box(0, 0, MAP_WIDTH, HEIGHT))

    def shows(self, shape: Shape) -> bool:
        return not self.area(shape).is_empty

    def shows_elsewhere(self, communes: Sequence[Shape]) -> bool:
        """Whether a part of the frame is outside the agglomeration."""
        import shapely

        covered = shapely.union_all([self.area(shape) for shape in communes]).area
        return bool(covered < 0.98 * MAP_WIDTH * HEIGHT)

    def rings(self, shape: Shape) -> list[list[tuple[float, float]]]:
        return [[self.at(point) for point in ring] for ring in shape.rings]


def _neighbours(view: _View, neighbours: Sequence[Shape], own: Shape, quarters: Sequence[Shape]) -> list[str]:
    """Name the neighbours where they are seen: in the middle of what the frame shows of each."""
    import shapely

    frame = shapely.box(0, 0, MAP_WIDTH, HEIGHT)
    # Places taken: the scale and the north, the name of the commune, the numbers of its quarters.
    taken = [shapely.box(0, HEIGHT - 30, 130, HEIGHT), shapely.box(MAP_WIDTH - 24, 0, MAP_WIDTH, 34)]
    taken += [_label_box(*view.at(own.label), own.name, 6.2)]
    taken += [shapely.Point(view.at(quarter.label)).buffer(11) for quarter in quarters]
    parts = []
    for shape in neighbours:
        seen = view.area(shape)
        if seen.area < _SEEN:
            continue
        largest = max(shapely.get_parts(seen), key=lambda part: float(part.area))
        (x, y), *_ = shapely.maximum_inscribed_circle(largest, tolerance=1).coords
        half = len(shape.name) * 2.2 + 3
        x = min(max(x, half), MAP_WIDTH - half)
        box = _label_box(x, y, shape.name, 4.4)
        if frame.contains(box) and not any(box.intersects(place) for place in taken):
            taken.append(box)
            parts.append(svg.text(x, y, shape.name, 8.5, text_anchor="middle", **_HALO))
    return parts


def _label_box(x: float, y: float, name: str, letter: float) -> Polygon:
    import shapely

    half = len(name) * letter / 2 + 1
    return shapely.box(x - half, y - 9, x + half, y + 4)


def _badge(x: float, y: float, rank: int) -> str:
    return svg.element(
        "circle", cx=x, cy=y, r=8, fill=svg.PETROL, stroke=svg.PAPER, stroke_width=1.2
    ) + svg.text(x, y + 3.3, str(rank), 9.5, text_anchor="middle", font_weight="700", fill=svg.PAPER)


def _spot(view: _View, own: Shape, rank: int) -> tuple[float, float]:
    """Under the name of the commune, side by side: the point stands for the whole commune."""
    x, y = view.at(own.label)
    return x + rank * 22, y + 16


def _mark(x: float, y: float, rank: int) -> str:
    corners = [(x, y - 9), (x + 9, y), (x, y + 9), (x - 9, y)]
    return svg.path(
        [corners], fill=svg.PAPER, stroke=svg.ACCENT, stroke_width=1.4, stroke_dasharray="2 1.5"
    ) + svg.text(x, y + 3, _letter(rank), 8.5, text_anchor="middle", font_weight="700", fill=svg.ACCENT)


def _north() -> str:
    x, y = MAP_WIDTH - 13, 8.0
    return svg.path(
        [[(x, y), (x + 5, y + 14), (x, y + 11), (x - 5, y + 14)]], fill=svg.INK, stroke=svg.PAPER
    ) + svg.text(x, y + 24, "N", 8.5, text_anchor="middle", font_weight="700", **_HALO)


def _letter(rank: int) -> str:
    return chr(ord("A") + rank % 26)


def _scale(view: _View) -> str:
    length = max((s for s in _SCALES_KM if s * view.scale <= 110), default=_SCALES_KM[0])
    label = f"{shortest(length)} km"
    y = HEIGHT - 10
    return svg.element("rect", x=10, y=y, width=length * view.scale, height=2, fill=svg.INK) + svg.text(
        10, y - 4, label, 8.5, **_HALO
    )


def _inset(communes: Sequence[Shape], code: str) -> list[str]:
    """The agglomeration, small, with the commune in colour."""
    left, top, side = MAP_WIDTH + 14, 0.0, WIDTH - MAP_WIDTH - 14
    xs = [x for s in communes for ring in s.rings for x, _ in ring]
    ys = [y for s in communes for ring in s.rings for _, y in ring]
    scale = min(side / (max(xs) - min(xs)), 145 / (max(ys) - min(ys)))

    def rings(shape: Shape) -> list[list[tuple[float, float]]]:
        return [
            [(left + (x - min(xs)) * scale, top + (max(ys) - y) * scale) for x, y in r] for r in shape.rings
        ]

    return [
        svg.path(
            rings(s), fill=svg.ACCENT if s.code == code else svg.PALE, stroke=svg.PAPER, stroke_width=0.7
        )
        for s in communes
    ]


def _legend(quarters: Sequence[Shape], pockets: Sequence[Pocket], seen: _Seen) -> tuple[list[str], float]:
    """Return the legend and where it ends."""
    x, y = MAP_WIDTH + 14, 164.0
    parts = []
    if quarters:
        parts.append(svg.text(x, y, "Quartiers prioritaires de 2024", 8.5, font_weight="700"))
        y += 17
    for rank, shape in enumerate(quarters, start=1):
        parts.append(_badge(x + 8, y - 3, rank))
        y = _lines(parts, x + 22, y, shape.name)
    if not quarters:
        parts.append(svg.text(x, y, "Aucun quartier prioritaire", 8.5))
        y += 18
    for rank, pocket in enumerate(pockets):
        parts.append(_mark(x + 8, y - 3, rank))
        y = _lines(parts, x + 22, y, f"{pocket.name} : {pocket.inhabitants}, emplacement indicatif", 8)
    swatches: list[tuple[str, dict[str, str | float]]] = []
    if seen.others:
        swatches.append(("Autres quartiers prioritaires", {"fill": svg.GREY, "fill_opacity": 0.35}))
    if seen.elsewhere:
        swatches.append(("Autre intercommunalité", {"fill": GROUND, "stroke": svg.GREY, "stroke_width": 0.5}))
    for said, look in swatches:
        parts.append(svg.element("rect", x=x, y=y - 7, width=16, height=8, **look))
        y = _lines(parts, x + 22, y, said)
    return parts, y


def _lines(parts: list[str], x: float, y: float, said: str, most: int = 3) -> float:
    """Write a text of the legend on a few lines; return where the next one starts."""
    for line in textwrap.wrap(said, 32)[:most] or [""]:
        parts.append(svg.text(x, y, line, 8.5))
        y += 11
    return y + 6
