"""What stands out of a territory, each fact on one short line: a figure, what is known beside it, a move."""

from __future__ import annotations

from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Indicator, Value
from dashboard.story import words
from dashboard.story.absence import absence
from dashboard.story.headlines import FirstFact, Headline
from dashboard.story.markup import Fragment, element, text
from dashboard.story.readings import reference_name, when
from dashboard.widgets.origin import source_href
from dashboard.widgets.row import figure, judgement
from sources.french import capital


def fact_line(barometer: Barometer, fact: FirstFact) -> Fragment:
    """Return a list item: the figure of a declared fact, how it moves, its reference.

    Args:
        barometer: For the names of references.
        fact: One of :func:`dashboard.story.headlines.first_facts`.
    """
    reading = fact.reading
    if reading.shown is None or not reading.shown.usable:
        label, _ = absence(barometer, fact.territory, reading.indicator, reading.shown)
        return element("li", text("span", f"{reading.indicator.short_title} : {label}"))
    parts = _figure(reading.indicator, reading.shown, fact.moved)
    if fact.against is not None:
        told = fact.against
        parts += _beside(barometer, reading.indicator, reading.shown, told.value, told.comparison)
    return element("li", *parts)


def fact_card(barometer: Barometer, fact: FirstFact) -> Fragment:
    """Return a fact as a card: its name, which leads to its sheet, its figure, its reference, its move."""
    reading, shown = fact.reading, fact.reading.shown
    indicator = reading.indicator
    address = source_href(barometer, fact.territory, indicator, shown)
    lines = [element("h3", text("a", indicator.short_title, href=address))]
    if shown is None or not shown.usable:
        label, _ = absence(barometer, fact.territory, indicator, shown)
        return element("div", *lines, text("p", label, "status"), css="fact")
    lines.append(element("p", figure(shown, indicator), text("span", f" {when(shown)}", "small")))
    told = fact.against
    beside = _beside(barometer, indicator, shown, told.value, told.comparison) if told is not None else []
    if fact.moved:
        beside.append(text("span", f" {capital(fact.moved)}."))
    if beside:
        lines.append(element("p", *beside, css="small"))
    return element("div", *lines, css="fact")


def headline_line(barometer: Barometer, headline: Headline) -> Fragment:
    """Return a list item: a computed headline, written as the declared facts are."""
    indicator, shown = headline.reading.indicator, headline.reading.shown
    assert shown is not None
    beside = _beside(barometer, indicator, shown, headline.value, headline.comparison)
    return element("li", *_figure(indicator, shown, ""), *beside)


def _figure(indicator: Indicator, value: Value, standing: str) -> list[Fragment]:
    moves = f", {standing}" if standing else ""
    return [
        text("span", f"{indicator.short_title} : "),
        text("strong", _number(indicator, value.value)),
        text("span", f" ({when(value)}){moves}."),
    ]


def _beside(
    barometer: Barometer, indicator: Indicator, shown: Value, compared: Value, comparison: Comparison
) -> list[Fragment]:
    """The reference, and the judgement if there is one: the gap is on the line of the indicator, below."""
    other = "" if compared is shown else f"En {when(compared)}, {_number(indicator, compared.value)} ; "
    name = reference_name(barometer, comparison)
    said = f" {other}{name} {_number(indicator, comparison.reference_value)}"
    if not comparison.judgement:
        return [text("span", f"{said}.")]
    return [text("span", f"{said} "), judgement(comparison.judgement)]


def _number(indicator: Indicator, value: float | None) -> str:
    assert value is not None
    return words.quantity(value, indicator.unit, indicator.decimals)
