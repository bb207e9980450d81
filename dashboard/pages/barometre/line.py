"""One indicator on one line, its details in place for whoever opens it."""

from __future__ import annotations

from dashboard.charts.spine import mark, spine
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story import words
from dashboard.story.markup import Fragment, element, group, text
from dashboard.story.progress import Move, move
from dashboard.story.readings import Reading, among_communes, main_comparison, reference_name, when
from dashboard.widgets.row import figure, position, row

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
    judged = []
    if main is not None:
        number = words.quantity(main.reference_value, indicator.unit, indicator.decimals)
        judged.append(text("span", f"{reference_name(barometer, main)} {number} ", "small"))
        if main.judgement:
            judged.append(
                element("span", mark(main.judgement), text("strong", main.judgement), css="together")
            )
    moved = move(reading)
    if moved in _ARROWS:
        judged.append(text("span", f" {_ARROWS[moved]} {moved.value}", "small together"))
    chart = position(barometer, territory, reading, main) if among_communes(territory) else None
    brief = element(
        "span",
        element("span", text("h3", indicator.short_title, id=indicator.indicator)),
        element("span", figure(shown, indicator), text("span", f" {when(shown)}", "small")),
        element("span", spine(chart) if chart is not None else ""),
        element("span", *judged),
        css="brief",
    )
    detail = element("div", row(barometer, territory, reading, reference, titled=False), under, css="detail")
    state = {"open": "open"} if opened else {}
    return element("details", element("summary", brief), detail, css="line", **state)


def without_figure(
    barometer: Barometer, territory: Territory, readings: list[Reading], reference: str, *, opened: bool
) -> Fragment:
    """Return the indicators of a theme that have no figure here, folded in one line."""
    if not readings:
        return Fragment()
    many = words.plural(len(readings), "indicateur")
    rows = group(*(row(barometer, territory, reading, reference) for reading in readings))
    state = {"open": "open"} if opened else {}
    return element(
        "details", text("summary", f"{many} sans chiffre ici : pourquoi"), rows, css="line", **state
    )
