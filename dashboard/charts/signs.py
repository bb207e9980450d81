"""Signs of points: each outline is drawn here once, for files and for pages.

A file fills the outline; a page cuts it out of a block, whose colour and size are those of its own sheet.
"""

from __future__ import annotations

import math

from dashboard.charts.description import Ring
from dashboard.story.markup import Fragment, element

_REACH = 1.15
"""How far an outline goes from its middle, where a disc of the same size goes to one."""
OUTLINES: dict[str, Ring] = {
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "diamond": [(0, -_REACH), (_REACH, 0), (0, _REACH), (-_REACH, 0)],
    "triangle-up": [(0, -1.4), (_REACH, 0.7), (-_REACH, 0.7)],
    "equal": [
        *((-_REACH, -0.83), (_REACH, -0.83), (_REACH, -0.18), (-_REACH, -0.18)),
        *((-_REACH, 0.23), (_REACH, 0.23), (_REACH, 0.87), (-_REACH, 0.87)),
    ],
    "star": [
        (radius * math.cos(math.radians(angle)), -radius * math.sin(math.radians(angle)))
        for rank in range(10)
        for angle, radius in [(90 + 36 * rank, 0.54 if rank % 2 else 1.2)]
    ],
}
"""Corners of each sign, downwards, from the point that it marks; a disc has none. Plotly has no
``equal``: pictures it shows leave it to files and to lines of a page."""
_ROUND = ("circle", "circle-open")


def css_of(role: str, shape: str) -> str:
    """Return the classes of a sign on a page; a mere line is its role alone."""
    return f"{role} {shape}" if shape in OUTLINES or shape in _ROUND else role


def sign(role: str, shape: str) -> Fragment:
    """Return a sign as HTML, decorative: the words are always beside it."""
    return element("span", css=css_of(role, shape), aria_hidden="true")


def sheet() -> str:
    """Return the rules of a page that cut every sign out of a square block, at its middle."""
    rules = [f".bcs-{shape} {{ border-radius: 50%; }}" for shape in _ROUND]
    for shape, outline in OUTLINES.items():
        middle = (min(y for _, y in outline) + max(y for _, y in outline)) / 2
        corners = [f"{50 + 50 * x / _REACH:.3g}% {50 + 50 * (y - middle) / _REACH:.3g}%" for x, y in outline]
        rules.append(f".bcs-{shape} {{ clip-path: polygon({', '.join(corners)}); }}")
    return "\n".join(rules)
