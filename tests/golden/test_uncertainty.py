"""Intervals against published tables, cases worked by hand, and what repeated sampling really covers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest

from indicators.comparison import compare
from indicators.figures import Figures
from indicators.intervals import difference_limits, wilson
from indicators.model import Ratio
from indicators.mortality import poisson_interval
from indicators.notes import EXHAUSTIVE, UNSTATED
from indicators.registry import by_id
from indicators.series import series_values, value_rows
from sources.territory.declared import Territories

# Newcombe, « Two-sided confidence intervals for the single proportion », Stat. Med. 17, 1998, method 3.
SINGLE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
    (29, 29, 0.8830, 1.0),
]
# The same, « Interval estimation for the difference between independent proportions », table II, method 10.
DIFFERENCES = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
]
BIG, SMALL, WHOLE = "59001", "59002", "200042190"
MEMBERS = pl.DataFrame({"parent_level": ["epci"] * 2, "parent_code": [WHOLE] * 2, "code": [BIG, SMALL]})


def limits(share: float, size: float) -> tuple[float, float]:
    low, high = wilson(np.array([share]), np.array([size]))
    return low.item(), high.item()


@pytest.mark.parametrize(("count", "size", "low", "high"), SINGLE)
def test_wilson_against_the_published_table(count: int, size: int, low: float, high: float) -> None:
    found = limits(count / size, size)
    assert found == pytest.approx((low, high), abs=5e-5)
    library = binomtest(count, size).proportion_ci(method="wilson")
    assert found == pytest.approx((library.low, library.high), abs=1e-12)


@pytest.mark.parametrize(("left", "right", "low", "high"), DIFFERENCES)
def test_difference_against_the_published_table(left, right, low: float, high: float) -> None:
    terms = [np.array([count / size, *limits(count / size, size)]) for count, size in (left, right)]
    assert difference_limits(*terms) == pytest.approx((low, high), abs=5e-5)
    # The same on columns.
    columns = [tuple(map(pl.lit, term)) for term in terms]
    ends = zip(("low", "high"), difference_limits(*columns), strict=True)
    assert pl.select(**dict(ends)).row(0) == pytest.approx((low, high), abs=5e-5)


Cell = tuple[str, str, int, float]
"""Level, code, year and number of people."""


def observed(variable: str, cells: list[Cell]) -> pl.DataFrame:
    """Resolved observations of a variable."""
    schema = {"level": pl.String, "code": pl.String, "period": pl.Int32, "value": pl.Float64}
    return pl.DataFrame(cells, schema=schema, orient="row").with_columns(
        variable=pl.lit(variable),
        perimeter=pl.lit(None, pl.String),
        stated=pl.lit(True),
        status=pl.lit("observed"),
        millesime=pl.col("period"),
        edition=pl.col("period"),
        dataset=pl.lit("d"),
        extract=pl.lit("e"),
        origin=pl.when(pl.col("level") == "commune").then(pl.lit("producer")).otherwise(pl.lit("sum")),
    )


def population(years: list[int]) -> pl.DataFrame:
    """A commune of 20 000 inhabitants and one of 2 000."""
    people = (BIG, 20_000.0), (SMALL, 2_000.0)
    return observed("rp_pop", [("commune", code, year, size) for year in years for code, size in people])


def counts(indicator: str, cells: list[tuple[str, str, int, float, float]]) -> pl.DataFrame:
    """Observations that make the cells: level, code, year, numerator, denominator."""
    formula = by_id(indicator).series[0].formula
    assert isinstance(formula, Ratio)
    return pl.concat(
        # All of them are of the first variable of each sum.
        observed(name, [(*cell[:3], 0.0 if rank else cell[3 + part]) for cell in cells])
        for part, terms in enumerate((formula.numerator, formula.denominator))
        for rank, name in enumerate(terms)
    )


def found(indicator: str, *observations: pl.DataFrame, years: tuple[int, ...] = (2022,)) -> pl.DataFrame:
    """Rows of the first series, in the order of level and code."""
    one = by_id(indicator)
    figures = Figures.of(pl.concat([population(list(years)), *observations]), communes=MEMBERS)
    return value_rows([series_values(one, one.series[0], figures)], figures)


def test_large_commune_is_a_sample_of_forty_percent() -> None:
    # 1 000 families, 25 %: 0,4 × 1 000 = 400 drawn. z² = 3,841459.
    # Centre (0,25 + 3,841459/800) / (1 + 3,841459/400) = 0,254802/1,009604 = 0,252378.
    # Half √(0,1875/400 + 3,841459/640000) × 1,959964 / 1,009604 = 0,021789 × 1,959964 / 1,009604 = 0,042299.
    one = "familles_monoparentales"
    row = found(one, counts(one, [("commune", BIG, 2022, 250, 1000)])).row(0, named=True)
    assert row["lower"] == pytest.approx(100 * (0.252378 - 0.042299), abs=1e-3)
    assert row["upper"] == pytest.approx(100 * (0.252378 + 0.042299), abs=1e-3)
    assert row["note"] is None


def test_a_share_published_alone_is_of_those_counted_at_the_nearest_census() -> None:
    """25 % in 2018, of 1 000 young people in 2022: 0.4 × 1 000 = 400 drawn, as above."""
    share = by_id("jeunes_non_inseres").series[0].formula
    published = [
        observed(name, [("commune", BIG, year, value)])
        for name, value, year in ((share.variable, 25.0, 2018), (share.among, 1000.0, 2022))
    ]
    row = found("jeunes_non_inseres", *published).row(0, named=True)
    assert (row["lower"], row["upper"]) == pytest.approx((21.008, 29.468), abs=1e-3)


def test_small_commune_is_exhaustive_in_the_main_exploitation_only() -> None:
    main = counts("taux_chomage_rp", [("commune", SMALL, 2022, 90, 600)])
    row = found("taux_chomage_rp", main).row(0, named=True)
    assert (row["lower"], row["upper"], row["note"]) == (None, None, EXHAUSTIVE)
    # Complementary: 0,2 × 500 = 100 drawn.
    other = counts("familles_monoparentales", [("commune", SMALL, 2022, 100, 500)])
    row = found("familles_monoparentales", other).row(0, named=True)
    expected = binomtest(20, 100).proportion_ci(method="wilson")
    assert (row["lower"], row["upper"]) == pytest.approx((100 * expected.low, 100 * expected.high))


@pytest.mark.parametrize(
    ("indicator", "effective"),
    [
        # 1 500² / (1 000/0,4 + 500/0,2) = 2 250 000 / 5 000.
        ("familles_monoparentales", 450),
        # The small commune is exhaustive: 2 250 000 / (1 000/0,4).
        ("taux_chomage_rp", 900),
    ],
)
def test_members_of_an_aggregate_bring_their_own_sample(indicator: str, effective: int) -> None:
    cells = [
        ("commune", BIG, 2022, 250, 1000),
        ("commune", SMALL, 2022, 50, 500),
        ("epci", WHOLE, 2022, 300, 1500),
    ]
    row = found(indicator, counts(indicator, cells)).filter(level="epci").row(0, named=True)
    expected = binomtest(round(0.2 * effective), effective).proportion_ci(method="wilson")
    assert (row["lower"], row["upper"]) == pytest.approx((100 * expected.low, 100 * expected.high))


def test_a_member_without_its_own_figure_leaves_the_prudent_interval_of_a_large_area() -> None:
    one = "familles_monoparentales"
    cells = [("commune", BIG, 2022, 250, 1000), ("epci", WHOLE, 2022, 250, 1000)]
    row = found(one, counts(one, cells)).filter(level="epci").row(0, named=True)
    # As if all were asked at 20 %: 200 drawn.
    expected = binomtest(50, 200).proportion_ci(method="wilson")
    assert (row["lower"], row["upper"]) == pytest.approx((100 * expected.low, 100 * expected.high))


@pytest.mark.parametrize(
    ("indicator", "effective"),
    # 1 000 people: as if all lived where the fewest dwellings are surveyed, 40 % or 20 %.
    [("taux_chomage_rp", 400), ("familles_monoparentales", 200)],
)
@pytest.mark.parametrize("level", ["epci", "departement", "region", "metropole", "france"])
def test_a_large_area_of_unknown_members_has_a_prudent_interval(
    indicator: str, effective: int, level: str
) -> None:
    row = found(indicator, counts(indicator, [(level, "59", 2022, 250, 1000)])).row(0, named=True)
    expected = binomtest(effective // 4, effective).proportion_ci(method="wilson")
    assert (row["lower"], row["upper"]) == pytest.approx((100 * expected.low, 100 * expected.high))


def test_the_interval_of_a_large_area_is_never_narrower_than_that_of_its_members() -> None:
    cells = [("commune", BIG, 2022, 250, 1000), ("commune", SMALL, 2022, 50, 500)]
    whole = [("epci", WHOLE, 2022, 300, 1500), ("departement", "59", 2022, 300, 1500)]
    for indicator in ("taux_chomage_rp", "familles_monoparentales"):
        rows = found(indicator, counts(indicator, cells + whole))
        known, prudent = (rows.filter(level=one).row(0, named=True) for one in ("epci", "departement"))
        assert prudent["lower"] < known["lower"] < known["upper"] < prudent["upper"]


def test_the_limits_of_deaths_cover_95_percent() -> None:
    """Exact limits of Poisson are conservative; on counts of this size they are close to 95 %."""
    rng = np.random.default_rng(13)
    for expected in (120.0, 900.0):
        counts = rng.poisson(expected, 20_000)
        low, high = (np.array(end) for end in zip(*(poisson_interval(float(n)) for n in counts), strict=True))
        covered = ((low <= expected) & (expected <= high)).mean()
        assert covered == pytest.approx(0.95, abs=0.015)


def test_ratio_of_two_disjoint_counts_is_an_odds() -> None:
    # 600 young for 400 old: 60 % young of 1 000, 400 drawn; the limits of the ratio are p/(1 − p).
    cells = counts("indice_jeunesse", [("commune", BIG, 2022, 600, 400)])
    row = found("indice_jeunesse", cells).row(0, named=True)
    share = binomtest(240, 400).proportion_ci(method="wilson")
    assert row["lower"] == pytest.approx(share.low / (1 - share.low))
    assert row["upper"] == pytest.approx(share.high / (1 - share.high))


def test_difference_of_two_ratios_takes_both_samples() -> None:
    people = {"rp_hact1564": 700.0, "rp_h1564": 1000.0, "rp_fact1564": 600.0, "rp_f1564": 1000.0}
    terms = [observed(name, [("commune", BIG, 2022, number)]) for name, number in people.items()]
    row = found("ecart_taux_activite", *terms).row(0, named=True)
    men, women = (binomtest(n, 400).proportion_ci(method="wilson") for n in (280, 240))
    low = 0.1 - np.hypot(0.7 - men.low, women.high - 0.6)
    high = 0.1 + np.hypot(men.high - 0.7, 0.6 - women.low)
    assert (row["lower"], row["upper"]) == pytest.approx((100 * low, 100 * high))


def test_small_denominator_is_flagged() -> None:
    cells = [("commune", SMALL, 2022, 20, 199), ("commune", BIG, 2022, 20, 200)]
    rows = found("taux_chomage_rp", counts("taux_chomage_rp", cells))
    notes = dict(rows.select("code", "note").iter_rows())
    assert notes[SMALL].startswith("Effectif faible (dénominateur\u00a0: 199)")
    assert notes[BIG] is None


def test_a_few_persons_off_the_year_of_the_population_do_not_lose_the_sampling() -> None:
    cells = counts("taux_chomage_rp", [("commune", BIG, 2023, 100, 1000)])
    assert found("taux_chomage_rp", cells, years=(2016, 2022))["lower"].null_count() == 0


def test_a_commune_of_no_known_population_has_no_interval_and_is_not_said_exhaustive() -> None:
    cells = counts("taux_chomage_rp", [("commune", "59003", 2022, 100, 1000)])
    row = found("taux_chomage_rp", cells).row(0, named=True)
    assert (row["lower"], row["upper"], row["note"]) == (None, None, UNSTATED)


@pytest.mark.parametrize(("part_big", "part_small"), [(0.2, 0.2), (0.3, 0.15), (0.05, 0.08)])
def test_coverage_over_repeated_samples(part_big: float, part_small: float) -> None:
    """Sampling the two communes over and over, the interval of each and of their sum covers 95 % ± 1.5."""
    draws, people = 6_000, {BIG: 6_000, SMALL: 4_000}
    rng = np.random.default_rng(11)
    parts = {
        BIG: rng.binomial(2_400, part_big, draws) / 0.4,
        SMALL: rng.binomial(800, part_small, draws) / 0.2,
    }
    parts[WHOLE] = parts[BIG] + parts[SMALL]
    people[WHOLE] = 10_000
    true = {BIG: part_big, SMALL: part_small, WHOLE: 0.6 * part_big + 0.4 * part_small}
    cells = [
        ("epci" if code == WHOLE else "commune", code, year, float(parts[code][year]), float(people[code]))
        for code in people
        for year in range(draws)
    ]
    rows = found("familles_monoparentales", counts("familles_monoparentales", cells), years=(0,))
    for code, share in true.items():
        covered = rows.filter(pl.col("code") == code).select(
            ((pl.col("lower") <= 100 * share) & (100 * share <= pl.col("upper"))).mean()
        )
        assert covered.item() == pytest.approx(0.95, abs=0.015), code


def test_coverage_of_differences() -> None:
    draws, sizes, shares = 20_000, (200, 300), (0.3, 0.2)
    rng = np.random.default_rng(12)
    terms = []
    for size, share in zip(sizes, shares, strict=True):
        drawn = rng.binomial(size, share, draws) / size
        terms.append((drawn, *wilson(drawn, np.full(draws, float(size)))))
    lower, upper = difference_limits(*terms)
    assert ((lower <= 0.1) & (upper >= 0.1)).mean() == pytest.approx(0.95, abs=0.015)


def test_the_real_figures(values: pl.DataFrame, territories: Territories) -> None:
    inside = values.filter(pl.col("lower").is_not_null())
    assert inside.filter(
        (pl.col("lower") > pl.col("value") + 1e-9) | (pl.col("upper") < pl.col("value") - 1e-9)
    ).is_empty()

    def one(indicator: str, code: str) -> dict:
        rows = values.filter(
            (pl.col("indicator") == indicator)
            & (pl.col("code") == code)
            & (pl.col("millesime") == 2022)
            & pl.col("value").is_not_null()
        )
        return rows.row(0, named=True)

    # Denain (20 622 inhabitants) is sampled, Escaudain (9 060) is not, but for the complementary part.
    assert one("taux_chomage_rp", "59172")["lower"] is not None
    assert one("taux_chomage_rp", "59205")["note"] == EXHAUSTIVE
    assert one("familles_monoparentales", "59205")["lower"] is not None
    qpv = values.filter(
        (pl.col("level") == "qpv") & (pl.col("indicator") == "taux_emploi") & pl.col("value").is_not_null()
    )
    assert qpv["lower"].null_count() == qpv.height
    assert qpv["note"].str.contains(UNSTATED, literal=True).all()
    # The judgement follows: sampling limits Denain's gap, the chance of small numbers Escaudain's.
    judged = compare(values, territories).filter(
        (pl.col("indicator") == "taux_chomage_rp")
        & (pl.col("reference_level") == "epci")
        & (pl.col("millesime") == 2022)
    )
    by_code = dict(judged.select("code", "judgement").iter_rows())
    assert by_code["59172"] == "moins bien"
    assert by_code["59205"] == "moins bien"
