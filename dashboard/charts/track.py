"""A level scale as HTML: blocks placed in percentages of the width, which stretch without deforming marks.

Streamlit strips inline SVG from a page, and blocks follow its theme. Every picture that stands in a line of
a page or a table is drawn with these; the same scale places its marks in the picture that is downloaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.story.markup import Fragment, element

EDGE = 4.0
"""Share of the width (in %) kept free at both ends, so that a mark is never cut."""


@dataclass(frozen=True)
class Among:
    """The communes a figure stands among: the lowest, both quarters, the highest, in the indicator's unit."""

    low: float
    p25: float
    p75: float
    high: float


@dataclass(frozen=True)
class Track:
    """From figures to shares of the width: ``margin`` is in %, ``middle`` where all figures are the same."""

    start: float
    stop: float
    margin: float = 0.0
    middle: float = 0.0

    @classmethod
    def holding(cls, values: Iterable[float | None], margin: float = 0.0, middle: float = 0.0) -> Track:
        """Return the scale that goes from the lowest to the highest of the figures that are known."""
        known = [value for value in values if value is not None]
        return cls(min(known), max(known), margin, middle)

    def share(self, value: float) -> float:
        """Return where a figure stands on the scale without its margins.

        Returns:
            Share of the width, from 0 to 1.
        """
        width = self.stop - self.start
        return (value - self.start) / width if width else self.middle / 100

    def at(self, value: float) -> float:
        """Return where a figure stands on the whole width.

        Returns:
            In %, the margins counted.
        """
        return self.margin + (100 - 2 * self.margin) * self.share(value)

    def place(self, value: float) -> str:
        """Return the style that places a mark at a figure."""
        return f"left:{self.at(value):.2f}%"

    def block(self, css: str, low: float, high: float) -> Fragment:
        """Return a block between two figures, in either order."""
        left, right = sorted((self.at(low), self.at(high)))
        return element("span", css=css, style=f"left:{left:.2f}%;width:{right - left:.2f}%")

    def among(self, communes: Among) -> Fragment:
        """Return the range of the communes, and their middle half over it."""
        return self.block("range", communes.low, communes.high) + self.block(
            "half", communes.p25, communes.p75
        )

    def tick(self, css: str, value: float) -> Fragment:
        """Return a mark at a figure."""
        return element("span", css=css, style=self.place(value))
