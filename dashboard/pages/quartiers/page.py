"""Quartiers: the second barometer, each priority quarter beside its communes and the agglomeration."""

from __future__ import annotations

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import INDICATOR, LEVEL, PERIMETER, PERIMETERS, TERRITORY
from dashboard.address.selection import Selection, href, link
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator
from dashboard.pages.quartiers import views
from dashboard.pages.quartiers.bars import bars_taken
from dashboard.pages.quartiers.choice import View
from dashboard.pages.quartiers.elsewhere import elsewhere_list
from dashboard.pages.quartiers.portrait import correspondence_table, missing_view, portrait_view
from dashboard.pages.quartiers.ratios import ratios
from dashboard.pages.quartiers.trend import trend_of_quarter
from dashboard.shell import frame
from dashboard.story import places
from dashboard.story.markup import Fragment, element, group, text
from dashboard.story.quarters import Portrait, communes_words, contract_sentence, income_first, unheld
from dashboard.story.sentences import reading_sentence
from dashboard.story.spreadsheet import stamped
from dashboard.widgets import chart, layers
from dashboard.widgets.choice import kept_mode, page_link, select
from dashboard.widgets.made import made
from dashboard.widgets.origin import source_link
from dashboard.widgets.takeaway import page_view
from sources.french import capital, number, plural, typographic
from sources.vocabulary import Perimeter


def show() -> None:
    """Show the page."""
    with frame.page(screens.QUARTERS) as (barometer, selection):
        for piece in opening(barometer, selection):
            st.html(piece)
        view = View(barometer, selection)
        if not view.found:
            return
        portraits, indicators, indicator = view.portraits, view.indicators, view.indicator
        with st.container(key="choix"):
            _choices(view, indicators, indicator)
        ratios(view)
        _where(view)
        if indicator is not None:
            _all_quarters(view, portraits, indicators, indicator)
        _portrait(view)
        _generations(view, selection.indicator or indicator)
        elsewhere_list(view)


def opening(barometer: Barometer, selection: Selection) -> tuple[Fragment, ...]:
    """Return what the page opens with: which quarter it shows, how many there are, the contract’s reserve."""
    view = View(barometer, selection)
    title = text("h1", "Quartiers prioritaires")
    if not view.found:
        return title, text("p", unheld(barometer, *Perimeter), "lead")
    note = (text("p", view.note, "note"),) if view.note else ()
    return title, *note, _counted(view)


def _counted(view: View) -> Fragment:
    whole = [q for q in view.found if q.whole]
    apart = [q for q in view.found if not q.whole]
    year = view.selection.generation
    many = "quartier prioritaire est entièrement", "quartiers prioritaires sont entièrement"
    sentence = f"Sur le périmètre de {year}, {plural(len(whole), *many)} {view.barometer.authority.at}"
    counted = [q.inhabitants for q in whole if q.inhabitants is not None]
    if whole and len(counted) == len(whole):
        sentence += f", où vivent {number(sum(counted))} habitants selon le contrat"
    sentence += "."
    if apart:
        others = "autre la déborde : il est montré", "autres la débordent : ils sont montrés"
        sentence += f" {plural(len(apart), *others)} à part et n’entrent dans aucun total."
        if len(apart) == 1:
            sentence = sentence.replace("n’entrent", "n’entre")
    lines = [text("p", sentence, "lead")]
    said = (
        contract_sentence(view.barometer, view.found)
        if view.selection.perimeter == Perimeter.QPV_2024
        else ""
    )
    lines += [text("p", one, "note") for one in (said, unheld(view.barometer, *Perimeter)) if one]
    return group(*lines)


def _choices(view: View, indicators: list[Indicator], indicator: Indicator | None) -> None:
    first, second, third = st.columns([2, 4, 4])
    with first:
        select(
            "Périmètre",
            [year for year, one in PERIMETERS.items() if one in view.barometer.generations],
            view.selection.generation,
            key="perimetre_choisi",
            words=str,
            parameters=lambda year: view.parameters(**{PERIMETER: year, LEVEL: None, TERRITORY: None}),
        )
    with second:
        select(
            "Quartier",
            view.found,
            view.chosen,
            key="quartier_choisi",
            words=lambda q: f"{typographic(q.territory.name)}{'' if q.whole else ' (à cheval)'}",
            parameters=lambda q: view.parameters(**link(q.territory)),
        )
    with third:
        select(
            "Indicateur",
            indicators,
            indicator,
            key="indicateur_choisi",
            words=lambda i: typographic(i.short_title),
            parameters=lambda i: view.parameters(**{INDICATOR: i.indicator}),
        )


def _where(view: View) -> None:
    st.html(text("h2", "Où sont-ils ?"))
    with st.container(key="introduction"):
        drawn, listed = st.columns([1, 1], gap="medium")
    with listed:
        # Without outlines there is no map to put the points on.
        drawable = bool(views.outlines(view.barometer, view.found))
        pockets = layers.layer(view.barometer, view.selection) if drawable else []
        lists = views.list_view(view.found, view.barometer.authority)
        page_view("liste_quartiers", view.barometer.identity, *lists, layers.pockets_key(pockets))
    with drawn:
        views.map_view(view.barometer, view.found, view.chosen, view.parameters(), pockets)
    layers.pockets_table(view.barometer, pockets)


def _all_quarters(
    view: View, portraits: list[Portrait], indicators: list[Indicator], indicator: Indicator
) -> None:
    title = text("h2", f"{indicator.title}, quartier par quartier")
    if all(p.number(indicator) is None for p in portraits):
        st.html(title + _nowhere(view, portraits, indicator))
        return
    st.html(title + _bars(view, indicator))
    bars_taken(view, indicator)
    territory = view.chosen.territory
    source_link(view.barometer, territory, indicator, view.own.value(indicator))
    chart.downloads(
        "Télécharger les chiffres des quartiers",
        f"quartiers_{view.selection.perimeter.value}",
        "telecharger_quartiers",
        lambda: stamped(view.barometer.identity.release_id, *views.quarters_rows(portraits, indicators)),
    )


@made
def _bars(view: View, indicator: Indicator) -> Fragment:
    portraits = view.portraits
    reasons = {
        c.reason for p in portraits for group in p.compared(indicator).values() for c in group if c.reason
    }
    notes = group(*(text("p", reason, "note") for reason in sorted(reasons)))
    return views.bars_view(view.barometer, portraits, indicator, view.chosen) + notes


def _nowhere(view: View, portraits: list[Portrait], indicator: Indicator) -> Fragment:
    """Say that no quarter has a figure, why, and which indicator measures the same need."""
    said = sorted({views.status(p, indicator) for p in portraits})
    lines = [text("p", f"Aucun quartier de ce périmètre n’a ce chiffre : {', '.join(said)}.", "status")]
    same = [i for i in view.indicators if i.told_need == indicator.told_need and i != indicator]
    for other in same:
        asked = kept_mode(view.parameters(**{INDICATOR: other.indicator}))
        label = f"Du même besoin, les quartiers ont : {other.title}"
        lines.append(element("p", element("a", text("span", label), href=href(None, asked), target="_self")))
    return group(*lines)


def _portrait(view: View) -> None:
    territory = view.chosen.territory
    st.html(_portrait_lines(view))
    with st.expander("Ce qui n’est pas connu pour ce quartier, et pourquoi", key="inconnu"):
        st.html(missing_view(view.barometer, view.own))
    page_link(
        screens.BAROMETER.script,
        label=typographic(
            f"Tous les indicateurs {places.of(territory.name, territory.level)}, avec leur fiche"
        ),
        query_params=link(territory),
    )


@made
def _portrait_lines(view: View) -> Fragment:
    territory, authority = view.chosen.territory, view.barometer.authority
    beside = "sa commune" if len(view.chosen.communes) == 1 and view.chosen.whole else "ses communes"
    lines = [
        text("h2", f"{territory.name} : face à {beside} et {authority.to}"),
        text(
            "p",
            f"{capital(view.selection.perimeter.label)}, sur {communes_words(view.chosen, authority)}.",
        ),
    ]
    if territory.note:
        lines.append(text("p", territory.note, "note"))
    opening = _first_words(view.own, view.indicators)
    if opening:
        lines.append(text("p", opening, "lead"))
    lines.append(
        text(
            "p",
            "Seuls sont comparés des chiffres de même définition. La barre va du plus bas au plus haut des "
            f"quartiers entièrement {authority.at} ; l’anneau est ce quartier, le trait "
            f"{authority.the} quand son chiffre est connu.",
            "note",
        )
    )
    lines.append(portrait_view(view.barometer, view.own, view.indicators, view.portraits))
    return group(*lines)


def _first_words(own: Portrait, indicators: list[Indicator]) -> str:
    """Open the portrait with the sentence of an indicator of income, else of the first one known."""
    for indicator in income_first(indicators):
        value = own.value(indicator)
        if value is not None:
            return reading_sentence(indicator, own.quarter.territory, value)
    return ""


def _generations(view: View, indicator: Indicator | None) -> None:
    lines = [
        text("h2", "De 2015 à 2024 : une rupture"),
        element(
            "div",
            text(
                "p",
                "Les quartiers ont été redessinés en 2024. Un chiffre du périmètre de 2015 et un chiffre du "
                "périmètre de 2024 ne portent pas sur les mêmes rues : ils ne se suivent pas et ne sont "
                "jamais reliés.",
            ),
            css="break",
        ),
    ]
    if indicator is not None:
        lines.append(text("h3", f"{indicator.short_title}, {view.chosen.territory.name}"))
    st.html(group(*lines))
    if indicator is not None:
        trend_of_quarter(view.barometer, view.chosen, indicator)
    st.html(text("h3", "Quel quartier est devenu lequel ?"))
    page_view("correspondance", view.barometer.identity, correspondence_table(view.barometer))


if __name__ == "__main__":
    show()
