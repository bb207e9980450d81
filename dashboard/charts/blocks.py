"""A picture as blocks of HTML: what it draws at one place, for a line of a page, on the scale of the picture.

Streamlit strips inline SVG from a page. Blocks are placed in percentages of the width, which stretch without
deforming marks, and take their colours and their thickness from the sheet of the page, by the role of each
mark, so that they follow its theme, its print and its contrast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dashboard.charts.description import AnyMark, Bars, Picture, Points, Rule, Segments, Symbol, Zone
from dashboard.charts.frame import extent
from dashboard.charts.signs import css_of
from dashboard.story.markup import Fragment, element, group


def strips(picture: Picture) -> Callable[[float], Fragment]:
    """Return what gives what a picture of one panel draws at one place of one of its scales.

    Args:
        picture: Level segments and points, cut at a height; or upright bars, cut where one stands and laid on
            its side.

    Returns:
        From the place (a height, or the rank of a bar) to its blocks; empty where nothing is.
    """
    (panel,) = picture.panels
    upright = any(isinstance(mark, Bars) for mark in panel.marks)
    limits = (picture.y if upright else panel.x).limits
    start, stop = sorted(limits or extent(panel.marks, int(upright)))
    marks = sorted(panel.marks, key=lambda mark: not isinstance(mark, Zone))

    def block(css: str, *ends: float) -> Fragment:
        left, *right = sorted(100 * (end - start) / (stop - start) for end in ends)
        style = f"left:{left:.4g}%" + (f";width:{right[0] - left:.4g}%" if right else "")
        return element("span", css=css, style=style)

    def strip(place: float) -> Fragment:
        return group(*(block(*drawn) for mark in marks for drawn in _drawn(mark, place, upright)))

    return strip


def _drawn(
    mark: AnyMark, place: float, upright: bool
) -> Iterator[tuple[str, float] | tuple[str, float, float]]:
    """Yield the classes of each block of a mark at a place, and the one or two figures where it stands."""
    match mark:
        case Zone():
            yield "zone", mark.low, mark.high
        case Rule():
            yield "reference", mark.at
        case Segments():
            yield from ((mark.role, low, high) for low, high, y in mark.rows if y == place)
        case Bars() if place in mark.x:
            rank = mark.x.index(place)
            base = mark.base[rank] if mark.base else 0.0
            yield mark.role, base, base + mark.y[rank]
            lower, upper = (side[rank] if side else None for side in (mark.lower, mark.upper))
            if lower is not None and upper is not None:
                yield "interval", lower, upper
        case Points(symbol=Symbol(shape=shape)):
            places, values = (mark.x, mark.y) if upright else (mark.y, mark.x)
            if place in places:
                yield css_of(mark.role, shape), values[places.index(place)]
