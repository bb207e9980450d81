"""What the figures of a picture are measured in, and the figure they are set against."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.charts.description import Rule, Scale, Stroke
from dashboard.charts.palette import Palette
from dashboard.story import words


@dataclass(frozen=True)
class Measure:
    """The sign of the unit, how precisely figures are written, and a reference with its name."""

    suffix: str = ""
    decimals: int = 0
    reference: float | None = None
    reference_name: str = ""

    @classmethod
    def of(cls, unit: str, decimals: int, reference: float | None = None, name: str = "") -> Measure:
        """Return the measure of figures in a unit of the barometer."""
        return cls(words.suffix(unit), decimals, reference, name)

    def scale(self, count: int = 6, *, grid: bool = True, zero: Stroke | None = None) -> Scale:
        """Return the scale of the figures, with about so many of them named."""
        return Scale(suffix=self.suffix, decimals=self.decimals, count=count, grid=grid, zero=zero)

    def rule(self, colours: Palette, *, upright: bool = False) -> list[Rule]:
        """Return the reference as a dashed line, nothing where there is none."""
        if self.reference is None:
            return []
        return [Rule(self.reference, Stroke(colours.ink, 2, "dash"), self.reference_name, upright=upright)]
