"""Spread and families of territories, against libraries that compute them another way.

PySAL's package of segregation weighs 700 MB with what it needs: its figures are written here, those of
``segregation`` 2.5.4 (``singlegroup.Dissim``, ``singlegroup.Entropy``, ``multigroup.MultiInfoTheory``).
"""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import silhouette_samples, silhouette_score

from indicators.analysis.indices import dissimilarity, entropy, weight
from indicators.analysis.typology import classify

NEED = np.array([650, 120, 90, 40, 15, 0, 230])
BASE = np.array([2000, 900, 700, 600, 310, 150, 1500])
PYSAL_DISSIMILARITY, PYSAL_ENTROPY = 0.2984931667878461, 0.07611321956087616


def test_dissimilarity_is_that_of_pysal() -> None:
    assert float(dissimilarity(NEED, BASE - NEED)) == pytest.approx(PYSAL_DISSIMILARITY, abs=1e-12)


def test_entropy_is_that_of_pysal() -> None:
    split = entropy(NEED, BASE, range(len(NEED)))
    assert split is not None
    assert split.total == pytest.approx(PYSAL_ENTROPY, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_families_are_those_of_scikit_learn(seed: int) -> None:
    """Ward's classes and their silhouettes, on 47 territories drawn around four centres."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 1, (4, 6)).repeat(12, axis=0)[:47] * 12 + rng.normal(50, 4, (47, 6))
    found = classify(scores)
    assert found is not None
    standard = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    count = int(found.classes.max())
    labels = AgglomerativeClustering(n_clusters=count, linkage="ward").fit_predict(standard)
    # The same groups, whatever their numbers.
    assert len({*zip(labels, found.classes, strict=True)}) == count
    assert found.silhouettes == pytest.approx(silhouette_samples(standard, labels), abs=1e-9)
    for tried, mean in found.trials:
        by = AgglomerativeClustering(n_clusters=tried, linkage="ward").fit_predict(standard)
        assert mean == pytest.approx(silhouette_score(standard, by), abs=1e-9)


def test_dissimilarity_is_along_the_last_axis() -> None:
    needs = np.array([NEED, NEED[::-1]])
    others = np.array([BASE - NEED, (BASE - NEED)[::-1]])
    assert dissimilarity(needs, others) == pytest.approx([PYSAL_DISSIMILARITY] * 2, abs=1e-12)
    assert dissimilarity([[1, 0], [1, 1]], [[0, 1], [1, 1]]).tolist() == [1, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert math.isnan(float(dissimilarity([0, 0], [1, 2])))


def test_entropy_of_groups_of_zones_is_that_of_their_sums() -> None:
    groups = ["a", "a", "b", "b", "b", "c", "c"]
    split = entropy(NEED, BASE, groups)
    need, base = ([part[:2].sum(), part[2:5].sum(), part[5:].sum()] for part in (NEED, BASE))
    whole = entropy(need, base, range(3))
    assert split is not None and whole is not None
    assert split.between == pytest.approx(whole.total)
    assert split.total == pytest.approx(PYSAL_ENTROPY, abs=1e-12)
    assert split.within == pytest.approx(split.total - split.between)
    assert split.between > 0 and split.within > 0


def test_entropy_of_zones_without_anybody_or_with_one_group_only() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        split = entropy([*NEED, 0], [*BASE, 0], range(8))
    assert split is not None and split.total == pytest.approx(PYSAL_ENTROPY, abs=1e-12)
    assert entropy([0, 0], [5, 5], range(2)) is None
    assert entropy([5, 5], [5, 5], range(2)) is None
    assert entropy([0, 0], [0, 0], range(2)) is None
    # Everybody concerned in one zone and nobody in the other: what a zone tells is all there is to tell.
    apart = entropy([5, 0], [5, 5], range(2))
    assert apart is not None and apart.total == pytest.approx(1)


def test_the_weight_of_a_part_by_hand() -> None:
    """43 of 100 concerned live in a part that has 60 of 200 people: 0,43 / 0,3, and Woolf’s odds ratio."""
    found = weight(43, 60, 100, 200)
    assert found is not None
    assert found.need_share.value == pytest.approx(0.43)
    assert found.base_share == pytest.approx(0.3)
    assert found.quotient.value == pytest.approx(0.43 / 0.3)
    # (0,4300 + 0,0192) / 1,0384 ± 0,0953: Wilson’s limits of 43 of 100.
    assert (found.need_share.lower, found.need_share.upper) == pytest.approx((0.33733, 0.52785), abs=1e-4)
    assert found.quotient.lower == pytest.approx(found.need_share.lower / 0.3)
    assert found.quotient.upper == pytest.approx(found.need_share.upper / 0.3)
    # Cells 43,5 ; 17,5 ; 57,5 ; 83,5.
    odds = math.log(43.5 * 83.5 / (17.5 * 57.5))
    half = 1.959964 * math.sqrt(1 / 43.5 + 1 / 17.5 + 1 / 57.5 + 1 / 83.5)
    told = found.log_odds
    assert (told.value, told.lower, told.upper) == pytest.approx((odds, odds - half, odds + half), abs=1e-5)


@pytest.mark.parametrize(
    "cells",
    [(0, 10, 0, 100), (0, 0, 5, 100), (5, 100, 5, 100), (11, 10, 20, 100), (5, 10, 4, 100), (1, 10, 95, 100)],
)
def test_a_part_that_is_none_or_all_weighs_nothing(cells: tuple[float, float, float, float]) -> None:
    assert weight(*cells) is None


def test_the_smallest_parts_have_a_weight() -> None:
    assert weight(0, 10, 1, 100) is not None
    assert weight(1, 1, 1, 2) is not None
    assert weight(0, 0.5, 0.5, 100) is not None
