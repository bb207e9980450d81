"""Families of territories with alike needs: their names, their members, their map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.charts.classes import Classes
from dashboard.charts.commune_map import Shape, areas, commune_map
from dashboard.charts.description import Picture
from dashboard.charts.palette import Palette, palette, steps
from dashboard.data import analysis
from dashboard.data.geometry import AROUND
from dashboard.data.questions import Barometer
from dashboard.data.records import Theme
from dashboard.story.about import ANALYSIS_SOURCE, About
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.story.spreadsheet import Amount
from dashboard.widgets import chart
from dashboard.widgets.choropleth import NO_OUTLINE, drawable, shapes
from dashboard.widgets.takeaway import table_view
from sources import french
from sources.vocabulary import Level, Perimeter, Status


@dataclass(frozen=True)
class Family:
    """One class: its number, its name in words, the codes of its members, its mean score by theme."""

    number: int
    name: str
    members: tuple[str, ...]
    profile: Mapping[str, float]


@dataclass(frozen=True)
class Typology:
    """The families of communes, or of the quarters of one generation."""

    families: tuple[Family, ...]
    apart: Mapping[str, str]
    """Why some territories are in none, by code."""
    choice: str
    """Why this number of families."""
    fits: Mapping[str, str]
    """How well each member sits in its family, by code."""

    def of(self, code: str) -> Family | None:
        """Return the family of a territory."""
        return next((family for family in self.families if code in family.members), None)


def typology(barometer: Barometer, level: Level, perimeter: Perimeter | None = None) -> Typology | None:
    """Return the typology of a level, ``None`` when the release has none."""
    rows = analysis.typology(barometer.release, level, perimeter)
    if not rows:
        return None
    names: dict[int, str] = {}
    members: dict[int, list[str]] = {}
    profiles: dict[int, dict[str, float]] = {}
    apart: dict[str, str] = {}
    fits: dict[str, str] = {}
    choice = ""
    for row in rows:
        said = row.text or ""
        if row.measure == "classe" and row.value is not None:
            names[int(row.value)] = said
            members.setdefault(int(row.value), []).append(row.code)
        elif row.measure == "hors_typologie":
            apart[row.code] = said
        elif row.measure == "silhouette":
            fits[row.code] = said
        elif row.measure == "nombre_classes":
            choice = said
        elif row.measure.startswith("profil_classe_") and row.value is not None and row.theme:
            profiles.setdefault(int(row.measure.rpartition("_")[2]), {})[row.theme] = row.value
    families = tuple(Family(n, names[n], tuple(members[n]), profiles.get(n, {})) for n in sorted(names))
    return Typology(families, apart, choice, fits)


def families_list(
    found: Typology,
    names: Mapping[str, str],
    chosen: str | None,
    colours: Palette,
    hrefs: Mapping[str, str],
) -> Fragment:
    """Return each family: its number and colour, its name, its members.

    Args:
        found: The families.
        names: Of the territories, by code.
        chosen: Code of the one highlighted.
        colours: Palette of the page.
        hrefs: Address of the figures of each territory, by code.
    """
    fills = steps(colours, len(found.families))[::-1]
    # Names come in alphabetical order, accents left aside.
    order = list(names).index
    parts = []
    for family, fill in zip(found.families, fills, strict=True):
        listed = [
            _member(names.get(code, code), hrefs.get(code, ""), chosen=code == chosen)
            for code in sorted(family.members, key=order)
        ]
        swatch = element("span", css="swatch", style=f"background:{fill}")
        parts.append(
            element(
                "section",
                element("h3", swatch, text("span", f"{family.number}. {family.name}"), css="family"),
                text("p", french.plural(len(family.members), "territoire"), "note"),
                element("p", group(*listed, between=", "), css="members"),
            )
        )
    if found.apart:
        said = group(
            *(text("li", f"{names.get(code, code)} : {reason}") for code, reason in found.apart.items())
        )
        parts.append(text("h3", "Hors des familles") + element("ul", said))
    return group(*parts)


def _member(name: str, href: str, *, chosen: bool) -> Fragment:
    written = text("strong", f"▸ {name}") if chosen else text("span", name)
    return element("a", written, href=href) if href else written


def profile_view(
    barometer: Barometer, found: Typology, names: Mapping[str, str], noun: str, key: str
) -> None:
    """Show what a family is made of behind a click, and give it and its members as files.

    Args:
        barometer: The release.
        found: The families.
        names: Of the territories, by code.
        noun: « communes » or « quartiers ».
        key: Identity of the buttons.
    """
    body = profile_table(found, barometer.themes)
    note = (
        "0 est la moyenne, un nombre positif un besoin plus fort, un nombre négatif un besoin plus faible ; "
        f"1 est l’écart habituel à la moyenne. {found.choice}"
    )
    label = f"Le profil chiffré des familles de {noun}, et pourquoi ce nombre"
    with st.expander(french.typographic(label), key=f"profil_{key}"):
        st.html(text("p", note, "small"))
        table_view(body, f"profil_{key}", _about(barometer, f"Besoin moyen des familles de {noun}"))
        table_view(
            members_table(found, names), f"membres_{key}", _about(barometer, f"Les familles de {noun}")
        )


def _about(barometer: Barometer, title: str) -> About:
    period = "dernières années connues de chaque indicateur"
    return About(title, "", period, ANALYSIS_SOURCE, barometer.identity)


def profile_table(found: Typology, themes: Sequence[Theme]) -> Fragment:
    """Return the mean need of each family by theme, in standard deviations around the mean."""
    held = [t for t in themes if any(t.theme in family.profile for family in found.families)]
    rows = [
        (
            theme.title,
            *(
                _score(family.profile[theme.theme]) if theme.theme in family.profile else "–"
                for family in found.families
            ),
        )
        for theme in held
    ]
    header = ("Thème", *(f"Famille {family.number}" for family in found.families))
    return table("Besoin moyen de chaque famille, par thème", header, rows, numeric=range(1, len(header)))


def _score(score: float) -> Amount:
    return Amount(french.number(score, 1), score, Status.ESTIMATED, 1)


def family_map(
    outlines: Sequence[Shape],
    found: Typology,
    colours: Palette,
    names: Mapping[str, str],
    chosen: str | None,
    around: Sequence[Shape] = (),
) -> Picture:
    """Draw the families: the stronger the colour the stronger the need, and each commune bears its number."""
    count = len(found.families)
    values = {code: float(family.number) for family in found.families for code in family.members}
    classes = Classes(1.0, float(count), tuple(float(n) for n in range(2, count + 1)))
    hover = {
        code: f"{names.get(code, code)}\n{family.number}. {family.name}"
        for family in found.families
        for code in family.members
    }
    return commune_map(
        outlines,
        areas(
            outlines,
            values,
            dict.fromkeys(found.apart, "hors des familles"),
            classes,
            colours,
            dark_is_high=False,
            legend=[
                *(f"{family.number}. {family.name}" for family in found.families),
                *(["hors des familles"] if found.apart else []),
            ],
            around=around,
        ),
        colours,
        hover=hover,
        selected=chosen,
        names={code: str(int(number)) for code, number in values.items()},
        around=around,
    )


def show_map(barometer: Barometer, found: Typology, names: Mapping[str, str], chosen: str | None) -> None:
    """Show the map of the families of communes."""
    told = [
        f"{family.number}, {family.name} : {french.plural(len(family.members), 'commune')}"
        for family in found.families
    ]
    members = members_table(found, names)
    if not drawable(barometer.release):
        st.html(text("p", NO_OUTLINE, "status") + members)
        return
    known = shapes(barometer.release)
    figure = family_map(
        known.get(Level.COMMUNE, []),
        found,
        palette(st.context.theme.type),
        names,
        chosen,
        known.get(AROUND, []),
    )
    chart.drawing(
        figure,
        "carte_familles",
        f"Carte des familles de communes. {' ; '.join(told)}. La liste donne les noms.",
        _about(barometer, "Les familles de communes"),
        table=members,
        frame=chart.MAP_FRAME,
    )


def members_table(found: Typology, names: Mapping[str, str]) -> Fragment:
    """Return the family of each territory, and why some are in none."""
    rows = [
        (names.get(code, code), f"{family.number}. {family.name}")
        for family in found.families
        for code in family.members
    ]
    rows += [(names.get(code, code), reason) for code, reason in found.apart.items()]
    return table("Territoires et familles", ("Territoire", "Famille"), rows)


def own_family(found: Typology, code: str, name: str) -> Fragment:
    """Say which family a territory is in, who else is, and how well it sits there."""
    family = found.of(code)
    shown = french.typographic(name)
    if family is None:
        return text("p", f"{shown} : {found.apart.get(code, 'hors des familles')}", "lead")
    sentence = f"{shown} : famille {family.number}, « {family.name} », parmi {len(found.families)}."
    return text("p", sentence, "lead") + text("p", found.fits.get(code, ""), "note")
