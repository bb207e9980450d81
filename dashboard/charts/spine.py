"""The spine chart: where one commune stands between the lowest and the highest of the others.

In a line of a page as HTML, and those of a theme as one picture to be downloaded, on the same scales. Shapes
say the judgement without colours. Both read one :class:`Spine` and one :class:`Track`, and are drawn apart:
the line takes its colours from the sheet of the page (theme, print, contrast), its width in percentages, so
that marks drawn from the description of a picture would need a class and a shape each, more than it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.description import Panel, Picture, Points, Scale, Segments, Stroke, Symbol, Words
from dashboard.charts.palette import Palette
from dashboard.charts.track import EDGE, Among, Track
from dashboard.story.markup import Fragment, element
from indicators.judgement import BETTER, COMPARABLE, HIGHER, LOWER, NO_DIFFERENCE, UNJUDGED, WORSE


@dataclass(frozen=True)
class Shape:
    """The sign of a judgement: its class in a line; its symbol, its letter and its name in a picture."""

    css: str
    symbol: str
    name: str
    said: str = ""


_APART = Shape("apart", "diamond", "plus haut ou plus bas, ni bon ni mauvais en soi")
SHAPES = {
    WORSE: Shape("worse", "triangle-up", WORSE),
    BETTER: Shape("better", "square", BETTER),
    COMPARABLE: Shape("level", "circle", COMPARABLE, "="),
    NO_DIFFERENCE: Shape("same", "circle", NO_DIFFERENCE),
    HIGHER: _APART,
    LOWER: _APART,
    None: Shape("unjudged", "circle-open", UNJUDGED),
}
"""A shape for each judgement: triangle, square, equals sign, disc, and lozenge for what is neither good nor
bad. A figure that nothing allows to judge is an empty ring."""


@dataclass(frozen=True)
class Spine(Among):
    """One territory among the communes."""

    value: float
    reference: float | None
    judgement: str | None
    alternative: str
    """The message of the picture, read in its place."""

    @property
    def track(self) -> Track:
        """From the lowest to the highest of the communes, widened when the reference lies outside."""
        return Track.holding((self.low, self.high, self.value, self.reference), EDGE, 50.0)


def shape(judgement: str | None) -> Shape:
    """Return the sign of a judgement; that of none for words this version does not know."""
    return SHAPES.get(judgement, SHAPES[None])


def mark(judgement: str | None, style: str = "") -> Fragment:
    """Return the mark of a judgement as HTML, decorative: the words are always beside it."""
    placed = {"style": style} if style else {}
    return element("span", css=f"mark {shape(judgement).css}", **placed, aria_hidden="true")


def spine(chart: Spine) -> Fragment:
    """Return the chart as HTML, in a line of the page."""
    track = chart.track
    drawn = [track.among(chart)]
    if chart.reference is not None:
        drawn.append(track.tick("reference", chart.reference))
    drawn.append(mark(chart.judgement, track.place(chart.value)))
    return element("div", *drawn, css="spine", role="img", aria_label=chart.alternative)


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
    for sign in dict.fromkeys(SHAPES.values()):
        found = [(y, s(c.value)) for y, c, s in drawn if shape(c.judgement) == sign]
        look = fills.get(sign.name, colours.ink)
        # A ring has no other ink than its edge, which parts the other signs from what is behind them.
        edge = Stroke(look, 2.5) if sign.symbol.endswith("-open") else Stroke(colours.paper, 1)
        symbol = Symbol(sign.symbol, look, 15, edge, sign.said)
        marks.append(_marks(found, symbol, sign.name))
    marks += [Words(_WORDS_AT, -float(rank), line.written, anchor="left") for rank, line in enumerate(lines)]
    shown = tuple(mark for mark in marks if not (isinstance(mark, Points) and not mark.x))
    names = tuple((-float(rank), line.label) for rank, line in enumerate(lines))
    x = Scale((-0.03, _END), ())
    return Picture((Panel(shown, x),), Scale((-len(lines) + 0.4, 0.6), names), colours)


def _marks(found: Sequence[tuple[float, float]], symbol: Symbol, name: str) -> Points:
    return Points(tuple(x for _, x in found), tuple(y for y, _ in found), symbol, name=name)
