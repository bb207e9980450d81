"""The map of a commune: every name inside the frame and apart from the others, every sign in the legend."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from dashboard.charts import svg
from dashboard.charts.commune_map import Shape
from dashboard.charts.frame import frames
from dashboard.charts.place_map import place_map
from dashboard.charts.plotly import figure
from dashboard.data.release_file import opened
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.model import Picture
from dashboard.documents.parts import place
from sources.vocabulary import Level

SVG = "{http://www.w3.org/2000/svg}"
WIDE, HIGH = place.MAP_SIZE


@pytest.fixture(scope="module")
def drawings(release):
    """The map of every commune, by code, with the names of its quarters and of its pockets."""
    with opened(release) as file:
        library = Library(file)
        found = {}
        for commune in library.barometer.communes():
            dossier = Dossier(library, commune.code)
            picture = next(b for b in place.plan_blocks(dossier) if isinstance(b, Picture))
            pockets = [p["perimetre"] for p in dossier.local.own("poches", commune.code)]
            quarters = [q.name for q in dossier.current_quarters]
            found[commune.code] = (etree.fromstring(picture.svg.encode()), quarters, pockets)
        names = {c.name for c in library.barometer.territories if c.level == Level.COMMUNE}
    return found, names


def texts(drawing):
    return [
        (float(t.get("x")), float(t.get("y")), float(t.get("font-size")), t.text)
        for t in drawing.iter(f"{SVG}text")
    ]


def legend(drawing):
    """The texts of the legend, which follow those of the title over it."""
    title = next(t for t in texts(drawing) if "prioritaire" in t[3])
    return [t for t in texts(drawing) if t[0] >= title[0]]


def test_names_stay_inside_the_frame_and_do_not_cover_each_other(drawings):
    found, names = drawings
    neighbours = 0
    for code, (drawing, _, _) in found.items():
        right_side = min(x for x, *_ in legend(drawing))
        boxes = []
        for x, y, size, said in texts(drawing):
            if x < right_side and said in names and size == 11:
                half = svg.width(said, size) / 2
                boxes.append((x - half, y - 10, x + half, y + 3))
        neighbours += len(boxes)
        for rank, (left, top, right, bottom) in enumerate(boxes):
            assert left >= 0 and right <= right_side and top >= 0 and bottom <= HIGH, code
            for other in boxes[rank + 1 :]:
                apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
                assert apart, code
    assert neighbours >= 47 * 3


def test_the_legend_names_every_quarter_and_pocket_and_holds_in_the_drawing(drawings):
    found, _ = drawings
    for code, (drawing, quarters, pockets) in found.items():
        height = float(drawing.get("viewBox").split()[-1])
        own = legend(drawing)
        told = re.sub(r"\s", "", "".join(said for *_, said in own))
        for name in (*quarters, *pockets):
            assert re.sub(r"\s", "", name) in told, (code, name)
        for x, y, size, said in own:
            assert y <= height and x + svg.width(said, size) <= WIDE, (code, said)
        said = [said for *_, said in texts(drawing)]
        assert "N" in said
        assert any(re.fullmatch(r"[\d,]+ km", one) for one in said)
        assert {str(rank) for rank, _ in enumerate(quarters, start=1)} <= set(said), code


def test_the_frame_shows_the_whole_of_the_commune_and_of_its_quarters():
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    own = Shape("1", "Ici", (ring,), ring, (0.5, 0.5))
    far = [(x + 9.0, y) for x, y in ring]
    picture = place_map([own], [Shape("q", "Loin", (far,), far, (9.5, 0.5))], "1", [])
    assert picture is not None
    (frame,) = frames(picture, 0, 0, 430, 430)
    for x, y in (*ring, *far):
        assert 0 <= frame.x(x) <= 430 and 0 <= frame.y(y) <= 430
    (sign,) = (trace for trace in figure(picture)["data"] if trace.get("text") == ["1"])
    assert sign["mode"] == "markers+text"
