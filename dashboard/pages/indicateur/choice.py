"""What the page of an indicator shows, as its address says it, and the lists that choose it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.address.parameters import INDICATOR, SHEET, TWIN, UNSTATED, VARIANT, YEAR
from dashboard.address.selection import Selection, link
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story.everywhere import (
    MAIN_DEFINITION,
    Everywhere,
    definition_label,
    definitions,
)
from dashboard.widgets.choice import select
from sources.french import typographic
from sources.vocabulary import Level

FOLLOWED = (
    Level.EPCI,
    Level.COMMUNE,
    Level.GROUPE,
    Level.DEPARTEMENT,
    Level.REGION,
    Level.METROPOLE,
    Level.FRANCE,
)


@dataclass(frozen=True)
class View:
    """What the page shows: the whole of its address, understood."""

    barometer: Barometer
    selection: Selection
    shown: Everywhere

    @property
    def territory(self) -> Territory:
        """The territory followed."""
        return self.selection.territory

    @property
    def commune(self) -> Territory | None:
        """The commune followed, if it is one the charts show."""
        return self.territory if self.territory in self.shown.communes else None

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address of this view, with some of it changed."""
        return self.selection.parameters(**changes)


def choices(view: View) -> None:
    """Show the lists: indicator, territory, then definition and year where there are several."""
    barometer, shown = view.barometer, view.shown
    indicator = shown.indicator.indicator
    values = barometer.all_values(indicator)
    concepts = definitions(barometer, values)
    offered = shown.years
    # Another year beside the map may not compare with the one now chosen; another indicator stays.
    dropped = {TWIN: None} if (view.selection.twin or "").isdecimal() else {}
    with st.container(key="cadre_choix"):
        widths = [5, 4, 3, 2] if len(concepts) > 1 else [5, 4, 2]
        columns = iter(st.columns(widths))
    with next(columns):
        select(
            "Indicateur",
            barometer.indicators,
            next(i for i in barometer.indicators if i.indicator == indicator),
            key="indicateur_choisi",
            words=lambda i: indicator_names(barometer)[i.indicator],
            parameters=lambda i: view.parameters(
                **{INDICATOR: i.indicator, VARIANT: None, YEAR: None, TWIN: None, SHEET: None}
            ),
        )
    with next(columns):
        select(
            "Territoire suivi",
            _followed(view),
            view.territory,
            key="territoire_suivi",
            # The full name of the authority is wider than the list.
            words=lambda t: t.noun.label if t.noun else typographic(t.name),
            parameters=lambda t: view.parameters(**link(t)),
        )
    if len(concepts) > 1:
        with next(columns):
            select(
                "Définition",
                concepts,
                shown.concept,
                key="definition_choisie",
                words=lambda c: typographic(definition_label(barometer, indicator, c) or MAIN_DEFINITION),
                parameters=lambda c: view.parameters(**{VARIANT: c, YEAR: None, TWIN: None}),
            )
    if offered:
        with next(columns):
            select(
                "Année",
                offered,
                shown.millesime,
                key="annee_choisie",
                words=lambda y: "Non précisée" if y is None else str(y),
                parameters=lambda y: view.parameters(**{YEAR: UNSTATED if y is None else str(y), **dropped}),
            )


@kept
def indicator_names(barometer: Barometer) -> dict[str, str]:
    """Return how each indicator is written in a list: its theme, then its name."""
    titles = {theme.theme: theme.title for theme in barometer.themes}
    return {
        i.indicator: typographic(f"{titles.get(i.theme, '')} : {i.short_title}") for i in barometer.indicators
    }


def _followed(view: View) -> list[Territory]:
    """Territories to follow, the nearest level first; the one of the address always among them."""
    found = [
        t
        for level in FOLLOWED
        for t in view.barometer.territories
        if t.level == level and (level != Level.COMMUNE or t.in_epci) and t.perimeter is None
    ]
    return found if view.territory in found else [*found, view.territory]
