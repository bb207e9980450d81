"""The price index, as transcribed: its years, its sources, its rounding."""

from __future__ import annotations

import pytest

from sources.declarations import DeclarationError, validated
from sources.prices import Prices, load_prices

SOURCE = {
    "title": "t",
    "publisher": "p",
    "page": "https://exemple.test",
    "published": "2020-01-01",
    "table": "t",
}


def prices(index: list[tuple[int, float]], growth: list[tuple[int, float]]) -> Prices:
    content = {
        "index": [{"year": year, "value": value, "source": "s"} for year, value in index],
        "growth": [{"year": year, "percent": percent, "source": "s"} for year, percent in growth],
        "sources": {"s": SOURCE},
    }
    return validated(Prices, content, "prices.yaml")


def test_a_ratio_by_hand() -> None:
    made = prices([(2018, 100.0), (2019, 102.0)], [(2020, 0.5)])
    known, grown = made.ratio(2018, 2019), made.ratio(2018, 2020)
    assert known is not None and grown is not None
    assert (known.value, known.lower) == (1.02, pytest.approx(101.995 / 100.005))
    assert grown.value == pytest.approx(1.02 * 1.005)
    assert (grown.lower, grown.upper) == (
        pytest.approx(101.995 / 100.005 * 1.0045),
        pytest.approx(102.005 / 99.995 * 1.0055),
    )
    assert made.ratio(2017, 2019) is None and made.ratio(2019, 2021) is None


@pytest.mark.parametrize("growth", [[(2021, 1.0)], [(2019, 1.0)]])
def test_a_year_that_lacks_or_comes_twice_is_refused(growth: list[tuple[int, float]]) -> None:
    with pytest.raises(DeclarationError):
        prices([(2018, 100.0), (2019, 102.0)], growth)


def test_the_transcription_agrees_with_what_insee_says_of_other_years() -> None:
    # Informations rapides n° 11 of 2021: « +0,5 %, après +1,1 % en 2019 et +1,8 % en 2018 ».
    for year, percent in ((2018, 1.8), (2019, 1.1), (2020, 0.5)):
        found = load_prices().ratio(year - 1, year)
        assert found is not None and round(100 * (found.value - 1), 1) == percent
    # Average index of 2022 (112,01) and of 2023 (117,47) as others print them.
    for year, index in ((2022, 112.01), (2023, 117.47)):
        found = load_prices().ratio(2015, year)
        assert found is not None and found.lower <= index / 100 <= found.upper
