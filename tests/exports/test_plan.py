"""The map of a commune: every name inside the frame and apart from the others, every sign in the legend."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from dashboard.data.release_file import opened
from dashboard.documents import plan
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.model import Picture
from dashboard.documents.parts import place
from sources.vocabulary import Level

SVG = "{http://www.w3.org/2000/svg}"


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


def test_names_stay_inside_the_frame_and_do_not_cover_each_other(drawings):
    found, names = drawings
    neighbours = 0
    for code, (drawing, _, _) in found.items():
        boxes = []
        for x, y, size, said in texts(drawing):
            if x < plan.MAP_WIDTH and said in names and size == 8.5:
                half = len(said) * 4.4 / 2
                boxes.append((x - half, y - 9, x + half, y + 3))
        neighbours += len(boxes)
        for rank, (left, top, right, bottom) in enumerate(boxes):
            assert left >= 0 and right <= plan.MAP_WIDTH and top >= 0 and bottom <= plan.HEIGHT, code
            for other in boxes[rank + 1 :]:
                apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
                assert apart, code
    assert neighbours >= 47 * 3


def test_the_legend_names_every_quarter_and_pocket_and_holds_in_the_drawing(drawings):
    found, _ = drawings
    for code, (drawing, quarters, pockets) in found.items():
        height = float(drawing.get("viewBox").split()[-1])
        legend = [t for t in texts(drawing) if t[0] > plan.MAP_WIDTH]
        told = re.sub(r"\s", "", "".join(said for *_, said in legend))
        for name in (*quarters, *pockets):
            assert re.sub(r"\s", "", name) in told, (code, name)
        assert all(y <= height for _, y, _, _ in legend), code
        said = [said for *_, said in texts(drawing)]
        assert "N" in said
        assert any(re.fullmatch(r"[\d,]+ km", one) for one in said)
        assert min(size for *_, size, _ in texts(drawing)) >= 8.5


def test_the_frame_shows_the_whole_of_the_commune_and_of_its_quarters():
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    own = plan.Shape("1", "Ici", (ring,), ring, (0.5, 0.5))
    far = [(x + 9.0, y) for x, y in ring]
    quarter = plan.Shape("q", "Loin", (far,), far, (9.5, 0.5))
    view = plan._View([own, quarter])
    for x, y in (point for shape in (own, quarter) for line in view.rings(shape) for point in line):
        assert 0 <= x <= plan.MAP_WIDTH and 0 <= y <= plan.HEIGHT
