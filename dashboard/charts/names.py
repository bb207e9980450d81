"""Names on a map, each where it covers no other: on its place, or beside it with a line that leads there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.charts import svg
from dashboard.charts.description import AnyMark, Name, Names, Placed, Points, Stroke, Words

_LINE = 1.25
"""Height of a line of text, as a multiple of its letters."""
_TURNS = 16
_REACHES = (1.3, 2.0, 3.0, 4.2, 5.5, 7.0, 9.0, 11.0, 14.0)
"""How far from its place a name may stand, in heights of a line."""
_LED = 2.0
"""From here on a line leads from the name to its place."""
_APART = 3.0
"""Pixels on each side of a name: two that touch would be read as one."""
_TOO_LONG = 5.0
"""Rather than with a line as long as this, it is written over an outline."""


@dataclass(frozen=True)
class _Box:
    west: float
    east: float
    south: float
    north: float

    def meets(self, other: _Box) -> bool:
        return (
            self.west < other.east
            and other.west < self.east
            and self.south < other.north
            and other.south < self.north
        )

    def within(self, other: _Box) -> bool:
        return (
            other.west <= self.west
            and self.east <= other.east
            and other.south <= self.south
            and self.north <= other.north
        )

    def holds(self, place: tuple[float, float]) -> bool:
        return self.west < place[0] < self.east and self.south < place[1] < self.north

    def crossed(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        steps = [rank / 24 for rank in range(25)]
        places = [(start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s) for s in steps]
        return any(map(self.holds, places))


def placed(
    marks: Sequence[AnyMark],
    ink: str,
    pixel: float,
    limits: tuple[tuple[float, float], tuple[float, float]],
) -> list[Placed]:
    """Return the marks of a map, its names turned into words and lines that keep apart.

    Args:
        marks: Of one panel; words and points are left uncovered.
        ink: Colour of the lines.
        pixel: Kilometres that a pixel of text takes.
        limits: Ends of both scales in kilometres, which no name leaves.
    """
    (west, east), (south, north) = limits
    frame = _Box(west, east, south, north)
    taken = [box for mark in marks for box in _taken(mark, pixel)]
    found: list[Placed] = []
    for mark in marks:
        if not isinstance(mark, Names):
            found.append(mark)
            continue
        words: list[Placed] = []
        outlines = [point for ring in mark.clear_of for point in ring]
        for name in mark.names:
            at = _free(name, frame, taken, outlines, pixel)
            if at is None:
                continue
            taken.append(_box(name.said, name.size, *at, pixel))
            if _far(name, at, pixel):
                end = _edge(taken[-1], (name.x, name.y))
                found.append(Points((name.x, end[0]), (name.y, end[1]), line=Stroke(ink, 1)))
            words.append(_words(name, at, taken[-1]))
        found += words
    return found


def _free(
    name: Name, frame: _Box, taken: Sequence[_Box], outlines: Sequence[tuple[float, float]], pixel: float
) -> tuple[float, float] | None:
    """Return where a name covers nothing, an outline at worst; the line of one always there may cross one."""
    start, crossing, covering = (name.x, name.y), None, None
    # A line may leave the name that already stands on its place.
    barriers = [box for box in taken if not box.holds(start)]
    for at in _places(name, pixel):
        box = _box(name.said, name.size, *at, pixel)
        if covering and math.dist(start, _edge(box, start)) > _TOO_LONG * _LINE * name.size * pixel:
            continue
        if not box.within(frame) or any(box.meets(other) for other in taken):
            continue
        if _far(name, at, pixel) and any(b.crossed(start, _edge(box, start)) for b in barriers):
            crossing = crossing or at
        elif any(map(box.holds, outlines)):
            covering = covering or at
        else:
            return at
    return covering or crossing or (start if name.always else None)


def _far(name: Name, at: tuple[float, float], pixel: float) -> bool:
    return math.dist(at, (name.x, name.y)) > _LED * _LINE * name.size * pixel


def _places(name: Name, pixel: float) -> Iterator[tuple[float, float]]:
    if not name.aside:
        yield name.x, name.y
    if not (name.always or name.aside):
        return
    step = _LINE * name.size * pixel
    half = svg.width(name.said, name.size) * pixel / 2
    for reach in _REACHES if name.always else _REACHES[:2]:
        for rank in range(_TURNS):
            # Above first, then around: a name is sought over its place.
            angle = math.pi / 2 + math.pi * (rank if rank % 2 else -rank) / _TURNS
            x, y = math.cos(angle), math.sin(angle)
            yield name.x + x * (reach * step + half * abs(x)), name.y + y * reach * step


def _words(name: Name, at: tuple[float, float], box: _Box) -> Words:
    """Return a name held by the side that faces its place: drawn larger, a map leaves no gap between them."""
    if name.x <= box.west:
        return Words(box.west, at[1], name.said, name.size, bold=name.bold, anchor="left")
    if name.x >= box.east:
        return Words(box.east, at[1], name.said, name.size, bold=name.bold, anchor="right")
    return Words(*at, name.said, name.size, bold=name.bold)


def _taken(mark: AnyMark, pixel: float) -> Iterator[_Box]:
    if isinstance(mark, Words) and mark.anchor == "center":
        yield _box(mark.said, mark.size, mark.x, mark.y + mark.shift * pixel, pixel)
    elif isinstance(mark, Points) and mark.symbol is not None:
        size = mark.symbol.size
        sizes = size if isinstance(size, tuple) else (size,) * len(mark.x)
        for x, y, one in zip(mark.x, mark.y, sizes, strict=True):
            half = one * pixel / 2
            yield _Box(x - half, x + half, y - half, y + half)


def _box(said: str, size: float, x: float, y: float, pixel: float) -> _Box:
    half, line = svg.width(said, size) * pixel / 2 + _APART * pixel, _LINE * size * pixel / 2
    return _Box(x - half, x + half, y - line, y + line)


def _edge(box: _Box, place: tuple[float, float]) -> tuple[float, float]:
    """Return the point of a box nearest to a place."""
    return min(max(place[0], box.west), box.east), min(max(place[1], box.south), box.north)
