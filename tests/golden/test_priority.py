"""Scores of need worked by hand (priority.yaml), the choice of figures, and the real orders of priority."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from indicators.analysis import analysis_schema
from indicators.analysis.priority import rows
from indicators.analysis.robustness import Plan, _summary, score, simulate
from indicators.analysis.selection import Matrix, matrix
from indicators.model import Theme
from indicators.registry import INDICATORS, by_id
from sources.vocabulary import Level, Perimeter

CASES = yaml.safe_load((Path(__file__).parent / "priority.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found(values, territories) -> pl.DataFrame:
    return rows(values, territories)


def golden() -> Matrix:
    figures = np.array([[np.nan if x is None else x for x in c["valeurs"]] for c in CASES["communes"]], float)
    indicators = tuple(by_id(i) for i in CASES["indicateurs"])
    return Matrix(
        level=Level.COMMUNE,
        perimeter=None,
        codes=tuple(c["code"] for c in CASES["communes"]),
        indicators=indicators,
        years=(2022,) * 4,
        periods=("2022",) * 4,
        values=figures,
        errors=np.zeros_like(figures),
        ranked=np.ones(5, dtype=bool),
        reference="cinq communes",
        excluded=(),
    )


def test_scores_by_hand() -> None:
    case = golden()
    scored = score(case, Plan().share(case))
    assert case.themes == (Theme.REVENUS, Theme.EMPLOI)
    for i, commune in enumerate(CASES["communes"]):
        assert scored.themes[i] == pytest.approx(commune["themes"], abs=1e-5), commune["code"]
        assert scored.overall[i] == pytest.approx(commune["score"], abs=1e-5), commune["code"]
        assert np.nansum(scored.contributions[i]) == pytest.approx(commune["score"], abs=1e-5)


@pytest.mark.parametrize("case", CASES["poids"], ids=lambda c: c["titre"])
def test_weights_by_hand(case: dict) -> None:
    built = golden()
    plan = Plan(weights={Theme(theme): weight for theme, weight in case["poids"].items()})
    scored = score(built, plan.share(built))
    for code, expected in case["attendu"].items():
        assert scored.overall[built.codes.index(code)] == pytest.approx(expected, abs=1e-5)


def test_the_worst_everywhere_is_first_in_every_draw() -> None:
    built = golden()
    ranks = simulate(built, Plan(draws=2_000))
    # 59005 is second for unemployment only, first for all the rest: hardly ever but first.
    worst = list(ranks.rows).index(built.codes.index("59005"))
    assert (ranks.lower[worst], ranks.median[worst], ranks.upper[worst]) == (1, 1, 1)
    # The worst quarter of five territories is two of them.
    assert ranks.worst.sum() == pytest.approx(2)


def test_what_is_left_out_is_said(values, territories) -> None:
    built = matrix(values, territories, Level.COMMUNE)
    reasons = {e.indicator.id: e.reason for e in built.excluded}
    kept = {i.id for i in built.indicators}
    assert kept.isdisjoint(reasons)
    assert "descriptif" in reasons["indice_jeunesse"]
    assert "22 territoires sur 47" in reasons["taux_pauvrete"]
    assert "Taux de chômage" in reasons["taux_emploi"]
    assert "compterait deux fois" in reasons["idh4"]
    assert "pas encore reçu" in reasons["suroccupation"]
    assert {"taux_chomage_rp", "niveau_vie_median"} <= kept
    assert "dont la commune hérite" in reasons["surmortalite"]
    # One set for all the indicators: the région's only where every one of them is known there.
    assert len({one.wide for one in built.references}) == 1


def test_a_constant_indicator_ranks_nobody(values, territories) -> None:
    flat = values.with_columns(
        value=pl.when(pl.col("indicator") == "taux_chomage_rp").then(12.0).otherwise("value")
    )
    reasons = {e.indicator.id: e.reason for e in matrix(flat, territories, Level.COMMUNE).excluded}
    assert reasons["taux_chomage_rp"].startswith("Même valeur partout")


def test_counts_of_few_people_move_in_the_draws(values, territories) -> None:
    """Wilson by hand: 20 of 100 has a standard error of (0,2888 − 0,1334) / (2 × 1,96) = 3,97 points."""
    few = values.with_columns(
        pl.when((pl.col("indicator") == "allocataires_rsa") & (pl.col("code") == "59172"))
        .then(pl.lit(figure, pl.Float64))
        .otherwise(name)
        .alias(name)
        for name, figure in (("value", 20.0), ("numerator", 20.0), ("denominator", 100.0))
    )
    built = matrix(few, territories, Level.COMMUNE)
    j = [i.id for i in built.indicators].index("allocataires_rsa")
    i = built.codes.index("59172")
    # And the counts of the CAF are rounded to 5: ± 2,5 × (1 + 0,2) points, a variance of 3² / 3.
    assert built.errors[i, j] == pytest.approx(math.hypot(3.965, 3 / math.sqrt(3)), abs=0.02)


def test_a_figure_that_is_not_known_is_no_cause(values, territories) -> None:
    lacking = values.filter(~((pl.col("indicator") == "allocataires_rsa") & (pl.col("code") == "59172")))
    told = rows(lacking, territories, Plan(draws=200), orders=((Level.COMMUNE, None),)).filter(
        (pl.col("measure") == "pourquoi") & (pl.col("code") == "59172")
    )
    assert "allocataires au RSA" not in told["text"].item()


def test_a_lone_indicator_weighs_half_a_theme() -> None:
    built = golden()
    lone = replace(
        built,
        indicators=built.indicators[:3],
        years=built.years[:3],
        periods=built.periods[:3],
        values=built.values[:, :3],
        errors=built.errors[:, :3],
    )
    counts = [len(lone.of_theme(theme)) for theme in lone.themes]
    assert sorted(counts) == [1, 2]
    shares = dict(zip(counts, Plan().share(lone), strict=True))
    assert (shares[1], shares[2]) == pytest.approx((1 / 3, 2 / 3))


def test_a_cause_reads_otherwise_than_what_it_is_set_against(found) -> None:
    sentences = found.filter(pl.col("measure") == "pourquoi")["text"].to_list()
    compared = re.compile(r"\(([^();]+?)(?: en \d{4}|, [^()]*?), contre ([^()]+?) dans")
    pairs = [pair for text in sentences for pair in compared.findall(text)]
    assert len(pairs) > 100
    assert not [pair for pair in pairs if pair[0] == pair[1]]


def test_real_communes(found, territories) -> None:
    assert found.schema == analysis_schema()
    communes = found.filter((pl.col("analysis") == "priority") & (pl.col("level") == "commune"))
    ranks = communes.filter(pl.col("measure") == "rang")
    assert ranks.height == 47
    # Never a bare rank.
    assert ranks["lower"].null_count() == ranks["upper"].null_count() == 0
    assert ranks.filter((pl.col("lower") > pl.col("value")) | (pl.col("value") > pl.col("upper"))).is_empty()
    denain = communes.filter(pl.col("code") == "59172")
    sentence = denain.filter(pl.col("measure") == "pourquoi")["text"].item()
    assert sentence.startswith("Denain est à la 1re place sur 47 dans 95\u00a0% des cas")
    assert "contre" in sentence
    assert not any(f" {mark}" in sentence for mark in ":;%"), "ordinary space before a high mark"
    parts = found.filter((pl.col("analysis") == "contribution") & (pl.col("code") == "59172"))
    whole = denain.filter(pl.col("measure") == "score")["value"].item()
    for level in (pl.col("indicator").is_null(), pl.col("indicator").is_not_null()):
        brought = parts.filter((pl.col("measure") == "contribution") & level)["value"].sum()
        assert brought == pytest.approx(whole)


def test_quarters_are_ranked_apart(found, territories) -> None:
    for perimeter in Perimeter:
        quarters = found.filter((pl.col("level") == "qpv") & (pl.col("perimeter") == perimeter.value))
        ranked = set(quarters.filter(pl.col("measure") == "rang")["code"])
        aside = set(quarters.filter(pl.col("measure") == "hors_classement")["code"])
        shared = {
            q.code for q in territories.qpv.values() if q.perimetre is perimeter and territories.apart(q.code)
        }
        assert ranked
        assert ranked.isdisjoint(aside)
        assert shared & ranked == set()
        assert shared <= aside
        highest = quarters.filter(pl.col("measure") == "rang")["upper"].max()
        assert highest <= len(ranked)
    inherited = found.filter(
        (pl.col("measure") == "exclu")
        & (pl.col("indicator") == "surmortalite")
        & (pl.col("perimeter") == "qpv_2015")
    )
    assert "hérite" in inherited["text"].item()


def noise(errors: float) -> Matrix:
    """47 communes and 28 indicators of pure noise: nothing tells them apart, the bounds move the most."""
    indicators = tuple(i for i in INDICATORS if i.theme is not Theme.IDH4)[:28]
    values = np.random.default_rng(8).normal(20, 5, (47, len(indicators)))
    return Matrix(
        level=Level.COMMUNE,
        perimeter=None,
        codes=tuple(f"{n:05d}" for n in range(47)),
        indicators=indicators,
        years=(2022,) * len(indicators),
        periods=("2022",) * len(indicators),
        values=values,
        errors=np.full(values.shape, errors),
        ranked=np.ones(47, dtype=bool),
        reference="47 communes fictives",
        excluded=(),
    )


@pytest.mark.parametrize("name", ["real", "noise", "noise with errors"])
def test_seeds_tell_the_same_story(name: str, values, territories) -> None:
    built = {
        "real": lambda: matrix(values, territories, Level.COMMUNE),
        "noise": lambda: noise(0.0),
        "noise with errors": lambda: noise(2.0),
    }[name]()
    found = [simulate(built, Plan(seed=seed)) for seed in (2030, 7, 41, 1955)]
    for bound in ("lower", "median", "upper"):
        places = np.array([getattr(ranks, bound) for ranks in found])
        assert np.ptp(places, axis=0).max() <= 1, bound
    assert np.ptp([ranks.worst for ranks in found], axis=0).max() < 0.02


def test_causes_are_named_as_in_a_sentence(found: pl.DataFrame) -> None:
    said = found["text"].drop_nulls().to_list()
    causes = [
        cause for text in said for cause in re.findall(r"Ce qui [^:.]* le plus[^:.]*\u00a0: (\w+)", text)
    ]
    assert len(causes) > 20
    assert all(cause[0].islower() or cause[1:2].isupper() for cause in causes), causes


def test_the_bounds_of_a_rank_are_those_of_its_draws_to_one_draw() -> None:
    """Of forty draws: the first, the twentieth, the 39th; the second territory is drawn upside down."""
    ranks = np.column_stack([np.arange(1, 41), np.arange(40, 0, -1)]).astype(np.uint16)
    found = _summary(np.array([3, 7]), ranks)
    bounds = found.lower, found.median, found.upper
    assert [bound.tolist() for bound in bounds] == [[1, 1], [20, 20], [39, 39]]
    assert found.worst.tolist() == [1 / 40, 1 / 40], "a quarter of two territories is the first place"
