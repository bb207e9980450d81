"""« Chercher ma commune »: one field, and links to what it may mean."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import INDICATOR, LEVEL, SEARCH, TERRITORY
from dashboard.address.selection import Selection
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.story import findable
from dashboard.story.markup import text
from dashboard.story.search import Close, Found, Index, index, search
from dashboard.widgets.choice import go, page_link
from dashboard.widgets.france_card import france_card
from sources.french import typographic

LABEL = "Chercher ma commune, un quartier ou un indicateur"
NOTHING = "Rien de ce nom ici. Essayez un nom de commune, un code Insee ou un mot : « chômage »."
_KEY = "recherche"


@kept
def _index(barometer: Barometer) -> Index:
    """The same for every reader of a release: laid out once."""
    return index(findable.entries(barometer))


def field(barometer: Barometer, selection: Selection) -> None:
    """Show the field, which writes what is looked for in the address."""
    st.session_state[_KEY] = selection.search

    def changed() -> None:
        go(selection.parameters(**{SEARCH: st.session_state[_KEY].strip() or None}))

    st.text_input(LABEL, key=_KEY, on_change=changed, placeholder=_example(barometer))


def results(barometer: Barometer, selection: Selection) -> None:
    """Show links to what was found for what the address looks for; nothing while it looks for nothing."""
    typed = selection.search
    if not typed:
        return
    with st.container(key="trouves"):
        found = search(_index(barometer), typed)
        if not found:
            st.html(text("p", NOTHING, "status", role="status"))
        if found and found[0].close == Close.CODE and found[0].entry.kind in findable.ELSEWHERE:
            entry = found[0].entry
            france_card(barometer, findable.ELSEWHERE[entry.kind], findable.plain_code(entry))
            return
        for one in found:
            script, parameters = _target(one)
            page_link(script, label=typographic(findable.label(one)), query_params=parameters)


def _example(barometer: Barometer) -> str:
    """Return what may be typed, with a commune of the territory: its name, its code."""
    first = next(iter(barometer.communes()), None)
    return f"{first.name}, {first.code}, chômage…" if first else "chômage…"


def _target(found: Found) -> tuple[str, Mapping[str, str]]:
    entry = found.entry
    if entry.kind == findable.INDICATOR:
        return screens.INDICATOR.script, {INDICATOR: entry.code}
    if entry.kind in findable.ELSEWHERE:
        return screens.HOME.script, {SEARCH: entry.code}
    return screens.BAROMETER.script, {LEVEL: entry.kind, TERRITORY: entry.code}
