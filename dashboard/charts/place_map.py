"""The map of one commune: its quarters by number, its neighbours, and where it lies in the agglomeration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.charts.commune_map import ELSEWHERE, Shape, bounds, rings
from dashboard.charts.description import (
    AnyMark,
    Area,
    Fill,
    Name,
    Names,
    Panel,
    Picture,
    Points,
    Ring,
    Scale,
    Segments,
    Stroke,
    Symbol,
    Words,
)
from dashboard.charts.palette import LIGHT
from sources.french import shortest

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MARGIN_KM = 0.6
_SIDE = 430.0
"""Pixels of the side of the frame, for which the signs that have no place of their own are laid out."""
_SEEN = 500.0
"""Area of a neighbour, in square pixels, under which its name would hide it."""
_WIDENED = 1.15
"""How many times the square the place it is drawn in may show."""
_SCALES_KM = (0.25, 0.5, 1.0, 2.0, 5.0)
_GROUND, _PALE = "#f7f5ef", "#ece7da"
_BEYOND = Fill(LIGHT.absent, opacity=0.12)
_SAND, _, _TEAL, _, _PETROL = LIGHT.sequential


@dataclass(frozen=True)
class Pocket:
    """A perimeter nobody publishes the outline of: a name and the inhabitants stated for it."""

    name: str
    inhabitants: str


def place_map(
    communes: Sequence[Shape],
    quarters: Sequence[Shape],
    code: str,
    others: Sequence[Shape],
    pockets: Sequence[Pocket] = (),
    around: Sequence[Shape] = (),
) -> Picture | None:
    """Describe the map.

    Args:
        communes: Outlines of the agglomeration's communes.
        quarters: Those of the commune's quarters, numbered on the map in this order.
        code: The commune.
        others: Quarters of the other communes, drawn without a number.
        pockets: Pockets of poverty, whose outline is unknown: a letter each near the middle of the commune.
        around: Communes of other authorities, in grey and without name.

    Returns:
        The picture, ``None`` when the outline of the commune is not known.
    """
    own = next((shape for shape in communes if shape.code == code), None)
    if own is None:
        return None
    frame = _Frame.around([own, *quarters])
    neighbours = [shape for shape in communes if shape is not own]
    ground = frame.square(3.0)
    elsewhere = Fill(LIGHT.absent, opacity=0.35)
    petrol, paper = Stroke(_PETROL, 1), Stroke(LIGHT.paper, 1.2)
    marks: list[AnyMark] = [
        Area((ground,), Fill(_GROUND), Stroke(_GROUND, 0)),
        *([Area(rings(around), _BEYOND, paper)] if around else []),
        Area(rings(neighbours), Fill(_PALE), paper),
        Area(own.rings, Fill(_SAND), Stroke(LIGHT.ink, 1.4)),
        Area(rings(others), elsewhere, Stroke(LIGHT.absent, 0)),
        Area(rings(quarters), Fill(_TEAL, opacity=0.85), petrol),
        *(
            _sign(shape.label, Symbol("circle", _PETROL, 19, paper, str(rank)), shape.name)
            for rank, shape in enumerate(quarters, start=1)
        ),
        *(_pocket(frame, own, pocket, rank) for rank, pocket in enumerate(pockets)),
        *frame.scale(),
        *frame.north(),
        Names(
            (
                Name(*own.label, own.name, 13.0, bold=True, always=True),
                *(Name(*at, shape.name, 11.0) for shape in neighbours if (at := frame.middle(shape))),
            )
        ),
    ]
    # An outline without ring is a line of the legend.
    if any(not frame.seen(shape, _WIDENED).is_empty for shape in others):
        marks.append(Area((), elsewhere, Stroke(LIGHT.absent, 0), name="Autres quartiers prioritaires"))
    if frame.beyond(communes):
        ground_look = _BEYOND if around else Fill(_GROUND)
        marks.append(Area((), ground_look, Stroke(LIGHT.absent, 0.5), name=ELSEWHERE))
    hidden = Scale(frame.x, visible=False), Scale(frame.y, visible=False)
    # Where no quarter is known anywhere, that the commune has none is not said.
    absent = "Aucun quartier prioritaire" if others else ""
    return Picture(
        (Panel(tuple(marks), hidden[0]),),
        hidden[1],
        LIGHT,
        margins=(0, 0, 0, 0),
        equal=True,
        inset=_locator(communes, own),
        legend="Quartiers prioritaires de 2024" if quarters else absent,
    )


@dataclass(frozen=True)
class _Frame:
    """A square in kilometres, and what it shows."""

    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def around(cls, shown: Sequence[Shape]) -> _Frame:
        (west, east), (south, north) = bounds(shown)
        half = max(east - west, north - south) / 2 + MARGIN_KM
        x, y = (west + east) / 2, (south + north) / 2
        return cls((x - half, x + half), (y - half, y + half))

    @property
    def pixel(self) -> float:
        return (self.x[1] - self.x[0]) / _SIDE

    def square(self, times: float) -> Ring:
        (west, east), (south, north) = (
            (low - (times - 1) / 2 * (high - low), high + (times - 1) / 2 * (high - low))
            for low, high in (self.x, self.y)
        )
        return [(west, south), (east, south), (east, north), (west, north)]

    def seen(self, shape: Shape, times: float = 1.0) -> BaseGeometry:
        """Return what the frame, widened so many times, shows of a shape."""
        import shapely

        return shape.surface.intersection(shapely.Polygon(self.square(times)))

    def beyond(self, communes: Sequence[Shape]) -> bool:
        """Whether a part of the frame is outside the agglomeration."""
        import shapely

        covered = shapely.union_all([self.seen(shape, _WIDENED) for shape in communes]).area
        return bool(covered < 0.98 * (_WIDENED * (self.x[1] - self.x[0])) ** 2)

    def middle(self, shape: Shape) -> tuple[float, float] | None:
        """Return the middle of what the frame shows of a shape, ``None`` of one too small to be named."""
        import shapely

        seen = self.seen(shape)
        if seen.area < _SEEN * self.pixel**2:
            return None
        largest = max(shapely.get_parts(seen), key=lambda part: float(part.area))
        (x, y), *_ = shapely.maximum_inscribed_circle(largest, tolerance=self.pixel).coords
        return x, y

    def scale(self) -> tuple[Segments, Words]:
        length = max((s for s in _SCALES_KM if s <= 145 * self.pixel), default=_SCALES_KM[0])
        west, south = self.x[0] + 14 * self.pixel, self.y[0] + 14 * self.pixel
        bar = Segments(((west, west + length, south),), Stroke(LIGHT.ink, 2))
        return bar, Words(west + length / 2, south + 10 * self.pixel, f"{shortest(length)} km", 11)

    def north(self) -> tuple[Area, Words]:
        x, top = self.x[1] - 18 * self.pixel, self.y[1] - 10 * self.pixel
        corners = ((0, 0), (7, -18), (0, -14), (-7, -18))
        arrow = [(x + dx * self.pixel, top + dy * self.pixel) for dx, dy in corners]
        name = Words(x, top - 26 * self.pixel, "N", 11)
        return Area((arrow,), Fill(LIGHT.ink), Stroke(LIGHT.paper, 1)), name


def _locator(communes: Sequence[Shape], own: Shape) -> Picture:
    """The agglomeration, small, with the commune in colour."""
    edge = Stroke(LIGHT.paper, 0.7)
    marks = (
        Area(rings([shape for shape in communes if shape is not own]), Fill(_PALE), edge),
        Area(own.rings, Fill(LIGHT.selected), edge),
    )
    hidden = Scale(visible=False)
    return Picture((Panel(marks, hidden),), hidden, LIGHT, equal=True)


def _pocket(frame: _Frame, own: Shape, pocket: Pocket, rank: int) -> Points:
    """Under the name of the commune, side by side: the point stands for the whole commune."""
    x, y = own.label
    letter = chr(ord("A") + rank % 26)
    sign = Symbol("diamond", LIGHT.paper, 19, Stroke(LIGHT.selected, 1.4, "dot"), letter)
    at = x + 26 * rank * frame.pixel, y - 21 * frame.pixel
    return _sign(at, sign, f"{pocket.name}\u00a0: {pocket.inhabitants}, emplacement indicatif")


def _sign(at: tuple[float, float], symbol: Symbol, name: str) -> Points:
    return Points((at[0],), (at[1],), symbol, name=name)
