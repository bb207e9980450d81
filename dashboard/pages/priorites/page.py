"""Priorités: is the need general or concentrated, who comes first, and how sure is it."""

from __future__ import annotations

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import LEVEL, PERIMETER, PERIMETERS, QUESTION, QUESTIONS, TERRITORY, THEME
from dashboard.address.selection import Selection, link
from dashboard.data.analysis import has_analysis
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.pages.priorites import orders
from dashboard.pages.priorites import views as orders_views
from dashboard.pages.priorites.constants import constants_panel, moved_notice
from dashboard.pages.priorites.method import method_sheets
from dashboard.pages.priorites.orders_data import Order, order
from dashboard.pages.priorites.taken import ranking_taken
from dashboard.pages.priorites.views import View
from dashboard.pages.priorites.weights import weights_notice, weights_panel
from dashboard.shell import frame
from dashboard.story import places
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.widgets import answers, answers_glance
from dashboard.widgets.answers_data import answers as read_answers
from dashboard.widgets.choice import go, select
from dashboard.widgets.given import links
from dashboard.widgets.origin import anchors
from dashboard.widgets.takeaway import table_view, tables
from indicators.model import Theme
from sources.french import capital, typographic
from sources.vocabulary import Level

FIRST_QUESTION = next(iter(QUESTIONS))
METHODS = {
    "besoins": ("reponse", "niveau", "repartition", "quotient_localisation", "dissimilarite", "theil"),
    "communes": ("priorite", "wilson"),
    "quartiers": ("priorite",),
    "familles": ("typologie",),
    "idh4": ("idh4", "mortalite"),
}
NOTHING = (
    "Cette version du baromètre ne contient pas l’analyse des priorités : elle est produite avec la version "
    "suivante (commande « bcs actualiser »)."
)


def show() -> None:
    """Show the page."""
    with frame.page(screens.PRIORITIES) as (barometer, selection):
        view = View(barometer, selection)
        title, *said = opening(barometer, selection)
        st.html(title)
        if not _answered(barometer):
            st.html(group(*said))
            return
        _questions(view)
        if selection.question == FIRST_QUESTION:
            weights_notice(selection.settings, selection.with_settings)
        for piece in said:
            st.html(piece)
        {
            "besoins": _needs,
            "communes": _communes,
            "quartiers": _quarters,
            "familles": orders_views.families,
            "idh4": orders_views.index,
        }[view.selection.question](view)
        method_sheets(barometer, METHODS[view.selection.question])


def opening(barometer: Barometer, selection: Selection) -> tuple[Fragment, ...]:
    """Return what the page opens with, the list of its questions being after its title."""
    title = text("h1", "Priorités")
    if not _answered(barometer):
        return title, text("p", NOTHING, "lead")
    if selection.question != FIRST_QUESTION:
        return (title,)
    shown = _order_asked(barometer, selection)
    return title, text("h2", "L’ordre de priorité des communes") + text("p", orders.opening(shown), "lead")


def _answered(barometer: Barometer) -> bool:
    return has_analysis(barometer.release) and order(barometer, Level.COMMUNE) is not None


def _order_asked(barometer: Barometer, selection: Selection) -> Order:
    """The order of the communes with the weights of the address, else as it is published."""
    published = order(barometer, Level.COMMUNE)
    assert published is not None
    return order(barometer, Level.COMMUNE, weights=selection.settings.weights) or published


def _questions(view: View) -> None:
    st.session_state["question_choisie"] = view.selection.question

    def changed() -> None:
        asked = st.session_state["question_choisie"] or view.selection.question
        go(view.parameters(**{QUESTION: asked}))

    st.segmented_control(
        "Question",
        list(QUESTIONS),
        key="question_choisie",
        format_func=lambda name: typographic(QUESTIONS[name]),
        on_change=changed,
        label_visibility="collapsed",
    )


def _needs(view: View) -> None:
    """General or concentrated: the themes at a glance, then each need of a theme."""
    barometer, settings = view.barometer, view.selection.settings
    epci = barometer.epci()
    groups = [t for t in barometer.territories if t.level == Level.GROUPE and t.perimeter is None]
    judged = view.selection.territory in (epci, *groups, *barometer.communes())
    territory = view.selection.territory if judged else epci
    st.html(text("h2", f"Général ou concentré {places.at_short(territory)} ?"))
    if not judged:
        name = typographic(view.selection.territory.name)
        st.html(
            text(
                "p",
                f"{name} n’a pas de réponse : seuls {view.barometer.authority.the}, ses groupes et ses "
                "communes en ont.",
                "note",
            )
        )
    first, second = st.columns(2)
    with first:
        select(
            "Territoire",
            [epci, *groups, *barometer.communes()],
            territory,
            key="territoire_juge",
            words=lambda t: typographic(t.name),
            parameters=lambda t: view.parameters(**link(t)),
        )
    themes = [t for t in barometer.themes if t.theme != Theme.IDH4]
    titles = {t.theme: t.title for t in themes}
    asked = view.selection.theme if view.selection.theme in titles else ""
    with second:
        select(
            "Thème",
            ["", *titles],
            asked,
            key="theme_juge",
            words=lambda theme: typographic(titles.get(theme, "Tous les thèmes")),
            parameters=lambda theme: view.parameters(**{THEME: theme or None}),
        )
    moved_notice(settings, view.selection.with_settings)
    found = read_answers(barometer, territory, settings.constants)
    st.html(text("p", answers.opening(found, capital(places.at_short(territory))), "lead"))
    shown = [t for t in themes if asked in ("", t.theme)]
    caption = f"Les besoins de chaque thème {places.at_short(territory)}"
    about = answers.about(barometer, caption)
    glance = answers_glance.glance(found, shown, barometer.indicators, caption)
    table_view(glance, "reponses", about)
    st.html(answers.key())
    if found.overall and not asked:
        st.html(text("p", found.overall, "note"))
    constants_panel(settings, view.selection.with_settings, barometer.identity)
    by_id = {i.indicator: i for i in barometer.indicators}
    sources = anchors(barometer, territory)
    parts = [text("h2", "Besoin par besoin")]
    for theme in shown:
        needs = found.of_theme(theme.theme)
        if theme.theme in found.themes:
            parts += [text("h3", theme.title), text("p", found.themes[theme.theme])]
            parts += [
                answers.need_block(n, by_id[n.indicator], settings.constants, sources.get(n.indicator, ""))
                for n in needs
                if n.indicator in by_id
            ]
            parts.append(answers.unmeasured(found, barometer.indicators, theme.theme))
    st.html(group(*parts))
    title = f"{answers.ALL_MEASURES} {places.at_short(territory)}"
    measures = tables(
        "mesures",
        answers.about(barometer, title),
        lambda: answers.all_measures(found, barometer.indicators, settings.constants).tables[0],
    )
    st.html(links(*measures))


def _communes(view: View) -> None:
    """The order of priority of the communes, and why one of them is where it is."""
    barometer, settings = view.barometer, view.selection.settings
    published = order(barometer, Level.COMMUNE)
    assert published is not None
    shown = _order_asked(barometer, view.selection)
    if settings.weights:
        st.html(orders.moves(shown, published))
    commune = orders_views.chosen(view, Level.COMMUNE)
    asked = "Pourquoi cette commune est-elle là ?"
    orders_views.choose(view, asked, barometer.communes(), commune, "commune_classee", "Choisir une commune")
    _why(view, shown, commune)
    weights_panel(published.themes, settings, view.selection.with_settings)
    code = commune.code if commune else None
    st.html(
        orders.legend(bool(settings.weights))
        + text("p", orders_views.FOLLOWED, "note")
        + orders.ranking(
            shown,
            code,
            published if settings.weights else None,
            orders_views.why_addresses(view, "communes", barometer.communes()),
        )
    )
    ranking_taken(barometer, shown, code, moved=bool(settings.weights))
    _rest(view, shown)


def _quarters(view: View) -> None:
    """The order of the quarters of one generation; those that straddle the border are listed apart."""
    barometer = view.barometer
    st.html(text("h2", "L’ordre de priorité des quartiers"))
    first, second = st.columns(2)
    with first:
        select(
            "Génération des quartiers",
            list(PERIMETERS),
            view.selection.generation,
            key="generation_classee",
            words=lambda year: f"Périmètres de {year}",
            parameters=lambda year: view.parameters(**{PERIMETER: year, LEVEL: None, TERRITORY: None}),
        )
    shown = order(barometer, Level.QPV, view.selection.perimeter)
    if shown is None or not shown.places:
        st.html(text("p", "Aucun ordre n’est établi pour ces quartiers.", "status"))
        return
    quarter = orders_views.chosen(view, Level.QPV)
    options = [
        t
        for t in barometer.territories
        if t.level == Level.QPV and t.perimeter == view.selection.perimeter.value
    ]
    quarter = quarter if quarter in options else None
    with second:
        asked = "Pourquoi ce quartier est-il là ?"
        orders_views.choose(view, asked, options, quarter, "quartier_classe", "Choisir un quartier")
    note = (
        f"{capital(view.selection.perimeter.label)}. Un quartier n’est jamais classé avec une commune, "
        f"ni avec un quartier de l’autre génération. {len(shown.kept)} indicateurs seulement : ceux dont "
        "la notion est la même pour les quartiers et les communes."
    )
    st.html(text("p", orders.opening(shown), "lead") + text("p", note, "note"))
    _why(view, shown, quarter)
    code = quarter.code if quarter else None
    hrefs = orders_views.why_addresses(view, "quartiers", options)
    st.html(
        orders.legend(moved=False)
        + text("p", orders_views.FOLLOWED, "note")
        + orders.ranking(shown, code, hrefs=hrefs)
    )
    ranking_taken(barometer, shown, code, moved=False)
    _rest(view, shown)


def _why(view: View, shown: Order, territory: Territory | None) -> None:
    if territory is None:
        return
    place = shown.place(territory.code)
    if place is not None:
        barometer = view.barometer
        sources = anchors(barometer, territory)
        st.html(orders.why(place, barometer.themes, barometer.indicators, sources))
        title = f"Points de {typographic(place.name)} par indicateur"
        points = tables(
            "points",
            answers.about(barometer, title),
            lambda: orders.points(place, barometer.indicators).tables[0],
        )
        st.html(links(*points))
    else:
        reason = shown.reason(territory.code) or "Aucun chiffre ne permet de le classer."
        name = typographic(territory.name)
        st.html(element("section", text("h3", name), text("p", reason), css="index"))


def _rest(view: View, shown: Order) -> None:
    """What is under an order: who is not in it, then what entered it and what did not."""
    barometer = view.barometer
    if shown.apart:
        name = "Quartier" if shown.level == Level.QPV else "Commune"
        caption = "Territoires non classés"
        rows = [(typographic(label), reason) for _, label, reason in shown.apart]
        st.html(text("h3", "À part, hors de l’ordre"))
        table_view(table(caption, (name, "Raison"), rows), "non_classes", answers.about(barometer, caption))
    entries = tables(
        "entrees",
        answers.about(barometer, orders.ENTRIES),
        lambda: orders.entries(shown, barometer.indicators).tables[0],
    )
    st.html(orders.entered(shown, barometer.indicators) + links(*entries))


if __name__ == "__main__":
    show()
