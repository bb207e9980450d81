"""Intervals against published tables, cases worked by hand, and what repeated sampling really covers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest

from indicators import uncertainty
from indicators.comparison import compare
from indicators.figures import Figures
from indicators.frames import value_schema
from indicators.intervals import difference_limits, wilson
from indicators.mortality import poisson_interval
from indicators.registry import INDICATORS, by_id
from indicators.uncertainty import EXHAUSTIVE, UNSTATED
from sources.territory.declared import Territories


def with_intervals(values: pl.DataFrame, resolved: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    return uncertainty.with_intervals(values, Figures.of(resolved), members, INDICATORS)


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
SERIES = {i: by_id(i).series[0].id for i in ("taux_chomage_rp", "familles_monoparentales")}
MEMBERS = pl.DataFrame({"parent_level": ["epci"] * 2, "parent_code": [WHOLE] * 2, "code": [BIG, SMALL]})


def limits(share: float, size: float) -> tuple[float, float]:
    low, high = wilson(pl.col("p"), pl.col("n"))
    return pl.DataFrame({"p": [share], "n": [float(size)]}).select(low.alias("l"), high.alias("h")).row(0)


@pytest.mark.parametrize(("count", "size", "low", "high"), SINGLE)
def test_wilson_against_the_published_table(count: int, size: int, low: float, high: float) -> None:
    found = limits(count / size, size)
    assert found == pytest.approx((low, high), abs=5e-5)
    library = binomtest(count, size).proportion_ci(method="wilson")
    assert found == pytest.approx((library.low, library.high), abs=1e-12)


@pytest.mark.parametrize(("left", "right", "low", "high"), DIFFERENCES)
def test_difference_against_the_published_table(left, right, low: float, high: float) -> None:
    row = {}
    for name, (count, size) in (("a", left), ("b", right)):
        row[name] = count / size
        row[f"{name}l"], row[f"{name}h"] = limits(count / size, size)
    terms = [tuple(pl.col(f"{name}{end}") for end in ("", "l", "h")) for name in "ab"]
    lower, upper = difference_limits(*terms)
    found = pl.DataFrame([row]).select(lower.alias("l"), upper.alias("h")).row(0)
    assert found == pytest.approx((low, high), abs=5e-5)


def value_rows(
    indicator: str, series: str, cells: list[tuple[str, str, int, float, float]], scale: float = 100
):
    """Rows of the value table: level, code, year, numerator, denominator."""
    blank = dict.fromkeys(value_schema())
    return pl.DataFrame(
        [
            {
                **blank,
                "indicator": indicator,
                "series": series,
                "concept": indicator,
                "level": level,
                "code": code,
                "millesime": year,
                "edition": year,
                "period": str(year),
                "numerator": part,
                "denominator": total,
                "value": scale * part / total,
                "status": "observed",
                "origin": "producer" if level == "commune" else "sum",
            }
            for level, code, year, part, total in cells
        ],
        schema=value_schema(),
    )


def population(years: list[int]) -> pl.DataFrame:
    """A commune of 20 000 inhabitants and one of 2 000, in resolved observations."""
    return pl.DataFrame(
        [
            ("commune", code, True, year, "rp_pop", size)
            for year in years
            for code, size in ((BIG, 20_000.0), (SMALL, 2_000.0))
        ],
        schema={
            "level": pl.String,
            "code": pl.String,
            "stated": pl.Boolean,
            "period": pl.Int32,
            "variable": pl.String,
            "value": pl.Float64,
        },
        orient="row",
    ).with_columns(
        perimeter=pl.lit(None, pl.String),
        status=pl.lit("observed"),
        millesime=pl.col("period"),
        edition=pl.col("period"),
        dataset=pl.lit("d"),
        extract=pl.lit("e"),
        origin=pl.lit("producer"),
    )


def test_large_commune_is_a_sample_of_forty_percent() -> None:
    # 1 000 families, 25 %: 0,4 × 1 000 = 400 drawn. z² = 3,841459.
    # Centre (0,25 + 3,841459/800) / (1 + 3,841459/400) = 0,254802/1,009604 = 0,252378.
    # Half √(0,1875/400 + 3,841459/640000) × 1,959964 / 1,009604 = 0,021789 × 1,959964 / 1,009604 = 0,042299.
    rows = value_rows("familles_monoparentales", "recensement", [("commune", BIG, 2022, 250, 1000)])
    found = with_intervals(rows, population([2022]), MEMBERS).row(0, named=True)
    assert found["lower"] == pytest.approx(100 * (0.252378 - 0.042299), abs=1e-3)
    assert found["upper"] == pytest.approx(100 * (0.252378 + 0.042299), abs=1e-3)
    assert found["note"] is None


def test_a_share_published_alone_is_of_those_counted_at_the_nearest_census() -> None:
    """25 % in 2018, of 1 000 young people in 2022: 0.4 × 1 000 = 400 drawn, as above."""
    share = by_id("jeunes_non_inseres").series[0]
    rows = value_rows("jeunes_non_inseres", share.id, [("commune", BIG, 2018, 25, 100)])
    rows = rows.with_columns(numerator=pl.lit(None, pl.Float64), denominator=pl.lit(None, pl.Float64))
    counts = population([2022])
    published = [
        counts.filter(code=BIG).with_columns(variable=pl.lit(name), value=value, period=year, millesime=year)
        for name, value, year in ((share.formula.variable, 25.0, 2018), (share.formula.among, 1000.0, 2022))
    ]
    found = with_intervals(rows, pl.concat([counts, *published], how="vertical_relaxed"), MEMBERS)
    assert found.select("lower", "upper").row(0) == pytest.approx((21.008, 29.468), abs=1e-3)


def test_small_commune_is_exhaustive_in_the_main_exploitation_only() -> None:
    main = value_rows("taux_chomage_rp", SERIES["taux_chomage_rp"], [("commune", SMALL, 2022, 90, 600)])
    found = with_intervals(main, population([2022]), MEMBERS).row(0, named=True)
    assert (found["lower"], found["upper"], found["note"]) == (None, None, EXHAUSTIVE)
    # Complementary: 0,2 × 500 = 100 drawn.
    other = value_rows("familles_monoparentales", "recensement", [("commune", SMALL, 2022, 100, 500)])
    found = with_intervals(other, population([2022]), MEMBERS).row(0, named=True)
    expected = binomtest(20, 100).proportion_ci(method="wilson")
    assert (found["lower"], found["upper"]) == pytest.approx((100 * expected.low, 100 * expected.high))


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
    rows = value_rows(
        indicator,
        SERIES[indicator],
        [
            ("commune", BIG, 2022, 250, 1000),
            ("commune", SMALL, 2022, 50, 500),
            ("epci", WHOLE, 2022, 300, 1500),
        ],
    )
    found = with_intervals(rows, population([2022]), MEMBERS).row(2, named=True)
    expected = binomtest(round(0.2 * effective), effective).proportion_ci(method="wilson")
    assert (found["lower"], found["upper"]) == pytest.approx((100 * expected.low, 100 * expected.high))


@pytest.mark.parametrize(
    ("indicator", "effective"),
    # 1 000 people: as if all lived where the fewest dwellings are surveyed, 40 % or 20 %.
    [("taux_chomage_rp", 400), ("familles_monoparentales", 200)],
)
@pytest.mark.parametrize("level", ["epci", "departement", "region", "metropole", "france"])
def test_a_large_area_of_unknown_members_has_a_prudent_interval(
    indicator: str, effective: int, level: str
) -> None:
    rows = value_rows(indicator, SERIES[indicator], [(level, "59", 2022, 250, 1000)])
    found = with_intervals(rows, population([2022]), MEMBERS).row(0, named=True)
    expected = binomtest(effective // 4, effective).proportion_ci(method="wilson")
    assert (found["lower"], found["upper"]) == pytest.approx((100 * expected.low, 100 * expected.high))


def test_the_interval_of_a_large_area_is_never_narrower_than_that_of_its_members() -> None:
    cells = [("commune", BIG, 2022, 250, 1000), ("commune", SMALL, 2022, 50, 500)]
    whole = [("epci", WHOLE, 2022, 300, 1500), ("departement", "59", 2022, 300, 1500)]
    for indicator, series in SERIES.items():
        found = with_intervals(value_rows(indicator, series, cells + whole), population([2022]), MEMBERS)
        known, prudent = (found.row(i, named=True) for i in (2, 3))
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
    rows = value_rows("indice_jeunesse", "grandes_tranches", [("commune", BIG, 2022, 600, 400)], scale=1)
    found = with_intervals(rows, population([2022]), MEMBERS).row(0, named=True)
    share = binomtest(240, 400).proportion_ci(method="wilson")
    assert found["lower"] == pytest.approx(share.low / (1 - share.low))
    assert found["upper"] == pytest.approx(share.high / (1 - share.high))


def test_difference_of_two_ratios_takes_both_samples() -> None:
    counts = {"rp_hact1564": 700.0, "rp_h1564": 1000.0, "rp_fact1564": 600.0, "rp_f1564": 1000.0}
    resolved = population([2022])
    terms = pl.concat(
        resolved.filter(pl.col("code") == BIG).with_columns(variable=pl.lit(v), value=pl.lit(n))
        for v, n in counts.items()
    )
    rows = value_rows("ecart_taux_activite", "recensement", [("commune", BIG, 2022, 10, 100)]).with_columns(
        numerator=pl.lit(None, pl.Float64), denominator=pl.lit(None, pl.Float64)
    )
    found = with_intervals(rows, pl.concat([resolved, terms]), MEMBERS).row(0, named=True)
    men, women = (binomtest(n, 400).proportion_ci(method="wilson") for n in (280, 240))
    low = 0.1 - np.hypot(0.7 - men.low, women.high - 0.6)
    high = 0.1 + np.hypot(men.high - 0.7, 0.6 - women.low)
    assert (found["lower"], found["upper"]) == pytest.approx((100 * low, 100 * high))


def test_small_denominator_is_flagged_and_rows_keep_their_order() -> None:
    cells = [("commune", SMALL, 2022, 20, 199), ("commune", BIG, 2022, 20, 200)]
    rows = value_rows("taux_chomage_rp", SERIES["taux_chomage_rp"], cells)
    found = with_intervals(rows, population([2022]), MEMBERS)
    assert found["code"].to_list() == [SMALL, BIG]
    assert "Effectif faible (dénominateur\u00a0: 199)" in found["note"][0]
    assert found["note"][1] is None


def test_a_few_persons_off_the_year_of_the_population_do_not_lose_the_sampling() -> None:
    rows = value_rows("taux_chomage_rp", SERIES["taux_chomage_rp"], [("commune", BIG, 2023, 100, 1000)])
    assert with_intervals(rows, population([2016, 2022]), MEMBERS)["lower"].null_count() == 0


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
    rows = value_rows("familles_monoparentales", "recensement", cells)
    found = with_intervals(rows, population([0]), MEMBERS)
    for code, share in true.items():
        covered = found.filter(pl.col("code") == code).select(
            ((pl.col("lower") <= 100 * share) & (100 * share <= pl.col("upper"))).mean()
        )
        assert covered.item() == pytest.approx(0.95, abs=0.015), code


def test_coverage_of_differences() -> None:
    draws, sizes, shares = 20_000, (200, 300), (0.3, 0.2)
    rng = np.random.default_rng(12)
    frame = pl.DataFrame(
        {f"p{i}": rng.binomial(n, p, draws) / n for i, (n, p) in enumerate(zip(sizes, shares, strict=True))}
    )
    terms = []
    for i, n in enumerate(sizes):
        low, high = wilson(pl.col(f"p{i}"), pl.lit(float(n)))
        terms.append((pl.col(f"p{i}"), low, high))
    lower, upper = difference_limits(*terms)
    assert frame.select(((lower <= 0.1) & (upper >= 0.1)).mean()).item() == pytest.approx(0.95, abs=0.015)


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
