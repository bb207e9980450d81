"""The sheets of the methods a page uses, and where to read them all."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.address import screens
from dashboard.data.questions import Barometer
from dashboard.story.markup import Fragment, definitions, group, text
from dashboard.widgets.answers import details
from dashboard.widgets.choice import page_link

_TABLES = "SELECT table_name FROM information_schema.tables"
_METHODS = "SELECT method, title, purpose, formula, constants, limits, reference FROM method"
DATA_PAGE = "donnees"


def method_sheets(barometer: Barometer, ids: Sequence[str]) -> None:
    """Show the sheets of some methods, folded, then the link to the page that has them all.

    Args:
        barometer: The release.
        ids: Methods, in reading order.
    """
    if "method" not in barometer.release.query(_TABLES)["table_name"].to_list():
        return
    rows = {row["method"]: row for row in barometer.release.query(_METHODS).iter_rows(named=True)}
    found = [rows[name] for name in ids if name in rows]
    if found:
        st.html(text("h2", "Comment c’est calculé") + group(*map(_sheet, found)))
    target = next((page for page in screens.PAGES if page.url_path == DATA_PAGE), None)
    if target is not None:
        page_link(target.script, label="Toutes les méthodes et toutes les sources")


def _sheet(row: dict[str, str]) -> Fragment:
    pairs = (
        ("Question", row["purpose"]),
        ("Calcul", row["formula"]),
        ("Constantes", row["constants"]),
        ("Limites", row["limits"]),
        ("Référence", row["reference"]),
    )
    return details(row["title"], definitions(pairs))
