"""Numbers, dates and statuses in French."""

from __future__ import annotations

import datetime as dt
import html
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.story import words
from dashboard.story.markup import safe
from indicators.model import Unit
from sources.french import enumeration, number, plural, typographic
from sources.vocabulary import Status


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, 0, "0"),
        (1234.5, 1, "1\u202f234,5"),
        (1234567, 0, "1\u202f234\u202f567"),
        (-0.04, 1, "0,0"),
        (-12.25, 1, "\u221212,3"),
        (999.96, 1, "1\u202f000,0"),
        (0.345, 2, "0,35"),
        (2.675, 2, "2,68"),
    ],
)
def test_number(value: float, decimals: int, expected: str) -> None:
    assert number(value, decimals) == expected


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="pas un nombre"):
        number(value)


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_number_reads_back_to_its_rounding(value: float, decimals: int) -> None:
    written = number(value, decimals)
    assert not set(written) - set("0123456789,\u202f\u2212")
    read = float(written.replace("\u202f", "").replace(",", ".").replace("\u2212", "-"))
    assert abs(read - value) <= 0.5 * 10**-decimals * 1.000001 + 1e-6


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "expected"),
    [
        (31.92, Unit.PERCENT, 1, "31,9\u00a0%"),
        (18550, Unit.EURO_PER_CU, 0, "18\u202f550\u00a0€"),
        (1.5, Unit.POINTS, 1, "1,5\u00a0point"),
        (-7.0, Unit.POINTS, 1, "\u22127,0\u00a0points"),
        (-1.96, Unit.POINTS, 1, "\u22122,0\u00a0points"),
        (0.391, Unit.SCORE, 2, "0,39"),
    ],
)
def test_quantity(value: float, unit: Unit, decimals: int, expected: str) -> None:
    assert words.quantity(value, unit, decimals) == expected


def test_a_difference_of_percentages_is_in_points() -> None:
    assert words.gap(14.3, Unit.PERCENT, 1) == "+14,3\u00a0points"
    assert words.gap(-2550, Unit.EURO_PER_CU, 0) == "\u22122\u202f550\u00a0€"
    assert words.gap(0.01, Unit.PERCENT, 1) == "0,0\u00a0point"


def test_dates() -> None:
    assert words.date(dt.date(2026, 6, 1)) == "1er juin 2026"
    assert words.date(dt.date(2026, 11, 22)) == "22 novembre 2026"


def test_every_status_is_said_and_explained() -> None:
    for status in Status:
        assert words.status_label(status.value) == status.label
        assert words.status_explanation(status.value).endswith(".")
    assert words.status_label("d’une autre version") == "d’une autre version"


@given(st.text() | st.text(alphabet="<>&\"' «»:é"))
def test_typography_is_stable_and_text_stays_text(text: str) -> None:
    once = typographic(text)
    assert typographic(once) == once
    assert "<" not in safe(text)
    assert '"' not in safe(text)
    assert html.unescape(safe(text)) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D’où vient ce chiffre ? Taux : 65 ans", "D’où vient ce chiffre\u00a0? Taux\u00a0: 65 ans"),
        ("**gras** _x_ $y$ `z`", r"\*\*gras\*\* \_x\_ \$y\$ \`z\`"),
        ("[a](b) :red[c] <b>", r"\[a\](b)\u00a0\:red\[c\] \<b>".replace(r"\u00a0", "\u00a0")),
        ("# titre", r"\# titre"),
        ("- tiret", r"\- tiret"),
    ],
)
def test_the_words_of_a_widget_are_never_markdown(text: str, expected: str) -> None:
    assert words.label(text) == expected


def test_enumerations_and_plurals() -> None:
    assert enumeration([]) == ""
    assert enumeration(["a"]) == "a"
    assert enumeration(["a", "b", "c"]) == "a, b et c"
    assert plural(0, "commune") == "0\u00a0commune"
    assert plural(47, "commune") == "47\u00a0communes"


def test_an_unstated_year_is_never_invented() -> None:
    assert words.year(None) == "année non précisée par le producteur"


def test_producers_whose_name_holds_a_comma_stay_apart() -> None:
    assert words.producers(["CNAF", "INSEE", "CNAF"]) == "CNAF, INSEE"
    assert words.producers(["INSEE", "INSEE, avec CNAF"]) == "INSEE ; INSEE, avec CNAF"


def test_only_a_score_has_a_scale_to_be_beyond() -> None:
    assert words.beyond_scale(-0.04, Unit.SCORE)
    assert not words.beyond_scale(1, Unit.SCORE)
    assert not words.beyond_scale(-4, Unit.POINTS)


def test_the_limits_of_a_gap_in_a_sentence() -> None:
    percent = words.gap_between(13.46, 15.14, Unit.PERCENT, 1)
    assert percent == "entre +13,5 et +15,1\u00a0points"
    assert words.gap_between(-0.1, 0.1, Unit.SCORE, 2) == "entre \u22120,10 et +0,10"
    assert words.gap_between(None, 0.1, Unit.SCORE, 2) == ""
