"""A variant of an indicator is shown in its own unit and with its own sentence."""

from __future__ import annotations

from dashboard.data.questions import Barometer
from dashboard.story.everywhere import everywhere
from dashboard.story.readings import read
from dashboard.widgets.row import row
from sources.vocabulary import Level


def test_licences_of_the_under_15_are_a_share(real: Barometer) -> None:
    abscon = next(c for c in real.communes() if c.code == "59002")
    reading = read(real, abscon)["licences_sportives"]
    (value,) = reading.apart
    own = real.worded(reading.indicator, value.series)
    assert value.value == 35.8
    assert (own.unit, own.unit_label) == ("percent", "%")
    assert reading.indicator.unit == "per_100", "the indicator itself keeps its unit"
    assert own.reading != reading.indicator.reading
    line = row(real, abscon, reading, "")
    assert "35,8\u00a0%" in line.html


def test_everywhere_shows_the_unit_of_the_definition(real: Barometer) -> None:
    declared = next(i for i in real.indicators if i.indicator == "licences_sportives")
    shown = everywhere(real, declared, None, "")
    assert shown.label and shown.indicator.unit == "percent"
    assert shown.value(next(c for c in real.communes() if c.level == Level.COMMUNE)) is not None
