"""General or concentrated, against cases worked by hand (concentration.yaml), then on the real extracts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from indicators.analysis import analysis_schema, indices
from indicators.analysis.choice import scored, themes
from indicators.analysis.concentration import judge, rows
from indicators.analysis.need import read_links
from indicators.analysis.sentences import Case, need_sentence
from indicators.analysis.verdicts import (
    CONSTANTS,
    Evidence,
    Form,
    Verdict,
    constants_table,
    decide,
    stability,
    tally,
)
from indicators.frames import value_schema
from indicators.registry import INDICATORS, by_id
from sources.territories import Territories
from sources.vocabulary import Level

CASES = yaml.safe_load((Path(__file__).parent / "concentration.yaml").read_text(encoding="utf-8"))
CAPH, DENAIN = "200042190", "59172"


def named(case: dict) -> str:
    return str(case["titre"])


def evidence(form: str, measures: list[float | None]) -> Evidence:
    return Evidence(Form[form], *measures)


@pytest.mark.parametrize("case", CASES["quotients"], ids=named)
def test_location_quotient(case: dict) -> None:
    found = indices.location_quotient(
        case["besoin_quartiers"], case["population_quartiers"], case["besoin"], case["population"]
    )
    assert found == (None if case["attendu"] is None else pytest.approx(case["attendu"]))


@pytest.mark.parametrize("case", CASES["dissimilarites"], ids=named)
def test_dissimilarity(case: dict) -> None:
    found = indices.dissimilarity(case["besoin"], case["population"])
    assert found == (None if case["attendu"] is None else pytest.approx(case["attendu"], abs=1e-12))


@pytest.mark.parametrize("case", CASES["theil"], ids=named)
def test_theil(case: dict) -> None:
    found = indices.theil(case["besoin"], case["population"], case["commune"])
    assert found is not None
    expected = case["attendu"]
    assert (found.total, found.between, found.within) == pytest.approx(
        (expected["total"], expected["entre"], expected["dans"]), abs=2e-6
    )


@pytest.mark.parametrize("case", CASES["hasard"], ids=named)
def test_chance(case: dict) -> None:
    found = indices.chance(case["besoin"], case["population"], draws=20_000)
    assert found is not None
    assert found.p_value == pytest.approx(case["attendu"]["p"], abs=0.015)
    assert found.expected == pytest.approx(case["attendu"]["esperance"], abs=0.01)


@pytest.mark.parametrize("case", CASES["verdicts"], ids=named)
def test_verdict(case: dict) -> None:
    assert decide(evidence(case["forme"], case["mesures"])).value == case["attendu"]


@pytest.mark.parametrize("case", CASES["themes"], ids=named)
def test_verdict_of_a_theme(case: dict) -> None:
    result = tally([Verdict(v) for v in case["verdicts"]])
    assert result.verdict.value == case["attendu"]
    assert result.judged == len(case["verdicts"]) == sum(n for _, n in result.counts)


def test_stability_moves_each_threshold_both_ways() -> None:
    firm = stability(evidence("COUNTS", [3.0, 1.0, 1.0, 3.0, 0.9]))
    assert (firm.unchanged, firm.trials, firm.changes) == (10, 10, ())
    # Level 1.2: only a threshold of 1.32 takes the need away from « général ».
    fragile = stability(evidence("COUNTS", [1.2, 1.0, 1.0, 0.5, 0.1]))
    assert [(name, new) for name, _, new in fragile.changes] == [("level", Verdict.NOT_PRIORITY)]
    assert fragile.changes[0][1] == pytest.approx(1.32) and fragile.share == pytest.approx(0.9)


def test_every_constant_is_described() -> None:
    table = constants_table()
    assert [value for _, _, value in table] == [1.1, 2 / 3, 1.3, 1.5, 0.2, 0.8, 0.5]
    assert all(label for _, label, _ in table)


GROUPS = ("geographie_prioritaire", "complementaire_seule", "equipe_nord", "equipe_sud")


def test_groups_of_communes_have_their_verdict(real: pl.DataFrame) -> None:
    groups = real.filter((pl.col("level") == "groupe") & pl.col("indicator").is_not_null())
    assert set(groups["code"]) <= set(GROUPS) and groups["code"].n_unique() == len(GROUPS)
    unemployment = groups.filter(indicator="taux_chomage_rp", code="geographie_prioritaire")
    texts = dict(unemployment.select("measure", "text").iter_rows())
    assert "dans l’ensemble «\u00a0Géographie prioritaire\u00a0»" in texts["phrase"]
    # Its communes are all those that carry a quarter, each worse than the country for unemployment or not.
    assert 0 <= dict(unemployment.select("measure", "value").iter_rows())["etendue"] <= 1


def test_a_quarter_shared_with_another_commune_is_not_counted_in_a_group(territories) -> None:
    links = read_links(territories)
    for group, members in links.groups.items():
        wholly = links.wholly["groupe", group]
        assert wholly <= links.partly["groupe", group]
        for code in wholly:
            carriers = {
                c for (level, c), codes in links.partly.items() if level == "commune" and code in codes
            }
            assert carriers <= set(members)
            assert code in links.wholly["epci", territories.home.epci.code]


def test_a_reference_of_another_year_is_named_in_the_reason() -> None:
    values = worked_values().with_columns(
        millesime=pl.when(pl.col("level").is_in(["departement", "metropole", "france"]))
        .then(pl.col("millesime") - 1)
        .otherwise("millesime")
    )
    found = rows(values, TwoCommunes()).filter(indicator="allocataires_rsa", code="E")  # type: ignore[arg-type]
    texts = dict(found.select("measure", "text").iter_rows())
    assert texts["verdict"] == "indéterminé"
    assert "les références connues sont d’autres années" in texts["raison"]


# A whole chain on two communes, worked by hand in the same file.


@dataclass(frozen=True)
class TwoCommunes:
    """An authority E of two communes; QA wholly in A, QX over A and elsewhere."""

    @property
    def territory(self) -> pl.DataFrame:
        places = [("epci", "E", None), ("commune", "A", None), ("commune", "B", None)]
        places += [("qpv", "QA", "qpv_2024"), ("qpv", "QX", "qpv_2024")]
        places += [("departement", "D", None), ("metropole", "FM", None), ("france", "F", None)]
        return pl.DataFrame(
            [(*place, place[1], place[1] != "QX", None) for place in places],
            schema=["level", "code", "perimeter", "name", "in_epci", "note"],
            orient="row",
        )

    @property
    def membership(self) -> pl.DataFrame:
        links = [("commune", "A", "epci", "E", True), ("commune", "B", "epci", "E", True)]
        links += [("qpv", "QA", "commune", "A", True), ("qpv", "QX", "commune", "A", False)]
        links += [("qpv", "QA", "epci", "E", True), ("qpv", "QX", "epci", "E", False)]
        return pl.DataFrame(
            links, schema=["level", "code", "parent_level", "parent_code", "whole"], orient="row"
        )


def figure(
    indicator: str, series: str, level: str, code: str, year: int | None, value: float, **more: Any
) -> dict[str, Any]:
    concept = "surmortalite_estimee" if indicator == "surmortalite" else indicator
    base = {
        "indicator": indicator,
        "series": series,
        "concept": concept,
        "level": level,
        "code": code,
        "perimeter": "qpv_2024" if level == "qpv" else None,
        "millesime": year,
        "edition": year or 2024,
        "period": str(year),
        "value": float(value),
        "status": "observed",
        "origin": "producer",
    }
    return {**base, **more}


def share(
    indicator: str, series: str, level: str, code: str, year: int | None, part: int, whole: int
) -> dict[str, Any]:
    counts = {"numerator": float(part), "denominator": float(whole)}
    return figure(indicator, series, level, code, year, 100 * part / whole, **counts)


def worked_values() -> pl.DataFrame:
    rsa, caf = "allocataires_rsa", "caf_communes"
    income = ("niveau_vie_median", "filosofi")
    poverty = ("taux_pauvrete", "filosofi")
    rows = [
        # The population is read where it is a denominator.
        share("demandeurs_emploi", "dares_communes", "commune", "A", 2021, 6, 600),
        share("demandeurs_emploi", "dares_communes", "commune", "B", 2021, 4, 400),
        share(rsa, caf, "commune", "A", 2024, 40, 100),
        share(rsa, caf, "commune", "B", 2024, 10, 100),
        share(rsa, caf, "epci", "E", 2024, 50, 200),
        share(rsa, caf, "departement", "D", 2024, 20, 100),
        share(rsa, "caf_qpv", "qpv", "QA", None, 30, 50),
        share(rsa, "caf_qpv", "qpv", "QX", None, 18, 20),
        share("taux_emploi", "recensement", "commune", "A", 2023, 100, 300),
        share("taux_emploi", "recensement", "commune", "B", 2023, 260, 300),
        share("taux_emploi", "recensement", "epci", "E", 2023, 360, 600),
        share("taux_emploi", "recensement", "metropole", "FM", 2023, 70, 100),
        figure("taux_emploi", "qpv", "qpv", "QA", None, 40),
        figure(*income, "commune", "A", 2019, 16_000),
        figure(*income, "commune", "B", 2019, 25_000),
        figure(*income, "epci", "E", 2019, 18_000),
        figure(*income, "metropole", "FM", 2019, 21_600),
        figure(*income, "qpv", "QA", 2019, 12_000),
        figure(*poverty, "commune", "A", 2023, 30),
        figure(*poverty, "commune", "B", 2023, 10),
        figure(*poverty, "epci", "E", 2023, 20),
        figure(*poverty, "metropole", "FM", 2023, 15),
        figure(*poverty, "qpv", "QA", None, 60),
    ]
    return pl.DataFrame(rows, schema=value_schema())


@pytest.fixture(scope="module")
def worked() -> pl.DataFrame:
    return rows(worked_values(), TwoCommunes())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("indicator", "code"),
    [(i, code) for i, case in CASES["chaine"].items() for code in ("E", "A", "B") if code in case],
)
def test_worked_chain(worked: pl.DataFrame, indicator: str, code: str) -> None:
    of_case = worked.filter((pl.col("indicator") == indicator) & (pl.col("code") == code))
    found = {m: (v, t) for m, v, t in of_case.select("measure", "value", "text").iter_rows()}
    for measure, expected in CASES["chaine"][indicator][code].items():
        value, text = found[measure]
        assert (text if measure == "verdict" else value) == (
            expected if measure == "verdict" else pytest.approx(expected, abs=1e-6)
        ), measure


def test_a_shared_quarter_is_shown_apart_and_never_counted(worked: pl.DataFrame) -> None:
    quarters = worked.filter(indicator="allocataires_rsa", level="qpv").sort("code")
    assert quarters["code"].to_list() == ["QA", "QX"]
    assert "compté" in quarters["text"][0] and "à part" in quarters["text"][1]
    assert quarters["value"].to_list() == pytest.approx([60 / 25, 90 / 25])
    counted = worked.filter(indicator="allocataires_rsa", code="E", measure="quartiers")
    assert counted["value"].item() == 1 and "édition 2024" in counted["text"].item()


def test_an_ambiguous_edition_is_not_matched_across_a_break(worked: pl.DataFrame) -> None:
    measures = worked.filter(indicator="taux_pauvrete", code="E")
    assert measures.filter(measure="forme")["text"].item() == Form.COMMUNES.value
    assert measures.filter(measure="rapport_qpv").is_empty()


def test_without_a_reference_the_need_is_undetermined_with_the_reason() -> None:
    values = worked_values().filter(pl.col("level") != "departement")
    found = rows(values, TwoCommunes()).filter(indicator="allocataires_rsa", code="E")  # type: ignore[arg-type]
    texts = dict(found.select("measure", "text").iter_rows())
    assert texts["verdict"] == "indéterminé" and "aucun extrait déposé" in texts["raison"]
    # What is known is said all the same.
    assert "60\u00a0% du besoin pour 25\u00a0%" in texts["phrase"]
    assert "niveau" not in texts


def test_a_territory_of_elsewhere_is_no_reference(worked: pl.DataFrame) -> None:
    other = figure("allocataires_rsa", "caf_communes", "departement", "C", 2024, 1)
    values = pl.concat([pl.DataFrame([other], schema=value_schema()), worked_values()])
    assert rows(values, TwoCommunes()).equals(worked)  # type: ignore[arg-type]


def test_inherited_figures_of_quarters_are_no_figures() -> None:
    inherited = [
        figure("surmortalite", "estimation", *place, 2019, 130, origin="inherited")
        for place in (("commune", "A"), ("commune", "B"), ("qpv", "QA"))
    ]
    own = figure("surmortalite", "estimation", "epci", "E", 2019, 130, lower=120.0, upper=140.0)
    france = figure("surmortalite", "estimation", "france", "F", 2019, 100)
    declared = by_id("surmortalite").series
    series = next(s.id for s in declared if s.concept == "surmortalite_estimee")
    values = pl.DataFrame(
        [{**row, "series": series} for row in (*inherited, own, france)], schema=value_schema()
    )
    found = rows(pl.concat([worked_values(), values]), TwoCommunes())  # type: ignore[arg-type]
    found = found.filter(indicator="surmortalite")
    forms = dict(found.filter(measure="forme").select("code", "text").iter_rows())
    assert forms == {"E": Form.COMMUNES.value, "A": Form.INHERITED.value, "B": Form.INHERITED.value}
    level = found.filter(code="E", measure="niveau").row(0, named=True)
    assert (level["value"], level["lower"], level["upper"]) == pytest.approx((1.3, 1.2, 1.4))
    assert "un canton plus touché" in found.filter(code="E", measure="phrase")["text"].item()


def test_a_page_judges_again_without_computing_again(worked: pl.DataFrame) -> None:
    names = {("epci", "E"): "E", ("commune", "A"): "A", ("commune", "B"): "B"}
    again = judge(worked, names)
    written = worked.filter(pl.col("measure").is_in(["verdict", "raison", "stabilite", "phrase"]))
    assert again.equals(written)
    severe = judge(worked, names, replace(CONSTANTS, quotient_high=9.0, quotient_low=8.0))
    assert "concentré" not in severe.filter(measure="verdict")["text"].str.split(" et ").explode().to_list()


# The sentences.

NEEDS = {i.id: i.need for i in INDICATORS if i.need}

MEASURES = {
    Verdict.GENERAL: [1.2, 0.8, 1, 1.0, 0.1],
    Verdict.BOTH: [1.2, 0.8, 1, 1.6, 0.1],
    Verdict.CONCENTRATED: [1.0, 0.3, 1, 1.6, 0.25],
    Verdict.NOT_PRIORITY: [1.0, 0.3, 1, 1.1, 0.05],
    Verdict.UNDETERMINED: [1.2, 0.8, 1, 1.4, 0.1],
}


def test_every_scored_indicator_has_its_words() -> None:
    assert set(NEEDS) == {i.id for theme in themes() for i in scored(theme)}
    assert len(set(NEEDS.values())) == len(NEEDS)


@pytest.mark.parametrize("verdict", list(Verdict), ids=lambda v: v.value)
@pytest.mark.parametrize("level", [Level.EPCI, Level.COMMUNE])
def test_sentences_can_be_read_aloud(verdict: Verdict, level: Level) -> None:
    for indicator, words in NEEDS.items():
        case = Case(
            indicator,
            level,
            "Denain",
            evidence("COUNTS", MEASURES[verdict]),
            level_text="1,20 fois celle de la France (2023)",
            spread_text="80\u00a0% de la population vit dans une commune plus touchée que cette référence",
            need_share=0.3,
            people_share=0.2,
            quarters=2,
        )
        assert decide(case.evidence) is verdict
        text = need_sentence(case)
        assert typographic(text) and text.endswith(".") and text[0].isupper()
        assert words in text or f"Pour {words[:1].lower()}{words[1:]}, " in text
        assert ("à Denain" in text) == (level is Level.COMMUNE)
        assert "None" not in text and "  " not in text and "\u00a0; ." not in text


def test_the_example_of_the_design() -> None:
    case = Case(
        "taux_chomage_rp",
        Level.EPCI,
        "La Porte du Hainaut",
        evidence("COUNTS", MEASURES[Verdict.GENERAL]),
        level_text="1,20 fois celle de la France (2023)",
        spread_text="80\u00a0% de la population vit dans une commune plus touchée que cette référence",
        need_share=0.2,
        people_share=0.2,
        quarters=9,
    )
    assert need_sentence(case) == (
        "Le chômage est un besoin généralisé dans l’agglomération\u00a0: son intensité vaut 1,20 fois celle "
        "de la France (2023), et 80\u00a0% de la population vit dans une commune plus touchée que cette "
        "référence\u00a0; les quartiers prioritaires propres à l’agglomération réunissent 20\u00a0% du "
        "besoin pour 20\u00a0% de la population concernée."
    )


def typographic(text: str) -> bool:
    """No breaking space before a double punctuation mark or a percent sign, no straight apostrophe."""
    return not re.search(r"(?<!\u00a0)[:;?!%»](?!\S*/)|'|« ", text.replace("…", ""))


# The real extracts.


@pytest.fixture(scope="module")
def real(values: pl.DataFrame, territories: Territories) -> pl.DataFrame:
    return rows(values, territories)


def test_real_rows_are_well_formed(real: pl.DataFrame) -> None:
    assert real.schema == analysis_schema()
    key = ["indicator", "theme", "level", "code", "perimeter", "measure"]
    assert real.select(key).is_duplicated().sum() == 0
    assert real.filter(pl.col("value").is_infinite() | pl.col("value").is_nan()).is_empty()
    sentences = real.filter(measure="phrase")["text"].to_list()
    assert all(typographic(text) for text in sentences)
    assert all(typographic(text) for text in real["text"].drop_nulls().to_list())


def test_every_theme_and_the_whole_have_a_verdict(real: pl.DataFrame, territories: Territories) -> None:
    whole = real.filter(pl.col("indicator").is_null() & (pl.col("measure") == "verdict"))
    per_place = whole.group_by("level", "code").len()
    assert per_place.height == len(territories.communes) + 1 + len(GROUPS)
    assert per_place["len"].unique().to_list() == [len(themes()) + 1]
    assert set(real.filter(measure="verdict")["text"]) <= {v.value for v in Verdict}


def test_undetermined_always_has_its_reason(real: pl.DataFrame) -> None:
    of_needs = real.filter(pl.col("indicator").is_not_null())
    doubtful = of_needs.filter((pl.col("measure") == "verdict") & (pl.col("text") == "indéterminé"))
    reasons = of_needs.filter(measure="raison")
    assert doubtful.height == reasons.height > 0
    assert reasons["text"].str.len_chars().min() > 20


def test_real_level_is_the_ratio_of_the_published_values(real: pl.DataFrame, values: pl.DataFrame) -> None:
    level = real.filter(indicator="taux_chomage_rp", code=CAPH, measure="niveau").row(0, named=True)
    year = values.filter(indicator="taux_chomage_rp", millesime=level["millesime"])
    ours, france = (year.filter(level=lv)["value"].item() for lv in ("epci", "france"))
    assert level["value"] == pytest.approx(ours / france)
    verdict = real.filter(indicator="taux_chomage_rp", code=CAPH, measure="verdict")["text"].item()
    assert verdict == "généralisé"  # 1,5 times France, nearly four inhabitants in five


def test_only_whole_quarters_enter_the_counts(real: pl.DataFrame, territories: Territories) -> None:
    counted = real.filter(indicator="allocataires_rsa", level="qpv")
    inside = counted.filter(pl.col("text").str.contains("compté"))
    assert inside.height == 9 and counted.height > inside.height
    assert not any(territories.apart(code) for code in inside["code"])
    assert real.filter(indicator="allocataires_rsa", code=CAPH, measure="quartiers")["value"].item() == 9


def test_denain_lives_mostly_in_its_quarter(real: pl.DataFrame) -> None:
    """Its QPV holds most of the commune: the need cannot be concentrated there, it is everywhere."""
    found = real.filter(indicator="taux_emploi", code=DENAIN)
    texts = dict(found.select("measure", "text").iter_rows())
    assert texts["verdict"] == "généralisé" and texts["forme"] == Form.RATES.value
    assert found.filter(measure="rapport_qpv")["value"].item() < 1.3


def test_the_order_of_the_rows_changes_nothing(
    real: pl.DataFrame, values: pl.DataFrame, territories: Territories
) -> None:
    shuffled = rows(values.sample(fraction=1, shuffle=True, seed=3), territories)
    key = ["indicator", "theme", "level", "code", "perimeter", "measure"]
    left, right = (frame.sort(key, nulls_last=True) for frame in (real, shuffled))
    assert left.drop("value", "lower", "upper").equals(right.drop("value", "lower", "upper"))
    for one, other in zip(left["value"], right["value"], strict=True):
        assert one == (None if other is None else pytest.approx(other, rel=1e-9))
