"""Rows of our reference territories that are embedded: known figures, and totals that hold by hand."""

from __future__ import annotations

import polars as pl
import pytest


@pytest.mark.parametrize(
    ("indicator", "level", "year", "expected"),
    [
        # Filosofi, lines of the producer's own files.
        ("niveau_vie_median", "epci", 2016, 17420),
        ("niveau_vie_median", "departement", 2016, 19203),
        ("niveau_vie_median", "region", 2016, 19249),
        ("niveau_vie_median", "metropole", 2016, 20809),
        ("niveau_vie_median", "departement", 2020, 20750),
        ("niveau_vie_median", "region", 2018, 20110),
        ("part_prestations_sociales", "departement", 2020, 8.6),
        ("taux_pauvrete", "epci", 2015, 24.322524738),
        ("taux_pauvrete", "departement", 2015, 19.413734708),
        ("taux_pauvrete", "region", 2015, 18.561157334),
        ("taux_pauvrete", "metropole", 2015, 14.869898736),
        ("taux_pauvrete", "departement", 2020, 18.4),
        # Census, tables of insee.fr: 209 687 / 1 174 592 and 461 211 / 2 704 335.
        ("taux_chomage_rp", "departement", 2016, 100 * 209_687 / 1_174_592),
        ("taux_chomage_rp", "region", 2016, 100 * 461_211 / 2_704_335),
        ("taux_emploi_femmes", "departement", 2016, 100 * 459_414 / 846_656),
        ("logements_hlm", "region", 2016, 100 * 485_631 / 2_519_188),
        ("menages_une_personne", "france", 2022, 100 * 11_916_102 / 30_907_289),
    ],
)
def test_known_reference_figures(
    values: pl.DataFrame, indicator: str, level: str, year: int, expected: float
) -> None:
    found = values.filter(indicator=indicator, level=level, millesime=year)
    assert found["value"].to_list() == [pytest.approx(expected)]
    assert found["origin"].to_list() == ["producer"]


def test_the_rates_printed_on_the_pages_are_found_again(values: pl.DataFrame) -> None:
    """Tables EMP T1 and EMP T2 print 57,8 and 58,8 % in employment; FAM T1 34,1, 35,8 and 38,6 % alone."""
    rows = values.filter(pl.col("datasets") == "insee_rp_reperes")
    printed = {
        ("taux_emploi", "departement", 2016): 57.8,
        ("taux_emploi", "region", 2016): 58.8,
        ("menages_une_personne", "france", 2011): 34.1,
        ("menages_une_personne", "france", 2016): 35.8,
        ("menages_une_personne", "france", 2022): 38.6,
    }
    for (indicator, level, year), rate in printed.items():
        [value] = rows.filter(indicator=indicator, level=level, millesime=year)["value"]
        assert round(value, 1) == rate, (indicator, level, year)


def test_men_and_women_make_the_total(embedded: tuple[pl.DataFrame, object]) -> None:
    rows = embedded[0].filter(dataset="insee_rp_reperes", millesime=2016)
    for level in ("departement", "region"):
        count = dict(rows.filter(level=level).select("variable", "value").iter_rows())
        for total, men, women in (
            ("rp_pop1564", "rp_h1564", "rp_f1564"),
            ("rp_act1564", "rp_hact1564", "rp_fact1564"),
            ("rp_actocc1564", "rp_hactocc1564", "rp_factocc1564"),
        ):
            assert abs(count[total] - count[men] - count[women]) <= 1, (level, total)
