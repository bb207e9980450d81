"""The Baromètre at a glance: moves counted, one line an indicator, the rest folded."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from dashboard.data.questions import Barometer
from dashboard.story.progress import Move, counted, move
from dashboard.story.readings import read
from indicators.model import Direction
from tests.dashboard.shown import markup_of

DETAILS = re.compile(r"<details(?![^>]* open)[^>]*>(<summary.*?</summary>).*?</details>", re.DOTALL)
LONGEST = 900
"""Words of a territory's page before anything is opened."""


def test_moves_follow_the_sense_and_the_interval(real: Barometer) -> None:
    readings = read(real, real.territory("commune", "59172")).values()
    seen = set()
    for reading in readings:
        found, change = move(reading), reading.evolution
        seen.add(found)
        if Direction(reading.indicator.direction) is Direction.DESCRIPTIVE:
            assert found is None
        elif change is None or change.value is None:
            assert found is Move.UNKNOWN
        elif found in (Move.BETTER, Move.WORSE):
            assert change.lower is not None and change.upper is not None
            assert change.lower > 0 or change.upper < 0
            rising = change.lower > 0
            high = reading.indicator.direction == Direction.HIGH_IS_NEED
            assert (found is Move.WORSE) == (rising == high)
    assert Move.BETTER in seen and Move.SAME in seen
    said = counted(readings)
    numbers = [int(n) for n in re.findall(r"\d+", said)]
    assert numbers[0] == sum(numbers[1:])


def test_a_territory_is_read_in_few_words(app: AppTest) -> None:
    app.switch_page("../pages/barometre/page.py")
    app.query_params["niveau"], app.query_params["territoire"] = "commune", "59172"
    app.run()
    seen = DETAILS.sub(r"\1", markup_of(app))
    words = re.sub(r"<style.*?</style>|<[^>]+>", " ", seen, flags=re.DOTALL).split()
    assert len(words) < LONGEST
    assert "sans chiffre ici" in seen


def test_a_line_shows_its_past_as_the_page_of_the_indicator_joins_it(app: AppTest) -> None:
    app.switch_page("../pages/barometre/page.py")
    app.query_params["niveau"], app.query_params["territoire"] = "commune", "59172"
    shown = markup_of(app.run())
    drawn = re.findall(r'class="bcs-spark"[^>]*aria-label="([^"]+)"', shown)
    assert len(drawn) > 20
    assert all(re.match(r"De .+ en \d{4} à .+ en \d{4}", said) for said in drawn)
    assert any("rupture en" in said for said in drawn)
    first = shown.index("indicateurs de besoin")
    assert first < shown.index("Les premiers faits") < shown.index('class="bcs-line"')
