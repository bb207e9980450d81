"""Comparisons: same concept and year only, judged from the interval; published facts beside ours."""

from __future__ import annotations

import polars as pl
import pytest

from indicators.comparison import compare
from indicators.facts import confront
from indicators.frames import value_schema
from sources.territory.declared import Territories

CAPH = "200042190"


@pytest.fixture(scope="module")
def comparisons(values: pl.DataFrame, territories: Territories) -> pl.DataFrame:
    return compare(values, territories)


def row(indicator: str, level: str, code: str, year: int | None, value: float, **changes: object) -> dict:
    base = dict.fromkeys(value_schema())
    return {
        **base,
        "indicator": indicator,
        "series": "recensement",
        "concept": indicator,
        "level": level,
        "code": code,
        "millesime": year,
        "edition": year or 2022,
        "period": str(year),
        "value": value,
        "status": "observed",
        **changes,
    }


def judged(territories: Territories, indicator: str, low: float, high: float, reference: float) -> str | None:
    rows = [
        row(indicator, "commune", "59172", 2022, (low + high) / 2, lower=low, upper=high),
        row(indicator, "epci", CAPH, 2022, reference),
    ]
    return compare(pl.DataFrame(rows, schema=value_schema()), territories)["judgement"].item()


@pytest.mark.parametrize(
    ("indicator", "interval", "reference", "expected"),
    [
        ("taux_chomage_rp", (20, 25), 17, "moins bien"),  # high means need
        ("taux_chomage_rp", (10, 15), 17, "mieux"),
        ("taux_chomage_rp", (15, 18), 17, "pas de différence établie"),
        # The figure is on one side, its interval on both; a limit on the reference excludes nothing.
        ("taux_chomage_rp", (16, 25), 17, "pas de différence établie"),
        ("taux_chomage_rp", (10, 18), 17, "pas de différence établie"),
        ("taux_chomage_rp", (17, 25), 17, "pas de différence établie"),
        ("taux_chomage_rp", (10, 17), 17, "pas de différence établie"),
        ("taux_emploi", (60, 65), 55, "mieux"),  # low means need
        ("taux_emploi", (40, 45), 55, "moins bien"),
        ("menages_une_personne", (30, 35), 25, "plus haut"),  # descriptive: no better nor worse
        ("menages_une_personne", (15, 20), 25, "plus bas"),
    ],
)
def test_judgement(
    territories: Territories,
    indicator: str,
    interval: tuple[float, float],
    reference: float,
    expected: str,
) -> None:
    assert judged(territories, indicator, *interval, reference) == expected


@pytest.mark.parametrize(
    ("reference", "limits"),
    [
        # 5 − √((20−17)² + (19−15)²) = 5 − 5; 5 + √((25−20)² + (15−3)²) = 5 + 13.
        ({"lower": 3.0, "upper": 19.0}, (0.0, 18.0)),
        # An exhaustive reference: 17 − 15 and 25 − 15.
        ({}, (2.0, 10.0)),
    ],
)
def test_limits_of_the_gap(
    territories: Territories, reference: dict[str, float], limits: tuple[float, float]
) -> None:
    rows = [
        row("taux_emploi", "commune", "59172", 2022, 20.0, lower=17.0, upper=25.0),
        row("taux_emploi", "epci", CAPH, 2022, 15.0, **reference),
    ]
    compared = compare(pl.DataFrame(rows, schema=value_schema()), territories)
    assert compared.select("gap_lower", "gap_upper").row(0) == pytest.approx(limits)


def test_the_error_of_the_reference_counts_in_the_judgement(territories: Territories) -> None:
    """17 is out of [17,5; 22,5], but with [14; 20] around it the gap of 3 goes from −0,9 to 6,9."""
    own = row("taux_chomage_rp", "commune", "59172", 2022, 20.0, lower=17.5, upper=22.5)
    sampled = row("taux_chomage_rp", "epci", CAPH, 2022, 17.0, lower=14.0, upper=20.0)
    exact = row("taux_chomage_rp", "epci", CAPH, 2022, 17.0)
    said = [
        compare(pl.DataFrame([own, reference], schema=value_schema()), territories)["judgement"].item()
        for reference in (sampled, exact)
    ]
    assert said == ["pas de différence établie", "moins bien"]


def test_the_figure_of_a_canton_judges_no_commune(territories: Territories) -> None:
    rows = [
        row("surmortalite", "commune", "59172", 2022, 140.0, lower=130.0, upper=150.0, origin="inherited"),
        row("surmortalite", "epci", CAPH, 2022, 120.0),
    ]
    compared = compare(pl.DataFrame(rows, schema=value_schema()), territories)
    assert compared["gap"].item() == 20
    assert compared.select("gap_lower", "gap_upper", "judgement").row(0) == (None, None, None)


def test_a_judgement_is_the_interval_printed_beside_it(comparisons: pl.DataFrame) -> None:
    told = comparisons.filter(pl.col("judgement").is_not_null())
    assert told.height > 1000
    zero = (told["gap_lower"] <= 0) & (told["gap_upper"] >= 0)
    assert (zero == (told["judgement"] == "pas de différence établie")).all()
    # An interval without a judgement would leave the reader to judge.
    silent = comparisons.filter(pl.col("judgement").is_null())
    assert silent["gap_lower"].is_null().all()


def test_no_interval_no_judgement(territories: Territories) -> None:
    rows = [row("taux_emploi", "commune", "59172", 2022, 40.0), row("taux_emploi", "epci", CAPH, 2022, 55.0)]
    compared = compare(pl.DataFrame(rows, schema=value_schema()), territories)
    assert compared["judgement"].to_list() == [None]
    assert compared["gap"].item() == -15.0
    assert compared.select("gap_lower", "gap_upper").row(0) == (None, None)
    assert compared["gap_relative"].item() == pytest.approx(-15 / 55)


def test_another_year_or_concept_is_never_compared(territories: Territories) -> None:
    rows = [
        row("taux_emploi", "commune", "59172", 2022, 40.0),
        row("taux_emploi", "epci", CAPH, 2016, 55.0),
        row("taux_emploi", "region", "32", 2022, 60.0, concept="autre"),
    ]
    assert compare(pl.DataFrame(rows, schema=value_schema()), territories).is_empty()


def test_a_quarter_without_a_stated_year_says_so(territories: Territories) -> None:
    rows = [
        row("taux_emploi", "qpv", "QP059050", None, 34.0, perimeter="qpv_2015", edition=2022),
        row("taux_emploi", "epci", CAPH, 2016, 54.0),
        row("taux_emploi", "epci", CAPH, 2022, 58.0),
    ]
    compared = compare(pl.DataFrame(rows, schema=value_schema()), territories)
    assert compared["reference_millesime"].to_list() == [2022]
    assert "n’indique pas l’année" in compared["reason"].item()


def test_a_series_that_counts_a_little_otherwise_is_compared_and_the_reason_says_how(
    territories: Territories,
) -> None:
    rows = [
        row("allocataires_rsa", "qpv", "QP059050", 2022, 30.0, series="caf_qpv", perimeter="qpv_2015"),
        row("allocataires_rsa", "epci", CAPH, 2022, 20.0, series="caf_communes"),
        row("allocataires_rsa", "commune", "59172", 2022, 24.0, series="caf_communes"),
    ]
    compared = compare(pl.DataFrame(rows, schema=value_schema()), territories)
    said = {(r["level"], r["reference_level"]): r["reason"] for r in compared.iter_rows(named=True)}
    assert "RSA socle" in said["qpv", "epci"]
    assert said["commune", "epci"] is None


def test_a_quarter_without_a_stated_year_is_not_compared_across_a_break(territories: Territories) -> None:
    """The poverty of the 2024 quarters (edition 2024) may be of before or after Filosofi 2 (2023)."""
    rows = [
        row("taux_pauvrete", "qpv", "QN05950M", None, 48.0, perimeter="qpv_2024", edition=2024),
        row("taux_pauvrete", "commune", "59172", 2021, 44.0),
        row("taux_pauvrete", "commune", "59172", 2023, 45.0),
    ]
    assert compare(pl.DataFrame(rows, schema=value_schema()), territories).is_empty()


def test_no_territory_is_compared_with_itself(comparisons: pl.DataFrame) -> None:
    same = (pl.col("level") == pl.col("reference_level")) & (pl.col("code") == pl.col("reference_code"))
    assert comparisons.filter(same).is_empty()


def test_a_quarter_is_compared_with_its_own_communes_only(
    comparisons: pl.DataFrame, territories: Territories
) -> None:
    pairs = (
        comparisons.filter(level="qpv", reference_level="commune").select("code", "reference_code").unique()
    )
    assert pairs.height > 0
    for quarter, commune in pairs.iter_rows():
        assert commune in territories.communes_of(quarter)


def test_generations_of_quarters_are_never_mixed(comparisons: pl.DataFrame) -> None:
    rows = comparisons.filter(level="qpv", reference_level="groupe", reference_code="ensemble_qpv_2015")
    assert rows.height > 0 and set(rows["perimeter"]) == {"qpv_2015"}


def test_all_quarters_of_one_generation_are_no_reference_of_the_other(territories: Territories) -> None:
    """Even for the same indicator and year, which no producer has published so far."""
    old, new = "qpv_2015", "qpv_2024"
    rows = [
        row("taux_emploi", "qpv", "QP059050", 2022, 34.0, perimeter=old),
        row("taux_emploi", "qpv", "QN05950M", 2022, 36.0, perimeter=new),
        row("taux_emploi", "groupe", "ensemble_qpv_2015", 2022, 35.0, perimeter=old),
        row("taux_emploi", "groupe", "ensemble_qpv_2024", 2022, 37.0, perimeter=new),
        row("taux_emploi", "commune", "59172", 2022, 45.0),
    ]
    compared = compare(pl.DataFrame(rows, schema=value_schema()), territories)
    with_group = compared.filter(reference_level="groupe").select("code", "reference_code")
    assert sorted(with_group.rows()) == [
        ("QN05950M", "ensemble_qpv_2024"),
        ("QP059050", "ensemble_qpv_2015"),
    ]


def test_neighbour_concepts_are_never_compared(values: pl.DataFrame, comparisons: pl.DataFrame) -> None:
    """Households' HLM by the census and dwellings of RPLS, families by the census and by CAF: shown apart."""
    for indicator in ("logements_hlm", "familles_nombreuses"):
        known = values.filter(pl.col("value").is_not_null() & (pl.col("indicator") == indicator))
        assert {"qpv", "commune"} <= set(known["level"]), "there is something not to compare"
    apart = comparisons.filter(
        pl.col("indicator").is_in(["logements_hlm", "familles_nombreuses"]) & (pl.col("level") == "qpv")
    )
    assert apart.is_empty()


def test_the_contract_is_confronted(values: pl.DataFrame, territories: Territories) -> None:
    facts = {r["fact"]: r for r in confront(values, territories).iter_rows(named=True)}
    assert facts["revenu_median_insee"]["difference"] == 0
    assert facts["revenu_median_contrat"]["computed"] == 18550
    assert facts["habitants_qpv_contrat"]["difference"] == 0
    assert abs(facts["trajets_voiture_contrat"]["difference"]) < 0.5
    # Published on the Région's own scale: beside ours, never subtracted from it.
    assert facts["idh4_caph"]["computed"] is not None and facts["idh4_caph"]["difference"] is None
    assert all(f["computed"] is None for f in facts.values() if f["kind"] == "quote")
