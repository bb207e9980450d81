"""A trend with its breaks: points are joined only where a producer lets them be compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts.palette import FONT, Palette
from dashboard.story.runs import Point


@dataclass(frozen=True)
class Line:
    """One territory of the picture: a name and the runs of points that may be joined."""

    name: str
    runs: Sequence[Sequence[Point]]


def trend(
    lines: Sequence[Line],
    breaks: Collection[int],
    colours: Palette,
    *,
    suffix: str,
    decimals: int,
    height: int = 340,
    named_years: int = 9,
) -> dict[str, Any]:
    """Draw the trend of one territory and of what it is set against.

    Args:
        lines: The territory first, drawn full with discs; then its reference, dashed with diamonds.
        breaks: Years of the changes of definition, drawn as vertical lines.
        colours: Palette of the page.
        suffix: Sign of the unit.
        decimals: Precision of the scale.
        height: Height in pixels.
        named_years: How many years the scale has room to name.

    Returns:
        A Plotly figure as a dictionary.
    """
    styles = (
        {"colour": colours.selected, "dash": "solid", "symbol": "circle", "size": 11},
        {"colour": colours.ink, "dash": "dash", "symbol": "diamond-open", "size": 10},
    )
    data = [
        _run(line.name, run, style, suffix, decimals)
        for line, style in zip(lines, styles, strict=False)
        for run in line.runs
    ]
    years = sorted({point.year for line in lines for run in line.runs for point in run})
    # A break between two known years is drawn between them, never on a point.
    crossed = [b for b in sorted(breaks) if years and years[0] < b <= years[-1]]
    layout = _layout(years, crossed, colours, suffix, decimals, height)
    layout["xaxis"] |= _year_ticks(years, named_years)
    return {"data": data, "layout": layout}


def _run(
    name: str, run: Sequence[Point], style: dict[str, Any], suffix: str, decimals: int
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name.replace("<", "&lt;"),
        "x": [point.year for point in run],
        "y": [point.value for point in run],
        "line": {"color": style["colour"], "width": 3, "dash": style["dash"]},
        "marker": {
            "color": style["colour"],
            "size": style["size"],
            "symbol": style["symbol"],
            "line": {"color": style["colour"], "width": 2},
        },
        "hovertemplate": f"%{{x}} : %{{y:,.{decimals}f}}{suffix}<extra>{name.replace('<', '&lt;')}</extra>",
    }


def _layout(
    years: Sequence[int],
    breaks: Sequence[int],
    colours: Palette,
    suffix: str,
    decimals: int,
    height: int,
) -> dict[str, Any]:
    grid = {"gridcolor": colours.absent, "griddash": "dot", "gridwidth": 0.5, "zeroline": False}
    return {
        "height": height,
        "margin": {"l": 10, "r": 14, "t": 26, "b": 10},
        **colours.layout(),
        "xaxis": {
            "fixedrange": True,
            "automargin": True,
            "showgrid": False,
            "range": [years[0] - 0.7, years[-1] + 0.7] if years else [0, 1],
        },
        "yaxis": {
            "fixedrange": True,
            "automargin": True,
            "ticksuffix": suffix,
            "tickformat": f",.{decimals}f",
            "nticks": 6,
            **grid,
        },
        "shapes": [
            {
                "type": "line",
                "x0": year - 0.5,
                "x1": year - 0.5,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": colours.selected, "width": 2, "dash": "dot"},
            }
            for year in breaks
        ],
        "annotations": [
            {
                "x": year - 0.5,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "text": f"rupture {year}",
                "showarrow": False,
                "font": {"family": FONT, "size": 12, "color": colours.ink},
            }
            for year in breaks
        ],
    }


def _year_ticks(years: Sequence[int], named: int) -> dict[str, Any]:
    """Name the known years only, leaving out one that would touch its neighbour."""
    if not years:
        return {}
    room = max(1, (years[-1] - years[0]) / named)
    kept = [years[-1]]
    for year in reversed(years[:-1]):
        if kept[-1] - year >= room:
            kept.append(year)
    return {
        "tickmode": "array",
        "tickangle": 0,
        "tickvals": kept[::-1],
        "ticktext": [str(year) for year in kept[::-1]],
    }
