"""What the embedded figures let each indicator show: the design's own table, typed here apart from the
code."""

from __future__ import annotations

import polars as pl
import pytest

from sources.readers import Account

CAPH = "200042190"
USABLE = ["observed", "estimated"]

# Communes: years in which the figures give a value, and how many of the 47 have one where it is not all.
COMMUNES: dict[str, dict[int, int]] = {
    "familles_monoparentales": dict.fromkeys((2011, 2016, 2022), 47),
    "menages_une_personne": dict.fromkeys((2011, 2016, 2022), 47),
    "familles_nombreuses": {2022: 47},
    "indice_jeunesse": dict.fromkeys((2022, 2023), 47),
    "niveau_vie_median": dict.fromkeys((2019, 2021, 2023), 47),
    "taux_pauvrete": {2019: 20, 2021: 20, 2023: 22},
    "rapport_interdecile": {2019: 22, 2021: 22},
    "part_prestations_sociales": {2019: 22, 2021: 22},
    "allocataires_rsa": dict.fromkeys(range(2020, 2025), 47),
    "population_couverte_caf": dict.fromkeys(range(2020, 2025), 47),
    "taux_chomage_rp": dict.fromkeys((2012, 2016, 2022, 2023), 47),
    "taux_emploi": dict.fromkeys((2012, 2016, 2022, 2023), 47),
    "emplois_duree_limitee": dict.fromkeys((2016, 2022), 47),
    "demandeurs_emploi": dict.fromkeys(range(2015, 2025), 47),
    "sans_diplome": dict.fromkeys((2016, 2017, 2022, 2023), 47),
    "diplomes_superieur": dict.fromkeys((2016, 2017, 2022, 2023), 47),
    "scolarisation_18_24": dict.fromkeys((2016, 2022), 47),
    "jeunes_non_inseres": dict.fromkeys((2008, 2013, 2018), 47),
    "menages_sans_voiture": {2022: 47},
    "trajets_voiture": dict.fromkeys((2016, 2022, 2023), 47),
    "trajets_transports_collectifs": dict.fromkeys((2016, 2022, 2023), 47),
    "logements_hlm": dict.fromkeys((2011, 2012, 2016, 2022, 2023), 47),
    "logements_vacants": dict.fromkeys((2011, 2012, 2016, 2022, 2023), 47),
    "surmortalite": {2025: 47},
    "acces_generalistes": dict.fromkeys((2022, 2023, 2024), 47),
    "ecart_taux_activite": {2022: 47},
    "taux_emploi_femmes": {2022: 47},
    "licences_sportives": {2018: 47},
    "equipements_culture_sport": {2025: 47},
}
AWAITED_COMMUNES = {
    "allocataires_monoparents",
    "demandeurs_longue_duree",
    "suroccupation",
    "logements_avant_1946",
    "beneficiaires_c2s",
    "ecart_temps_partiel",
    "ecart_salaire",
}
# The agglomeration has the years of its communes, but for what is only the producer's own row.
EPCI_OWN: dict[str, set[int]] = {
    "niveau_vie_median": {2014, 2015, 2016, 2017, 2018, 2019},
    "rapport_interdecile": {2014, 2015, 2016, 2017, 2018, 2019},
    "part_prestations_sociales": {2014, 2015, 2016, 2017, 2018, 2019},
    "taux_pauvrete": {2015},
    "acces_generalistes": set(),
    "jeunes_non_inseres": {2008, 2013, 2018},
    "licences_sportives": {2018},
}
# QPV of 2015: reference years where stated, else editions.
QPV_2015: dict[str, set[int]] = {
    "allocataires_monoparents": {2022},
    "menages_une_personne": {2022},
    "indice_jeunesse": {2022},
    "niveau_vie_median": {2016, 2018, 2019},
    "taux_pauvrete": {2016, 2018, 2019},
    "rapport_interdecile": {2016, 2018, 2019},
    "part_prestations_sociales": {2016, 2018, 2019},
    "allocataires_rsa": {2022},
    "population_couverte_caf": {2022},
    "taux_emploi": {2021, 2022},
    "emplois_duree_limitee": {2021, 2022},
    "demandeurs_emploi": {2021, 2022},
    "demandeurs_longue_duree": {2021, 2022},
    "beneficiaires_c2s": {2022},
    "taux_emploi_femmes": {2021, 2022},
}
QPV_2024_UNSTATED = {
    "menages_une_personne": 13,
    "indice_jeunesse": 13,
    "taux_pauvrete": 12,
    "allocataires_rsa": 13,
    "population_couverte_caf": 13,
    "taux_emploi": 13,
}


def usable(values: pl.DataFrame, **where: str) -> pl.DataFrame:
    return values.filter(pl.col("status").is_in(USABLE), **where)


@pytest.mark.parametrize("indicator", sorted(COMMUNES))
def test_communes(values: pl.DataFrame, indicator: str) -> None:
    rows = usable(values, indicator=indicator, level="commune")
    counted = rows.group_by("millesime").agg(pl.col("code").n_unique())
    assert dict(counted.iter_rows()).items() >= COMMUNES[indicator].items()


@pytest.mark.parametrize("indicator", sorted(AWAITED_COMMUNES))
def test_an_indicator_without_extract_says_so(values: pl.DataFrame, indicator: str) -> None:
    rows = values.filter(indicator=indicator, level="commune")
    assert set(rows["status"]) == {"awaiting_extract"} and rows["code"].n_unique() == 47
    assert rows["value"].null_count() == rows.height


@pytest.mark.parametrize("indicator", sorted(COMMUNES))
def test_agglomeration(values: pl.DataFrame, indicator: str) -> None:
    rows = usable(values, indicator=indicator, level="epci", code=CAPH)
    expected = EPCI_OWN.get(indicator, {y for y, count in COMMUNES[indicator].items() if count == 47})
    assert set(rows["millesime"]) >= expected
    origin = "producer" if indicator in EPCI_OWN else "estimated" if indicator == "surmortalite" else "sum"
    assert set(rows["origin"]) <= {origin}


@pytest.mark.parametrize("indicator", sorted(QPV_2015))
def test_quarters_of_2015(values: pl.DataFrame, indicator: str) -> None:
    rows = usable(values, indicator=indicator, level="qpv", perimeter="qpv_2015")
    years = rows.select(pl.coalesce("millesime", "edition").alias("year"), "code").unique()
    found = dict(years["year"].value_counts().iter_rows())
    assert found.items() >= dict.fromkeys(QPV_2015[indicator], 13).items()


@pytest.mark.parametrize("indicator", sorted(QPV_2024_UNSTATED))
def test_quarters_of_2024_have_no_stated_year(values: pl.DataFrame, indicator: str) -> None:
    rows = usable(values, indicator=indicator, level="qpv", perimeter="qpv_2024")
    assert rows.height == QPV_2024_UNSTATED[indicator]
    assert rows["millesime"].null_count() == rows.height
    assert rows["period"].str.contains("non précisée").all()


def test_no_median_of_a_quarter_of_2024(values: pl.DataFrame) -> None:
    """The contract prints medians of 2019 on the perimeters of 2015: they must not be stored under 2024."""
    assert usable(values, indicator="niveau_vie_median", level="qpv", perimeter="qpv_2024").is_empty()


def test_every_indicator_and_territory_has_a_row(values: pl.DataFrame) -> None:
    pairs = values.select("indicator", "level", "code").unique()
    assert pairs.height == values["indicator"].n_unique() * pairs.select("level", "code").unique().height


def test_a_value_exists_if_and_only_if_its_status_carries_one(values: pl.DataFrame) -> None:
    carries = pl.col("status").is_in(USABLE)
    assert values.filter(carries == pl.col("value").is_null()).is_empty()
    assert values["value"].is_nan().sum() == 0 and values["value"].is_infinite().sum() == 0


def test_published_facts_are_reproduced(values: pl.DataFrame) -> None:
    def value(indicator: str, year: int) -> float:
        return (
            usable(values, indicator=indicator, level="epci", code=CAPH)
            .filter(millesime=year)["value"]
            .item()
        )

    assert value("niveau_vie_median", 2019) == 18550
    assert round(value("trajets_voiture", 2022), 1) == 84.1
    assert round(value("taux_chomage_rp", 2022), 1) == 17.6


def test_denain_unemployment_as_the_issue_words_it(values: pl.DataFrame) -> None:
    row = usable(values, indicator="taux_chomage_rp", level="commune", code="59172").filter(millesime=2022)
    assert round(row["value"].item(), 1) == 31.9


def test_medians_and_poverty_are_never_summed(values: pl.DataFrame) -> None:
    for indicator in ("niveau_vie_median", "taux_pauvrete", "rapport_interdecile"):
        assert "sum" not in set(values.filter(indicator=indicator)["origin"])
        groups = usable(values, indicator=indicator, level="groupe")
        assert set(groups["code"]) <= {"ensemble_qpv_2015"}


def test_each_account_sums_and_nothing_is_refused(embedded: tuple[pl.DataFrame, list[Account]]) -> None:
    observations, accounts = embedded
    assert len(accounts) >= 36
    for account in accounts:
        kept = account.rows_kept + account.rows_outside + account.rows_suppressed + account.rows_refused
        assert kept == account.rows_read and account.rows_refused == 0
    assert observations.height <= sum(a.cells_read for a in accounts)
    key = ["dataset", "edition", "extract", "level", "code", "perimeter", "variable", "millesime"]
    assert observations.select(pl.struct(key).is_duplicated().sum()).item() == 0


def test_france_is_the_hundred_of_the_mortality_index(values: pl.DataFrame) -> None:
    """Its code is the one every other figure of France has: a reference is looked for by level and code."""
    assert values.filter(pl.col("level") == "france")["code"].unique().to_list() == ["F"]
    (france,) = values.filter(indicator="surmortalite", level="france").iter_rows(named=True)
    assert (france["value"], france["lower"], france["upper"]) == (100, None, None)
    assert (france["numerator"], france["denominator"], france["origin"]) == (None, None, "composite")
