"""The map of one indicator, alone or beside another year or another indicator, read the same way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import ALONE, LEVEL, TERRITORY, TWIN
from dashboard.address.selection import link
from dashboard.charts.classes import Classes, equal_counts
from dashboard.charts.description import Picture
from dashboard.charts.twins import twins
from dashboard.data.records import Territory
from dashboard.pages.indicateur.choice import View, indicator_names
from dashboard.story import places, words
from dashboard.story.about import About
from dashboard.story.everywhere import Everywhere
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.story.openings import absence_sentence
from dashboard.story.pockets import Pocket
from dashboard.story.readings import main_comparison, reference_name
from dashboard.story.twins import offered, twin
from dashboard.widgets import layers
from dashboard.widgets.choice import go, page_link, select
from dashboard.widgets.choropleth import (
    choropleth,
    classes,
    dark_is_high,
    drawable,
    legend,
    map_picture,
    own_scale,
    said,
)
from dashboard.widgets.communes import standing
from dashboard.widgets.row import figure, gap_words
from dashboard.widgets.takeaway import takeaway
from sources.french import capital, enumeration, lowered, plural, typographic
from sources.vocabulary import Level

SAME_SCALE = (
    "Les deux cartes ont les mêmes classes, faites des deux années : une couleur y dit le même chiffre."
)
OWN_SCALES = (
    "Chaque carte a ses classes, d’effectifs voisins : une même couleur y dit le même rang parmi les "
    "communes, non le même chiffre."
)


def map_view(view: View) -> None:
    """Show the map of the communes, and beside it the one the address asks for."""
    shown, asked = view.shown, view.selection.twin
    other = twin(shown, asked) if asked and drawable(view.barometer.release) else None
    st.html(text("h2", "Deux cartes côte à côte" if other else f"Carte des communes, {shown.period}"))
    pockets = _alone(view) if other is None else _pair(view, other)
    layers.pockets_table(view.barometer, pockets)


def twin_choice(view: View) -> None:
    """Offer what may be set beside the map; not where the page shows the map alone."""
    shown = view.shown
    if view.selection.view in ALONE or not drawable(view.barometer.release):
        return
    select(
        "Mettre une carte à côté",
        offered(shown),
        view.selection.twin,
        key="carte_jumelle_choisie",
        words=_twin_words(view),
        parameters=lambda one: view.parameters(**{TWIN: one}),
        placeholder="Une autre année, un autre indicateur",
        cleared=view.parameters(**{TWIN: None}),
    )


def _twin_words(view: View) -> Callable[[str], str]:
    titles = indicator_names(view.barometer)
    return lambda one: titles.get(one) or typographic(f"La même, en {one}")


def _alone(view: View) -> list[Pocket]:
    shown = view.shown
    with st.container(key="introduction"):
        drawing, beside = st.columns([3, 2], gap="medium")
    with beside:
        twin_choice(view)
        pockets = layers.layer(view.barometer, view.selection)
        st.html(text("h3", shown.title) + legend(shown) + layers.pockets_key(pockets))
    with drawing:
        choropleth(shown, view.parameters(), view.commune, pockets)
    with beside:
        if shown.absent:
            st.html(text("p", absence_sentence(shown.absent), "note"))
        if drawable(view.barometer.release):
            st.html(text("p", "Touchez une commune pour la suivre dans toute la page.", "note"))
        if view.commune is not None:
            st.html(element("section", *_commune(view, shown, view.commune), css="index"))
            _followed(view, view.commune)
    return pockets


def _pair(view: View, other: Everywhere) -> list[Pocket]:
    maps = (view.shown, other)
    scale = _same_scale(*maps)
    message = f"{_together(maps, scale)} {SAME_SCALE if scale else OWN_SCALES}"
    st.html(text("p", message, "lead"))
    twin_choice(view)
    pockets = layers.layer(view.barometer, view.selection)
    with st.container(key="introduction"):
        columns = st.columns(2, gap="medium")
    for column, shown, name in zip(columns, maps, ("gauche", "droite"), strict=True):
        with column:
            st.html(text("h3", f"{shown.title}, {shown.period}"))
            choropleth(shown, view.parameters(), view.commune, pockets, scale=scale, twin=name)
            absent = text("p", absence_sentence(shown.absent), "note") if shown.absent else ""
            st.html(group(legend(shown, scale), absent))
            if view.commune is not None:
                st.html(element("section", *_commune(view, shown, view.commune), css="index"))
    if pockets:
        st.html(layers.pockets_key(pockets))
    if view.commune is not None:
        _followed(view, view.commune)
    about = _about(maps)
    st.html(text("p", about.source_line, "credit"))
    takeaway(
        "cartes", about, message, lambda: _picture(maps, view.commune, tuple(pockets), scale), _table(maps)
    )
    return pockets


def _same_scale(shown: Everywhere, other: Everywhere) -> Classes | None:
    """The classes two years share, made of both together; ``None`` when two things are measured."""
    if (shown.indicator.indicator, shown.concept) != (other.indicator.indicator, other.concept):
        return None
    return equal_counts([*shown.numbers.values(), *other.numbers.values()], shown.indicator.decimals)


def _together(maps: tuple[Everywhere, Everywhere], scale: Classes | None) -> str:
    """Say which communes have the strongest colour on both maps."""
    strongest = [_strongest(shown, scale or own_scale(shown)) for shown in maps]
    both = set.intersection(*strongest)
    if not both:
        return "Aucune commune n’a la couleur la plus forte sur les deux cartes."
    names = enumeration([c.name for c in maps[0].communes if c.code in both])
    return f"Couleur la plus forte sur les deux cartes, {plural(len(both), 'commune')} : {names}."


def _strongest(shown: Everywhere, cut: Classes | None) -> set[str]:
    if cut is None:
        return set()
    rank = cut.count - 1 if dark_is_high(shown.indicator.direction) else 0
    return {code for code, number in shown.numbers.items() if cut.of(number) == rank}


def _picture(
    maps: tuple[Everywhere, Everywhere],
    commune: Territory | None,
    pockets: tuple[Pocket, ...],
    scale: Classes | None,
) -> Picture:
    legends = zip(maps, _legends(maps, scale), strict=True)
    first, second = (map_picture(shown, commune, pockets, scale, told) for shown, told in legends)
    return twins((first, second), _titles(maps))


def _legends(maps: tuple[Everywhere, Everywhere], scale: Classes | None) -> list[tuple[str, ...]]:
    """Return the words of the classes of each map: one legend says what a colour means on both."""
    told = [dict(classes(shown, scale, counted=False)) for shown in maps]
    if scale:
        return [tuple(one.values()) for one in told]

    def both(colour: str) -> str:
        sides = zip(("à gauche", "à droite"), told, strict=True)
        return "\n".join(typographic(f"{side} : {one[colour]}") for side, one in sides if colour in one)

    return [tuple(map(both, one)) for one in told]


def _titles(maps: tuple[Everywhere, Everywhere]) -> tuple[str, str]:
    first, second = (typographic(f"{shown.indicator.short_title}, {shown.period}") for shown in maps)
    return first, second


def _about(maps: tuple[Everywhere, Everywhere]) -> About:
    own = [shown.about("") for shown in maps]
    first, *others = dict.fromkeys(shown.title for shown in maps)

    def both(parts: list[str], between: str) -> str:
        return between.join(dict.fromkeys(filter(None, parts)))

    return replace(
        own[0],
        title=f"{' et '.join([first, *map(lowered, others)])} : deux cartes des communes",
        unit=both([one.unit for one in own], " ; "),
        period=both([one.period for one in own], " et "),
        source=both([one.source for one in own], ", "),
        note=both([one.note for one in own], " ; "),
        status=both([one.status for one in own], " ; "),
    )


def _table(maps: tuple[Everywhere, Everywhere]) -> Fragment:
    communes = maps[0].communes
    rows = [(c.code, c.name, *(shown.amount(c, said(shown, c)) for shown in maps)) for c in communes]
    caption = f"{' et '.join(_titles(maps))}, par commune"
    return table(caption, ("Code INSEE", "Commune", *_titles(maps)), rows, numeric=(2, 3))


def _commune(view: View, shown: Everywhere, commune: Territory) -> list[Fragment]:
    number = shown.number(commune)
    if number is None:
        return [
            text("h3", commune.name),
            text("p", capital(words.status_label(shown.status(commune))), "status"),
        ]
    value = shown.value(commune)
    assert value is not None
    lines = [text("h3", commune.name), element("p", figure(value, shown.indicator))]
    if shown.spread is not None:
        lines.append(text("p", capital(standing(shown, commune)) + "."))
    beside = main_comparison(
        (c for c in view.barometer.comparisons(commune) if c.key == value.key), Level.EPCI
    )
    if beside is not None:
        reference = f"{reference_name(view.barometer, beside)} : {shown.written(beside.reference_value)}. "
        lines.append(element("p", text("span", reference), gap_words(beside, shown.indicator)))
    return lines


def _followed(view: View, commune: Territory) -> None:
    page_link(
        screens.BAROMETER.script,
        label=typographic(f"Tous les indicateurs {places.of(commune.name, commune.level)}"),
        query_params=link(commune),
    )
    st.button(
        "Ne plus suivre cette commune",
        key="oublier_commune",
        type="tertiary",
        on_click=go,
        args=(view.parameters(**{LEVEL: None, TERRITORY: None}),),
    )
