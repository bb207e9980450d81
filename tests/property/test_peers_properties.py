"""What the communes like mine must keep, whatever the figures."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.peers import FAR, INSIDE, NEAREST, Structure, peers, structure
from indicators.structure import TRAITS, VARIABLES

POSITIVE = st.floats(0.5, 1e5, allow_nan=False)


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    count = draw(st.integers(2, 30))
    seed = draw(st.integers(0, 10**6))
    # Few distinct figures: ties are the rule, not the exception.
    values = np.random.default_rng(seed).integers(1, draw(st.integers(1, 50)) + 1, (count, len(TRAITS)))
    codes = tuple(f"{59001 + n:05d}" for n in range(count))
    return Structure(codes, TRAITS, (2022,) * len(TRAITS), values.astype(float))


@settings(max_examples=60)
@given(structures(), st.lists(POSITIVE, min_size=len(TRAITS), max_size=len(TRAITS)))
def test_a_commune_is_never_its_own_neighbour_and_units_change_nothing(
    found: Structure, units: list[float]
) -> None:
    rows = peers(found, INSIDE, found.codes, {})
    assert not rows.filter(pl.col("code") == pl.col("peer")).height
    assert not rows.select("code", "peer").is_duplicated().any()
    assert (
        rows.group_by("code").len()["len"].max() is None
        or rows.group_by("code").len()["len"].max() <= NEAREST
    )
    assert not (rows["distance"] > FAR + 1e-9).any()
    assert rows.sort("code", "rank")["distance"].to_list() == rows["distance"].to_list()
    other = Structure(found.codes, found.traits, found.years, found.values * np.array(units))
    changed = peers(other, INSIDE, found.codes, {})
    # A tie may be cut by the last bit of a distance at the very limit, never otherwise.
    near = rows.filter(pl.col("distance") < FAR - 1e-6)
    assert changed.join(near, on=["code", "rank", "peer"], how="semi").height == near.height
    assert np.allclose(
        near["distance"], changed.join(near, on=["code", "rank"], how="semi")["distance"], atol=1e-6
    )


@settings(max_examples=40)
@given(structures())
def test_the_distance_goes_both_ways(found: Structure) -> None:
    rows = peers(found, INSIDE, found.codes, {})
    back = rows.join(rows.select(code="peer", peer="code", back="distance"), on=["code", "peer"], how="inner")
    assert np.allclose(back["distance"], back["back"])


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(3, 12))
def test_the_order_of_the_files_changes_nothing(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    rows = [
        {
            "level": "commune",
            "code": f"{59001 + n:05d}",
            "variable": variable,
            "millesime": None if variable == "superficie" else year,
            "edition": year,
            "value": float(draw.integers(1, 1000)),
            "status": "observed",
        }
        for n in range(count)
        for variable in sorted(VARIABLES)
        for year in (2022, 2016)
    ]
    frame = pl.DataFrame(rows, schema_overrides={"millesime": pl.Int32, "edition": pl.Int32})
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    one, other = structure(frame), structure(shuffled)
    assert one.codes == other.codes and one.years == other.years == (2022,) * len(TRAITS)
    assert np.array_equal(one.values, other.values)
    assert peers(one, INSIDE, one.codes, {}).equals(peers(other, INSIDE, other.codes, {}))
