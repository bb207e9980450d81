"""A theme of a territory to take away: one picture and one text for a slide, one table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.charts.description import Picture
from dashboard.charts.palette import palette
from dashboard.charts.spine import Line, spines
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Territory, Theme
from dashboard.story import words
from dashboard.story.about import TITLE, About
from dashboard.story.everywhere import producers
from dashboard.story.readings import Reading, among_communes, enough, main_comparison, reference_name, when
from dashboard.story.sentences import reading_sentence
from dashboard.story.spreadsheet import Cell
from dashboard.widgets import chart
from dashboard.widgets.given import links
from dashboard.widgets.row import position, spread_words
from dashboard.widgets.takeaway import picture, pictures
from sources.french import capital, typographic
from sources.vocabulary import Status

HEADER = (
    *("Territoire", "Indicateur", "Valeur", "Statut", "Unité", "Millésime", "Source", "Référence"),
    *("Valeur de la référence", "Millésime de la référence", "Écart", "Jugement", "Version"),
)


def section(
    barometer: Barometer, territory: Territory, theme: Theme, readings: Sequence[Reading], reference: str
) -> None:
    """Show the fold that gives a theme as a picture, as text and as a table.

    Args:
        barometer: The release.
        territory: Whose figures they are.
        theme: The theme.
        readings: Its indicators, as the page shows them.
        reference: Level of the reference chosen.
    """
    label = words.label(f"Reprendre ce thème : {theme.title}")
    with st.expander(label, key=f"emporter_{theme.theme}"):
        said = section_text(barometer, territory, theme, readings, reference)
        if any(r.spread is not None and enough(r.spread, barometer) for r in readings):
            about = _about(barometer, territory, theme, readings)
            colours = palette(st.context.theme.type)

            def figure() -> Picture:
                return spines(spine_lines(barometer, territory, readings, reference), colours)

            made = pictures(
                f"theme_{theme.theme}",
                about,
                lambda extension: picture(extension, figure, about, said),
            )
            st.html(links(*made))
        chart.downloads(
            "Tableau du thème",
            f"{theme.theme}_{territory.level}_{territory.code}",
            f"theme_{theme.theme}",
            lambda: (HEADER, rows(barometer, territory, readings, reference)),
        )
        st.code(said, language=None, wrap_lines=True)


def section_text(
    barometer: Barometer, territory: Territory, theme: Theme, readings: Sequence[Reading], reference: str
) -> str:
    """Return the theme as plain text: each figure with its unit, year, reference and source."""
    identity = barometer.identity
    name = typographic(territory.name)
    lines = [f"{theme.title}, {name}", *(_line(barometer, territory, r, reference) for r in readings)]
    lines.append(
        f"{TITLE}, {identity.epci_name}. Version {identity.release_id}, produite le "
        f"{words.date(identity.created_at)}."
    )
    return "\n".join(typographic(line) for line in lines)


def spine_lines(
    barometer: Barometer, territory: Territory, readings: Sequence[Reading], reference: str
) -> list[Line]:
    """Return the lines of the picture of a theme, those without figure in the words of their absence.

    Nothing for a territory that is not set among the communes.
    """
    if not among_communes(territory):
        return []
    return [_spine_line(barometer, territory, reading, reference) for reading in readings]


def _spine_line(barometer: Barometer, territory: Territory, reading: Reading, reference: str) -> Line:
    indicator, value = reading.indicator, reading.shown
    if value is None or not value.usable or value.value is None:
        status = value.status if value is not None else "not_published"
        return Line(indicator.short_title, capital(words.status_label(status)))
    unit, decimals = indicator.unit, indicator.decimals
    rest = words.unit_words(unit, indicator.unit_label)
    estimated = ", estimé" if value.status == Status.ESTIMATED else ""
    first = f"{words.quantity(value.value, unit, decimals)} {rest}".strip()
    told = [f"{first} ({when(value)}{estimated})"]
    main = main_comparison(reading.comparisons, reference)
    if main is not None:
        beside = words.quantity(main.reference_value, unit, decimals)
        judged = f" : {main.judgement}" if main.judgement else ""
        told.append(f"{reference_name(barometer, main)} {beside}{judged}")
    chart = position(barometer, territory, reading, main)
    if chart is None:
        told.append("trop peu de communes connues")
    else:
        told.append(spread_words(reading.spread, indicator) if reading.spread else "")
    return Line(indicator.short_title, typographic("\n".join(told)), chart)


def _about(barometer: Barometer, territory: Territory, theme: Theme, readings: Sequence[Reading]) -> About:
    values = [r.shown for r in readings if r.shown is not None and r.shown.usable]
    period = words.years(v.millesime for v in values if v.millesime is not None)
    if any(v.millesime is None for v in values):
        period = f"{period}, une année non précisée".removeprefix(", ")
    name = typographic(territory.name)
    return About(
        f"{theme.title} : {name} parmi les communes",
        "dite à chaque ligne",
        period,
        producers(barometer, values),
        barometer.identity,
        "chaque ligne a sa propre échelle",
        words.estimated(v.status for v in values),
    )


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
        f"({year}), écart {words.apart(beside.reference_value, beside.value, unit, decimals)}{judgement}."
    )


def rows(
    barometer: Barometer, territory: Territory, readings: Sequence[Reading], reference: str
) -> list[tuple[Cell, ...]]:
    """Return one row for each indicator of the theme, or for why it has no figure."""
    found: list[tuple[Cell, ...]] = []
    name = typographic(territory.name)
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
