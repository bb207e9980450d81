"""What can be downloaded from the bars of the quarters: one picture, one table, one text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from dashboard.charts.description import Picture
from dashboard.charts.measure import Measure
from dashboard.charts.palette import palette
from dashboard.charts.ranked import Bar, bars
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator
from dashboard.pages.quartiers import views
from dashboard.pages.quartiers.choice import View
from dashboard.story import words
from dashboard.story.about import About
from dashboard.story.everywhere import producers
from dashboard.story.markup import Fragment, table
from dashboard.story.quarters import Portrait, Quarter
from dashboard.story.readings import when
from dashboard.story.spreadsheet import Amount
from dashboard.widgets.made import made
from dashboard.widgets.takeaway import takeaway
from sources.authority import Noun
from sources.french import plural, typographic
from sources.vocabulary import Level, Perimeter

LONGEST_LINE = 26
APART = " (à cheval)"
"""What follows the name of a quarter that straddles the agglomeration, wherever it leaves the page."""


@dataclass(frozen=True)
class Taken:
    """What can be taken away."""

    about: About
    sentence: str
    picture: Callable[[], Picture]
    table: Fragment


def bars_taken(view: View, indicator: Indicator) -> None:
    """Show the buttons that take away the bars of every quarter for one indicator."""
    taken = _taken(view, indicator)
    takeaway("barres_quartiers", taken.about, taken.sentence, taken.picture, taken.table)


@made
def _taken(view: View, indicator: Indicator) -> Taken:
    barometer, portraits, chosen = view.barometer, view.portraits, view.chosen
    wide = views.wide_references(portraits, indicator)
    epci = next((c for c in wide if c.reference_level == Level.EPCI), None)
    found = [
        (bar, bool(block.css))
        for block in views.bar_blocks(barometer, portraits, indicator, chosen)
        for bar in block.bars
    ]
    named = [_named(bar, apart) for bar, apart in found]
    colours = palette(st.context.theme.type)
    reference = views.reference_words(barometer, epci, indicator) if epci else ""
    return Taken(
        _about(barometer, portraits, indicator, chosen),
        _sentence(found, indicator, reference, barometer.authority),
        lambda: bars(
            named,
            colours,
            Measure.of(indicator.unit, indicator.decimals, epci.reference_value if epci else None, reference),
        ),
        bars_table(portraits, indicator, barometer.authority),
    )


def _named(bar: Bar, apart: bool) -> Bar:
    # A long name on several lines leaves its room to the bars.
    name = textwrap.fill(f"{'▸ ' if bar.chosen else ''}{bar.name}{APART if apart else ''}", LONGEST_LINE)
    return replace(bar, name=name)


def _about(
    barometer: Barometer, portraits: Sequence[Portrait], indicator: Indicator, chosen: Quarter
) -> About:
    values = [value for p in portraits if (value := p.value(indicator)) is not None]
    notes = [Perimeter(chosen.territory.perimeter or "").label]
    if any(not p.quarter.whole for p in portraits):
        notes.append(f"les quartiers à cheval débordent {barometer.authority.of}")
    absent: dict[str, int] = {}
    for one in portraits:
        if one.number(indicator) is None:
            said = views.status(one, indicator)
            absent[said] = absent.get(said, 0) + 1
    if absent:
        reasons = ", ".join(f"{said} ({count})" for said, count in sorted(absent.items()))
        notes.append(f"{plural(sum(absent.values()), 'quartier')} sans chiffre : {reasons}")
    if any(value.lower is not None for value in values):
        notes.append("intervalles à 95 %")
    return About(
        f"{indicator.title} : les quartiers prioritaires",
        words.unit_words(indicator.unit, indicator.unit_label).strip("()") or indicator.unit_label,
        ", ".join(sorted({when(value) for value in values})),
        producers(barometer, values),
        barometer.identity,
        " ; ".join(notes),
        words.estimated(value.status for value in values if value.usable),
    )


def _sentence(found: Sequence[tuple[Bar, bool]], indicator: Indicator, reference: str, noun: Noun) -> str:
    whole = [(bar.value, bar) for bar, apart in found if bar.value is not None and not apart]
    told = f"{indicator.short_title}, {plural(len(found), 'quartier')}."
    if len(whole) > 1:
        low, high = (end(whole, key=lambda one: one[0])[1] for end in (min, max))
        told += f" Entièrement {noun.at} : de {low.written} ({low.name}) à {high.written} ({high.name})."
    chosen = next((bar for bar, _ in found if bar.chosen), None)
    if chosen is not None:
        told += f" {chosen.name} : {chosen.written}."
    return f"{told} {reference}." if reference else told


def bars_table(portraits: Sequence[Portrait], indicator: Indicator, noun: Noun) -> Fragment:
    """Return the figure of each quarter and its interval as a table for a spreadsheet."""
    rows = []
    for one in portraits:
        value, number = one.value(indicator), one.number(indicator)
        known = value is not None and number is not None
        status = value.status if value is not None and known else "not_published"
        said = views.status(one, indicator)
        written = views.written(indicator, number) if number is not None else said
        cell = Amount(written, number, status, indicator.decimals) if known else said
        bounds = (value.lower, value.upper) if value is not None else (None, None)
        ends = " à ".join(views.written(indicator, end) for end in bounds if end is not None)
        year = when(value) if value is not None and known else ""
        whole = "oui" if one.quarter.whole else "non"
        rows.append((typographic(one.quarter.territory.name), cell, ends, year, whole))
    header = (
        *("Quartier", indicator.short_title, "Intervalle à 95 %", "Millésime"),
        f"Entièrement {noun.at}",
    )
    return table(f"{indicator.title}, quartier par quartier", header, rows, numeric=(1,))
