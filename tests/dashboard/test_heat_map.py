"""The needs of the communes on Accueil: each cell says what the release answers, by a sign and by words."""

from __future__ import annotations

import re

from shown import markup_of
from streamlit.testing.v1 import AppTest

from dashboard.data.analysis import needs_of_communes
from dashboard.data.questions import Barometer
from dashboard.pages.accueil.heat_view import CLASSES, heat_view
from dashboard.story.heat import Heat, heat_map
from dashboard.widgets.answers_data import answers
from indicators.analysis.answers import Certainty, Niveau
from indicators.comparison import NO_DIFFERENCE


def test_each_cell_is_the_answer_of_the_commune(real: Barometer) -> None:
    found = heat_map(real)
    assert found is not None
    met = set()
    for commune in found.communes:
        needs = answers(real, commune).needs
        judged = {
            (c.indicator, c.millesime, c.reference_level): c.judgement for c in real.comparisons(commune)
        }
        years = {n.indicator: n for n in needs_of_communes(real.release) if n.code == commune.code}
        for indicator in found.indicators:
            heat = found.cells[indicator.indicator, commune.code].heat
            met.add(heat)
            need = needs.get(indicator.indicator)
            if need is None or need.answer.niveau is Niveau.UNKNOWN:
                assert heat is Heat.UNKNOWN
                continue
            year = years[indicator.indicator]
            alike = judged.get((indicator.indicator, year.millesime, year.reference_level)) == NO_DIFFERENCE
            firm = need.answer.niveau_certainty is Certainty.FIRM and not alike
            assert (heat is Heat.HIGH) == (firm and need.answer.niveau is Niveau.HIGHER)
            assert (heat is Heat.LOW) == (firm and need.answer.niveau is Niveau.LOWER)
            if alike or need.answer.niveau is Niveau.SIMILAR:
                assert heat is Heat.ALIKE
    assert met == set(Heat)


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
