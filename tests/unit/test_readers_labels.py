"""Codes moved without their rows: beside names that are not theirs, or in an order that begins midway."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from sources.catalogue import Catalogue
from sources.readers.labels import displaced
from sources.readers.order import turned

NAMES = {"59172": "Denain", "59179": "Douchy-les-Mines", "59491": "Raismes", "59526": "Saint-Amand-les-Eaux"}
SCHEMA = dict.fromkeys(("level", "code", "perimeter", "name"), pl.String)


def table(names: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([("commune", code, None, name) for code, name in names.items()], SCHEMA, orient="row")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, False),
        ({"59526": "SAINT AMAND LES EAUX", "59172": "59172"}, False),
        # One is renamed; most of them bear no word of their own; one bears the name of another.
        ({"59172": "Ville-Neuve"}, False),
        ({"59172": "Abscon", "59179": "Anzin", "59491": "Aniche"}, True),
        ({"59172": "Raismes"}, True),
    ],
)
def test_names_of_other_codes(changes: dict[str, str], wrong: bool, catalogue: Catalogue) -> None:
    observations = pl.DataFrame({"level": ["commune"], "code": ["59172"], "line": [7]})
    read: Any = SimpleNamespace(
        names=table(NAMES | changes), observations=observations, account=SimpleNamespace(file="f.csv")
    )
    found = displaced(read, catalogue.datasets["caf_s_ben_com_f"], table(NAMES))
    assert (found is not None) is wrong
    if found is not None:
        assert (found.file, found.line, found.column) == ("f.csv", 7, "numcomdo")
        assert "59172" in found.found and "Denain" in found.expected


CODES = [f"59{n:03d}" for n in range(100, 130)]


def order(codes: list[str], years: list[int | None] | None = None) -> int | None:
    """The line where the codes of a file begin again, None when nothing is said of it."""
    rows = pl.DataFrame(
        {"code": codes, "_line": range(2, len(codes) + 2), "_row_year": years or [None] * len(codes)},
        schema_overrides={"_row_year": pl.Int32},
    ).with_columns(level=pl.lit("commune"), perimeter=pl.lit(None, pl.String))
    found = turned("f.csv", rows, "CODGEO")
    assert found is None or (found.file, found.column) == ("f.csv", "CODGEO")
    return None if found is None else found.line


@pytest.mark.parametrize(("step", "line"), [(1, 31), (2, 30), (-1, 3), (10, 22)])
def test_codes_in_order_that_begin_midway(step: int, line: int) -> None:
    assert order([*CODES[step:], *CODES[:step]]) == line


def test_other_orders_say_nothing() -> None:
    assert order(CODES) is None
    assert order(CODES[::-1]) is None
    assert order([*CODES[5:10], *CODES[:5], *CODES[10:]]) is None, "our own département first"
    assert order([*CODES[1:19], CODES[0]]) is None, "few codes"
    assert order([*CODES[1::2], *CODES[::2]]) is None, "no order"
    # One year below the other, with or without a column that tells them apart.
    assert order(CODES * 2, [2020] * 30 + [2021] * 30) is None
    assert order(CODES * 2) is None
    assert order([*CODES, *CODES[1:], CODES[0]], [2020] * 30 + [2021] * 30) == 61
    # Parts of communes.
    assert order([code for code in CODES for _ in range(3)][1:] + CODES[:1]) == 91
