"""The map of the communes with all that goes with it: list, legend, chosen commune, table of its data."""

from __future__ import annotations

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import LEVEL, TERRITORY
from dashboard.address.selection import Selection, link
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory, Value
from dashboard.pages.accueil.index import components_list
from dashboard.story import places, words
from dashboard.story.everywhere import Everywhere, everywhere
from dashboard.story.markup import Fragment, element, table, text
from dashboard.story.readings import of_year, read
from dashboard.widgets import layers
from dashboard.widgets.choice import page_link, select
from dashboard.widgets.choropleth import choropleth, drawable, legend, said
from dashboard.widgets.origin import source_link
from sources.french import typographic
from sources.vocabulary import Level


def map_panel(
    barometer: Barometer,
    selection: Selection,
    headline: Indicator,
    components: list[Indicator],
    epci_value: Value | None,
) -> None:
    """Show the map of the communes by the index, for the year of the agglomeration's own.

    Args:
        barometer: The release.
        selection: The commune the address names is outlined and described.
        headline: Indicator of the map.
        components: Its sub-indices, shown for the chosen commune.
        epci_value: Value of the agglomeration, whose year the map takes.
    """
    shown = everywhere(barometer, headline, None, epci_value.millesime if epci_value else "")
    communes = shown.communes
    chosen = selection.territory if selection.chosen and selection.territory.level == Level.COMMUNE else None

    st.html(text("h2", f"{headline.short_title} des communes, {shown.period}"))
    drawing, beside = st.columns([3, 2], gap="medium")
    with beside:
        select(
            "Commune (ou touchez la carte)" if drawable(barometer.release) else "Commune",
            communes,
            chosen,
            key="commune",
            words=lambda commune: typographic(commune.name),
            parameters=lambda commune: selection.parameters(**link(commune)),
            placeholder="Choisir une commune",
            cleared=selection.parameters(**{LEVEL: None, TERRITORY: None}),
        )
        pockets = layers.layer(barometer, selection)
        if key := legend(shown) + layers.pockets_key(pockets):
            st.html(key)
        _commune_card(barometer, chosen, headline, components, shown.millesime)
    with drawing:
        choropleth(
            shown,
            selection.parameters(),
            chosen,
            pockets,
            "Le tableau sous la carte donne tout.",
        )
    with st.expander("Les données de la carte", key="donnees_carte"):
        st.html(_map_table(shown))
    layers.pockets_table(barometer, pockets)


def _commune_card(
    barometer: Barometer,
    commune: Territory | None,
    headline: Indicator,
    components: list[Indicator],
    year: int | None,
) -> None:
    """Show the chosen commune in the year of the map, not in its own latest year."""
    if commune is None:
        return
    readings = read(barometer, commune)
    parts = [
        (indicator, of_year(readings[indicator.indicator], year)) for indicator in (headline, *components)
    ]
    st.html(
        element(
            "section",
            text("h3", commune.name),
            components_list(headline, parts, year),
            css="index commune",
        )
    )
    source_link(barometer, commune, headline, parts[0][1])
    page_link(
        screens.BAROMETER.script,
        label=typographic(f"Tous les indicateurs {places.of(commune.name, commune.level)}"),
        query_params=link(commune),
    )


def _map_table(shown: Everywhere) -> Fragment:
    rows = [
        (c.name, said(shown, c) if c.code in shown.numbers else "–", words.status_label(_status(shown, c)))
        for c in shown.communes
    ]
    caption = f"{shown.title}, {shown.period}, par commune"
    return table(caption, ("Commune", shown.indicator.short_title, "Statut"), rows, numeric=(1,))


def _status(shown: Everywhere, commune: Territory) -> str:
    value = shown.value(commune)
    return value.status if value is not None and value.usable else shown.status(commune)
