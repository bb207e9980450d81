"""Two territories side by side, on every theme: their context, their figures, their gaps in words."""

from __future__ import annotations

import streamlit as st

from dashboard.address.selection import Selection
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.pages.barometre import pair_line, pair_table
from dashboard.story.markup import Fragment, element, text
from dashboard.story.pairs import Pair, called, common_communes, forbidden, pairs
from dashboard.story.readings import Reading, read
from dashboard.widgets.chart import downloads
from dashboard.widgets.context import context, context_card
from dashboard.widgets.origin import sheet_link
from dashboard.widgets.sheet import sheet_view
from sources.french import enumeration, plural, typographic
from sources.vocabulary import Level

RULE = (
    "Même définition et même année pour les deux ; sinon la raison est dite. « Plus haut » ou « plus bas » "
    "n’est écrit que si les intervalles de confiance à 95 % l’établissent : entre deux territoires de même "
    "type, celui de leur différence exclut zéro ; entre un territoire et un plus grand, celui du plus petit "
    "exclut le chiffre du plus grand."
)


def title(territory: Territory, other: Territory) -> str:
    """Return the heading of the page."""
    return f"{called(territory)} et {called(other)}, côte à côte"


def pair_view(barometer: Barometer, selection: Selection) -> None:
    """Show the territory of the page beside the one it is compared with."""
    assert selection.other is not None
    two = selection.territory, selection.other
    refusal = forbidden(*two)
    if refusal:
        st.html(text("p", refusal, "lead status") + _cards(barometer, two))
        return
    readings = read(barometer, two[0]), read(barometer, two[1])
    found = pairs(barometer, (two[0], readings[0]), (two[1], readings[1]))
    kept = [t for t in barometer.themes if selection.theme in (None, t.theme)]
    told = [p for p in found if p.indicator.theme in {t.theme for t in kept}]
    lead, rest = pair_line.summary(told, two)
    st.html(
        text("p", lead, "lead")
        + text("p", rest, "soft")
        + _shared(barometer, two)
        + pair_line.largest(told, two)
        + _cards(barometer, two)
        + text("p", RULE, "note")
        + pair_line.key(two)
    )
    label = typographic("Reprendre cette comparaison")
    with st.expander(label, key="emporter_comparaison"):
        downloads(
            "Tableau de la comparaison",
            f"comparaison_{two[0].level}_{two[0].code}_{two[1].level}_{two[1].code}",
            "comparaison",
            lambda: (pair_table.HEADER, pair_table.rows(barometer, told, two)),
        )
        st.code(pair_table.said(barometer, told, two), language=None, wrap_lines=True)
    for theme in kept:
        lines = [pair for pair in found if pair.indicator.theme == theme.theme]
        if lines:
            st.html(text("h2", theme.title, id=theme.theme))
        for pair in lines:
            if pair.both:
                _line(barometer, selection, two, readings, pair)
        refused = pair_line.without_figures([pair for pair in lines if not pair.both])
        if refused:
            st.html(refused)


def _line(
    barometer: Barometer,
    selection: Selection,
    two: tuple[Territory, Territory],
    readings: tuple[dict[str, Reading], dict[str, Reading]],
    pair: Pair,
) -> None:
    name = pair.indicator.indicator
    own = readings[0][name], readings[1][name]
    asked = sheet_link(tuple(selection.parameters().items()), pair.indicator, "D’où viennent ces chiffres ?")
    st.html(pair_line.pair_line(barometer, pair, two, own) + asked)
    if selection.sheet == name:
        with st.container(key=f"fiche_{name}"):
            for territory, reading in zip(two, own, strict=True):
                sheet_view(barometer, territory, reading)


def _cards(barometer: Barometer, two: tuple[Territory, Territory]) -> Fragment:
    """The context of both, under their names."""
    return element(
        "div",
        *(
            element(
                "section",
                text("h2", typographic(t.name) if t.level != Level.QPV else called(t)),
                text("p", t.note, "note") if t.note else "",
                context_card(context(barometer, t)),
            )
            for t in two
        ),
        css="two",
    )


def _shared(barometer: Barometer, two: tuple[Territory, Territory]) -> Fragment:
    """Say that one is part of the other, or that they overlap: their figures are not independent."""
    names = common_communes(barometer, *two)
    if not names:
        return Fragment()
    said = enumeration(names) if len(names) <= 5 else plural(len(names), "commune")
    verb = "est" if len(names) == 1 else "sont"
    return text("p", f"{said} {verb} dans les deux : l’écart en est atténué.", "note")
