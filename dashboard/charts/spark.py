"""The sparkline: the figures of one territory over the years, cut where they may not be joined.

A drawing of one colour used as a mask, for Streamlit strips inline SVG: the ink is that of the page's theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dashboard.charts import svg
from dashboard.story.markup import Fragment, element
from dashboard.story.runs import Point

_WIDTH, _HEIGHT, _MARGIN = 96.0, 28.0, 4.0


def spark(runs: Sequence[Sequence[Point]], alternative: str) -> Fragment:
    """Return the sparkline as HTML; empty under two points.

    Args:
        runs: Points that may be joined, each run by year; the last point of all is drawn larger.
        alternative: The message of the picture, read in its place.
    """
    points = [point for run in runs for point in run]
    if len(points) < 2:
        return Fragment()
    years, values = [p.year for p in points], [p.value for p in points]
    first, last, low, high = min(years), max(years), min(values), max(values)

    def x(year: float) -> float:
        span = last - first
        return _MARGIN + (_WIDTH - 2 * _MARGIN) * ((year - first) / span if span else 0.5)

    def y(value: float) -> float:
        return (
            _HEIGHT
            - _MARGIN
            - (_HEIGHT - 2 * _MARGIN) * ((value - low) / (high - low) if high > low else 0.5)
        )

    drawn = []
    for run in runs:
        # A point that nothing may be joined to is a dot.
        joined = run if len(run) > 1 else (*run, *run)
        drawn.append(
            svg.element("polyline", points=" ".join(f"{x(p.year):.1f},{y(p.value):.1f}" for p in joined))
        )
    for before, after in pairwise(sorted(runs, key=lambda run: run[0].year)):
        # Two runs that overlap are editions of a census: there is no year to draw a break at.
        if before[-1].year < after[0].year:
            wall = x((before[-1].year + after[0].year) / 2)
            line = f"M{wall:.1f} 2V26"
            drawn.append(svg.element("path", d=line, stroke_width=1.5, stroke_dasharray="2 3"))
    end = max(points, key=lambda p: (p.year, p.edition))
    place = {"cx": f"{x(end.year):.1f}", "cy": f"{y(end.value):.1f}"}
    drawn.append(svg.element("circle", r=3.5, fill="#000", stroke="none", **place))
    strokes = {"fill": "none", "stroke": "#000", "stroke_linejoin": "round", "stroke_linecap": "round"}
    picture = svg.drawing(_WIDTH, _HEIGHT, svg.element("g", "".join(drawn), stroke_width=3, **strokes))
    style = f"mask-image:{svg.address(picture)}"
    return element("span", css="spark", style=style, role="img", aria_label=alternative)
