"""IDH-4 and estimated mortality against cases worked by hand (idh4.yaml), then on the real extracts."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from indicators.frames import value_schema
from indicators.idh4 import DEFAULT_READING, Goalpost, _index, sub_index
from indicators.mortality import (
    CELLS,
    DEFAULT_PERIOD,
    FINE_CENSUS,
    FRENCH_AGES,
    FRENCH_DEATHS_2018,
    estimated_icm,
    french_rates,
    poisson_interval,
)
from sources.vocabulary import Level

CASES = yaml.safe_load((Path(__file__).parent / "idh4.yaml").read_text(encoding="utf-8"))
CAPH = "200042190"


@pytest.mark.parametrize("case", CASES["sous_indices"], ids=lambda c: c["titre"])
def test_sub_indices(case: dict) -> None:
    expression = sub_index(pl.col("x"), Goalpost(*case["bornes"]), case["transformation"])
    result = pl.DataFrame({"x": [float(case["valeur"])]}).select(expression).item()
    assert result == pytest.approx(case["attendu"], abs=1e-6)


@pytest.mark.parametrize("case", CASES["intervalles"], ids=lambda c: c["titre"])
def test_errors_of_the_inputs_add_up(case: dict) -> None:
    def part(value: float, low: float | None = None, high: float | None = None) -> pl.DataFrame:
        row = {**dict.fromkeys(value_schema()), "level": "epci", "code": CAPH, "status": "observed"}
        row |= {"datasets": "essai", "extracts": "0" * 12, "value": value, "lower": low, "upper": high}
        return pl.DataFrame([row], schema=value_schema())

    index = _index(DEFAULT_READING, *(part(*case[name]) for name in ("sante", "education", "niveau_de_vie")))
    found = index.select("value", "lower", "upper").row(0)
    assert found == pytest.approx(tuple(case["attendu"]), abs=1e-6)


@pytest.mark.parametrize(
    "case", [c for c in CASES["mortalite"] if "intervalle" in c], ids=lambda c: c["titre"]
)
def test_exact_poisson_interval(case: dict) -> None:
    assert poisson_interval(case["observes"]) == pytest.approx(case["intervalle"], abs=1e-3)


class OneCanton:
    """Two communes of one canton, of which one belongs to a group alone."""

    territory = pl.DataFrame()
    membership = pl.DataFrame()

    def summable(self) -> tuple[tuple[Level, str], ...]:
        return ((Level.CANTON, "5914"), (Level.GROUPE, "seule"))

    def members(self, level: Level, code: str) -> tuple[str, ...]:
        return ("59001", "59002") if level is Level.CANTON else ("59001",)


def worked_observations() -> pl.DataFrame:
    """The case « deux communes d’un canton » as observations: French rates 0.001 under 60, 0.04 above."""
    rows: list[tuple[str, str, str, int, float]] = []
    # The same French population in each cell; the rates are scaled so that the total is the real one.
    young = sum(1 for age in FRENCH_AGES if age < 60)
    old = len(FRENCH_AGES) - young
    people = FRENCH_DEATHS_2018 / (2 * (young * 0.001 + old * 0.04))
    for sex in "fh":
        for age in FRENCH_AGES:
            band = "y_ge100" if age == 100 else f"y{age}t{age + 4}"
            rows.append(("france", "F", f"rp_pop_{sex}_{band}", 2018, people))
            rows.append(("france", "F", f"onu_mx_{sex}_{age}", 2015, 0.001 if age < 60 else 0.04))
        rows.append(("france", "F", f"onu_mx_{sex}_1", 2015, 0.001))
    for code, share in (("59001", 0.4), ("59002", 0.6)):
        for variable in CELLS:
            persons = {"rp_pop_f_y0t4": 1000.0, "rp_pop_h_y60t64": 500.0}.get(variable, 0.0)
            rows.append(("commune", code, variable, FINE_CENSUS, persons * share))
        for year in range(DEFAULT_PERIOD.first, DEFAULT_PERIOD.last + 1):
            deaths = {"59001": 10.0, "59002": 15.0}[code]
            rows.append(("commune", code, "ec_deces", year, deaths))
    rows.append(("commune", "59002", "ec_deces", DEFAULT_PERIOD.first - 1, 1000.0))  # outside the period
    frame = pl.DataFrame(
        rows,
        schema={
            "level": pl.String,
            "code": pl.String,
            "variable": pl.String,
            "period": pl.Int32,
            "value": pl.Float64,
        },
        orient="row",
    )
    extra = pl.when(
        (pl.col("variable") == "ec_deces")
        & (pl.col("code") == "59001")
        & (pl.col("period") == DEFAULT_PERIOD.last)
    )
    return frame.with_columns(
        value=extra.then(pl.lit(11.0)).otherwise("value"),  # 51 + 75 = 126 deaths
        stated=pl.lit(True),
        dataset=pl.lit("essai"),
        extract=pl.lit("0" * 12),
    )


def test_worked_canton() -> None:
    case = next(c for c in CASES["mortalite"] if "indice" in c)
    rows = estimated_icm(worked_observations(), OneCanton())  # type: ignore[arg-type]
    canton = rows.filter(level="canton")
    assert canton["observed"].item() == case["observes"]
    assert canton["expected"].item() == pytest.approx(case["attendus"])
    assert canton["value"].item() == pytest.approx(case["indice"])
    low, high = poisson_interval(126)
    assert canton["lower"].item() == pytest.approx(100 * low / 105)
    assert canton["upper"].item() == pytest.approx(100 * high / 105)
    assert canton["status"].item() == "estimated"


def test_a_commune_without_a_year_of_deaths_leaves_its_aggregate_out() -> None:
    rows = worked_observations().filter(
        ~(
            (pl.col("code") == "59002")
            & (pl.col("variable") == "ec_deces")
            & (pl.col("period") == DEFAULT_PERIOD.first + 1)
        )
    )
    result = estimated_icm(rows, OneCanton())  # type: ignore[arg-type]
    assert result["level"].to_list() == ["groupe"]


def test_french_rates_reproduce_the_deaths_of_france() -> None:
    rates = french_rates(worked_observations())
    assert rates["rp_pop0014"] == pytest.approx(0.001)
    assert rates["rp_pop90p"] == pytest.approx(0.04)
    assert french_rates(worked_observations().filter(pl.col("variable") != "onu_mx_f_1")) == {}


def pick(values: pl.DataFrame, indicator: str, level: str, code: str, millesime: int | None = None) -> dict:
    rows = values.filter(indicator=indicator, level=level, code=code)
    rows = rows if millesime is None else rows.filter(millesime=millesime)
    assert rows.height == 1, rows
    return rows.row(0, named=True)


def test_real_mortality_of_the_agglomeration(values: pl.DataFrame) -> None:
    """7 985 deaths of 2021-2025 against 6 170.6 expected, by sex and five-year age of the census of 2023."""
    row = pick(values, "surmortalite", "epci", CAPH)
    assert row["status"] == "estimated"
    assert row["numerator"] == 7985  # deaths 2021-2025, summed from the état civil
    assert row["denominator"] == pytest.approx(6170.617, abs=1e-3)
    assert row["value"] == pytest.approx(129.404, abs=1e-3)
    # By broad bands without sex, 125.598: the model may be wrong by the difference.
    low, high = (100 * x / row["denominator"] for x in poisson_interval(7985))
    model = row["value"] - 125.598
    assert row["value"] - row["lower"] == pytest.approx(
        ((row["value"] - low) ** 2 + model**2) ** 0.5, abs=1e-3
    )
    assert row["upper"] - row["value"] == pytest.approx(
        ((high - row["value"]) ** 2 + model**2) ** 0.5, abs=1e-3
    )
    assert row["lower"] < 125.598 < low, "beyond chance alone"
    assert row["value"] == pytest.approx(100 * row["numerator"] / row["denominator"])
    # Canton of Denain above Saint-Amand-les-Eaux, as the design's own estimate says.
    denain, amand = (pick(values, "surmortalite", "canton", c)["value"] for c in ("5914", "5934"))
    assert denain > amand > 100


def test_a_commune_inherits_its_canton_and_says_so(values: pl.DataFrame) -> None:
    commune, canton = (
        pick(values, "surmortalite", lv, c) for lv, c in (("commune", "59172"), ("canton", "5914"))
    )
    assert commune["value"] == canton["value"] and commune["origin"] == "inherited"
    assert "Denain" in commune["note"] and "hérite" in commune["note"]


def test_idh4_of_the_agglomeration_is_the_mean_of_its_own_three_inputs(values: pl.DataFrame) -> None:
    index = pick(values, "idh4", "epci", CAPH, 2019)
    parts = [
        pick(values, "idh4_sante", "epci", CAPH)["value"],
        pick(values, "idh4_education", "epci", CAPH)["value"],
        pick(values, "idh4_niveau_de_vie", "epci", CAPH, 2019)["value"],
    ]
    assert index["value"] == pytest.approx(sum(parts) / 3)
    assert parts[2] == pytest.approx(0.271074, abs=1e-5)  # the producer's own median, never communes' mean
    assert index["status"] == "estimated"
    assert index["lower"] < index["value"] < index["upper"]
    errors = [
        pick(values, name, "epci", CAPH)["upper"] - part
        for name, part in zip(("idh4_sante", "idh4_education"), parts[:2], strict=True)
    ]
    assert min(errors) > 0
    assert index["upper"] - index["value"] == pytest.approx(sum(e**2 for e in errors) ** 0.5 / 3)
    assert "2021-2025" in index["note"] and "2023" in index["note"]


def test_diplomas_are_sampled_in_large_communes_only(values: pl.DataFrame) -> None:
    denain = pick(values, "idh4_education", "commune", "59172")
    assert denain["lower"] < denain["value"] < denain["upper"]
    small = pick(values, "idh4_education", "commune", "59192")
    assert small["value"] is not None and small["lower"] is None and small["upper"] is None


def test_groups_have_no_median_hence_no_index(values: pl.DataFrame) -> None:
    for indicator in ("idh4", "idh4_niveau_de_vie"):
        row = pick(values, indicator, "groupe", "geographie_prioritaire")
        assert row["value"] is None and row["status"] in ("not_published", "awaiting_extract")
    for indicator in ("idh4_sante", "idh4_education"):
        assert pick(values, indicator, "groupe", "geographie_prioritaire")["value"] is not None


def test_qpv_have_sub_indices_but_no_index_without_diplomas(values: pl.DataFrame) -> None:
    assert values.filter(indicator="idh4", level="qpv").filter(pl.col("value").is_not_null()).is_empty()
    assert set(values.filter(indicator="idh4", level="qpv")["status"]) == {"awaiting_extract"}
    assert values.filter(indicator="idh4_niveau_de_vie", level="qpv", code="QP059050").filter(
        pl.col("value").is_not_null()
    )["millesime"].to_list() == [2019]  # 2016 and 2018 are of another definition of income


def test_a_quarter_over_the_border_says_why_it_has_no_health_index(values: pl.DataFrame) -> None:
    for indicator in ("surmortalite", "idh4_sante"):
        row = pick(values, indicator, "qpv", "QN05921M")
        assert row["value"] is None and row["status"] == "not_published"
    assert "à cheval" in pick(values, "surmortalite", "qpv", "QN05921M")["note"]
