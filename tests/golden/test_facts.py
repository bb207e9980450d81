"""Each fact of the contract has one line on what our data say, worked from the values."""

from __future__ import annotations

import polars as pl
import pytest

from indicators.facts import confront
from sources.territory.declared import Territories

NBSP = "\u00a0"


@pytest.fixture(scope="module")
def answers(values: pl.DataFrame, territories: Territories) -> dict[str, str]:
    facts = confront(values, territories)
    assert facts["answer"].null_count() == 0 and "recipe" not in facts.columns
    return dict(facts.select("fact", "answer").iter_rows())


def test_the_contracts_facts_each_have_their_line(answers: dict[str, str]) -> None:
    # Filosofi, all QPV of 2015: 43.6 % in 2019, the year nearest to 2020 of one definition.
    assert f"43,6{NBSP}% pour l’ensemble des quartiers de 2015 en 2019" in answers["pauvrete_qpv"]
    gap = answers["pauvrete_ecart_agglomeration"]
    assert (
        f"24,3{NBSP}% pour l’intercommunalité en 2015" in gap and f"43,6{NBSP}%" in gap and "en 2019" in gap
    )
    assert f"15,9{NBSP}% en 2023, d’une autre définition" in answers["pauvrete_metropole"]
    # 18 550 − 16 964 = 1 586, whatever the change of definition between.
    assert "+1\u202f586" in answers["hausse_revenu_median"]
    assert "de 2014 à 2019" in answers["hausse_revenu_median"]
    assert answers["scolarisation_qpv"].startswith("Nos données ne permettent pas")
    # The contract announces 12 quarters in 10 communes: its own table, and ours, count 13.
    assert answers["quartiers_contrat"] == f"Nos données{NBSP}: 13{NBSP}quartiers."
    assert answers["communes_quartiers_contrat"].startswith(f"Nos données{NBSP}: 1")


def test_two_scales_are_said_and_not_subtracted(values: pl.DataFrame, territories: Territories) -> None:
    facts = confront(values, territories).filter(pl.col("scale").is_not_null())
    assert set(facts["fact"]) == {"idh4_caph", "idh4_region"}
    assert facts["difference"].null_count() == facts.height
    assert all("ne se comparent pas" in text for text in facts["answer"])


def test_reproduced_facts_are_reproduced(answers: dict[str, str]) -> None:
    assert "18\u202f550" in answers["revenu_median_insee"] and "2019" in answers["revenu_median_insee"]
    assert "84,1" in answers["trajets_voiture_contrat"]
