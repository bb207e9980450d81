"""Where the panels of a picture stand on the page, and from figures to points: scales, ticks, grid."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.charts import svg
from dashboard.charts.description import (
    AnyMark,
    Area,
    Bars,
    Panel,
    Picture,
    Placed,
    Points,
    Rule,
    Scale,
    Segments,
    Words,
    Zone,
)
from dashboard.charts.names import placed
from sources.french import number

if TYPE_CHECKING:
    from dashboard.charts.drawn import Brush

Limits = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """One panel on the page: its rectangle, in points, and the limits of its scales."""

    panel: Panel
    picture: Picture
    box: tuple[float, float, float, float]
    """Left, top, width, height."""
    x_limits: Limits
    y_limits: Limits
    first: bool
    last: bool

    def x(self, value: float) -> float:
        """Return where a figure stands from left to right.

        Returns:
            Points from the left edge of the picture.
        """
        left, _, width, _ = self.box
        start, stop = self.x_limits
        return left + width * (value - start) / (stop - start)

    def y(self, value: float) -> float:
        """Return where a figure stands from top to bottom.

        Returns:
            Points from the top edge of the picture.
        """
        _, top, _, height = self.box
        start, stop = self.y_limits
        return top + height * (stop - value) / (stop - start)

    def ring(self, figures: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        """Return where the figures of an outline stand, as :meth:`x` and :meth:`y` do: they are many.

        Returns:
            Points from the left edge and from the top edge of the picture.
        """
        left, top, width, height = self.box
        (start, stop), (low, high) = self.x_limits, self.y_limits
        across, down = stop - start, high - low
        return [(left + width * (x - start) / across, top + height * (high - y) / down) for x, y in figures]

    def ordered(self) -> list[Placed]:
        """Return the marks from the lowest to the uppermost: bands below, lines and words above."""

        def level(mark: Placed) -> int:
            return 0 if isinstance(mark, Zone) else 2 if isinstance(mark, Rule) else 3

        pixel = (self.x_limits[1] - self.x_limits[0]) / self.box[2]
        limits = self.x_limits, self.y_limits
        marks = placed(self.panel.marks, self.picture.colours.ink, pixel, limits)
        return sorted(marks, key=lambda m: level(m) if isinstance(m, (Zone, Rule, Words)) else 1)

    def scales(self, brush: Brush) -> Iterator[str]:
        """Draw the grid, the ticks, the titles, and the wall on the right of a panel that is not the last."""
        yield from self._left_scale(brush)
        yield from self._bottom_scale(brush)
        left, top, width, height = self.box
        if self.panel.title:
            right = self.last and not self.first and not self.picture.equal
            at, anchor = (left + width, "end") if right else (left, "start")
            yield brush.text(at, top - 24, self.panel.title, 13, text_anchor=anchor, font_weight="700")
        if self.picture.wall is not None and not self.last:
            gap = left + width * (1 + self.picture.gap / 2 / _share(self))
            wall = self.picture.wall
            yield brush.line(gap, top, gap, top + height, wall.colour, wall.width, wall.dash)

    def _left_scale(self, brush: Brush) -> Iterator[str]:
        """Draw the grid and the line of zero of every panel, and the ticks of the first."""
        left, _, width, _ = self.box
        scale = self.picture.y
        for value, said in ticks(scale, self.y_limits) if scale.visible else ():
            y = self.y(value)
            if scale.grid:
                yield brush.line(left, y, left + width, y, brush.colours.absent, 0.5, "dot")
            if scale.zero and value == 0:
                yield brush.line(left, y, left + width, y, scale.zero.colour, scale.zero.width)
            for rank, line in enumerate(said.split("\n") if self.first else ()):
                at = y + 4.5 + 14 * (rank - said.count("\n") / 2)
                yield brush.text(left - 7, at, line, scale.size - 1, text_anchor="end")

    def _bottom_scale(self, brush: Brush) -> Iterator[str]:
        """Draw the ticks and the title under a panel."""
        left, top, width, height = self.box
        scale, y = self.panel.x, top + height
        for value, said in ticks(scale, self.x_limits) if scale.visible else ():
            for rank, line in enumerate(said.split("\n")):
                if scale.upright:
                    middle = self.x(value) + 4 + 12 * (rank - said.count("\n") / 2)
                    turned = f"rotate(-90 {middle:.1f} {y + 7:.1f})"
                    yield brush.text(middle, y + 7, line, scale.size - 1, text_anchor="end", transform=turned)
                else:
                    yield brush.text(self.x(value), y + 17 + 14 * rank, line, 13, text_anchor="middle")
        if scale.title:
            at = y + _under(self.panel) - 4
            yield brush.text(left + width / 2, at, scale.title, 12, text_anchor="middle")


def _share(frame: Frame) -> float:
    start, stop = frame.picture.domains()[frame.picture.panels.index(frame.panel)]
    return stop - start


def frames(picture: Picture, left: float, top: float, right: float, bottom: float) -> list[Frame]:
    """Share the room between the panels, their labels and their titles."""
    y_limits = picture.y.limits or extent([m for p in picture.panels for m in p.marks], 1)
    shown = [said for _, said in ticks(picture.y, y_limits)] if picture.y.visible else []
    left += max((svg.width(line, picture.y.size) for said in shown for line in said.split("\n")), default=0)
    left += 8 * bool(shown)
    top += 12 + 18 * any(
        isinstance(m, Rule) and m.upright and m.said for p in picture.panels for m in p.marks
    )
    top += 30 * any(panel.title for panel in picture.panels)
    bottom -= max(_under(panel) for panel in picture.panels)
    found = []
    for rank, (panel, (start, stop)) in enumerate(zip(picture.panels, picture.domains(), strict=True)):
        box = (left + (right - left) * start, top, (right - left) * (stop - start), bottom - top)
        x_limits = panel.x.limits or extent(panel.marks, 0)
        x_own, y_own = _alike(x_limits, y_limits, box) if picture.equal else (x_limits, y_limits)
        found.append(Frame(panel, picture, box, x_own, y_own, rank == 0, rank == len(picture.panels) - 1))
    return found


def map_limits(panel: Panel, picture: Picture, width: float, height: float) -> tuple[Limits, Limits]:
    """Return the limits of both scales of a map drawn in a box, in kilometres."""
    x = panel.x.limits or extent(panel.marks, 0)
    y = picture.y.limits or extent(panel.marks, 1)
    return _alike(x, y, (0.0, 0.0, width, height))


def _under(panel: Panel) -> float:
    """Room of the labels under a panel, and of its title there."""
    if not panel.x.visible:
        return 4.0
    room = 20.0
    if panel.x.ticks == ():
        return 4.0
    if panel.x.ticks:
        lines = [said.split("\n") for _, said in panel.x.ticks]
        if panel.x.upright:
            room = 12 + max(svg.width(line, panel.x.size - 1) for said in lines for line in said)
        else:
            room = 8 + 14 * max(map(len, lines))
    return room + 18 * bool(panel.x.title)


def _alike(x: Limits, y: Limits, box: tuple[float, float, float, float]) -> tuple[Limits, Limits]:
    """Widen one of two limits, so that a kilometre is as long on both scales."""
    unit = max((x[1] - x[0]) / box[2], (y[1] - y[0]) / box[3])
    (mx, my), (dx, dy) = (sum(x) / 2, sum(y) / 2), (unit * box[2] / 2, unit * box[3] / 2)
    return (mx - dx, mx + dx), (my - dy, my + dy)


def extent(marks: list[AnyMark] | tuple[AnyMark, ...], side: int) -> Limits:
    """Return the limits that hold every mark, with a little room; bars start at zero.

    Args:
        marks: Of one panel, or of several.
        side: 0 for the level scale, 1 for the upright one.

    Returns:
        Lowest and highest, in the unit of the scale.
    """
    values = [v for mark in marks for v in _values(mark, side) if v is not None]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    maps = all(isinstance(m, Area) for m in marks if _values(m, side))
    room = (high - low or 1.0) * (0.01 if maps else 0.05)
    bars = side == 1 and any(isinstance(mark, Bars) for mark in marks)
    return (low if bars and low == 0 else low - room), high + room


def _values(mark: AnyMark, side: int) -> list[float | None]:
    match mark:
        case Points():
            return list((mark.x, mark.y)[side])
        case Segments():
            return [v for a, b, y in mark.rows for v in ((a, b) if side == 0 else (y,))]
        case Bars():
            if side == 0:
                return [mark.x[0] - 0.5, mark.x[-1] + 0.5] if mark.x else []
            base = mark.base or (0.0,) * len(mark.y)
            tops = [b + y for b, y in zip(base, mark.y, strict=True)]
            return [*base, *tops, *mark.lower, *mark.upper]
        case Area():
            return list(mark.ends[side])
        case Rule():
            return [mark.at] if mark.upright is (side == 0) else []
    return []


def ticks(scale: Scale, limits: Limits) -> list[tuple[float, str]]:
    """Return where a scale is named and how, inside its limits: round figures where none is given.

    Args:
        scale: Its own ticks, or how many are wished, with how many decimals and which suffix.
        limits: Both ends, in either order, in the unit of the scale.

    Returns:
        Places in the unit of the scale, and the French text of each.
    """
    low, high = min(limits), max(limits)
    if scale.ticks is not None:
        return [(at, said) for at, said in scale.ticks if low <= at <= high]
    rough = (high - low) / max(scale.count - 1, 1)
    unit = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next(unit * m for m in (1, 2, 5, 10) if unit * m >= rough * 0.999)
    decimals = max(scale.decimals if step < 1 else 0, 0) or (scale.decimals and 1 if step < 1 else 0)
    first = math.ceil(low / step)
    places = [round(rank * step, 9) for rank in range(first, math.floor(high / step) + 1)]
    return [(at, f"{number(at, max(decimals, scale.decimals))}{scale.suffix}") for at in places]
