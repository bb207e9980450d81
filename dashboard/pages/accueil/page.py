"""Accueil: the index and the first facts, needs by commune, what changed, the map, the sources."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import QUESTION
from dashboard.address.selection import Selection, link
from dashboard.data.analysis import explained_index
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory, Value
from dashboard.pages.accueil.heat_view import CAPTION, heat_view
from dashboard.pages.accueil.index import Published, confrontation, index_card
from dashboard.pages.accueil.map_panel import map_panel
from dashboard.shell import frame
from dashboard.story import heat as needs_map
from dashboard.story import places, words
from dashboard.story.about import About
from dashboard.story.everywhere import everywhere
from dashboard.story.headlines import home_facts
from dashboard.story.heat import HeatMap, heat_map
from dashboard.story.markup import Fragment, element, text
from dashboard.story.readings import Reading, read, when
from dashboard.widgets import answers, finder
from dashboard.widgets.answers_data import answers as read_answers
from dashboard.widgets.changes import changes_block
from dashboard.widgets.choice import page_link
from dashboard.widgets.facts import fact_card
from dashboard.widgets.freshness import freshness_table
from dashboard.widgets.made import linked, made
from dashboard.widgets.origin import source_anchor
from dashboard.widgets.takeaway import table_view
from indicators.model import Theme
from sources import french

FACTS = 6
"""Cards beside the index: two lines of three."""


@dataclass(frozen=True)
class Told:
    """What the page says of the agglomeration before its map, the same for every reader of a release."""

    mapped: tuple[Indicator, ...]
    """What the map shows, and its parts; none in a release without index."""
    value: Value | None
    """The agglomeration's own, whose year the map takes."""
    heat: tuple[Fragment, Fragment, Fragment] | None
    """Sentence, table, what is left out; ``None`` in a release that judges no commune."""
    answers: Fragment


@made
def _told(barometer: Barometer) -> Told:
    epci = barometer.epci()
    readings = read(barometer, epci)
    needs = heat_map(barometer)
    heat = (
        (text("p", needs_map.opening(needs), "lead"), heat_view(needs), _left_out(needs)) if needs else None
    )
    mapped = _mapped(barometer, epci, readings, _index(barometer))
    value = readings[mapped[0].indicator].shown if mapped else None
    return Told(mapped, value, heat, _answers(barometer, epci))


def _index(barometer: Barometer) -> tuple[Indicator, ...]:
    """The index and its sub-indices, declared next to it, before its variants; none without it."""
    of_index = [indicator for indicator in barometer.indicators if indicator.theme == Theme.IDH4]
    rank = next((r for r, i in enumerate(of_index) if i.indicator == Theme.IDH4), None)
    return () if rank is None else tuple(of_index[rank : rank + 4])


def _mapped(
    barometer: Barometer, epci: Territory, readings: dict[str, Reading], index: tuple[Indicator, ...]
) -> tuple[Indicator, ...]:
    """The index and its sub-indices; where no commune has it, the first fact that some have."""
    facts = home_facts(barometer, epci, readings, FACTS) if index else []
    for shown in (index, *((fact.reading.indicator,) for fact in facts)):
        value = readings[shown[0].indicator].shown if shown else None
        if value is not None and everywhere(barometer, shown[0], None, value.millesime).numbers:
            return shown
    return index


def show() -> None:
    """Show the page."""
    with frame.page(screens.HOME) as (barometer, selection):
        told = _told(barometer)
        title, first = opening(barometer, selection)
        # Whose page it is and the field, on one line where there is room: what answers comes sooner.
        whose, looked_for = st.columns([2, 1], gap="medium", vertical_alignment="bottom")
        with whose:
            st.html(title)
        with looked_for:
            finder.field(barometer, selection)
        finder.results(barometer, selection)
        st.html(first)
        if told.heat is not None:
            said, drawn, left_out = told.heat
            st.html(text("h2", "Quel besoin, dans quelle commune ?") + said)
            table_view(drawn, "besoins_communes", answers.about(barometer, CAPTION))
            st.html(left_out)
        if told.mapped:
            headline, *components = told.mapped
            with st.container(key="introduction"):
                map_panel(barometer, selection, headline, components, told.value)
        if told.answers:
            st.html(told.answers)
            page_link(
                screens.PRIORITIES.script,
                label=french.typographic("Les priorités : besoin par besoin, commune par commune"),
                query_params={QUESTION: "besoins"},
            )
        epci = barometer.epci()
        page_link(
            screens.BAROMETER.script,
            label=french.typographic(f"Tous les indicateurs {places.of_short(epci)}"),
            query_params=link(epci),
        )
        _freshness(barometer)


def opening(barometer: Barometer, _: Selection) -> tuple[Fragment, ...]:
    """Return what the page opens with, the field that searches being between the two."""
    return text("h1", barometer.epci().name, "whose"), _first(barometer)


@linked
def _first(barometer: Barometer) -> Fragment:
    """The index and, beside it, what the agglomeration is known by."""
    epci, index = barometer.epci(), _index(barometer)
    readings = read(barometer, epci)
    cards = [fact_card(barometer, fact) for fact in home_facts(barometer, epci, readings, FACTS)]
    facts = element("div", element("div", *cards, css="facts"), changes_block(barometer, epci))
    if not index:
        return facts
    headline, *components = index
    published = _published(barometer, headline)
    shown = readings[headline.indicator].shown
    parts = [(indicator, readings[indicator.indicator].shown) for indicator in components]
    cautions = [
        row.caveat or ""
        for indicator in components
        for row in barometer.series.values()
        if row.indicator == indicator.indicator
    ]
    why = element(
        "details",
        text("summary", "Pourquoi deux échelles\u00a0?"),
        text("p", _opening(barometer, headline, readings[headline.indicator], published)),
        confrontation(shown, headline, published, cautions, explained_index(barometer.release, epci)),
        text("p", headline.definition, "note"),
        source_anchor(barometer, epci, headline, shown),
    )
    card = index_card(epci, headline, shown, parts, published)
    return element("div", element("div", card, why), facts, css="first")


def _left_out(found: HeatMap) -> Fragment:
    """What is missing, on one folded line."""
    if not found.left_out:
        return Fragment()
    many = french.plural(len(found.left_out), "besoin")
    named = text("p", f"{french.enumeration(list(found.left_out))}.")
    return element(
        "details", text("summary", f"{many} sans comparaison possible commune par commune : lesquels"), named
    )


def _opening(barometer: Barometer, headline: Indicator, reading: Reading, published: list[Published]) -> str:
    """One plain sentence: our index, then what is published of it."""
    if reading.shown is None or reading.shown.value is None or not reading.shown.usable:
        return headline.definition
    number = words.quantity(reading.shown.value, headline.unit, headline.decimals)
    sentence = (
        f"Le développement humain {barometer.authority.of} ({headline.short_title}), de 0 à 1 selon sa "
        f"santé, ses diplômes et son niveau de vie, est estimé à {number} pour {when(reading.shown)}"
    )
    told = [
        f"{french.number(fact.value, headline.decimals)} pour {places.the_short(place)}"
        for place, fact in published
    ]
    if not told:
        return f"{sentence}."
    sources = french.enumeration(list(dict.fromkeys(fact.source for _, fact in published)))
    return (
        f"{sentence}. Sur son échelle à elle, la Région publie {french.enumeration(told)} ({sources})\u00a0: "
        "les deux échelles ne se comparent pas."
    )


def _published(barometer: Barometer, headline: Indicator) -> list[Published]:
    """Return the published values of the index, each with its territory."""
    found = []
    for fact in barometer.facts:
        place = barometer.territory(fact.territory_level or "", fact.territory_code or "")
        if fact.indicator == headline.indicator and place is not None:
            found.append((place, fact))
    return found


def _answers(barometer: Barometer, epci: Territory) -> Fragment:
    """General or concentrated, in one sentence; nothing in a release without the analysis."""
    found = read_answers(barometer, epci)
    if not found.themes:
        return Fragment()
    said = answers.opening(found, french.capital(places.at_short(epci)))
    return text("h2", "Le besoin est-il général ou concentré ?") + text("p", said, "lead")


def _freshness(barometer: Barometer) -> None:
    today = dt.datetime.now(tz=dt.UTC).date()
    held = sum(dataset.held for dataset in barometer.datasets.values())
    known = french.plural(held, "source détenue", "sources détenues")
    label = f"Fraîcheur des données : {known} sur {len(barometer.datasets)}"
    with st.expander(words.label(label), key="fraicheur"):
        about = About("Fraîcheur de chaque source", "", "", "", barometer.identity)
        table_view(freshness_table(barometer.datasets.values(), today), "fraicheur", about)


if __name__ == "__main__":
    show()
