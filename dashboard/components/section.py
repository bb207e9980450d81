"""A theme of a territory to take away: one text for a slide, one table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import places, words
from dashboard.about import TITLE
from dashboard.components import chart
from dashboard.components.row import reference_name
from dashboard.components.sheet import reading_sentence
from dashboard.everywhere import producers
from dashboard.questions import Barometer
from dashboard.readings import Reading, main_comparison, when
from dashboard.records import Comparison, Territory, Theme
from dashboard.spreadsheet import Cell

HEADER = (
    *("Territoire", "Indicateur", "Valeur", "Statut", "Unité", "Millésime", "Source", "Référence"),
    *("Valeur de la référence", "Millésime de la référence", "Écart", "Jugement", "Version"),
)


def section(
    barometer: Barometer, territory: Territory, theme: Theme, readings: Sequence[Reading], reference: str
) -> None:
    """Show the fold that gives a theme as text and as a table.

    Args:
        barometer: The release.
        territory: Whose figures they are.
        theme: The theme.
        readings: Its indicators, as the page shows them.
        reference: Level of the reference chosen.
    """
    label = words.typographic(f"Reprendre ce thème : {theme.title}")
    with st.expander(label, key=f"emporter_{theme.theme}"):
        chart.downloads(
            "Tableau du thème",
            f"{theme.theme}_{territory.level}_{territory.code}",
            f"theme_{theme.theme}",
            lambda: (HEADER, rows(barometer, territory, readings, reference)),
        )
        st.code(
            section_text(barometer, territory, theme, readings, reference), language=None, wrap_lines=True
        )


def section_text(
    barometer: Barometer, territory: Territory, theme: Theme, readings: Sequence[Reading], reference: str
) -> str:
    """Return the theme as plain text: each figure with its unit, year, reference and source."""
    identity = barometer.identity
    name = places.display_name(territory.name, territory.level)
    lines = [f"{theme.title}, {name}", *(_line(barometer, territory, r, reference) for r in readings)]
    lines.append(
        f"{TITLE}, {identity.epci_name}. Version {identity.release_id}, produite le "
        f"{words.date(identity.created_at)}."
    )
    return "\n".join(words.typographic(line) for line in lines)


def _line(barometer: Barometer, territory: Territory, reading: Reading, reference: str) -> str:
    indicator, value = reading.indicator, reading.shown
    if value is None or not value.usable:
        status = value.status if value is not None else "not_published"
        return f"{indicator.title} : {words.status_label(status)}."
    told = [reading_sentence(indicator, territory, value)]
    if words.unit_words(indicator.unit, indicator.unit_label):
        told.append(f"Unité : {indicator.unit_label.strip('()') or 'de 0 à 1'}.")
    if value.status == "estimated":
        told.append("Chiffre estimé.")
    beside = main_comparison(reading.comparisons, reference)
    if beside is not None:
        told.append(_beside(barometer, reading, beside))
    told.append(f"Source : {producers(barometer, [value])}, {when(value)}.")
    return " ".join(told)


def _beside(barometer: Barometer, reading: Reading, beside: Comparison) -> str:
    unit, decimals = reading.indicator.unit, reading.indicator.decimals
    judgement = f" ({beside.judgement})" if beside.judgement else ""
    year = words.year(beside.reference_millesime)
    return (
        f"{reference_name(barometer, beside)} : {words.quantity(beside.reference_value, unit, decimals)} "
        f"({year}), écart {words.gap(beside.gap, unit, decimals)}{judgement}."
    )


def rows(
    barometer: Barometer, territory: Territory, readings: Sequence[Reading], reference: str
) -> list[tuple[Cell, ...]]:
    """Return one row for each indicator of the theme, or for why it has no figure."""
    found: list[tuple[Cell, ...]] = []
    name = places.display_name(territory.name, territory.level)
    for reading in readings:
        indicator, value = reading.indicator, reading.shown
        usable = value if value is not None and value.usable else None
        beside = main_comparison(reading.comparisons, reference) if usable else None
        status = value.status if value is not None else "not_published"
        compared: tuple[Cell, ...] = (None,) * 5
        if beside is not None:
            compared = (
                reference_name(barometer, beside),
                beside.reference_value,
                words.year(beside.reference_millesime),
                beside.gap,
                beside.judgement,
            )
        found.append(
            (
                *(name, indicator.title, usable.value if usable else None, words.status_label(status)),
                *(indicator.unit_label, when(usable) if usable else None),
                producers(barometer, [usable]) if usable else None,
                *compared,
                barometer.identity.release_id,
            )
        )
    return found
