"""Accueil: the index, the map of the communes, four things to know, the answers, the sources."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import QUESTION
from dashboard.address.selection import Selection, link
from dashboard.data.analysis import explained_index
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory
from dashboard.pages.accueil.index import Published, confrontation, index_card
from dashboard.pages.accueil.map_panel import map_panel
from dashboard.shell import frame
from dashboard.story import places, words
from dashboard.story.about import About
from dashboard.story.headlines import RULE, Headline, four_things
from dashboard.story.markup import element, text
from dashboard.story.readings import Reading, read, reference_name, when
from dashboard.story.sentences import reading_sentence
from dashboard.widgets import answers, answers_glance
from dashboard.widgets.answers_data import answers as read_answers
from dashboard.widgets.choice import page_link
from dashboard.widgets.finder import finder
from dashboard.widgets.freshness import freshness_table
from dashboard.widgets.origin import source_link
from dashboard.widgets.row import figure, gap_words
from dashboard.widgets.takeaway import table_view
from indicators.model import Theme


def show() -> None:
    """Show the page."""
    with frame.page(screens.HOME) as (barometer, selection):
        epci = barometer.epci()
        index = [indicator for indicator in barometer.indicators if indicator.theme == Theme.IDH4]
        headline = next((i for i in index if i.indicator == Theme.IDH4), None)
        st.html(text("h1", epci.name))
        finder(barometer, selection)
        if headline is not None:
            # Its sub-indices are declared next to it, before its variants.
            following = index[index.index(headline) + 1 :]
            with st.container(key="introduction"):
                _introduction(barometer, selection, epci, headline, following[:3])
        _four_things(barometer)
        _answers(barometer, epci)
        _freshness(barometer)


def _introduction(
    barometer: Barometer,
    selection: Selection,
    epci: Territory,
    headline: Indicator,
    components: list[Indicator],
) -> None:
    readings = read(barometer, epci)
    published = _published(barometer, headline)
    shown = readings[headline.indicator].shown
    st.html(text("p", _opening(headline, readings[headline.indicator], published), "lead"))
    left, right = st.columns([2, 4], gap="large")
    with left:
        parts = [(indicator, readings[indicator.indicator].shown) for indicator in components]
        st.html(index_card(epci, headline, shown, parts, published))
        with st.expander("Pourquoi deux échelles\u00a0?", key="confrontation"):
            cautions = [
                row.caveat or ""
                for indicator in components
                for row in barometer.series.values()
                if row.indicator == indicator.indicator
            ]
            st.html(
                confrontation(shown, headline, published, cautions, explained_index(barometer.release, epci))
                + text("p", headline.definition, "note")
            )
        source_link(barometer, epci, headline, shown)
        page_link(
            screens.BAROMETER.script, label="Tous les indicateurs de l’agglomération", query_params=link(epci)
        )
    with right:
        map_panel(barometer, selection, headline, components, shown)


def _opening(headline: Indicator, reading: Reading, published: list[Published]) -> str:
    """One plain sentence: our index, then what is published of it."""
    if reading.shown is None or reading.shown.value is None or not reading.shown.usable:
        return headline.definition
    number = words.quantity(reading.shown.value, headline.unit, headline.decimals)
    sentence = (
        f"Le développement humain de l’agglomération ({headline.short_title}), de 0 à 1 selon sa santé, "
        f"ses diplômes et son niveau de vie, est estimé à {number} pour {when(reading.shown)}"
    )
    told = [
        f"{words.number(fact.value, headline.decimals)} pour {places.the_short(place.name, place.level)}"
        for place, fact in published
    ]
    if not told:
        return f"{sentence}."
    sources = words.enumeration(list(dict.fromkeys(fact.source for _, fact in published)))
    return (
        f"{sentence}. Sur son échelle à elle, la Région publie {words.enumeration(told)} ({sources})\u00a0: "
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


@st.cache_resource(max_entries=3, show_spinner=False)
def _things(path: str, _barometer: Barometer) -> list[Headline]:
    """The same for every visitor of a release: found once."""
    return four_things(_barometer)


def _four_things(barometer: Barometer) -> None:
    headlines = _things(str(barometer.release.path), barometer)
    if not headlines:
        return
    titles = {row.theme: row.title for row in barometer.themes}
    st.html(text("h2", "Quatre choses à savoir" if len(headlines) == 4 else "À savoir"))
    for start in range(0, len(headlines), 2):
        columns = st.columns(2, gap="medium")
        for column, (rank, headline) in zip(columns, list(enumerate(headlines))[start:], strict=False):
            with column, st.container(key=f"chose_{rank}"):
                _thing(barometer, headline, titles)
    st.html(text("p", RULE, "note"))


def _thing(barometer: Barometer, headline: Headline, titles: dict[str, str]) -> None:
    indicator, comparison = headline.reading.indicator, headline.comparison
    reference = words.quantity(comparison.reference_value, indicator.unit, indicator.decimals)
    st.html(
        text("p", titles.get(indicator.theme, indicator.theme), "theme")
        + text("h3", indicator.title)
        + element("p", figure(headline.value, indicator))
        + text("p", reading_sentence(indicator, headline.territory, headline.value))
        + element(
            "p",
            text("span", f"{reference_name(barometer, comparison)} : {reference}. "),
            gap_words(comparison, indicator),
        )
    )
    source_link(barometer, headline.territory, indicator, headline.value)


def _answers(barometer: Barometer, epci: Territory) -> None:
    """General or concentrated, theme by theme; nothing in a release without the analysis."""
    found = read_answers(barometer, epci)
    if not found.themes:
        return
    place = places.at_short(epci.name, epci.level)
    themes = [theme for theme in barometer.themes if theme.theme != Theme.IDH4]
    st.html(
        text("h2", "Le besoin est-il général ou concentré ?")
        + text("p", answers.opening(found, words.capital(place)), "lead")
    )
    caption = f"Les besoins de chaque thème {place}"
    shown = answers_glance.glance(found, themes, barometer.indicators, caption)
    table_view(shown, "reponses", answers.about(barometer, caption))
    with st.expander("Ce que veulent dire ces mots", key="mots_des_reponses"):
        st.html(answers.key())
    page_link(
        screens.PRIORITIES.script,
        label=words.typographic("Les priorités : besoin par besoin, commune par commune"),
        query_params={QUESTION: "besoins"},
    )


def _freshness(barometer: Barometer) -> None:
    today = dt.datetime.now(tz=dt.UTC).date()
    held = sum(dataset.held for dataset in barometer.datasets.values())
    st.html(
        text("h2", "Fraîcheur des données")
        + text(
            "p", f"{words.plural(held, 'source détenue', 'sources détenues')} sur {len(barometer.datasets)}."
        )
    )
    with st.expander("Voir chaque source et sa prochaine parution", key="fraicheur"):
        about = About("Fraîcheur de chaque source", "", "", "", barometer.identity)
        table_view(freshness_table(barometer.datasets.values(), today), "fraicheur", about)


if __name__ == "__main__":
    show()
