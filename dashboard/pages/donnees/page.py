"""Données et méthode: files to take away, sources, what was read, sheets, methods, revisions."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.address.selection import SHEET, Selection
from dashboard.data.accounts import accounts
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator
from dashboard.data.release_file import ExportError
from dashboard.data.revisions import Change, Kept, changes, kept
from dashboard.data.screen import home
from dashboard.pages.donnees import methods, sources
from dashboard.pages.donnees.downloads import TABLE, downloads
from dashboard.shell import frame
from dashboard.story import places, words
from dashboard.story.markup import Fragment, element, table, text
from dashboard.story.readings import read
from dashboard.widgets.choice import select
from dashboard.widgets.sheet import sheet_view
from dashboard.widgets.takeaway import page_view

SECTIONS = {
    "telecharger": "Télécharger les données",
    "sources": "Sources",
    "fichiers": "Fichiers lus",
    "fiches": "Fiches des indicateurs",
    "methode": "Méthode",
    "publies": "Chiffres publiés ailleurs",
    "versions": "Versions et révisions",
}


def show() -> None:
    """Show the page."""
    with frame.page((TABLE,)) as (barometer, selection):
        files = accounts(barometer.release)
        st.html(
            text("h1", "Données et méthode")
            + text("p", sources.opening(barometer, files), "lead")
            + _contents()
        )
        _title("telecharger")
        downloads(barometer, st.query_params.get(TABLE))
        _title("sources")
        st.html(sources.source_list(barometer, dt.datetime.now(tz=dt.UTC).date()))
        _title("fichiers")
        with st.expander("Voir le compte de chaque fichier", key="compte"):
            said, account = sources.account_table(barometer, files)
            page_view("compte", barometer.identity, said, account, sources.account_notes(barometer, files))
        if rest := sources.elsewhere(barometer):
            st.html(rest)
        _title("fiches")
        _sheets(barometer, selection)
        _title("methode")
        _method(barometer)
        _title("publies")
        _facts(barometer)
        _title("versions")
        _versions(barometer)


def _facts(barometer: Barometer) -> None:
    page_view("publies", barometer.identity, methods.fact_table(barometer))


def _contents() -> Fragment:
    links = (
        element("li", element("a", text("span", title), href=f"#{key}")) for key, title in SECTIONS.items()
    )
    return element("nav", element("ul", *links, css="themes"), aria_label="Sur cette page")


def _title(section: str) -> None:
    st.html(text("h2", SECTIONS[section], id=section))


def _sheets(barometer: Barometer, selection: Selection) -> None:
    territory = selection.territory
    found = next((i for i in barometer.indicators if i.indicator == selection.sheet), None)
    themes = {theme.theme: theme.title for theme in barometer.themes}

    def named(indicator: Indicator) -> str:
        return words.typographic(f"{themes.get(indicator.theme, indicator.theme)} – {indicator.title}")

    select(
        "Indicateur",
        barometer.indicators,
        found,
        key="choix_fiche",
        words=named,
        parameters=lambda chosen: selection.parameters(**{SHEET: chosen.indicator}),
        placeholder="Choisir un indicateur pour ouvrir sa fiche",
        cleared=selection.parameters(**{SHEET: None}),
    )
    if found is not None:
        with st.container(key=f"fiche_{found.indicator}"):
            name = places.display_name(territory.name, territory.level)
            st.html(text("h3", f"{found.title}, {name}"))
            sheet_view(barometer, territory, read(barometer, territory)[found.indicator])
    else:
        st.html(
            text("p", f"{words.plural(len(barometer.indicators), 'indicateur')} en {len(themes)} parties.")
        )


def _method(barometer: Barometer) -> None:
    page_view(
        "methode",
        barometer.identity,
        text("h3", "Règles de lecture") + methods.rule_list() + text("h3", "Statuts"),
        methods.status_table(barometer),
        text("h3", "Calculs") + methods.method_list(barometer) + text("h3", "Bornes de l’IDH-4"),
        methods.goalpost_table(barometer),
        text("h3", "Ruptures de série"),
        methods.break_table(barometer),
    )


@st.cache_resource(max_entries=3, show_spinner=False)
def _kept(folder: str, published: str) -> list[Kept]:
    """The releases kept; looked for again when another one is published, which is why it is an argument."""
    return kept(home() / "releases")


@st.cache_resource(max_entries=10, show_spinner=False)
def _changes(before: str, after: str, _before: Kept, _after: Kept) -> list[Change]:
    return changes(_before.path, _after.path)


def _versions(barometer: Barometer) -> None:
    path = barometer.release.path
    found = _kept(str(path.parent), str(path))
    rows = [
        (
            release.release_id,
            words.date(release.created_at),
            words.number(release.values),
            "publiée" if release.path == path else "gardée",
        )
        for release in found
    ]
    kept_table = table("Versions gardées", ("Version", "Produite le", "Valeurs", "État"), rows, numeric=(2,))
    page_view("versions", barometer.identity, kept_table)
    # The one before that which is shown, which is not always the latest: a release may be rolled back.
    shown = next((rank for rank, release in enumerate(found) if release.path == path), None)
    if shown is None or shown + 1 >= len(found):
        st.html(text("p", "Aucune version antérieure n’est gardée : il n’y a pas de révision à montrer."))
        return
    before, after = found[shown + 1], found[shown]
    try:
        changed = _changes(before.release_id, after.release_id, before, after)
    except ExportError as problem:
        st.warning(words.typographic(str(problem)))
        return
    said = text("h3", f"Ce qui a changé depuis la version {before.release_id}")
    page_view("changements", barometer.identity, said, _changed(barometer, changed))


def _changed(barometer: Barometer, changed: list[Change]) -> Fragment:
    if not changed:
        return text("p", "Aucun chiffre n’a changé.")
    titles = {row.indicator: row.title for row in barometer.indicators}
    rows = [
        (titles.get(c.indicator, c.indicator), *(words.number(n) for n in (c.added, c.removed, c.revised)))
        for c in changed
    ]
    header = ("Indicateur", "Nouveaux", "Retirés", "Révisés")
    return table("Valeurs changées, par indicateur", header, rows, numeric=(1, 2, 3))


if __name__ == "__main__":
    show()
