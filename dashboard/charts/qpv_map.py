"""The map of the priority quarters: their outlines over those of the communes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dashboard.charts.classes import Classes
from dashboard.charts.commune_map import Shape, commune_map
from dashboard.charts.palette import Palette
from dashboard.charts.spots import Spot, middles, spot_labels, spot_trace

MARGIN_KM = 1.5
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
    height: int = 520,
) -> dict[str, Any]:
    """Draw the quarters, full when they lie wholly in the agglomeration, hatched when they straddle it.

    Args:
        communes: Outlines of the background, projected together with the quarters.
        quarters: Outlines of the quarters.
        straddling: Codes of the quarters that lie partly outside.
        colours: Palette of the page.
        hover: Text under the pointer, by code.
        selected: Code outlined.
        spots: Points drawn in their communes, the frame widened to hold them.
        height: Height in pixels.
    """
    held = {spot.code for spot in spots}
    (west, east), (south, north) = _bounds([*quarters, *(s for s in communes if s.code in held)])
    tall = north - south + 2 * MARGIN_KM
    _, (lowest, highest) = _bounds(quarters)
    figure = commune_map(
        list(quarters),
        {shape.code: 0.0 for shape in quarters if shape.code not in straddling},
        dict.fromkeys(straddling, "à cheval"),
        _ONE_CLASS,
        colours,
        hover=hover,
        dark_is_high=True,
        selected=selected,
        named=[shape.code for shape in sorted(quarters, key=lambda s: s.code in straddling)],
        # Names are kept apart for the scale of this frame, wider than the quarters by its margin.
        height=round(height * (highest - lowest) / tall),
        legend=("Quartier entièrement dans l’agglomération", "Quartier à cheval, jamais ajouté à un total"),
    )
    for trace in figure["data"]:
        if trace.get("fill") == "toself":
            # A quarter is small: its outline shows it even where its hatching has no room.
            trace["line"] = {"color": colours.ink, "width": 0.8}
    figure["data"].insert(0, _background(communes, colours))
    if spots:
        points = spot_trace(middles(communes), spots, colours)
        figure["data"].insert(-1, points)
    layout = figure["layout"]
    layout["height"] = height
    layout["xaxis"] = {**layout["xaxis"], "range": [west - MARGIN_KM, east + MARGIN_KM]}
    layout["yaxis"] = {**layout["yaxis"], "range": [south - MARGIN_KM, north + MARGIN_KM]}
    for label in layout["annotations"]:
        # A quarter is smaller than its name: the name stands above it.
        label["yshift"] = 16
        if label["x"] > east - (east - west) / 8:
            label["xanchor"] = "right"
    if spots:
        layout["annotations"] += spot_labels(points, colours)
    return figure


def _bounds(shapes: Sequence[Shape]) -> tuple[tuple[float, float], tuple[float, float]]:
    xs = [x for shape in shapes for ring in shape.rings for x, _ in ring]
    ys = [y for shape in shapes for ring in shape.rings for _, y in ring]
    return (min(xs), max(xs)), (min(ys), max(ys))


def _background(communes: Sequence[Shape], colours: Palette) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for shape in communes:
        for ring in shape.rings:
            x += [*(point[0] for point in ring), None]
            y += [*(point[1] for point in ring), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "fill": "toself",
        "fillcolor": colours.sequential[0],
        "opacity": 0.55,
        "line": {"color": colours.absent, "width": 0.8},
        "hoverinfo": "skip",
    }
