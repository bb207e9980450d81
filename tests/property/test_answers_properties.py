"""What the answers and the indices must satisfy, whatever the figures."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indicators.analysis.answers import (
    CONSTANTS,
    Answer,
    Certainty,
    Gap,
    Niveau,
    Repartition,
    Spread,
    answer,
    moved,
)
from indicators.analysis.indices import (
    as_dissimilarity,
    dissimilarity,
    entropy,
    fewest,
    half_base,
    weight,
)
from indicators.analysis.need import Figure, Links
from indicators.analysis.zones import zones_of
from indicators.model import Direction, Indicator, Unit
from indicators.registry import by_id
from indicators.scales import Estimate, band, gap, place

ZONE = st.tuples(st.integers(5, 5_000), st.floats(0.02, 0.98)).map(
    lambda z: (max(1, round(z[0] * z[1])), z[0])
)
ZONES = st.lists(ZONE.filter(lambda z: 0 < z[0] < z[1]), min_size=2, max_size=15)
NUMBER = st.floats(-2, 2)
ESTIMATE = st.tuples(NUMBER, st.floats(0, 1), st.floats(0, 1)).map(
    lambda e: Estimate(e[0], e[0] - e[1], e[0] + e[2])
)
SHARE = st.floats(0, 1).map(lambda v: Estimate(v, v, v))
SPREAD = st.builds(
    Spread,
    st.none() | SHARE,
    st.none() | SHARE,
    st.none() | SHARE,
    st.none() | st.floats(0, 1),
    st.booleans(),
)
NO_LINKS = Links({}, {}, {}, {}, {})


def row(value: float, numerator: float | None = None, denominator: float | None = None) -> dict[str, object]:
    return {
        "value": value,
        "lower": None,
        "upper": None,
        "numerator": numerator,
        "denominator": denominator,
    }


def said(indicator: Indicator, zones: list[Figure], reference: Figure, people: list[float]) -> Answer:
    """Both answers on communes whose first is the territory compared."""
    communes = {f"{n:05d}": figure for n, figure in enumerate(zones)}
    weights = dict(zip(communes, people, strict=True))
    cut = zones_of(indicator, communes, None, NO_LINKS, weights)
    assert cut is not None
    half = cut.estimate(lambda need, _: half_base(need, cut.base), "moitie")
    spread = Spread(
        cut.estimate(dissimilarity, "zones"),
        Estimate(0.5 - half.value, 0.5 - half.upper, 0.5 - half.lower),
    )
    return answer(gap_of(gap(zones[0].at, reference.at), band(indicator)), spread)


def gap_of(at: Estimate, width: float) -> Gap:
    """A gap whose printed limits are those of its scale."""
    return Gap(at, at.lower, at.upper, width)


def share_figure(indicator: Indicator, n: int, m: int, unit: float) -> Figure:
    at = place(row(unit * n / m, n, m), indicator, (n, m), unit)
    assert at is not None
    concerned = n if indicator.direction is Direction.HIGH_IS_NEED else m - n
    return Figure(unit * n / m, at, (concerned, m))


@given(ZONES, ZONE.filter(lambda z: 0 < z[0] < z[1]))
def test_the_complement_of_a_share_of_the_other_sense_gives_the_same_words(
    zones: list[tuple[int, int]], reference: tuple[int, int]
) -> None:
    high = by_id("taux_chomage_rp")
    low = replace(high, direction=Direction.LOW_IS_NEED)
    people = [float(m) for _, m in zones]
    one, other = (
        said(
            indicator,
            [share_figure(indicator, flip(n, m), m, 100) for n, m in zones],
            share_figure(indicator, flip(*reference), reference[1], 100),
            people,
        )
        for indicator, flip in ((high, lambda n, m: n), (low, lambda n, m: m - n))
    )
    assert one == other


@given(st.lists(st.tuples(st.integers(1, 9_000), st.floats(5_000, 50_000)), min_size=2, max_size=15))
def test_neither_the_inverse_nor_the_unit_of_a_quantity_changes_a_word(
    zones: list[tuple[int, float]],
) -> None:
    euros = by_id("niveau_vie_median")
    inverse = replace(euros, direction=Direction.HIGH_IS_NEED)
    people = [float(m) for m, _ in zones]

    def figures(indicator: Indicator, values: list[float]) -> list[Figure]:
        found = [(value, place(row(value), indicator, None, 1)) for value in values]
        return [Figure(value, at) for value, at in found if at is not None]

    answers = []
    for indicator, turned in ((euros, lambda v: v), (euros, lambda v: v / 1_000), (inverse, lambda v: 1 / v)):
        reference, *found = figures(indicator, [turned(20_000.0), *(turned(v) for _, v in zones)])
        answers.append(said(indicator, found, reference, people))
    assert answers[0].niveau is answers[1].niveau is answers[2].niveau
    assert answers[0].repartition is answers[1].repartition is answers[2].repartition


@given(ZONES)
def test_a_share_per_hundred_or_in_percent_is_the_same(zones: list[tuple[int, int]]) -> None:
    percent = by_id("taux_chomage_rp")
    hundred = replace(percent, unit=Unit.PER_100)
    for n, m in zones:
        assert share_figure(percent, n, m, 100).at == share_figure(hundred, n, m, 100).at


@given(ZONES)
def test_indices_are_bounded_and_forget_order_and_scale(zones: list[tuple[int, int]]) -> None:
    need, base = (np.array([z[side] for z in zones], dtype=float) for side in (0, 1))
    uneven = float(dissimilarity(need, base - need))
    assert -1e-12 <= uneven <= 1 + 1e-12
    assert float(dissimilarity(base - need, need)) == pytest.approx(uneven, abs=1e-12)
    assert float(dissimilarity(need[::-1] * 7, (base - need)[::-1] * 7)) == pytest.approx(uneven, abs=1e-12)
    half = float(half_base(need, base))
    assert 0 < half <= 0.5 + 1e-12
    assert float(half_base(need[::-1], base[::-1])) == pytest.approx(half, abs=1e-9)
    held = fewest(list(need))
    assert need[held].sum() >= need.sum() / 2 - 1e-9
    assert need[held[:-1]].sum() < need.sum() / 2


@given(ZONES)
def test_dissimilarity_and_entropy_are_those_of_two_groups(zones: list[tuple[int, int]]) -> None:
    """Against their textbook formulas (Massey & Denton, *Social Forces* 67, 1988), written another way."""
    need, base = (np.array([z[side] for z in zones], dtype=float) for side in (0, 1))
    whole, share = need.sum() / base.sum(), need / base
    expected = (base * np.abs(share - whole)).sum() / (2 * base.sum() * whole * (1 - whole))
    assert float(dissimilarity(need, base - need)) == pytest.approx(expected, rel=1e-9, abs=1e-12)

    def spent(p: float) -> float:
        return p * math.log(1 / p) + (1 - p) * math.log(1 / (1 - p))

    found = entropy(need, base, ["A"] * len(zones))
    told = sum(m * (spent(whole) - spent(p)) for m, p in zip(base, share, strict=True))
    assert found is not None
    assert found.total == pytest.approx(told / (base.sum() * spent(whole)), rel=1e-9, abs=1e-12)
    assert found.between == pytest.approx(0, abs=1e-12)
    assert entropy(base - need, base, range(len(zones))).total == pytest.approx(found.total, abs=1e-9)  # type: ignore[union-attr]


@given(st.integers(1, 50), st.lists(st.integers(20, 5_000), min_size=2, max_size=12))
def test_the_same_rate_everywhere_is_everywhere(tenths: int, people: list[int]) -> None:
    base = np.array(people, dtype=float)
    need = base * tenths / 100
    assert float(dissimilarity(need, base - need)) == pytest.approx(0, abs=1e-12)
    assert float(half_base(need, base)) == pytest.approx(0.5)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 400), st.integers(1, 400))
def test_the_weight_of_a_part_only_changes_sign_for_the_complement(a: int, b: int, c: int, d: int) -> None:
    one, other = weight(a, a + b, a + c, a + b + c + d), weight(b, a + b, b + d, a + b + c + d)
    assert one is not None and other is not None
    assert one.log_odds.value == pytest.approx(-other.log_odds.value)
    assert one.log_odds.lower == pytest.approx(-other.log_odds.upper)
    assert one.need_share.lower <= one.need_share.value <= one.need_share.upper
    plain = as_dissimilarity(one.log_odds).value
    root = math.exp(one.log_odds.value / 2)
    assert plain == pytest.approx((root - 1) / (root + 1))
    assert -1 < plain < 1


@given(ESTIMATE, st.floats(0.01, 0.5), SPREAD)
def test_an_answer_is_surer_when_its_measure_is(found: Estimate, width: float, spread: Spread) -> None:
    order = list(Certainty)
    exact = Estimate(found.value, found.value, found.value)
    one, other = (answer(gap_of(at, width), spread) for at in (found, exact))
    assert one.repartition is other.repartition
    assert order.index(other.niveau_certainty) <= order.index(one.niveau_certainty)
    assert other.niveau_certainty is Certainty.FIRM


@given(ESTIMATE, st.floats(0.01, 0.5))
def test_worse_is_never_said_lower(found: Estimate, width: float) -> None:
    ranks = [Niveau.LOWER, Niveau.SIMILAR, Niveau.HIGHER]
    worse = Estimate(*(end + 0.3 for end in (found.value, found.lower, found.upper)))
    before, after = (answer(gap_of(one, width), Spread()).niveau for one in (found, worse))
    assert ranks.index(after) >= ranks.index(before)
    turned = answer(gap_of(Estimate(-found.value, -found.upper, -found.lower), width), Spread())
    assert ranks.index(turned.niveau) == 2 - ranks.index(before)


@given(SPREAD, st.floats(0, 0.5))
def test_more_uneven_is_never_said_more_even(spread: Spread, more: float) -> None:
    assume(spread.zones is not None)
    assert spread.zones is not None
    ranks = [Repartition.EVERYWHERE, Repartition.UNEVEN, Repartition.CONCENTRATED]
    end = spread.zones.value + more
    before = answer(None, spread).repartition
    after = answer(None, replace(spread, zones=Estimate(end, end, end))).repartition
    assert ranks.index(after) >= ranks.index(before)


@given(SPREAD)
def test_a_spread_that_a_moved_threshold_changes_is_on_the_edge(spread: Spread) -> None:
    said_now = answer(None, spread)
    for constants in moved():
        other = answer(None, spread, constants)
        if other.repartition is not said_now.repartition:
            assert said_now.repartition_certainty is Certainty.EDGE
    assert CONSTANTS.uneven < CONSTANTS.concentrated


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300), st.integers(1, 300))
def test_the_limits_of_a_gap_hold_it_and_widen_with_either_error(a: int, b: int, c: int, d: int) -> None:
    indicator = by_id("taux_chomage_rp")
    one, other = share_figure(indicator, a, a + b, 100).at, share_figure(indicator, c, c + d, 100).at
    found = gap(one, other)
    assert found.lower < found.value < found.upper
    fixed = Estimate(other.value, other.value, other.value)
    assert found.upper - found.lower > gap(one, fixed).upper - gap(one, fixed).lower
    back = gap(other, one)
    assert (back.lower, back.upper) == pytest.approx((-found.upper, -found.lower))
