"""The pyramid of a commune on the real release: shares, picture, table, and what ages account for."""

from __future__ import annotations

import re

import pytest
from shown import text_of
from streamlit.testing.v1 import AppTest

from dashboard.charts.description import Area, Points
from dashboard.charts.palette import LIGHT
from dashboard.charts.pyramid import Band, pyramid
from dashboard.data.ages import CELL_AGES, accounted, ages
from dashboard.data.questions import Barometer
from indicators.mortality import CELLS


def test_every_cell_has_its_sex_and_first_age() -> None:
    assert CELL_AGES.keys() == CELLS.keys()
    for variable, (sex, first) in CELL_AGES.items():
        found = re.fullmatch(r"rp_pop_([fh])_y_?(?:ge)?(\d+)(?:t\d+)?", variable)
        assert found is not None
        assert (sex, first) == (found[1], int(found[2]))


def test_shares_are_of_all_the_people_of_each_territory(real: Barometer) -> None:
    found = ages(real.release, "59172", len(real.communes()))
    assert found is not None
    assert found.year == 2023
    for whole in (False, True):
        assert sum(found.share(cell, whole) for cell in found.cells) == pytest.approx(100)
        assert found.part(0, 200, whole) == pytest.approx(100)
    everyone = sum(cell.whole for cell in found.cells)
    parts = [ages(real.release, c.code, len(real.communes())) for c in real.communes()]
    assert sum(cell.own for one in parts if one for cell in one.cells) == pytest.approx(everyone)
    # Were a commune without figures, the agglomeration would not be the sum of all of them.
    assert ages(real.release, "59172", len(real.communes()) + 1) is None
    assert ages(real.release, "00000", len(real.communes())) is None


def test_men_are_on_the_left_and_the_outline_is_the_reference() -> None:
    bands = [Band(0, "0 à 4 ans", 3.0, 2.0, 2.5, 1.5), Band(5, "5 à 9 ans", 1.0, 1.25, 2.0, 2.25)]
    (panel,) = pyramid(bands, LIGHT, reference="Ailleurs", suffix=" %").panels
    men, women = (mark for mark in panel.marks if isinstance(mark, Area))
    assert [min(x for x, _ in ring) for ring in men.rings] == [-3.0, -1.0]
    assert [max(x for x, _ in ring) for ring in women.rings] == [2.0, 1.25]
    left, right = (mark for mark in panel.marks if isinstance(mark, Points))
    assert (left.x, left.y) == ((-2.5, -2.5, -2.0, -2.0), (0.0, 5.0, 5.0, 10.0))
    assert right.x == (1.5, 1.5, 2.25, 2.25)
    assert panel.x.limits == (-4, 4)


def test_the_portrait_opens_on_its_address_and_says_what_ages_account_for(
    app: AppTest, real: Barometer
) -> None:
    app.switch_page("../pages/barometre/page.py")
    app.query_params["niveau"], app.query_params["territoire"] = "commune", "59172"
    app.run()
    assert not app.exception
    assert "Les âges à Denain" not in text_of(app)
    app.button(key="ouvrir_portrait_ages").click().run()
    assert app.query_params["portrait"] in ("ages", ["ages"])
    text = text_of(app).replace("\u00a0", " ")
    assert "Les âges à Denain" in text
    for _, said in accounted(real.release, "59172"):
        assert said.replace("\u00a0", " ") in text
    assert "Rendre compte n’est pas causer" in text
