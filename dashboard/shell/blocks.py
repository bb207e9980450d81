"""A document of the exports on screen: the same blocks, as HTML."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable

from dashboard.address import screens
from dashboard.address.parameters import GROUP, GROUP_NAME
from dashboard.address.selection import href
from dashboard.charts import svg
from dashboard.data.questions import Barometer
from dashboard.documents import model
from dashboard.story import places, words
from dashboard.story.markup import Fragment, element, group, text
from dashboard.widgets.choice import kept_mode
from dashboard.widgets.origin import source_href
from sources.local.rich import Line, RichBlock, Run, parse

SCREEN_FONT = "Arial, Liberation Sans, sans-serif"
"""A picture inside a page cannot use the fonts of the document."""


Lead = Callable[[model.Cell], Fragment]
"""Makes of the text of a cell the link to what it is about."""


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
        name = places.display_name(territory.name, territory.level)
        return _link(cell, source, f"{cell.text} : d’où vient ce chiffre ? {indicator.short_title}, {name}")

    return lead


def _link(cell: model.Cell, address: str, name: str) -> Fragment:
    content = text("strong" if cell.strong else "span", cell.text)
    return element("a", content, css="lead-to", href=address, aria_label=words.typographic(name))


def blocks_html(blocks: Iterable[model.Block], lead: Lead = lambda _: Fragment()) -> Fragment:
    """Return blocks as HTML, callouts that follow each other side by side.

    Args:
        blocks: What the document holds.
        lead: Makes of the text of a cell the link to what it is about; empty for none.
    """
    parts: list[Fragment] = []
    callouts: list[Fragment] = []
    for block in [*blocks, None]:
        if isinstance(block, model.Callout):
            callouts.append(_callout(block))
            continue
        if callouts:
            parts.append(element("div", *callouts, css="callouts"))
            callouts = []
        if block is not None:
            parts.append(_block(block, lead))
    return group(*parts)


def _block(block: model.Block, lead: Lead) -> Fragment:
    match block:
        case model.Paragraph():
            return text("p", block.text, "" if block.kind == "body" else block.kind)
        case model.Bullets():
            return element("ul", *(text("li", item) for item in block.items))
        case model.Heading():
            return text(f"h{block.level + 1}", block.text)
        case model.Table():
            return _table(block, lead)
        case model.Picture():
            return _picture(block)
        case model.Callout():
            return _callout(block)
        case model.Free():
            written = (_rich(one) for one in parse(block.text))
            hint = text("p", f"À remplir dans le document Word. {block.prompt}", "note")
            return element("div", text("h3", block.title), *written, hint, css="free")
        case _:
            return Fragment()


def _rich(block: RichBlock) -> Fragment:
    """Return a paragraph, an item or a table that a person wrote in the Word file."""
    if isinstance(block, Line):
        said = _runs(block.runs)
        return element("p", *(said if block.level is None else ("– ", *said)))
    rows = (element("tr", *(element("td", *_runs(cell)) for cell in row)) for row in block.rows)
    return element("table", element("tbody", *rows))


def _runs(runs: Iterable[Run]) -> list[Fragment | str]:
    return [
        element("a", run.text, href=run.link)
        if run.link
        else text("strong", run.text)
        if run.bold
        else run.text
        for run in runs
    ]


def _callout(block: model.Callout) -> Fragment:
    return element("div", text("h4", block.title), text("p", block.text), css=f"callout {block.tone}")


def _picture(block: model.Picture) -> Fragment:
    drawn = block.svg.replace(f'"{svg.FONT}"', f'"{SCREEN_FONT}"')
    address = f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
    image = element("img", src=address, alt=block.alternative)
    return element("figure", image, text("figcaption", block.caption), css="picture")


def _table(block: model.Table, lead: Lead) -> Fragment:
    head = element(
        "tr",
        *(text("th", c.title, "number" if c.right else "", scope="col") for c in block.columns),
    )
    body = [
        element(
            "tr",
            *(
                _cell(cell, column, lead(cell), heading=rank == 0)
                for rank, (cell, column) in enumerate(zip(row, block.columns, strict=True))
            ),
        )
        if len(row) == len(block.columns)
        else element("tr", text("th", row[0].text, colspan=str(len(block.columns)), scope="colgroup"))
        for row in block.rows
    ]
    return element(
        "div",
        element(
            "table",
            text("caption", block.caption),
            element("thead", head),
            element("tbody", *body),
            css="table",
        ),
        css="scroll",
        tabindex="0",
        role="group",
        aria_label=block.caption,
    )


def _cell(cell: model.Cell, column: model.Column, link: Fragment, *, heading: bool) -> Fragment:
    content = link or text("strong" if cell.strong else "span", cell.text)
    if cell.detail:
        content += text("span", cell.detail, "cell-detail")
    css = "number" if column.right else ""
    return element("th", content, css=css, scope="row") if heading else element("td", content, css=css)
