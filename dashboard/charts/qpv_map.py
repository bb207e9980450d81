"""The map of the priority quarters: their outlines over those of the communes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from dashboard.charts.classes import Classes
from dashboard.charts.commune_map import SMALLEST, Shape, areas, bounds, commune_map, rings
from dashboard.charts.description import AnyMark, Area, Fill, Names, Panel, Picture, Scale, Stroke
from dashboard.charts.palette import Palette
from dashboard.charts.spots import Spot, spot_marks

MARGIN_KM = 1.5
WIDEST = 1.25
"""Most that the frame may be wider than tall, to hold the communes whole on both sides."""
_ONE_CLASS = Classes(0.0, 1.0, ())


def qpv_map(
    communes: Sequence[Shape],
    quarters: Sequence[Shape],
    straddling: Collection[str],
    colours: Palette,
    *,
    hover: Mapping[str, str],
    selected: str | None = None,
    spots: Sequence[Spot] = (),
    height: int = SMALLEST,
    around: Sequence[Shape] = (),
) -> Picture:
    """Describe the quarters, full when they lie wholly in the agglomeration, hatched when they straddle it.

    Args:
        communes: Outlines of the background, projected together with the quarters.
        quarters: Outlines of the quarters.
        straddling: Codes of the quarters that lie partly outside.
        colours: Palette of the page.
        hover: Text under the pointer, by code.
        selected: Code outlined.
        spots: Points drawn in their communes, the frame widened to hold them.
        height: Height in pixels in which the names keep apart.
        around: Communes around those of the background, in grey; their name is under the pointer.
    """
    held = {spot.code for spot in spots}
    (west, east), (south, north) = bounds([*quarters, *(s for s in communes if s.code in held)])
    tall = north - south + 2 * MARGIN_KM
    picture = commune_map(
        quarters,
        areas(
            quarters,
            {shape.code: 0.0 for shape in quarters if shape.code not in straddling},
            dict.fromkeys(straddling, "à cheval"),
            _ONE_CLASS,
            colours,
            dark_is_high=True,
            legend=("Quartier entièrement dans le territoire", "Quartier à cheval, jamais ajouté à un total"),
            around=around,
        ),
        colours,
        hover=hover,
        selected=selected,
        named=[shape.code for shape in sorted(quarters, key=lambda s: s.code in straddling)],
        always=len(quarters),
        around=around,
    )
    background = Area(
        rings(communes),
        Fill(colours.pale, opacity=0.55),
        Stroke(colours.absent, 0.8),
    )
    first = bool(around)
    ground, (*marks, touch) = picture.panels[0].marks[:first], picture.panels[0].marks[first:]
    outline = Stroke(colours.ink, 0.8)
    drawn: list[AnyMark] = [
        # A quarter is small: its outline shows it even where its hatching has no room.
        replace(mark, edge=outline)
        if isinstance(mark, Area) and mark.fill is not None
        # It is smaller than its name: the name stands beside it.
        else Names(tuple(replace(name, aside=True) for name in mark.names), clear_of=rings(quarters))
        if isinstance(mark, Names)
        else mark
        for mark in marks
    ]
    if spots:
        points, under = spot_marks({s.code: s.label for s in communes}, spots, colours)
        drawn += [points, *under]
    x = Scale(_widened(west - MARGIN_KM, east + MARGIN_KM, bounds(communes)[0], WIDEST * tall), visible=False)
    y = Scale((south - MARGIN_KM, north + MARGIN_KM), visible=False)
    return replace(picture, panels=(Panel((*ground, background, *drawn, touch), x),), y=y, height=height)


def _widened(west: float, east: float, whole: tuple[float, float], most: float) -> tuple[float, float]:
    """Return limits moved out towards those of the communes, as far as the frame has room."""
    wanted = max(west - whole[0], 0.0), max(whole[1] - east, 0.0)
    room = max(most - (east - west), 0.0)
    share = min(room / sum(wanted), 1.0) if sum(wanted) else 0.0
    return west - share * wanted[0], east + share * wanted[1]
