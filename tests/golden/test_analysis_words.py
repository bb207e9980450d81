"""Every sentence of the analyses, as the real figures make it: typography, and nothing left unsaid."""

from __future__ import annotations

import re

import polars as pl
import pytest

from indicators.analysis import correspondence, priority, sensitivity, trends
from indicators.analysis.words import change, quantity
from indicators.model import Unit
from indicators.registry import INDICATORS, by_id
from indicators.resolve import resolve, with_sums
from sources.french import number, ordinal, places

# An ordinary space by a high mark, a unit or a quote; a straight apostrophe; a number not written in French.
FAULTS = re.compile(r" [:;?!%»€]|« |'|\d{1,3} \d{3}|\bnan\b|None|inf\b|\d\.\d")


@pytest.fixture(scope="module")
def tables(values, embedded, catalogue, territories) -> dict[str, pl.DataFrame]:
    resolved = with_sums(resolve(embedded[0], catalogue), catalogue, territories)
    return {
        "priority": priority.rows(values, territories, priority.Plan(draws=500)),
        "trends": trends.rows(values),
        "correspondence": correspondence.rows(territories),
        "sensitivity": sensitivity.rows(values, resolved, territories),
    }


@pytest.mark.parametrize("name", ["priority", "trends", "correspondence", "sensitivity"])
def test_typography(tables: dict[str, pl.DataFrame], name: str) -> None:
    texts = tables[name]["text"].drop_nulls().unique().to_list()
    assert texts
    faulty = [(found.group(), text) for text in texts if (found := FAULTS.search(text))]
    assert not faulty, faulty[:3]
    assert not [
        text for text in texts if not text.endswith(".") or (not text[0].isupper() and not text[0].isdigit())
    ]


@pytest.mark.parametrize("name", ["priority", "trends", "correspondence", "sensitivity"])
def test_a_row_says_something(tables: dict[str, pl.DataFrame], name: str) -> None:
    table = tables[name]
    assert table.filter(pl.col("value").is_null() & pl.col("text").is_null()).is_empty()
    assert table.filter(pl.col("value").is_nan() | pl.col("value").is_infinite()).is_empty()
    key = [c for c in table.columns if c not in ("value", "lower", "upper", "text")]
    assert not table.select(key).is_duplicated().any()


def test_numbers() -> None:
    assert number(1234567.5) == "1\u202f234\u202f568"
    assert number(-0.04, 1) == "0,0"
    assert number(-2.25, 1) == "\u22122,3"
    assert quantity(18550, by_id("niveau_vie_median")) == "18\u202f550\u00a0€"
    assert change(-1.7, by_id("taux_chomage_rp")) == "1,7\u00a0point"
    assert change(2.0, by_id("taux_chomage_rp")) == "2,0\u00a0points"
    points = next(indicator for indicator in INDICATORS if indicator.unit is Unit.POINTS)
    assert quantity(1.1, points) == "1,1\u00a0point"
    assert quantity(-1.96, points) == "\u22122,0\u00a0points"
    assert quantity(7.8, points) == "7,8\u00a0points"
    assert (ordinal(1), ordinal(3)) == ("1re", "3e")
    assert places(1, 1) == "à la 1re place"
    assert places(2, 5) == "entre la 2e et la 5e place"
