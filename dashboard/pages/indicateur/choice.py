"""What the page of an indicator shows, as its address says it, and the lists that choose it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.address.asked import INDICATOR, LAYER, UNSTATED, VARIANT, YEAR, Asked
from dashboard.address.selection import SHEET, Selection, link
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory
from dashboard.pages.indicateur.wider import VIEW
from dashboard.story import places, words
from dashboard.story.everywhere import (
    MAIN_DEFINITION,
    Everywhere,
    definition_label,
    definitions,
    years,
)
from dashboard.widgets import layers
from dashboard.widgets.choice import select
from sources.vocabulary import Level

OWN = (INDICATOR, VARIANT, YEAR, VIEW, LAYER)
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
    asked: Asked
    shown: Everywhere
    more: str | None = None
    """What is shown besides the indicator: its theme, or the three charts of the contract."""

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
        own = {name: changes.pop(name) for name in OWN if name in changes}
        shared = {**self.selection.parameters(**changes), **self.asked.parameters(**own)}
        if VIEW not in own and self.more:
            shared[VIEW] = self.more
        return {**shared, **(layers.parameters() if LAYER not in own else {})}


def choices(view: View) -> None:
    """Show the lists: indicator, territory, then definition and year where there are several."""
    barometer, asked, shown = view.barometer, view.asked, view.shown
    values = barometer.all_values(asked.indicator.indicator)
    concepts = definitions(barometer, values)
    offered = years(barometer, shown.values)
    with st.container(key="cadre_choix"):
        widths = [5, 4, 3, 2] if len(concepts) > 1 else [5, 4, 2]
        columns = iter(st.columns(widths))
    with next(columns):
        select(
            "Indicateur",
            barometer.indicators,
            asked.indicator,
            key="indicateur_choisi",
            words=_indicator_words(barometer),
            parameters=lambda i: view.parameters(
                **{INDICATOR: i.indicator, VARIANT: None, YEAR: None, SHEET: None}
            ),
        )
    with next(columns):
        select(
            "Territoire suivi",
            _followed(view),
            view.territory,
            key="territoire_suivi",
            words=lambda t: places.display_name(t.name, t.level),
            parameters=lambda t: view.parameters(**link(t)),
        )
    if len(concepts) > 1:
        with next(columns):
            select(
                "Définition",
                concepts,
                shown.concept,
                key="definition_choisie",
                words=lambda c: words.typographic(
                    definition_label(barometer, asked.indicator.indicator, c) or MAIN_DEFINITION
                ),
                parameters=lambda c: view.parameters(**{VARIANT: c, YEAR: None}),
            )
    if offered:
        with next(columns):
            select(
                "Année",
                offered,
                shown.millesime,
                key="annee_choisie",
                words=lambda y: "Non précisée" if y is None else str(y),
                parameters=lambda y: view.parameters(**{YEAR: UNSTATED if y is None else str(y)}),
            )


def _indicator_words(barometer: Barometer) -> Callable[[Indicator], str]:
    titles = {theme.theme: theme.title for theme in barometer.themes}

    def said(indicator: Indicator) -> str:
        return words.typographic(f"{titles.get(indicator.theme, '')} : {indicator.short_title}")

    return said


def _followed(view: View) -> list[Territory]:
    """Territories to follow, the nearest level first; the one of the address always among them."""
    found = [
        t
        for level in FOLLOWED
        for t in view.barometer.territories
        if t.level == level and (level != Level.COMMUNE or t.in_epci) and t.perimeter is None
    ]
    return found if view.territory in found else [*found, view.territory]
