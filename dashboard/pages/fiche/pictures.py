"""The drawings of a document, downloaded one by one: each framed by its title, its source and its release."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise

import streamlit as st

from dashboard.charts import svg
from dashboard.charts.raster import png
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.documents import model
from dashboard.documents.html.blocks import SCREEN_FONT
from dashboard.story import places
from dashboard.story.about import About
from dashboard.story.everywhere import producers
from dashboard.story.markup import text
from dashboard.story.readings import Reading
from dashboard.widgets.takeaway import pictures
from sources.french import typographic

MARGIN, TITLE, LINE = 14.0, 13.0, 7.5
_CREDIT = re.compile(r"^Contours\s:\s")
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class Drawn:
    """One drawing of a part, and where its figures come from."""

    picture: model.Picture
    source: str
    period: str


def drawn(
    blocks: Iterable[model.Block], barometer: Barometer, readings: Mapping[str, Reading]
) -> tuple[Drawn, ...]:
    """Return the drawings of a part.

    The sources are those of the indicators its alternative names; a map names none: its credits follow it.

    Args:
        blocks: The part.
        barometer: The release.
        readings: Indicators of the commune.
    """
    found = []
    for block, following in pairwise([*blocks, None]):
        if not isinstance(block, model.Picture):
            continue
        values = [
            r.shown
            for r in readings.values()
            if r.shown is not None
            and r.shown.usable
            and typographic(r.indicator.short_title) in block.alternative
        ]
        if values:
            known = sorted({v.millesime for v in values if v.millesime is not None})
            period = f"{known[0]} à {known[-1]}" if len(known) > 1 else "".join(map(str, known))
            found.append(Drawn(block, producers(barometer, values), period))
        else:
            credit = following.text if isinstance(following, model.Paragraph) else ""
            found.append(Drawn(block, _CREDIT.sub("", credit).removesuffix("."), ""))
    return tuple(found)


def pictures_taken(barometer: Barometer, commune: Territory, found: Iterable[Drawn]) -> None:
    """Show the buttons of each drawing, in one fold under the part."""
    found = tuple(found)
    if not found:
        return
    with st.expander("Reprendre les images de cette partie", key="images_fiche"):
        for rank, one in enumerate(found):
            title = one.picture.caption
            if places.of(commune.name, commune.level) not in title:
                # A caption that is read in the document of a commune does not always name it.
                title = f"{typographic(commune.name)} : {title}"
            about = About(title, "", one.period, one.source, barometer.identity)
            st.html(text("p", title))
            with st.container(key=f"prendre_fiche_{rank}", horizontal=True):
                pictures(f"fiche_{rank}", about, partial(file, picture=one.picture, about=about))


@lru_cache(maxsize=32)
def file(extension: str, picture: model.Picture, about: About) -> bytes:
    """Return a drawing as a file, ``png`` or ``svg``, drawn once whoever asks."""
    whole = framed(picture, about)
    if extension == "png":
        return png(whole, picture.width)
    # Our font does not travel with the file.
    return whole.replace(f'"{svg.FONT}"', f'"{SCREEN_FONT}"').encode("utf-8", "replace")


def framed(picture: model.Picture, about: About) -> str:
    """Return a drawing with its title above it, its source and its release under it.

    Args:
        picture: The drawing and what is read in its place.
        about: Title, millésime, source and release.
    """
    size = _VIEW.search(picture.svg)
    if size is None:
        raise ValueError("a drawing without its size cannot be framed")
    width, height = float(size[1]), float(size[2])
    parts, y = [], MARGIN
    for line in textwrap.wrap(typographic(about.title), 68):
        y += TITLE + 2
        parts.append(svg.text(MARGIN, y, line, TITLE, font_weight="700"))
    y += TITLE
    # A drawing inside another hides what leaves its own frame.
    place = f'<svg x="{MARGIN}" y="{y}" width="{width}" height="{height}" '
    inside = picture.svg.replace("<svg ", place, 1)
    y += height + 4
    lines = []
    for said in (about.source_line, about.release_line):
        for line in textwrap.wrap(said, 135):
            y += LINE + 3
            lines.append(svg.text(MARGIN, y, line, LINE))
    whole = width + 2 * MARGIN
    y += MARGIN
    paper = svg.element("rect", x=0, y=0, width=whole, height=y, fill=svg.PAPER)
    told = (("title", about.title), ("desc", picture.alternative))
    named = "".join(svg.element(tag, svg.plain(said)) for tag, said in told)
    return svg.drawing(whole, y, named, paper, *parts, inside, *lines, role="img", lang="fr")
