"""Downloads of the orders of priority: the intervals of ranks as a picture, a table, a text."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.charts.palette import palette
from dashboard.charts.ranked import Interval, ranks
from dashboard.data.questions import Barometer
from dashboard.pages.priorites import index as orders_index
from dashboard.pages.priorites import orders
from dashboard.pages.priorites.bars import rank_words
from dashboard.pages.priorites.orders_data import Order
from dashboard.story.about import ANALYSIS_SOURCE, About
from dashboard.story.markup import Fragment, table
from dashboard.story.spreadsheet import Amount
from dashboard.widgets.takeaway import takeaway
from sources.french import plural
from sources.vocabulary import Level, Perimeter, Status


def ranking_taken(barometer: Barometer, order: Order, chosen: str | None, *, moved: bool) -> None:
    """Show the buttons that download an order.

    Args:
        barometer: The release.
        order: What is shown.
        chosen: Code of the territory highlighted.
        moved: Whether its weights are not those of the barometer, which is written on every copy.
    """
    communes = order.level == Level.COMMUNE
    found = [orders.interval(place, chosen) for place in order.places]
    title = "Ordre de priorité des communes" if communes else "Ordre de priorité des quartiers"
    notes = ["rangs possibles, 95 fois sur 100"]
    if order.perimeter is not None:
        notes.append(Perimeter(order.perimeter).label)
    if moved:
        notes.append("avec d’autres poids que ceux du baromètre")
    about = About(
        title,
        "rang, 1 : le besoin le plus fort",
        "dernières années connues de chaque indicateur",
        ANALYSIS_SOURCE,
        barometer.identity,
        ", ".join(notes),
    )
    colours = palette(st.context.theme.type)
    takeaway(
        f"classement_{order.level}",
        about,
        orders.opening(order),
        lambda: ranks(
            found,
            colours,
            quarter=order.quarter,
            quarter_name="quart où le besoin est le plus fort",
        ),
        rank_table(f"{title}, {about.note}", "Commune" if communes else "Quartier", found),
    )


def index_about(barometer: Barometer, found: orders_index.Sensitivity, title: str) -> About:
    """Return what the index under other choices of method is about."""
    year = "" if found.year is None else str(found.year)
    return About(title, "", year, ANALYSIS_SOURCE, barometer.identity)


def index_ranks(barometer: Barometer, found: orders_index.Sensitivity, chosen: str | None) -> None:
    """Show the buttons that take away the ranks of the communes under every choice of method."""
    communes = barometer.communes()
    rows = orders_index.intervals(found, communes, chosen)
    if not rows:
        return
    about = index_about(barometer, found, orders_index.RANKS)
    own = next((one for one in rows if one.chosen), None)
    count = plural(len(rows), "commune")
    sentence = f"Rangs possibles de {count}, selon la méthode de calcul."
    if own is not None:
        sentence += f" {own.name} : {rank_words(own.low, own.high)}."
    colours = palette(st.context.theme.type)
    takeaway(
        "rangs_idh4",
        about,
        sentence,
        lambda: ranks(rows, colours),
        rank_table(orders_index.RANKS, "Commune", rows),
    )


def rank_table(caption: str, noun: str, found: Sequence[Interval]) -> Fragment:
    """Return the intervals of ranks as a table for a spreadsheet: both ends, never a rank alone."""
    noted = any(one.note for one in found)
    rows = [(one.name, _rank(one.low), _rank(one.high), *((one.note,) if noted else ())) for one in found]
    header = (noun, "Premier rang possible", "Dernier rang possible", *(("Certitude",) if noted else ()))
    return table(caption, header, rows, numeric=(1, 2))


def _rank(rank: int) -> Amount:
    return Amount(str(rank), rank, Status.ESTIMATED, 0)
