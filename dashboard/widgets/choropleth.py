"""The map of the communes by any indicator, its legend and its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import streamlit as st

from dashboard.address.selection import link
from dashboard.charts.classes import Classes, equal_counts
from dashboard.charts.commune_map import Shape, areas, commune_map, project
from dashboard.charts.description import Area, Picture
from dashboard.charts.drawn import swatch
from dashboard.charts.palette import palette, steps
from dashboard.charts.patterns import fill, pattern
from dashboard.data.geometry import AROUND, around, outlines
from dashboard.data.kept import kept
from dashboard.data.observations import populations
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.data.release import Release
from dashboard.story import words
from dashboard.story.everywhere import Everywhere
from dashboard.story.markup import Fragment, element, table, text
from dashboard.story.pockets import Pocket, pockets_sentence
from dashboard.widgets import chart, layers, meeting
from dashboard.widgets.choice import go
from dashboard.widgets.made import made
from indicators.model import Direction
from sources.french import enumeration, plural, typographic
from sources.vocabulary import Level, Status

NO_OUTLINE = typographic(
    "Pas de carte : les contours des communes ne figurent pas dans cette version des données."
)


@kept
def shapes(release: Release) -> dict[str, list[Shape]]:
    """Return the outlines of a release by level, projected together so that they fit each other."""
    drawn, beyond = outlines(release), around(release)
    projected = project(
        *([(o.code, typographic(o.name), o.geojson) for o in some] for some in (drawn, beyond))
    )
    levels = {one.code: one.level for one in (*beyond, *drawn)}
    found: dict[str, list[Shape]] = {}
    for shape in projected:
        found.setdefault(levels[shape.code], []).append(shape)
    return found


def drawable(release: Release) -> bool:
    """Whether the outline of a commune is at hand: without one, a map would be an empty frame."""
    return bool(shapes(release).get(Level.COMMUNE))


@kept
def largest(release: Release) -> list[str]:
    """Return the codes of the communes, most inhabitants first."""
    inhabitants = populations(release)
    return sorted(inhabitants, key=lambda code: -inhabitants[code][1])


def dark_is_high(direction: str) -> bool:
    """Whether the strongest colour is the highest figure: the greatest need, or simply the highest."""
    return direction != Direction.LOW_IS_NEED


def choropleth(
    shown: Everywhere,
    parameters: Mapping[str, str],
    chosen: Territory | None,
    pockets: Sequence[Pocket] = (),
    told_by: str = "Le tableau « Toutes les communes » donne tout.",
    *,
    scale: Classes | None = None,
    twin: str | None = None,
) -> None:
    """Show the map; touching a commune chooses it.

    Args:
        shown: The indicator.
        parameters: What the address holds besides the commune.
        chosen: Commune outlined.
        pockets: Pockets of poverty drawn as points.
        told_by: Where who does not see the map reads all its figures.
        scale: Classes of its colours; its own by default.
        twin: Name of the map beside another one, which has its source and its downloads for both.
    """
    barometer = shown.barometer
    if not drawable(barometer.release):
        st.html(text("p", f"{NO_OUTLINE} {told_by}", "status"))
        return
    figure = map_picture(shown, chosen, tuple(pockets), scale)
    name = f"carte_{twin}" if twin else "carte"
    # Its identity follows the choice: Plotly remembers its own selection and would ignore a second click.
    key = f"{name}_{chosen.code if chosen else 'aucune'}"

    def clicked() -> None:
        commune = touched(barometer, key, Level.COMMUNE)
        if commune is not None:
            go({**parameters, **link(commune)})

    said_in_words = [alternative(shown), *([pockets_sentence(list(pockets))] if pockets else []), told_by]
    chart.drawing(
        figure,
        key,
        " ".join(said_in_words),
        None if twin else shown.about("carte des communes"),
        table=communes_table(shown),
        frame=f"cadre_{name}",
        on_select=clicked,
        taken=name,
    )


@made
def map_picture(
    shown: Everywhere,
    chosen: Territory | None,
    pockets: tuple[Pocket, ...],
    scale: Classes | None = None,
    said: tuple[str, ...] = (),
) -> Picture:
    """Return the map as a picture.

    Args:
        shown: The indicator.
        chosen: Commune outlined.
        pockets: Pockets of poverty drawn as points.
        scale: Classes of its colours; its own by default.
        said: Words of its classes, where its legend is that of two maps.
    """
    drawn = shapes(shown.barometer.release)
    return commune_map(
        drawn.get(Level.COMMUNE, []),
        _ground(shown, scale, said),
        palette(st.context.theme.type),
        hover=layers.hover(hover(shown), pockets),
        selected=chosen.code if chosen else None,
        named=largest(shown.barometer.release),
        quarters=drawn.get(Level.QPV, []),
        around=drawn.get(AROUND, []),
        spots=layers.spots(pockets),
        height=meeting.map_height(),
    )


@made
def _ground(shown: Everywhere, scale: Classes | None, said: tuple[str, ...]) -> tuple[Area, ...]:
    absent = {code: words.status_label(status) for code, status in shown.absent.items()}
    drawn = shapes(shown.barometer.release)
    return areas(
        drawn.get(Level.COMMUNE, []),
        shown.numbers,
        absent,
        scale or own_scale(shown),
        palette(st.context.theme.type),
        dark_is_high=dark_is_high(shown.indicator.direction),
        legend=[
            *(said or (label for _, label in classes(shown, scale))),
            *sorted(set(absent.values())),
        ],
        around=drawn.get(AROUND, []),
    )


@kept
def communes_table(shown: Everywhere) -> Fragment:
    """Return the figure of each commune for the year shown."""
    rows = [(c.code, c.name, shown.amount(c, said(shown, c))) for c in shown.communes]
    caption = f"{shown.title}, {shown.period}, par commune"
    return table(caption, ("Code INSEE", "Commune", shown.indicator.short_title), rows, numeric=(2,))


def touched(barometer: Barometer, key: str, level: Level) -> Territory | None:
    """Return the territory just touched on a map."""
    points = st.session_state[key]["selection"]["points"]
    codes = [point["customdata"][0] for point in points if point.get("customdata")]
    return barometer.territory(level, str(codes[0])) if codes else None


@kept
def hover(shown: Everywhere) -> dict[str, str]:
    """Return what is shown under the pointer, by code."""
    return {c.code: f"{typographic(c.name)}\n{said(shown, c)}" for c in shown.communes}


def said(shown: Everywhere, territory: Territory) -> str:
    """Return the number of a territory with its reserves, or the words that stand for it."""
    number, value = shown.number(territory), shown.value(territory)
    if number is None or value is None:
        return words.status_label(shown.status(territory))
    estimated = f" ({Status.ESTIMATED.label})" if value.status == Status.ESTIMATED else ""
    return f"{shown.written(number)}{estimated}"


@kept
def alternative(shown: Everywhere) -> str:
    """Return what the map says, for who does not see it."""
    ranked = sorted(
        (c for c in shown.communes if c.code in shown.numbers), key=lambda c: shown.numbers[c.code]
    )
    if not ranked:
        return f"Carte des communes : aucun chiffre de {shown.title} ({shown.period})."

    def told(communes: Iterable[Territory]) -> str:
        return enumeration([f"{c.name} ({shown.written(shown.numbers[c.code])})" for c in communes])

    without = f" Sans chiffre : {plural(len(shown.absent), 'commune')}." if shown.absent else ""
    return (
        f"Carte de {plural(len(shown.communes), 'commune')} selon {shown.title}, {shown.period}. "
        f"Les plus bas : {told(ranked[:3])}. Les plus hauts : {told(ranked[::-1][:3])}.{without}"
    )


def own_scale(shown: Everywhere) -> Classes | None:
    """Return the classes of one map by itself; ``None`` when no commune has a figure."""
    return equal_counts(shown.numbers.values(), shown.indicator.decimals)


@made
def legend(shown: Everywhere, scale: Classes | None = None) -> Fragment:
    """Return the legend as HTML: classes, their limits and their numbers, then the pattern of each reason.

    Args:
        shown: The indicator.
        scale: Classes the map shares with another one, which are told elsewhere how they are cut.

    Returns:
        The legend; nothing where there is no map.
    """
    if not drawable(shown.barometer.release):
        return Fragment()
    cut = scale or own_scale(shown)
    colours = palette(st.context.theme.type)
    items = [
        element("li", element("span", css="swatch", style=f"background:{colour}"), text("span", label))
        for colour, label in classes(shown, scale)
    ]
    for status in sorted(set(shown.absent.values())):
        count = sum(s == status for s in shown.absent.values())
        reason = words.status_label(status)
        label = f"{pattern(reason).words} : {reason} ({plural(count, 'commune')})"
        sample = element("span", css="swatch", style=swatch(fill(reason, colours)))
        items.append(element("li", sample, text("span", label)))
    if cut is None:
        return element("ul", *items, css="legend")
    strongest = {
        Direction.HIGH_IS_NEED: "chiffre plus haut, besoin plus grand",
        Direction.LOW_IS_NEED: "chiffre plus bas, besoin plus grand",
        Direction.DESCRIPTIVE: "chiffre plus haut, ni bon ni mauvais en soi",
    }[Direction(shown.indicator.direction)]
    how = "" if scale else f"{method(shown, cut)} "
    note = f"{how}Couleur plus forte : {strongest}."
    return element("ul", *items, css="legend") + text("p", note, "note")


def method(shown: Everywhere, cut: Classes) -> str:
    """Say how many classes there are, where they are cut and by which rule."""
    if not cut.breaks:
        return "Une seule classe : ces chiffres sont trop proches pour en faire plusieurs."
    cuts = enumeration([shown.written(limit) for limit in cut.breaks])
    rule = f"{plural(cut.count, 'classe')} d’effectifs voisins"
    return f"{rule}, coupées à {cuts} (arrondi à la précision affichée)."


def classes(
    shown: Everywhere, scale: Classes | None = None, *, counted: bool = True
) -> Iterator[tuple[str, str]]:
    """Return the colour and the words of each class, from the lowest figures.

    Args:
        shown: The indicator.
        scale: Classes of its colours; its own by default.
        counted: Whether the words say how many communes are in it.
    """
    cut = scale or own_scale(shown)
    if cut is None:
        return
    colours = steps(palette(st.context.theme.type), cut.count)
    ordered = colours if dark_is_high(shown.indicator.direction) else colours[::-1]
    for rank, (low, high) in enumerate(cut.limits()):
        members = sum(cut.of(number) == rank for number in shown.numbers.values())
        upto = "" if rank == cut.count - 1 else "moins de "
        limits = f"{shown.written(low)} à {upto}{shown.written(high)}"
        if shown.written(low) == shown.written(high):
            limits = shown.written(low)
        yield ordered[rank], f"{limits} ({plural(members, 'commune')})" if counted else limits
