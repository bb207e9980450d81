"""The ages of a commune beside those of the agglomeration, and what they account for in its gaps."""

from __future__ import annotations

import streamlit as st

from dashboard.address.parameters import AGES_PORTRAIT
from dashboard.address.selection import Selection
from dashboard.charts.palette import palette
from dashboard.charts.pyramid import STEP, Band, pyramid
from dashboard.data.ages import Ages, accounted, ages
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story import places
from dashboard.story.about import About
from dashboard.story.markup import Fragment, element, table, text
from dashboard.widgets import chart
from dashboard.widgets.alike import opener
from indicators.mortality import LAST_AGE
from sources.authority import Noun
from sources.french import NBSP, number, typographic

YOUNG, OLD = 20, 65
ONLY = (
    "Pour les autres indicateurs, les fichiers reçus ne donnent pas le détail par âge de la même année : "
    "rien n’est dit de la part des âges. Rendre compte n’est pas causer : les âges disent une part de "
    "l’écart, pas pourquoi il existe."
)


@kept
def ages_label(barometer: Barometer, territory: Territory) -> str:
    """Return the question the ages of a commune answer; empty when they are not known."""
    known = ages(barometer.release, territory.code, len(barometer.communes()))
    return f"Plus jeune ou plus âgée que {barometer.authority.the} ?" if known is not None else ""


def ages_block(barometer: Barometer, selection: Selection) -> None:
    """Offer the pyramid of a commune, and show it with what ages account for once it is asked for."""
    territory = selection.territory
    label = ages_label(barometer, territory)
    if not label or not opener(selection, AGES_PORTRAIT, label):
        return
    found = ages(barometer.release, territory.code, len(barometer.communes()))
    assert found is not None
    noun = barometer.authority
    name = typographic(territory.name)
    said = _said(found, name, noun)
    st.html(text("h2", f"Les âges {places.at(territory.name, territory.level)}") + text("p", said, "lead"))
    bands = _bands(found)
    dataset = barometer.datasets.get(found.dataset)
    about = About(
        f"Pyramide des âges : {name} et {noun.the}",
        "part de la population, en %",
        str(found.year),
        dataset.producer if dataset else found.dataset,
        barometer.identity,
        f"barres : {name} ; trait : {noun.name}",
    )
    read = f"Hommes à gauche, femmes à droite. Barres : {name} ; trait : {noun.name}."
    st.html(text("p", read, "note"))
    chart.show(
        pyramid(
            bands,
            palette(st.context.theme.type),
            reference=noun.label,
            suffix=f"{NBSP}%",
        ),
        "pyramide",
        f"Pyramide des âges. {read} {said}",
        _table(bands, name, noun),
        "Les chiffres de la pyramide",
        about,
    )
    _accounted(barometer, territory.code)


def _accounted(barometer: Barometer, code: str) -> None:
    told = [sentence for _, sentence in accounted(barometer.release, code)]
    lines = [text("h3", "Ce dont les âges rendent compte")] if told else []
    lines += [element("ul", *(text("li", sentence) for sentence in told))] if told else []
    st.html(sum([*lines, text("p", ONLY, "note")], Fragment()))


def _said(found: Ages, name: str, noun: Noun) -> str:
    parts = []
    for label, first, last in (
        (f"moins de {YOUNG} ans", 0, YOUNG - 1),
        (f"{OLD} ans ou plus", OLD, LAST_AGE),
    ):
        own, whole = (number(found.part(first, last, of), 1) for of in (False, True))
        parts.append(f"{own}{NBSP}% de {label} ({whole}{NBSP}% {noun.at})")
    return f"{name} : {' et '.join(parts)}, en {found.year}."


def _bands(found: Ages) -> list[Band]:
    firsts = sorted({cell.first for cell in found.cells})
    by_place = {(cell.women, cell.first): cell for cell in found.cells}

    def share(women: bool, first: int, whole: bool) -> float:
        return found.share(by_place[women, first], whole)

    return [
        Band(
            first,
            f"{first} ans ou plus" if first == LAST_AGE else f"{first} à {first + STEP - 1} ans",
            *(share(women, first, whole) for whole in (False, True) for women in (False, True)),
        )
        for first in firsts
    ]


def _table(bands: list[Band], name: str, noun: Noun) -> Fragment:
    def percent(value: float) -> str:
        return f"{number(value, 1)}{NBSP}%"

    rows = [
        (b.name, *(percent(v) for v in (b.men, b.women, b.men_beside, b.women_beside)))
        for b in reversed(bands)
    ]
    header = (
        *("Âge", f"Hommes, {name}", f"Femmes, {name}"),
        *(f"Hommes, {noun.name}", f"Femmes, {noun.name}"),
    )
    return table(
        f"Part de chaque âge dans la population : {name} et {noun.the}",
        header,
        rows,
        numeric=(1, 2, 3, 4),
    )
