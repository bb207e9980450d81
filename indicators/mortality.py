"""Comparative mortality by indirect standardisation, while the regional observatory's file is awaited.

Observed deaths of residents over the period, divided by the deaths the population would have had at the
French rates of each age band, × 100. Reference: Breslow & Day, *Statistical Methods in Cancer Research*,
vol. II (IARC, 1987), chap. 2; exact Poisson limits of the count (Garwood 1936).

The rates are the UN's (WPP 2019, both sexes weighted by the French population of 2018), rescaled so that
France has the 609 648 deaths INSEE recorded in 2018, hence an index of 100. Populations are those of the
broad age bands of the census, interpolated between two censuses to the middle of the period: the deaths
and the population are of the same years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.resolve import TerritoryView, membership_frame
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

FRENCH_DEATHS_2018 = 609_648
"""Deaths registered in France in 2018 (INSEE, état civil)."""

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Period:
    """Years of deaths, and the two censuses whose populations surround their middle."""

    first: int
    last: int
    census_before: int
    census_after: int

    @property
    def label(self) -> str:
        """``2015-2019``."""
        return f"{self.first}-{self.last}"

    @property
    def years(self) -> int:
        """Number of years of deaths."""
        return self.last - self.first + 1

    @property
    def weight_after(self) -> float:
        """Share of the later census in the interpolation to the middle of the period."""
        middle = (self.first + self.last) / 2
        return (middle - self.census_before) / (self.census_after - self.census_before)


# Before Covid, and around 2018, the year of the French rates.
DEFAULT_PERIOD = Period(2015, 2019, 2016, 2022)
# The alternative of the sensitivity panel; the later census stands for the middle of the period.
RECENT_PERIOD = Period(2019, 2024, 2016, 2022)

BANDS: tuple[tuple[str, int, int], ...] = (
    ("rp_pop0014", 0, 14),
    ("rp_pop1529", 15, 29),
    ("rp_pop3044", 30, 44),
    ("rp_pop4559", 45, 59),
    ("rp_pop6074", 60, 74),
    ("rp_pop7589", 75, 89),
    ("rp_pop90p", 90, 120),
)
"""Broad census age bands: variable, first age, last age."""

FRENCH_AGES: tuple[int, ...] = tuple(range(0, 105, 5))
DEATHS = "ec_deces"


def _age_token(age: int) -> str:
    return "y_ge100" if age == 100 else f"y{age}t{age + 4}"


def inputs() -> frozenset[str]:
    """Catalogue variables the estimate needs."""
    rates = {f"onu_mx_{sex}_{age}" for sex in "fh" for age in (0, 1, *FRENCH_AGES[1:])}
    population = {f"rp_pop_{sex}_{_age_token(age)}" for sex in "fh" for age in FRENCH_AGES}
    return frozenset({DEATHS, *(band for band, _, _ in BANDS)} | rates | population)


def french_rates(resolved: pl.DataFrame) -> dict[str, float]:
    """Return the French death rate of each broad band, per person and year.

    Args:
        resolved: Resolved observations, holding the UN rates and the French population of 2018 (level
            france).

    Returns:
        Rate by band variable; empty when the standard is not all there.
    """
    import polars as pl

    france = resolved.filter((pl.col("level") == Level.FRANCE.value) & pl.col("value").is_not_null())
    values: dict[str, float] = dict(france.select("variable", "value").iter_rows())
    cells: list[tuple[int, float, float]] = []
    for sex in "fh":
        for age in FRENCH_AGES:
            population = values.get(f"rp_pop_{sex}_{_age_token(age)}")
            rate = values.get(f"onu_mx_{sex}_{age}")
            if age == 0 and rate is not None:
                # The UN gives 0 and 1-4 years apart; the census band is 0-4.
                one_to_four = values.get(f"onu_mx_{sex}_1")
                rate = None if one_to_four is None else (rate + 4 * one_to_four) / 5
            if population is None or rate is None:
                return {}
            cells.append((age, population, rate))
    scale = FRENCH_DEATHS_2018 / sum(population * rate for _, population, rate in cells)
    return {
        band: scale
        * sum(population * rate for age, population, rate in cells if first <= age <= last)
        / sum(population for age, population, _ in cells if first <= age <= last)
        for band, first, last in BANDS
    }


def poisson_interval(observed: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the exact limits of the mean of a Poisson count (Garwood, *Biometrika* 28, 1936).

    Args:
        observed: The count, a whole number ≥ 0.
        confidence: Two-sided confidence level.

    Returns:
        Lower and upper limits, as counts.
    """
    from scipy.stats import chi2

    tail = (1 - confidence) / 2
    lower = 0.0 if observed == 0 else float(chi2.ppf(tail, 2 * observed)) / 2
    return lower, float(chi2.ppf(1 - tail, 2 * (observed + 1))) / 2


def estimated_icm(
    resolved: pl.DataFrame, territories: TerritoryView, period: Period = DEFAULT_PERIOD
) -> pl.DataFrame:
    """Estimate the mortality index of cantons (parts), EPCI and groups from pooled communes.

    Args:
        resolved: Resolved observations with deaths, census bands and the French standard.
        territories: For the members of each aggregate.
        period: Years of deaths.

    Returns:
        ``level``, ``code``, ``observed``, ``expected`` (deaths), ``value``, ``lower``, ``upper`` (France =
        100), ``dataset``, ``extract``, ``status``; an aggregate one of whose communes lacks an input is
        absent.
    """
    import polars as pl

    schema = {
        "level": pl.String,
        "code": pl.String,
        "observed": pl.Float64,
        "expected": pl.Float64,
        "value": pl.Float64,
        "lower": pl.Float64,
        "upper": pl.Float64,
        "dataset": pl.String,
        "extract": pl.String,
        "status": pl.String,
    }
    rates = french_rates(resolved)
    if not rates:
        return pl.DataFrame(schema=schema)
    communes = resolved.filter(
        (pl.col("level") == Level.COMMUNE.value) & pl.col("stated") & pl.col("value").is_not_null()
    )
    deaths = (
        communes.filter(
            (pl.col("variable") == DEATHS) & pl.col("period").is_between(period.first, period.last)
        )
        .group_by("code")
        .agg(
            pl.len().alias("_years"),
            observed=pl.col("value").sum(),
            _d=pl.col("dataset"),
            _e=pl.col("extract"),
        )
        .filter(pl.col("_years") == period.years)
    )
    census = {period.census_before: 1 - period.weight_after, period.census_after: period.weight_after}
    weights = pl.DataFrame(
        [
            (band, year, period.years * rate * share)
            for band, rate in rates.items()
            for year, share in census.items()
        ],
        schema={"variable": pl.String, "period": pl.Int32, "_rate": pl.Float64},
        orient="row",
    )
    expected = (
        communes.join(weights, on=["variable", "period"])
        .group_by("code")
        .agg(
            pl.len().alias("_cells"),
            expected=(pl.col("value") * pl.col("_rate")).sum(),
            _pd=pl.col("dataset"),
            _pe=pl.col("extract"),
        )
        .filter(pl.col("_cells") == weights.height)
    )
    members = membership_frame(territories)
    sizes = members.group_by("parent_level", "parent_code").len("_members")
    pooled = (
        members.join(deaths, on="code")
        .join(expected, on="code")
        .group_by("parent_level", "parent_code", maintain_order=True)
        .agg(
            pl.len().alias("_present"),
            pl.col("observed", "expected").sum(),
            dataset=pl.concat([pl.col("_d").list.explode(), pl.col("_pd").list.explode()])
            .unique()
            .sort()
            .str.join(", "),
            extract=pl.concat([pl.col("_e").list.explode(), pl.col("_pe").list.explode()])
            .unique()
            .sort()
            .str.join(", "),
        )
        .join(sizes, on=["parent_level", "parent_code"])
        .filter((pl.col("_present") == pl.col("_members")) & (pl.col("expected") > 0))
        .rename({"parent_level": "level", "parent_code": "code"})
        .sort("level", "code")
    )
    limits = [poisson_interval(count) for count in pooled["observed"]]
    return (
        pooled.with_columns(
            lower=pl.Series([low for low, _ in limits], dtype=pl.Float64),
            upper=pl.Series([high for _, high in limits], dtype=pl.Float64),
            value=100 * pl.col("observed") / pl.col("expected"),
            status=pl.lit(Status.ESTIMATED.value),
        )
        .with_columns(pl.col("lower", "upper") * 100 / pl.col("expected"))
        .select(list(schema))
    )
