"""The observatory's own mortality, dropped in, takes over from the estimate, with its interval."""

from __future__ import annotations

import polars as pl
import pytest

from indicators.compute import compute_values
from sources.catalogue import Catalogue
from sources.readers import Account
from sources.territory.declared import Territories


def published(code: str, variable: str, value: float) -> dict:
    return {
        "dataset": "or2s_icm",
        "edition": 2024,
        "millesime": 2020,
        "level": "canton",
        "code": code,
        "perimeter": None,
        "variable": variable,
        "value": value,
        "status": "observed",
        "extract": "f" * 12,
        "line": 2,
        "column": variable,
    }


@pytest.fixture(scope="module")
def with_or2s(
    embedded: tuple[pl.DataFrame, list[Account]], catalogue: Catalogue, territories: Territories
) -> pl.DataFrame:
    rows = [
        published("5914", "or2s_icm", 140.0),
        published("5914", "or2s_icm_bas", 132.0),
        published("5914", "or2s_icm_haut", 148.0),
        published("5934", "or2s_icm", 120.0),  # no interval published
    ]
    dropped = pl.DataFrame(rows, schema=embedded[0].schema)
    return compute_values(pl.concat([embedded[0], dropped]), territories, catalogue)


def latest(values: pl.DataFrame, indicator: str, level: str, code: str) -> dict:
    rows = values.filter(indicator=indicator, level=level, code=code).sort("millesime")
    return rows.row(-1, named=True)


def test_a_published_canton_replaces_its_estimate(with_or2s: pl.DataFrame) -> None:
    canton = with_or2s.filter(indicator="surmortalite", level="canton", code="5914")
    assert canton["value"].to_list() == [140.0] and canton["status"].to_list() == ["observed"]
    assert (canton["lower"].item(), canton["upper"].item()) == (132.0, 148.0)
    other = with_or2s.filter(indicator="surmortalite", level="canton", code="5906")
    assert other["status"].to_list() == ["estimated"]


def test_its_communes_inherit_it_and_their_index_is_no_longer_estimated(with_or2s: pl.DataFrame) -> None:
    denain = latest(with_or2s, "surmortalite", "commune", "59172")
    assert (denain["value"], denain["lower"], denain["upper"]) == (140.0, 132.0, 148.0)
    assert denain["origin"] == "inherited" and denain["status"] == "observed"
    health = latest(with_or2s, "idh4_sante", "commune", "59172")
    assert health["value"] == pytest.approx(1 - (140 - 80) / 80)
    assert latest(with_or2s, "idh4", "commune", "59172")["status"] == "observed"


def test_a_canton_without_an_interval_gives_none(with_or2s: pl.DataFrame) -> None:
    amand = latest(with_or2s, "surmortalite", "commune", "59526")
    assert amand["value"] == 120.0 and amand["lower"] is None and amand["upper"] is None
    health = latest(with_or2s, "idh4_sante", "commune", "59526")
    assert health["lower"] is None and health["upper"] is None


def test_a_quarter_over_two_cantons_is_weighted_by_its_communes(with_or2s: pl.DataFrame) -> None:
    row = latest(with_or2s, "surmortalite", "qpv", "QP059059")  # Raismes and Wallers, same canton
    assert row["value"] == 120.0


def test_the_agglomeration_stays_estimated(with_or2s: pl.DataFrame) -> None:
    assert latest(with_or2s, "surmortalite", "epci", "200042190")["status"] == "estimated"
