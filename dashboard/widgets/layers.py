"""What a map may show above its colours: the pockets of poverty, asked for by the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.address.parameters import LAYER, POCKETS
from dashboard.address.selection import Selection
from dashboard.charts.spots import Spot
from dashboard.data.questions import Barometer
from dashboard.story.markup import Fragment, element, table, text
from dashboard.story.pockets import NO_RATE, PLACED, Pocket, pockets
from dashboard.widgets.choice import go
from dashboard.widgets.takeaway import page_view
from sources.french import number, plural, typographic


def layer(barometer: Barometer, selection: Selection) -> list[Pocket]:
    """Show the box that puts the pockets on a map; return those to draw.

    Args:
        barometer: The release.
        selection: What the address asks for.
    """
    found = pockets(barometer)
    if not found:
        return []
    shown = selection.pockets
    st.session_state["couche_poches"] = shown
    st.checkbox(
        typographic("Poches de pauvreté (points)"),
        key="couche_poches",
        on_change=lambda: go(selection.parameters(**{LAYER: None if shown else POCKETS})),
    )
    return found if shown else []


def spots(found: Sequence[Pocket]) -> list[Spot]:
    """Return the points of the pockets, each in its commune."""
    return [
        Spot(
            pocket.commune.code,
            pocket.inhabitants or 0,
            number(pocket.inhabitants) if pocket.inhabitants is not None else "?",
        )
        for pocket in found
    ]


def hover(texts: Mapping[str, str], found: Sequence[Pocket]) -> dict[str, str]:
    """Return the texts under the pointer, the pockets of each commune added."""
    told = dict(texts)
    for pocket in found:
        if pocket.commune.code in told:
            told[pocket.commune.code] += f"\nPoche de pauvreté : {pocket.name}, {pocket.counted}"
    return {code: typographic(said) for code, said in told.items()}


def pockets_key(found: Sequence[Pocket]) -> Fragment:
    """Return the key of the points as HTML; nothing when the layer is not shown."""
    if not found:
        return Fragment()
    sources = ", ".join(dict.fromkeys(p.source for p in found))
    return element("ul", text("li", "◆ poche de pauvreté, ses habitants dessous"), css="key") + text(
        "p", f"{PLACED} {NO_RATE} Source : {sources}.", "note"
    )


def pockets_table(barometer: Barometer, found: Sequence[Pocket]) -> None:
    """Show the list of the pockets, folded; nothing when the layer is not shown."""
    if not found:
        return
    rows = [(p.commune.name, p.name, p.counted.removesuffix("habitants").strip()) for p in found]
    known = [p.inhabitants for p in found if p.inhabitants is not None]
    if len(known) == len(found):
        rows.append(("Ensemble", plural(len(found), "poche"), number(sum(known))))
    with st.expander("Les poches de pauvreté, en tableau", key="donnees_poches"):
        cells = table(PLACED, ("Commune", "Périmètre", "Habitants estimés"), rows, numeric=(2,))
        page_view("poches", barometer.identity, cells)
