"""« Which communes are like mine? »: one block, folded, called by a page for the commune it shows."""

from __future__ import annotations

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import ALIKE_PORTRAIT, PORTRAIT
from dashboard.address.selection import Selection, href, link
from dashboard.data.kept import kept
from dashboard.data.peers import Alike, Peer, alike
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story import alike as story
from dashboard.story import words
from dashboard.story.about import ANALYSIS_SOURCE, About
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.story.spreadsheet import Amount
from dashboard.widgets.choice import go, kept_mode
from dashboard.widgets.takeaway import table_view
from indicators.structure import TRAITS
from sources.french import number, typographic
from sources.vocabulary import Level


def alike_block(barometer: Barometer, selection: Selection) -> None:
    """Name the communes like the one shown; say why and how many do better once they are asked for.

    Args:
        barometer: The release.
        selection: Whose commune it is, and whether the list is open.
    """
    territory = selection.territory
    label = alike_label(barometer, territory)
    if not label or not opener(selection, ALIKE_PORTRAIT, label):
        return
    found = alike(barometer.release, territory.code)
    assert found is not None
    name = typographic(territory.name)
    st.html(text("h2", f"Les communes qui ressemblent à {name}"))
    st.html(text("p", story.described(found.traits, territory.code), "note"))
    for scope in story.scopes(found):
        _scope(barometer, found, scope, name)
    st.html(text("p", f"{story.METHOD} {story.COUNTED}", "note"))


@kept
def alike_label(barometer: Barometer, territory: Territory) -> str:
    """Return the question the communes like one answer, with their names; empty when it is not known."""
    found = alike(barometer.release, territory.code)
    if found is None or not any(trait.code == territory.code for trait in found.traits):
        return ""
    return story.label(found, typographic(territory.name), barometer.authority)


def opener(selection: Selection, portrait: str, label: str) -> bool:
    """Show the button that opens a part of the portrait, or closes it.

    Args:
        selection: What the address asks for.
        portrait: The part, as the address names it.
        label: What it answers.

    Returns:
        Whether it is open.
    """
    opened = selection.portrait == portrait
    st.button(
        words.label(f"Fermer : {label}" if opened else label),
        key=f"ouvrir_portrait_{portrait}",
        type="tertiary",
        on_click=go,
        args=(selection.parameters(**{PORTRAIT: None if opened else portrait}),),
    )
    return opened


def _scope(barometer: Barometer, found: Alike, scope: str, name: str) -> None:
    kept = [peer for peer in found.peers if peer.scope == scope]
    st.html(text("p", story.opening(found, scope, name, barometer.authority), "lead"))
    if not kept:
        return
    identity = barometer.identity
    st.html(element("ul", *(_peer(barometer, peer) for peer in kept)))
    caption = f"Les communes qui ressemblent à {name}, {story.where(scope, barometer.authority)}"
    header = ("Code", "Commune", "Distance", *(trait.title for trait in TRAITS), "Pourquoi")
    known = {(trait.code, trait.trait): trait for trait in found.traits}
    rows = [
        (
            peer.code,
            typographic(peer.name),
            Amount(number(peer.distance, 2), peer.distance, "observed", 2),
            *(
                Amount(own.shown, own.value, "observed", trait.decimals)
                if (own := known.get((peer.code, trait.id)))
                else ""
                for trait in TRAITS
            ),
            typographic(story.why(peer)),
        )
        for peer in kept
    ]
    numeric = tuple(range(2, 3 + len(TRAITS)))
    with st.popover("Leur structure en chiffres", key=f"structure_{scope}", type="tertiary"):
        about = About(caption, "", "recensement", ANALYSIS_SOURCE, identity)
        table_view(table(caption, header, rows, numeric=numeric), f"semblables_{scope}", about)
    _standings(barometer, found, scope, name)


def _peer(barometer: Barometer, peer: Peer) -> Fragment:
    known = barometer.territory(Level.COMMUNE, peer.code)
    shown = text("strong", peer.name)
    if known is not None and known.in_epci:
        target = href(screens.BAROMETER, kept_mode(link(known)))
        shown = element("a", text("span", peer.name), href=target, target="_self")
    return element("li", shown, f", {story.why(peer)}")


def _standings(barometer: Barometer, found: Alike, scope: str, name: str) -> None:
    pairs = story.standings(barometer, found, scope)
    if not pairs:
        st.html(text("p", "Aucune d’elles n’a de chiffre de la même année et de même définition.", "status"))
        return
    rows = [
        (
            indicator.short_title,
            words.year(standing.millesime),
            story.counted(standing),
            str(standing.better),
            str(standing.worse),
            str(standing.known - standing.better - standing.worse),
        )
        for indicator, standing in pairs
    ]
    caption = f"Face aux communes qui ressemblent à {name}, {story.where(scope, barometer.authority)}"
    header = (
        *("Indicateur", "Année", "Combien font mieux"),
        *("Mieux, établi", "Moins bien, établi", "Proches ou non départagées"),
    )
    about = About(caption, "communes", "", ANALYSIS_SOURCE, barometer.identity)
    table_view(group(table(caption, header, rows, numeric=(3, 4, 5), css="standing")), f"face_{scope}", about)
