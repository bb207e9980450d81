"""The portrait of a commune: each indicator between the lowest and highest communes, as on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts import svg

WIDTH = 510.0
ROW = 12.6
THEME = 14.5
TOP = 30.0
LEFT, RIGHT = 196.0, 396.0
VALUE_END = 464.0
"""Where values end; their years follow, up to the edge."""
MAX_LABEL = 38
MAX_NAME = 24


@dataclass(frozen=True)
class Line:
    """One indicator of the portrait, in its own unit."""

    label: str
    low: float
    p25: float
    p75: float
    high: float
    value: float
    written: str
    """The value as it is read."""
    period: str
    """Its year or years, as they are read: the lines of one portrait are not all of the same."""
    reference: float | None
    judgement: str | None


def portrait(groups: Sequence[tuple[str, Sequence[Line]]], reference: str) -> str:
    """Draw the lines of each theme; ``reference`` names what the vertical tick stands for."""
    parts = [_key(reference)]
    y = TOP
    for theme, lines in groups:
        y += THEME
        parts.append(svg.text(0, y - 5, theme, 9, font_weight="700", fill=svg.PETROL))
        parts.append(svg.element("rect", x=0, y=y, width=WIDTH, height=0.6, fill=svg.PALE))
        for line in lines:
            y += ROW
            parts.append(_line(line, y - ROW / 2))
    return svg.drawing(WIDTH, y + 4, *parts)


def _line(line: Line, y: float) -> str:
    ends = [line.low, line.high, line.value, *([] if line.reference is None else [line.reference])]
    start, stop = min(ends), max(ends)

    def at(value: float) -> float:
        return (
            LEFT + (RIGHT - LEFT) * (value - start) / (stop - start) if stop > start else (LEFT + RIGHT) / 2
        )

    label = line.label if len(line.label) <= MAX_LABEL else line.label[: MAX_LABEL - 1] + "…"
    parts = [
        svg.text(6, y + 3, label, 8.5),
        svg.element(
            "rect",
            x=at(line.low),
            y=y - 1,
            width=max(at(line.high) - at(line.low), 1),
            height=2,
            fill="#cfc8b6",
        ),
        svg.element(
            "rect",
            x=at(line.p25),
            y=y - 3.5,
            width=max(at(line.p75) - at(line.p25), 1),
            height=7,
            fill=svg.SAND,
        ),
    ]
    if line.reference is not None:
        parts.append(
            svg.element("rect", x=at(line.reference) - 0.8, y=y - 6, width=1.6, height=12, fill=svg.INK)
        )
    parts.append(mark(line.judgement, at(line.value), y))
    parts.append(svg.text(VALUE_END, y + 3, line.written, 8.5, text_anchor="end", font_weight="700"))
    parts.append(svg.text(WIDTH, y + 3, line.period, 7.5, text_anchor="end"))
    return "".join(parts)


def mark(judgement: str | None, x: float, y: float) -> str:
    """Return the mark of a judgement: its shape says it without its colour, as on screen."""
    if judgement == "moins bien":
        return svg.path([[(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)]], fill=svg.ACCENT)
    if judgement == "mieux":
        return svg.element(
            "rect", x=x - 4, y=y - 4, width=8, height=8, fill=svg.TEAL, stroke=svg.INK, stroke_width=0.6
        )
    return svg.element("circle", cx=x, cy=y, r=4, fill=svg.PETROL)


def _key(reference: str) -> str:
    y = 9.0
    items = (
        ("moins bien", "moins bien", 62.0),
        ("mieux", "mieux", 42.0),
        (None, "pas de différence établie, ou sans jugement possible", 222.0),
    )
    parts, x = [], 6.0
    for judgement, label, width in items:
        parts += [mark(judgement, x, y), svg.text(x + 9, y + 3, label, 8)]
        x += width
    y += 14
    parts.append(svg.element("rect", x=6, y=y - 6, width=1.6, height=12, fill=svg.INK))
    parts.append(svg.text(15, y + 3, reference, 8))
    parts.append(svg.element("rect", x=124, y=y - 3.5, width=18, height=7, fill=svg.SAND))
    parts.append(svg.text(147, y + 3, "moitié centrale des communes", 8))
    parts.append(svg.element("rect", x=284, y=y - 1, width=18, height=2, fill="#cfc8b6"))
    parts.append(svg.text(307, y + 3, "de la commune la plus basse à la plus haute", 8))
    return "".join(parts)


def bars(rows: Sequence[tuple[str, Sequence[tuple[str, float, str]]]]) -> str:
    """Draw values of one scale, 0 to 1: each row names a thing and holds labelled values."""
    parts: list[str] = []
    left, full = LEFT - 8, RIGHT - LEFT + 48
    y = 2.0
    for title, values in rows:
        parts.append(svg.text(0, y + 9, title, 8.5, font_weight="700", fill=svg.PETROL))
        for rank, (label, value, written) in enumerate(values):
            y += 10.5
            length = max(full * min(max(value, 0.0), 1.0), 0.5)
            colour = (svg.PETROL, svg.TEAL)[rank % 2]
            parts += [
                svg.text(left - 6, y - 1, label[:MAX_NAME], 8, text_anchor="end"),
                svg.element("rect", x=left, y=y - 8, width=full, height=8, fill=svg.PALE),
                svg.element("rect", x=left, y=y - 8, width=length, height=8, fill=colour),
                svg.text(WIDTH, y - 0.5, written, 8.5, text_anchor="end", font_weight="700"),
            ]
        y += 5
    return svg.drawing(WIDTH, y, *parts)
