"""An order of priority in words and bars: the levels of certainty, one territory, what entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.charts.palette import LIGHT
from dashboard.charts.ranked import Interval, ranks
from dashboard.data.records import Indicator, Theme
from dashboard.pages.priorites.bars import interval_table, rank_words
from dashboard.pages.priorites.orders_data import Order, Part, Place
from dashboard.story.markup import Fragment, element, group, table, text
from dashboard.story.spreadsheet import Amount
from dashboard.widgets.answers import details
from sources.french import NBSP, capital, enumeration, number, plural, typographic
from sources.vocabulary import Status

ENTRIES = "Indicateurs retenus et exclus"


@dataclass(frozen=True)
class Tier:
    """Territories that are as often in the worst quarter as one another."""

    title: str
    least: float
    """Least share of the draws in the worst quarter, in percent."""


TIERS = (
    Tier("Presque toujours parmi les plus en besoin (au moins 95 fois sur 100)", 95.0),
    Tier("Le plus souvent parmi les plus en besoin (de 50 à 95 fois sur 100)", 50.0),
    Tier("Parfois parmi les plus en besoin (de 5 à 50 fois sur 100)", 5.0),
    Tier("Presque jamais parmi les plus en besoin (moins de 5 fois sur 100)", 0.0),
)


def tiers(order: Order) -> list[tuple[Tier, list[Place]]]:
    """Return the places by tier, empty tiers left out."""
    found: list[tuple[Tier, list[Place]]] = [(tier, []) for tier in TIERS]
    for place in order.places:
        next(members for tier, members in found if place.worst >= tier.least).append(place)
    return [(tier, members) for tier, members in found if members]


def opening(order: Order) -> str:
    """Return the sentence that names those most in need, with the share that supports it."""
    noun = "communes" if order.level == "commune" else "quartiers"
    surest = [typographic(p.name) for p in order.places if p.worst >= TIERS[0].least]
    often = [typographic(p.name) for p in order.places if TIERS[1].least <= p.worst < TIERS[0].least]
    among = f"le quart des {len(order.places)} {noun} où le besoin est le plus fort"
    if not surest and not often:
        return f"Aucun territoire n’est le plus souvent dans {among} : l’ordre n’est pas établi."
    firm = "même si la méthode et les poids changent"
    if not surest:
        return f"{enumeration(often)} : le plus souvent dans {among}, {firm}."
    sentence = f"{enumeration(surest)} : presque toujours dans {among}, {firm}."
    if often:
        sentence += f" Le plus souvent aussi : {enumeration(often)}."
    return sentence


def ranking(
    order: Order, chosen: str | None, before: Order | None = None, hrefs: Mapping[str, str] | None = None
) -> Fragment:
    """Return the whole order as tables of intervals, one for each tier.

    Args:
        order: What is shown.
        chosen: Code of the territory highlighted.
        before: The published order, drawn under this one when the weights have been moved.
        hrefs: Address of what explains the place of each territory, by code.
    """
    noun = "Commune" if order.level == "commune" else "Quartier"
    found = tiers(order)
    rows = [
        replace(interval(place, chosen, before), href=(hrefs or {}).get(place.code, ""))
        for _, members in found
        for place in members
    ]
    picture, blocks, start = ranks(rows, LIGHT, quarter=order.quarter), [], 0
    for tier, members in found:
        caption = f"{tier.title} : {plural(len(members), noun.lower())}"
        end = start + len(members)
        header = (noun, "Rangs possibles")
        blocks.append(interval_table(caption, rows[start:end], picture, start=start, header=header))
        start = end
    return element("div", *blocks, css="ranking")


def interval(place: Place, chosen: str | None, before: Order | None = None) -> Interval:
    """Return a place as it is drawn, beside the one of the published order when there is another."""
    old = before.place(place.code) if before else None
    return Interval(
        typographic(place.name),
        place.low,
        place.high,
        place.median,
        old.interval if old else None,
        f"{share(place.worst)} dans le premier quart",
        place.code == chosen,
    )


def share(percent: float) -> str:
    """Return a share of draws in plain words, without claiming more than they can tell."""
    if percent >= 99.5:
        return f"plus de 99{NBSP}fois sur{NBSP}100"
    if percent < 0.5:
        return f"moins d’une{NBSP}fois sur{NBSP}100"
    return f"{number(percent)}{NBSP}fois sur{NBSP}100"


def legend(moved: bool) -> Fragment:
    """Return what the marks of the bars mean."""
    items = [
        ("amount", "rangs possibles, 95 fois sur 100"),
        ("median", "rang du milieu"),
        ("zone", "quart où le besoin est le plus fort"),
    ]
    if moved:
        items.append(("before", "rangs avec les poids du baromètre"))
    return element(
        "ul",
        *(element("li", element("span", css=css), text("span", label)) for css, label in items),
        css="key ranklegend",
    )


def why(
    place: Place,
    themes: Sequence[Theme],
    indicators: Sequence[Indicator],
    sources: Mapping[str, Fragment] | None = None,
) -> Fragment:
    """Return why a territory is where it is: the sentences, then what each theme and indicator brings.

    Args:
        place: Where it is in the order.
        themes: The themes, for their titles.
        indicators: The indicators, for theirs.
        sources: Link to the sheet of the figure of each indicator, as HTML.
    """
    titles = {theme.theme: theme.title for theme in themes}
    ordered = sorted(place.themes, key=lambda theme: -place.themes[theme].gap)
    drawn = {titles.get(theme, theme): place.themes[theme] for theme in ordered}
    parts = _by_pull(place)
    said = {one.indicator: one.short_title for one in indicators}
    links = [
        element("li", f"{said.get(code, code)} : ", sources[code])
        for code, _ in parts
        if sources and code in sources
    ]
    name = typographic(place.name)
    score = (
        f"Score de besoin : {number(place.score)} sur 100. Les barres disent de combien de points "
        "chaque thème l’élève ou l’abaisse par rapport à la moyenne des territoires classés."
    )
    return element(
        "section",
        text("h3", f"Pourquoi {name} est ici"),
        element("p", text("strong", capital(rank_words(place.low, place.high)) + ".")),
        text("p", place.why),
        text("p", score, "note"),
        pulls(drawn),
        details(
            "Le détail par indicateur, et d’où viennent les chiffres",
            points(place, indicators) + (element("ul", *links, css="sources") if links else ""),
        ),
        css="index why",
    )


def points(place: Place, indicators: Sequence[Indicator]) -> Fragment:
    """Return the points each indicator brings to a score, the one that raises it most first."""
    labels = {i.indicator: i.short_title for i in indicators}
    rows = [
        (labels.get(code, code), Amount(_points(part.points), part.points, Status.ESTIMATED, 1), _pull(part))
        for code, part in _by_pull(place)
    ]
    header = ("Indicateur", "Points", "Par rapport à la moyenne")
    return table("Points apportés par chaque indicateur", header, rows, numeric=(1, 2))


def _by_pull(place: Place) -> list[tuple[str, Part]]:
    return sorted(place.indicators.items(), key=lambda item: -item[1].gap)


def _pull(part: Part) -> Amount:
    return Amount(signed(part.gap), part.gap, Status.ESTIMATED, 1)


def _points(points: float) -> str:
    return number(points, 1)


def signed(points: float) -> str:
    """Return points with their sign."""
    return f"{'+' if points >= 0.05 else ''}{number(points, 1)}"


def pulls(parts: Mapping[str, Part]) -> Fragment:
    """Return what raises (to the right) and eases (to the left) a score, as a table with its picture."""
    widest = max((abs(part.gap) for part in parts.values()), default=0.0) or 1.0
    rows = []
    for label, part in parts.items():
        width = 50 * abs(part.gap) / widest
        left = 50.0 if part.gap >= 0 else 50 - width
        bar = element(
            "span", css="up" if part.gap >= 0 else "down", style=f"left:{left:.2f}%;width:{width:.2f}%"
        )
        rows.append(
            element(
                "tr",
                text("th", label, scope="row"),
                element("td", element("div", bar, css="pulltrack"), aria_hidden="true"),
                text("td", f"{signed(part.gap)} {'point' if abs(part.gap) < 2 else 'points'}", "number"),
            )
        )
    head = element(
        "tr",
        text("th", "Thème", scope="col"),
        element("td", aria_hidden="true"),
        text("th", "Par rapport à la moyenne", "number", scope="col"),
    )
    return element(
        "table",
        text("caption", "Ce que chaque thème ajoute ou retire"),
        element("thead", head),
        element("tbody", *rows),
        css="ranks pulls",
    )


def entries(order: Order, indicators: Sequence[Indicator]) -> Fragment:
    """Return the indicators that entered the order and those that did not, as one table to take away."""
    titles = {i.indicator: i.title for i in indicators}
    rows = [(titles.get(entry.indicator, entry.indicator), "retenu", entry.text) for entry in order.kept]
    rows += [(titles.get(entry.indicator, entry.indicator), "exclu", entry.text) for entry in order.excluded]
    return table(ENTRIES, ("Indicateur", "Dans l’ordre", "Sens ou raison"), rows)


def entered(order: Order, indicators: Sequence[Indicator]) -> Fragment:
    """Return what entered the order, what did not and why; how it is put to the test is in the method."""
    titles = {i.indicator: i.title for i in indicators}
    kept = element("ul", *(text("li", entry.text) for entry in order.kept))
    out = [(titles.get(entry.indicator, entry.indicator), entry.text) for entry in order.excluded]
    parts = [text("h3", "Indicateurs retenus"), kept]
    if out:
        parts.append(table("Indicateurs exclus de l’ordre de priorité", ("Indicateur", "Raison"), out))
    return details(
        f"Ce qui entre dans cet ordre ({plural(len(order.kept), 'indicateur')}), ce qui en est "
        f"exclu ({len(order.excluded)}) et pourquoi",
        group(*parts),
    )


def moves(order: Order, before: Order) -> Fragment:
    """Say what other weights change: whose interval moves, and who enters or leaves the worst tier."""
    shifts = [
        (abs(place.median - old.median), place, old)
        for place in order.places
        if (old := before.place(place.code)) is not None and place.interval != old.interval
    ]
    shifts.sort(key=lambda shift: (-shift[0], shift[1].code))
    if not shifts:
        return text("p", "Ces poids ne changent aucun intervalle de rangs.")
    told = [
        text(
            "li",
            f"{typographic(place.name)} : {rank_words(place.low, place.high)} ; "
            f"avec les poids du baromètre, {rank_words(old.low, old.high)}.",
        )
        for _, place, old in shifts[:5]
    ]
    count = plural(len(shifts), "intervalle change", "intervalles changent")
    lead = text("p", f"{count} avec ces poids. Les plus grands déplacements :")
    return lead + element("ul", *told)
