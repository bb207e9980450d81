"""The spine charts of a theme as one picture: what the page draws line by line, to be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts.bars import literal
from dashboard.charts.palette import FONT, Palette
from dashboard.charts.spine import Spine

_JUDGED = (
    ("moins bien", "triangle-up", "moins bien"),
    ("mieux", "square", "mieux"),
    (None, "circle", "pas de différence établie, ou non jugé"),
)
_WORDS_AT, _END = 1.08, 2.15
"""Where the words of a line start, the drawing being one wide, and where they end."""


@dataclass(frozen=True)
class Line:
    """One indicator: its name, the words of its figures, its place when it has one."""

    label: str
    written: str
    chart: Spine | None = None


def spines(lines: Sequence[Line], colours: Palette) -> dict[str, Any]:
    """Draw one line for each indicator, each on a scale of its own; the words say every figure.

    Args:
        lines: Indicators, from top to bottom.
        colours: Palette of the page.
    """
    drawn = [(-rank, line.chart, _scale(line.chart)) for rank, line in enumerate(lines) if line.chart]
    data = [
        _segments([(y, s(c.low), s(c.high)) for y, c, s in drawn], 3, colours.absent, "toutes les communes"),
        _segments(
            [(y, s(c.p25), s(c.p75)) for y, c, s in drawn], 12, colours.sequential[1], "leur moitié centrale"
        ),
        _marks(
            [(y, s(c.reference)) for y, c, s in drawn if c.reference is not None],
            {"symbol": "line-ns", "size": 24, "color": colours.ink, "line": {"width": 2.5}},
            "référence",
        ),
    ]
    known = [judgement for judgement, _, _ in _JUDGED]
    for judgement, symbol, name in _JUDGED:
        found = [
            (y, s(c.value))
            for y, c, s in drawn
            if (c.judgement if c.judgement in known else None) == judgement
        ]
        fill = {"moins bien": colours.selected, "mieux": colours.sequential[3]}.get(
            judgement or "", colours.ink
        )
        edge = {"color": colours.paper, "width": 1}
        data.append(_marks(found, {"symbol": symbol, "size": 15, "color": fill, "line": edge}, name))
    layout = {
        **colours.layout(),
        "xaxis": {"range": [-0.03, _END], "showgrid": False, "showticklabels": False},
        "yaxis": {
            "range": [-len(lines) + 0.4, 0.6],
            "tickvals": [-rank for rank in range(len(lines))],
            "ticktext": [literal(line.label) for line in lines],
            "showgrid": False,
        },
        "annotations": [
            {
                "x": _WORDS_AT,
                "y": -rank,
                "xanchor": "left",
                "text": literal(line.written),
                "font": {"family": FONT, "size": 12, "color": colours.ink},
            }
            for rank, line in enumerate(lines)
        ],
    }
    return {"data": [trace for trace in data if trace["x"]], "layout": layout}


@dataclass(frozen=True)
class _Scale:
    start: float
    stop: float

    def __call__(self, value: float | None) -> float:
        width = self.stop - self.start
        return ((value or 0.0) - self.start) / width if width else 0.5


def _scale(chart: Spine) -> _Scale:
    """From the lowest to the highest of the communes, widened when the reference lies outside: the page's."""
    ends = [chart.low, chart.high, chart.value, *([] if chart.reference is None else [chart.reference])]
    return _Scale(min(ends), max(ends))


def _segments(
    found: Sequence[tuple[float, float, float]], width: float, colour: str, name: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [x for _, low, high in found for x in (low, high, None)],
        "y": [at for y, _, _ in found for at in (y, y, None)],
        "line": {"width": width, "color": colour},
    }


def _marks(found: Sequence[tuple[float, float]], marker: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [x for _, x in found],
        "y": [y for y, _ in found],
        "marker": marker,
    }
