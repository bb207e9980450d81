"""How a territory without figure is drawn: one pattern for each reason, on a map and in its legend."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.charts.description import Fill
from dashboard.charts.palette import Palette
from sources.vocabulary import Status


@dataclass(frozen=True)
class Pattern:
    """A pattern: its name for a drawing and its words for a reader."""

    shape: str
    words: str


PATTERNS = {
    Status.SUPPRESSED.label: Pattern("x", "Quadrillé"),
    Status.NOT_PUBLISHED.label: Pattern("/", "Rayé montant"),
    Status.NOT_APPLICABLE.label: Pattern("-", "Rayé à plat"),
    Status.MISSING.label: Pattern(".", "Pointillé"),
    Status.AWAITING_EXTRACT.label: Pattern("|", "Rayé debout"),
}
_OTHER = Pattern("\\", "Rayé descendant")
"""Of a reason that is not a status, such as lying partly outside the agglomeration."""


def pattern(reason: str) -> Pattern:
    """Return the pattern of a reason."""
    return PATTERNS.get(reason, _OTHER)


def fill(reason: str, colours: Palette) -> Fill:
    """Return the fill of an area without figure, for a drawing."""
    return Fill(colours.paper, pattern(reason).shape, colours.absent)
