"""The method sheets: complete, in French typography, and saying the numbers the computation uses."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from indicators.analysis import answers, methods

NAMES = ("Wilson", "Byar", "Garwood", "Newcombe", "Theil", "Duncan", "Ward", "OCDE")


@pytest.fixture(scope="module")
def sheets() -> pl.DataFrame:
    return methods.rows()


def test_every_sheet_is_complete(sheets: pl.DataFrame) -> None:
    assert sheets.columns == ["method", "title", "purpose", "formula", "constants", "limits", "reference"]
    assert sheets["method"].is_unique().all() and sheets["title"].is_unique().all()
    for name in sheets.columns[1:]:
        texts = sheets[name].to_list()
        assert all(text and not text[0].islower() and "  " not in text for text in texts), name
    assert all(text.endswith("\u00a0?") for text in sheets["purpose"])
    for name in ("formula", "constants", "limits"):
        assert all(text.endswith(".") for text in sheets[name]), name


def test_every_reference_asked_for_is_given(sheets: pl.DataFrame) -> None:
    said = " ".join(sheets["reference"])
    assert [name for name in NAMES if name not in said] == []


def test_french_typography(sheets: pl.DataFrame) -> None:
    for text in (text for row in sheets.iter_rows() for text in row):
        assert not re.search(r"(?<!\u00a0)[:;?!%»]|«(?!\u00a0)|'", text), text


def test_a_sheet_says_the_constant_in_use(sheets: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "CONSTANTS", replace(answers.CONSTANTS, concentrated=0.37))
    before = sheets.filter(method="repartition")["formula"].item()
    after = methods.rows().filter(method="repartition")["formula"].item()
    assert "20\u00a0%" in before and "37\u00a0%" in after and "20\u00a0%" not in after
