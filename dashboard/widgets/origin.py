"""The gesture « D’où vient ce chiffre ? »: from a value to its sheet, wherever the value is shown."""

from __future__ import annotations

from typing import Protocol

from dashboard.address import screens
from dashboard.address.parameters import INDICATOR, SHEET, UNSTATED, VARIANT, YEAR
from dashboard.address.selection import href, link
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory, Value
from dashboard.story.everywhere import definitions, years
from dashboard.story.markup import Fragment, element, text
from dashboard.story.readings import read
from dashboard.widgets.choice import kept_mode, page_link
from indicators.model import Theme
from sources.french import typographic

LABEL = "D’où vient ce chiffre ?"
CLOSE = "Fermer la fiche"

Address = tuple[tuple[str, str], ...]
"""Parameters of the address of a page."""


class Located(Protocol):
    """A figure, or what is enough to find it: its definition and its year."""

    @property
    def concept(self) -> str: ...  # noqa: D102

    @property
    def millesime(self) -> int | None: ...  # noqa: D102


@kept
def _offered(barometer: Barometer, indicator: str) -> dict[str, list[int | None]]:
    """Definitions the page of an indicator shows, the main one first, each with its years."""
    values = barometer.all_values(indicator)
    return {
        concept: years(barometer, [v for v in values if v.concept == concept])
        for concept in definitions(barometer, values)
    }


def address(
    barometer: Barometer, territory: Territory, indicator: Indicator, value: Located | None
) -> dict[str, str]:
    """Return the address parameters of the sheet of a value, on the page of its indicator.

    Args:
        barometer: The release.
        territory: Whose value it is.
        indicator: What is measured.
        value: The value; its year and definition are kept when the page can show them.
    """
    asked = {**link(territory), INDICATOR: indicator.indicator, SHEET: indicator.indicator}
    if value is None:
        return asked
    offered = _offered(barometer, indicator.indicator)
    if value.concept not in offered:
        return asked
    if value.concept != next(iter(offered)):
        asked[VARIANT] = value.concept
    if value.millesime in offered[value.concept]:
        asked[YEAR] = UNSTATED if value.millesime is None else str(value.millesime)
    return asked


def source_link(
    barometer: Barometer, territory: Territory, indicator: Indicator, value: Value | None
) -> None:
    """Show a link to the sheet of a value."""
    page_link(
        screens.INDICATOR.script,
        label=typographic(f"{LABEL} {indicator.short_title}"),
        query_params=address(barometer, territory, indicator, value),
    )


def source_href(
    barometer: Barometer, territory: Territory, indicator: Indicator, value: Located | None
) -> str:
    """Return the address of the sheet of a value, relative to any page."""
    return href(screens.INDICATOR, kept_mode(address(barometer, territory, indicator, value)))


def source_anchor(
    barometer: Barometer, territory: Territory, indicator: Indicator, value: Value | None
) -> Fragment:
    """Return a link to the sheet of a value as HTML, its name saying which."""
    source = source_href(barometer, territory, indicator, value)
    name = f"{LABEL} {indicator.short_title}, {territory.name}"
    return element("p", element("a", text("span", LABEL), href=source, aria_label=name), css="small")


def sheet_link(address: Address, indicator: Indicator, label: str = LABEL) -> Fragment:
    """Return a link that opens the sheet of an indicator on this page, or closes it.

    Args:
        address: The page as it is.
        indicator: Whose sheet.
        label: What opens it.
    """
    opened = dict(address).get(SHEET) == indicator.indicator
    said = CLOSE if opened else label
    asked = dict(address) | {SHEET: indicator.indicator}
    if opened:
        del asked[SHEET]
    name = f"{said} {indicator.short_title}"
    return element(
        "p", text("a", said, "inplace", href=href(None, kept_mode(asked)), aria_label=name), css="ask"
    )


def anchors(barometer: Barometer, territory: Territory) -> dict[str, Fragment]:
    """Return the link to the sheet of every figure a territory has, by indicator."""
    return {
        name: source_anchor(barometer, territory, reading.indicator, reading.shown)
        for name, reading in read(barometer, territory).items()
        if reading.shown is not None and reading.shown.usable
    }


def index_addresses(barometer: Barometer) -> dict[str, str]:
    """Return the address of the sheet of the index of each commune, by code; empty without an index."""
    declared = next((i for i in barometer.indicators if i.indicator == Theme.IDH4), None)
    if declared is None:
        return {}
    return {c.code: source_href(barometer, c, declared, None) for c in barometer.communes()}


def index_source(barometer: Barometer, territory: Territory) -> Fragment:
    """Return the link to the sheet of the index of a territory, empty without one."""
    reading = read(barometer, territory).get(Theme.IDH4)
    if reading is None:
        return Fragment()
    return source_anchor(barometer, territory, reading.indicator, reading.shown)
