"""The needs of the communes on Accueil: each cell says what the release answers, by a sign and by words."""

from __future__ import annotations

import dataclasses
import re

from shown import markup_of
from streamlit.testing.v1 import AppTest

from dashboard.data.questions import Barometer
from dashboard.pages.accueil.heat_view import CLASSES, heat_view
from dashboard.story.heat import Cell, heat_map, opening
from dashboard.story.readings import against, read
from indicators.analysis.answers import NIVEAUX, Niveau
from indicators.model import Direction, Theme


def test_a_need_of_a_commune_is_told_at_one_strength_everywhere(real: Barometer) -> None:
    """The 47 communes by every need: the line, the cell of the heat map and the answer are one judgement."""
    found = heat_map(real)
    assert found is not None
    shown = {i.indicator for i in found.indicators}
    told_level = real.release.query(
        "SELECT code, indicator, text FROM analysis "
        "WHERE analysis = 'reponse' AND level = 'commune' AND measure = 'niveau'"
    )
    levels = {(code, name): niveau for code, name, niveau in told_level.iter_rows()}
    met = set()
    for commune in real.communes():
        for name, reading in read(real, commune).items():
            indicator = reading.indicator
            if indicator.theme == Theme.IDH4 or indicator.direction == Direction.DESCRIPTIVE:
                continue
            told = against(real, reading)
            judgement = told.comparison.judgement if told is not None else None
            level = levels.get((commune.code, name), Niveau.UNKNOWN)
            assert level == NIVEAUX[judgement], (commune.name, name)
            if name in shown:
                assert found.cells[name, commune.code].judgement == judgement, (commune.name, name)
                met.add(judgement)
    assert met == set(CLASSES)


def test_communes_are_in_the_order_of_priority_and_all_there(real: Barometer) -> None:
    found = heat_map(real)
    assert found is not None
    assert {c.code for c in found.communes} == {c.code for c in real.communes()}
    # The greatest needs come first: the first ten have more established needs than the last ten.
    counts = [found.high(c) for c in found.communes]
    assert min(counts[:3]) > max(counts[-10:])
    declared = [i.indicator for i in real.indicators]
    assert [i.indicator for i in found.indicators] == [
        name for name in declared if name in {i.indicator for i in found.indicators}
    ]


def test_a_cell_is_never_a_colour_alone(real: Barometer) -> None:
    found = heat_map(real)
    assert found is not None
    drawn = heat_view(found)
    cells = re.findall(r'<td class="bcs-([a-z-]+)" title="([^"]+)">(.*?)</td>', drawn.html)
    assert len(cells) == len(found.communes) * len(found.indicators)
    for name, title, content in cells:
        assert name in CLASSES.values()
        assert title.strip() and re.sub("<[^>]+>", "", content).strip()
    assert f"{len(found.communes)} communes, dans l’ordre de priorité." in re.sub(
        "<[^>]+>", "", drawn.html
    ).replace("\u00a0", " ")
    (table,) = drawn.tables
    assert len(table.rows) == len(found.communes)
    assert all(cell for row in table.rows for cell in row)


def test_titles_lead_on(real: Barometer, app: AppTest) -> None:
    app.switch_page("../pages/accueil/page.py")
    app.query_params.clear()
    shown = markup_of(app.run())
    assert 'href="barometre?niveau=commune&amp;territoire=59172"' in shown
    assert re.search(r'<th scope="col"><a href="indicateur\?indicateur=\w+">', shown)
    assert "sans comparaison possible commune par commune" in shown
    assert "Première publication" in shown


def test_the_sentence_names_every_commune_that_has_as_many_needs(real: Barometer) -> None:
    found = heat_map(real)
    assert found is not None
    said = opening(found)
    last = min(h for h in map(found.high, found.communes) if f"({h} sur" in said)
    for commune in found.communes:
        assert (commune.name in said) is (found.high(commune) >= last), commune.name
    none = dataclasses.replace(found, cells={key: Cell("mieux", "") for key in found.cells})
    assert opening(none) == "Aucun besoin n’est « moins bien » que sa référence."
