"""A pyramid of ages: the bars of one territory, the outline of another, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.description import Area, Fill, Panel, Picture, Points, Scale, Stroke, Words
from dashboard.charts.palette import Palette

STEP = 5
"""Years of a band."""
HEIGHT = 440
MARGINS = (52, 10, 8, 34)


@dataclass(frozen=True)
class Band:
    """One age band: shares of all the people, men and women, of the territory and of its reference."""

    first: int
    name: str
    men: float
    women: float
    men_beside: float
    women_beside: float


def pyramid(bands: Sequence[Band], colours: Palette, *, reference: str, suffix: str) -> Picture:
    """Describe the pyramid: men on the left, women on the right, ages upwards.

    Args:
        bands: From the youngest.
        colours: Palette of the page.
        reference: Name of what the outline is.
        suffix: Sign of the unit of the shares.
    """
    widest = max(max(b.men, b.women, b.men_beside, b.women_beside) for b in bands)
    end = int(widest) + 1
    men = Area(
        tuple(_bar(band.first, -band.men) for band in bands),
        Fill(colours.sequential[3]),
        Stroke(colours.paper, 1),
        name="Hommes",
    )
    women = Area(
        tuple(_bar(band.first, band.women) for band in bands),
        Fill(colours.sequential[2]),
        Stroke(colours.paper, 1),
        name="Femmes",
    )
    outlines = [
        _outline(bands, [-b.men_beside for b in bands], colours, reference),
        _outline(bands, [b.women_beside for b in bands], colours, reference),
    ]
    top = bands[-1].first + STEP
    names = [
        Words(-end / 2, top + 1.5, "Hommes", 14, bold=True),
        Words(end / 2, top + 1.5, "Femmes", 14, bold=True),
    ]
    # Even shares only, so that they hold on a telephone.
    steps = [tick for tick in range(-end, end + 1) if tick % 2 == 0]
    x = Scale(
        (-end, end),
        tuple((float(tick), f"{abs(tick)}{suffix}") for tick in steps),
        grid=True,
        zero=Stroke(colours.ink, 1),
    )
    y = Scale((0, top + 4), tuple((float(b.first), str(b.first)) for b in bands[::2]), title="Âge")
    return Picture((Panel((men, women, *outlines, *names), x),), y, colours, height=HEIGHT, margins=MARGINS)


def _bar(first: int, share: float) -> list[tuple[float, float]]:
    low, high = float(first), float(first + STEP)
    return [(0.0, low), (share, low), (share, high), (0.0, high), (0.0, low)]


def _outline(bands: Sequence[Band], shares: Sequence[float], colours: Palette, name: str) -> Points:
    """The steps of the other territory, from the youngest to the oldest."""
    x = tuple(share for share in shares for _ in range(2))
    y = tuple(float(end) for band in bands for end in (band.first, band.first + STEP))
    return Points(x, y, line=Stroke(colours.selected, 2.5), name=name)
