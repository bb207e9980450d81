"""What each indicator is set against: the communes of the région when they are known, else ours."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from indicators.analysis.priority import rows
from indicators.analysis.reference_set import ENOUGH_COMMUNES, read_back, reference_set, region_of
from indicators.analysis.robustness import Plan, score
from indicators.analysis.selection import matrix
from indicators.frames import value_schema
from indicators.registry import by_id
from sources.vocabulary import Level

OURS = [f"59{n:03d}" for n in range(8)]
REGION = [*OURS, *(f"80{n:03d}" for n in range(292))]
ELSEWHERE = [f"13{n:03d}" for n in range(50)]
INDICATORS = ("niveau_vie_median", "taux_chomage_rp", "emplois_duree_limitee", "logements_vacants")
PLAN = Plan(draws=400)


def territory() -> pl.DataFrame:
    places = [
        ("epci", "E", "Agglo", True),
        ("region", "32", "Hauts-de-France", False),
        *(("commune", code, f"Commune {code}", code in OURS) for code in [*REGION, *ELSEWHERE]),
    ]
    return pl.DataFrame(places, schema=["level", "code", "name", "in_epci"], orient="row").with_columns(
        perimeter=pl.lit(None, pl.String)
    )


def membership() -> pl.DataFrame:
    links = [("commune", c, "region", "32") for c in REGION] + [
        ("commune", c, "region", "93") for c in ELSEWHERE
    ]
    return pl.DataFrame(links, schema=["level", "code", "parent_level", "parent_code"], orient="row")


def values(regional: tuple[str, ...] = INDICATORS) -> pl.DataFrame:
    """Figures of our communes for every indicator, of those of elsewhere for some."""
    rng = np.random.default_rng(3)
    cells = [
        (name, by_id(name).series[0].id, by_id(name).series[0].concept, code, float(rng.normal(20, 5)))
        for name in INDICATORS
        for code in (*REGION, *ELSEWHERE)
        if name in regional or code in OURS
    ]
    frame = pl.DataFrame(cells, schema=["indicator", "series", "concept", "code", "value"], orient="row")
    frame = frame.with_columns(
        level=pl.lit("commune"),
        millesime=pl.lit(2022),
        edition=pl.lit(2022),
        period=pl.lit("2022"),
        status=pl.lit("observed"),
        origin=pl.lit("producer"),
        # A figure of elsewhere must never count: make it absurd.
        value=pl.when(pl.col("code").is_in(ELSEWHERE)).then(9_999.0).otherwise("value"),
    )
    blank = [pl.lit(None, t).alias(c) for c, t in value_schema().items() if c not in frame.columns]
    frame = frame.with_columns(blank).select(list(value_schema())).cast(value_schema())
    return frame.with_columns(followed=pl.col("code").is_in(OURS))


TERRITORIES = SimpleNamespace(territory=territory(), membership=membership())


def test_the_region_is_that_of_the_authority() -> None:
    region = region_of(territory(), membership())
    assert region is not None
    assert (region.name, region.codes) == ("Hauts-de-France", frozenset(REGION))
    assert region_of(territory(), None) is None
    assert region_of(territory(), membership().clear()) is None
    both = pl.concat(
        [
            membership(),
            pl.DataFrame([("commune", OURS[0], "region", "93")], schema=membership().schema, orient="row"),
        ]
    )
    assert region_of(territory(), both) is None, "an authority of two régions has none of its own"
    unnamed = region_of(territory().filter(pl.col("level") != "region"), membership())
    assert unnamed is not None and unnamed.name == "32"


@pytest.mark.parametrize("known", [ENOUGH_COMMUNES - 1, ENOUGH_COMMUNES])
def test_two_hundred_communes_make_a_reference(known: int) -> None:
    codes = REGION[:known]
    figures = pl.DataFrame({"code": codes, "value": np.arange(known, dtype=float)}).with_columns(
        followed=pl.col("code").is_in(OURS)
    )
    found = reference_set(figures, region_of(territory(), membership()), "les 8 communes suivies")
    if known < ENOUGH_COMMUNES:
        assert (found.name, found.size) == ("les 8 communes suivies", 8)
    else:
        assert found.name == "les 200 communes de la région Hauts-de-France qui ont ce chiffre"
        # 0, 1 … 199: P2 = 0,02 × 199 and P98 = 0,98 × 199, by linear interpolation.
        assert np.percentile(found.figures, (2, 98)) == pytest.approx((3.98, 195.02))


def test_only_ours_are_scored_and_the_region_sets_the_scale() -> None:
    table = values()
    built = matrix(table, TERRITORIES, Level.COMMUNE)
    assert built.codes == tuple(OURS)
    assert {one.size for one in built.references} == {300}
    assert "300 communes de la région Hauts-de-France" in built.reference
    j = [i.id for i in built.indicators].index("taux_chomage_rp")
    inside = table.filter(indicator="taux_chomage_rp").filter(pl.col("code").is_in(REGION))["value"]
    low, high = np.percentile(inside, (2, 98))
    expected = ((built.values[:, j] - low) / (high - low)).clip(0, 1)
    # The 201 quantiles sum the region up: a hundredth of a point at most.
    assert score(built, PLAN.share(built)).units[:, j] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("regional", "among"), [(INDICATORS, "300 communes"), (INDICATORS[:2], "8 communes")]
)
def test_one_set_for_all_indicators(regional: tuple[str, ...], among: str) -> None:
    """A région known for two indicators of four would set them on another scale than the others."""
    found = rows(values(regional=regional), TERRITORIES, PLAN, orders=((Level.COMMUNE, None),))
    texts = found.filter(pl.col("measure") == "reference")["text"].to_list()
    assert len(texts) == len(INDICATORS)
    assert all(among in text for text in texts)


def test_a_page_that_knows_only_ours_finds_the_same_ranks() -> None:
    table, orders = values(), ((Level.COMMUNE, None),)
    published = rows(table, TERRITORIES, PLAN, orders)
    seen = SimpleNamespace(territory=territory().filter(pl.col("in_epci")))
    own = table.filter("followed").drop("followed")
    again = rows(own, seen, PLAN, orders, references=read_back(published))
    assert again.equals(published)
    assert not rows(own, seen, PLAN, orders).equals(published)


def test_without_the_column_every_row_is_ours() -> None:
    own = values().filter("followed").drop("followed")
    built = matrix(own, SimpleNamespace(territory=territory().filter(pl.col("in_epci"))), Level.COMMUNE)
    assert built.codes == tuple(OURS)
    assert {one.size for one in built.references} == {8}
