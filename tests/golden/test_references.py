"""Sums of communes worked by hand: what they are, what share they rest on, what secrecy may hide."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import polars as pl
import pytest

from indicators import elsewhere
from indicators.figures import Figures
from indicators.frames import VALUE_KEY
from indicators.references import full_years, listed, places, summed, weighted
from indicators.registry import INDICATORS, by_id
from indicators.resolve import resolve
from indicators.series import series_values
from sources.catalogue import Catalogue

compute_elsewhere = partial(elsewhere.compute_elsewhere, indicators=INDICATORS)

NBSP = "\u00a0"
PEOPLE = {"59001": 6000.0, "59002": 3600.0, "62001": 400.0}
MEMBERSHIPS = pl.DataFrame(
    [
        ("commune", code, level, parent)
        for code in PEOPLE
        for level, parent in (
            ("departement", code[:2]),
            ("region", "32"),
            ("epci", "200000001"),
            ("canton", "9"),
        )
    ]
    + [("commune", "97101", "region", "01"), ("region", "32", "metropole", "FM")],
    schema=["level", "code", "parent_level", "parent_code"],
    orient="row",
)


def observed(
    cells: list[tuple[str, str, float | None]], year: int = 2018, dataset: str = "insee_comparateur"
) -> pl.DataFrame:
    """Observations of communes; a null figure is suppressed."""
    return pl.DataFrame(
        [
            {
                "dataset": dataset, "edition": year, "millesime": year, "level": "commune", "code": code,
                "perimeter": None, "variable": variable, "value": value,
                "status": "observed" if value is not None else "suppressed", "extract": "e", "line": 1,
                "column": variable,
            }
            for code, variable, value in cells
        ],
        schema_overrides={
            "perimeter": pl.String, "value": pl.Float64, "edition": pl.Int32, "millesime": pl.Int32,
            "line": pl.Int32,
        },
    )  # fmt: skip


def unemployment(counts: dict[str, tuple[float | None, float | None]]) -> pl.DataFrame:
    cells = [
        (code, variable, value)
        for code, pair in counts.items()
        for variable, value in zip(("rp_chom1564", "rp_act1564"), pair, strict=True)
    ]
    return observed([*cells, *((code, "rp_pop", people) for code, people in PEOPLE.items())])


def of(values: pl.DataFrame, level: str, code: str, indicator: str = "taux_chomage_rp") -> dict[str, object]:
    found = values.filter(
        (pl.col("level") == level) & (pl.col("code") == code) & (pl.col("indicator") == indicator)
    )
    return found.row(0, named=True) if found.height else {}


AREAS = places(MEMBERSHIPS, "FM")


def test_places_are_the_communes_of_each_area_and_metropolitan_france_leaves_the_overseas_out() -> None:
    areas = places(pl.concat([MEMBERSHIPS, MEMBERSHIPS.head(1)]), "FM")
    own = [
        (level, code[:2] if level == "departement" else parent, code)
        for code in PEOPLE
        for level, parent in (("departement", ""), ("region", "32"), ("epci", "200000001"))
    ]
    france = [("metropole", "FM", code) for code in PEOPLE]
    assert areas.columns == ["parent_level", "parent_code", "code"]
    assert sorted(areas.rows()) == sorted([*own, ("region", "01", "97101"), *france])


def test_a_sum_is_counts_over_counts_and_never_a_mean_of_rates(catalogue: Catalogue) -> None:
    """(300 + 100 + 10) / (2000 + 1800 + 200) = 10.25 %; the mean of the rates would be 8.5 %."""
    rows = unemployment({"59001": (300, 2000), "59002": (100, 1800), "62001": (10, 200)})
    values = compute_elsewhere(rows, catalogue, AREAS)
    region = of(values, "region", "32")
    assert region["value"] == pytest.approx(10.25)
    assert (region["numerator"], region["denominator"], region["origin"]) == (410, 4000, "sum")
    assert str(region["note"]).startswith(f"Somme de 3 communes, 100{NBSP}% de la population.")
    assert of(values, "departement", "59")["value"] == pytest.approx(100 * 400 / 3800)
    assert (
        of(values, "metropole", "FM")["value"] == region["value"] == of(values, "epci", "200000001")["value"]
    )


def test_what_secrecy_hides_gives_two_bounds(catalogue: Catalogue) -> None:
    """62001 hides its numerator: 400 to 600 people out of 4000, 10 to 15 %; without it 400/3800."""
    values = compute_elsewhere(
        unemployment({"59001": (300, 2000), "59002": (100, 1800), "62001": (None, 200)}), catalogue, AREAS
    )
    region = of(values, "region", "32")
    assert region["value"] == pytest.approx(100 * 400 / 3800)
    assert (
        f"Somme de 2 communes sur 3, 96{NBSP}% de la population. Selon ce que valent les autres, "
        f"de 10 à 15{NBSP}%." in str(region["note"])
    )
    assert region["lower"] <= 10 and region["upper"] >= 15
    # Of its own département it is everything: no figure at all.
    assert of(values, "departement", "62") == {}


def test_bounds_hold_a_commune_of_which_nothing_is_known(catalogue: Catalogue) -> None:
    """Its 400 inhabitants count among the actives as the others do: 400 × 3800 / 9600 = 158.33."""
    values = compute_elsewhere(
        unemployment({"59001": (300, 2000), "59002": (100, 1800), "62001": (None, None)}), catalogue, AREAS
    )
    region, rest = of(values, "region", "32"), 400 * 3800 / 9600
    assert region["lower"] <= 100 * 400 / (3800 + rest) < region["value"]
    assert region["upper"] >= 100 * (400 + rest) / (3800 + rest) > region["value"]


def test_under_the_declared_share_there_is_no_sum(catalogue: Catalogue) -> None:
    values = compute_elsewhere(
        unemployment({"59001": (300, 2000), "59002": (None, 1800), "62001": (10, 200)}), catalogue, AREAS
    )
    assert of(values, "region", "32") == {} and of(values, "departement", "62")["value"] == 5


def test_the_producers_own_row_comes_first(catalogue: Catalogue) -> None:
    rows = unemployment({"59001": (300, 2000), "59002": (100, 1800), "62001": (10, 200)})
    own = rows.filter(code="59001").with_columns(
        level=pl.lit("departement"), code=pl.lit("59"), value=pl.col("value") * 10
    )
    values = compute_elsewhere(pl.concat([rows, own]), catalogue, AREAS)
    assert of(values, "departement", "59")["origin"] == "producer"
    assert of(values, "departement", "59")["value"] == pytest.approx(15)
    assert of(values, "region", "32")["origin"] == "sum"
    assert values.filter(level="departement", code="59", indicator="taux_chomage_rp").height == 1


def test_a_sum_takes_the_place_of_what_the_producer_hides(catalogue: Catalogue) -> None:
    rows = unemployment({"59001": (300, 2000), "59002": (100, 1800), "62001": (10, 200)})
    own = rows.filter(code="59001").with_columns(
        level=pl.lit("departement"),
        code=pl.lit("59"),
        value=pl.lit(None, pl.Float64),
        status=pl.lit("suppressed"),
    )
    values = compute_elsewhere(pl.concat([rows, own]), catalogue, AREAS)
    found = values.filter(level="departement", code="59", indicator="taux_chomage_rp")
    assert found.select("origin", "status", "value").rows() == [("sum", "observed", pytest.approx(400 / 38))]


def test_a_median_is_never_a_sum(catalogue: Catalogue) -> None:
    cells = [(code, "filo_med", 20_000.0) for code in PEOPLE]
    rows = pl.concat([observed(cells, dataset="insee_filosofi_communes"), unemployment({})])
    values = compute_elsewhere(rows, catalogue, AREAS)
    assert values.filter(indicator="niveau_vie_median")["level"].unique().to_list() == ["commune"]


def test_a_difference_is_of_two_sums(catalogue: Catalogue) -> None:
    """Men 900/1500 + 500/1000, women 500/1500 + 600/1500 among the 15-64: 56 % − 36.67 % = 19.33 points."""
    indicator = by_id("ecart_taux_activite")
    formula = indicator.series[0].formula
    names = [next(iter(getattr(formula, side).numerator)) for side in ("minuend", "subtrahend")]
    bases = [next(iter(getattr(formula, side).denominator)) for side in ("minuend", "subtrahend")]
    counts = {"59001": (900, 1500, 500, 1500), "59002": (500, 1000, 600, 1500)}
    cells = [
        (code, variable, float(value))
        for code, row in counts.items()
        for variable, value in zip((names[0], bases[0], names[1], bases[1]), row, strict=True)
    ]
    rows = pl.concat([observed(cells, dataset="insee_rp_emploi"), unemployment({})])
    found = of(compute_elsewhere(rows, catalogue, AREAS), "departement", "59", "ecart_taux_activite")
    assert found["value"] == pytest.approx(100 * (1400 / 2500 - 1100 / 3000))
    assert found["numerator"] is None and found["origin"] == "sum"


def test_a_commune_an_inventory_does_not_list_has_nothing_of_it(catalogue: Catalogue) -> None:
    """30 facilities for 10 000 inhabitants: 3 for 1000, the commune without a line counted in."""
    areas = AREAS.with_columns(parent_code=pl.lit("59")).filter(parent_level="departement")
    facilities = observed([("59001", "bpe_culture_sport", 20.0), ("59002", "bpe_culture_sport", 10.0)], 2019)
    rows = pl.concat(
        [facilities.with_columns(dataset=pl.lit("insee_bpe_ensemble")), unemployment({})], how="vertical"
    )
    found = of(compute_elsewhere(rows, catalogue, areas), "departement", "59", "equipements_culture_sport")
    assert found["value"] == pytest.approx(3.0) and found["denominator_millesime"] == 2018
    assert str(found["note"]).startswith("Somme de 3 communes, 100")
    # Where the inventory covers too few of the people, an absent commune is not a zero.
    resolved = resolve(facilities.with_columns(dataset=pl.lit("insee_bpe_ensemble")).head(1), catalogue)
    population = resolve(unemployment({}), catalogue)
    assert listed(resolved, weighted(areas, population)).height == 1


def test_a_figure_its_producer_hides_later_is_no_figure_any_more(catalogue: Catalogue) -> None:
    """30 of the edition of 2024, a secret in that of 2025: the last word of its producer; not another’s."""
    first = observed([("59001", "defm_abc", 30.0), ("59002", "defm_abc", 40.0)], 2021)
    first = first.with_columns(edition=pl.lit(2024, pl.Int32), extract=pl.lit("premier"))
    hidden = pl.when(pl.col("code") == "59001")
    later = first.with_columns(
        edition=pl.lit(2025, pl.Int32),
        extract=pl.lit("second"),
        value=hidden.then(None).otherwise("value"),
        status=hidden.then(pl.lit("suppressed")).otherwise("status"),
    )
    found = resolve(pl.concat([first, later]), catalogue).sort("code")
    assert found["status"].to_list() == ["suppressed", "observed"]
    assert found["edition"].to_list() == [2025, 2025] and found["value"].to_list() == [None, 40.0]
    missing = later.with_columns(status=hidden.then(pl.lit("missing")).otherwise("status"))
    assert resolve(pl.concat([first, missing]), catalogue).sort("code")["value"].to_list() == [30.0, 40.0]
    others = later.with_columns(dataset=pl.lit("insee_rp_reperes"))
    assert resolve(pl.concat([first, others]), catalogue).sort("code")["value"].to_list() == [30.0, 40.0]


def test_rows_come_in_the_order_of_their_key_and_nothing_gives_nothing(catalogue: Catalogue) -> None:
    rows = unemployment({"59001": (300, 2000), "59002": (100, 1800), "62001": (10, 200)})
    found = compute_elsewhere(rows, catalogue, AREAS)
    assert set(found["level"]) > {"commune", "region"}
    assert found.equals(found.sort(VALUE_KEY, nulls_last=False))
    nothing = compute_elsewhere(rows.clear(), catalogue, AREAS)
    assert nothing.is_empty() and nothing.schema == found.schema


def test_populations_of_some_communes_only_are_no_denominator(catalogue: Catalogue) -> None:
    rows = pl.concat([unemployment({}), observed([("59001", "rp_pop", 7000.0)], 2022)])
    figures = Figures.of(resolve(rows.filter(variable="rp_pop"), catalogue))
    kept = full_years(figures.cells["rp_pop"], figures)
    assert set(figures.year[kept.at]) == {2018}


def test_without_populations_nearly_all_communes_must_be_known(catalogue: Catalogue) -> None:
    rows = unemployment({"59001": (300, 2000), "59002": (100, 1800), "62001": (10, 200)})
    values = compute_elsewhere(rows.filter(pl.col("variable") != "rp_pop"), catalogue, AREAS)
    assert "100" in str(of(values, "region", "32")["note"])
    few = compute_elsewhere(
        rows.filter((pl.col("variable") != "rp_pop") & (pl.col("code") != "62001")), catalogue, AREAS
    )
    assert of(few, "region", "32") == {} and of(few, "departement", "59")["value"] is not None


@pytest.mark.parametrize("factor", [0.001, 1, 1000])
def test_the_sum_of_a_rate_moves_with_its_scale(catalogue: Catalogue, factor: float) -> None:
    indicator = by_id("taux_chomage_rp")
    series = indicator.series[0]
    scaled = replace(series, formula=replace(series.formula, scale=100 * factor))
    resolved = resolve(
        unemployment({"59001": (300, 2000), "59002": (100, 1800), "62001": (None, 200)}), catalogue
    )
    areas = weighted(AREAS, resolved.filter(variable="rp_pop"))
    figures = Figures.of(resolved)
    found = summed(series_values(indicator, scaled, figures), figures, areas)
    region = found.filter(level="region")
    assert region.select("value", "_low", "_high").row(0) == pytest.approx(
        tuple(factor * x for x in (100 * 400 / 3800, 10, 15))
    )
