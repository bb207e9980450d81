"""Each number the answers must reach, on rows counted by hand: what it counts, and what it leaves out."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from indicators.analysis import analysis_rows, analysis_schema
from indicators.analysis.answers import Niveau, Repartition
from indicators.analysis.choice import scored, themes
from indicators.analysis.numbers import Counted, Number, adds_up, numbers, words
from indicators.frames import value_schema
from indicators.judgement import NO_DIFFERENCE, WORSE
from pipelines.tables import COMPARISON
from sources.vocabulary import Level

THEME = themes()[0]
NEED, OTHER = scored(THEME)[:2]


def answer(measure: str, text: str | None, **more: Any) -> dict[str, Any]:
    """One row of an answer about the need, of the authority unless told otherwise."""
    return {
        "analysis": "reponse", "indicator": NEED.id, "theme": THEME.value, "level": "epci", "code": "E",
        "measure": measure, "text": text, **more,
    }  # fmt: skip


def counted(
    analysis: list[dict[str, Any]] | None = None,
    values: list[dict[str, Any]] | None = None,
    comparisons: list[dict[str, Any]] | None = None,
) -> dict[str, Number]:
    """The numbers of these rows, by the first words of their label."""
    found = numbers(frames(analysis, values, comparisons))
    return {number.label.split()[0] + " " + number.label.split()[1]: number for number in found}


def frames(
    analysis: list[dict[str, Any]] | None = None,
    values: list[dict[str, Any]] | None = None,
    comparisons: list[dict[str, Any]] | None = None,
) -> Counted:
    """These rows as the three tables of a release; the authority always has one answer at least."""
    rows = [answer("mot", "général"), answer("niveau", "comparable"), answer("repartition", "partout")]
    told = pl.DataFrame(rows + (analysis or []), analysis_schema())
    return Counted(
        analysis_rows(told), pl.DataFrame(values or [], value_schema()),
        pl.DataFrame(comparisons or [], COMPARISON.schema),
    )  # fmt: skip


def count(number: Number) -> tuple[int, int | None, bool]:
    return number.count, number.whole, number.reached


def commune_value(**more: Any) -> dict[str, Any]:
    return {
        "indicator": NEED.id, "level": "commune", "code": "C", "numerator": 3.0, "status": "observed", **more,
    }  # fmt: skip


def gap(**more: Any) -> dict[str, Any]:
    """A gap of the authority above its région, in the year of both, established."""
    return {
        "indicator": NEED.id, "series": next(s.id for s in NEED.series if s.scored), "level": "epci",
        "code": "E", "millesime": 2022, "reference_level": "region", "reference_code": "32",
        "reference_millesime": 2022, "gap": 2.0, "gap_lower": 1.0, "gap_upper": 3.0, "gap_confidence": 0.95,
        "judgement": "higher", **more,
    }  # fmt: skip


def test_needs_are_counted_under_their_word() -> None:
    sure = answer("mot_certitude", "établi")
    said = words(frames([sure, answer("mot", "général", indicator=OTHER.id)]), Level.EPCI)
    assert said.rows() == [("général", None, 1), ("général", "établi", 1)]
    assert words(frames(), Level.COMMUNE).is_empty()


def test_a_row_that_is_no_answer_about_a_need_is_not_read() -> None:
    noise = [
        answer("mot", "concentré", analysis="trend", indicator=OTHER.id),
        answer("mot", "concentré", indicator=None),
        answer("gini", "concentré", indicator=OTHER.id),
    ]
    assert words(frames(noise), Level.EPCI).rows() == [("général", None, 1)]


def test_a_spread_is_asked_where_communes_have_counts() -> None:
    assert count(counted()["Répartition dans"]) == (0, 0, True)
    assert count(counted(values=[commune_value()])["Répartition dans"]) == (1, 1, True)
    missing = commune_value(indicator=OTHER.id)
    assert count(counted(values=[commune_value(), missing])["Répartition dans"]) == (1, 2, False)
    for left_out in ({"numerator": None}, {"status": "suppressed"}, {"level": "qpv"}, {"indicator": "x"}):
        assert count(counted(values=[missing | left_out])["Répartition dans"]) == (0, 0, True), left_out
    unknown = answer("repartition", Repartition.UNKNOWN.value, indicator=OTHER.id)
    assert count(counted([unknown], [missing])["Répartition dans"]) == (0, 1, False)


def test_a_level_is_asked_where_the_year_has_a_reference() -> None:
    assert count(counted(comparisons=[gap()])["Niveau de"]) == (1, 1, True)
    silent = {"indicator": OTHER.id, "series": next(s.id for s in OTHER.series if s.scored)}
    assert count(counted(comparisons=[gap(), gap(**silent)])["Niveau de"]) == (1, 2, False)
    for left_out in (
        {"series": "x"}, {"level": "commune"}, {"reference_level": "epci"}, {"millesime": None},
        {"reference_millesime": 2021}, {"judgement": None}, {"millesime": None, "reference_millesime": None},
    ):  # fmt: skip
        assert count(counted(comparisons=[gap(**silent | left_out)])["Niveau de"]) == (0, 0, True), left_out
    unknown = answer("niveau", Niveau.UNKNOWN.value, indicator=OTHER.id)
    assert count(counted([unknown], comparisons=[gap(**silent)])["Niveau de"]) == (0, 1, False)


def test_a_theme_without_any_answer_is_counted() -> None:
    assert count(counted()["Thèmes de"]) == (len(themes()) - 1, len(themes()), False)
    said = [answer("mot", "général", theme=theme.value, indicator=theme.value) for theme in themes()]
    assert count(counted(said)["Thèmes de"]) == (0, len(themes()), True)


@pytest.mark.parametrize(("unknown", "reached"), [(3, True), (4, False)])
def test_a_few_communes_may_stay_to_compare(unknown: int, reached: bool) -> None:
    levels = [Niveau.UNKNOWN.value if n < unknown else "comparable" for n in range(20)]
    said = [answer("niveau", text, level="commune", code=f"C{n}") for n, text in enumerate(levels)]
    found = counted(said)["Réponses des"]
    assert count(found) == (unknown, 20, reached)
    assert found.wanted == "au plus 15\u00a0%"


def test_a_judgement_against_its_own_interval_is_counted() -> None:
    right = [
        gap(), gap(gap_lower=-1.0, judgement=NO_DIFFERENCE), gap(gap_upper=0.0, gap_lower=-1.0,
        judgement=NO_DIFFERENCE), gap(gap_lower=0.0, judgement=NO_DIFFERENCE),
    ]  # fmt: skip
    assert count(counted(comparisons=right)["Jugements contraires"]) == (0, 4, True)
    wrong = [
        gap(judgement=NO_DIFFERENCE),
        gap(gap_lower=-1.0),
        gap(gap_lower=0.0),
        gap(gap_upper=0.0, gap_lower=-1.0),
    ]
    assert count(counted(comparisons=[*wrong, gap()])["Jugements contraires"]) == (4, 5, False)
    unjudged = [gap(judgement=None), gap(gap_lower=None)]
    assert count(counted(comparisons=unjudged)["Jugements contraires"]) == (0, 0, True)


def test_an_answer_its_comparison_does_not_say_is_counted() -> None:
    at = {"code": "F", "millesime": 2022, "reference_level": "region", "reference_code": "32"}
    above, alike = answer("niveau", Niveau.HIGHER.value, **at), answer("niveau", Niveau.SIMILAR.value, **at)
    worse, same = (gap(code="F", judgement=said) for said in (WORSE, NO_DIFFERENCE))
    for said, compared, wrong in ((above, worse, 0), (above, same, 1), (alike, worse, 1), (alike, same, 0)):
        found = counted([said], comparisons=[compared])["Besoins dont"]
        assert count(found) == (wrong, 1, not wrong), (said["text"], compared["judgement"])
    # Of a neighbour series, of another year, or without reference: nothing to set side by side.
    for left_out in ({"series": "x"}, {"millesime": 2021}, {"reference_code": "59"}):
        found = counted([above], comparisons=[same | left_out])["Besoins dont"]
        assert count(found) == (0, 0, True), left_out


def test_gaps_shown_together_are_established_together() -> None:
    # p ≈ 0.03: established alone, no longer among twenty gaps of which it is the only one.
    lone = {"gap": 2.21, "gap_lower": 0.21, "gap_upper": 4.21, "level": "commune"}
    flat = {"gap": 0.1, "gap_lower": -1.9, "gap_upper": 2.1, "level": "commune", "judgement": NO_DIFFERENCE}
    assert count(counted(comparisons=[gap(**lone)])["Écarts dits"]) == (0, 1, True)
    page = [gap(**lone), *(gap(**flat, code=f"C{n}") for n in range(19))]
    assert count(counted(comparisons=page)["Écarts dits"]) == (1, 20, False)
    # The wider interval of twenty gaps says the chance of each at its own level: 1 − 0.05 / 20.
    wide = 2 * 3.0233 / 1.96
    held = lone | {"gap_lower": 2.21 - wide, "gap_confidence": 1 - 0.05 / 20, "judgement": NO_DIFFERENCE}
    assert count(counted(comparisons=[gap(**held), *page[1:]])["Écarts dits"]) == (0, 20, True)
    apart = [gap(**lone | {"level": "epci"}), gap(**lone | {"gap_confidence": None})]
    assert count(counted(comparisons=apart)["Écarts dits"]) == (0, 0, True)


def trend(text: str, lower: float | None, upper: float | None, **more: Any) -> dict[str, Any]:
    return answer("evolution", text, analysis="trend", lower=lower, upper=upper, **more)


ROSE = "Hausse de 1,0 point, de 14,9 % en 2020 à 15,9 % en 2024"
FELL = "Baisse de 1,0 point, de 15,9 % en 2020 à 14,9 % en 2024"


def test_a_direction_within_its_own_noise_is_counted() -> None:
    right = [trend(ROSE, 0.5, 1.5), trend(FELL, -1.5, -0.5)]
    assert count(counted(right)["Sens d’évolution"]) == (0, 2, True)
    wrong = [trend(ROSE, 0.0, 2.0), trend(FELL, -2.0, 0.0), trend(ROSE, None, None)]
    assert count(counted(right + wrong)["Sens d’évolution"]) == (3, 5, False)
    untold = [trend("Pas d’évolution établie", -1, 1), answer("x", ROSE), trend("Soit une " + ROSE, -1, 1)]
    assert count(counted(untold)["Sens d’évolution"]) == (0, 0, True)


def test_a_change_that_does_not_add_up_is_counted() -> None:
    assert count(counted([trend(ROSE, 0.5, 1.5)])["Évolutions écrites"]) == (0, 1, True)
    wrong = trend(ROSE.replace("1,0", "1,1"), 0.5, 1.5)
    assert count(counted([trend(FELL, -2, -1), wrong])["Évolutions écrites"]) == (1, 2, False)


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        (ROSE, True),
        (FELL, True),
        (ROSE.replace("Hausse", "Baisse"), False),
        (FELL.replace("15,9", "15,8"), False),
        ("Hausse de 1\u202f562 €, de 13\u202f438 € en 2014 à 15\u202f000 € en 2018", True),
        ("Hausse de 562 €, de 13\u202f438 € en 2014 à 15\u202f000 € en 2018", False),
        ("Hausse de 3,0 points, de −1,2 point en 2014 à 1,8 point en 2018", True),
        ("Hausse de 3,0 points, de 1,2 point en 2014 à 1,8 point en 2018", False),
        ("Pas d’évolution établie de 2014 à 2018", True),
    ],
)
def test_a_sentence_adds_up(said: str, holds: bool) -> None:
    assert adds_up(said) is holds


def test_a_sentence_that_writes_no_number_is_a_fault() -> None:
    with pytest.raises(ValueError, match="« peu » ne commence par aucun nombre"):
        adds_up("Hausse de peu, de 1,2 en 2014 à 1,8 en 2018")
