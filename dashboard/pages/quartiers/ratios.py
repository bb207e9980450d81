"""Every quarter beside the agglomeration, need by need: how many times its figure, and the figure itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.address.selection import href, link
from dashboard.charts.spine import mark
from dashboard.data.records import Comparison, Indicator
from dashboard.pages.quartiers.choice import View
from dashboard.pages.quartiers.views import written
from dashboard.story import words
from dashboard.story.about import About
from dashboard.story.everywhere import producers
from dashboard.story.markup import Fragment, element, group, text
from dashboard.story.quarter_ratios import TIMES, Cell, Column, columns, opening, times
from dashboard.story.quarters import Portrait
from dashboard.story.readings import when
from dashboard.story.spreadsheet import Amount, Shown
from dashboard.widgets import takeaway
from dashboard.widgets.choice import kept_mode
from dashboard.widgets.made import made
from sources import french
from sources.authority import Noun
from sources.vocabulary import Perimeter

BREAK = (
    "Autre découpage, autres rues : ces chiffres ne se rapprochent pas de ceux de l’autre périmètre, et "
    "aucun n’est la suite d’un autre."
)


def _heading(noun: Noun) -> str:
    return f"Les quartiers face {noun.to}"


def _how(noun: Noun) -> str:
    return (
        f"« {TIMES} » : le chiffre du quartier divisé par celui {noun.of}. Il n’est écrit que si les deux "
        "se comparent ; sinon le chiffre est seul, et une réserve est dite sous le tableau. Sans intervalle "
        "publié, le rapport se lit sans jugement ; quand l’intervalle contient 1, il est dit « pas de "
        "différence établie »."
    )


@dataclass(frozen=True)
class Ratios:
    """One table: its HTML, what its files are about, the notes under it."""

    html: Fragment
    about: About
    notes: Fragment


@dataclass(frozen=True)
class Told:
    """All that the page says of the ratios."""

    opening: Fragment
    needs: Ratios
    described: Ratios | None
    others: tuple[tuple[Perimeter, Ratios], ...]


def ratios(view: View) -> None:
    """Show the table of the generation of the page; its descriptive figures and the other one folded."""
    told = _told(view)
    if told is None:
        return
    st.html(told.opening)
    _show(told.needs, "besoins")
    if told.described is not None:
        with st.expander("Chiffres descriptifs : ménages, âges, logement", key="rapports_descriptifs"):
            _show(told.described, "descriptifs")
    for perimeter, found in told.others:
        label = f"Les mêmes besoins sur les quartiers de {perimeter.value[-4:]} : une rupture"
        with st.expander(label, key="rapports_autre_generation"):
            st.html(element("div", text("p", BREAK), css="break"))
            _show(found, "autre_generation")


def _show(found: Ratios, key: str) -> None:
    takeaway.table_view(found.html, f"rapports_{key}", found.about)
    st.html(found.notes)


@made
def _told(view: View) -> Told | None:
    barometer, portraits = view.barometer, view.portraits
    needs = columns(barometer, portraits)
    if not needs:
        return None
    said = opening(needs)
    described = columns(barometer, portraits, descriptive=True)
    perimeter = view.selection.perimeter
    return Told(
        text("h2", _heading(barometer.authority)) + (text("p", said, "lead") if said else Fragment()),
        _table(view, portraits, needs, perimeter),
        _table(view, portraits, described, perimeter) if described else None,
        tuple(
            (other, _table(view, others, found, other))
            for other, others in view.other_generations
            if (found := columns(barometer, others))
        ),
    )


def _reasons(found: Sequence[Column]) -> list[Fragment]:
    """Say what a ratio is to be read with, or why there is none, the indicators of one reason together."""
    named: dict[tuple[str, str], list[str]] = {}
    for column in found:
        said = (
            [("Sans rapport : ", column.why)] if column.why else [("", reason) for reason in column.reasons]
        )
        for one in said:
            named.setdefault(one, []).append(column.indicator.short_title)
    return [
        text("p", f"{head}{french.enumeration(names)}. {reason}", "note")
        for (head, reason), names in named.items()
    ]


def _table(
    view: View, portraits: Sequence[Portrait], found: Sequence[Column], perimeter: Perimeter
) -> Ratios:
    barometer = view.barometer
    caption = f"{_heading(barometer.authority)} : {perimeter.label}"
    values = [cell.value for column in found for cell in column.cells if cell.value is not None]
    years = sorted({when(value) for value in values})
    about = About(
        caption, "", ", ".join(years), producers(barometer, values), barometer.identity, perimeter.label
    )
    return Ratios(
        Fragment(_html(view, portraits, found, caption).html, (shown(portraits, found, caption),)),
        about,
        group(text("p", _how(barometer.authority), "note"), *_reasons(found)),
    )


def _html(view: View, portraits: Sequence[Portrait], found: Sequence[Column], caption: str) -> Fragment:
    """Return the table: on a telephone each quarter is a card, whose lines bear their titles."""
    head = element(
        "tr",
        text("th", "Quartier", scope="col", role="columnheader"),
        *(_title(column) for column in found),
        role="row",
    )
    groups = []
    inside = f"Entièrement {view.barometer.authority.at}"
    for whole, heading in ((True, inside), (False, "À cheval, à part")):
        ranks = [rank for rank, one in enumerate(portraits) if one.quarter.whole is whole]
        if not ranks:
            continue
        lead = element(
            "tr",
            text("th", heading, scope="colgroup", colspan=str(len(found) + 1), role="rowheader"),
            css="between",
            role="row",
        )
        rows = [
            _row(view, portraits[rank], [column.cells[rank] for column in found], found) for rank in ranks
        ]
        groups.append(element("tbody", lead, *rows, role="rowgroup"))
    return element(
        "div",
        element(
            "table",
            text("caption", caption),
            element("thead", head, role="rowgroup"),
            *groups,
            css="table ratios",
            role="table",
        ),
        css="scroll",
        tabindex="0",
        role="group",
        aria_label=caption,
    )


def _title(column: Column) -> Fragment:
    indicator, beside = column.indicator, column.compared
    lines = [text("span", indicator.short_title)]
    if beside is not None:
        lines.append(text("span", _reference(column, beside), "small"))
    if len(column.years) == 1:
        lines.append(text("span", f"Quartiers : {column.years[0]}", "small"))
    return element("th", *lines, scope="col", role="columnheader")


def _reference(column: Column, found: Comparison) -> str:
    number = written(column.indicator, found.reference_value)
    return f"{column.authority.label} : {number} ({words.year(found.reference_millesime)})"


def _row(view: View, one: Portrait, cells: Sequence[Cell], found: Sequence[Column]) -> Fragment:
    territory = one.quarter.territory
    chosen = one.quarter == view.chosen
    asked = view.parameters(**link(territory))
    name = element("a", text("span", territory.name), href=href(None, kept_mode(asked)), target="_self")
    return element(
        "tr",
        element("th", name, scope="row", role="rowheader"),
        *(_cell(column, cell) for column, cell in zip(found, cells, strict=True)),
        css="chosen" if chosen else "",
        role="row",
    )


def _cell(column: Column, cell: Cell) -> Fragment:
    indicator, title = column.indicator, french.typographic(column.indicator.short_title)
    value, number = cell.value, cell.times
    if value is None or value.value is None:
        # A figure taken from the canton is no figure of the quarter.
        inherited = cell.portrait.number(indicator) is not None
        said = "chiffre du canton" if inherited else _absent(cell, indicator)
        return element("td", text("span", said, "status small"), role="cell", data_title=title)
    figure = written(indicator, value.value)
    year = f" ({cell.year})" if len(column.years) > 1 else ""
    if number is None:
        lines = [text("span", f"{figure}{year}")]
    else:
        lines = [text("span", times(number), "figure"), text("span", f"{figure}{year}", "small")]
        beside = cell.comparison
        if beside is not None and beside.judgement:
            lines.append(element("span", mark(beside.judgement), beside.judgement, css="small"))
        if beside is not None and column.compared is None:
            lines.append(text("span", _reference(column, beside), "small"))
    # A telephone hides the titles of the columns: each figure bears what it is set against.
    against = f"{title}. {_reference(column, column.compared)}" if number and column.compared else title
    return element("td", *lines, css="pale" if cell.alike else "", role="cell", data_title=against)


def _absent(cell: Cell, indicator: Indicator) -> str:
    shown = cell.portrait.readings[indicator.indicator].shown
    return words.status_label(shown.status if shown else "not_published")


def shown(portraits: Sequence[Portrait], found: Sequence[Column], caption: str) -> Shown:
    """Return the same for a spreadsheet.

    Returns:
        One row for each quarter and indicator: figure, year, reference, its year, ratio, limits, judgement.
    """
    header = (
        *("Code", "Quartier", "Périmètre", "Entièrement dans l’intercommunalité", "Indicateur", "Unité"),
        *("Chiffre du quartier", "Année", "Chiffre de l’intercommunalité", "Année de l’intercommunalité"),
        *("Rapport à l’intercommunalité", "Intervalle du rapport", "Jugement"),
    )
    rows = []
    for rank, one in enumerate(portraits):
        territory = one.quarter.territory
        for column in found:
            cell, indicator = column.cells[rank], column.indicator
            value, beside, limits = cell.value, cell.comparison, cell.limits
            known = value is not None and value.value is not None
            rows.append(
                (
                    territory.code,
                    french.typographic(territory.name),
                    Perimeter(territory.perimeter or "").label,
                    "oui" if one.quarter.whole else "non",
                    french.typographic(indicator.title),
                    french.typographic(indicator.unit_label),
                    _amount(indicator.decimals, value.value, value.status)
                    if known and value is not None
                    else Amount(_absent(cell, indicator), None, _status(cell, indicator), indicator.decimals),
                    cell.year,
                    _amount(indicator.decimals, beside.reference_value, "observed") if beside else "",
                    words.year(beside.reference_millesime) if beside else "",
                    _amount(2, cell.times, "observed") if cell.times is not None else "",
                    f"{french.number(limits[0], 2)} à {french.number(limits[1], 2)}" if limits else "",
                    (beside.judgement or "") if beside else "",
                )
            )
    return Shown(caption, header, tuple(rows), (6, 8, 10))


def _status(cell: Cell, indicator: Indicator) -> str:
    shown = cell.portrait.readings[indicator.indicator].shown
    return shown.status if shown else "not_published"


def _amount(decimals: int, number: float | None, status: str) -> Amount:
    return Amount("" if number is None else french.number(number, decimals), number, status, decimals)
