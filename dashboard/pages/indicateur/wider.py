"""What widens one indicator: its whole theme in small charts, and the contract's own comparisons."""

from __future__ import annotations

import streamlit as st

from dashboard.address.parameters import CONTRACT_VIEW, THEME_VIEW, VIEW, VIEWS
from dashboard.address.selection import Selection
from dashboard.pages.indicateur.groups import groups_view
from dashboard.story.everywhere import Everywhere, everywhere
from dashboard.story.markup import text
from dashboard.widgets.choice import go
from dashboard.widgets.multiples import multiples
from sources.french import typographic


def wider_views(shown: Everywhere, selection: Selection) -> None:
    """Offer the wider views and show the one asked for.

    Args:
        shown: The indicator of the page.
        selection: What the address asks for: the territory followed, the view opened.
    """
    opened = selection.view
    compared = [i for i in shown.barometer.indicators if i.in_contract]
    st.html(text("h2", "Voir plus large"))
    with st.container(key="plus_large", horizontal=True):
        for name, label in VIEWS.items():
            if name == CONTRACT_VIEW and not compared:
                continue
            st.button(
                typographic(f"Fermer : {label}" if opened == name else label),
                key=f"ouvrir_vue_{name}",
                type="tertiary",
                on_click=go,
                args=(selection.parameters(**{VIEW: None if opened == name else name}),),
            )
    if opened == THEME_VIEW:
        multiples(shown.barometer, selection.territory, shown.indicator.theme)
    if opened == CONTRACT_VIEW:
        for indicator in compared:
            drawn = everywhere(shown.barometer, indicator, None, "")
            if drawn.numbers:
                groups_view(drawn, f"groupes_{indicator.indicator}", indicator.title)
