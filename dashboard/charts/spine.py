"""The spine chart: where one commune stands between the lowest and the highest of the others.

In a line of a page as HTML, and those of a theme as one picture to be downloaded, on the same scales. Shapes
say the judgement without colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.description import Panel, Picture, Points, Scale, Segments, Stroke, Symbol, Words
from dashboard.charts.palette import Palette
from dashboard.charts.track import EDGE, Track
from dashboard.story.markup import Fragment, element
from indicators.judgement import BETTER, COMPARABLE, HIGHER, LOWER, NO_DIFFERENCE, UNJUDGED, WORSE

MARKS = {
    WORSE: "worse",
    BETTER: "better",
    COMPARABLE: "level",
    NO_DIFFERENCE: "same",
    HIGHER: "apart",
    LOWER: "apart",
}
"""A shape for each judgement: triangle, square, equals sign, disc, and lozenge for what is neither good nor
bad. A figure that nothing allows to judge is an empty ring."""


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

    @property
    def track(self) -> Track:
        """From the lowest to the highest of the communes, widened when the reference lies outside."""
        return Track.holding((self.low, self.high, self.value, self.reference), EDGE, 50.0)


def mark(judgement: str | None, style: str = "") -> Fragment:
    """Return the mark of a judgement as HTML, decorative: the words are always beside it."""
    shape = MARKS.get(judgement or "", "unjudged")
    placed = {"style": style} if style else {}
    return element("span", css=f"mark {shape}", **placed, aria_hidden="true")


def spine(chart: Spine) -> Fragment:
    """Return the chart as HTML, in a line of the page."""
    track = chart.track
    drawn = [track.block("range", chart.low, chart.high), track.block("half", chart.p25, chart.p75)]
    if chart.reference is not None:
        drawn.append(track.tick("reference", chart.reference))
    drawn.append(mark(chart.judgement, track.place(chart.value)))
    return element("div", *drawn, css="spine", role="img", aria_label=chart.alternative)


_JUDGED = (
    ((WORSE,), "triangle-up", WORSE),
    ((BETTER,), "square", BETTER),
    ((COMPARABLE,), "diamond-open", COMPARABLE),
    ((NO_DIFFERENCE,), "circle", NO_DIFFERENCE),
    ((HIGHER, LOWER), "diamond", "plus haut ou plus bas, ni bon ni mauvais en soi"),
    ((None,), "circle-open", UNJUDGED),
)
_WORDS_AT, _END = 1.08, 2.15
"""Where the words of a line start, the drawing being one wide, and where they end."""


@dataclass(frozen=True)
class Line:
    """One indicator: its name, the words of its figures, its place when it has one."""

    label: str
    written: str
    chart: Spine | None = None


def spines(lines: Sequence[Line], colours: Palette) -> Picture:
    """Describe one line for each indicator, each on a scale of its own; the words say every figure.

    Args:
        lines: Indicators, from top to bottom.
        colours: Palette of the page.
    """
    drawn = [
        (-float(rank), line.chart, line.chart.track.share) for rank, line in enumerate(lines) if line.chart
    ]
    marks: list[Segments | Points | Words] = [
        Segments(
            tuple((s(c.low), s(c.high), y) for y, c, s in drawn),
            Stroke(colours.absent, 3),
            name="toutes les communes",
        ),
        Segments(
            tuple((s(c.p25), s(c.p75), y) for y, c, s in drawn),
            Stroke(colours.sequential[1], 12),
            name="leur moitié centrale",
        ),
        _marks(
            [(y, s(c.reference)) for y, c, s in drawn if c.reference is not None],
            Symbol("line-ns", colours.ink, 24, Stroke(colours.ink, 2.5)),
            "référence",
        ),
    ]
    fills = {WORSE: colours.selected, BETTER: colours.sequential[3]}
    for judgements, shape, name in _JUDGED:
        found = [(y, s(c.value)) for y, c, s in drawn if c.judgement in judgements]
        sign = Symbol(shape, fills.get(name, colours.ink), 15, Stroke(colours.paper, 1))
        marks.append(_marks(found, sign, name))
    marks += [Words(_WORDS_AT, -float(rank), line.written, anchor="left") for rank, line in enumerate(lines)]
    shown = tuple(mark for mark in marks if not (isinstance(mark, Points) and not mark.x))
    names = tuple((-float(rank), line.label) for rank, line in enumerate(lines))
    x = Scale((-0.03, _END), ())
    return Picture((Panel(shown, x),), Scale((-len(lines) + 0.4, 0.6), names), colours)


def _marks(found: Sequence[tuple[float, float]], symbol: Symbol, name: str) -> Points:
    return Points(tuple(x for _, x in found), tuple(y for y, _ in found), symbol, name=name)
