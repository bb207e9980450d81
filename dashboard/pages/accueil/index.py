"""The introduction of the barometer: the index, its sub-indices and what is published of it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.data.records import Fact, Indicator, Territory, Value
from dashboard.story import places, words
from dashboard.story.markup import Content, Fragment, element, text
from dashboard.story.readings import when
from dashboard.widgets.row import BEYOND, figure
from sources import french
from sources.vocabulary import Status

Published = tuple[Territory, Fact]
"""A value published for a territory."""


def index_card(
    territory: Territory,
    headline: Indicator,
    value: Value | None,
    parts: Sequence[tuple[Indicator, Value | None]],
    published: Sequence[Published],
) -> Fragment:
    """Return the card of the index of a territory.

    Args:
        territory: Whose index it is.
        headline: The index.
        value: Its value, or the row that says why there is none.
        parts: Its sub-indices, each with its value.
        published: Published values to set beside ours.
    """
    content = [text("h2", f"{headline.short_title} {places.of_short(territory)}")]
    if value is not None and value.usable and value.value is not None:
        content.append(element("p", figure(value, headline)))
        content.append(text("p", f"{when(value)}. {_beside(headline, published)}", "note"))
    else:
        status = value.status if value else Status.NOT_PUBLISHED.value
        content.append(text("p", words.status_sentence(status), "status"))
    content.append(components_list(headline, parts, value.millesime if value else None))
    return element("section", *content, css="index")


def components_list(
    headline: Indicator, parts: Sequence[tuple[Indicator, Value | None]], year: int | None
) -> Fragment:
    """Return the sub-indices as bars of one scale, named without the index's own name.

    Args:
        headline: The index.
        parts: Its sub-indices, each with its value.
        year: Year of the index; another year or period is written beside the name.
    """
    return element(
        "div", *(_part(headline, indicator, value, year) for indicator, value in parts), css="parts"
    )


def _part(
    headline: Indicator, indicator: Indicator, value: Value | None, headline_year: int | None
) -> Fragment:
    own_name = indicator.short_title.removeprefix(headline.short_title).strip()
    name = french.capital(own_name) or indicator.short_title
    if value is None or not value.usable or value.value is None:
        status = words.status_label(value.status if value else Status.NOT_PUBLISHED)
        return element("div", text("span", name), text("span", status, "status"), css="part")
    estimated = (
        text("span", Status.ESTIMATED.label, "tag") + " " if value.status == Status.ESTIMATED else Fragment()
    )
    if words.beyond_scale(value.value, indicator.unit):
        estimated += text("span", BEYOND, "tag") + " "
    if when(value) != str(headline_year):
        name = f"{name} ({when(value)})"
    return _line(name, french.number(value.value, indicator.decimals), value.value, estimated)


def _beside(indicator: Indicator, published: Sequence[Published]) -> str:
    """What is published on another scale, in words: never as a bar beside ours."""
    theirs = [
        f"{places.short(place)} {french.number(fact.value, indicator.decimals)}" for place, fact in published
    ]
    return f"Sur l’échelle de la Région, qui est autre : {french.enumeration(theirs)}." if theirs else ""


def _line(name: str, number: str, amount: float, estimated: Content) -> Fragment:
    width = f"width:{min(max(amount, 0.0), 1.0):.1%}"
    bar = element("div", element("span", style=width), css="bar", aria_hidden="true")
    return element(
        "div", text("span", name), element("span", estimated, text("strong", number)), bar, css="part"
    )


def confrontation(
    value: Value | None,
    indicator: Indicator,
    published: Sequence[Published],
    cautions: Sequence[str],
    explained: Sequence[str] = (),
) -> Fragment:
    """Return the sentences that explain our index and the published one, each on its own scale.

    Args:
        value: Our value; its note names its inputs and their bounds.
        indicator: The index.
        published: Published values.
        explained: What the analysis says of the gap on our scale and of what is awaited.
        cautions: What makes our inputs differ from the published index's.
    """
    lines = [text("li", sentence) for sentence in explained]
    for place, fact in published:
        name = places.short(place)
        number = french.number(fact.value, indicator.decimals)
        source = f"{fact.source}, {fact.year}" if fact.year else fact.source
        sentence = f"{name}, publié : {number} ({source})."
        lines.append(text("li", f"{sentence} {fact.comment or ''}"))
    if value is not None and value.note:
        lines.append(text("li", f"Nos données d’entrée. {value.note}."))
    lines += [text("li", caution) for caution in (*cautions, indicator.caveats or "") if caution]
    return element("ul", *lines) if lines else Fragment()
