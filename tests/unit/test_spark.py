"""The sparkline: figures that may not be joined are not, and the drawing says what it shows."""

from __future__ import annotations

import base64
import re

import pytest

from dashboard.charts.spark import spark
from dashboard.story.runs import Point


def _drawing(*runs: list[Point]) -> str:
    shown = spark(runs, "De 10 à 12").html
    assert 'role="img"' in shown and 'aria-label="De 10 à 12"' in shown
    found = re.search(r"base64,([A-Za-z0-9+/=]+)\)", shown)
    assert found is not None
    return base64.b64decode(found[1]).decode()


def test_a_rise_goes_up_and_ends_on_the_last_year() -> None:
    drawing = _drawing([Point(2010, 10, 1), Point(2020, 12, 1)])
    (line,) = re.findall(r'points="([^"]+)"', drawing)
    (x1, y1), (x2, y2) = ([float(n) for n in pair.split(",")] for pair in line.split())
    assert x1 < x2 and y1 > y2, "y grows downwards"
    assert f'cx="{x2:.1f}" cy="{y2:.1f}"' in drawing
    assert "dasharray" not in drawing


def test_a_break_is_drawn_and_crossed_by_no_line() -> None:
    drawing = _drawing([Point(2010, 10, 1), Point(2015, 11, 1)], [Point(2018, 20, 1)])
    assert drawing.count("<polyline") == 2
    assert drawing.count("dasharray") == 1


def test_editions_that_overlap_have_no_break_between_them() -> None:
    assert "dasharray" not in _drawing(
        [Point(2011, 10, 1), Point(2016, 11, 1)], [Point(2013, 10, 2), Point(2018, 12, 2)]
    )


@pytest.mark.parametrize("points", [[], [Point(2020, 10, 1)]])
def test_one_year_is_no_trend(points: list[Point]) -> None:
    assert not spark([points], "rien").html
