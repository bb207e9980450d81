"""The comparison the contract makes: its two geographies beside the other communes."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.charts.description import Picture
from dashboard.charts.drawn import swatch
from dashboard.charts.groups import Column, Group, Role, fill, groups
from dashboard.charts.measure import Measure
from dashboard.charts.palette import palette
from dashboard.data.records import Territory
from dashboard.story.everywhere import Everywhere
from dashboard.story.markup import Fragment, element, table, text
from dashboard.widgets import chart
from dashboard.widgets.choropleth import hover, said
from dashboard.widgets.communes import reference
from dashboard.widgets.made import made
from sources.french import enumeration, plural, typographic
from sources.vocabulary import Level

PRIORITY, COMPLEMENTARY = "prioritaire", "complementaire"
"""The contract's two sides, by the roles the release gives: a commune of the first is never drawn in the
second."""

Titled = list[tuple[Role, str, list[Territory], Territory | None]]
"""Each group drawn: its role, its title, its communes, the group itself but for the other communes."""

NAMES: dict[Role, str] = {"first": "bleu, plein", "second": "orange, rayé", "others": "gris, pointillé"}


def groups_view(shown: Everywhere, key: str = "groupes", heading: str = "La comparaison du contrat") -> None:
    """Show the communes of the contract's two geographies beside the others.

    Args:
        shown: The indicator.
        key: Identity of the chart, one for each on a page.
        heading: Its title, the year apart.
    """
    found = _comparison(shown, heading)
    if found is None:
        return
    st.html(found.opening)
    # Focusable, so that a keyboard scrolls the frame where it is narrower than the picture.
    hint = "Faites défiler vers la droite pour voir toutes les communes."
    chart.drawing(
        found.picture,
        key,
        found.sentence,
        shown.about("communes du contrat et autres communes"),
        table=found.cells,
        frame=f"cadre_{key}",
        before=text("p", hint, "note scroll-hint", tabindex="0"),
    )
    with st.expander("Les données de la comparaison", key=f"donnees_{key}"):
        st.html(found.cells)


@dataclass(frozen=True)
class Comparison:
    """What is said and drawn of the groups, whoever is followed."""

    opening: Fragment
    picture: Picture
    sentence: str
    cells: Fragment


@made
def _comparison(shown: Everywhere, heading: str) -> Comparison | None:
    """The two sides of the contract beside the others; ``None`` where a release has neither."""
    sides = {t.role: t for t in shown.barometer.territories if t.level == Level.GROUPE and t.role}
    priority, complementary = sides.get(PRIORITY), sides.get(COMPLEMENTARY)
    first = belongs(shown, priority)
    second = [c for c in belongs(shown, complementary) if c not in first]
    if not first and not second:
        return None
    others = [c for c in shown.communes if c not in first and c not in second]
    roles: tuple[tuple[Role, Territory | None, list[Territory]], ...] = (
        ("first", priority, first),
        ("second", complementary, second),
    )
    titled: Titled = [(role, group.name, members, group) for role, group, members in roles if group]
    titled.append(("others", "Autres communes", others, None))
    amount, name = reference(shown)
    texts = hover(shown)
    drawn = [
        Group(
            title,
            role,
            [
                Column(typographic(c.name), shown.numbers[c.code], texts[c.code])
                for c in sorted(members, key=lambda c: -shown.numbers.get(c.code, 0.0))
                if c.code in shown.numbers
            ],
        )
        for role, title, members, _ in titled
    ]
    rows = [
        (c.name, title, shown.amount(c, said(shown, c))) for _, title, members, _ in titled for c in members
    ]
    caption = f"{shown.title}, {shown.period}, par groupe du contrat"
    cells = table(caption, ("Commune", "Groupe", shown.indicator.short_title), rows, numeric=(2,))
    sentence = _groups_sentence(shown, titled)
    measure = Measure.of(shown.indicator.unit, shown.indicator.decimals, amount, name)
    return Comparison(
        text("h2", f"{heading}, {shown.period}") + text("p", sentence) + _groups_legend(shown, titled),
        groups(drawn, palette(st.context.theme.type), measure),
        sentence,
        cells,
    )


def _groups_sentence(shown: Everywhere, titled: Titled) -> str:
    """Say the rate of each group, recomputed from its sums, or that it has none: never a mean of rates."""
    told = []
    without = []
    for _, title, _, group in titled:
        value = shown.value(group) if group else None
        if value is not None and value.usable and value.value is not None:
            told.append(f"{title} : {shown.written(value.value)}.")
        elif group is not None:
            without.append(f"« {title} »")
    if without:
        told.append(
            f"Pas de chiffre d’ensemble pour {enumeration(without)} : il ne se déduit pas de ceux des "
            "communes."
        )
    amount, name = reference(shown)
    if amount is not None:
        told.append(f"{name}.")
    return " ".join(told)


def _groups_legend(shown: Everywhere, titled: Titled) -> Fragment:
    colours = palette(st.context.theme.type)
    items = []
    for role, title, members, _ in titled:
        known = sum(c.code in shown.numbers for c in members)
        count = plural(len(members), "commune")
        if known < len(members):
            count += f", dont {known} avec un chiffre"
        sample = element("span", css="swatch", style=swatch(fill(role, colours)))
        items.append(element("li", sample, text("span", f"{title} ({NAMES[role]}) : {count}")))
    return element("ul", *items, css="legend")


def belongs(shown: Everywhere, group: Territory | None) -> list[Territory]:
    """Return the communes of a group, by name; none where there is no such group."""
    codes = {
        m.code
        for m in shown.barometer.memberships
        if group and (m.level, m.parent_level, m.parent_code) == (Level.COMMUNE, Level.GROUPE, group.code)
    }
    return [c for c in shown.communes if c.code in codes]
