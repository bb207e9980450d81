"""What the maps and trends add: pockets of poverty, patterns, small charts, the generations of quarters."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import fictitious
import fictitious_quarters
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import markup_of, text_of
from streamlit.testing.v1 import AppTest

from dashboard.charts.commune_map import commune_map, project
from dashboard.charts.drawn import swatch
from dashboard.charts.measure import Measure
from dashboard.charts.palette import DARK, LIGHT
from dashboard.charts.patterns import PATTERNS, fill, pattern
from dashboard.charts.plotly import figure as on_screen
from dashboard.charts.qpv_map import qpv_map
from dashboard.charts.spots import Spot
from dashboard.charts.trend import Line, Panel
from dashboard.charts.trend import panels as side_by_side
from dashboard.data.questions import Barometer
from dashboard.data.screen import current
from dashboard.pages.quartiers.trend import past
from dashboard.story.evolution import smalls
from dashboard.story.pockets import PLACED, pockets
from sources.territory.declared import Territories
from sources.vocabulary import Level, Perimeter, Status
from tests.dashboard.conftest import Open

HOME, INDICATOR, QUARTERS = None, "../pages/indicateur/page.py", "../pages/quartiers/page.py"
LAYER = {"couche": "poches"}


@pytest.fixture(scope="module")
def pockets_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("poches_fictives")
    fictitious.build(home, "release-poches.duckdb", fictitious_quarters.rows())
    return home


@pytest.fixture
def barometer(pockets_home: Path, monkeypatch: pytest.MonkeyPatch) -> Barometer:
    monkeypatch.setenv("BCS_HOME", str(pockets_home))
    return Barometer(current())


def _drawn(app: AppTest) -> str:
    """The figures of the page, as sent to the browser, and their alternatives."""
    return "\n".join(f"{chart.proto.spec} {chart.proto.alt}" for chart in app.get("plotly_chart"))


def test_pockets_are_those_of_the_contract_with_their_inhabitants(real: Barometer) -> None:
    found = pockets(real)
    assert len(found) == 8
    assert sum(pocket.inhabitants or 0 for pocket in found) == 7000
    assert all(pocket.commune.in_epci for pocket in found)


@pytest.mark.usefixtures("barometer")
@pytest.mark.parametrize("page", [HOME, INDICATOR, QUARTERS])
def test_the_address_puts_the_pockets_on_the_map_and_in_words(open_app: Open, page: str | None) -> None:
    without, shown = open_app(page), open_app(page, **LAYER)
    assert not shown.exception
    assert not shown.info
    assert "diamond" not in _drawn(without).replace("diamond-open", "")
    assert "diamond" in _drawn(shown).replace("diamond-open", "")
    assert PLACED not in text_of(without).replace("\u00a0", " ")
    told = text_of(shown).replace("\u00a0", " ")
    assert PLACED in told
    assert "aucun taux n’y est calculé" in told
    assert "Cité <b>fictive</b>" in told, "a name is text"
    assert "<b>fictive" not in markup_of(shown)
    alternative = _drawn(shown).replace("\u00a0", " ")
    assert "La Commune fictive C, Cité <b>fictive</b> (300 habitants)" in alternative
    assert "Centre fictif (habitants non connus)" in alternative


@pytest.mark.usefixtures("barometer")
@pytest.mark.parametrize("page", [HOME, INDICATOR, QUARTERS])
def test_the_box_writes_the_address_and_keeps_the_rest(open_app: Open, page: str | None) -> None:
    app = open_app(page, niveau="commune", territoire="99003")
    app.checkbox(key="couche_poches").check().run()
    assert app.query_params["couche"] == "poches"
    assert app.query_params["territoire"] == "99003"
    app.checkbox(key="couche_poches").uncheck().run()
    assert "couche" not in app.query_params


@pytest.mark.usefixtures("barometer")
@pytest.mark.parametrize("page", [HOME, INDICATOR, QUARTERS])
@pytest.mark.parametrize("asked", ["", "lune", "<script>alert(1)</script>", "x" * 10_000])
def test_an_unknown_layer_is_said_politely(open_app: Open, page: str | None, asked: str) -> None:
    app = open_app(page, couche=asked)
    assert not app.exception
    assert len(app.info) == 1
    assert "<script" not in markup_of(app)


def test_pockets_of_one_commune_stand_side_by_side_in_it() -> None:
    contours = fictitious.rows()["geometry"]
    shapes = project((c["code"], c["code"], c["geojson"]) for c in contours)
    spots = [Spot("99001", 1100, "1 100"), Spot("99001", 300, "300"), Spot("99002", 700, "700 <b>")]
    figure = on_screen(commune_map(shapes, (), LIGHT, hover={}, named=["99001"], spots=spots))
    points = next(t for t in figure["data"] if t["marker"].get("symbol") == "diamond")
    assert len(set(zip(points["x"], points["y"], strict=True))) == 3
    xs = [x for x, _ in shapes[0].rings[0]]
    assert all(min(xs) < x < max(xs) for x in points["x"][:2])
    sizes = points["marker"]["size"]
    assert sizes[0] > sizes[2] > sizes[1]
    labels = [a for a in figure["layout"]["annotations"] if a["x"] in points["x"]]
    assert any("&lt;b>" in a["text"] for a in labels)
    assert figure["data"][-1]["customdata"], "the communes stay what the pointer touches"
    json.dumps(figure)


def test_the_frame_of_the_quarters_widens_to_hold_the_pockets() -> None:
    contours = fictitious_quarters.rows()["geometry"]
    shapes = project((c["code"], c["code"], c["geojson"]) for c in contours)
    communes, found = shapes[: len(fictitious.COMMUNES)], shapes[len(fictitious.COMMUNES) :]
    ranges = [
        on_screen(qpv_map(communes, found, set(), LIGHT, hover={}, spots=spots))["layout"]["yaxis"]["range"]
        for spots in ([], [Spot("99007", 100, "100")])
    ]
    assert ranges[1][1] > ranges[0][1]


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_each_reason_has_a_pattern_and_a_sample_of_its_own(colours: object) -> None:
    assert colours in (LIGHT, DARK)
    chosen = LIGHT if colours == LIGHT else DARK
    reasons = [s.label for s in Status if s not in (Status.OBSERVED, Status.ESTIMATED)]
    assert set(PATTERNS) == set(reasons)
    for said in (
        [pattern(reason).shape for reason in reasons],
        [pattern(reason).words for reason in reasons],
        [swatch(fill(reason, chosen)) for reason in reasons],
    ):
        assert len(set(said)) == len(reasons)


@pytest.mark.usefixtures("barometer")
def test_the_legend_says_its_method_and_each_absence(open_app: Open) -> None:
    text = text_of(open_app(INDICATOR, indicateur="idh4")).replace("\u00a0", " ")
    assert re.search(r"\d classes d’effectifs voisins, coupées à 0,\d", text)
    assert "Quadrillé : secret statistique (1 commune)" in text


# The theme in small charts


@pytest.mark.usefixtures("barometer")
@pytest.mark.parametrize("view", ["theme", "contrat"])
@pytest.mark.parametrize(
    ("level", "code"),
    [("epci", fictitious.EPCI), ("commune", "99007"), ("qpv", "QN09901X"), ("region", "98")],
)
def test_the_wider_views_open_on_every_kind_of_territory(
    open_app: Open, view: str, level: str, code: str
) -> None:
    for row in fictitious.INDICATORS[::4]:
        app = open_app(INDICATOR, indicateur=row["indicator"], vue=view, niveau=level, territoire=code)
        assert not app.exception
        assert not app.info
        assert "<script" not in markup_of(app)
        ranks = [int(rank) for rank in re.findall(r"<h(\d)", markup_of(app))]
        assert all(after <= before + 1 for before, after in pairwise(ranks)), ranks


@pytest.mark.usefixtures("barometer")
def test_an_unknown_view_is_said_politely(open_app: Open) -> None:
    app = open_app(INDICATOR, indicateur="taux_fictif", vue="<script>")
    assert len(app.info) == 1
    app.button(key="ouvrir_vue_theme").click().run()
    assert app.query_params["vue"] == "theme"
    assert not app.info


@pytest.mark.usefixtures("barometer")
def test_small_charts_say_their_scale_and_their_breaks(open_app: Open) -> None:
    app = open_app(INDICATOR, indicateur="taux_fictif", vue="theme", niveau="commune", territoire="99001")
    text = text_of(app).replace("\u00a0", " ")
    assert "les évolutions à Commune fictive A" in text
    assert "À Commune fictive A, 10,0 % en 2022 ; les autres années ne se comparent pas." in text
    assert "Échelle : de 8,0 % à 16,0 %." in text
    assert "Taux fictif Rupture en 2020 ne se compare pas" in text


def test_every_theme_of_every_territory_keeps_every_indicator(real: Barometer) -> None:
    for territory in real.territories:
        for theme in real.themes:
            found, without = smalls(real, territory, theme.theme)
            declared = [i for i in real.indicators if i.theme == theme.theme]
            assert len(found) + len(without) == len(declared)


def test_the_contract_draws_indicators_that_exist(real: Barometer, territories: Territories) -> None:
    drawn = [i.indicator for i in real.indicators if i.in_contract]
    assert drawn and set(drawn) == set(territories.home.compared)


# Quarters over time

DOTS = st.lists(st.tuples(st.integers(2010, 2030), st.floats(-1e5, 1e5)), min_size=1, max_size=6)


@given(DOTS, DOTS)
def test_no_line_goes_from_one_generation_to_the_other(
    old: list[tuple[int, float]], new: list[tuple[int, float]]
) -> None:
    panels = [
        Panel(title, [Line("Quartier", [dots])], [(x, str(x)) for x, _ in dots])
        for title, dots in (("2015", old), ("2024", new))
    ]
    figure = on_screen(side_by_side(panels, LIGHT, Measure(" %", 1)))
    assert [trace["xaxis"] for trace in figure["data"]] == ["x", "x2"]
    assert [len(trace["x"]) for trace in figure["data"]] == [len(old), len(new)]
    first, second = (figure["layout"][axis]["domain"] for axis in ("xaxis", "xaxis2"))
    assert 0 <= first[0] < first[1] < second[0] < second[1] <= 1.001
    walls = [s["x0"] for s in figure["layout"]["shapes"] if s["xref"] == "paper"]
    assert len(walls) == 1
    assert first[1] < walls[0] < second[0]
    json.dumps(figure)


def test_real_quarters_are_never_joined_across_a_break(real: Barometer) -> None:
    seen = 0
    for territory in (t for t in real.territories if t.level == Level.QPV):
        for indicator in real.indicators:
            found = past(real, territory, indicator)
            assert found.steps or found.absence
            for step in found.steps:
                assert step.value.perimeter == territory.perimeter
                if step.reference is not None:
                    assert step.reference.reference_level == Level.EPCI
                    assert step.reference.gap == pytest.approx(step.number - step.reference.reference_value)
                seen += 1
    assert seen > 300


@pytest.mark.usefixtures("barometer")
def test_the_page_draws_both_perimeters_apart(open_app: Open) -> None:
    app = open_app(QUARTERS, niveau="qpv", territoire="QN09901X", indicateur="taux_fictif")
    spec, gap = (
        json.loads(chart.proto.spec)
        for chart in app.get("plotly_chart")
        if "Périmètre de 2015" in chart.proto.alt or "Écart" in chart.proto.alt
    )
    assert {trace["xaxis"] for trace in spec["data"]} == {"x", "x2"}
    titles = [a["text"] for a in spec["layout"]["annotations"]]
    # On two lines, for a telephone.
    wanted = Perimeter.QPV_2015.label.capitalize().replace(" ", "<br>", 1)
    assert f"<b>{wanted}</b>" in titles
    # Only the quarter of 2024 has a reference of the same definition.
    assert [trace["y"] for trace in gap["data"]] == [[25.0]]
