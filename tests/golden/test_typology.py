"""The typology: silhouettes worked by hand, groups that anyone can see, then the real territories."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

from indicators.analysis import analysis_schema
from indicators.analysis.typology import CLASSES, class_names, classify, rows, silhouettes
from indicators.model import Theme
from sources.territory.declared import Territories

THEMES = (Theme.REVENUS, Theme.EMPLOI, Theme.SANTE)


def test_silhouettes_by_hand() -> None:
    """Points 0, 1 | 10, 11: for 0, a = 1 and b = (10 + 11)/2 = 10,5, hence 9,5/10,5; for 1, 8,5/9,5."""
    points = np.array([0.0, 1.0, 10.0, 11.0])
    distances = np.abs(points[:, None] - points[None, :])
    widths = silhouettes(distances, np.array([1, 1, 2, 2]))
    assert widths == pytest.approx([9.5 / 10.5, 8.5 / 9.5, 8.5 / 9.5, 9.5 / 10.5])


def test_a_point_alone_or_misplaced() -> None:
    points = np.array([0.0, 1.0, 2.0, 10.0])
    distances = np.abs(points[:, None] - points[None, :])
    # 2 alone: 0. 10 with 0: a = 10, b = 8 (to 2): (8 − 10)/10. 0: a = 10, b = 1 (to 1): (1 − 10)/10.
    widths = silhouettes(distances, np.array([1, 2, 3, 1]))
    assert widths == pytest.approx([-0.9, 0, 0, -0.2])


def blobs(centres: list[tuple[float, float, float]], size: int, seed: int = 7) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return np.vstack([generator.normal(centre, 1.0, (size, 3)) for centre in centres])


CENTRES = [(90.0, 90.0, 50.0), (50.0, 50.0, 90.0), (10.0, 10.0, 10.0), (90.0, 10.0, 90.0), (10.0, 90.0, 90.0)]


@pytest.mark.parametrize("count", [3, 4, 5])
def test_groups_that_anyone_can_see_are_found(count: int) -> None:
    found = classify(blobs(CENTRES[:count], 8))
    assert found is not None
    assert found.profiles.shape == (count, 3)
    blocks = found.classes.reshape(count, 8)
    assert all(len(set(block)) == 1 for block in blocks.tolist())
    assert len({block[0] for block in blocks.tolist()}) == count
    assert [k for k, _ in found.trials] == list(CLASSES)
    assert max(found.trials, key=lambda trial: trial[1])[0] == count
    assert found.silhouettes.min() > 0.7


def test_classes_go_from_the_strongest_need_to_the_weakest() -> None:
    found = classify(blobs(CENTRES[:3], 8))
    assert found is not None
    means = found.profiles.mean(axis=1)
    assert list(means) == sorted(means, reverse=True)
    assert found.classes[0] == 1 and found.classes[-1] == 3


def test_neither_the_order_nor_the_unit_changes_the_classes() -> None:
    scores = blobs(CENTRES[:4], 8)
    order = np.random.default_rng(1).permutation(len(scores))
    plain, mixed, scaled = classify(scores), classify(scores[order]), classify(scores * 3 + 5)
    assert plain is not None and mixed is not None and scaled is not None
    assert mixed.classes.tolist() == plain.classes[order].tolist()
    assert scaled.classes.tolist() == plain.classes.tolist()
    assert scaled.profiles == pytest.approx(plain.profiles)


def test_too_few_territories_or_no_difference_make_no_class() -> None:
    assert classify(blobs(CENTRES[:1], max(CLASSES))) is None
    assert classify(np.full((20, 3), 4.0)) is None
    assert classify(np.empty((0, 3))) is None
    flat = blobs(CENTRES[:3], 8)
    flat[:, 2] = 50.0  # a theme that does not vary says nothing
    found = classify(flat)
    assert found is not None and found.profiles[:, 2] == pytest.approx([0, 0, 0])


def test_names_say_the_strongest_traits() -> None:
    profiles = np.array([[2.0, 1.5, 0.1], [0.8, -0.6, 0.2], [0.1, -0.2, 0.0], [-1.3, -0.9, -1.6]])
    assert class_names(profiles, THEMES) == (
        "Besoins bien plus forts en revenus et emploi",
        "Besoins plus forts en revenus, plus faibles en emploi",
        "Profil moyen",
        "Besoins plus faibles en santé, revenus et emploi",
    )


def test_two_classes_never_share_a_name() -> None:
    names = class_names(np.array([[1.0, 0, 0], [0.9, 0.1, 0]]), THEMES)
    assert names == ("Besoins plus forts en revenus (groupe 1)", "Besoins plus forts en revenus (groupe 2)")


@pytest.fixture(scope="module")
def real(values: pl.DataFrame, territories: Territories) -> pl.DataFrame:
    return rows(values, territories)


def test_every_commune_is_classed_or_said_not_to_be(real: pl.DataFrame, territories: Territories) -> None:
    assert real.schema == analysis_schema()
    listed = real.filter(pl.col("measure").is_in(["classe", "hors_typologie"]))
    assert sorted(listed.filter(level="commune")["code"]) == sorted(territories.communes)
    quarters = listed.filter(level="qpv")
    assert set(quarters["perimeter"]) == {"qpv_2015"} and quarters["code"].is_unique().all()
    assert listed["text"].is_not_null().all()


def test_the_number_of_classes_is_justified(real: pl.DataFrame) -> None:
    counts = real.filter(measure="nombre_classes")
    assert counts["reference_level"].to_list() == ["commune", "qpv"]
    for row in counts.iter_rows(named=True):
        assert row["value"] in CLASSES
        widths = [float(w.replace(",", ".")) for w in re.findall(r"-?\d,\d\d", row["text"])]
        assert len(widths) >= len(CLASSES) and widths[0] == max(widths[: len(CLASSES)])
        classes = real.filter(level=row["reference_level"], measure="classe")
        assert classes["value"].n_unique() == classes["text"].n_unique() == row["value"]


def test_denain_and_the_country_around_saint_amand_do_not_look_alike(real: pl.DataFrame) -> None:
    classes = dict(real.filter(measure="classe", level="commune").select("code", "value").iter_rows())
    denain, lourches, bousignies = classes["59172"], classes["59361"], classes["59100"]
    assert denain == lourches == 1 and bousignies != denain


def test_the_order_of_the_rows_changes_nothing(
    real: pl.DataFrame, values: pl.DataFrame, territories: Territories
) -> None:
    shuffled = rows(values.sample(fraction=1, shuffle=True, seed=4), territories)
    key = ["level", "code", "perimeter", "theme", "measure", "reference_level"]
    left, right = (frame.sort(key, nulls_last=True) for frame in (real, shuffled))
    assert left.drop("value").equals(right.drop("value"))
