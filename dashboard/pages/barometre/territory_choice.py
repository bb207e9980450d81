"""The lists a territory is chosen in, and the one that puts communes together into a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.address.parameters import GROUP, GROUP_NAME, OTHER, OTHER_GROUP, OTHER_NAME, SHEET
from dashboard.address.selection import Selection, beside, link
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story.free_groups import COMPARED, LONGEST_NAME, MAIN, FreeGroup, written_name
from dashboard.widgets.choice import go, select
from sources.french import capital, typographic
from sources.vocabulary import Level, Perimeter

# From the nearest to the inhabitants to the widest; cantons carry only what communes inherit from them.
LEVELS = (Level.EPCI, Level.COMMUNE, Level.GROUPE, Level.QPV, Level.CANTON, Level.DEPARTEMENT, Level.REGION)
LEVELS_WIDE = (Level.METROPOLE, Level.FRANCE)
COMPOSE = "Composer un groupe de communes…"

Address = dict[str, str]


@dataclass(frozen=True)
class Side:
    """One of the two territories of a page, and how the address names another in its place."""

    suffix: str
    """Ends the keys of its widgets."""
    of_what: str
    """Ends their labels."""
    code: str
    territory: Territory
    group: FreeGroup | None
    place: Callable[[Territory], Address]
    compose: Callable[[FreeGroup], Address]

    @property
    def level(self) -> Level:
        """Level shown in the list: a group being put together may not be one yet."""
        return Level.GROUPE if self.group is not None else Level(self.territory.level)


def main_side(selection: Selection) -> Side:
    """Return the territory of the page."""

    def place(territory: Territory) -> Address:
        return selection.parameters(**link(territory))

    def compose(group: FreeGroup) -> Address:
        return selection.parameters(**{GROUP: group.codes, GROUP_NAME: group.given_name or None})

    return Side("choisi", "", MAIN, selection.territory, selection.group, place, compose)


def other_side(selection: Selection) -> Side:
    """Return the territory it is set beside."""
    assert selection.other is not None

    def place(territory: Territory) -> Address:
        return selection.parameters(**{OTHER: beside(territory)})

    def compose(group: FreeGroup) -> Address:
        return selection.parameters(**{OTHER_GROUP: group.codes, OTHER_NAME: group.given_name or None})

    return Side("compare", " comparé", COMPARED, selection.other, selection.other_group, place, compose)


def level_list(barometer: Barometer, side: Side) -> None:
    """Show the list of the levels the release has."""
    select(
        f"Type de territoire{side.of_what}",
        [lv for lv in (*LEVELS, *LEVELS_WIDE) if any(t.level == lv for t in barometer.territories)],
        side.level,
        key=f"niveau_{side.suffix}",
        words=lambda level: capital(level.label),
        # The indicator whose sheet is open may have none at another level.
        parameters=lambda level: _without_sheet(side.place(first(barometer, level))),
    )


def _without_sheet(address: Address) -> Address:
    return {name: value for name, value in address.items() if name != SHEET}


def territory_list(barometer: Barometer, side: Side) -> None:
    """Show the territories of the level; among groups, the one the reader puts together."""
    offered = same_level(barometer, side.level, side.territory)
    current = side.territory
    if side.level == Level.GROUPE:
        own = Territory(Level.GROUPE.value, side.code, None, COMPOSE, True, None)
        offered = [t for t in offered if t.code not in (MAIN, COMPARED)] + [own]
        current = own if side.group is not None else current

    def written(territory: Territory) -> str:
        if territory.code != side.code:
            return territory_words(territory)
        named = side.group is not None and side.group.complete
        return f"{side.territory.name} (groupe composé)" if named else COMPOSE

    def address(territory: Territory) -> Address:
        if territory.code != side.code:
            return side.place(territory)
        return side.compose(side.group or FreeGroup(_start(barometer, side.territory)))

    select(
        f"Territoire{side.of_what}",
        offered,
        current,
        key=f"territoire_{side.suffix}",
        words=written,
        parameters=address,
    )


def _start(barometer: Barometer, territory: Territory) -> tuple[str, ...]:
    """The communes a new group starts from: those of the group, or the commune, one comes from."""
    if territory.level == Level.COMMUNE:
        return (territory.code,)
    if territory.level != Level.GROUPE:
        return ()
    of = [
        m.code
        for m in barometer.memberships
        if (m.level, m.parent_level, m.parent_code) == (Level.COMMUNE, Level.GROUPE, territory.code)
    ]
    return tuple(sorted(of))


def composer(barometer: Barometer, side: Side) -> None:
    """Show the communes of a group made on the spot, to add or take away, and its name."""
    if side.group is None:
        return
    group = side.group
    names = {c.code: typographic(c.name) for c in barometer.communes()}
    communes, name = f"communes_{side.suffix}", f"nom_{side.suffix}"
    st.session_state[communes] = [code for code in names if code in set(group.communes)]
    st.session_state[name] = group.given_name

    def changed() -> None:
        chosen = tuple(sorted(st.session_state[communes]))
        go(side.compose(FreeGroup(chosen, written_name(st.session_state[name]))))

    with st.container(key=f"composer_{side.suffix}"):
        first, second = st.columns([3, 1])
        with first:
            st.multiselect(
                f"Communes du groupe{side.of_what}",
                list(names),
                key=communes,
                format_func=lambda code: names[code],
                on_change=changed,
                placeholder="Choisir au moins deux communes",
                filter_mode="contains",
                wrap=True,
                # Its words are in English, and all the communes are the agglomeration.
                select_all=False,
            )
        with second:
            st.text_input(
                f"Nom du groupe{side.of_what}",
                key=name,
                max_chars=LONGEST_NAME,
                on_change=changed,
                placeholder=group.named(barometer) if group.complete else "Facultatif",
            )


def same_level(barometer: Barometer, level: str, current: Territory) -> list[Territory]:
    """Territories to choose from: communes of the agglomeration only, newest quarters first."""
    same = [t for t in barometer.territories if t.level == level]
    if level == Level.COMMUNE:
        same = [t for t in same if t.in_epci or t == current]
    return sorted(same, key=lambda t: t.perimeter or "", reverse=True)


def first(barometer: Barometer, level: str) -> Territory:
    """Return the territory shown when only a level is chosen."""
    candidates = [t for t in barometer.territories if t.level == level]
    inside = [t for t in candidates if t.in_epci] or candidates
    return sorted(inside, key=lambda t: t.perimeter or "", reverse=True)[0]


def neighbour(barometer: Barometer, territory: Territory) -> Territory:
    """Return what to set a territory beside at first: the next of its kind, else the agglomeration."""
    epci = barometer.epci()
    if territory.level == Level.EPCI:
        return next((t for t in barometer.territories if t.level == Level.COMMUNE and t.in_epci), epci)
    if territory.level not in (Level.COMMUNE, Level.QPV):
        return epci
    same = [
        t
        for t in barometer.territories
        if (t.level, t.perimeter, t.in_epci) == (territory.level, territory.perimeter, True)
    ]
    rank = next((i for i, t in enumerate(same) if t.code == territory.code), -1)
    found = same[(rank + 1) % len(same)] if same else epci
    return epci if found.code == territory.code else found


def territory_words(territory: Territory) -> str:
    """Return a territory as a list names it, a quarter with its generation."""
    name = typographic(territory.name)
    if territory.level == Level.QPV and territory.perimeter in set(Perimeter):
        return f"{name} ({Perimeter(territory.perimeter).label})"
    return name
