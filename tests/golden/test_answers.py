"""General or concentrated, against cases worked by hand (answers.yaml), then on the real extracts."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from indicators.analysis import analysis_schema, indices
from indicators.analysis.answers import (
    CONSTANT_LABELS,
    CONSTANTS,
    LIKELY,
    NIVEAUX,
    WORDS,
    Answer,
    Certainty,
    Gap,
    Niveau,
    Repartition,
    Spread,
    Word,
    answer,
    moved,
)
from indicators.analysis.choice import scored, themes
from indicators.analysis.judging import judge, rows
from indicators.analysis.need import read_links
from indicators.analysis.sentences import Case, level_sentence, spread_sentence, theme_sentence
from indicators.comparison import compare
from indicators.frames import value_schema
from indicators.intervals import z_score
from indicators.model import Theme
from indicators.registry import INDICATORS, by_id
from indicators.scales import Estimate
from sources.authority import Noun
from sources.territory.declared import Territories
from sources.vocabulary import Level

CASES = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text(encoding="utf-8"))
CAPH, DENAIN = "200042190", "59172"
BAND = 0.1


def named(case: dict) -> str:
    return str(case.get("titre") or case["mot"])


def exact(value: float | None) -> Estimate | None:
    return None if value is None else Estimate(value, value, value)


def gap_of(at: Estimate | None) -> Gap | None:
    """A gap whose printed limits are those of its scale."""
    return None if at is None else Gap(at, at.lower, at.upper, BAND)


def answered(values: pl.DataFrame, territories: Any) -> pl.DataFrame:
    """The whole analysis of some values, with the comparisons it is read on."""
    return rows(values, compare(values, territories), territories)


def spread_of(zones: float | None, half: float | None, **more: Any) -> Spread:
    return Spread(exact(zones), exact(None if half is None else 0.5 - half), **more)


@pytest.mark.parametrize("case", CASES["dissimilarites"], ids=named)
def test_dissimilarity(case: dict) -> None:
    found = float(indices.dissimilarity(case["besoin"], case["autres"]))
    assert found == pytest.approx(case["attendu"], abs=1e-12)


@pytest.mark.parametrize("case", CASES["theil"], ids=named)
def test_entropy(case: dict) -> None:
    found = indices.entropy(case["besoin"], case["population"], case["commune"])
    assert found is not None
    expected = case["attendu"]
    assert (found.total, found.between, found.within) == pytest.approx(
        (expected["total"], expected["entre"], expected["dans"]), abs=2e-6
    )


@pytest.mark.parametrize("case", CASES["moities"], ids=named)
def test_half_of_the_need(case: dict) -> None:
    found = float(indices.half_base(case["besoin"], case["population"]))
    assert found == pytest.approx(case["attendu"], abs=1e-6)
    assert indices.fewest(case["besoin"]) == case["communes"]


@pytest.mark.parametrize("case", CASES["poids"], ids=named)
def test_weight_of_a_part(case: dict) -> None:
    found = indices.weight(*case["mesures"])
    expected = case["attendu"]
    if expected is None:
        assert found is None
        return
    assert found is not None
    got = found.need_share.value, found.base_share, found.quotient.value, found.log_odds.value
    assert got == pytest.approx(
        (expected["part"], expected["population"], expected["quotient"], expected["cotes"]), abs=1e-6
    )
    assert found.quotient.lower < found.quotient.value < found.quotient.upper
    assert found.log_odds.lower < found.log_odds.value < found.log_odds.upper


def test_the_two_thresholds_are_those_of_two_halves() -> None:
    """Two halves of a territory whose odds differ by ψ: a dissimilarity of (√ψ − 1) / (√ψ + 1)."""

    def halves(odds_ratio: float) -> float:
        odds = math.log(odds_ratio)
        return indices.as_dissimilarity(Estimate(odds, odds, odds)).value

    assert halves(2.25) == pytest.approx((1.5 - 1) / (1.5 + 1)) == pytest.approx(CONSTANTS.concentrated)
    assert halves(1.5) == pytest.approx(CONSTANTS.uneven, abs=0.002)
    # Two halves of 100: odds of 1.5 and of 2/3, hence 60 and 40 concerned.
    assert float(indices.dissimilarity([60, 40], [40, 60])) == pytest.approx(halves(2.25))


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda c: f"{c['niveau']} × {c['repartition']}")
def test_every_cell_of_the_table(case: dict) -> None:
    said = answer(gap_of(exact(case["ecart"])), spread_of(case["zones"], case["moitie"]))
    assert (said.niveau.value, said.repartition.value) == (case["niveau"], case["repartition"])
    assert said.word.value == case["mot"]


def test_the_cases_are_all_the_cells_and_the_words_all_said() -> None:
    cells = {(c["niveau"], c["repartition"]) for c in CASES["cases"]}
    assert cells == {(n.value, r.value) for n in Niveau for r in Repartition}
    assert {w for row in WORDS.values() for w in row.values()} == set(Word)


@pytest.mark.parametrize("case", CASES["certitudes"], ids=named)
def test_certainty_of_a_level(case: dict) -> None:
    said = answer(gap_of(Estimate(*case["ecart"])), Spread())
    assert (said.niveau.value, said.niveau_certainty.value) == (case["niveau"], case["attendu"])


@pytest.mark.parametrize("case", CASES["quartiers"], ids=named)
def test_what_the_quarters_say(case: dict) -> None:
    zones = case["zones"] or (None, None)
    found = spread_of(*zones, quarters=exact(case["quartiers"]), share=case["part"])
    assert answer(None, found).repartition.value == case["attendu"]


def test_nothing_measured_is_unknown_and_never_everywhere() -> None:
    said = answer(None, Spread())
    assert said == Answer(Niveau.UNKNOWN, Certainty.UNKNOWN, Repartition.UNKNOWN, Certainty.UNKNOWN)
    assert (said.word, said.certainty) == (Word.ALONE, Certainty.UNKNOWN)


def test_rates_instead_of_counts_are_at_most_probable() -> None:
    firm = spread_of(0.5, 0.1)
    assert answer(None, firm).repartition_certainty is Certainty.FIRM
    assert answer(None, replace(firm, approximate=True)).repartition_certainty is Certainty.LIKELY


def test_the_word_is_as_sure_as_the_less_sure_of_its_answers() -> None:
    said = answer(gap_of(Estimate(0.11, -0.11, 0.33)), spread_of(0.5, 0.1))
    assert (said.niveau_certainty, said.repartition_certainty) == (Certainty.EDGE, Certainty.FIRM)
    assert said.certainty is Certainty.EDGE
    assert answer(None, spread_of(0.5, 0.1)).certainty is Certainty.FIRM


def test_every_threshold_is_moved_both_ways_and_described() -> None:
    trials = [
        (name, getattr(trial, name) / declared)
        for trial in moved()
        for name, declared in asdict(CONSTANTS).items()
        if getattr(trial, name) != declared
    ]
    names = list(asdict(CONSTANTS))
    assert [name for name, _ in trials] == [name for name in names for _ in range(2)]
    assert [round(ratio, 9) for _, ratio in trials] == [0.8, 1.2] * len(names)
    assert all(CONSTANT_LABELS[name] for name in names)
    assert z_score(LIKELY) / z_score() == pytest.approx(0.654, abs=0.001)


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
    return answered(worked_values(), TwoCommunes())


@pytest.mark.parametrize(
    ("indicator", "code"),
    [(i, code) for i, case in CASES["chaine"].items() for code in ("E", "A", "B") if code in case],
)
def test_worked_chain(worked: pl.DataFrame, indicator: str, code: str) -> None:
    of_case = worked.filter((pl.col("indicator") == indicator) & (pl.col("code") == code))
    found = {m: (v, t) for m, v, t in of_case.select("measure", "value", "text").iter_rows()}
    for measure, expected in CASES["chaine"][indicator][code].items():
        value, text = found[measure]
        if isinstance(expected, str):
            assert text == expected, measure
        else:
            assert value == pytest.approx(expected, abs=1e-6), measure


def texts_of(frame: pl.DataFrame) -> dict[str, str]:
    return dict(frame.select("measure", "text").iter_rows())


def test_sentences_of_the_worked_chain(worked: pl.DataFrame) -> None:
    said = texts_of(worked.filter(indicator="allocataires_rsa", code="E"))
    assert said["phrase_niveau"] == (
        "Dans l’intercommunalité, le poids du RSA parmi les allocataires de la CAF ne se distingue pas "
        "nettement du niveau du département (allocataires au RSA, 2024\u00a0: 25,0\u00a0% contre "
        "20,0\u00a0%)."
    )
    assert said["phrase_repartition"].startswith(
        "Dans l’intercommunalité, le poids du RSA parmi les allocataires de la CAF se concentre en peu "
        "d’endroits\u00a0: une commune, A, réunit 80\u00a0% des allocataires du RSA pour 50\u00a0% des "
        "allocataires de la CAF\u00a0; le quartier prioritaire situé entièrement dans l’intercommunalité "
        "réunit 60\u00a0% des allocataires du RSA pour 25\u00a0% des allocataires de la CAF (2024, "
        "quartiers de 2024)."
    )
    alone = texts_of(worked.filter(indicator="allocataires_rsa", code="B"))
    assert alone["phrase_repartition"].endswith("\u00a0: la commune n’a pas de quartier prioritaire.")


def test_a_shared_quarter_is_shown_apart_and_never_counted(worked: pl.DataFrame) -> None:
    quarters = worked.filter(indicator="allocataires_rsa", level="qpv").sort("code")
    assert quarters["code"].to_list() == ["QA", "QX"]
    assert "compté" in quarters["text"][0] and "à part" in quarters["text"][1]
    assert quarters["value"].to_list() == pytest.approx([60 / 25, 90 / 25])
    counted = worked.filter(indicator="allocataires_rsa", code="E", measure="quartiers")
    assert counted["value"].item() == 1 and "édition 2024" in counted["text"].item()


def test_an_ambiguous_edition_is_not_matched_across_a_break(worked: pl.DataFrame) -> None:
    measures = worked.filter(indicator="taux_pauvrete", code="E")
    assert measures.filter(measure="quartiers").is_empty()
    assert measures.filter(measure="repartition")["text"].item() != Repartition.UNKNOWN.value


def without_reference(values: pl.DataFrame) -> dict[str, str]:
    return texts_of(answered(values, TwoCommunes()).filter(indicator="allocataires_rsa", code="E"))  # type: ignore[arg-type]


def test_without_a_reference_the_spread_is_answered_all_the_same() -> None:
    said = without_reference(worked_values().filter(pl.col("level") != "departement"))
    assert said["niveau"] == "à comparer" and said["repartition"] == "concentré"
    assert said["mot"] == "concentré, à comparer" and "ecart" not in said
    assert "reste à comparer\u00a0: aucun fichier reçu" in said["phrase_niveau"]
    assert "60\u00a0% des allocataires du RSA pour 25\u00a0%" in said["phrase_repartition"]


def test_a_reference_of_another_year_is_named_in_the_reason() -> None:
    values = worked_values().with_columns(
        millesime=pl.when(pl.col("level") == "departement").then(2023).otherwise("millesime")
    )
    said = without_reference(values)
    assert said["niveau"] == "à comparer"
    assert "les références connues portent sur d’autres années" in said["phrase_niveau"]


def test_a_reference_that_counts_something_else_is_said_so() -> None:
    place = "equipements_culture_sport"
    one, other = (s for s in by_id(place).series if s.scored)
    rows_of = [
        {**share(place, one.id, "departement", "D", 2019, 2, 1_000), "concept": one.concept},
        {**share(place, other.id, "epci", "E", 2025, 3, 1_000), "concept": other.concept},
    ]
    values = pl.concat([worked_values(), pl.DataFrame(rows_of, schema=value_schema())])
    said = texts_of(answered(values, TwoCommunes()).filter(indicator=place, code="E"))  # type: ignore[arg-type]
    assert said["phrase_niveau"].endswith("ne comptent pas la même chose\u00a0: le département (2019).")


def test_communes_without_a_row_of_the_authority_still_tell_the_spread() -> None:
    said = without_reference(worked_values().filter(pl.col("level") != "epci"))
    assert said["repartition"] == "concentré" and said["niveau"] == "à comparer"
    assert "aucun chiffre n’est publié pour l’intercommunalité" in said["phrase_niveau"]


def test_the_nearest_reference_comes_first() -> None:
    wider = share("allocataires_rsa", "caf_communes", "metropole", "FM", 2024, 15, 100)
    values = pl.concat([worked_values(), pl.DataFrame([wider], schema=value_schema())])
    found = answered(values, TwoCommunes()).filter(indicator="allocataires_rsa", measure="ecart")  # type: ignore[arg-type]
    assert dict(found.select("code", "reference_level").iter_rows()) == {
        "E": "departement",
        "A": "epci",
        "B": "epci",
    }


def test_a_territory_of_elsewhere_is_no_reference(worked: pl.DataFrame) -> None:
    other = figure("allocataires_rsa", "caf_communes", "departement", "C", 2024, 1)
    values = pl.concat([pl.DataFrame([other], schema=value_schema()), worked_values()])
    assert answered(values, TwoCommunes()).equals(worked)  # type: ignore[arg-type]


def test_an_inherited_figure_is_not_judged() -> None:
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
    found = answered(pl.concat([worked_values(), values]), TwoCommunes())
    found = found.filter(indicator="surmortalite")
    for code in ("A", "B"):
        assert found.filter(code=code)["measure"].to_list() == ["sans_reponse"]
    said = texts_of(found.filter(code="E"))
    assert (said["niveau"], said["repartition"], said["mot"]) == ("plus élevé", "partout", "général")
    assert said["approche"] == "les communes reçoivent la valeur de leur canton"
    assert said["couverture"] == "2 communes renseignées sur 2"


def test_a_page_answers_again_without_computing_again(worked: pl.DataFrame) -> None:
    names = {("epci", "E"): "E", ("commune", "A"): "A", ("commune", "B"): "B"}
    again = judge(worked, names)
    assert worked.tail(again.height).equals(again)
    severe = judge(worked, names, replace(CONSTANTS, concentrated=0.9, uneven=0.9))
    assert set(severe.filter(measure="repartition")["text"]) == {"partout", "non connue"}
    wide = judge(worked, names, replace(CONSTANTS, band=50.0))
    assert set(wide.filter(measure="niveau")["text"]) == {"comparable", "à comparer"}


def test_groups_of_communes_have_their_answers(real: pl.DataFrame, territories: Territories) -> None:
    groups = real.filter((pl.col("level") == "groupe") & pl.col("indicator").is_not_null())
    assert set(groups["code"]) == set(read_links(territories).groups)
    said = texts_of(groups.filter(indicator="taux_chomage_rp", code="geographie_prioritaire"))
    assert "ans l’ensemble «\u00a0Géographie prioritaire\u00a0»" in said["phrase_niveau"]
    assert "le niveau de l’agglomération" in said["phrase_niveau"]


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


# The sentences.

NEEDS = {i.id: i.need for i in INDICATORS if i.need}


def test_every_scored_indicator_has_its_words() -> None:
    assert set(NEEDS) == {i.id for theme in themes() for i in scored(theme)}
    assert len(set(NEEDS.values())) == len(NEEDS)


def answers_of(certainty: Certainty) -> list[Answer]:
    return [Answer(n, certainty, r, certainty) for n in Niveau for r in Repartition]


METHOD_WORDS = re.compile(r"dissimilarité|tirages?|intervalle|cotes|quotient|seuil|bande|Theil|logarithme")


@pytest.mark.parametrize("certainty", [Certainty.FIRM, Certainty.LIKELY, Certainty.EDGE])
@pytest.mark.parametrize("level", [Level.EPCI, Level.COMMUNE, Level.GROUPE])
def test_sentences_can_be_read_aloud(certainty: Certainty, level: Level) -> None:
    numbers = {
        "moitie_communes": 5.0,
        "moitie_communes_besoin": 0.52,
        "moitie_communes_base": 0.41,
        "quartiers": 2.0,
        "part_besoin": 0.43,
        "part_population": 0.28,
        "plus_touchees_communes": 9.0,
        "plus_touchees_population": 0.42,
    }
    for indicator, need in NEEDS.items():
        for said in answers_of(certainty):
            case = Case(
                by_id(indicator),
                level,
                "Denain",
                reference=Level.DEPARTEMENT,
                figures="17,1\u00a0% contre 14,5\u00a0%",
                period="2023",
                inner_period="2023",
                numbers=numbers,
                communes=["Denain"] * 5,
                unreferenced="aucun fichier reçu ne donne ce chiffre",
                unseen="la commune n’a pas de quartier prioritaire",
            )
            for text in (level_sentence(case, said), spread_sentence(case, said)):
                assert typographic(text) and text.endswith(".") and text[0].isupper()
                assert need[1:] in text and not METHOD_WORDS.search(text), text
                assert text.startswith("À Denain") == (level is Level.COMMUNE)
                assert "None" not in text and "  " not in text and "\u00a0; ." not in text


def test_the_example_of_the_design() -> None:
    case = Case(
        by_id("taux_chomage_rp"),
        Level.EPCI,
        "La Porte du Hainaut",
        Noun("agglomération"),
        inner_period="2023",
        numbers={"moitie_communes": 6.0, "moitie_communes_besoin": 0.51, "moitie_communes_base": 0.38},
    )
    said = Answer(Niveau.UNKNOWN, Certainty.UNKNOWN, Repartition.CONCENTRATED, Certainty.LIKELY)
    assert spread_sentence(case, said) == (
        "Dans l’agglomération, le chômage se concentre probablement en peu d’endroits\u00a0: la moitié des "
        "chômeurs se trouve dans 6 communes, qui ont 38\u00a0% des actifs (2023)."
    )


def test_a_theme_lists_its_needs_under_each_word() -> None:
    words = {Word.GENERAL: ["le chômage", "la pauvreté"], Word.LOW: ["la vacance (à la limite)"]}
    said = theme_sentence(Theme.EMPLOI, "à Denain", words)
    assert said == (
        "Emploi, à Denain – général\u00a0: le chômage et la pauvreté\u00a0; peu marqué\u00a0: la vacance (à "
        "la "
        "limite)."
    )


def typographic(text: str) -> bool:
    """No breaking space before a double punctuation mark or a percent sign, no straight apostrophe."""
    return not re.search(r"(?<!\u00a0)[:;?!%»](?!\S*/)|'|« ", text.replace("…", ""))


# The real extracts.


@pytest.fixture(scope="module")
def comparisons(values: pl.DataFrame, territories: Territories) -> pl.DataFrame:
    return compare(values, territories)


@pytest.fixture(scope="module")
def real(values: pl.DataFrame, comparisons: pl.DataFrame, territories: Territories) -> pl.DataFrame:
    return rows(values, comparisons, territories, authority=territories.home.epci.noun)


KEY = [*("indicator", "theme", "level", "code", "perimeter"), "millesime", "reference_code", "measure"]


def test_real_rows_are_well_formed(real: pl.DataFrame) -> None:
    assert real.schema == analysis_schema()
    assert real.select(KEY).is_duplicated().sum() == 0
    assert real.filter(pl.col("value").is_infinite() | pl.col("value").is_nan()).is_empty()
    bounded = real.filter(pl.col("lower").is_not_null())
    assert bounded.filter(
        (pl.col("lower") > pl.col("value")) | (pl.col("value") > pl.col("upper"))
    ).is_empty()
    assert all(typographic(text) for text in real["text"].drop_nulls().to_list())


def said_of(real: pl.DataFrame, level: str) -> pl.DataFrame:
    """One row per need and territory of a level, a column per measure that is said."""
    return (
        real.filter((pl.col("level") == level) & pl.col("indicator").is_not_null())
        .filter(pl.col("measure").is_in(["niveau", "repartition", "repartition_certitude", "mot"]))
        .pivot("measure", index=["indicator", "theme", "code"], values="text")
    )


def test_the_numbers_to_reach(real: pl.DataFrame, values: pl.DataFrame) -> None:
    own = said_of(real, "epci")
    judged = [i.id for theme in themes() for i in scored(theme)]
    counted = values.filter(
        (pl.col("level") == "commune") & pl.col("numerator").is_not_null() & pl.col("indicator").is_in(judged)
    )["indicator"].unique()
    assert len(counted) >= 12
    assert set(counted) <= set(own.filter(pl.col("repartition") != "non connue")["indicator"])
    assert set(own["theme"]) == {theme.value for theme in themes()}
    communes = said_of(real, "commune")
    unknown = communes.filter(pl.col("niveau") == "à comparer").height
    assert communes.height > 800 and unknown <= 0.15 * communes.height
    assert communes.filter(pl.col("code") == DENAIN).height >= 15


def test_a_level_is_what_the_comparison_says(real: pl.DataFrame, comparisons: pl.DataFrame) -> None:
    """Of every territory and need: one strength, and an answer wherever the gap is judged."""
    place = ["indicator", "level", "code", "millesime", "reference_level", "reference_code"]
    series = pl.DataFrame(
        [(i.id, s.id) for i in INDICATORS if i.judged for s in i.series if s.scored],
        schema=["indicator", "series"],
        orient="row",
    )
    said = comparisons.join(series, on=["indicator", "series"], how="semi").select(*place, "judgement")
    told = real.filter(measure="niveau").filter(pl.col("reference_code").is_not_null()).join(said, on=place)
    assert told.height > 800
    for judgement, niveau in told.select("judgement", "text").unique().iter_rows():
        assert NIVEAUX[judgement] == niveau
    assert set(told["text"]) == set(Niveau)
    # Of the authority, whatever has a reference is told.
    unknown = real.filter(measure="niveau", level="epci", text="à comparer")
    assert unknown["reference_code"].null_count() == unknown.height


def test_every_threshold_that_changes_a_real_spread_makes_it_doubtful(
    real: pl.DataFrame, territories: Territories
) -> None:
    named = territories.territory.select("level", "code", "name").iter_rows()
    names = {(level, code): name for level, code, name in named}
    kept = real.filter(pl.col("level") == "epci")
    base = said_of(kept, "epci").sort("indicator")
    changed: set[str] = set()
    for constants in moved():
        other = said_of(judge(kept, names, constants), "epci").sort("indicator")
        changed |= set(base.filter(base["repartition"] != other["repartition"])["indicator"])
    assert changed
    doubtful = base.filter(pl.col("repartition_certitude") == "à la limite")["indicator"]
    assert changed <= set(doubtful)


def test_rsa_can_be_said_concentrated(real: pl.DataFrame) -> None:
    found = real.filter(indicator="allocataires_rsa", code=CAPH)
    numbers = dict(found.select("measure", "value").iter_rows())
    assert (round(numbers["part_besoin"], 2), round(numbers["part_population"], 2)) == (0.43, 0.28)
    assert texts_of(found)["repartition"] == "concentré"


def test_a_commune_that_is_mostly_its_quarter_does_not_concentrate_in_it(real: pl.DataFrame) -> None:
    """The quarter of Denain holds four fifths of the beneficiaries, and as many of those on RSA."""
    said = texts_of(real.filter(indicator="allocataires_rsa", code=DENAIN))
    assert (said["niveau"], said["repartition"], said["mot"]) == ("plus élevé", "partout", "général")


def test_only_whole_quarters_enter_the_counts(real: pl.DataFrame, territories: Territories) -> None:
    counted = real.filter(indicator="allocataires_rsa", level="qpv")
    inside = counted.filter(pl.col("text").str.contains("compté"))
    assert inside.height == 9 and counted.height > inside.height
    assert not any(territories.apart(code) for code in inside["code"])
    assert real.filter(indicator="allocataires_rsa", code=CAPH, measure="quartiers")["value"].item() == 9


def test_a_theme_never_tells_two_measures_of_one_need(real: pl.DataFrame) -> None:
    for theme in themes():
        needs = {i.need[1:]: i.same_need or i.id for i in scored(theme)}
        said = real.filter((pl.col("theme") == theme.value) & pl.col("indicator").is_null())
        for code in (CAPH, DENAIN):
            listed = said.filter((pl.col("code") == code) & pl.col("measure").str.starts_with("mot_"))
            told = [one.split(" (à la limite)")[0] for text in listed["text"] for one in text.split(", ")]
            measured = [needs[one[1:]] for one in told]
            assert len(measured) == len(set(measured)) > 0, (theme, code, told)


def test_a_theme_names_every_need_the_table_beside_it_judges(real: pl.DataFrame) -> None:
    """A measure another one stands for is told with its own word, which may well be the opposite."""
    said = real.filter(measure="phrase").filter(pl.col("theme").is_not_null())
    judged = real.filter(measure="mot")
    for theme, level, code, text in said.select("theme", "level", "code", "text").iter_rows():
        words = dict(
            judged.filter(theme=theme, level=level, code=code).select("indicator", "text").iter_rows()
        )
        for indicator in (one for one in scored(Theme(theme)) if one.id in words):
            assert indicator.need[1:] in text, (theme, code, indicator.id)
            assert words[indicator.id] in text, (theme, code, indicator.id)


def test_the_order_of_the_rows_changes_nothing(
    real: pl.DataFrame, values: pl.DataFrame, territories: Territories
) -> None:
    sample = values.sample(fraction=1, shuffle=True, seed=3)
    shuffled = rows(sample, compare(sample, territories), territories, authority=territories.home.epci.noun)
    left, right = (frame.sort(KEY, nulls_last=True) for frame in (real, shuffled))
    assert left.drop("value", "lower", "upper").equals(right.drop("value", "lower", "upper"))
    for one, other in zip(left["value"], right["value"], strict=True):
        assert one == other or one == pytest.approx(other)
