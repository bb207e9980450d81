"""Why the index is what it is: the gap in three parts that add up, and never two scales in one row."""

from __future__ import annotations

import polars as pl
import pytest

from indicators.analysis import idh4_explained
from indicators.analysis.idh4_explained import MOVED, OURS, REGIONAL
from indicators.mortality import crude_icm
from indicators.resolve import resolve, with_sums
from sources.catalogue import Catalogue
from sources.territory.declared import Territories
from sources.vocabulary import Level

Rows = dict[str, dict[str, object]]
PARTS = ("sante", "education", "niveau_de_vie")


@pytest.fixture(scope="module")
def resolved(
    embedded: tuple[pl.DataFrame, object], catalogue: Catalogue, territories: Territories
) -> pl.DataFrame:
    return with_sums(resolve(embedded[0], catalogue), catalogue, territories)


@pytest.fixture(scope="module")
def explained(values: pl.DataFrame, resolved: pl.DataFrame, territories: Territories) -> Rows:
    frame = idh4_explained.rows(values, resolved, territories, territories.published)
    assert frame["measure"].is_unique().all()
    return {str(row["measure"]): row for row in frame.iter_rows(named=True)}


def figure(rows: Rows, measure: str, column: str = "value") -> float:
    found = rows[measure][column]
    assert isinstance(found, float), measure
    return found


def test_mortality_of_the_nord_from_its_published_rate(resolved: pl.DataFrame) -> None:
    """8.8 deaths per 1 000 in 2023 where French rates would give 7.8706: 111.81, by the printed digit ± "
    "0.64."""
    found = crude_icm(resolved, Level.DEPARTEMENT, "59")
    assert found == pytest.approx((100 * 8.8 / 7.87055, 100 * 8.75 / 7.87055, 100 * 8.85 / 7.87055), rel=1e-5)
    assert crude_icm(resolved, Level.REGION, "32") is None, "its ages are not known"


def test_each_part_is_a_third_of_a_difference_of_sub_indices(explained: Rows) -> None:
    """Nord: 1 − (111.81 − 80)/80 = 0.6024; (72.666 − 56.07)/34 = 0.4881; ln(20 290/14 090)/ln(38 860/14 "
    "090)."""
    theirs = {"sante": 0.60239, "education": 0.48811, "niveau_de_vie": 0.35945}
    for part in PARTS:
        other, own = (figure(explained, f"{OURS}.{side}.{part}") for side in ("departement", "agglomeration"))
        assert other == pytest.approx(theirs[part], abs=1e-5)
        assert figure(explained, f"{OURS}.ecart.{part}") == pytest.approx((other - own) / 3)


def test_the_three_parts_add_up_to_the_gap_which_holds_the_published_one(explained: Rows) -> None:
    gap = figure(explained, f"{OURS}.ecart")
    assert gap == pytest.approx(sum(figure(explained, f"{OURS}.ecart.{part}") for part in PARTS))
    assert gap == pytest.approx(
        figure(explained, f"{OURS}.departement") - figure(explained, f"{OURS}.agglomeration")
    )
    published = figure(explained, f"{REGIONAL}.ecart")
    assert published == pytest.approx(0.51 - 0.39)
    low, high = (figure(explained, f"{OURS}.ecart", end) for end in ("lower", "upper"))
    assert low < gap < high and low < published < high


def test_no_row_holds_two_scales_and_every_measure_says_its_own(explained: Rows) -> None:
    for measure, row in explained.items():
        if row["value"] is not None:
            assert measure.split(".")[0] in (OURS, REGIONAL), measure
    assert "n’est pas" not in str(explained["phrase"]["text"])
    for published in ("0,51", "0,39"):
        told = str(explained["phrase"]["text"])
        assert told.index("sur son échelle à elle") < told.index(published)


def test_every_bound_is_moved_health_included(explained: Rows, values: pl.DataFrame) -> None:
    shown = values.filter(indicator="idh4", level="epci").sort("millesime")["value"][-1]
    for part in PARTS:
        for end in ("min", "max"):
            row = explained[f"{OURS}.borne.{part}.{end}"]
            assert row["value"] == shown and row["lower"] < shown < row["upper"], (part, end)  # type: ignore[operator]
    # By hand: the upper bound of mortality from 160 to 168 makes 1 − (129.404 − 80)/88 instead of /80.
    moved = shown + ((1 - 49.40359 / (80 * (1 + MOVED))) - (1 - 49.40359 / 80)) / 3
    assert figure(explained, f"{OURS}.borne.sante.max", "upper") == pytest.approx(moved, abs=1e-6)


def test_mortality_is_confronted_with_the_published_rates(explained: Rows) -> None:
    """1 644 + 1 460 + 1 675 + 1 609 + 1 575 deaths of 2013-2017, the population of mid-2015: 10.0 ‰."""
    assert figure(explained, f"{OURS}.mortalite_brute") == pytest.approx(10.0, abs=0.06)
    assert figure(explained, f"{OURS}.icm_departement") == pytest.approx(111.81, abs=0.01)


def test_what_the_observatory_must_give_is_named_once(explained: Rows) -> None:
    assert sum("OR2S" in str(row["text"]) for row in explained.values()) == 1
