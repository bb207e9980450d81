"""Indicateur: one indicator everywhere, as a map, a trend, a comparison, a list, and its sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from dashboard import asked as address
from dashboard import places, words
from dashboard.asked import INDICATOR, UNSTATED, VARIANT, YEAR, Asked
from dashboard.components import chart, frame, layers
from dashboard.components.choice import go, page_link, select
from dashboard.components.choropleth import choropleth, legend
from dashboard.components.communes_view import distribution_view, ranked_view, standing, with_quarters
from dashboard.components.groups_view import groups_view
from dashboard.components.markup import element, text
from dashboard.components.origin import LABEL
from dashboard.components.row import DIRECTIONS, figure, gap_words, reference_name
from dashboard.components.sheet import sheet
from dashboard.components.trend_view import trend_view
from dashboard.components.wider_views import VIEW, asked_view, wider_views
from dashboard.everywhere import (
    MAIN_DEFINITION,
    Everywhere,
    all_values,
    definition_label,
    definitions,
    everywhere,
    years,
)
from dashboard.openings import absence_sentence, spread_sentence, territory_sentence
from dashboard.questions import Barometer
from dashboard.readings import NEAREST, Reading, main_comparison, read
from dashboard.records import Indicator, Territory
from dashboard.selection import LEVEL, SHEET, TERRITORY, Selection, link
from indicators.model import Direction
from sources.vocabulary import Level, Status

OWN = (INDICATOR, VARIANT, YEAR, VIEW, layers.LAYER)
FOLLOWED = (
    Level.EPCI,
    Level.COMMUNE,
    Level.GROUPE,
    Level.DEPARTEMENT,
    Level.REGION,
    Level.METROPOLE,
    Level.FRANCE,
)


@dataclass(frozen=True)
class View:
    """What the page shows: the whole of its address, understood."""

    barometer: Barometer
    selection: Selection
    asked: Asked
    shown: Everywhere
    more: str | None = None
    """What is shown besides the indicator: its theme, or the three charts of the contract."""

    @property
    def territory(self) -> Territory:
        """The territory followed."""
        return self.selection.territory

    @property
    def commune(self) -> Territory | None:
        """The commune followed, if it is one the charts show."""
        return self.territory if self.territory in self.shown.communes else None

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address of this view, with some of it changed."""
        own = {name: changes.pop(name) for name in OWN if name in changes}
        shared = {**self.selection.parameters(**changes), **self.asked.parameters(**own)}
        if VIEW not in own and self.more:
            shared[VIEW] = self.more
        return {**shared, **(layers.parameters() if layers.LAYER not in own else {})}


def show() -> None:
    """Show the page."""
    with frame.page(OWN) as (barometer, selection):
        chart.style()
        layers.notice()
        asked = address.parse(st.query_params.to_dict(), barometer, selection)
        for notice in asked.notices:
            st.info(words.typographic(notice))
        shown = everywhere(barometer, asked.indicator, asked.concept, asked.year)
        view = View(barometer, selection, asked, shown, asked_view())
        st.html(text("h1", asked.indicator.title))
        _opening(view)
        _choices(view)
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
            ranked_view(shown, view.commune)
        else:
            _nothing(view)
        wider_views(shown, view.territory, view.more, view.parameters)


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
    st.html("".join(lines))


def _choices(view: View) -> None:
    barometer, asked, shown = view.barometer, view.asked, view.shown
    values = all_values(barometer, asked.indicator)
    concepts = definitions(barometer, values)
    offered = years(barometer, shown.values)
    with st.container(key="cadre_choix"):
        widths = [5, 4, 3, 2] if len(concepts) > 1 else [5, 4, 2]
        columns = iter(st.columns(widths))
    with next(columns):
        select(
            "Indicateur",
            barometer.indicators,
            asked.indicator,
            key="indicateur_choisi",
            words=_indicator_words(barometer),
            parameters=lambda i: view.parameters(
                **{INDICATOR: i.indicator, VARIANT: None, YEAR: None, SHEET: None}
            ),
        )
    with next(columns):
        select(
            "Territoire suivi",
            _followed(view),
            view.territory,
            key="territoire_suivi",
            words=lambda t: places.display_name(t.name, t.level),
            parameters=lambda t: view.parameters(**link(t)),
        )
    if len(concepts) > 1:
        with next(columns):
            select(
                "Définition",
                concepts,
                shown.concept,
                key="definition_choisie",
                words=lambda c: words.typographic(
                    definition_label(barometer, asked.indicator.indicator, c) or MAIN_DEFINITION
                ),
                parameters=lambda c: view.parameters(**{VARIANT: c, YEAR: None}),
            )
    if offered:
        with next(columns):
            select(
                "Année",
                offered,
                shown.millesime,
                key="annee_choisie",
                words=lambda y: "Non précisée" if y is None else str(y),
                parameters=lambda y: view.parameters(**{YEAR: UNSTATED if y is None else str(y)}),
            )


def _indicator_words(barometer: Barometer) -> Callable[[Indicator], str]:
    titles = {theme.theme: theme.title for theme in barometer.themes}

    def said(indicator: Indicator) -> str:
        return words.typographic(f"{titles.get(indicator.theme, '')} : {indicator.short_title}")

    return said


def _followed(view: View) -> list[Territory]:
    """Territories to follow, the nearest level first; the one of the address always among them."""
    found = [
        t
        for level in FOLLOWED
        for t in view.barometer.territories
        if t.level == level and (level != Level.COMMUNE or t.in_epci) and t.perimeter is None
    ]
    return found if view.territory in found else [*found, view.territory]


def _map(view: View) -> None:
    shown = view.shown
    st.html(text("h2", f"Carte des communes, {shown.period}"))
    with st.container(key="introduction"):
        drawing, beside = st.columns([3, 2], gap="medium")
    with beside:
        pockets = layers.layer(view.barometer, view.parameters(**{layers.LAYER: None}))
        st.html(text("h3", shown.title) + legend(shown) + layers.pockets_key(pockets))
    with drawing:
        choropleth(shown, view.parameters(), view.commune, with_quarters(view.barometer), pockets)
    with beside:
        if shown.absent:
            st.html(text("p", absence_sentence(shown.absent), "note"))
        st.html(text("p", "Touchez une commune pour la suivre dans toute la page.", "note"))
        if view.commune is not None:
            st.html(element("section", *_commune(view, view.commune), css="index"))
            page_link(
                frame.BAROMETER.script,
                label=words.typographic(
                    f"Tous les indicateurs {places.of(view.commune.name, view.commune.level)}"
                ),
                query_params=link(view.commune),
            )
            st.button(
                "Ne plus suivre cette commune",
                key="oublier_commune",
                type="tertiary",
                on_click=go,
                args=(view.parameters(**{LEVEL: None, TERRITORY: None}),),
            )
    layers.pockets_table(pockets)


def _commune(view: View, commune: Territory) -> list[str]:
    shown = view.shown
    number = shown.number(commune)
    if number is None:
        said = words.capital(words.status_label(shown.status(commune)))
        return [text("h3", commune.name), text("p", said, "status")]
    value = shown.value(commune)
    assert value is not None
    lines = [text("h3", commune.name), element("p", figure(value, shown.indicator))]
    if shown.spread is not None:
        lines.append(text("p", words.capital(standing(shown, commune)) + "."))
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
    lines = [
        text("h2", "Pourquoi il n’y a rien à montrer ici"),
        text("p", absence_sentence(view.shown.absent)),
    ]
    for awaited in barometer.awaited(indicator.indicator, Level.COMMUNE):
        dataset = barometer.datasets.get(awaited.dataset or "")
        if dataset is not None:
            lines.append(text("p", f"Extrait attendu : {dataset.producer}, {dataset.title}."))
        elif awaited.reason:
            lines.append(text("p", awaited.reason))
    st.html("".join(lines))


def _sheet(view: View) -> None:
    reading = _reading(view)
    indicator, opened = view.shown.indicator, view.selection.sheet == view.shown.indicator.indicator
    if opened:
        st.html(text("h2", LABEL))
    label = "Fermer la fiche :" if opened else LABEL
    place = places.at(view.territory.name, view.territory.level)
    st.button(
        words.typographic(f"{label} {indicator.short_title} {place}"),
        key="ouvrir_fiche",
        type="tertiary",
        on_click=go,
        args=(view.parameters(**{SHEET: None if opened else indicator.indicator}),),
    )
    if opened:
        with st.container(key="fiche_indicateur"):
            st.html(text("h3", f"{indicator.title} {place}") + sheet(view.barometer, view.territory, reading))


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
