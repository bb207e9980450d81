"""One quarter over time: its figures on each perimeter, the gap to the agglomeration, and the breaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle

import streamlit as st

from dashboard.charts.description import Picture
from dashboard.charts.measure import Measure
from dashboard.charts.palette import palette
from dashboard.charts.trend import SYMBOLS, Line, Panel, crossed, panels
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Indicator, Territory, Value
from dashboard.pages.quartiers.views import status, written
from dashboard.story import words
from dashboard.story.about import About
from dashboard.story.everywhere import producers
from dashboard.story.evolution import breaks_of
from dashboard.story.markup import Fragment, element, table, text
from dashboard.story.quarters import Quarter, other_generation, portrait
from dashboard.story.readings import when
from dashboard.story.runs import Point, runs
from dashboard.widgets import chart
from dashboard.widgets.made import made
from indicators.model import Unit
from sources.authority import Noun
from sources.french import capital, enumeration
from sources.vocabulary import Level, Perimeter

PERIMETER_BREAK = "Rupture : le périmètre change"
METHOD_BREAK = "Rupture : la méthode change"
NOT_COMPARED = "ne se compare pas"
UNDATED_STEP = 1.6
"""Room of a figure whose year is not stated, in years: it stands apart, after the dated ones."""
UNDATED = "année\nnon précisée"
"""Said under the editions of the figures whose producer states no year."""


@dataclass(frozen=True)
class Step:
    """One figure of a quarter, beside the agglomeration's of the same concept when the release has it."""

    value: Value
    reference: Comparison | None

    @property
    def number(self) -> float:
        """The figure."""
        assert self.value.value is not None
        return self.value.value


@dataclass(frozen=True)
class Past:
    """What one quarter has of an indicator, oldest first."""

    territory: Territory
    steps: tuple[Step, ...]
    absence: str
    """Why there is nothing, in words."""


def past(barometer: Barometer, territory: Territory, indicator: Indicator) -> Past:
    """Return the figures of a quarter for one series, each with its reference."""
    found = portrait(barometer, Quarter(territory, (), None))
    reading = found.readings[indicator.indicator]
    shown = reading.shown
    same = [v for v in reading.history if v.usable and shown is not None and v.series == shown.series]
    beside = {c.key: c for c in barometer.comparisons(territory) if c.reference_level == Level.EPCI}
    ordered = sorted(same, key=lambda v: (v.millesime is None, v.millesime or 0, v.edition or 0))
    return Past(
        territory,
        tuple(Step(v, beside.get(v.key)) for v in ordered),
        capital(status(found, indicator)),
    )


@dataclass(frozen=True)
class Gap:
    """The chart of the gap to the agglomeration."""

    picture: Picture
    said: str
    about: About


@dataclass(frozen=True)
class Told:
    """All that is shown of one quarter and one indicator; a table alone where nothing is known."""

    key: Fragment
    picture: Picture | None
    said: str
    table: Fragment
    about: About
    gap: Gap | None


def trend_of_quarter(barometer: Barometer, chosen: Quarter, indicator: Indicator) -> None:
    """Show the figures of a quarter on both perimeters, then their gap to the agglomeration."""
    told = _told(barometer, chosen, indicator)
    if told.picture is None:
        st.html(told.table)
        return
    st.html(told.key)
    label = "Les données de l’évolution"
    chart.show(told.picture, "evolution_quartier", told.said, told.table, label, told.about)
    if told.gap is not None:
        st.html(
            text("h3", f"Écart {barometer.authority.to}")
            + text(
                "p",
                "Au-dessus de zéro, le chiffre du quartier est plus haut que celui "
                f"{barometer.authority.of} ; l’écart se lit à l’intérieur d’un même périmètre, jamais d’un "
                "périmètre à l’autre.",
                "note",
            )
        )
        chart.drawing(told.gap.picture, "ecart_quartier", told.gap.said, told.gap.about)


@made
def _told(barometer: Barometer, chosen: Quarter, indicator: Indicator) -> Told:
    family = [chosen.territory, *other_generation(barometer, chosen.territory)]
    by_generation = [
        (perimeter, [past(barometer, t, indicator) for t in family if t.perimeter == perimeter])
        for perimeter in (Perimeter.QPV_2015, Perimeter.QPV_2024)
    ]
    breaks = [b.year for b in breaks_of(barometer, indicator)]
    known = [(p, kept) for p, found in by_generation if (kept := [one for one in found if one.steps])]
    drawn = [
        _panel(perimeter, found, breaks, partial(_numbers, noun=barometer.authority))
        for perimeter, found in known
    ]
    measure = Measure.of(indicator.unit, indicator.decimals)
    referred = any(step.reference is not None for _, found in known for one in found for step in one.steps)
    return Told(
        _key(known, barometer.authority),
        panels(drawn, palette(st.context.theme.type), measure) if known else None,
        trend_words(indicator, by_generation),
        _table(indicator, by_generation, breaks, barometer.authority),
        _about(barometer, chosen, indicator, known, "évolution"),
        _gap(barometer, chosen, indicator, known, breaks) if referred else None,
    )


def _about(
    barometer: Barometer,
    chosen: Quarter,
    indicator: Indicator,
    known: Sequence[tuple[Perimeter, list[Past]]],
    picture: str,
) -> About:
    values = [step.value for _, found in known for one in found for step in one.steps]
    periods = list(dict.fromkeys(when(value) for value in values))
    return About(
        f"{indicator.title} : {picture}, {chosen.territory.name}",
        indicator.unit_label.strip("()"),
        enumeration(periods),
        producers(barometer, values),
        barometer.identity,
        status=words.estimated(value.status for value in values),
    )


def _gap(
    barometer: Barometer,
    chosen: Quarter,
    indicator: Indicator,
    known: Sequence[tuple[Perimeter, list[Past]]],
    breaks: list[int],
) -> Gap:
    compared = [
        (perimeter, [Past(p.territory, tuple(s for s in p.steps if s.reference), p.absence) for p in found])
        for perimeter, found in known
    ]
    compared = [(perimeter, [p for p in found if p.steps]) for perimeter, found in compared]
    drawn = [_panel(perimeter, found, breaks, _gaps) for perimeter, found in compared if found]
    unit = Unit.POINTS if indicator.unit == Unit.PERCENT else Unit(indicator.unit)
    told = [
        f"{p.territory.name}, {when(s.value)} : "
        f"{words.apart(s.reference.reference_value, s.reference.value, indicator.unit, indicator.decimals)}"
        for _, found in compared
        for p in found
        for s in p.steps
        if s.reference
    ]
    return Gap(
        panels(
            drawn,
            palette(st.context.theme.type),
            Measure(words.suffix(unit) or (" pt" if unit == Unit.POINTS else ""), indicator.decimals),
            zero=True,
            height=260,
        ),
        f"Écart {barometer.authority.to}, {indicator.short_title}. {' ; '.join(told)}.",
        _about(barometer, chosen, indicator, compared, f"écart {barometer.authority.to}"),
    )


def _numbers(found: Past, noun: Noun) -> list[tuple[str, list[tuple[Step, float]], bool]]:
    own = [(step, step.number) for step in found.steps]
    beside = [(step, step.reference.reference_value) for step in found.steps if step.reference]
    return [
        (found.territory.name, own, False),
        *([(noun.label, beside, True)] if beside else []),
    ]


def _gaps(found: Past) -> list[tuple[str, list[tuple[Step, float]], bool]]:
    return [
        (
            found.territory.name,
            [(step, step.reference.gap) for step in found.steps if step.reference],
            False,
        )
    ]


def _panel(
    perimeter: Perimeter,
    found: Sequence[Past],
    breaks: list[int],
    drawn: Callable[[Past], list[tuple[str, list[tuple[Step, float]], bool]]],
) -> Panel:
    places, ticks = _places([step.value for one in found for step in one.steps])
    lines: list[Line] = []
    for one in found:
        for name, pairs, reference in drawn(one):
            if reference and any(line.reference for line in lines):
                # The quarters of one generation are set against the same agglomeration: drawn once.
                continue
            lines.append(Line(name, _joined(pairs, breaks, places), reference))
    dated = [x for x, said in ticks if said.isdigit()]
    undated = len(dated) < len(ticks)
    return Panel(capital(perimeter.label), lines, ticks, crossed(breaks, dated), UNDATED if undated else "")


def _joined(
    pairs: Sequence[tuple[Step, float]], breaks: list[int], places: dict[str, float]
) -> list[list[tuple[float, float]]]:
    """Join the dated figures a producer lets be compared; an unstated year is never joined to another."""
    dated = [
        Point(s.value.millesime, number, s.value.edition or 0)
        for s, number in pairs
        if s.value.millesime is not None
    ]
    joined = [[(float(p.year), p.value) for p in run] for run in runs(dated, breaks)]
    alone = [[(places[when(s.value)], number)] for s, number in pairs if s.value.millesime is None]
    return joined + alone


def _places(values: Sequence[Value]) -> tuple[dict[str, float], list[tuple[float, str]]]:
    """Place the figures: at their year, or after the last one, each edition apart, when none is stated."""
    dated = sorted({v.millesime for v in values if v.millesime is not None})
    ticks = [(float(year), str(year)) for year in dated]
    start = dated[-1] if dated else 0
    undated = {when(v): v for v in sorted(values, key=lambda v: v.edition or 0) if v.millesime is None}
    places = {}
    for rank, (period, value) in enumerate(undated.items(), start=1):
        places[period] = start + rank * UNDATED_STEP
        ticks.append((places[period], f"éd. {value.edition}"))
    return places, ticks


def _key(known: Sequence[tuple[Perimeter, list[Past]]], noun: Noun) -> Fragment:
    items = []
    for perimeter, found in known:
        signs = ", ".join(
            f"{sign} {p.territory.name}" for sign, p in zip(cycle(SYMBOLS.values()), found, strict=False)
        )
        items.append(text("li", f"{capital(perimeter.label)} : {signs}"))
    if any(step.reference for _, found in known for p in found for step in p.steps):
        items.append(element("li", element("span", css="line-sample dash"), text("span", f"◇ {noun.label}")))
    return element("ul", *items, css="key")


def trend_words(indicator: Indicator, by_generation: Sequence[tuple[Perimeter, list[Past]]]) -> str:
    """Say the figures of each perimeter, and that one perimeter does not follow on from the other."""
    told = []
    for perimeter, found in by_generation:
        said = "; ".join(
            f"{p.territory.name} : "
            + (
                ", ".join(f"{written(indicator, s.number)} ({when(s.value)})" for s in p.steps)
                or p.absence.lower()
            )
            for p in found
        ).replace("; ", " ; ")
        told.append(f"{capital(perimeter.label)} : {said or 'aucun quartier qui y corresponde'}.")
    return (
        f"{indicator.short_title}. {' '.join(told)} "
        "Les deux périmètres ne se comparent pas et aucune ligne ne les relie."
    )


def _table(
    indicator: Indicator,
    by_generation: Sequence[tuple[Perimeter, list[Past]]],
    breaks: list[int],
    noun: Noun,
) -> Fragment:
    rows: list[tuple[str, ...]] = []
    for perimeter, found in by_generation:
        if rows and perimeter == Perimeter.QPV_2024:
            rows.append((PERIMETER_BREAK, NOT_COMPARED, "", "", ""))
        for one in found:
            rows += _rows(indicator, one, breaks)
    caption = f"{indicator.short_title} avant et après le changement de périmètre"
    header = ("Périmètre et quartier", "Valeur", "Année", noun.label, "Écart")
    return table(caption, header, rows, numeric=(1, 3, 4))


def _rows(indicator: Indicator, found: Past, breaks: list[int]) -> list[tuple[str, ...]]:
    name = f"{capital(Perimeter(found.territory.perimeter or '').label)} : {found.territory.name}"
    if not found.steps:
        return [(name, found.absence, "", "", "")]
    rows: list[tuple[str, ...]] = []
    before = None
    for step in found.steps:
        year = step.value.millesime
        if before is not None and year is not None and any(before < b <= year for b in breaks):
            rows.append((METHOD_BREAK, NOT_COMPARED, "", "", ""))
        beside = step.reference
        rows.append(
            (
                name,
                written(indicator, step.number),
                when(step.value),
                (
                    f"{written(indicator, beside.reference_value)} ({words.year(beside.reference_millesime)})"
                    if beside
                    else "pas de chiffre de même définition"
                ),
                words.apart(beside.reference_value, beside.value, indicator.unit, indicator.decimals)
                if beside
                else "",
            )
        )
        before = year if year is not None else before
    return rows
