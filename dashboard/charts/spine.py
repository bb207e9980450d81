"""The spine chart: where one commune stands between the lowest and the highest of the others.

Drawn with positioned blocks in percentages of the width (Streamlit strips inline SVG): it stretches
without deforming its marks, and its colours follow the page's theme. Shapes say the judgement without them.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.story.markup import Fragment, element
from indicators.comparison import BETTER, HIGHER, LOWER, NO_DIFFERENCE, WORSE

MARKS = {WORSE: "worse", BETTER: "better", NO_DIFFERENCE: "same", HIGHER: "apart", LOWER: "apart"}
"""A shape for each judgement: triangle, square, disc, and lozenge for what is neither good nor bad. A figure
that nothing allows to judge is an empty ring."""

_MARGIN = 4.0
"""Share of the width (in %) kept free at both ends, so that a mark is never cut."""


@dataclass(frozen=True)
class Spine:
    """What the picture shows, in the indicator's unit."""

    low: float
    p25: float
    p75: float
    high: float
    value: float
    reference: float | None
    judgement: str | None
    alternative: str
    """The message of the picture, read in its place."""


def mark(judgement: str | None, style: str = "") -> Fragment:
    """Return the mark of a judgement as HTML, decorative: the words are always beside it."""
    shape = MARKS.get(judgement or "", "unjudged")
    placed = {"style": style} if style else {}
    return element("span", css=f"mark {shape}", **placed, aria_hidden="true")


def spine(chart: Spine) -> Fragment:
    """Return the chart as HTML.

    The scale runs from the lowest to the highest of the communes, widened when the reference lies outside.
    """
    ends = [chart.low, chart.high, chart.value, *([] if chart.reference is None else [chart.reference])]
    start, stop = min(ends), max(ends)

    def at(value: float) -> float:
        return _MARGIN + (100 - 2 * _MARGIN) * (value - start) / (stop - start) if stop > start else 50.0

    def block(css: str, low: float, high: float) -> Fragment:
        return element("span", css=css, style=f"left:{at(low):.2f}%;width:{at(high) - at(low):.2f}%")

    drawn = [block("range", chart.low, chart.high), block("half", chart.p25, chart.p75)]
    if chart.reference is not None:
        drawn.append(element("span", css="reference", style=f"left:{at(chart.reference):.2f}%"))
    drawn.append(mark(chart.judgement, f"left:{at(chart.value):.2f}%"))
    return element("div", *drawn, css="spine", role="img", aria_label=chart.alternative)
