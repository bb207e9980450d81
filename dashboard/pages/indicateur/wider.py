"""What widens one indicator: its whole theme in small charts, and the contract's own comparisons."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.data.records import Territory
from dashboard.pages.indicateur.groups import groups_view
from dashboard.story import words
from dashboard.story.everywhere import Everywhere, everywhere
from dashboard.story.markup import text
from dashboard.widgets.choice import go
from dashboard.widgets.multiples import multiples

VIEW, THEME_VIEW, CONTRACT_VIEW = "vue", "theme", "contrat"
LABELS = {
    THEME_VIEW: "Tout le thème, en petits graphiques",
    CONTRACT_VIEW: "Les comparaisons du contrat",
}


def asked_view() -> str | None:
    """Return the view the address asks for; one that does not exist is said politely."""
    asked = st.query_params.get(VIEW)
    if asked is None or asked in LABELS:
        return asked
    st.info("La vue demandée dans l’adresse n’existe pas : voici l’indicateur seul.")
    return None


def wider_views(
    shown: Everywhere, territory: Territory, opened: str | None, parameters: Callable[..., dict[str, str]]
) -> None:
    """Offer the wider views and show the one asked for.

    Args:
        shown: The indicator of the page.
        territory: The territory followed.
        opened: The view the address asks for.
        parameters: The address of the page, with some of it changed.
    """
    compared = [i for i in shown.barometer.indicators if i.in_contract]
    st.html(text("h2", "Voir plus large"))
    with st.container(key="plus_large", horizontal=True):
        for name, label in LABELS.items():
            if name == CONTRACT_VIEW and not compared:
                continue
            st.button(
                words.typographic(f"Fermer : {label}" if opened == name else label),
                key=f"ouvrir_vue_{name}",
                type="tertiary",
                on_click=go,
                args=(parameters(**{VIEW: None if opened == name else name}),),
            )
    if opened == THEME_VIEW:
        multiples(shown.barometer, territory, shown.indicator.theme)
    if opened == CONTRACT_VIEW:
        for indicator in compared:
            drawn = everywhere(shown.barometer, indicator, None, "")
            if drawn.numbers:
                groups_view(drawn, f"groupes_{indicator.indicator}", indicator.title)
