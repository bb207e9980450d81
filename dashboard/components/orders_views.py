"""Two questions of the page « Priorités »: which communes look alike, and does the IDH-4 hold."""

from __future__ import annotations

import streamlit as st

from dashboard import places, words
from dashboard.asked import PERIMETERS
from dashboard.components import orders_index, orders_profiles, orders_taken, takeaway
from dashboard.components.choice import select
from dashboard.components.markup import text
from dashboard.components.orders_address import View
from dashboard.components.origin import index_source
from dashboard.figures.palette import palette
from dashboard.records import Territory
from dashboard.selection import LEVEL, TERRITORY, link
from sources.vocabulary import Level

VARIANTS = "L’IDH-4 selon la méthode"


def chosen(view: View, level: Level) -> Territory | None:
    """Return the territory of the address when it is of a level and one the page shows."""
    territory = view.selection.territory
    inside = territory.in_epci or level is Level.QPV
    return territory if view.selection.chosen and territory.level == level and inside else None


def families(view: View) -> None:
    """Communes with alike needs, on a map and in words."""
    barometer = view.barometer
    st.html(text("h2", "Les familles de communes"))
    found = orders_profiles.typology(barometer, Level.COMMUNE)
    if found is None or not found.families:
        reason = found.choice if found is not None else "La typologie n’est pas dans cette version."
        st.html(text("p", reason or "Aucune famille n’est établie.", "status"))
        return
    names = {c.code: words.typographic(c.name) for c in barometer.communes()}
    commune = chosen(view, Level.COMMUNE)
    told = [
        f"{family.name.lower()} ({words.plural(len(family.members), 'commune')})" for family in found.families
    ]
    count = len(found.families)
    lead = f"Les communes forment {count} familles, de la plus à la moins en besoin : {' ; '.join(told)}."
    st.html(text("p", lead, "lead"))
    if commune is not None:
        st.html(orders_profiles.own_family(found, commune.code, commune.name, commune.level))
    code = commune.code if commune else None
    with st.container(key="introduction"):
        drawing, beside = st.columns([3, 2], gap="medium")
    with drawing:
        orders_profiles.show_map(barometer, found, names, code)
    with beside:
        st.html(orders_profiles.families_list(found, names, code, palette(st.context.theme.type)))
    profiles = orders_profiles.profile_table(found, barometer.themes)
    takeaway.page_view("profils", barometer.identity, profiles)
    _quarter_families(view)


def _quarter_families(view: View) -> None:
    barometer = view.barometer
    found = orders_profiles.typology(barometer, Level.QPV, PERIMETERS["2015"])
    if found is None or not found.families:
        return
    names = {t.code: words.typographic(t.name) for t in barometer.territories if t.level == Level.QPV}
    st.html(
        text("h2", "Les familles de quartiers")
        + text("p", "Périmètres de 2015, la génération qui a assez d’indicateurs.", "note")
        + orders_profiles.families_list(found, names, None, palette(st.context.theme.type))
    )
    profiles = orders_profiles.profile_table(found, barometer.themes)
    takeaway.page_view("profils_quartiers", barometer.identity, profiles)


def index(view: View) -> None:
    """How the IDH-4 and the ranks of the communes hold under other choices of method."""
    barometer, epci = view.barometer, view.barometer.epci()
    commune = chosen(view, Level.COMMUNE)
    st.html(text("h2", "L’IDH-4 tient-il avec une autre méthode ?"))
    select(
        "Commune",
        barometer.communes(),
        commune,
        key="commune_idh4",
        words=lambda c: places.display_name(c.name, c.level),
        parameters=lambda c: view.parameters(**link(c)),
        placeholder="Choisir une commune",
        cleared=view.parameters(**{LEVEL: None, TERRITORY: None}),
    )
    found = orders_index.sensitivity(barometer, commune or epci)
    if found is None:
        st.html(text("p", "La sensibilité de l’IDH-4 n’est pas dans cette version.", "status"))
        return
    st.html(
        text("p", orders_index.opening(found, commune or epci), "lead")
        + index_source(barometer, commune or epci)
    )
    variants = orders_index.variants(found, [epci, *([commune] if commune else [])])
    takeaway.table_view(variants, "variantes", orders_taken.index_about(barometer, found, VARIANTS))
    code = commune.code if commune else None
    st.html(
        text("h3", "Les rangs des communes bougent-ils ?")
        + orders_index.ranks(found, barometer.communes(), code)
    )
    orders_taken.index_ranks(barometer, found, code)
