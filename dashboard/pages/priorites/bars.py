"""Intervals of ranks as a table: the words are the data, the bars their picture.

No rank is ever shown alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.charts.blocks import strips
from dashboard.charts.description import Picture
from dashboard.charts.ranked import Interval
from dashboard.story.markup import Fragment, element, text
from sources.french import ordinal


def rank_words(low: int, high: int) -> str:
    """Return « de la 3e à la 9e place », « à la 1re place »."""
    if low == high:
        return f"à la {ordinal(low)} place"
    return f"de la {ordinal(low)} à la {ordinal(high)} place"


def interval_table(
    caption: str,
    intervals: Sequence[Interval],
    picture: Picture,
    *,
    start: int = 0,
    header: tuple[str, str] = ("Territoire", "Rangs possibles"),
) -> Fragment:
    """Return the intervals as HTML.

    Args:
        caption: What the table shows.
        intervals: Rows, the strongest need first.
        picture: All the ranked territories (:func:`dashboard.charts.ranked.ranks`), these among them.
        start: Place of the first row there.
        header: Titles of the names and of the intervals.
    """
    head = element(
        "tr",
        text("th", header[0], scope="col"),
        element("td", aria_hidden="true"),
        text("th", header[1], scope="col"),
    )
    drawn = strips(picture)
    return element(
        "table",
        text("caption", caption),
        element("thead", head),
        element("tbody", *(_row(one, drawn(place)) for place, one in enumerate(intervals, start))),
        css="ranks",
    )


def _row(one: Interval, drawn: Fragment) -> Fragment:
    name = text("strong" if one.chosen else "span", f"▸ {one.name}" if one.chosen else one.name)
    if one.href:
        name = element("a", name, href=one.href)
    said = [text("span", rank_words(one.low, one.high))]
    if one.before is not None and one.before != (one.low, one.high):
        said.append(text("span", f"avant : {rank_words(*one.before)}", "small"))
    if one.note:
        said.append(text("span", one.note, "small"))
    return element(
        "tr",
        element("th", name, scope="row"),
        element("td", element("div", drawn, css="ranktrack"), aria_hidden="true"),
        element("td", *said),
        css="chosen" if one.chosen else "",
    )
