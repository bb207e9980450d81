"""Pairs of years that may be compared, changes and gaps over time, by hand then on the real figures."""

from __future__ import annotations

import polars as pl
import pytest

from indicators.analysis import analysis_schema
from indicators.analysis.numbers import adds_up
from indicators.analysis.pairs import incomparable
from indicators.analysis.trends import rows
from indicators.analysis.words import difference
from indicators.frames import value_schema
from indicators.judgement import band_width, slight
from indicators.model import Scale
from indicators.noise import with_noise
from indicators.registry import INDICATORS, by_id
from sources.territory.declared import Territories
from sources.territory.model import PastPerimeter

COMMUNE, WHOLE = ("commune", "59172"), ("epci", "200042190")


def figures(indicator: str, cells: list[tuple]) -> pl.DataFrame:
    """Rows of the value table: territory, year, value, then its limits where it is sampled."""
    blank = dict.fromkeys(value_schema())
    series = by_id(indicator).series[0]
    return pl.DataFrame(
        [
            {
                **blank,
                "indicator": indicator,
                "series": series.id,
                "concept": series.concept,
                "level": place[0],
                "code": place[1],
                "perimeter": place[2] if len(place) > 2 else None,
                "millesime": year,
                "edition": year or 2022,
                "value": value,
                "lower": limits[0] if limits else None,
                "upper": limits[1] if limits else None,
                "status": "observed",
                "origin": "producer",
            }
            for place, year, value, *limits in cells
        ],
        schema=value_schema(),
    )


def exact(frame: pl.DataFrame) -> pl.DataFrame:
    """The same figures, known without error."""
    return frame.with_columns(lower="value", upper="value")


def one(found: pl.DataFrame, measure: str, place: tuple = COMMUNE, **where: str | int) -> dict:
    kept = found.filter(
        (pl.col("measure") == measure) & (pl.col("level") == place[0]) & (pl.col("code") == place[1])
    )
    for column, value in where.items():
        kept = kept.filter(pl.col(column) == value)
    assert kept.height == 1, found.select("measure", "level", "code").rows()
    return kept.row(0, named=True)


def test_censuses_five_years_apart() -> None:
    cells = [(COMMUNE, y, v) for y, v in ((2016, 36.0), (2022, 31.9), (2023, 30.3))]
    found = rows(exact(figures("taux_chomage_rp", cells)))
    # 30,3 − 36,0 = −5,7: 2022 shares surveys with 2023 and is passed over.
    change = one(found, "evolution_depuis_2016", millesime=2023)
    assert change["value"] == pytest.approx(-5.7)
    assert change["text"] == (
        "Baisse de 5,7\u00a0points, de 36,0\u00a0% en 2016 à 30,3\u00a0% en 2023\u00a0: "
        "la situation s’améliore."
    )
    assert found.filter(pl.col("measure") == "evolution_depuis_2022").is_empty()
    near = rows(figures("taux_chomage_rp", [(COMMUNE, 2022, 31.9), (COMMUNE, 2023, 30.3)]))
    assert "partagent des enquêtes" in one(near, "evolution_non_calculable")["text"]


def test_each_year_has_one_base_five_years_back_else_the_oldest() -> None:
    years = ((2016, 33.0), (2018, 31.0), (2020, 30.0), (2023, 28.0), (2024, 28.5))
    found = rows(figures("allocataires_rsa", [(COMMUNE, y, v) for y, v in years]))
    told = found.filter(pl.col("measure").str.starts_with("evolution_depuis_")).select("millesime", "measure")
    assert dict(told.rows()) == {
        2018: "evolution_depuis_2016",
        2020: "evolution_depuis_2016",
        2023: "evolution_depuis_2018",
        2024: "evolution_depuis_2018",
    }
    # 28,5 − 31,0.
    assert one(found, "evolution_depuis_2018", millesime=2024)["value"] == pytest.approx(-2.5)
    recent = rows(figures("allocataires_rsa", [(COMMUNE, y, v) for y, v in years if y >= 2020]))
    assert one(recent, "evolution_depuis_2020", millesime=2024)["value"] == pytest.approx(-1.5)


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (20.04, "Stable\u00a0: de 20,0\u00a0% en 2023 à 20,0\u00a0%"),
        # 20,12 − 20,0 = 0,12: one unit of the last digit, which rounding may make.
        (20.12, "Presque stable\u00a0: de 20,0\u00a0% en 2023 à 20,1\u00a0%"),
        # Three units are read, but odds rise by 1.9 %, less than a quarter of the band of 1.1 (2.4 %).
        (20.3, "Presque stable\u00a0: de 20,0\u00a0% en 2023 à 20,3\u00a0%"),
        (20.4, "Hausse de 0,4\u00a0point, de 20,0\u00a0% en 2023 à 20,4\u00a0%"),
    ],
)
def test_a_change_too_small_for_the_digits_shown_is_not_judged(later: float, words: str) -> None:
    found = rows(exact(figures("allocataires_rsa", [(COMMUNE, 2023, 20.0), (COMMUNE, 2024, later)])))
    said = one(found, "evolution_depuis_2023")["text"]
    assert said.startswith(words)
    assert ("la situation" in said) is words.startswith("Hausse")


def counts(indicator: str, series: str, cells: list[tuple[int, float, float, float]]) -> pl.DataFrame:
    """A commune's counts: year, numerator, denominator, scale."""
    base = figures(indicator, [(COMMUNE, y, scale * n / d) for y, n, d, scale in cells])
    numbers = [[float(n), float(d)] for _, n, d, _ in cells]
    return base.with_columns(
        series=pl.lit(series),
        numerator=pl.Series([n for n, _ in numbers]),
        denominator=pl.Series([d for _, d in numbers]),
    )


def test_no_direction_is_said_within_the_chance_of_a_count_or_its_rounding() -> None:
    # 15/230 → 10/235, each count a multiple of 5: −2,3 points, Wilson alone gives about [−6,8; 2,0].
    found = rows(counts("allocataires_rsa", "caf_communes", [(2020, 15, 230, 100), (2024, 10, 235, 100)]))
    told = one(found, "evolution_depuis_2020")
    assert told["lower"] < 0 < told["upper"]
    assert told["text"].startswith("Pas d’évolution établie\u00a0:") and "petits nombres" in told["text"]
    # 900/3 000 → 600/3 000: −10 points, far beyond.
    found = rows(counts("allocataires_rsa", "caf_communes", [(2020, 900, 3000, 100), (2024, 600, 3000, 100)]))
    assert one(found, "evolution_depuis_2020")["text"].startswith("Baisse de 10,0\u00a0points")


@pytest.mark.parametrize("old", [99, 100, 101])
def test_young_people_over_old_ones_have_the_chance_of_both_counts(old: int) -> None:
    """100 and about 100: the odds of Wilson's limits of 100 of 200, 0,4312 to 0,5688, below 1 as above."""
    found = with_noise(counts("indice_jeunesse", "grandes_tranches", [(2022, 100, old, 1)])).row(
        0, named=True
    )
    assert (found["lower"], found["upper"]) == pytest.approx((0.758 * 100 / old, 1.319 * 100 / old), abs=1e-2)


@pytest.mark.parametrize(("indicator", "origin"), [("idh4", "composite"), ("jeunes_non_inseres", "producer")])
def test_no_direction_without_an_interval(indicator: str, origin: str) -> None:
    """Neither of an index whose inputs have one year only, nor of a survey's rate without its counts."""
    cells = figures(indicator, [(COMMUNE, 2013, 0.15), (COMMUNE, 2018, 0.25)])
    told = one(rows(cells.with_columns(origin=pl.lit(origin))), "evolution_depuis_2013")
    assert (told["lower"], told["upper"]) == (None, None)
    assert told["text"].startswith("Sans sens établi\u00a0: de 0,")
    assert told["text"].endswith("sans marge d’erreur connue.") or "Seul le niveau de vie" in told["text"]


def test_euros_are_compared_at_constant_prices() -> None:
    # Prices: 103.09 / 99.96 from 2014 to 2018. 14 000 € are 14 438 € of 2018.
    found = rows(figures("niveau_vie_median", [(COMMUNE, 2014, 14_000.0), (COMMUNE, 2018, 15_000.0)]))
    told = one(found, "evolution_depuis_2014")
    assert told["value"] == 562 and 0 < told["lower"] < 562 < told["upper"]
    # The index is known to ±0.005 in each year, the figures to ±5 €.
    assert told["upper"] - told["lower"] == pytest.approx(20 + 14_000 * 0.0008, abs=2)
    assert told["text"] == (
        "Hausse de 562\u00a0€, de 14\u202f438\u00a0€ en 2014 à 15\u202f000\u00a0€ en 2018, en euros de 2018 "
        "(14\u202f000\u00a0€ en euros de 2014)\u00a0: la situation s’améliore."
    )


def test_a_rise_that_prices_explain_is_no_improvement() -> None:
    lower = rows(figures("niveau_vie_median", [(COMMUNE, 2014, 14_000.0), (COMMUNE, 2018, 14_300.0)]))
    assert one(lower, "evolution_depuis_2014")["text"].startswith("Baisse de 138")
    same = rows(figures("niveau_vie_median", [(COMMUNE, 2014, 14_000.0), (COMMUNE, 2018, 14_440.0)]))
    assert "l’arrondi du producteur ou de l’indice des prix" in one(same, "evolution_depuis_2014")["text"]


def test_euros_of_years_without_an_index_have_no_direction() -> None:
    found = rows(figures("niveau_vie_median", [(COMMUNE, 2002, 14_000.0), (COMMUNE, 2009, 15_000.0)]))
    told = one(found, "evolution_depuis_2002")
    assert told["lower"] is None and "en euros courants" in told["text"]


def test_a_published_rate_is_read_within_its_last_digit() -> None:
    # Rounded to the unit, 15 → 16 may be 15,49 → 15,50; 15,2 → 15,6 are two tenths apart at worst.
    cells = [(COMMUNE, 2016, 15.0), (COMMUNE, 2018, 16.0)]
    told = one(rows(figures("taux_pauvrete", cells)), "evolution_depuis_2016")
    assert (told["lower"], told["upper"]) == pytest.approx((0, 2))
    assert "l’arrondi" in told["text"] and told["text"].startswith("Pas d’évolution établie")
    cells = [(COMMUNE, 2016, 15.2), (COMMUNE, 2018, 15.6)]
    told = one(rows(figures("taux_pauvrete", cells)), "evolution_depuis_2016")
    assert told["text"].startswith("Hausse de 0,4")


def test_a_written_change_is_the_difference_of_the_written_figures() -> None:
    # 15,94 − 14,86 = 1,08 written 1,1, between 15,9 and 14,9.
    cells = [(COMMUNE, 2020, 15.94), (COMMUNE, 2024, 14.86)]
    said = one(rows(exact(figures("allocataires_rsa", cells))), "evolution_depuis_2020")["text"]
    assert said.startswith("Baisse de 1,0\u00a0point, de 15,9\u00a0% en 2020 à 14,9")
    assert adds_up(said) and not adds_up(said.replace("1,0", "1,1", 1))
    assert difference(15.94, 14.86, 1) == -1.0
    assert difference(0.02, 0.05, 2) == 0.03


def test_a_break_is_never_crossed() -> None:
    cells = [(COMMUNE, y, v) for y, v in ((2019, 14_320.0), (2021, 14_890.0), (2023, 16_330.0))]
    found = rows(figures("niveau_vie_median", cells))
    assert one(found, "evolution_depuis_2019")["millesime"] == 2021
    refused = one(found, "evolution_non_calculable")
    assert refused["millesime"] == 2023
    assert refused["value"] is None
    assert "Filosofi 2" in refused["text"]


def test_reasons_without_a_pair() -> None:
    alone = rows(figures("taux_pauvrete", [(COMMUNE, 2021, 30.0)]))
    assert "une seule année connue (2021)" in one(alone, "evolution_non_calculable")["text"]
    gathered = rows(
        figures("surmortalite", [(COMMUNE, 2019, 137.0)]).with_columns(period=pl.lit("2015-2019"))
    )
    told = one(gathered, "evolution_non_calculable")["text"]
    assert "une seule période connue (2015-2019)" in told
    quarter = ("qpv", "QP059050", "qpv_2015")
    undated = rows(figures("taux_emploi", [(quarter, None, 30.0)]))
    assert "n’indique pas l’année" in one(undated, "evolution_non_calculable", quarter)["text"]


def test_a_sampled_change_has_the_limits_of_a_difference() -> None:
    # 26,1 [24,3 ; 28,1] after 23,7 [22,0 ; 25,6]:
    # 2,4 − √(1,8² + 1,9²) = −0,217 ; 2,4 + √(2,0² + 1,7²) = 5,025.
    found = rows(
        figures(
            "familles_monoparentales", [(COMMUNE, 2022, 26.1, 24.3, 28.1), (COMMUNE, 2016, 23.7, 22.0, 25.6)]
        )
    )
    change = one(found, "evolution_depuis_2016")
    assert (change["lower"], change["upper"]) == pytest.approx((-0.2173, 5.0249), abs=1e-4)
    assert change["text"].startswith("Pas d’évolution établie\u00a0:")
    # The same gap with half the noise is established: 2,4 ± about 1,3.
    sure = rows(
        figures(
            "familles_monoparentales", [(COMMUNE, 2022, 26.1, 25.2, 27.1), (COMMUNE, 2016, 23.7, 22.8, 24.7)]
        )
    )
    assert one(sure, "evolution_depuis_2016")["text"].startswith("Hausse de 2,4")


@pytest.mark.parametrize(
    ("territory", "reference", "words", "moved"),
    [
        # 30 − 20 = 10 points, then 27 − 20 = 7.
        ((30.0, 27.0), (20.0, 20.0), "se réduit\u00a0: de +10,0 à +7,0 points", -3.0),
        ((30.0, 34.0), (20.0, 20.0), "se creuse\u00a0: de +10,0 à +14,0 points", 4.0),
        # Below the reference instead of above, by as much and more.
        ((22.0, 17.0), (20.0, 20.0), "s’inverse\u00a0: de +2,0 à −3,0 points", 1.0),
        # Both worsen, the reference faster: the gap closes.
        ((30.0, 32.0), (20.0, 25.0), "se réduit\u00a0: de +10,0 à +7,0 points", -3.0),
    ],
)
def test_gaps(territory, reference, words: str, moved: float) -> None:
    cells = [(COMMUNE, 2020, territory[0]), (COMMUNE, 2024, territory[1])]
    cells += [(WHOLE, 2020, reference[0]), (WHOLE, 2024, reference[1])]
    gap = one(rows(exact(figures("allocataires_rsa", cells))), "ecart_depuis_2020", reference_level="epci")
    assert words in gap["text"]
    assert gap["value"] == pytest.approx(moved)
    # The same figures, whose error nobody knows: no direction.
    unknown = one(rows(figures("allocataires_rsa", cells)), "ecart_depuis_2020", reference_level="epci")
    assert "évolue sans sens établi" in unknown["text"] and words.split("\u00a0")[1] in unknown["text"]


def test_a_gap_in_euros_is_a_share_of_the_reference() -> None:
    cells = [
        (COMMUNE, 2014, 13_000.0),
        (COMMUNE, 2018, 14_000.0),
        (WHOLE, 2014, 17_000.0),
        (WHOLE, 2018, 18_000.0),
    ]
    # 13 000 / 17 000 − 1 = −23,5 %, 14 000 / 18 000 − 1 = −22,2 %.
    gap = one(rows(figures("niveau_vie_median", cells)), "ecart_depuis_2014", reference_level="epci")
    assert gap["value"] == pytest.approx(22.2222 - 23.5294, abs=1e-3)
    assert "de −23,5\u00a0% à −22,2\u00a0%" in gap["text"]


def test_a_gap_within_the_sampling_noise_is_stable() -> None:
    cells = [(COMMUNE, 2016, 30.0, 28.0, 32.0), (COMMUNE, 2022, 28.0, 26.0, 30.0)]
    cells += [(WHOLE, 2016, 20.0, 19.8, 20.2), (WHOLE, 2022, 20.0, 19.8, 20.2)]
    gap = one(rows(figures("taux_chomage_rp", cells)), "ecart_depuis_2016", reference_level="epci")
    assert "n’a pas d’évolution établie, vu le hasard" in gap["text"]


def test_generations_of_quarters_never_meet() -> None:
    old, new = ("qpv", "QP059058", "qpv_2015"), ("qpv", "QN05956M", "qpv_2024")
    every = ("groupe", "ensemble_qpv_2015", "qpv_2015")
    cells = [(old, 2016, 40.0), (old, 2018, 44.0), (every, 2016, 42.0), (every, 2018, 42.0)]
    cells += [(new, 2016, 30.0), (new, 2018, 31.0), (WHOLE, 2016, 20.0)]
    found = rows(figures("taux_pauvrete", cells))
    assert one(found, "evolution_depuis_2016", old)["value"] == pytest.approx(4)
    assert one(found, "evolution_depuis_2016", new)["value"] == pytest.approx(1)
    gaps = found.filter(pl.col("measure").str.starts_with("ecart"))
    # The authority has one year only: the gap with it cannot be followed, and it is named.
    assert sorted(gaps.select("measure", "code", "reference_code").rows()) == [
        ("ecart_depuis_2016", "QP059058", "ensemble_qpv_2015"),
        ("ecart_non_calculable", "QN05956M", WHOLE[1]),
        ("ecart_non_calculable", "QP059058", WHOLE[1]),
    ]


def test_a_neighbour_concept_does_not_double_the_rows() -> None:
    every = by_id("licences_sportives").series
    first, other = every[0], next(s for s in every if s.concept != every[0].concept)
    base = figures("licences_sportives", [(COMMUNE, 2018, 20.0), (COMMUNE, 2022, 22.0)])
    both = [base.with_columns(series=pl.lit(s.id), concept=pl.lit(s.concept)) for s in (other, first)]
    found = rows(pl.concat([both[0].with_columns(value=pl.lit(50.0)), both[1]]))
    assert one(found, "evolution_depuis_2018")["value"] == pytest.approx(2)


def test_real_figures(values: pl.DataFrame, territories: Territories) -> None:
    found = rows(values, territories.home.perimetres)
    assert found.schema == analysis_schema()
    key = ["indicator", "level", "code", "perimeter", "millesime", "reference_level", "measure"]
    assert not found.select(key).is_duplicated().any()
    changes = found.filter(pl.col("measure").str.starts_with("evolution_depuis")).with_columns(
        start=pl.col("measure").str.extract(r"(\d{4})$").cast(pl.Int32)
    )
    assert changes.height > 1000
    breaks = {i.id: [b.year for b in i.breaks] for i in INDICATORS}
    census = {i.id for i in INDICATORS if i.sampled != "no"}
    for indicator, start, end in changes.select("indicator", "start", "millesime").unique().iter_rows():
        assert not [y for y in breaks[indicator] if start < y <= end], (indicator, start, end)
        assert indicator not in census or end - start >= 5, (indicator, start, end)
    # Every dated or undated value is followed or its absence explained.
    told = found.select("indicator", "level", "code").unique()
    known = values.filter(pl.col("value").is_not_null()).select("indicator", "level", "code").unique()
    assert known.join(told, on=["indicator", "level", "code"], how="anti").is_empty()
    # The law's own question, for a quarter: no answer across the break of 2019, and the reason.
    denain = found.filter((pl.col("code") == "QP059050") & (pl.col("indicator") == "niveau_vie_median"))
    assert "Filosofi" in one(denain, "ecart_non_calculable", ("qpv", "QP059050"))["text"]


def test_the_reason_of_a_pair() -> None:
    rate = by_id("taux_chomage_rp")
    series = rate.series[0].id
    assert incomparable(rate, series, 2017, 2022) is None
    assert incomparable(rate, series, 2018, 2022) is not None
    # Jobseekers are counted every year; only their denominator is a census.
    seekers = by_id("demandeurs_emploi")
    assert incomparable(seekers, seekers.series[0].id, 2023, 2024) is None


def test_the_authority_is_not_followed_across_a_change_of_its_perimeter() -> None:
    past = PastPerimeter(donnees="essai", ancien_jusqu_a=2015, actuel_depuis=2018, ancien="46 communes")
    cells = [
        (WHOLE, 2014, 17000.0),
        (WHOLE, 2018, 18000.0),
        (COMMUNE, 2014, 14000.0),
        (COMMUNE, 2018, 15000.0),
    ]
    values = figures("niveau_vie_median", cells).with_columns(datasets=pl.lit("essai"))
    found = rows(values, [past])
    reason = one(found, "evolution_non_calculable", WHOLE)["text"]
    assert "pas le même périmètre (46 communes)" in reason
    # The commune is followed, its gap with the authority is not.
    assert one(found, "evolution_depuis_2014")["value"] == 562
    assert found.filter(measure="ecart_depuis_2014").is_empty()
    assert one(rows(values), "ecart_depuis_2014", reference_level="epci")["value"] is not None
    assert "2017" in (past.incomparable(2014, 2017) or "") and "2017" in (past.note(2017) or "")
    assert past.incomparable(2014, 2015) is None and past.incomparable(2018, 2019) is None


def test_a_change_that_only_rounding_makes_two_digits_is_slight() -> None:
    # Written 17,9 then 18,0 while 18,03 − 17,87 = 0,16 is written 0,2: the reader sees one digit move.
    assert slight(17.87, 18.03, 1, None, Scale.ODDS)
    assert slight(18.03, 17.87, 1, None, Scale.ODDS)
    assert not slight(0.26, 0.28, 2, None, Scale.POINTS)
    assert slight(18_550, 18_551, 0, None, Scale.RATIO)


@pytest.mark.parametrize(
    ("start", "end", "equivalence", "scale", "expected"),
    [
        # A quarter of ln 1,1 = 0,0238: 4,94 to 4,97 is ln 1,0061, 4,94 to 5,06 is ln 1,0243.
        (4.94, 4.97, 1.1, Scale.RATIO, True),
        (4.97, 4.94, 1.1, Scale.RATIO, True),
        (4.94, 5.06, 1.1, Scale.RATIO, False),
        # Odds of 20,0 % and 20,3 %: 0,25 and 0,2547, ln 1,0188; of 20,4 %: 0,2563, ln 1,0251.
        (20.0, 20.3, 1.1, Scale.ODDS, True),
        (20.0, 20.4, 1.1, Scale.ODDS, False),
        (10.0, 10.25, 1.0, Scale.POINTS, True),
        (10.0, 10.26, 1.0, Scale.POINTS, False),
    ],
)
def test_a_change_within_a_quarter_of_the_band_of_equivalence_has_no_direction(
    start: float, end: float, equivalence: float, scale: Scale, expected: bool
) -> None:
    assert slight(start, end, 2, band_width(equivalence, scale), scale) is expected
