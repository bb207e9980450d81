"""The gesture « D’où vient ce chiffre ? »: from a value to its sheet, wherever the value is shown."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from dashboard import words
from dashboard.asked import INDICATOR, UNSTATED, VARIANT, YEAR
from dashboard.components import frame
from dashboard.components.markup import element, text
from dashboard.everywhere import all_values, definitions, years
from dashboard.questions import Barometer
from dashboard.records import Indicator, Territory, Value
from dashboard.selection import SHEET, link

LABEL = "D’où vient ce chiffre ?"


def address(
    barometer: Barometer, territory: Territory, indicator: Indicator, value: Value | None
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
    values = all_values(barometer, indicator)
    concepts = definitions(barometer, values)
    if value.concept not in concepts:
        return asked
    if value.concept != concepts[0]:
        asked[VARIANT] = value.concept
    if value.millesime in years(barometer, [v for v in values if v.concept == value.concept]):
        asked[YEAR] = UNSTATED if value.millesime is None else str(value.millesime)
    return asked


def source_link(
    barometer: Barometer, territory: Territory, indicator: Indicator, value: Value | None
) -> None:
    """Show a link to the sheet of a value."""
    st.page_link(
        frame.INDICATOR.script,
        label=words.typographic(f"{LABEL} {indicator.short_title}"),
        query_params=address(barometer, territory, indicator, value),
    )


def source_href(barometer: Barometer, territory: Territory, indicator: Indicator, value: Value | None) -> str:
    """Return the address of the sheet of a value, relative to any page."""
    return f"{frame.INDICATOR.url_path}?{urlencode(address(barometer, territory, indicator, value))}"


def source_anchor(
    barometer: Barometer, territory: Territory, indicator: Indicator, value: Value | None
) -> str:
    """Return a link to the sheet of a value as HTML, its name saying which."""
    href = source_href(barometer, territory, indicator, value)
    name = f"{LABEL} {indicator.short_title}, {territory.name}"
    return element("p", element("a", text("span", LABEL), href=href, aria_label=name), css="small")
