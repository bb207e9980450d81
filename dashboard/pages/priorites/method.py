"""The sheets of the methods a page uses, and where to read them all."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.address import screens
from dashboard.data.methods import Method, methods
from dashboard.data.questions import Barometer
from dashboard.story.markup import Fragment, definitions, group, text
from dashboard.widgets.answers import details
from dashboard.widgets.choice import page_link

DATA_PAGE = "donnees"


def method_sheets(barometer: Barometer, ids: Sequence[str]) -> None:
    """Show the sheets of some methods, folded, then the link to the page that has them all.

    Args:
        barometer: The release.
        ids: Methods, in reading order.
    """
    known = methods(barometer.release)
    found = [known[name] for name in ids if name in known]
    if found:
        st.html(text("h2", "Comment c’est calculé") + group(*map(_sheet, found)))
    target = next((page for page in screens.PAGES if page.url_path == DATA_PAGE), None)
    if target is not None:
        page_link(target.script, label="Toutes les méthodes et toutes les sources")


def _sheet(method: Method) -> Fragment:
    pairs = (
        ("Question", method.purpose),
        ("Calcul", method.formula),
        ("Constantes", method.constants),
        ("Limites", method.limits),
        ("Référence", method.reference),
    )
    return details(method.title, definitions(pairs))
