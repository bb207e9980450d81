"""Indicateur: one indicator everywhere, as a map, a trend, a comparison, a list, and its sheet."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import (
    ALONE,
    MAP_ALONE,
    SHEET,
    TREND_ALONE,
    indicator_shown,
)
from dashboard.address.selection import Selection
from dashboard.data.questions import Barometer
from dashboard.pages.indicateur.choice import View, choices
from dashboard.pages.indicateur.groups import groups_view
from dashboard.pages.indicateur.maps import map_view
from dashboard.pages.indicateur.trend import trend_view
from dashboard.pages.indicateur.wider import wider_views
from dashboard.shell import frame
from dashboard.story import places, words
from dashboard.story.absence import awaited_words
from dashboard.story.everywhere import everywhere
from dashboard.story.markup import Fragment, group, text
from dashboard.story.openings import absence_sentence, spread_sentence, territory_sentence
from dashboard.story.readings import NEAREST, Reading, main_comparison, read
from dashboard.widgets.choice import go
from dashboard.widgets.communes import distribution_view, ranked_view
from dashboard.widgets.origin import LABEL
from dashboard.widgets.row import DIRECTIONS
from dashboard.widgets.sheet import sheet_view
from indicators.model import Direction
from sources.vocabulary import Level, Status


def show() -> None:
    """Show the page."""
    with frame.page(screens.INDICATOR) as (barometer, selection):
        for piece in opening(barometer, selection):
            st.html(piece)
        view = _view(barometer, selection)
        shown = view.shown
        if selection.view in ALONE:
            _alone(view, selection.view)
            return
        choices(view)
        _sheet(view)
        if shown.numbers:
            map_view(view)
            with st.container(key="cadre_vue"):
                left, right = st.columns(2, gap="large")
            with left:
                trend_view(shown, view.territory)
            with right:
                distribution_view(shown, view.commune)
            groups_view(shown)
            ranked_view(shown, view.commune, view.parameters())
        else:
            _nothing(view)
        wider_views(shown, selection)


def _alone(view: View, asked: str) -> None:
    """Show one view and nothing else, for a page of another site."""
    if not view.shown.numbers:
        _nothing(view)
    elif asked == MAP_ALONE:
        map_view(view)
    elif asked == TREND_ALONE:
        trend_view(view.shown, view.territory)
    else:
        ranked_view(view.shown, view.commune, view.parameters())


def _view(barometer: Barometer, selection: Selection) -> View:
    indicator = indicator_shown(barometer, selection.understood)
    return View(barometer, selection, everywhere(barometer, indicator, selection.concept, selection.year))


def opening(barometer: Barometer, selection: Selection) -> tuple[Fragment, ...]:
    """Return what the page opens with: the figure of the territory, how far apart the communes are."""
    view = _view(barometer, selection)
    shown = view.shown
    sentences = [territory_sentence(shown, view.territory), spread_sentence(shown)]
    if shown.number(view.territory) is None and shown.numbers:
        # What is known comes before what is not.
        sentences.reverse()
    lines = [text("p", " ".join(sentences), "lead")]
    notes = [DIRECTIONS[Direction(shown.indicator.direction)]]
    unit = words.unit_words(shown.indicator.unit, shown.indicator.unit_label)
    if unit:
        notes.append(f"Unité : {unit.strip('()')}.")
    if shown.sources:
        notes.append(f"Source : {shown.sources}, {shown.period}.")
    if shown.label:
        notes.insert(0, f"Définition montrée : {shown.label}.")
    value = shown.value(view.territory)
    if value is not None and value.usable and value.status == Status.ESTIMATED:
        notes.append("Chiffre estimé : sa fiche, plus bas, dit comment.")
    lines.append(text("p", " ".join(notes), "note"))
    return text("h1", shown.indicator.title), group(*lines)


def _nothing(view: View) -> None:
    """Say why no commune has a figure, and which file would bring one."""
    barometer, indicator = view.barometer, view.shown.indicator
    st.html(
        group(
            text("h2", "Pourquoi il n’y a rien à montrer ici"),
            text("p", absence_sentence(view.shown.absent)),
            *(text("p", said) for said in awaited_words(barometer, indicator, Level.COMMUNE)),
        )
    )


def _sheet(view: View) -> None:
    reading = _reading(view)
    indicator, opened = view.shown.indicator, view.selection.sheet == view.shown.indicator.indicator
    if opened:
        st.html(text("h2", LABEL))
    label = "Fermer la fiche :" if opened else LABEL
    place = places.at_short(view.territory)
    st.button(
        words.label(f"{label} {indicator.short_title} {place}"),
        key="ouvrir_fiche",
        type="tertiary",
        on_click=go,
        args=(view.parameters(**{SHEET: None if opened else indicator.indicator}),),
    )
    if opened:
        with st.container(key="fiche_indicateur"):
            st.html(text("h3", f"{indicator.title} {place}"))
            sheet_view(view.barometer, view.territory, reading)


def _reading(view: View) -> Reading:
    """The reading of the territory, moved to the definition and year of the page."""
    shown, territory = view.shown, view.territory
    reading = read(view.barometer, territory)[shown.indicator.indicator]
    value = shown.value(territory)
    if value is None or not shown.numbers:
        return reading
    beside = [c for c in view.barometer.comparisons(territory) if c.key == value.key]
    wide = main_comparison(beside, NEAREST)
    beside.sort(key=lambda c: (c is not wide, c.reference_level, c.reference_code))
    return replace(reading, shown=value, newer=None, comparisons=tuple(beside), comparable=None)


if __name__ == "__main__":
    show()
