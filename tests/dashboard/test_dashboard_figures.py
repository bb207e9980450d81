"""Figures are pure functions: what they draw is read in what they return."""

from __future__ import annotations

import json
import re

import fictitious
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.classes import equal_counts
from dashboard.charts.commune_map import areas, commune_map, project
from dashboard.charts.palette import DARK, LIGHT, palette, steps
from dashboard.charts.plotly import figure as on_screen
from dashboard.charts.spine import Spine, spine

FINITE = st.floats(-1e6, 1e6)


@given(st.lists(FINITE, min_size=1, max_size=60), st.integers(0, 2))
def test_every_value_falls_in_one_class_and_limits_are_those_shown(
    values: list[float], decimals: int
) -> None:
    classes = equal_counts(values, decimals)
    assert classes is not None
    assert 1 <= classes.count <= 5
    for value in values:
        assert 0 <= classes.of(value) < classes.count
    assert list(classes.breaks) == sorted(set(classes.breaks))
    assert all(limit == round(limit, decimals) for limit in classes.breaks)


def test_a_value_is_in_the_class_its_written_figure_says() -> None:
    classes = equal_counts([100.0, 110.0, 128.6, 140.0, 150.0], 0, count=2)
    assert classes is not None
    assert classes.breaks == (129.0,)
    assert [classes.of(value) for value in (128.4, 128.6, 129.4)] == [0, 1, 1]


def test_no_class_is_empty_where_values_are_tied() -> None:
    # Nineteen, one, nine and eighteen communes: the mortality inherited from four cantons.
    values = [128.7] * 19 + [131.3] + [133.4] * 9 + [137.1] * 18
    classes = equal_counts(values, 0)
    assert classes is not None
    assert classes.breaks == (130, 133, 137)
    assert [sum(classes.of(v) == rank for v in values) for rank in range(classes.count)] == [19, 1, 9, 18]


def test_no_value_no_class() -> None:
    assert equal_counts([], 1) is None


@given(FINITE, FINITE, FINITE, FINITE, FINITE, st.one_of(st.none(), FINITE))
def test_a_spine_stays_inside_its_box(
    a: float, b: float, c: float, d: float, value: float, reference: float | None
) -> None:
    low, p25, p75, high = sorted((a, b, c, d))
    drawn = spine(Spine(low, p25, p75, high, value, reference, None, "message")).html
    places = [float(found) for found in re.findall(r"(?:left|width):(-?[\d.]+)%", drawn)]
    assert all(-0.01 <= place <= 100.01 for place in places)


def test_a_spine_says_its_judgement_by_its_shape_and_keeps_names_as_text() -> None:
    drawn = {
        judgement: spine(Spine(0, 1, 2, 3, 2, 1, judgement, 'un "nom" <script>')).html
        for judgement in ("moins bien", "mieux", "pas de différence établie", "plus haut", None)
    }
    assert "bcs-triangle-up" in drawn["moins bien"]
    assert "bcs-square" in drawn["mieux"]
    assert "bcs-circle" in drawn["pas de différence établie"]
    assert "bcs-diamond" in drawn["plus haut"]
    assert "bcs-circle-open" in drawn[None]
    assert all("<script" not in text and 'role="img"' in text for text in drawn.values())


def test_without_reference_no_reference_is_drawn() -> None:
    assert "bcs-reference" not in spine(Spine(0, 1, 2, 3, 2, None, None, "message")).html


def _shapes() -> list[tuple[str, str, str]]:
    contours = fictitious.rows()["geometry"]
    return [(c["code"], fictitious.COMMUNES[c["code"]], c["geojson"]) for c in contours]


def test_projection_keeps_the_proportions_of_the_ground() -> None:
    shapes = project(_shapes())
    assert [s.code for s in shapes] == list(fictitious.COMMUNES)
    xs = [x for x, _ in shapes[0].rings[0]]
    ys = [y for _, y in shapes[0].rings[0]]
    # 0.05° of longitude at 50.35° north and 0.03° of latitude, in kilometres.
    assert max(xs) - min(xs) == pytest.approx(3.55, abs=0.02)
    assert max(ys) - min(ys) == pytest.approx(3.34, abs=0.02)
    for shape in shapes:
        assert shape.touch, "a commune that cannot be touched"


def test_nothing_to_project() -> None:
    assert project([]) == []


def test_the_map_colours_values_and_gives_each_absence_its_pattern() -> None:
    values = {"99001": 0.1, "99002": 0.2, "99003": 0.3, "99004": 0.4, "99005": 0.5}
    absent = {"99006": "secret statistique", "99007": "non diffusé à ce niveau"}
    classes = equal_counts(values.values(), 2)
    shapes = project(_shapes())
    figure = on_screen(
        commune_map(
            shapes,
            areas(shapes, values, absent, classes, LIGHT, dark_is_high=False),
            LIGHT,
            hover=fictitious.COMMUNES,
            selected="99001",
            named=["99002"],
        )
    )
    filled = [trace for trace in figure["data"] if trace.get("fill") == "toself"]
    plain = [trace for trace in filled if "fillpattern" not in trace]
    patterns = {trace["fillpattern"]["shape"] for trace in filled if "fillpattern" in trace}
    assert len(plain) == 5
    assert plain[0]["fillcolor"] == LIGHT.sequential[-1], "the lowest index is the greatest need"
    assert len(patterns) == 2
    touch = figure["data"][-1]
    assert {code for (code,) in touch["customdata"]} == set(fictitious.COMMUNES)
    assert not any("<script" in text for text in touch["text"])
    assert len(figure["layout"]["annotations"]) == 2
    json.dumps(figure)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_scale_is_ordered_without_hue_and_text_is_legible(colours: object) -> None:
    assert colours in (LIGHT, DARK)
    chosen = LIGHT if colours == LIGHT else DARK
    lights = [_luminance(step) for step in chosen.sequential]
    assert lights == sorted(lights, reverse=True), "the same sense on both pages"
    ink, paper = sorted((_luminance(chosen.ink), _luminance(chosen.paper)), reverse=True)
    assert (ink + 0.05) / (paper + 0.05) >= 7


def test_palettes() -> None:
    assert palette("dark") is DARK
    assert palette(None) is LIGHT
    assert steps(LIGHT, 2) == (LIGHT.sequential[0], LIGHT.sequential[-1])
    assert len(steps(LIGHT, 1)) == 1
