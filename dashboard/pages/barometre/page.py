"""Baromètre: one territory, its context, nine themes, each indicator beside its references or another one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import OTHER, REFERENCE, SHEET, THEME
from dashboard.address.selection import Selection, beside, href, link
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory, Theme
from dashboard.pages.barometre.line import line, without_figure
from dashboard.pages.barometre.pair_view import pair_view, title
from dashboard.pages.barometre.section import section
from dashboard.pages.barometre.territory_choice import (
    Side,
    composer,
    level_list,
    main_side,
    neighbour,
    other_side,
    territory_list,
)
from dashboard.shell import frame
from dashboard.story import places
from dashboard.story.free_groups import COMPARED, MAIN, WithGroups
from dashboard.story.headlines import (
    SMALL_DENOMINATOR,
    beyond_first,
    first_facts,
    largest_needs,
)
from dashboard.story.markup import Fragment, element, group, text
from dashboard.story.progress import counted
from dashboard.story.readings import NEAREST, REFERENCE_ORDER, Reading, read
from dashboard.widgets import answers, multiples
from dashboard.widgets.answers_data import answers as read_answers
from dashboard.widgets.changes import changes_block
from dashboard.widgets.choice import go, kept_mode, select
from dashboard.widgets.context import context, context_card
from dashboard.widgets.facts import fact_line, headline_line
from dashboard.widgets.made import linked
from dashboard.widgets.origin import Address, sheet_link
from dashboard.widgets.portrait import portrait, portrait_ahead
from dashboard.widgets.row import key, row
from dashboard.widgets.sheet import sheet_view
from indicators.model import Theme as Themes
from sources.french import capital, enumeration, plural, typographic
from sources.vocabulary import Level, Perimeter

STANDING_OUT = 3
CHOSEN = (
    "« Les premiers faits » sont les mêmes pour tous les territoires. « Ce qui ressort ensuite » : les plus "
    "grands écarts à la référence, en proportion, dans le sens d’un plus grand besoin, un par thème, hors "
    f"besoins déjà dits. Un taux qui porte sur moins de {SMALL_DENOMINATOR} personnes ou ménages "
    "n’est pas retenu."
)
ROUNDED = (
    "Écarts et évolutions sont ceux des chiffres affichés. « Entre … et … », sous un écart : ses limites, "
    "élargies selon le nombre d’écarts jugés ensemble : 5 % au plus des écarts établis le sont par hasard."
)
INDEX_LINES = 4
"""The index and its three components, declared before its variants: the rest is for whoever asks."""
ANOTHER = "autre"
"""Choice of a reference: not one, but a territory to set beside."""


def show() -> None:
    """Show the page."""
    with frame.page(screens.BAROMETER) as (published, selection):
        barometer = _with_groups(published, selection)
        st.html(group(*opening(barometer, selection)))
        with st.container(key="choix"):
            _choices(barometer, selection)
        if selection.other is not None:
            pair_view(barometer, selection)
        else:
            _one(barometer, selection)


def opening(barometer: Barometer, selection: Selection) -> tuple[Fragment, ...]:
    """Return what the page opens with: the territory, and how many of its figures move which way."""
    if selection.other is not None:
        return (text("h1", title(selection.territory, selection.other)),)
    title_alone = text("h1", typographic(selection.territory.name))
    return (title_alone + _counted(barometer, selection.territory),)


@kept
def _counted(barometer: Barometer, territory: Territory) -> Fragment:
    readings = read(barometer, territory)
    # A need measured twice, by the index and by its variants, is counted once.
    told = [reading for theme in barometer.themes for reading in _of_theme(readings, theme)[0]]
    said = counted(told)
    return text("p", said, "lead") if said else Fragment()


def _one(barometer: Barometer, selection: Selection) -> None:
    """Show the territory by itself, beside its references."""
    territory = selection.territory
    st.html(_before_themes(barometer, territory, selection.reference))
    portrait(barometer, selection)
    for theme in _themes(barometer, selection):
        _theme(barometer, selection, theme)


@linked
def _before_themes(barometer: Barometer, territory: Territory, reference: str) -> Fragment:
    """What is read before the themes."""
    readings = read(barometer, territory)
    legend = element(
        "details",
        text("summary", "Comment lire ces lignes"),
        key(territory),
        *(text("p", rule, "note") for rule in (CHOSEN, ROUNDED)),
    )
    return group(
        _standing_out(barometer, territory, reference, readings),
        _what_it_is(barometer, territory),
        changes_block(barometer, territory) if territory.level == Level.COMMUNE else "",
        legend,
    )


Piece = tuple[tuple[str, ...], Fragment]
"""Indicators, and what is said of them; the sheet of one of them stands below it."""


@linked
def _lines(
    barometer: Barometer, territory: Territory, theme: Theme, reference: str, address: Address
) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """What a theme says: its lines, those of the variants of the index, then what has no figure."""
    main, others = _of_theme(read(barometer, territory), theme)
    found = read_answers(barometer, territory)
    opened = dict(address).get(SHEET)

    def told(reading: Reading) -> Piece:
        name = reading.indicator.indicator
        change = reading.evolution.text if reading.evolution is not None else ""
        under = answers.under(change, found.needs.get(name)) + sheet_link(address, reading.indicator)
        return (name,), line(barometer, territory, reading, reference, under, opened=opened == name)

    absent = [reading for reading in (*main, *others) if not _usable(reading)]
    return (
        [told(reading) for reading in main if _usable(reading)],
        [told(reading) for reading in others if _usable(reading)],
        [_absent(barometer, territory, absent, reference, address)] if absent else [],
    )


def _absent(
    barometer: Barometer, territory: Territory, readings: list[Reading], reference: str, address: Address
) -> Piece:
    """Close a theme with what has no figure, and why, on one folded line."""
    names = tuple(reading.indicator.indicator for reading in readings)
    rows = [
        row(barometer, territory, reading, reference) + sheet_link(address, reading.indicator)
        for reading in readings
    ]
    return names, without_figure(rows, opened=dict(address).get(SHEET) in names)


def ahead(barometer: Barometer, commune: Territory) -> None:
    """Make what the page says of a commune before a reader asks for it."""
    _counted(barometer, commune)
    _before_themes(barometer, commune, NEAREST)
    portrait_ahead(barometer, commune)
    for theme in barometer.themes:
        _lines(barometer, commune, theme, NEAREST, tuple(link(commune).items()))


def _usable(reading: Reading) -> bool:
    return reading.shown is not None and reading.shown.usable


def _with_groups(barometer: Barometer, selection: Selection) -> Barometer:
    """Return the release with the groups the address puts together, if any."""
    named = {MAIN: selection.group, COMPARED: selection.other_group}
    groups = {code: group for code, group in named.items() if group is not None and group.complete}
    if not groups:
        return barometer
    composed = WithGroups(barometer.release, groups)
    with st.spinner("Calcul du groupe…"):
        composed.prepare()
    return composed


def _choices(barometer: Barometer, selection: Selection) -> None:
    territory, side = selection.territory, main_side(selection)
    first, second, third, fourth = st.columns([3, 4, 3, 3])
    with first:
        level_list(barometer, side)
    with second:
        territory_list(barometer, side)
    with third:
        levels = [lv.value for lv in REFERENCE_ORDER if lv != territory.level]
        select(
            "Comparer avec",
            [NEAREST, ANOTHER, *levels],
            selection.reference if selection.other is None else ANOTHER,
            key="reference_choisie",
            words=lambda level: _reference_words(barometer, level),
            parameters=lambda level: _reference_address(barometer, selection, level),
        )
    with fourth:
        themes = {theme.theme: theme.title for theme in barometer.themes}
        select(
            "Thème",
            ["", *themes],
            selection.theme or "",
            key="theme_choisi",
            words=lambda theme: typographic(themes.get(theme, "Tous les thèmes")),
            parameters=lambda theme: selection.parameters(**{THEME: theme or None}),
        )
    composer(barometer, side)
    if selection.other is not None:
        _other_choices(barometer, selection, other_side(selection))


def _reference_address(barometer: Barometer, selection: Selection, level: str) -> dict[str, str]:
    if level == ANOTHER:
        other = selection.other or neighbour(barometer, selection.territory)
        return selection.parameters(**{OTHER: beside(other), REFERENCE: None})
    return selection.parameters(**{OTHER: None, REFERENCE: level})


def _other_choices(barometer: Barometer, selection: Selection, side: Side) -> None:
    first, second, third = st.columns([3, 4, 6], vertical_alignment="bottom")
    with first:
        level_list(barometer, side)
    with second:
        territory_list(barometer, side)
    with third:
        st.button("Échanger les deux", key="echanger", on_click=go, args=(selection.swapped(),))
    composer(barometer, side)


def _reference_words(barometer: Barometer, level: str) -> str:
    if level == NEAREST:
        return "La plus proche"
    if level == ANOTHER:
        return "Un territoire au choix"
    found = next((t for t in barometer.territories if t.level == level), None)
    return places.short(found) if found else Level(level).label


def _what_it_is(barometer: Barometer, territory: Territory) -> Fragment:
    """What the territory is, on one line to unfold: its population, then the rest of its card."""
    identity = _card(barometer, territory)
    known = context(barometer, territory)
    said = "Ce territoire"
    if known and known[0].known:
        said = f"{capital(places.the_short(territory))} : {known[0].written}"
    inside = [text("p", identity), context_card(known)]
    if territory.note and territory.note != identity:
        inside.append(text("p", territory.note, "note"))
    return element("details", text("summary", said), *inside)


def _standing_out(
    barometer: Barometer, territory: Territory, reference: str, readings: dict[str, Reading]
) -> Fragment:
    """What an élu would ask first: where the need is greatest."""
    lines = []
    facts = first_facts(barometer, territory, readings)
    # The index opens the themes, just below.
    told = [fact for fact in facts if fact.reading.indicator.theme != Themes.IDH4]
    # What is known comes before what is not.
    shown = sorted(told, key=lambda fact: not _usable(fact.reading))
    if shown:
        lines.append(text("h2", "Les premiers faits"))
        lines.append(element("ul", *(fact_line(barometer, fact) for fact in shown), css="firstfacts"))
    found = largest_needs(barometer, territory, readings, reference)
    headlines = beyond_first(facts, found)[:STANDING_OUT]
    if headlines:
        more = element("ul", *(headline_line(barometer, headline) for headline in headlines))
        lines.append(element("details", text("summary", "Ce qui ressort ensuite"), more))
    return group(*lines)


def _card(barometer: Barometer, territory: Territory) -> str:
    """Say in one sentence what the territory is: its level, its generation, what it belongs to."""
    if territory.level == Level.GROUPE and territory.perimeter is not None:
        # Quarters a producer publishes together: the note of the territory is that sentence.
        return territory.note or capital(territory.name)
    name = capital(places.the(territory.name, territory.level))
    if territory.level in (Level.EPCI, Level.GROUPE):
        parent = (Level.COMMUNE, territory.level, territory.code)
        members = sum((m.level, m.parent_level, m.parent_code) == parent for m in barometer.memberships)
        if members:
            return f"{name} réunit {plural(members, 'commune')}."
    label = Level(territory.level).label
    if territory.level == Level.COMMUNE and territory.in_epci:
        label += f" {places.of_short(barometer.epci())}"
    if territory.perimeter in set(Perimeter):
        label += f" ({Perimeter(territory.perimeter).label})"
    wholly, partly = _belongs(barometer, territory)
    inside = "sur" if territory.level == Level.QPV else "dans"
    told = [f", {inside} {enumeration(wholly)}"] if wholly else []
    told += [f", en partie {inside} {enumeration(partly)}"] if partly else []
    article = {Level.COMMUNE: "une", Level.QPV: "un"}.get(Level(territory.level))
    said = f"{name} est {article} {label}" if article else f"{typographic(territory.name)} : {label}"
    return f"{said}{''.join(told)}."


def _belongs(barometer: Barometer, territory: Territory) -> tuple[list[str], list[str]]:
    """Return the communes or groups the territory belongs to, wholly then partly."""
    wholly: list[str] = []
    partly: list[str] = []
    for membership in barometer.memberships:
        if (membership.level, membership.code) != (territory.level, territory.code):
            continue
        parent = barometer.territory(membership.parent_level, membership.parent_code)
        if parent is not None and parent.level in (Level.COMMUNE, Level.GROUPE):
            name = typographic(parent.name)
            quoted = name if parent.level == Level.COMMUNE else f"« {name} »"
            (wholly if membership.whole else partly).append(quoted)
    return sorted(wholly), sorted(partly)


def _themes(barometer: Barometer, selection: Selection) -> list[Theme]:
    return [t for t in barometer.themes if selection.theme in (None, t.theme)]


def _of_theme(readings: dict[str, Reading], theme: Theme) -> tuple[list[Reading], list[Reading]]:
    """The indicators of a theme, then the variants of the index, which only repeat it."""
    own = [r for r in readings.values() if r.indicator.theme == theme.theme]
    return (own[:INDEX_LINES], own[INDEX_LINES:]) if theme.theme == Themes.IDH4 else (own, [])


def _theme(barometer: Barometer, selection: Selection, theme: Theme) -> None:
    territory, reference = selection.territory, selection.reference
    main, others = _of_theme(read(barometer, territory), theme)
    chosen = [*main, *others]
    if not chosen:
        return
    answer = read_answers(barometer, territory).themes.get(theme.theme, "")
    # The heading and the page already say which theme and where.
    said = capital(answer.partition(" – ")[2])
    # A theme by itself has its charts, and what can be downloaded from it.
    alone = href(screens.BAROMETER, kept_mode(selection.parameters(**{THEME: theme.theme})))
    leads = element(
        "a",
        "Ce thème seul",
        href=alone,
        aria_label=f"Ce thème seul : {theme.title}",
    )
    heading = element(
        "div", text("h2", theme.title, id=theme.theme), "" if selection.theme else leads, css="themehead"
    )
    opening = heading + (text("p", said, "themeline") if said else "")
    address = tuple(selection.parameters().items())
    lines, variants, absent = _lines(barometer, territory, theme, reference, address)
    if variants:
        _show(barometer, selection, [((), opening), *lines])
        opened = any(selection.sheet in names for names, _ in variants)
        with st.expander("Avec une autre lecture des diplômes", expanded=opened, key="variantes"):
            _show(barometer, selection, variants)
        _show(barometer, selection, absent)
    else:
        _show(barometer, selection, [((), opening), *lines, *absent])
    if selection.theme == theme.theme:
        multiples.multiples(barometer, territory, theme.theme)
        section(barometer, territory, theme, chosen, reference)


def _show(barometer: Barometer, selection: Selection, pieces: Sequence[Piece]) -> None:
    """Show pieces as one, as the page is drawn sooner; but where a sheet stands between two of them."""
    before: list[Fragment] = []
    for names, told in pieces:
        before.append(told)
        if selection.sheet in names:
            st.html(group(*before))
            before = []
            with st.container(key=f"fiche_{selection.sheet}"):
                sheet_view(
                    barometer, selection.territory, read(barometer, selection.territory)[selection.sheet]
                )
    if before:
        st.html(group(*before))


if __name__ == "__main__":
    show()
