"""French as it is written, in the one module everything else asks."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from sources import french
from sources.french import NARROW, NBSP

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (12345.65, 1, f"12{NARROW}345,7"),
        (0.05, 1, "0,1"),
        (-0.04, 1, "0,0"),
        (-2.5, 0, "\u22123"),
        (1e6, 0, f"1{NARROW}000{NARROW}000"),
        (0.285, 2, "0,29"),
    ],
)
def test_numbers_are_rounded_as_by_hand(value: float, decimals: int, written: str) -> None:
    assert french.number(value, decimals) == written


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="nombre"):
        french.number(float("nan"))


@pytest.mark.parametrize(
    ("name", "at", "of"),
    [
        ("Anzin", "à Anzin", "d’Anzin"),
        ("Haveluy", "à Haveluy", "d’Haveluy"),
        ("La Sentinelle", "à La Sentinelle", "de La Sentinelle"),
        ("Le Quesnoy", "au Quesnoy", "du Quesnoy"),
        ("Les Rues-des-Vignes", "aux Rues-des-Vignes", "des Rues-des-Vignes"),
        ("L’Haÿ", "à L’Haÿ", "de L’Haÿ"),
        ("Valenciennes", "à Valenciennes", "de Valenciennes"),
    ],
)
def test_towns_with_their_prepositions(name: str, at: str, of: str) -> None:
    assert french.at_town(name) == at
    assert french.of_town(name) == of


@pytest.mark.parametrize(
    ("subject", "written"),
    [
        ("le Nord", "du Nord"),
        ("les Landes", "des Landes"),
        ("l’Aisne", "de l’Aisne"),
        ("un quartier", "d’un quartier"),
    ],
)
def test_nouns_with_their_article(subject: str, written: str) -> None:
    assert french.of(subject) == written


def test_nouns_after_to() -> None:
    assert [french.to(noun) for noun in ("le Nord", "les Landes", "la santé", "l’éducation")] == [
        *("au Nord", "aux Landes", "à la santé", "à l’éducation")
    ]


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_a_column_is_written_as_each_of_its_numbers(decimals: int) -> None:
    numbers = [0.0, 0.04, -0.04, 0.05, 9.96, 12.345, 999.95, 1000.0, -18550.25, 999_999.5, 1_234_567.0, None]
    frame = pl.DataFrame({"n": numbers}, schema={"n": pl.Float64})
    written = frame.select(french.number_column(pl.col("n"), decimals)).to_series().to_list()
    assert written == [None if n is None else french.number(n, decimals) for n in numbers]


def test_small_words() -> None:
    assert french.plural(0, "commune") == f"0{NBSP}commune"
    assert french.plural(1200, "commune") == f"1{NARROW}200{NBSP}communes"
    assert french.enumeration(["a", "b", "c"]) == "a, b et c"
    assert french.enumeration([]) == ""
    assert french.shortest(1250.5) == f"1{NARROW}250,5"
    assert french.places(1, 1) == "à la 1re place" and french.places(3, 9) == "entre la 3e et la 9e place"
    once = french.typographic("L'eau : 3 % « oui »")
    assert once == f"L’eau{NBSP}: 3{NBSP}% «{NBSP}oui{NBSP}»" == french.typographic(once)


_OWN = re.compile(
    r'^_?(NBSP|NARROW|THIN|MINUS)\b.*= "'  # its own no-break space
    r"|^def _?(typographic|capital|lowered|enumeration|ordinal|percent)\("  # its own rule of the language
    r'|:,[^}]*}"\)?\.replace\(|:\.?\d*g}[^"]*"\.replace\('  # its own thousands or decimal comma
    r"|[0-9a-z]:g}|\* 100:\.|{100 \*"  # its own shortest writing, its own percentage
    r'|"AEI|"d’{|"janvier"'  # its own elisions, its own months
    r"|'s' if .{1,40} (>|>=) [12] else ''",  # its own plural
    re.MULTILINE,
)
_AGREEING = {"indicators/analysis/words.py", "indicators/analysis/priority.py", "dashboard/story/progress.py"}
"""Where a word agrees with a number written with its own sign or decimals."""


def test_the_language_is_written_once() -> None:
    """No other module writes its own thousands, plurals, elisions, months or no-break space."""
    for package in ("sources", "indicators", "pipelines", "dashboard"):
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if name != "sources/french.py" and name not in _AGREEING:
                assert not _OWN.search(path.read_text(encoding="utf-8")), name
