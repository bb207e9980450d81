"""Intervals of ranks as a table: the words are the data, the bars their picture.

No rank is ever shown alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.charts.ranked import Interval
from dashboard.charts.track import Track
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
    count: int,
    *,
    header: tuple[str, str] = ("Territoire", "Rangs possibles"),
    quarter: int | None = None,
) -> Fragment:
    """Return the intervals as HTML.

    Args:
        caption: What the table shows.
        intervals: Rows, the strongest need first.
        count: Number of ranked territories: the scale runs from the first to the last rank.
        header: Titles of the names and of the intervals.
        quarter: Last rank of the quarter where need is strongest, shaded.
    """
    head = element(
        "tr",
        text("th", header[0], scope="col"),
        element("td", aria_hidden="true"),
        text("th", header[1], scope="col"),
    )
    return element(
        "table",
        text("caption", caption),
        element("thead", head),
        element("tbody", *(_row(one, count, quarter) for one in intervals)),
        css="ranks",
    )


def _row(one: Interval, count: int, quarter: int | None) -> Fragment:
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
        element("td", track(one, count, quarter), aria_hidden="true"),
        element("td", *said),
        css="chosen" if one.chosen else "",
    )


def track(one: Interval, count: int, quarter: int | None = None) -> Fragment:
    """Return the picture of one interval: rank 1 on the left, each rank as wide as any other."""
    ranks = Track(0.5, count + 0.5)
    parts = []
    if quarter is not None:
        parts.append(ranks.block("zone", 0.5, quarter + 0.5))
    for css, ends in (("before", one.before), ("span", (one.low, one.high))):
        if ends is not None:
            parts.append(ranks.block(css, ends[0] - 0.5, ends[1] + 0.5))
    if one.middle is not None:
        parts.append(ranks.tick("median", one.middle))
    return element("div", *parts, css="ranktrack")
