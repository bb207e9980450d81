"""The communes like mine, worked by hand (peers.yaml), and how a commune stands among them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from indicators import peers
from indicators.frames import value_schema
from indicators.model import Ratio, total
from indicators.peers import Structure, structure
from indicators.registry import INDICATORS, by_id
from indicators.resolve import resolve
from indicators.standings import standings
from indicators.structure import TRAITS, Family, Trait

CASE = yaml.safe_load((Path(__file__).parent / "peers.yaml").read_text(encoding="utf-8"))
ANY = {"numerator": total("x"), "denominator": {}}
HAND = Structure(
    tuple(c["code"] for c in CASE["communes"]),
    (
        Trait("taille", Family.SIZE, "Taille", logarithm=True, **ANY),
        Trait("jeunes", Family.AGES, "Jeunes", **ANY),
        Trait("ages", Family.AGES, "Âgés", **ANY),
    ),
    (2022,) * 3,
    np.array([[c["taille"], c["jeunes"], c["ages"]] for c in CASE["communes"]], float),
)


@pytest.mark.parametrize("code", CASE["distances"])
def test_distances_and_their_order_by_hand(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "FAR", 10.0)
    found = peers.peers(HAND, peers.INSIDE, [code], {})
    assert found["peer"].to_list() == list(CASE["distances"][code])
    assert found["distance"].to_list() == pytest.approx(list(CASE["distances"][code].values()))


def test_what_is_far_is_not_told_to_be_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    assert peers.peers(HAND, peers.INSIDE, ["59001"], {}).is_empty(), "the nearest is at 1.22"
    monkeypatch.setattr(peers, "FAR", 1.3)
    found = peers.peers(HAND, peers.INSIDE, ["59002"], {"59001": "Première"})
    assert found.select("peer", "name", "alike", "unlike").rows() == [
        # One log10 apart, and as old; then of one size, and younger.
        ("59001", "Première", None, "taille et âges"),
        ("59004", "59004", "taille", "âges"),
    ]


def test_a_gap_on_the_edge_is_alike_whatever_the_last_bit_of_a_float() -> None:
    # Sizes 0.5 apart, to a bit, are alike; ages 0.51 apart are neither alike nor different.
    gaps = np.array([0.5 + 1e-12, 0.51, 0.0])
    assert peers._families(HAND, gaps) == ("taille", None)


SAMPLED, EXACT = by_id("taux_chomage_rp"), by_id("niveau_vie_median")
UNKNOWN = by_id("jeunes_non_inseres")


def _value(code: str, indicator: str, value: float, half: float | None) -> dict[str, object]:
    series = by_id(indicator).series[0]
    return {
        **dict.fromkeys(value_schema()),
        "indicator": indicator,
        "series": series.id,
        "concept": series.concept,
        "level": "commune",
        "code": code,
        "millesime": 2022,
        "edition": 2022,
        "value": value,
        "lower": None if half is None else value - half,
        "upper": None if half is None else value + half,
        "status": "observed",
        "origin": "producer",
    }


def test_better_worse_and_not_told_apart_by_hand() -> None:
    """Half-widths of 3 and 4 make gaps known within 5: of 20 %, 12 % is better, 17 % not told, 26 % worse."""
    rows = [
        _value("59001", SAMPLED.id, 20.0, 3.0),
        *(_value(f"5900{n}", SAMPLED.id, v, 4.0) for n, v in ((2, 10.0), (3, 17.0), (4, 30.0))),
        # Income without sampling: more is better, one euro apart is within the rounding of 20 000.
        _value("59001", EXACT.id, 20000.0, None),
        *(_value(f"5900{n}", EXACT.id, v, None) for n, v in ((2, 21000.0), (3, 20001.0), (4, 19000.0))),
        # A published rate of the census without its counts: nobody knows its error, nothing is judged.
        *(_value(f"5900{n}", UNKNOWN.id, v, None) for n, v in ((1, 20.0), (2, 5.0), (3, 40.0), (4, 30.0))),
    ]
    found = pl.DataFrame(
        [("agglomeration", "59001", n, f"5900{n + 1}") for n in (1, 2, 3)],
        schema=["scope", "code", "rank", "peer"],
        orient="row",
    )
    counted = standings(found, pl.DataFrame(rows, schema=value_schema()))
    assert {row["indicator"]: row for row in counted.to_dicts()} == {
        SAMPLED.id: {
            "scope": "agglomeration",
            "code": "59001",
            "indicator": SAMPLED.id,
            "millesime": 2022,
            "known": 3,
            "ahead": 2,
            "better": 1,
            "worse": 1,
            "plain": False,
        },
        EXACT.id: {
            "scope": "agglomeration",
            "code": "59001",
            "indicator": EXACT.id,
            "millesime": 2022,
            "known": 3,
            "ahead": 2,
            "better": 1,
            "worse": 1,
            "plain": False,
        },
        UNKNOWN.id: {
            "scope": "agglomeration",
            "code": "59001",
            "indicator": UNKNOWN.id,
            "millesime": 2022,
            "known": 3,
            "ahead": 1,
            "better": 0,
            "worse": 0,
            "plain": True,
        },
    }


def test_another_year_or_another_definition_is_not_counted() -> None:
    own = _value("59001", EXACT.id, 20000.0, None)
    other = [
        {**_value("59002", EXACT.id, 21000.0, None), "millesime": 2019},
        {**_value("59003", EXACT.id, 21000.0, None), "concept": "autre"},
        {**_value("59004", EXACT.id, 21000.0, None), "status": "suppressed", "value": None},
    ]
    found = pl.DataFrame(
        [("agglomeration", "59001", n, f"5900{n + 1}") for n in (1, 2, 3)],
        schema=["scope", "code", "rank", "peer"],
        orient="row",
    )
    assert standings(found, pl.DataFrame([own, *other], schema=value_schema())).is_empty()


def test_no_trait_is_what_a_judged_indicator_counts() -> None:
    """Alike by structure, never by the outcome: no numerator of a judged indicator is that of a trait."""
    counted = {
        frozenset(series.formula.numerator)
        for indicator in INDICATORS
        if indicator.judged
        for series in indicator.series
        if isinstance(series.formula, Ratio)
    }
    assert not [trait.id for trait in TRAITS if frozenset(trait.numerator) in counted]


def test_the_real_communes_have_every_trait(embedded, catalogue, territories) -> None:
    ours = territories.territory.filter((pl.col("level") == "commune") & pl.col("in_epci"))["code"].to_list()
    found = structure(resolve(embedded[0], catalogue))
    assert found.traits == TRAITS
    assert set(ours) <= set(found.codes)
    rows = peers.peers(found, peers.INSIDE, ours, {})
    assert rows["code"].n_unique() >= 0.9 * len(ours)


def test_traits_are_shown_with_their_unit() -> None:
    shares = (
        Trait("taille", Family.SIZE, "Taille", unit="habitants", **ANY),
        Trait("jeunes", Family.AGES, "Jeunes", decimals=1, unit="%", **ANY),
    )
    found = Structure(("59001", "59002"), shares, (2022, None), np.array([[1500.4, 20.26], [7.0, 1.0]]))
    rows = peers.trait_rows(found, ["59001", "59999"])
    assert rows.columns == ["code", "trait", "title", "millesime", "value", "shown"]
    assert rows.rows() == [
        ("59001", "taille", "Taille", 2022, 1500.4, "1\u202f500\u00a0habitants"),
        ("59001", "jeunes", "Jeunes", None, 20.26, "20,3\u00a0%"),
    ]
