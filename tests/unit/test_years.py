"""The year a figure is told of: the latest, or the current census where a later one overlaps it."""

from __future__ import annotations

import polars as pl
import pytest

from indicators.registry import INDICATORS
from indicators.years import current_census, current_year, year_beside


@pytest.mark.parametrize(
    ("offered", "census", "told"),
    [
        ([2024, 2023], None, 2024),
        ([2023, 2022, 2016], 2022, 2022),
        ([2026, 2022], 2022, 2022),
        # Five years apart: two censuses share no survey.
        ([2027, 2022], 2022, 2027),
        ([2022, 2016], 2022, 2022),
        ([2016], 2022, 2016),
        # No figure for the current census: the latest one all the same.
        ([2023, 2016], 2022, 2023),
        ([None], 2022, None),
        ([], 2022, None),
        ([2023, None], 2022, 2023),
    ],
)
def test_the_year_told(offered: list[int | None], census: int | None, told: int | None) -> None:
    assert current_year(offered, census) == told


@pytest.mark.parametrize(
    ("edition", "offered", "breaks", "beside"),
    [
        (2016, [2015, 2017, 2022], [], 2015),
        (2016, [2018, 2022], [], 2018),
        # Of 2014 to 2016: the definition changed within, then before, then beyond all that is read.
        (2016, [2016], [2015], None),
        (2016, [2016, 2022], [2013, 2020], 2016),
        # The nearest year is older than any the figure may be of: a change between the two parts them.
        (2016, [2010], [2012], None),
        (2016, [2018], [2018], None),
    ],
)
def test_the_year_an_unstated_one_is_set_beside(
    edition: int, offered: list[int], breaks: list[int], beside: int | None
) -> None:
    assert year_beside(edition, offered, breaks) == beside


def test_the_current_census_answers_the_most_questions_then_is_the_latest() -> None:
    sampled = [i.id for i in INDICATORS if i.sampled != "no"][:3]
    other = next(i.id for i in INDICATORS if i.sampled == "no")

    def rows(*cells: tuple[str, int | None, str, float | None]) -> pl.DataFrame:
        schema = {"indicator": pl.String, "millesime": pl.Int32, "level": pl.String, "value": pl.Float64}
        return pl.DataFrame(cells, schema=schema, orient="row")

    two = [(sampled[0], 2022, "commune", 1.0), (sampled[1], 2022, "commune", 1.0)]
    late = [(sampled[0], 2023, "commune", 1.0), (sampled[0], 2023, "commune", 2.0)]
    assert current_census(rows(*two, *late)) == 2022
    assert current_census(rows(*two, *late, (sampled[1], 2023, "commune", 1.0))) == 2023
    # Neither another level, nor a figure that is absent, nor a source that is no census counts.
    noise = [
        (sampled[1], 2023, "epci", 1.0),
        (sampled[2], 2023, "commune", None),
        (other, 2023, "commune", 1.0),
        (sampled[2], None, "commune", 1.0),
    ]
    assert current_census(rows(*two, *late, *noise)) == 2022
    assert current_census(rows()) is None
