"""Indicateur: one indicator everywhere, as a map, a trend, a comparison, a list, and its sheet."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import (
    ALONE,
    LEVEL,
    MAP_ALONE,
    SHEET,
    TERRITORY,
    TREND_ALONE,
    indicator_shown,
)
from dashboard.address.selection import link
from dashboard.data.records import Territory
from dashboard.pages.indicateur.choice import View, choices
from dashboard.pages.indicateur.groups import groups_view
from dashboard.pages.indicateur.trend import trend_view
from dashboard.pages.indicateur.wider import wider_views
from dashboard.shell import frame
from dashboard.story import places, words
from dashboard.story.absence import awaited_words
from dashboard.story.everywhere import everywhere
from dashboard.story.markup import Fragment, element, group, text
from dashboard.story.openings import absence_sentence, spread_sentence, territory_sentence
from dashboard.story.readings import NEAREST, Reading, main_comparison, read, reference_name
from dashboard.widgets import layers
from dashboard.widgets.choice import go, page_link
from dashboard.widgets.choropleth import choropleth, legend
from dashboard.widgets.communes import distribution_view, ranked_view, standing
from dashboard.widgets.origin import LABEL
from dashboard.widgets.row import DIRECTIONS, figure, gap_words
from dashboard.widgets.sheet import sheet_view
from indicators.model import Direction
from sources.french import capital, typographic
from sources.vocabulary import Level, Status


def show() -> None:
    """Show the page."""
    with frame.page(screens.INDICATOR) as (barometer, selection):
        indicator = indicator_shown(barometer, selection.understood)
        shown = everywhere(barometer, indicator, selection.concept, selection.year)
        view = View(barometer, selection, shown)
        st.html(text("h1", indicator.title))
        _opening(view)
        if selection.view in ALONE:
            _alone(view, selection.view)
            return
        choices(view)
        _sheet(view)
        if shown.numbers:
            _map(view)
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
        _map(view)
    elif asked == TREND_ALONE:
        trend_view(view.shown, view.territory)
    else:
        ranked_view(view.shown, view.commune, view.parameters())


def _opening(view: View) -> None:
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
    st.html(group(*lines))


def _map(view: View) -> None:
    shown = view.shown
    st.html(text("h2", f"Carte des communes, {shown.period}"))
    with st.container(key="introduction"):
        drawing, beside = st.columns([3, 2], gap="medium")
    with beside:
        pockets = layers.layer(view.barometer, view.selection)
        st.html(text("h3", shown.title) + legend(shown) + layers.pockets_key(pockets))
    with drawing:
        choropleth(shown, view.parameters(), view.commune, pockets)
    with beside:
        if shown.absent:
            st.html(text("p", absence_sentence(shown.absent), "note"))
        st.html(text("p", "Touchez une commune pour la suivre dans toute la page.", "note"))
        if view.commune is not None:
            st.html(element("section", *_commune(view, view.commune), css="index"))
            page_link(
                screens.BAROMETER.script,
                label=typographic(f"Tous les indicateurs {places.of(view.commune.name, view.commune.level)}"),
                query_params=link(view.commune),
            )
            st.button(
                "Ne plus suivre cette commune",
                key="oublier_commune",
                type="tertiary",
                on_click=go,
                args=(view.parameters(**{LEVEL: None, TERRITORY: None}),),
            )
    layers.pockets_table(view.barometer, pockets)


def _commune(view: View, commune: Territory) -> list[Fragment]:
    shown = view.shown
    number = shown.number(commune)
    if number is None:
        said = capital(words.status_label(shown.status(commune)))
        return [text("h3", commune.name), text("p", said, "status")]
    value = shown.value(commune)
    assert value is not None
    lines = [text("h3", commune.name), element("p", figure(value, shown.indicator))]
    if shown.spread is not None:
        lines.append(text("p", capital(standing(shown, commune)) + "."))
    beside = main_comparison(
        (c for c in view.barometer.comparisons(commune) if c.key == value.key), Level.EPCI
    )
    if beside is not None:
        reference = f"{reference_name(view.barometer, beside)} : {shown.written(beside.reference_value)}. "
        lines.append(element("p", text("span", reference), gap_words(beside, shown.indicator)))
    return lines


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
    place = places.at(view.territory.name, view.territory.level)
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
