"""The pictures of a document, downloaded one by one as those of the pages, with title, source and release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import streamlit as st

from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.documents import model
from dashboard.story import places
from dashboard.story.about import About
from dashboard.story.everywhere import producers
from dashboard.story.markup import text
from dashboard.story.readings import Reading
from dashboard.widgets.given import links
from dashboard.widgets.takeaway import picture, pictures
from sources.french import typographic

_CREDIT = re.compile(r"^Contours\s:\s")


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
    """Show the links that give each drawing, in one fold under the part."""
    found = tuple(found)
    if not found:
        return
    with st.expander("Reprendre les images de cette partie", key="images_fiche"):
        for rank, one in enumerate(found):
            title = one.picture.caption.partition(". ")[0]
            if places.of(commune.name, commune.level) not in title:
                # A caption that is read in the document of a commune does not always name it.
                title = f"{typographic(commune.name)} : {title}"
            about = About(title, "", one.period, one.source, barometer.identity)
            content = partial(
                picture, figure=one.picture.drawn, about=about, sentence=one.picture.alternative
            )
            st.html(text("p", title) + links(*pictures(f"fiche_{rank}", about, content, slide=True)))
