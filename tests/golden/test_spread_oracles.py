"""Spread and families of territories, against libraries that compute them another way.

PySAL's package of segregation weighs 700 MB with what it needs: its figures are written here, those of
``segregation`` 2.5.4 (``singlegroup.Dissim``, ``singlegroup.Entropy``, ``multigroup.MultiInfoTheory``).
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import silhouette_samples, silhouette_score

from indicators.analysis.indices import dissimilarity, entropy
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
