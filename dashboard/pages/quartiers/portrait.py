"""One quarter: its figures beside their references, what is not known, what its perimeter became."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.charts.spine import Spine, spine
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Indicator
from dashboard.pages.quartiers.views import reference_words, status, written
from dashboard.story import words
from dashboard.story.everywhere import producers
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.story.quarters import Portrait, successor_words
from dashboard.story.readings import when
from dashboard.widgets.origin import source_anchor
from dashboard.widgets.row import DIRECTIONS, figure
from indicators.model import Direction
from sources.authority import Noun
from sources.french import capital, typographic
from sources.vocabulary import Level, Perimeter


def portrait_view(
    barometer: Barometer, found: Portrait, indicators: Sequence[Indicator], others: Sequence[Portrait]
) -> Fragment:
    """Return the lines of a quarter: value, its communes, the agglomeration, its place among the quarters."""
    lines = [_line(barometer, found, i, others) for i in indicators if found.number(i) is not None]
    return group(*lines)


def _line(
    barometer: Barometer, found: Portrait, indicator: Indicator, others: Sequence[Portrait]
) -> Fragment:
    value = found.value(indicator)
    assert value is not None
    assert value.value is not None
    beside = found.compared(indicator)
    references = [
        *beside.get(Level.COMMUNE, []),
        *beside.get(Level.EPCI, []),
        *beside.get(Level.GROUPE, []),
    ]
    told = [
        element(
            "p",
            text("span", f"{reference_words(barometer, c, indicator)} "),
            text(
                "span",
                f"écart {words.apart(c.reference_value, c.value, indicator.unit, indicator.decimals)}",
                "small",
            ),
        )
        for c in references
    ]
    if not told:
        told = [text("p", "Aucune référence de même définition.", "status")]
    epci = next(iter(beside.get(Level.EPCI, [])), None)
    small = value.denominator is not None and value.denominator < 200
    cells = [
        element(
            "div",
            text("h3", indicator.title),
            text("p", DIRECTIONS[Direction(indicator.direction)], "small"),
        ),
        element(
            "div",
            element("p", figure(value, indicator)),
            text("p", " · ".join(filter(None, (when(value), producers(barometer, [value])))), "small"),
            *([text("p", "Moins de 200 personnes ou ménages : chiffre fragile.", "small")] if small else []),
            source_anchor(barometer, found.quarter.territory, indicator, value),
        ),
        element("div", *told),
        element("div", *_among(found, indicator, others, epci, barometer.authority)),
    ]
    return element("div", *cells, css="row quarter")


def _among(
    found: Portrait,
    indicator: Indicator,
    others: Sequence[Portrait],
    reference: Comparison | None,
    noun: Noun,
) -> list[Fragment]:
    """Where the quarter stands among those wholly in the agglomeration."""
    numbers = sorted(n for p in others if p.quarter.whole and (n := p.number(indicator)) is not None)
    number = found.number(indicator)
    if len(numbers) < 4 or number is None:
        return []
    low, high = numbers[0], numbers[-1]
    ends = f"{written(indicator, low)} à {written(indicator, high)}"
    dashed = f" {noun.label} : {written(indicator, reference.reference_value)}." if reference else ""
    alternative = (
        f"{found.quarter.territory.name} : {written(indicator, number)}. Les quartiers entièrement "
        f"{noun.at} vont de {ends}.{dashed}"
    )
    chart = Spine(
        low,
        low,
        low,
        high,
        number,
        reference.reference_value if reference else None,
        None,
        typographic(alternative),
    )
    return [spine(chart), text("p", f"Quartiers entiers : {ends}", "small")]


def missing_view(barometer: Barometer, found: Portrait) -> Fragment:
    """Return what is not known of a quarter, gathered by reason."""
    by_status: dict[str, list[str]] = {}
    for indicator in barometer.indicators:
        if found.number(indicator) is None:
            by_status.setdefault(status(found, indicator), []).append(indicator.short_title)
    items = [
        element("li", text("strong", f"{capital(status)} : "), text("span", ", ".join(titles)))
        for status, titles in sorted(by_status.items())
    ]
    return element("ul", *items) if items else Fragment()


def correspondence_table(barometer: Barometer) -> Fragment:
    """Return which quarter became which, in words."""
    by_code = {t.code: t for t in barometer.territories if t.level == Level.QPV}

    def name(code: str) -> str:
        return f"{by_code[code].name} ({code})" if code in by_code else code

    found = barometer.successors
    rows = [(name(s.code_2015), name(s.code_2024), successor_words(s), s.source) for s in found]
    arrived = {s.code_2024 for s in found}
    new = [t for t in by_code.values() if t.perimeter == Perimeter.QPV_2024 and t.code not in arrived]
    rows += [("Aucun", name(t.code), "Sans quartier de 2015 connu ici", "") for t in new]
    header = ("Quartier de 2015", "Quartier de 2024", "Ce qui change", "Source")
    return table("Des quartiers de 2015 à ceux de 2024", header, rows)
