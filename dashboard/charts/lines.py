"""One place of a picture of bars as blocks of HTML, for a row of a table, on the scale of the picture."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.charts.description import Bars, Picture, Points, Rule, Zone
from dashboard.charts.frame import extent
from dashboard.charts.track import Track
from dashboard.story.markup import Fragment, group


def lines(picture: Picture) -> Callable[[float], Fragment]:
    """Return what gives what a picture draws at one place of its level scale, laid on its side.

    Args:
        picture: Bars side by side, of figures or of ranks, in one panel.

    Returns:
        From the rank of a bar, from 0, to its blocks; empty where nothing is.
    """
    (panel,) = picture.panels
    track = Track(*sorted(picture.y.limits or extent(panel.marks, 1)))
    marks = sorted(panel.marks, key=lambda mark: not isinstance(mark, Zone))

    def line(place: float) -> Fragment:
        drawn = []
        for mark in marks:
            match mark:
                case Zone():
                    drawn.append(track.block("zone", mark.low, mark.high))
                case Rule():
                    drawn.append(track.tick("reference", mark.at))
                case Bars() if place in mark.x:
                    drawn.append(_bar(track, mark, mark.x.index(place)))
                case Points() if place in mark.x:
                    drawn.append(track.tick("median", mark.y[mark.x.index(place)]))
        return group(*drawn)

    return line


def _bar(track: Track, mark: Bars, rank: int) -> Fragment:
    base = mark.base[rank] if mark.base else 0.0
    drawn = track.block("amount" if mark.width == 1 else "before", base, base + mark.y[rank])
    lower, upper = (side[rank] if side else None for side in (mark.lower, mark.upper))
    if lower is None or upper is None:
        return drawn
    return drawn + track.block("interval", lower, upper)
