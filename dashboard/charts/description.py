"""What a picture is, typed: panels on scales, holding marks; nothing here knows who draws it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from dashboard.charts.palette import Palette

Places: TypeAlias = tuple[float, ...]
Ring: TypeAlias = list[tuple[float, float]]


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn: its width in pixels, its dash ``solid``, ``dash`` or ``dot``."""

    colour: str
    width: float = 2.0
    dash: str = "solid"


@dataclass(frozen=True)
class Fill:
    """How an area is filled; a pattern is one of Plotly's signs, drawn in ``ink`` over the colour."""

    colour: str
    pattern: str = ""
    ink: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class Symbol:
    """The sign of a point: ``circle``, ``diamond-open``, ``line-ns``…, its size in pixels."""

    shape: str
    colour: str
    size: float | Places = 11.0
    edge: Stroke | None = None
    said: str = ""
    """A number or a letter inside the sign, in the colour of its edge."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What all marks have: a name for the legend, and texts under the pointer, one for each point."""

    name: str = ""
    hover: tuple[str, ...] = ()
    role: str = ""
    """Its classes as a block of a page, whose sheet gives it colour and thickness."""


@dataclass(frozen=True)
class Points(Mark):
    """Points, joined when they have a line; a line without symbol is a mere line."""

    x: Places
    y: Places
    symbol: Symbol | None = None
    line: Stroke | None = None


@dataclass(frozen=True)
class Segments(Mark):
    """Level segments (x0, x1, y), such as the bands of a strip or the intervals of a rank."""

    rows: tuple[tuple[float, float, float], ...]
    line: Stroke


@dataclass(frozen=True)
class Bars(Mark):
    """Upright bars, from a base when they float, with an interval where there is one."""

    x: Places
    y: Places
    fill: Fill
    base: Places = ()
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    edge: Stroke | None = None
    width: float = 1.0
    """Share of the room of a bar that it takes."""


@dataclass(frozen=True)
class Area(Mark):
    """Closed outlines filled alike: communes of one class, cells of a grid, bars of a pyramid."""

    rings: tuple[Ring, ...]
    fill: Fill | None
    edge: Stroke

    @cached_property
    def line(self) -> tuple[list[float | None], list[float | None]]:
        """Both scales of the outlines, one after the other, parted by nothing: as they are drawn at once."""
        points = [point for ring in self.rings for point in (*ring, (None, None))]
        return [x for x, _ in points], [y for _, y in points]

    @cached_property
    def ends(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Lowest and highest of each scale, of thousands of points; empty without outlines."""
        sides = ([point[side] for ring in self.rings for point in ring] for side in (0, 1))
        first, second = ((min(side), max(side)) if side else () for side in sides)
        return first, second


@dataclass(frozen=True)
class Touch(Mark):
    """Invisible points that answer to the pointer on screen, each for a code."""

    x: Places
    y: Places
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A line across the frame at a figure, upright or level, with its name at its end."""

    at: float
    stroke: Stroke
    said: str = ""
    upright: bool = False
    size: float = 13.0


@dataclass(frozen=True)
class Zone:
    """A level band across the frame, under the marks, with its name."""

    low: float
    high: float
    fill: Fill
    said: str = ""


@dataclass(frozen=True)
class Words:
    """Words on the drawing, on a halo of paper; shifted in pixels, upwards when positive."""

    x: float
    y: float
    said: str
    size: float = 12.0
    bold: bool = False
    anchor: str = "center"
    shift: float = 0.0


@dataclass(frozen=True)
class Name:
    """A name and its place on a map, in kilometres."""

    x: float
    y: float
    said: str
    size: float = 12.0
    bold: bool = False
    always: bool = False
    """Whether it is written wherever there is room, with a line to its place, rather than left out."""
    aside: bool = False
    """Whether it stands beside its place, which is smaller than it."""


@dataclass(frozen=True)
class Names:
    """Names of a map, most important first: where each stands depends on how large the map is drawn."""

    names: tuple[Name, ...]
    clear_of: tuple[Ring, ...] = ()
    """Outlines that a name covers only where there is no room beside them."""


Placed: TypeAlias = Points | Segments | Bars | Area | Touch | Rule | Zone | Words
AnyMark: TypeAlias = Placed | Names


@dataclass(frozen=True)
class Scale:
    """One axis: its limits (reversed when the first is the greater), its ticks or how to write them."""

    limits: tuple[float, float] | None = None
    ticks: tuple[tuple[float, str], ...] | None = None
    suffix: str = ""
    decimals: int = 0
    count: int = 6
    grid: bool = False
    visible: bool = True
    upright: bool = False
    """Whether its labels are written upwards."""
    size: float = 14.0
    title: str = ""
    zero: Stroke | None = None


@dataclass(frozen=True)
class Panel:
    """One frame: its marks from the lowest to the uppermost, its level scale, its share of the width."""

    marks: tuple[AnyMark, ...]
    x: Scale
    title: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Picture:
    """Panels side by side on one upright scale; ``wall`` parts them where nothing may be joined."""

    panels: tuple[Panel, ...]
    y: Scale
    colours: Palette
    height: int | None = None
    margins: tuple[int, int, int, int] | None = None
    """Left, right, top and bottom, in pixels on screen."""
    equal: bool = False
    """Whether both scales are alike: a map."""
    inset: Picture | None = None
    """A small picture over the legend of a map: where it lies."""
    legend: str = ""
    """Title of the legend of a map."""
    wall: Stroke | None = None
    gap: float = 0.1
    bar_gap: float = 0.2

    def domains(self) -> list[tuple[float, float]]:
        """Return the share of the width each panel takes.

        Returns:
            Start and end of each panel, between 0 and 1 of the width, from left to right.
        """
        room = 1 - self.gap * (len(self.panels) - 1)
        total = sum(panel.weight for panel in self.panels)
        found, start = [], 0.0
        for panel in self.panels:
            width = room * panel.weight / total
            found.append((round(start, 4), round(start + width, 4)))
            start += width + self.gap
        return found
