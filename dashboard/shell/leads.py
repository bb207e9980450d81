"""What a document of the exports leads to on screen: each of its figures to its own sheet."""

from __future__ import annotations

from dashboard.address import screens
from dashboard.address.parameters import GROUP, GROUP_NAME
from dashboard.address.selection import href
from dashboard.data.questions import Barometer
from dashboard.documents import model
from dashboard.documents.html.blocks import Lead
from dashboard.story.markup import Fragment, element, text
from dashboard.widgets.choice import kept_mode
from dashboard.widgets.origin import source_href
from sources.french import typographic


def leads(barometer: Barometer) -> Lead:
    """Return what links each figure of a document to its own sheet, each group to its figures."""
    indicators = {row.indicator: row for row in barometer.indicators}

    def lead(cell: model.Cell) -> Fragment:
        target = cell.target
        if isinstance(target, model.Communes):
            asked = kept_mode({GROUP: ",".join(target.codes), GROUP_NAME: target.name})
            return _link(cell, href(screens.BAROMETER, asked), f"{cell.text} : ses chiffres")
        if target is None or target.indicator not in indicators:
            return Fragment()
        territory = barometer.territory(target.level, target.code)
        if territory is None:
            return Fragment()
        indicator = indicators[target.indicator]
        source = source_href(barometer, territory, indicator, target)
        name = typographic(territory.name)
        return _link(cell, source, f"{cell.text} : d’où vient ce chiffre ? {indicator.short_title}, {name}")

    return lead


def _link(cell: model.Cell, address: str, name: str) -> Fragment:
    content = text("strong" if cell.strong else "span", cell.text)
    return element("a", content, css="lead-to", href=address, aria_label=typographic(name))
