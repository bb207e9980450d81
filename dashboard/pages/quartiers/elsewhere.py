"""The quarters of the rest of France: looked for, a page at a time, under their communes, figures alone."""

from __future__ import annotations

import streamlit as st

from dashboard.address.parameters import LIST_PAGE, SEARCH
from dashboard.data import quarters_elsewhere
from dashboard.data.quarters_elsewhere import PAGE
from dashboard.pages.quartiers.choice import View
from dashboard.pages.quartiers.views import written
from dashboard.story.about import About
from dashboard.story.everywhere import producers
from dashboard.story.markup import table, text
from dashboard.story.readings import when
from dashboard.story.spreadsheet import Amount
from dashboard.widgets.choice import go
from dashboard.widgets.takeaway import table_view
from indicators.comparison import INHERITED
from indicators.model import Direction
from sources.french import plural, typographic

LABEL = "Chercher un quartier de France, par son nom, sa commune ou son code"
ALONE = (
    "Chiffres seuls, sans rapport : ces quartiers sont d’une autre intercommunalité. Un quartier sans "
    "chiffre ici n’en a dans aucun fichier reçu."
)
_KEY = "recherche_qpv"


def elsewhere_list(view: View) -> None:
    """Show the quarters of the rest of France that are looked for; nothing where the release holds none."""
    release, selection = view.barometer.release, view.selection
    if not quarters_elsewhere.known(release):
        return
    st.session_state[_KEY] = selection.search

    def changed() -> None:
        go(view.parameters(**{SEARCH: st.session_state[_KEY].strip() or None, LIST_PAGE: None}))

    st.html(text("h2", "Les quartiers du reste de la France"))
    st.text_input(LABEL, key=_KEY, on_change=changed)
    page = selection.list_page
    found = quarters_elsewhere.listed(release, selection.perimeter, selection.search, page)
    if not found.quarters:
        st.html(
            text(
                "p", "Aucun quartier de ce nom ni de cette commune sur ce périmètre.", "status", role="status"
            )
        )
        return
    first = PAGE * (page - 1) + 1
    last = first + len(found.quarters) - 1
    many = plural(found.found, "quartier")
    st.html(text("p", f"{many} ; voici les rangs {first} à {last} dans l’ordre des noms. {ALONE}", "note"))
    indicators = [
        i
        for i in view.barometer.indicators
        if i.direction != Direction.DESCRIPTIVE
        and any(v.origin != INHERITED for q in found.quarters if (v := q.values.get(i.indicator)))
    ]
    rows = []
    for quarter in found.quarters:
        cells = []
        for indicator in indicators:
            value = quarter.values.get(indicator.indicator)
            if value is None or value.value is None:
                cells.append(Amount("sans chiffre", None, "missing", indicator.decimals))
                continue
            said = f"{written(indicator, value.value)} ({when(value)})"
            cells.append(Amount(said, value.value, value.status, indicator.decimals))
        communes = typographic(quarter.communes or "aucun fichier ne la dit")
        rows.append((quarter.code, typographic(quarter.name), communes, *cells))
    caption = f"Quartiers du reste de la France, {selection.perimeter.label}, rangs {first} à {last}"
    header = ("Code", "Quartier", "Commune", *(i.short_title for i in indicators))
    values = [value for quarter in found.quarters for value in quarter.values.values()]
    source = producers(view.barometer, values)
    table_view(
        table(caption, header, rows, numeric=tuple(range(3, len(header)))),
        "quartiers_france",
        About(caption, "", "", source, view.barometer.identity),
    )
    with st.container(key="pages_quartiers", horizontal=True):
        for label, other, there in (
            ("Les précédents", page - 1, page > 1),
            ("Les suivants", page + 1, last < found.found),
        ):
            if there:
                st.button(
                    label,
                    key=f"page_{other}",
                    type="tertiary",
                    on_click=go,
                    args=(view.parameters(**{LIST_PAGE: str(other)}),),
                )
