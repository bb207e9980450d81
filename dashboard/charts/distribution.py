"""The distribution: one disc for each commune, stacked where their figures are close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.charts.description import Panel, Picture, Points, Rule, Scale, Stroke, Symbol
from dashboard.charts.measure import Measure
from dashboard.charts.palette import Palette

SLICES = 18
LEVEL = 24
"""Pixels a disc and the gap above it take: the picture is as high as its tallest pile, with no empty band."""
FRAME = 80
"""Pixels of the scale and of the name of the reference."""
FEWEST_LEVELS = 4


@dataclass(frozen=True)
class Slice:
    """One slice of the scale and the codes that fall in it, lowest figure first."""

    low: float
    high: float
    codes: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Where the discs of the slice stand."""
        return (self.low + self.high) / 2


def slices(numbers: Mapping[str, float]) -> list[Slice]:
    """Cut the scale into equal slices, from the lowest figure to the highest; empty slices are kept."""
    if not numbers:
        return []
    low, high = min(numbers.values()), max(numbers.values())
    if low == high:
        return [Slice(low, high, tuple(numbers))]
    width = (high - low) / SLICES
    members: list[list[str]] = [[] for _ in range(SLICES)]
    for code in sorted(numbers, key=lambda code: numbers[code]):
        members[min(int((numbers[code] - low) / width), SLICES - 1)].append(code)
    return [Slice(low + i * width, low + (i + 1) * width, tuple(codes)) for i, codes in enumerate(members)]


def distribution(
    found: Sequence[Slice],
    hover: Mapping[str, str],
    colours: Palette,
    measure: Measure,
    *,
    chosen: str | None,
    chosen_name: str = "",
) -> Picture:
    """Describe the distribution.

    Args:
        found: Slices of the scale, see :func:`slices`.
        hover: Text under the pointer, by code.
        colours: Palette of the page.
        measure: Of the figures, with that of the agglomeration as a vertical dashed line.
        chosen: Code drawn as a larger square, beside its text.
        chosen_name: Its name, for a legend in the picture.
    """
    placed = [(piece.middle, rank + 1, code) for piece in found for rank, code in enumerate(piece.codes)]
    # The ring keeps a disc apart from the page whatever the theme.
    discs = Symbol("circle", colours.sequential[2], 13, Stroke(colours.absent, 1))
    marks: list[Points | Rule] = [_discs([p for p in placed if p[2] != chosen], hover, discs, "une commune")]
    mine = [p for p in placed if p[2] == chosen]
    if mine:
        marks.append(_discs(mine, hover, Symbol("square", colours.selected, 16), chosen_name))
    marks += measure.rule(colours, upright=True)
    levels = max(max((len(piece.codes) for piece in found), default=1), FEWEST_LEVELS)
    y = Scale((0.3, levels + 0.7), visible=False)
    height = FRAME + LEVEL * levels
    return Picture((Panel(tuple(marks), measure.scale(7, grid=False)),), y, colours, height, (10, 10, 26, 10))


def _discs(
    placed: Sequence[tuple[float, int, str]], hover: Mapping[str, str], symbol: Symbol, name: str
) -> Points:
    return Points(
        tuple(x for x, _, _ in placed),
        tuple(float(y) for _, y, _ in placed),
        symbol,
        name=name,
        hover=tuple(hover.get(code, "") for _, _, code in placed),
    )
