"""Each mark of a picture as SVG, in the frame of its panel."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.charts import svg
from dashboard.charts.description import (
    Area,
    Bars,
    Fill,
    Panel,
    Picture,
    Placed,
    Points,
    Ring,
    Rule,
    Scale,
    Segments,
    Stroke,
    Symbol,
    Touch,
    Words,
    Zone,
)
from dashboard.charts.frame import Frame
from dashboard.charts.palette import Palette
from dashboard.charts.signs import OUTLINES

_DASHES = {"solid": "none", "dash": "7 5", "dot": "1.5 3.5"}
_TILE = 7.0
_BEYOND = 16.0
"""How far out of a frame an outline is cut: farther than half of the widest stroke."""
_HATCHES = {
    "/": "M-1 8L8 -1",
    "\\": "M-1 -1L8 8",
    "x": "M-1 8L8 -1M-1 -1L8 8",
    "-": "M0 3.5L7 3.5",
    "|": "M3.5 0L3.5 7",
    ".": "M2.5 3.5a1 1 0 1 0 2 0a1 1 0 1 0 -2 0",
}


class Undrawable(ValueError):
    """A picture holds a sign or a pattern no file can show."""


class Brush:
    """Draws marks with the colours of a page, and remembers the patterns it used."""

    def __init__(self, colours: Palette) -> None:
        self.colours = colours
        self._patterns: dict[Fill, str] = {}
        self._clips: list[str] = []

    def text(self, x: float, y: float, said: str, size: float, /, **attributes: str | float) -> str:
        """Return a text in ink."""
        return svg.text(x, y, said, size, **{"fill": self.colours.ink, **attributes})

    def line(
        self, x0: float, y0: float, x1: float, y1: float, colour: str, width: float, dash: str = "solid"
    ) -> str:
        """Return a straight line."""
        dashed = {"stroke_dasharray": _DASHES[dash]} if dash != "solid" else {}
        ends = {"x1": x0, "y1": y0, "x2": x1, "y2": y1}
        return svg.element("line", **ends, stroke=colour, stroke_width=width, **dashed)

    def filled(self, fill: Fill) -> dict[str, str | float]:
        """Return the attributes that fill a shape, with its pattern.

        Returns:
            Attributes of SVG by name: the colour or the pattern, and the opacity between 0 and 1.

        Raises:
            Undrawable: the pattern is not in ``_HATCHES``.
        """
        if not fill.pattern:
            return {"fill": fill.colour, "fill_opacity": fill.opacity}
        if fill.pattern not in _HATCHES:
            raise Undrawable(f"pattern {fill.pattern!r}")
        name = self._patterns.setdefault(fill, f"motif{len(self._patterns)}")
        return {"fill": f"url(#{name})", "fill_opacity": fill.opacity}

    def definitions(self) -> str:
        """Return the definitions of the patterns and of the frames used so far."""
        return "".join(self._clips) + "".join(
            svg.element(
                "pattern",
                _tile(fill),
                id=name,
                width=_TILE,
                height=_TILE,
                patternUnits="userSpaceOnUse",
            )
            for fill, name in self._patterns.items()
        )

    def marks(self, frame: Frame) -> list[str]:
        """Return the marks of a panel, from lowest to uppermost; a map hides what leaves its frame."""
        marks = frame.ordered()
        if not (frame.picture.equal and frame.panel.x.limits):
            return [self.mark(mark, frame) for mark in marks]
        name = f"cadre{len(self._clips)}"
        left, top, width, height = frame.box
        seen = svg.element("rect", x=left, y=top, width=width, height=height)
        self._clips.append(svg.element("clipPath", seen, id=name))
        # What leaves the frame far behind would be painted to be hidden: some drawings took ten times longer.
        box = left - _BEYOND, top - _BEYOND, left + width + _BEYOND, top + height + _BEYOND
        inside = [self._area(mark, frame, box) for mark in marks if isinstance(mark, Area)]
        above = [self.mark(mark, frame) for mark in marks if not isinstance(mark, Area)]
        return [svg.element("g", "".join(inside), clip_path=f"url(#{name})"), *above]

    def mark(self, mark: Placed, frame: Frame) -> str:
        """Return a mark where its figures place it."""
        match mark:
            case Area():
                return self._area(mark, frame)
            case Points():
                return self._points(mark, frame)
            case Segments():
                look = mark.line
                return "".join(
                    self.line(
                        frame.x(a), frame.y(y), frame.x(b), frame.y(y), look.colour, look.width, look.dash
                    )
                    for a, b, y in mark.rows
                )
            case Bars():
                return self._bars(mark, frame)
            case Rule() | Zone():
                return self._across(mark, frame)
            case Words():
                x, y = frame.x(mark.x), frame.y(mark.y) - mark.shift
                return self._haloed(x, y, mark.said, mark.size, bold=mark.bold, anchor=mark.anchor)
            case Touch():
                return ""

    def symbol(self, symbol: Symbol, x: float, y: float, size: float) -> str:
        """Return the sign of a point, and what it says inside."""
        drawn = self._shape(symbol, x, y, size)
        if not symbol.said:
            return drawn
        ink = symbol.edge.colour if symbol.edge else self.colours.paper
        middle: dict[str, str | float] = {"fill": ink, "text_anchor": "middle", "font_weight": "700"}
        return drawn + self.text(x, y + 0.21 * size, symbol.said, 0.6 * size, **middle)

    def _shape(self, symbol: Symbol, x: float, y: float, size: float) -> str:
        shape, half = symbol.shape.removesuffix("-open"), size / 2
        hollow = symbol.shape != shape
        edge = symbol.edge or Stroke(symbol.colour, 1.0 + hollow)
        look: dict[str, str | float] = {
            "fill": "none" if hollow else symbol.colour,
            "stroke": edge.colour,
            "stroke_width": edge.width,
            **({"stroke_dasharray": _DASHES[edge.dash]} if edge.dash != "solid" else {}),
        }
        if shape == "circle":
            return svg.element("circle", cx=x, cy=y, r=half, **look)
        if shape in ("line-ns", "line-ew"):
            dx, dy = (0.0, half) if shape == "line-ns" else (half, 0.0)
            return self.line(x - dx, y - dy, x + dx, y + dy, edge.colour, edge.width)
        if shape not in OUTLINES:
            raise Undrawable(f"symbol {symbol.shape!r}")
        return svg.path([[(x + half * across, y + half * down) for across, down in OUTLINES[shape]]], **look)

    def _area(self, mark: Area, frame: Frame, box: tuple[float, float, float, float] | None = None) -> str:
        rings = [frame.ring(ring) for ring in mark.rings]
        if box is not None:
            rings = [part for ring in rings if (part := within(ring, box))]
        look: dict[str, str | float] = {"stroke": mark.edge.colour, "stroke_width": mark.edge.width}
        filled: dict[str, str | float] = {"fill": "none"} if mark.fill is None else self.filled(mark.fill)
        look["stroke_opacity"] = mark.fill.opacity if mark.fill else 1
        return svg.path(rings, **filled, **look)

    def _points(self, mark: Points, frame: Frame) -> str:
        places = [(frame.x(x), frame.y(y)) for x, y in zip(mark.x, mark.y, strict=True)]
        drawn = ""
        if mark.line is not None and len(places) > 1:
            dash = {"stroke_dasharray": _DASHES[mark.line.dash]} if mark.line.dash != "solid" else {}
            written = " ".join(f"{x:.2f},{y:.2f}" for x, y in places)
            look: dict[str, str | float] = {"stroke": mark.line.colour, "stroke_width": mark.line.width}
            drawn = svg.element("polyline", points=written, fill="none", **look, **dash)
        if mark.symbol is None:
            return drawn
        size = mark.symbol.size
        sizes: Sequence[float] = size if isinstance(size, tuple) else (size,) * len(places)
        return drawn + "".join(
            self.symbol(mark.symbol, x, y, s) for (x, y), s in zip(places, sizes, strict=True)
        )

    def _bars(self, mark: Bars, frame: Frame) -> str:
        half = (1 - frame.picture.bar_gap) * mark.width / 2
        edge = mark.edge
        outlined = edge is not None and not mark.upper
        look: dict[str, str | float] = self.filled(mark.fill)
        if edge is not None and outlined:
            look |= {"stroke": edge.colour, "stroke_width": edge.width}
        parts = []
        for rank, (x, value) in enumerate(zip(mark.x, mark.y, strict=True)):
            base = mark.base[rank] if mark.base else 0.0
            ends = frame.y(base), frame.y(base + value)
            left, right = frame.x(x - half), frame.x(x + half)
            parts.append(
                svg.element(
                    "rect", x=left, y=min(ends), width=right - left, height=abs(ends[1] - ends[0]), **look
                )
            )
            lower, upper = (side[rank] if side else None for side in (mark.lower, mark.upper))
            if edge is not None and lower is not None and upper is not None:
                middle, low, high = frame.x(x), frame.y(lower), frame.y(upper)
                parts.append(self.line(middle, low, middle, high, edge.colour, 1.5))
                parts += [self.line(middle - 3, y, middle + 3, y, edge.colour, 1.5) for y in (low, high)]
        return "".join(parts)

    def _across(self, mark: Rule | Zone, frame: Frame) -> str:
        left, top, width, height = frame.box
        if isinstance(mark, Zone):
            ends = frame.y(mark.low), frame.y(mark.high)
            drawn = svg.element(
                "rect",
                x=left,
                y=min(ends),
                width=width,
                height=abs(ends[1] - ends[0]),
                **self.filled(mark.fill),
            )
            return drawn + self._haloed(left + width - 4, max(ends) - 8, mark.said, 13, anchor="right")
        look = mark.stroke
        if mark.upright:
            x = frame.x(mark.at)
            drawn = self.line(x, top, x, top + height, look.colour, look.width, look.dash)
            return drawn + self._haloed(x, top - 9, mark.said, mark.size)
        y = frame.y(mark.at)
        drawn = self.line(left, y, left + width, y, look.colour, look.width, look.dash)
        return drawn + self._haloed(left + width, y - 9, mark.said, mark.size, anchor="right")

    def _haloed(
        self, x: float, y: float, said: str, size: float, *, bold: bool = False, anchor: str = "center"
    ) -> str:
        """Return words whose middle is at a height, on a halo of paper; several lines are stacked."""
        lines = said.split("\n") if said else []
        look: dict[str, str | float] = {
            "text_anchor": {"left": "start", "right": "end"}.get(anchor, "middle"),
            "stroke": self.colours.paper,
            "stroke_width": 2.5,
            "paint_order": "stroke",
            "stroke_linejoin": "round",
            **({"font_weight": "700"} if bold else {}),
        }
        step = size * 1.2
        first = y + size * 0.35 - step * (len(lines) - 1) / 2
        return "".join(
            self.text(x, first + step * rank, line, size, **look) for rank, line in enumerate(lines)
        )


def sample(brush: Brush, mark: Points | Segments | Bars | Area, x: float, y: float) -> str:
    """Return what stands for a mark in the legend, 22 points wide, its middle at a height."""
    if isinstance(mark, Points):
        shown = Points((0.0, 1.0, 2.0), (0.0,) * 3, None, mark.line)
        size = mark.symbol.size if mark.symbol else 0.0
        size = 12.0 if isinstance(size, tuple) else min(size, 16.0)
        drawn = brush.mark(shown, _strip(brush, x, y))
        return drawn + (brush.symbol(mark.symbol, x + 11, y, size) if mark.symbol else "")
    if isinstance(mark, Segments):
        return brush.line(x, y, x + 22, y, mark.line.colour, min(mark.line.width, 12), mark.line.dash)
    look: dict[str, str | float] = {"fill": "none"} if mark.fill is None else brush.filled(mark.fill)
    edge = mark.edge or Stroke("none", 0)
    box = {"x": x, "y": y - 6, "width": 22.0, "height": 12.0}
    return svg.element("rect", **box, **look, stroke=edge.colour, stroke_width=min(edge.width, 1))


def _tile(fill: Fill) -> str:
    """Return the square of a pattern, to be repeated."""
    ground = svg.element("rect", width=_TILE, height=_TILE, fill=fill.colour)
    lines = svg.element("path", d=_HATCHES[fill.pattern], stroke=fill.ink, stroke_width=0.8, fill="none")
    return ground + lines


def swatch(fill: Fill) -> str:
    """Return the style of the sample of a fill of a page's legend: its colour, or the pattern of files."""
    if not fill.pattern:
        return f"background:{fill.colour}"
    sides = {"width": f"{_TILE:g}", "height": f"{_TILE:g}"}
    return f"background:{svg.address(svg.drawing(_TILE, _TILE, _tile(fill), **sides))}"


def _strip(brush: Brush, x: float, y: float) -> Frame:
    plain = Scale()
    panel = Panel((), plain)
    return Frame(
        panel, Picture((panel,), plain, brush.colours), (x, y, 22.0, 0.0), (0.0, 2.0), (0.0, 1.0), True, True
    )


def within(ring: Sequence[tuple[float, float]], box: tuple[float, float, float, float]) -> Ring:
    """Return what a rectangle keeps of an outline, by the algorithm of Sutherland and Hodgman.

    What is filled inside the rectangle stays so, holes included; its sides close the outline.

    Args:
        ring: points of a closed outline.
        box: left, top, right and bottom of the rectangle.

    Returns:
        Points of the outline, none where all of it is beyond one side.
    """
    points = list(ring)
    for axis, side in ((0, 0), (1, 1), (0, 2), (1, 3)):
        bound, outward = box[side], -1 if side < 2 else 1
        if all((point[axis] - bound) * outward <= 0 for point in points):
            continue
        kept: Ring = []
        for before, point in zip([*points[-1:], *points[:-1]], points, strict=True):
            outside, was_outside = ((p[axis] - bound) * outward > 0 for p in (point, before))
            if outside != was_outside:
                share = (bound - before[axis]) / (point[axis] - before[axis])
                other = before[1 - axis] + share * (point[1 - axis] - before[1 - axis])
                kept.append((bound, other) if axis == 0 else (other, bound))
            if not outside:
                kept.append(point)
        points = kept
    return points
