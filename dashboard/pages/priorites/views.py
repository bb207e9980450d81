"""Two questions of the page « Priorités »: which communes look alike, and does the IDH-4 hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.address.parameters import LEVEL, PERIMETER, PERIMETERS, QUESTION, TERRITORY
from dashboard.address.selection import Selection, href, link
from dashboard.charts.palette import palette
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.pages.priorites import index as orders_index
from dashboard.pages.priorites import profiles as orders_profiles
from dashboard.pages.priorites import taken as orders_taken
from dashboard.story.markup import text
from dashboard.widgets import takeaway
from dashboard.widgets.choice import select
from dashboard.widgets.origin import index_addresses, index_source
from sources.french import plural, typographic
from sources.vocabulary import Level

VARIANTS = "L’IDH-4 selon la méthode"
FOLLOWED = "Touchez un nom pour voir pourquoi il est là, et d’où viennent ses chiffres."


@dataclass(frozen=True)
class View:
    """What the page shows: the release and the whole of its address, understood."""

    barometer: Barometer
    selection: Selection

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address of this view, with some of it changed."""
        return self.selection.parameters(**changes)


def chosen(view: View, level: Level) -> Territory | None:
    """Return the territory of the address when it is of a level and one the page shows."""
    territory = view.selection.territory
    inside = territory.in_epci or level is Level.QPV
    return territory if view.selection.chosen and territory.level == level and inside else None


def choose(
    view: View, label: str, options: Sequence[Territory], territory: Territory | None, key: str, empty: str
) -> None:
    """Offer the territories one may choose, or none of them.

    Args:
        view: The address of the page, which the choice changes.
        label: Of the list.
        options: What is offered.
        territory: The one chosen.
        key: Identity of the list.
        empty: What stands in the list while nothing is chosen.
    """
    select(
        label,
        options,
        territory,
        key=key,
        words=lambda t: typographic(t.name),
        parameters=lambda t: view.parameters(**link(t)),
        placeholder=empty,
        cleared=view.parameters(**{LEVEL: None, TERRITORY: None}),
    )


def why_addresses(
    view: View, question: str, territories: Sequence[Territory], **changes: str
) -> dict[str, str]:
    """Return the address that says why each territory is where it is, with the sheets of its figures.

    Args:
        view: The address of the page.
        question: The order it is in, « communes » or « quartiers ».
        territories: Whose addresses.
        changes: Other parameters of the address.
    """
    return {
        t.code: href(None, view.parameters(**{QUESTION: question, **changes, **link(t)})) for t in territories
    }


def families(view: View) -> None:
    """Communes with alike needs, on a map and in words."""
    barometer = view.barometer
    st.html(text("h2", "Les familles de communes"))
    found = orders_profiles.typology(barometer, Level.COMMUNE)
    if found is None or not found.families:
        reason = found.choice if found is not None else "La typologie n’est pas dans cette version."
        st.html(text("p", reason or "Aucune famille n’est établie.", "status"))
        return
    names = {c.code: typographic(c.name) for c in barometer.communes()}
    commune = chosen(view, Level.COMMUNE)
    told = [f"{family.name.lower()} ({plural(len(family.members), 'commune')})" for family in found.families]
    count = len(found.families)
    lead = f"Les communes forment {count} familles, de la plus à la moins en besoin : {' ; '.join(told)}."
    st.html(text("p", lead, "lead"))
    if commune is not None:
        st.html(orders_profiles.own_family(found, commune.code, commune.name))
    code = commune.code if commune else None
    with st.container(key="introduction"):
        drawing, beside = st.columns([3, 2], gap="medium")
    with drawing:
        orders_profiles.show_map(barometer, found, names, code)
    with beside:
        hrefs = why_addresses(view, "communes", barometer.communes())
        colours = palette(st.context.theme.type)
        st.html(
            orders_profiles.families_list(found, names, code, colours, hrefs) + text("p", FOLLOWED, "note")
        )
    orders_profiles.profile_view(barometer, found, names, "communes", "communes")
    _quarter_families(view)


def _quarter_families(view: View) -> None:
    barometer = view.barometer
    found = orders_profiles.typology(barometer, Level.QPV, PERIMETERS["2015"])
    if found is None or not found.families:
        return
    quarters = [t for t in barometer.territories if t.level == Level.QPV]
    names = {t.code: typographic(t.name) for t in quarters}
    hrefs = why_addresses(view, "quartiers", quarters, **{PERIMETER: "2015"})
    st.html(
        text("h2", "Les familles de quartiers")
        + text("p", "Périmètres de 2015, la génération qui a assez d’indicateurs.", "note")
        + orders_profiles.families_list(found, names, None, palette(st.context.theme.type), hrefs)
        + text("p", FOLLOWED, "note")
    )
    orders_profiles.profile_view(barometer, found, names, "quartiers", "quartiers")


def index(view: View) -> None:
    """How the IDH-4 and the ranks of the communes hold under other choices of method."""
    barometer, epci = view.barometer, view.barometer.epci()
    commune = chosen(view, Level.COMMUNE)
    st.html(text("h2", "L’IDH-4 tient-il avec une autre méthode ?"))
    choose(view, "Commune", barometer.communes(), commune, "commune_idh4", "Choisir une commune")
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
        + text("p", "Touchez un nom pour ouvrir la fiche de son IDH-4.", "note")
        + orders_index.ranks(found, barometer.communes(), code, index_addresses(barometer))
    )
    orders_taken.index_ranks(barometer, found, code)
