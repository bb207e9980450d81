"""Données et méthode: files to take away, sources, what was read, sheets, methods, revisions."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import SHEET
from dashboard.address.selection import Selection
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator
from dashboard.data.release import Release
from dashboard.data.revisions import Kept
from dashboard.data.revisions import kept as releases
from dashboard.data.screen import home
from dashboard.pages.donnees import methods, news, sources
from dashboard.pages.donnees.downloads import downloads
from dashboard.shell import frame
from dashboard.story import words
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.story.readings import read
from dashboard.widgets.choice import select
from dashboard.widgets.sheet import sheet_view
from dashboard.widgets.takeaway import page_view
from sources.french import number, plural, typographic

SECTIONS = {
    "telecharger": "Télécharger les données",
    "sources": "Sources",
    "fichiers": "Fichiers lus",
    "fiches": "Fiches des indicateurs",
    "methode": "Méthode",
    "publies": "Chiffres publiés ailleurs",
    "nouveautes": "Nouveautés",
    "versions": "Versions",
}


def show() -> None:
    """Show the page."""
    with frame.page(screens.DATA) as (barometer, selection):
        st.html(group(*opening(barometer, selection)))
        _title("telecharger")
        downloads(barometer, selection)
        _title("sources")
        st.html(sources.source_list(barometer, dt.datetime.now(tz=dt.UTC).date()))
        _title("fichiers")
        with st.expander("Voir le compte de chaque fichier", key="compte"):
            said, account = sources.account_table(barometer)
            page_view("compte", barometer.identity, said, account, sources.account_notes(barometer))
        if rest := sources.elsewhere(barometer):
            st.html(rest)
        _title("fiches")
        _sheets(barometer, selection)
        _title("methode")
        _method(barometer)
        _title("publies")
        _facts(barometer)
        _title("nouveautes")
        news.show(barometer, selection)
        _title("versions")
        _versions(barometer, _releases(barometer.release))


def opening(barometer: Barometer, _: Selection) -> tuple[Fragment, ...]:
    """Return what the page opens with: what is held, and its sections."""
    return (text("h1", "Données et méthode") + text("p", sources.opening(barometer), "lead") + _contents(),)


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
        return typographic(f"{themes.get(indicator.theme, indicator.theme)} – {indicator.title}")

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
            name = typographic(territory.name)
            st.html(text("h3", f"{found.title}, {name}"))
            sheet_view(barometer, territory, read(barometer, territory)[found.indicator])
    else:
        st.html(text("p", f"{plural(len(barometer.indicators), 'indicateur')} en {len(themes)} parties."))


def _method(barometer: Barometer) -> None:
    page_view("methode", barometer.identity, *_method_parts(barometer))


@kept
def _method_parts(barometer: Barometer) -> tuple[Fragment, ...]:
    return (
        text("h3", "Règles de lecture") + methods.rule_list() + text("h3", "Statuts"),
        methods.status_table(barometer),
        text("h3", "Calculs") + methods.method_list(barometer) + text("h3", "Bornes de l’IDH-4"),
        methods.goalpost_table(barometer),
        text("h3", "Ruptures de série"),
        methods.break_table(barometer),
    )


@kept
def _releases(release: Release) -> list[Kept]:
    """The releases there are; looked for again when another one is published, which is why it is asked."""
    return releases(home() / "releases")


def _versions(barometer: Barometer, found: list[Kept]) -> None:
    path = barometer.release.path
    rows = [
        (
            release.release_id,
            words.date(release.created_at),
            number(release.values),
            "publiée" if release.path == path else "annulée" if release.undone else "gardée",
        )
        for release in found
    ]
    kept_table = table("Versions gardées", ("Version", "Produite le", "Chiffres", "État"), rows, numeric=(2,))
    page_view("versions", barometer.identity, kept_table)


if __name__ == "__main__":
    show()
