"""Colours of the pictures, for a light and a dark page.

The sequential scale is one hue from sand to deep petrol, ordered by lightness: it stays ordered in
grey and for every kind of colour blindness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

FONT = "Commissioner, Verdana, sans-serif"


@dataclass(frozen=True)
class Palette:
    """The colours a figure needs."""

    ink: str
    paper: str
    border: str
    selected: str
    absent: str
    pale: str
    """Of a ground or a zone under the marks."""
    sequential: tuple[str, ...]
    """Five steps, from the least to the most need: the same sense on a light and on a dark page."""

    def layout(self) -> dict[str, Any]:
        """Return what every drawing has in common: French numbers, our font, the page's own background."""
        return {
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "separators": ",\u202f",
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 14, "color": self.ink},
            "hoverlabel": {"bgcolor": self.ink, "font": {"family": FONT, "size": 15, "color": self.paper}},
        }


LIGHT = Palette(
    ink="#1d2a2e",
    paper="#fbf9f4",
    border="#fbf9f4",
    selected="#b3400f",
    absent="#6f7a7c",
    pale="#f0dfb8",
    sequential=("#f0dfb8", "#b9cfae", "#74aca5", "#35788a", "#163f5c"),
)
DARK = Palette(
    ink="#ece8de",
    paper="#12191b",
    border="#12191b",
    selected="#ffb066",
    absent="#9aa6a8",
    pale="#27424c",
    sequential=("#f0e2ba", "#b5cfae", "#74b0aa", "#448da3", "#2d6a9f"),
)


def palette(theme: Literal["light", "dark"] | str | None) -> Palette:
    """Return the colours of a theme; light when the browser has not said which."""
    return DARK if theme == "dark" else LIGHT


def steps(colours: Palette, count: int) -> tuple[str, ...]:
    """Return ``count`` colours (1 to 5) spread over the scale, both ends kept when there are two or more."""
    scale = colours.sequential
    if count <= 1:
        return (scale[len(scale) // 2],)
    return tuple(scale[round(i * (len(scale) - 1) / (count - 1))] for i in range(count))
