"""Prepositions before every real territory: the list is the project's own."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.story import places
from sources.territory.files import load_territories
from sources.vocabulary import Level


def _every_territory() -> list[tuple[str, str]]:
    table: pl.DataFrame = load_territories().territory
    return list(table.select("name", "level").iter_rows())


TERRITORIES = _every_territory()
WRONG = re.compile(
    r"\b(?:à|de) les? |\bde [AEIOUYÉÈÊÎÔŒH]|\bd[e’] l[ea]s? [aeiouéèê]|\b(?:le|la) [AEIOUÉÈÎ]"
    r"|’’|\s\s|d’[^AEIOUYÉÈÊÎÔŒHaeiou]"
)


@pytest.mark.parametrize(
    ("name", "level", "at", "of"),
    [
        ("Denain", "commune", "à Denain", "de Denain"),
        ("La Sentinelle", "commune", "à La Sentinelle", "de La Sentinelle"),
        ("Le Quesnoy", "commune", "au Quesnoy", "du Quesnoy"),
        ("Les Lilas", "commune", "aux Lilas", "des Lilas"),
        ("L'Isle-Adam", "commune", "à L’Isle-Adam", "de L’Isle-Adam"),
        ("Abscon", "commune", "à Abscon", "d’Abscon"),
        ("Émerchicourt", "commune", "à Émerchicourt", "d’Émerchicourt"),
        ("Haveluy", "commune", "à Haveluy", "d’Haveluy"),
        ("Rœulx", "commune", "à Rœulx", "de Rœulx"),
        ("Nord", "departement", "dans le Nord", "du Nord"),
        ("Aisne", "departement", "dans l’Aisne", "de l’Aisne"),
        ("Hauts-de-France", "region", "dans les Hauts-de-France", "des Hauts-de-France"),
        ("France métropolitaine", "metropole", "en France métropolitaine", "de la France métropolitaine"),
        (
            "Ensemble des quartiers prioritaires de France (2015)",
            "groupe",
            "dans l’ensemble des quartiers prioritaires de France (2015)",
            "de l’ensemble des quartiers prioritaires de France (2015)",
        ),
        ("Sabatier", "qpv", "dans le quartier Sabatier", "du quartier Sabatier"),
    ],
)
def test_known_cases(name: str, level: str, at: str, of: str) -> None:
    assert places.at(name, level) == at
    assert places.of(name, level) == of


@given(st.sampled_from(TERRITORIES))
def test_no_territory_has_a_wrong_preposition(territory: tuple[str, str]) -> None:
    name, level = territory
    for words in (places.at(name, level), places.of(name, level), places.the(name, level)):
        assert not WRONG.search(words), words
        assert "'" not in words


def test_all_communes_and_levels_are_covered() -> None:
    assert sum(level == Level.COMMUNE for _, level in TERRITORIES) >= 47
    assert {level for _, level in TERRITORIES} >= {
        "qpv",
        "commune",
        "groupe",
        "epci",
        "departement",
        "region",
    }
