"""One figure, one story: the rendered pages say of a commune what the one choice of the story says."""

from __future__ import annotations

import html
import re

import pytest
from shown import markup_of
from streamlit.testing.v1 import AppTest

from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.story import words
from dashboard.story.readings import Reading, against, read, when
from indicators.model import Theme
from indicators.years import current_census
from sources.french import typographic

COMMUNES = ("59172", "59526", "59446")
"""A large town, a middling one, a village."""


def _said(app: AppTest, page: str, **parameters: str) -> str:
    app.switch_page(f"../pages/{page}/page.py")
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, (page, parameters)
    bare = re.sub(r"<style>.*?</style>", "", markup_of(app), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def _plain(text: str) -> str:
    return " ".join(typographic(text).split())


def _told(barometer: Barometer, commune: Territory) -> list[Reading]:
    found = read(barometer, commune).values()
    return [r for r in found if r.shown is not None and r.shown.usable and r.indicator.theme != Theme.IDH4]


def _figure(reading: Reading) -> str:
    assert reading.shown is not None and reading.shown.value is not None
    return words.quantity(reading.shown.value, reading.indicator.unit, reading.indicator.decimals)


@pytest.mark.parametrize("code", COMMUNES)
def test_the_barometer_says_the_figure_its_year_reference_and_change(
    real: Barometer, app: AppTest, code: str
) -> None:
    commune = real.territory("commune", code)
    assert commune is not None
    said = _said(app, "barometre", niveau="commune", territoire=code)
    for reading in _told(real, commune):
        assert reading.shown is not None
        assert f"{_plain(_figure(reading))}" in said, reading.indicator.indicator
        assert _plain(when(reading.shown)) in said
        if reading.evolution is not None:
            assert _plain(reading.evolution.text) in said, reading.indicator.indicator
        told = against(real, reading)
        if told is not None and told.value is reading.shown:
            indicator, comparison = reading.indicator, told.comparison
            gap = words.apart(
                comparison.reference_value, comparison.value, indicator.unit, indicator.decimals
            )
            assert _plain(f"Écart {gap}") in said, indicator.indicator


@pytest.mark.parametrize("code", COMMUNES[:2])
def test_the_page_of_an_indicator_opens_on_the_same_figure_and_year(
    real: Barometer, app: AppTest, code: str
) -> None:
    commune = real.territory("commune", code)
    assert commune is not None
    for reading in _told(real, commune)[::3]:
        assert reading.shown is not None
        name = reading.indicator.indicator
        said = _said(app, "indicateur", indicateur=name, niveau="commune", territoire=code)
        assert _plain(_figure(reading)) in said, name
        assert _plain(when(reading.shown)) in said, name
        if reading.base is not None:
            assert str(reading.base.millesime) in said, name


def test_the_order_of_priority_cites_the_figures_of_the_other_pages(real: Barometer) -> None:
    """« Denain (30,3 % en 2023) » here and « 31,9 % en 2022 » everywhere else would be two stories."""
    rows = real.release.query(
        "SELECT code, text FROM analysis WHERE analysis = 'priority' AND measure = 'pourquoi' "
        "AND level = 'commune'"
    )
    cited = re.compile(r"(?:;|:)\s([^;:()]+?) \(([^()]+?) en (\d{4}), contre")
    checked = 0
    for code, text in rows.iter_rows():
        commune = real.territory("commune", code)
        assert commune is not None
        known = {r.indicator.short_title.lower(): r for r in _told(real, commune)}
        for title, figure, year in cited.findall(text.replace("(recensement) (", "[recensement] (")):
            reading = known[title.replace("[", "(").replace("]", ")").lower()]
            assert reading.shown is not None
            assert (figure.split("\u00a0")[0], int(year)) == (
                _figure(reading).split("\u00a0")[0],
                reading.shown.millesime,
            ), (commune.name, title)
            checked += 1
    assert checked > 60


def test_the_current_census_is_one(real: Barometer) -> None:
    assert real.census == current_census(real.release.query("SELECT * FROM value"))
