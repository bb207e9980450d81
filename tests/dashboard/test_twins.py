"""Two maps side by side: what may be set beside one, and a colour that says the same on both."""

from __future__ import annotations

import re
from dataclasses import replace

from dashboard.charts.description import Area
from dashboard.data.questions import Barometer
from dashboard.pages.indicateur.maps import _picture, _same_scale
from dashboard.story.everywhere import Everywhere, everywhere
from dashboard.story.twins import offered, twin


def _shown(barometer: Barometer, indicator: str, year: int | str = "") -> Everywhere:
    found = next(i for i in barometer.indicators if i.indicator == indicator)
    return everywhere(barometer, found, None, year)


def test_a_year_beyond_a_break_is_not_set_beside(barometer: Barometer) -> None:
    shown = _shown(barometer, "taux_fictif")
    found = offered(shown)
    assert "2016" not in found, "figures changed of method in 2020"
    assert "taux_fictif" not in found
    assert all(twin(shown, other).numbers for other in found)
    unbroken = Barometer(barometer.release)
    unbroken.__dict__["breaks"] = []
    assert offered(replace(shown, barometer=unbroken))[0] == "2016"


def test_a_colour_says_the_same_figure_for_two_years(barometer: Barometer) -> None:
    maps = _shown(barometer, "taux_fictif", 2022), _shown(barometer, "taux_fictif", 2016)
    scale = _same_scale(*maps)
    assert scale is not None
    drawn = _picture(maps, None, (), scale)
    first, second = (
        {mark.name: mark.fill for mark in panel.marks if isinstance(mark, Area) and mark.name}
        for panel in drawn.panels
    )
    assert len(first) == scale.count
    assert first == second
    assert min(maps[1].numbers.values()) == scale.low
    assert max(maps[0].numbers.values()) == scale.high


def test_one_legend_says_what_a_colour_means_on_each_map(barometer: Barometer) -> None:
    maps = _shown(barometer, "taux_fictif"), _shown(barometer, offered(_shown(barometer, "taux_fictif"))[0])
    assert _same_scale(*maps) is None
    drawn = _picture(maps, None, (), None)
    named = [
        mark.name
        for panel in drawn.panels
        for mark in panel.marks
        if isinstance(mark, Area) and mark.name.startswith("à ")
    ]
    assert any(re.match(r"à gauche\s: .+\nà droite\s: ", name) for name in named)
    assert len(set(named)) <= 5, "never more lines than colours"
