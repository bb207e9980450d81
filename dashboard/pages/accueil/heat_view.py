"""The heat map of the communes and their needs: a table of signs, whose titles lead on."""

from __future__ import annotations

from dataclasses import replace

from dashboard.address import screens
from dashboard.address.parameters import INDICATOR
from dashboard.address.selection import href, link
from dashboard.data.records import Territory
from dashboard.story.heat import Cell, HeatMap
from dashboard.story.markup import Fragment, element, text
from dashboard.story.spreadsheet import Shown
from dashboard.widgets.choice import kept_mode
from indicators.judgement import BETTER, COMPARABLE, NO_DIFFERENCE, UNJUDGED, WORSE
from sources.french import plural, typographic

CAPTION = "Besoins des communes face à leur référence, dans l’ordre de priorité"
COUNTED = "Besoins « moins bien »"
HINT = "Faites défiler le tableau vers la droite pour voir tous les besoins."
CLASSES = {WORSE: "high", BETTER: "low", COMPARABLE: "level", NO_DIFFERENCE: "alike", None: "unknown"}
"""The style sheet draws a sign of its own for each: a colour alone would mean nothing to some readers."""


def heat_view(found: HeatMap) -> Fragment:
    """Return the table, its key before it.

    Args:
        found: What to show.

    Returns:
        HTML and, for a spreadsheet, the same table in words.
    """
    heads = [element("th", text("span", "Commune"), scope="col")]
    heads.append(element("th", text("span", COUNTED), scope="col", css="counted"))
    for indicator in found.indicators:
        address = href(screens.INDICATOR, kept_mode({INDICATOR: indicator.indicator}))
        heads.append(element("th", text("a", indicator.short_title, href=address), scope="col"))
    rows = [_row(found, commune) for commune in found.communes]
    drawn = element(
        "table",
        text("caption", CAPTION, "hidden"),
        element("thead", element("tr", *heads)),
        element("tbody", *rows),
        css="heat",
    )
    framed = element("div", drawn, css="scroll heatframe", tabindex="0", role="group", aria_label=CAPTION)
    # The frame shows the first rows only: how many there are says that it scrolls.
    order = text("p", f"{plural(len(found.communes), 'commune')}, dans l’ordre de priorité.", "note")
    hint = text("p", HINT, "note scroll-hint")
    return _key() + hint + replace(framed, tables=(_shown(found),)) + order


def _row(found: HeatMap, commune: Territory) -> Fragment:
    address = href(screens.BAROMETER, kept_mode(link(commune)))
    name = text("a", typographic(commune.name), href=address)
    cells = (_drawn(found.cells[i.indicator, commune.code]) for i in found.indicators)
    count = text("td", str(found.high(commune)), "counted")
    return element("tr", element("th", name, scope="row"), count, *cells)


def _drawn(cell: Cell) -> Fragment:
    if cell.judgement is None:
        return text("td", cell.short, CLASSES[None], title=cell.said)
    return element("td", text("span", cell.judgement), css=CLASSES[cell.judgement], title=cell.said)


def _key() -> Fragment:
    items = [
        element("li", element("span", css=f"heatsign {css}"), text("span", judgement or UNJUDGED))
        for judgement, css in CLASSES.items()
    ]
    return element("ul", *items, css="key")


def _shown(found: HeatMap) -> Shown:
    header = ("Commune", COUNTED, *(i.short_title for i in found.indicators))
    rows = []
    for commune in found.communes:
        cells = (found.cells[i.indicator, commune.code] for i in found.indicators)
        told = (f"{c.judgement} : {c.said}" if c.judgement else c.said for c in cells)
        rows.append((commune.name, str(found.high(commune)), *map(typographic, told)))
    return Shown(CAPTION, header, tuple(rows), (1,))
