"""One indicator in one line: value, reference and gap, position among the communes."""

from __future__ import annotations

from dashboard.charts.spine import Spine, mark, spine
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Indicator, Spread, Territory, Value
from dashboard.story import places, words
from dashboard.story.absence import absence, spoiled, spoiled_sentence
from dashboard.story.markup import Fragment, element, group, text
from dashboard.story.readings import (
    Reading,
    against,
    among_communes,
    enough,
    main_comparison,
    position_words,
    reference_name,
    when,
)
from indicators.judgement import BETTER, COMPARABLE, HIGHER, NO_DIFFERENCE, UNJUDGED, WORSE
from indicators.model import Direction
from sources.french import capital, typographic
from sources.vocabulary import Level, Status

DIRECTIONS = {
    Direction.HIGH_IS_NEED: "Plus le chiffre est haut, plus le besoin est grand.",
    Direction.LOW_IS_NEED: "Plus le chiffre est bas, plus le besoin est grand.",
    Direction.DESCRIPTIVE: "Chiffre descriptif : ni bon ni mauvais en soi.",
}


BEYOND = "hors des bornes"
SHORT = 12
"""Letters of a judgement that holds on one line with its shape."""
GROUP_POSITION = "niveau d’ensemble : un groupe n’a pas de rang parmi les communes"


def row(
    barometer: Barometer, territory: Territory, reading: Reading, reference: str, *, titled: bool = True
) -> Fragment:
    """Return the line of an indicator as HTML.

    Args:
        barometer: For the names of reference territories.
        territory: Whose figures these are.
        reading: What to show.
        reference: Level of the reference, or ``readings.NEAREST``.
        titled: Whether its heading is there, with its anchor.
    """
    indicator = reading.indicator
    main = main_comparison(reading.comparisons, reference)
    known = reading.shown is not None and reading.shown.usable
    cells = [
        element(
            "div",
            text("h3", indicator.title, id=indicator.indicator) if titled else text("p", indicator.title),
            text("p", DIRECTIONS[Direction(indicator.direction)], "small"),
        ),
        # The words that stand for a figure have the place of all that would go with it.
        element("div", *_value_cell(barometer, territory, reading), css="" if known else "rest"),
    ]
    if known:
        cells.append(element("div", *_reference_cell(barometer, reading, main, reference)))
    if known and among_communes(territory):
        cells.append(element("div", *_position_cell(reading, territory, main, barometer)))
    return element("div", *cells, css="row" if among_communes(territory) else "row plain")


def figure(value: Value, indicator: Indicator) -> Fragment:
    """Return a value, its sign, its unit and its reserves as HTML: they go with it wherever it is shown."""
    assert value.value is not None
    rest = words.unit_words(indicator.unit, indicator.unit_label)
    parts = [text("span", words.quantity(value.value, indicator.unit, indicator.decimals), "figure")]
    if rest:
        parts.append(" " + text("span", rest, "small unit"))
    if value.status == Status.ESTIMATED:
        parts.append(" " + text("span", "estimé", "tag"))
    if words.beyond_scale(value.value, indicator.unit):
        parts.append(" " + text("span", BEYOND, "tag"))
    return group(*parts)


def _value_cell(barometer: Barometer, territory: Territory, reading: Reading) -> list[Fragment]:
    shown, indicator = reading.shown, reading.indicator
    lines = []
    if shown is not None and shown.usable:
        lines.append(element("p", figure(shown, indicator)))
        lines.append(text("p", f"{when(shown)} · {_producers(barometer, shown)}", "small"))
        lines += _beyond(shown, indicator)
    else:
        label, why = absence(barometer, territory, indicator, shown)
        lines += [text("p", label, "status"), text("p", why, "small")]
    lacking = spoiled(barometer, territory, reading)
    if lacking is not None:
        lines.append(text("p", spoiled_sentence(lacking), "small status"))
    if reading.newer is not None and reading.newer.usable and reading.newer.value is not None:
        number = words.quantity(reading.newer.value, indicator.unit, indicator.decimals)
        lines.append(text("p", f"Recensement moins complet de {when(reading.newer)} : {number}", "small"))
    elif reading.newer is not None and lacking is None:
        lines.append(
            text(
                "p", f"{reading.newer.millesime} : {words.status_label(reading.newer.status)}", "small status"
            )
        )
    for value in reading.apart:
        series = barometer.series.get((value.indicator, value.series))
        label = series.label if series and series.label else "Notion voisine"
        assert value.value is not None
        own = barometer.worded(indicator, value.series)
        number = words.quantity(value.value, own.unit, own.decimals)
        lines.append(text("p", f"À part, {label} : {number} ({when(value)})", "small"))
    return lines


def _beyond(value: Value, indicator: Indicator) -> list[Fragment]:
    """Say why a score is below 0 or above 1; its note gives the figures."""
    assert value.value is not None
    if not words.beyond_scale(value.value, indicator.unit):
        return []
    side = "sous la borne basse" if value.value < 0 else "au-dessus de la borne haute"
    kept = value.note or "Le résultat est gardé tel quel"
    return [text("p", f"Le chiffre de départ est {side} de l’indice. {kept}.", "small")]


def _producers(barometer: Barometer, value: Value) -> str:
    names = [d.producer for d in map(barometer.datasets.get, (value.datasets or "").split(", ")) if d]
    return words.producers(names) or "source dans la fiche"


def _reference_cell(
    barometer: Barometer, reading: Reading, main: Comparison | None, reference: str
) -> list[Fragment]:
    indicator = reading.indicator
    if reading.shown is None or not reading.shown.usable:
        return []
    lines = []
    told = against(barometer, reading, reference)
    if main is None:
        asked = "Cette référence n’a pas de chiffre" if reading.comparisons else "Aucune référence"
        lines.append(text("p", f"{asked} de même définition pour la même année.", "small status"))
        if told is not None:
            lines.append(_earlier(barometer, indicator, told.value, told.comparison))
    else:
        value = words.quantity(main.reference_value, indicator.unit, indicator.decimals)
        lines.append(
            element("p", text("span", f"{reference_name(barometer, main)} : "), text("strong", value))
        )
        lines.append(element("p", gap_words(main, indicator)))
        if limits := _limits(main, indicator):
            lines.append(text("p", limits, "small"))
        if told is not None and told.why:
            lines.append(text("p", told.why, "small"))
        if main.reason:
            lines.append(text("p", main.reason, "small"))
    beside, known = main, reading.comparisons
    if main is None and told is not None and reading.comparable is not None:
        beside, known = told.comparison, reading.comparable[1]
    others = [
        f"{reference_name(barometer, other)} "
        f"{words.quantity(other.reference_value, indicator.unit, indicator.decimals)}"
        for other in known
        if other is not beside and not _own_group(other)
    ]
    if others:
        lines.append(text("p", " · ".join(others), "small"))
    return lines


def _own_group(comparison: Comparison) -> bool:
    """Whether it sets a commune against a group of communes: those are on the sheet."""
    return comparison.level == Level.COMMUNE and comparison.reference_level == Level.GROUPE


def _earlier(barometer: Barometer, indicator: Indicator, value: Value, comparison: Comparison) -> Fragment:
    """The latest year that can be compared, as a line of text."""
    assert value.value is not None

    def number(amount: float) -> str:
        return words.quantity(amount, indicator.unit, indicator.decimals)

    sentence = (
        f"En {when(value)} : {number(value.value)}, {reference_name(barometer, comparison)} "
        f"{number(comparison.reference_value)}. "
    )
    limits = _limits(comparison, indicator)
    after = text("span", f" ({limits})") if limits else ""
    return element("p", text("span", sentence), gap_words(comparison, indicator), after, css="small")


def _limits(comparison: Comparison, indicator: Indicator) -> str:
    """The interval a gap is judged by, beside its judgement; nothing without one."""
    if not comparison.judgement:
        return ""
    ends = comparison.gap_lower, comparison.gap_upper
    return words.gap_between(*ends, indicator.unit, indicator.decimals)


def gap_words(comparison: Comparison, indicator: Indicator) -> Fragment:
    """Return the gap, and the judgement when the release gives one, as HTML."""
    ends = comparison.reference_value, comparison.value
    difference = f"Écart {words.apart(*ends, indicator.unit, indicator.decimals)}"
    if not comparison.judgement:
        return text("span", difference)
    return text("span", f"{difference} : ") + judgement(comparison.judgement)


def judgement(said: str) -> Fragment:
    """Return a judgement and its mark as HTML."""
    judged = mark(said) + text("span", said, {WORSE: "need", BETTER: "good"}.get(said, ""))
    # A shape and the two words that say it stay on one line.
    return element("span", judged, css="together") if len(said) <= SHORT else judged


def _position_cell(
    reading: Reading, territory: Territory, main: Comparison | None, barometer: Barometer
) -> list[Fragment]:
    if reading.spread is None:
        return []
    total, known = len(barometer.communes()), reading.spread.count
    counted = f"chiffre connu pour {known} des {total} communes"
    chart = position(barometer, territory, reading, main)
    if chart is None:
        return [text("p", f"Sans position : {counted}.", "small status")]
    available = "" if known == total else f" ; {counted}"
    return [
        spine(chart),
        text("p", f"{capital(_where(territory, chart.value, reading.spread))}{available}", "small"),
        text("p", spread_words(reading.spread, reading.indicator), "small"),
    ]


def position(
    barometer: Barometer, territory: Territory, reading: Reading, main: Comparison | None
) -> Spine | None:
    """Return where a value stands among the communes; ``None`` when too few of them have one.

    Args:
        barometer: For the name of the reference.
        territory: One or several communes put together.
        reading: The value and its spread.
        main: Its comparison with the reference chosen.
    """
    spread, shown = reading.spread, reading.shown
    if spread is None or shown is None or shown.value is None or not enough(spread, barometer):
        return None
    where = _where(territory, shown.value, spread)
    alternative = _alternative(territory, shown.value, spread, main, where, reading.indicator, barometer)
    return Spine(
        spread.low,
        spread.p25,
        spread.p75,
        spread.high,
        shown.value,
        main.reference_value if main else None,
        main.judgement if main else None,
        typographic(alternative),
    )


def _where(territory: Territory, value: float, spread: Spread) -> str:
    return position_words(value, spread) if territory.level == Level.COMMUNE else GROUP_POSITION


def spread_words(spread: Spread, indicator: Indicator) -> str:
    """Say the ends of the scale and its middle: the picture alone gives no number."""
    low, p25, p75, high = (
        words.quantity(amount, indicator.unit, indicator.decimals)
        for amount in (spread.low, spread.p25, spread.p75, spread.high)
    )
    if low == high:
        return f"Communes : partout {low}."
    return f"Communes : de {low} à {high}, la moitié entre {p25} et {p75}."


def _alternative(
    territory: Territory,
    value: float,
    spread: Spread,
    main: Comparison | None,
    where: str,
    indicator: Indicator,
    barometer: Barometer,
) -> str:
    def number(amount: float) -> str:
        return words.quantity(amount, indicator.unit, indicator.decimals)

    sentence = (
        f"{territory.name} : {number(value)}, {where}. "
        f"Les communes vont de {number(spread.low)} à {number(spread.high)} ; "
        f"la moitié d’entre elles sont entre {number(spread.p25)} et {number(spread.p75)}."
    )
    if main is not None:
        sentence += f" Référence, {reference_name(barometer, main)} : {number(main.reference_value)}."
        if main.judgement:
            sentence += f" {capital(main.judgement)}."
    return sentence


def key(territory: Territory) -> Fragment:
    """Return the key of the marks, shown once above the lines."""
    judged = [
        (WORSE, "moins bien que la référence"),
        (BETTER, "mieux"),
        (HIGHER, "plus haut ou plus bas, ni bon ni mauvais"),
        (COMPARABLE, "comparable : trop petit pour compter"),
        (NO_DIFFERENCE, NO_DIFFERENCE),
        (None, f"{UNJUDGED} : marge inconnue, ou chiffre du canton"),
    ]
    items = [text("li", f"{capital(places.the_short(territory))} :")]
    items += [element("li", mark(name), text("span", label)) for name, label in judged]
    if among_communes(territory):
        samples = (
            ("range", "de la plus basse à la plus haute"),
            ("half", "leur moitié centrale"),
            ("reference", "la référence"),
        )
        items.append(text("li", "Les communes :"))
        items += [element("li", element("span", css=css), text("span", label)) for css, label in samples]
    return element("ul", *items, css="key")
