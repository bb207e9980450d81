"""Figures in the cells of a table: the number, then in smaller letters what belongs to it."""

from __future__ import annotations

import dataclasses

from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Evolution, Indicator, Territory, Value
from dashboard.documents.model import Cell, Figure
from dashboard.story import words
from dashboard.story.headlines import SMALL_DENOMINATOR
from dashboard.story.progress import unmoved
from dashboard.story.readings import Reading, against, change_words, reference_name, when
from dashboard.story.sentences import reading_sentence
from indicators.model import Direction
from sources import french
from sources.vocabulary import Level, Status

NONE = "–"
UNDATED = (
    "« éd. » donne l’édition du fichier quand le producteur ne précise pas l’année de ses chiffres : "
    "ils sont alors mis en regard de l’année la plus proche de la commune et de l’intercommunalité."
)
UNSETTLED = "non établie"
INHERITED = "repris du canton"


def label_cell(indicator: Indicator, source: str) -> Cell:
    """Return the name of an indicator, its unit unless the name says it, and where its figure comes from."""
    unit = words.unit_words(indicator.unit, indicator.unit_label)
    if _bare(unit) in _bare(indicator.short_title):
        unit = ""
    return Cell(
        french.typographic(indicator.short_title),
        french.typographic(" ; ".join(filter(None, (unit, source)))),
    )


def _bare(text: str) -> str:
    """Return a label without its spaces, which are not the same everywhere in a number."""
    return "".join(text.split())


def number(value: float, indicator: Indicator) -> str:
    """Return a number with its sign."""
    return words.quantity(value, indicator.unit, indicator.decimals)


def spoken(indicator: Indicator, territory: Territory, value: Value) -> str:
    """Return the indicator's own sentence, its unit added where the number alone would be unclear."""
    unit = words.unit_words(indicator.unit, indicator.unit_label).replace("{", "{{").replace("}", "}}")
    if unit and "{value}" in indicator.reading and _bare(unit).strip("()") not in _bare(indicator.reading):
        reading = indicator.reading.replace("{value}", f"{{value}} {unit}")
        indicator = dataclasses.replace(indicator, reading=reading)
    return french.typographic(reading_sentence(indicator, territory, value))


def shown_cell(reading: Reading, barometer: Barometer) -> Cell:
    """Return the value of a reading, then a more recent year that is not the one compared."""
    cell = value_cell(reading.shown, reading.indicator, barometer)
    newer = reading.newer
    if newer is None or not cell.strong:
        return cell
    said = words.status_label(newer.status)
    if newer.usable and newer.value is not None:
        said = number(newer.value, reading.indicator)
    return dataclasses.replace(cell, detail=french.typographic(f"{cell.detail}\n{when(newer)} : {said}"))


def value_cell(value: Value | None, indicator: Indicator, barometer: Barometer) -> Cell:
    """Return a value with its year, its status, its interval, or the words of its absence."""
    if value is None:
        return Cell(french.capital(Status.NOT_PUBLISHED.label))
    if not value.usable or value.value is None:
        said = french.capital(words.status_label(value.status))
        return Cell(said, _awaited(value, barometer), target=figure(value))
    about = "\n".join(_about(value, indicator))
    return Cell(number(value.value, indicator), about, strong=True, target=figure(value))


def figure(value: Value) -> Figure:
    """Return which figure of the release a value is."""
    return Figure(value.level, value.code, value.indicator, value.concept, value.millesime)


def reference_figure(comparison: Comparison, barometer: Barometer) -> Figure:
    """Return which figure of the release the reference of a comparison is: of the same definition."""
    series = barometer.series.get((comparison.indicator, comparison.series))
    return Figure(
        comparison.reference_level,
        comparison.reference_code,
        comparison.indicator,
        series.concept if series else "",
        comparison.reference_millesime,
    )


def short_when(value: Value) -> str:
    """Return the year of a figure as a cell has room for it; ``UNDATED`` says what an edition is."""
    undated = value.millesime is None and value.edition is not None
    return f"éd. {value.edition}" if undated else when(value)


def _about(value: Value, indicator: Indicator) -> list[str]:
    lines = [short_when(value)]
    if value.status == Status.ESTIMATED:
        lines[0] += f", {Status.ESTIMATED.label}"
    if value.origin == "inherited":
        lines.append(INHERITED)
    if value.lower is not None and value.upper is not None:
        low, high = (french.number(bound, indicator.decimals) for bound in (value.lower, value.upper))
        lines.append(f"{low} à {high}")
    if value.denominator is not None and value.denominator < SMALL_DENOMINATOR:
        lines.append(f"petit effectif (moins de {SMALL_DENOMINATOR})")
    return lines


def _awaited(value: Value, barometer: Barometer) -> str:
    return awaited(value, barometer) or str(value.millesime or "")


def awaited(value: Value, barometer: Barometer) -> str:
    """Return which extract a figure waits for, nothing when it waits for none."""
    if value.status != Status.AWAITING_EXTRACT:
        return ""
    waits = (barometer.datasets.get(a.dataset or "") for a in barometer.awaited(value.indicator, value.level))
    title = next((dataset.title for dataset in waits if dataset is not None), None)
    return french.typographic(f"attend : {title}") if title else ""


def reference_cell(reading: Reading, barometer: Barometer) -> Cell:
    """Return the reference of a value, named when it is not the agglomeration, then the widest one.

    Where the last figure has none, that of an earlier year, with the figure of that year it is of.
    """
    told = against(barometer, reading)
    if told is None:
        return Cell(NONE, "aucune référence de même définition" if _usable(reading) else "")
    main = told.comparison
    detail = []
    if told.value is not reading.shown:
        # The last figure has no reference of its year: the one that has stands beside it.
        own = number(main.value, reading.indicator)
        detail.append(f"{when(told.value)}, commune {own}")
    elif main.reference_millesime is not None:
        detail.append(_year(main, reading))
    wide = [
        c for c in reading.comparisons if c.reference_level in (Level.REGION, Level.METROPOLE, Level.FRANCE)
    ]
    if wide and wide[-1] is not main:
        last = wide[-1]
        detail.append(f"{reference_name(barometer, last)} {number(last.reference_value, reading.indicator)}")
    text = number(main.reference_value, reading.indicator)
    if main.reference_level != Level.EPCI:
        # Its column bears the name of the agglomeration, whose figure it is not.
        text = french.typographic(f"{reference_name(barometer, main)} : {text}")
    return Cell(text, french.typographic("\n".join(detail)), target=reference_figure(main, barometer))


def _year(comparison: Comparison, reading: Reading) -> str:
    """Return the years of a reference: those of the value when it ends in the same year."""
    shown = reading.shown
    same = shown is not None and shown.millesime == comparison.reference_millesime
    return when(shown) if same and shown is not None else str(comparison.reference_millesime)


def gap_cell(reading: Reading, barometer: Barometer) -> Cell:
    """Return the gap to the reference and the judgement of the release, when it gives one."""
    told = against(barometer, reading)
    if told is None:
        return Cell(NONE)
    return comparison_cell(told.comparison, reading.indicator)


def comparison_cell(comparison: Comparison, indicator: Indicator) -> Cell:
    """Return one gap and its judgement."""
    gap = words.apart(comparison.reference_value, comparison.value, indicator.unit, indicator.decimals)
    return Cell(gap, french.typographic(comparison.judgement or ""))


def _usable(reading: Reading) -> bool:
    return reading.shown is not None and reading.shown.usable


def brief(cell: Cell) -> Cell:
    """Return a cell whose small letters hold on one line."""
    return dataclasses.replace(cell, detail=cell.detail.replace("\n", f"{french.NBSP}; "))


def evolution_cell(reading: Reading) -> Cell:
    """Return the change since an earlier figure, judged where the analysis judges it."""
    base, shown, found, indicator = reading.base, reading.shown, reading.evolution, reading.indicator
    if base is None or base.value is None or shown is None or shown.value is None or found is None:
        return Cell(NONE if _usable(reading) else "")
    judged = _judged(found, shown, indicator)
    since = f"depuis {when(base)}"
    if judged == UNSETTLED:
        return Cell("non établie", since, target=figure(base))
    return Cell(change_words(reading), french.typographic(f"{since}{judged}"), target=figure(base))


def unchanged(reading: Reading) -> str:
    """Return why a figure has no evolution, in the words of the analysis; nothing without a figure."""
    if not _usable(reading) or reading.evolution is None or reading.base is not None:
        return ""
    start = french.typographic("Évolution non calculable : ")
    return french.typographic(reading.evolution.text).removesuffix(".").removeprefix(start)


def _judged(change: Evolution, shown: Value, indicator: Indicator) -> str:
    """Return what the analysis makes of a change."""
    if change.value is None:
        return ""
    if change.lower is not None and change.upper is not None and change.lower <= 0 <= change.upper:
        return UNSETTLED
    if change.lower is None:
        return ", sens non établi"
    if french.number(change.value, indicator.decimals) == french.number(0, indicator.decimals):
        return ", stable"
    if unmoved(indicator, (shown.value or 0.0) - change.value, shown.value or 0.0):
        return ", presque stable"
    if indicator.direction == Direction.DESCRIPTIVE:
        return ""
    worse = (change.value > 0) is (indicator.direction == Direction.HIGH_IS_NEED)
    return ", moins bien" if worse else ", mieux"
