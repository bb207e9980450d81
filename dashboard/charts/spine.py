"""The spine chart: where one territory stands between the lowest and the highest of the communes.

Those of a theme are one picture to be downloaded; in a line of a page, one of them as blocks. Shapes say the
judgement without colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.charts.among import Among, communes, shares
from dashboard.charts.blocks import strips
from dashboard.charts.description import Panel, Picture, Points, Scale, Segments, Stroke, Symbol, Words
from dashboard.charts.palette import LIGHT, Palette
from dashboard.charts.signs import sign
from dashboard.story.markup import Fragment, element
from indicators.judgement import BETTER, COMPARABLE, HIGHER, LOWER, NO_DIFFERENCE, UNJUDGED, WORSE


@dataclass(frozen=True)
class Shape:
    """The sign of a judgement and its name in a legend."""

    symbol: str
    name: str


_APART = Shape("diamond", "plus haut ou plus bas, ni bon ni mauvais en soi")
SHAPES = {
    WORSE: Shape("triangle-up", WORSE),
    BETTER: Shape("square", BETTER),
    COMPARABLE: Shape("equal", COMPARABLE),
    NO_DIFFERENCE: Shape("circle", NO_DIFFERENCE),
    HIGHER: _APART,
    LOWER: _APART,
    None: Shape("circle-open", UNJUDGED),
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


@dataclass(frozen=True)
class Line:
    """One indicator: its name, the words of its figures, its place when it has one."""

    label: str
    written: str
    chart: Spine | None = None


def shape(judgement: str | None) -> Shape:
    """Return the sign of a judgement; that of none for words this version does not know."""
    return SHAPES.get(judgement, SHAPES[None])


def mark(judgement: str | None) -> Fragment:
    """Return the mark of a judgement as HTML, decorative: the words are always beside it."""
    return sign("mark", shape(judgement).symbol)


def spine(chart: Spine) -> Fragment:
    """Return the chart as HTML, in a line of the page."""
    picture = Picture((Panel(tuple(_marks([(0.0, chart)], LIGHT)), Scale((0.0, 1.0))),), Scale(), LIGHT)
    return element("div", strips(picture)(0.0), css="spine", role="img", aria_label=chart.alternative)


_WORDS_AT, _ENDS = 1.034, (0.012, 2.018)
"""Where the words of a line start, the drawing being one wide, and what is shown."""


def spines(lines: Sequence[Line], colours: Palette) -> Picture:
    """Describe one line for each indicator, each on a scale of its own; the words say every figure.

    Args:
        lines: Indicators, from top to bottom.
        colours: Palette of the page.
    """
    drawn = [(-float(rank), line.chart) for rank, line in enumerate(lines) if line.chart]
    words = [Words(_WORDS_AT, -float(rank), line.written, anchor="left") for rank, line in enumerate(lines)]
    names = tuple((-float(rank), line.label) for rank, line in enumerate(lines))
    panel = Panel((*_marks(drawn, colours), *words), Scale(_ENDS, ()))
    return Picture((panel,), Scale((-len(lines) + 0.4, 0.6), names), colours)


def _marks(charts: Sequence[tuple[float, Spine]], colours: Palette) -> Iterator[Segments | Points]:
    """Yield what is drawn at each height, between 0 and 1, each on its own scale."""
    placed = [(y, c, shares((c.low, c.high, c.value, c.reference))) for y, c in charts]
    yield from communes(placed, colours)
    referred = [(at(c.reference), y) for y, c, at in placed if c.reference is not None]
    if referred:
        tick = Symbol("line-ns", colours.ink, 24, Stroke(colours.ink, 2.5))
        yield _points(referred, tick, "référence", "reference")
    signs = [shape(c.judgement) for _, c, _ in placed]
    for found in sorted(set(signs), key=tuple(SHAPES.values()).index):
        look = {WORSE: colours.selected, BETTER: colours.sequential[3]}.get(found.name, colours.ink)
        # A ring has no other ink than its edge, which parts the other signs from what is behind them.
        edge = Stroke(look, 2.5) if found.symbol.endswith("-open") else Stroke(colours.paper, 1)
        places = [(at(c.value), y) for (y, c, at), own in zip(placed, signs, strict=True) if own is found]
        yield _points(places, Symbol(found.symbol, look, 15, edge), found.name, "mark")


def _points(places: Sequence[tuple[float, float]], symbol: Symbol, name: str, role: str) -> Points:
    xs, ys = zip(*places, strict=True)
    return Points(xs, ys, symbol, name=name, role=role)
