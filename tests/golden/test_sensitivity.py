"""Variants of the IDH-4, by hand for one territory, then the ranks of the real communes."""

from __future__ import annotations

import math

import polars as pl
import pytest

from indicators.analysis.sensitivity import rows
from indicators.resolve import resolve, with_sums
from sources.catalogue import Catalogue
from sources.territory.declared import Territories

CAPH = "200042190"


@pytest.fixture(scope="module")
def found(values, embedded, catalogue: Catalogue, territories: Territories) -> pl.DataFrame:
    resolved = with_sums(resolve(embedded[0], catalogue), catalogue, territories)
    return rows(values, resolved, territories)


def measure(found: pl.DataFrame, name: str, code: str) -> float:
    return found.filter((pl.col("measure") == name) & (pl.col("code") == code))["value"].item()


def test_the_basic_method_is_the_index_itself(found: pl.DataFrame, values: pl.DataFrame) -> None:
    base = found.filter(pl.col("measure") == "idh4_base")
    index = values.filter((pl.col("indicator") == "idh4") & pl.col("value").is_not_null())
    both = base.join(index, on=["level", "code", "millesime"], suffix="_index")
    assert both.height == base.height == 48
    assert both["value"].to_list() == pytest.approx(both["value_index"].to_list())


def test_variants_of_the_authority_by_hand(found: pl.DataFrame, values: pl.DataFrame) -> None:
    parts = {
        name: values.filter(
            (pl.col("indicator") == f"idh4_{name}") & (pl.col("code") == CAPH) & pl.col("value").is_not_null()
        )
        .sort("millesime")
        .row(-1, named=True)
        for name in ("sante", "education", "niveau_de_vie", "education_tout_diplome")
    }
    health, education, living, any_diploma = (parts[n]["value"] for n in parts)
    assert measure(found, "idh4_geometrique", CAPH) == pytest.approx((health * education * living) ** (1 / 3))
    assert measure(found, "idh4_tout_diplome", CAPH) == pytest.approx((health + any_diploma + living) / 3)
    # 18 550 € between the extremes of 2021: ln(18 550/14 580) / ln(37 210/14 580) = 0,240819 / 0,936927.
    other = math.log(18_550 / 14_580) / math.log(37_210 / 14_580)
    assert other == pytest.approx(0.257031, abs=1e-6)
    assert measure(found, "idh4_bornes_niveau_de_vie_2021", CAPH) == pytest.approx(
        (health + education + other) / 3
    )
    low, high = (measure(found, f"idh4_icm_{end}", CAPH) for end in ("bas", "haut"))
    # Less mortality, more health: the limits of the index are those of its only uncertain part.
    assert high < measure(found, "idh4_base", CAPH) < low
    assert (high, low) == pytest.approx(
        tuple((parts["sante"][end] + education + living) / 3 for end in ("lower", "upper"))
    )


def test_ranks_move_within_their_bounds(found: pl.DataFrame) -> None:
    ranks = found.filter(pl.col("measure") == "rang")
    assert ranks.height == 47
    assert ranks.filter((pl.col("lower") > pl.col("value")) | (pl.col("value") > pl.col("upper"))).is_empty()
    every = found.filter(pl.col("measure").str.starts_with("rang_")).join(ranks, on="code", suffix="_all")
    assert every.filter(~pl.col("value").is_between(pl.col("lower_all"), pl.col("upper_all"))).is_empty()
    moves = found.filter(pl.col("measure").str.starts_with("deplacement_"))
    assert moves["value"].is_between(0, 46).all()
    agreements = found.filter(pl.col("measure").str.starts_with("accord_"))
    assert agreements.height == moves.height == 12
    assert agreements["value"].is_between(-1, 1 + 1e-12).all()
    widest = (ranks["upper"] - ranks["lower"]).max()
    assert moves["value"].max() <= widest
