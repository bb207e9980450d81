"""One indicator on one line, its details in place for whoever opens it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.charts.spark import spark
from dashboard.charts.spine import mark, spine
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story import words
from dashboard.story.everywhere import points_of
from dashboard.story.evolution import breaks_of
from dashboard.story.markup import Fragment, element, text
from dashboard.story.progress import Move, move
from dashboard.story.readings import (
    Reading,
    against,
    among_communes,
    main_comparison,
    reference_name,
    when,
)
from dashboard.story.runs import runs
from dashboard.widgets.row import SHORT, figure, position, row
from sources.french import capital, enumeration, plural, typographic

_ARROWS = {Move.BETTER: "↗", Move.WORSE: "↘"}
"""Shapes beside the words, never instead of them; what did not change is counted on top."""


def line(
    barometer: Barometer,
    territory: Territory,
    reading: Reading,
    reference: str,
    under: Fragment,
    *,
    opened: bool,
) -> Fragment:
    """Return an indicator that has a figure: what is read at once, then what is opened.

    Args:
        barometer: For the names of reference territories.
        territory: Whose figures these are.
        reading: What to show.
        reference: Level of the reference, or ``readings.NEAREST``.
        under: The text under the row once opened.
        opened: Whether it is open at first.
    """
    indicator, shown = reading.indicator, reading.shown
    assert shown is not None
    main = main_comparison(reading.comparisons, reference)
    told = against(barometer, reading, reference)
    judged = []
    if told is not None:

        def number(amount: float) -> str:
            return words.quantity(amount, indicator.unit, indicator.decimals)

        beside = told.comparison
        # Of another year than the figure: both years are then shown.
        dated = "" if told.value is shown else f"en {when(told.value)}, {number(beside.value)} ; "
        named = f"{dated}{reference_name(barometer, beside)} {number(beside.reference_value)} "
        judged.append(text("span", capital(named), "small"))
        if beside.judgement:
            said = mark(beside.judgement) + text("strong", beside.judgement)
            judged.append(element("span", said, css="together" if len(beside.judgement) <= SHORT else ""))
    moved = move(reading)
    if moved in _ARROWS:
        judged.append(text("span", f" {_ARROWS[moved]} {moved.value}", "small together"))
    chart = position(barometer, territory, reading, main) if among_communes(territory) else None
    brief = element(
        "span",
        element("span", text("h3", indicator.short_title, id=indicator.indicator)),
        element("span", figure(shown, indicator), text("span", f" {when(shown)}", "small")),
        element("span", _past(barometer, reading)),
        element("span", spine(chart) if chart is not None else ""),
        element("span", *judged),
        css="brief",
    )
    detail = element("div", row(barometer, territory, reading, reference, titled=False), under, css="detail")
    state = {"open": "open"} if opened else {}
    return element("details", element("summary", brief), detail, css="line", **state)


def _past(barometer: Barometer, reading: Reading) -> Fragment:
    """The years before the figure, of its own definition, as the page of the indicator joins them."""
    shown, indicator = reading.shown, reading.indicator
    assert shown is not None
    points = points_of(barometer, [v for v in reading.history if v.concept == shown.concept])
    if not points:
        return Fragment()
    years = [b.year for b in breaks_of(barometer, indicator)]
    first, last = (
        f"{words.quantity(p.value, indicator.unit, indicator.decimals)} en {p.year}"
        for p in (points[0], points[-1])
    )
    crossed = [str(year) for year in years if points[0].year < year <= points[-1].year]
    broken = f", rupture en {enumeration(crossed)}" if crossed else ""
    return spark(runs(points, years, indicator.census_apart), typographic(f"De {first} à {last}{broken}."))


def without_figure(rows: Sequence[Fragment], *, opened: bool) -> Fragment:
    """Return the indicators of a theme that have no figure here, folded in one line.

    Args:
        rows: What is said of each.
        opened: Whether they are unfolded at first.
    """
    many = plural(len(rows), "indicateur")
    state = {"open": "open"} if opened else {}
    return element(
        "details", text("summary", f"{many} sans chiffre ici : pourquoi"), *rows, css="line absents", **state
    )
