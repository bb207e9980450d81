"""What ages account for, worked by hand, and what must hold whatever the counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis.ages import ADJUSTED, ALREADY, EFFECT, Standardised, rows, said, standardised
from indicators.registry import INDICATORS
from indicators.resolve import resolve, with_sums

TREATED = next(i for i in INDICATORS if i.by_age)
OWN = ((30, 100), (10, 100))
"""30 % of the young and 10 % of the others, as many of each: 20 %."""
REFERENCE = ((20, 100), (27, 300))
"""20 % and 9 %, a quarter of them young: 47 / 400 = 11.75 %."""


def test_by_hand() -> None:
    made = standardised(OWN, REFERENCE)
    assert made is not None
    assert made.crude == pytest.approx(20)
    assert made.reference == pytest.approx(11.75)
    # Its own rates with the ages of the reference: 0.25 × 30 + 0.75 × 10.
    assert made.adjusted == pytest.approx(15)
    assert made.effect == pytest.approx(5)
    # (0.25)² (0.3 × 0.7 + 0.1 × 0.9) / 100 = 0.0001875, whose root is 0.013693.
    assert made.half == pytest.approx(100 * 1.959964 * 0.0136931, rel=1e-5)
    assert made.established
    drawn = standardised(OWN, REFERENCE, drawn=0.25)
    assert drawn is not None
    assert drawn.half == pytest.approx(2 * made.half)
    assert not drawn.established, "5 points are within 5.4"


@pytest.mark.parametrize(
    ("made", "end"),
    [
        (Standardised(20, 10, 15, 1), "les âges rendent compte de 5,0 points sur un écart de 10,0 points."),
        (Standardised(20, 10, 15, 6), "les âges ne rendent compte de rien d’établi dans l’écart."),
        (Standardised(20, 10, 20.04, 0), "les âges ne rendent compte de rien d’établi dans l’écart."),
        (Standardised(20, 10, 22, 1), "à âges égaux, l’écart serait plus grand."),
        (Standardised(20, 15, 14, 1), "la différence d’âges suffit à rendre compte de l’écart."),
        # The figures are those a reader subtracts: 31,9 − 17,6 = 14,3, and not 14,2.
        (Standardised(31.851, 17.649, 30.9, 0.1), "de 1,0 point sur un écart de 14,3 points."),
    ],
)
def test_what_is_said(made: Standardised, end: str) -> None:
    assert said(TREATED, made).replace("\u00a0", " ").endswith(end)


COUNTS = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 10_000)), min_size=1, max_size=6)


def _counts(drawn: Sequence[tuple[float, int]]) -> list[tuple[float, float]]:
    return [(share * n, float(n)) for share, n in drawn]


@given(COUNTS, st.floats(0.01, 100))
def test_equal_ages_account_for_nothing(drawn: list[tuple[float, int]], size: float) -> None:
    own = _counts(drawn)
    # Other rates, the same ages: all of the gap is the rest.
    reference = [((n - count) * size, n * size) for count, n in own]
    made = standardised(own, reference)
    assert made is not None
    assert made.effect == pytest.approx(0, abs=1e-9)
    assert made.half == pytest.approx(0, abs=1e-6)


@given(st.data())
def test_the_gap_is_the_ages_and_the_rest_and_the_rate_stays_among_its_bands(data: st.DataObject) -> None:
    own = _counts(data.draw(COUNTS))
    sizes = data.draw(st.lists(st.integers(1, 10_000), min_size=len(own), max_size=len(own)))
    reference = [(n * 0.1, float(n)) for n in sizes]
    made = standardised(own, reference)
    assert made is not None
    rates = [100 * count / n for count, n in own]
    assert min(rates) - 1e-9 <= made.adjusted <= max(rates) + 1e-9
    assert made.effect + (made.adjusted - made.reference) == pytest.approx(made.crude - made.reference)


def test_a_band_with_nobody_is_not_invented() -> None:
    assert standardised(((0, 0), (1, 10)), ((1, 5), (1, 10))) is None
    assert standardised(((0, 0), (1, 10)), ((0, 0), (1, 10))) is not None
    assert standardised(((0, 0),), ((0, 0),)) is None


def test_the_real_communes(embedded, catalogue, territories, values) -> None:
    found = rows(with_sums(resolve(embedded[0], catalogue), catalogue, territories), territories)
    by_measure = {measure: frame for (measure,), frame in found.partition_by("measure", as_dict=True).items()}
    assert set(by_measure) == {ADJUSTED, EFFECT, ALREADY}
    assert by_measure[EFFECT].height == by_measure[ADJUSTED].height == len(territories.communes)
    # The crude rate is the one the release publishes: adjusted + effect.
    both = by_measure[ADJUSTED].join(by_measure[EFFECT], on=["code", "indicator", "millesime"])
    published = values.filter(values["level"] == "commune").select(
        "code", "indicator", "millesime", published="value"
    )
    joined = both.join(published, on=["code", "indicator", "millesime"])
    assert joined.height >= len(territories.communes)
    assert (joined["value"] + joined["value_right"] - joined["published"]).abs().max() < 0.05
