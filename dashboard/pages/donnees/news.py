"""Nouveautés: what the release shown changes to the one before, and what that makes in the commune chosen."""

from __future__ import annotations

import streamlit as st

from dashboard.address.selection import Selection
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.release_file import ExportError
from dashboard.data.revisions import Kept
from dashboard.opendata.news import FEED
from dashboard.opendata.routes import ADDRESS
from dashboard.story import places, words
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.widgets.changes import before, compared_to
from dashboard.widgets.takeaway import page_view
from indicators.news import Part, paragraphs, parts, summary
from sources.french import lowered, plural, typographic
from sources.vocabulary import Level

MOST = 40
"""Rows of a table on the page; each of them counts, the command line writes them all."""


def show(barometer: Barometer, selection: Selection) -> None:
    """Show the section.

    Args:
        barometer: The release shown, set against the one before it: not always the latest, for a release may
            be rolled back.
        selection: What the address asks for: the commune whose paragraph comes first.
    """
    earlier = before(barometer)
    if earlier is None:
        st.html(text("p", "Aucune version antérieure n’est gardée : il n’y a pas de révision à montrer."))
        return
    try:
        pair = compared_to(barometer, earlier)
    except ExportError as problem:
        st.warning(typographic(str(problem)))
        return
    when = words.date(earlier.created_at)
    opening = text("h3", f"Ce qui a changé depuis la version {earlier.release_id}")
    opening += text("p", f"Comparé à la version du {when} : {lowered(summary(pair.changes))}")
    told = _by_commune(barometer, earlier)
    opening += _own(selection, told)
    opening += element(
        "p", element("a", text("span", "Suivre les nouveautés (flux Atom)"), href=f"{ADDRESS}/{FEED}")
    )
    page_view("changements", barometer.identity, opening, *_parts(barometer, earlier))
    if told:
        with st.expander("Commune par commune", key="nouveautes_communes"):
            st.html(group(*(text("p", said) for said in told.values())))


@kept
def _parts(barometer: Barometer, earlier: Kept) -> list[Fragment]:
    pair = compared_to(barometer, earlier)
    return [_part(part) for part in parts(pair.changes, pair.names, MOST)]


@kept
def _by_commune(barometer: Barometer, earlier: Kept) -> dict[str, str]:
    """What changed in each commune, by its code."""
    pair = compared_to(barometer, earlier)
    return paragraphs(pair.changes, pair.names)


def _own(selection: Selection, told: dict[str, str]) -> Fragment:
    """Say what changed in the commune chosen; nothing where no commune is."""
    territory = selection.territory
    if territory.level != Level.COMMUNE:
        return Fragment()
    said = told.get(territory.code)
    return text("p", said or f"Rien n’a changé {places.at(territory.name, territory.level)}.")


def _part(part: Part) -> Fragment:
    if not part.rows:
        return text("h3", part.title) + element("ul", *(text("li", line) for line in part.lines))
    shown = table(part.title, part.header, part.rows, numeric=part.numeric)
    if not part.left_out:
        return shown
    others = plural(part.left_out, "autre ligne", "autres lignes")
    return shown + text("p", f"Et {others}, que donne « bcs comparer --vers nouveautes.html ».", "note")
