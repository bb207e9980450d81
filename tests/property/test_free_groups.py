"""Groups made on the spot: whatever the order of their communes, and equal to the sums of their members."""

from __future__ import annotations

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from indicators.frames import value_schema
from indicators.free_groups import CODE, group_comparisons, group_trends, group_values
from indicators.model import Ratio
from indicators.registry import INDICATORS
from sources.catalogue import Catalogue
from sources.readers import Account
from sources.territory.declared import Territories
from sources.territory.files import load_territories
from sources.vocabulary import Level, Status

COMMUNES = sorted(load_territories().communes)
KEY = ["indicator", "series", "millesime", "edition"]


@given(chosen=st.sets(st.sampled_from(COMMUNES), min_size=2), seed=st.integers())
@settings(max_examples=5)
def test_a_group_does_not_depend_on_the_order_of_its_communes(
    embedded: tuple[pl.DataFrame, list[Account]],
    territories: Territories,
    catalogue: Catalogue,
    chosen: set[str],
    seed: int,
) -> None:
    ordered = sorted(chosen)
    shuffled = [*ordered, ordered[0]]
    random.Random(seed).shuffle(shuffled)
    one, other = (
        group_values(codes, embedded[0], territories.goalposts, catalogue) for codes in (ordered, shuffled)
    )
    assert_frame_equal(one, other)


@given(chosen=st.sets(st.sampled_from(COMMUNES), min_size=2))
@settings(max_examples=5)
def test_a_rate_is_recomputed_from_the_sums_of_the_communes(
    embedded: tuple[pl.DataFrame, list[Account]],
    territories: Territories,
    catalogue: Catalogue,
    values: pl.DataFrame,
    chosen: set[str],
) -> None:
    """The same numbers, added up by hand from the published rows of the communes."""
    scales = {
        (i.id, s.id): float(s.formula.scale)
        for i in INDICATORS
        for s in i.series
        if isinstance(s.formula, Ratio)
    }
    group = group_values(chosen, embedded[0], territories.goalposts, catalogue)
    sums: dict[tuple[object, ...], list[tuple[float, float]]] = {}
    members = values.filter(pl.col("code").is_in(list(chosen)) & pl.col("numerator").is_not_null())
    for *key, numerator, denominator in members.select(*KEY, "numerator", "denominator").iter_rows():
        sums.setdefault(tuple(key), []).append((numerator, denominator))
    checked = 0
    for row in group.filter(pl.col("origin") == "sum").iter_rows(named=True):
        key = tuple(row[name] for name in KEY)
        if (row["indicator"], row["series"]) not in scales or len(sums.get(key, [])) != len(chosen):
            continue
        numerator, denominator = (sum(column) for column in zip(*sums[key], strict=True))
        assert row["numerator"] == pytest.approx(numerator)
        assert row["denominator"] == pytest.approx(denominator)
        scale = scales[row["indicator"], row["series"]]
        assert row["value"] == pytest.approx(scale * numerator / denominator)
        checked += 1
    assert checked > 30


def test_what_is_published_ready_made_is_never_computed_for_a_group(
    embedded: tuple[pl.DataFrame, list[Account]], territories: Territories, catalogue: Catalogue
) -> None:
    group = group_values(COMMUNES[:5], embedded[0], territories.goalposts, catalogue)
    assert set(group["code"]) == {CODE}
    assert set(group["level"]) == {Level.GROUPE.value}
    for indicator in ("niveau_vie_median", "taux_pauvrete", "rapport_interdecile"):
        (row,) = group.filter(pl.col("indicator") == indicator).iter_rows(named=True)
        assert (row["value"], row["status"]) == (None, Status.NOT_PUBLISHED.value)


def test_what_the_catalogue_does_not_know_is_left_out(
    embedded: tuple[pl.DataFrame, list[Account]], territories: Territories, catalogue: Catalogue
) -> None:
    strange = embedded[0].head(1).with_columns(variable=pl.lit("inconnue"))
    foreign = embedded[0].head(1).with_columns(dataset=pl.lit("inconnu"))
    seen = pl.concat([embedded[0], strange, foreign])
    one, other = (
        group_values(COMMUNES[:3], rows, territories.goalposts, catalogue) for rows in (embedded[0], seen)
    )
    assert_frame_equal(one, other)


def row(level: str, code: str, year: int, value: float) -> dict[str, object]:
    return dict.fromkeys(value_schema()) | {
        "indicator": "taux_chomage_rp", "series": "recensement", "concept": "taux_chomage_rp", "level": level,
        "code": code, "millesime": year, "edition": 2024, "period": str(year), "value": value,
        "numerator": value, "denominator": 100.0, "lower": value - 1, "upper": value + 1,
        "status": "observed", "origin": "sum",
    }  # fmt: skip


def test_a_group_is_compared_with_wider_territories_of_its_year() -> None:
    own = pl.DataFrame([row("groupe", CODE, 2022, 20.0)], schema=value_schema())
    wider = [
        row("departement", "59", 2022, 15.0),
        row("departement", "59", 2021, 2.0),
        row("commune", "C", 2022, 9.0),
    ]
    found = group_comparisons(own, pl.DataFrame(wider, schema=value_schema()).select(sorted(value_schema())))
    assert found.select("level", "code", "reference_level", "reference_code", "gap").rows() == [
        ("groupe", CODE, "departement", "59", 5.0)
    ]
    assert found["judgement"].to_list() == ["moins bien"]


def test_what_changed_of_a_group_is_told() -> None:
    own = pl.DataFrame(
        [row("groupe", CODE, year, value) for year, value in ((2016, 20.0), (2022, 12.0))],
        schema=value_schema(),
    )
    found = group_trends(own)
    assert found["measure"].str.starts_with("evolution").all() and found["text"].null_count() == 0
    assert found.filter(measure="evolution_depuis_2016")["value"].to_list() == [-8.0]
