"""What any index of concentration must satisfy, whatever the figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.analysis.indices import chance, dissimilarity, location_quotient, theil
from indicators.analysis.verdicts import (
    CONSTANTS,
    Evidence,
    Form,
    Verdict,
    decide,
    obstacles,
    stability,
    tally,
)

PEOPLE = st.integers(1, 10_000)
ZONES = st.lists(
    st.tuples(PEOPLE, st.floats(0, 1)).map(lambda z: (round(z[0] * z[1]), z[0])), min_size=2, max_size=20
).filter(lambda zones: sum(n for n, _ in zones) > 0)
SHARE = st.none() | st.floats(0, 1)
POSITIVE = st.none() | st.floats(0, 10)
EVIDENCE = st.builds(
    Evidence,
    form=st.sampled_from(Form),
    level=POSITIVE,
    spread=SHARE,
    coverage=SHARE,
    quotient=POSITIVE,
    dissimilarity=SHARE,
)


def split(zones: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [n for n, _ in zones], [m for _, m in zones]


@given(ZONES)
def test_indices_are_bounded(zones: list[tuple[int, int]]) -> None:
    need, people = split(zones)
    index = dissimilarity(need, people)
    assert index is not None and -1e-12 <= index <= 1
    found = theil(need, people, range(len(zones)))
    assert found is not None
    assert -1e-12 <= found.total <= np.log(sum(people)) + 1e-9
    assert found.between == pytest.approx(found.total, abs=1e-9)  # every zone its own group


@given(ZONES, st.integers(1, 50))
def test_same_rate_everywhere_is_no_concentration(zones: list[tuple[int, int]], tenths: int) -> None:
    people = [float(m) for _, m in zones]
    need = [m * tenths / 100 for m in people]
    assert dissimilarity(need, people) == pytest.approx(0, abs=1e-12)
    found = theil(need, people, ["A"] * len(people))
    assert found is not None and found.total == pytest.approx(0, abs=1e-12)
    assert location_quotient(need[0], people[0], sum(need), sum(people)) == pytest.approx(1)


@given(st.lists(st.integers(1_000, 10_000), min_size=1, max_size=10))
def test_one_small_zone_that_has_all_tends_to_one(others: list[int]) -> None:
    index = dissimilarity([1, *[0] * len(others)], [1, *others])
    assert index == pytest.approx(1 - 1 / (1 + sum(others)))
    assert index is not None and index > 0.998


@given(ZONES, st.randoms(use_true_random=False), st.integers(2, 9))
def test_order_and_scale_change_nothing(zones: list[tuple[int, int]], random: object, factor: int) -> None:
    mixed = list(zones)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    need, people = split(zones)
    other_need, other_people = split(mixed)
    assert dissimilarity(other_need, other_people) == pytest.approx(dissimilarity(need, people), abs=1e-12)
    scaled = [factor * n for n in need], [factor * m for m in people]
    assert dissimilarity(*scaled) == pytest.approx(dissimilarity(need, people), abs=1e-12)
    one, other = theil(need, people, [0] * len(need)), theil(*scaled, [0] * len(need))
    assert one is not None and other is not None
    assert other.total == pytest.approx(one.total, abs=1e-9)


@given(ZONES, st.data())
def test_theil_splits_exactly_and_merging_hides(zones: list[tuple[int, int]], data: st.DataObject) -> None:
    need, people = split(zones)
    groups = data.draw(st.lists(st.sampled_from("ABC"), min_size=len(zones), max_size=len(zones)))
    found = theil(need, people, groups)
    assert found is not None
    assert found.between + found.within == pytest.approx(found.total, abs=1e-9)
    assert found.within >= 0 and found.between >= -1e-12
    merged = {g: [0, 0] for g in groups}
    for group, n, m in zip(groups, need, people, strict=True):
        merged[group][0] += n
        merged[group][1] += m
    coarse = dissimilarity(*zip(*merged.values(), strict=True))
    fine = dissimilarity(need, people)
    assert coarse is not None and fine is not None and coarse <= fine + 1e-12


@settings(max_examples=25)
@given(ZONES, st.randoms(use_true_random=False))
def test_chance_is_reproducible_whatever_the_order(zones: list[tuple[int, int]], random: object) -> None:
    need, people = split(zones)
    found = chance(need, people, draws=99, seed=5)
    if sum(need) == sum(people):
        assert found is None
        return
    mixed = list(zones)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert found is not None and found == chance(*split(mixed), draws=99, seed=5)
    assert 0 < found.p_value <= 1 and 0 <= found.expected < 1


def test_the_test_keeps_its_level() -> None:
    """Under chance alone, one p-value in ten or so is under a tenth."""
    generator = np.random.default_rng(11)
    people = np.array([40, 60, 80, 120, 200])
    p_values = []
    for trial in range(300):
        need = generator.multivariate_hypergeometric(people, 100)
        found = chance(need, people, draws=199, seed=trial)
        assert found is not None
        p_values.append(found.p_value)
    assert 0.06 < np.mean(np.array(p_values) <= 0.1) < 0.15


@given(EVIDENCE)
def test_any_evidence_has_a_verdict_and_a_reason(evidence: Evidence) -> None:
    verdict = decide(evidence)
    if verdict is Verdict.UNDETERMINED:
        assert obstacles(evidence)
    if evidence.level is None:
        assert verdict is Verdict.UNDETERMINED
    if verdict in (Verdict.GENERAL, Verdict.BOTH):
        assert evidence.level is not None and evidence.level > CONSTANTS.level
    found = stability(evidence)
    assert found.trials == 10 and found.unchanged + len(found.changes) == 10


@given(st.lists(st.sampled_from(Verdict), max_size=12), st.randoms(use_true_random=False))
def test_a_theme_does_not_depend_on_the_order(verdicts: list[Verdict], random: object) -> None:
    mixed = list(verdicts)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert tally(mixed) == tally(verdicts)
    if all(v is Verdict.UNDETERMINED for v in verdicts):
        assert tally(verdicts).verdict is Verdict.UNDETERMINED
