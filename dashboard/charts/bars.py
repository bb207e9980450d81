"""Ranked bars with their intervals as one picture: what the page draws in tables, to be downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.description import Bars, Fill, Panel, Picture, Rule, Scale, Stroke
from dashboard.charts.palette import Palette


@dataclass(frozen=True)
class Bar:
    """One territory: its name, its number or the words that stand for it."""

    name: str
    value: float | None
    written: str
    lower: float | None = None
    upper: float | None = None
    interval: str = ""
    chosen: bool = False
    href: str = ""
    """Address of the sheet of the number."""
    choose: str = ""
    """Address that chooses the territory, for its name."""


def bars(
    found: Sequence[Bar],
    colours: Palette,
    *,
    reference: float | None,
    reference_name: str,
    suffix: str,
    decimals: int,
) -> Picture:
    """Describe the bars side by side, in their order; the page says in words those without a number.

    Args:
        found: Bars, one for each territory.
        colours: Palette of the page.
        reference: Value drawn as a dashed line.
        reference_name: Its name.
        suffix: Sign of the unit.
        decimals: Precision of the scale.
    """
    known = list(enumerate(bar for bar in found if bar.value is not None))
    marks: list[Bars | Rule] = [
        _bars(own, fill, colours)
        for chosen, fill in ((False, colours.sequential[2]), (True, colours.selected))
        if (own := [(x, bar) for x, bar in known if bar.chosen is chosen])
    ]
    if reference is not None:
        marks.append(Rule(reference, Stroke(colours.ink, 2, "dash"), reference_name))
    names = tuple((float(x), bar.name) for x, bar in known)
    x = Scale((-0.8, len(known) - 0.2), names, upright=True, size=11)
    y = Scale(suffix=suffix, decimals=decimals, grid=True)
    return Picture((Panel(tuple(marks), x),), y, colours, bar_gap=0.25)


def _bars(known: Sequence[tuple[int, Bar]], fill: str, colours: Palette) -> Bars:
    return Bars(
        tuple(float(x) for x, _ in known),
        tuple(bar.value or 0.0 for _, bar in known),
        Fill(fill),
        lower=tuple(bar.lower for _, bar in known),
        upper=tuple(bar.upper for _, bar in known),
        edge=Stroke(colours.ink, 1.5),
    )
