"""Two maps side by side as one picture: the same outlines, the same frame, one legend."""

from __future__ import annotations

from dataclasses import replace

from dashboard.charts.description import Picture

_GAP = 0.03


def twins(maps: tuple[Picture, Picture], titles: tuple[str, str]) -> Picture:
    """Put two maps of the same outlines side by side.

    Args:
        maps: The maps.
        titles: What each shows, written above it.
    """
    panels = (replace(one.panels[0], title=said) for one, said in zip(maps, titles, strict=True))
    return replace(maps[0], panels=tuple(panels), gap=_GAP)
