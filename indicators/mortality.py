"""Comparative mortality by indirect standardisation, while the regional observatory's file is awaited.

Observed deaths of residents over the period, divided by the deaths the population would have had at the
French rates of each sex and five-year age band, × 100. Reference: Breslow & Day, *Statistical Methods in
Cancer Research*, vol. II (IARC, 1987), chap. 2; exact Poisson limits of the count (Garwood 1936).

The rates are the UN's (WPP 2019), rescaled so that France has the 609 648 deaths INSEE recorded in 2018,
hence an index of 100. Populations by sex and five-year age are those of the one census that gives them to the
commune; for a period centred elsewhere, each broad age band is brought to its population interpolated between
two censuses, its inner structure kept.

The interval joins chance (the count of deaths) and the model: the gap to the same computation by broad bands
without sex, which a coarser knowledge of the ages would have given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.model import POPULATION
from indicators.resolve import TerritoryView, membership_frame
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

FRENCH_DEATHS_2018 = 609_648
"""Deaths registered in France in 2018 (INSEE, état civil)."""

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Period:
    """Years of deaths, and the two censuses around their middle, which may be the later one."""

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
    def shares(self) -> dict[int, float]:
        """Census → its share in the interpolation, those of no weight left out."""
        shares = {self.census_before: 1 - self.weight_after, self.census_after: self.weight_after}
        return {year: share for year, share in shares.items() if share > 0}

    @property
    def weight_after(self) -> float:
        """Share of the later census in the interpolation to the middle of the period."""
        middle = (self.first + self.last) / 2
        return (middle - self.census_before) / (self.census_after - self.census_before)


FINE_CENSUS = 2023
"""The census that gives the communes by sex and five-year age."""

# Centred on that census: nothing is interpolated.
DEFAULT_PERIOD = Period(2021, 2025, 2016, FINE_CENSUS)
# The alternative of the sensitivity panel: before Covid, around 2018, the year of the French rates.
EARLIER_PERIOD = Period(2015, 2019, 2016, 2022)

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
CRUDE_RATE = "tx_mortalite"
PRINTED_DIGIT = 0.1
"""Crude rates are printed with one decimal."""


def _age_token(age: int) -> str:
    return "y_ge100" if age == 100 else f"y{age}t{age + 4}"


LAST_AGE = 95
"""First age of the last band the communes are given for."""


def _cell(sex: str, age: int) -> str:
    """Catalogue variable of the communes for one sex and five-year band."""
    return f"rp_pop_{sex}_" + ("y_ge95" if age == LAST_AGE else _age_token(age))


CELLS: dict[str, str] = {
    _cell(sex, age): next(band for band, first, last in BANDS if first <= age <= last)
    for sex in "fh"
    for age in range(0, LAST_AGE + 5, 5)
}
"""Broad band each sex and five-year band is in."""


def inputs() -> frozenset[str]:
    """Catalogue variables the estimate needs."""
    rates = {f"onu_mx_{sex}_{age}" for sex in "fh" for age in (0, 1, *FRENCH_AGES[1:])}
    population = {f"rp_pop_{sex}_{_age_token(age)}" for sex in "fh" for age in FRENCH_AGES}
    return frozenset({DEATHS, *(band for band, _, _ in BANDS), *CELLS} | rates | population)


def french_rates(resolved: pl.DataFrame) -> dict[str, float]:
    """Return the French death rates, per person and year, by sex and five-year band and by broad band.

    Args:
        resolved: Resolved observations, holding the UN rates and the French population of 2018 (level
            france).

    Returns:
        Rate by variable of :data:`CELLS` and :data:`BANDS`; empty when the standard is not all there.
    """
    import polars as pl

    france = resolved.filter((pl.col("level") == Level.FRANCE.value) & pl.col("value").is_not_null())
    values: dict[str, float] = dict(france.select("variable", "value").iter_rows())
    cells: list[tuple[str, int, float, float]] = []
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
            cells.append((sex, age, population, rate))
    scale = FRENCH_DEATHS_2018 / sum(population * rate for _, _, population, rate in cells)

    def mean(first: int, last: int, sexes: str = "fh") -> float:
        chosen = [(p, r) for sex, age, p, r in cells if sex in sexes and first <= age <= last]
        return scale * sum(p * r for p, r in chosen) / sum(p for p, _ in chosen)

    broad = {band: mean(first, last) for band, first, last in BANDS}
    fine = {
        _cell(sex, age): mean(age, 120 if age == LAST_AGE else age, sex)
        for sex in "fh"
        for age in range(0, LAST_AGE + 5, 5)
    }
    return broad | fine


def poisson_interval(observed: float) -> tuple[float, float]:
    """Return the exact limits of the mean of a Poisson count (Garwood, *Biometrika* 28, 1936).

    Args:
        observed: The count, a whole number ≥ 0.

    Returns:
        Lower and upper limits at the level :data:`CONFIDENCE`, as counts.
    """
    # Half a quantile of χ² is that of a gamma law; ``scipy.stats`` takes a second to load.
    from scipy.special import gammaincinv

    tail = (1 - CONFIDENCE) / 2
    lower = 0.0 if observed == 0 else float(gammaincinv(observed, tail))
    return lower, float(gammaincinv(observed + 1, 1 - tail))


def estimated_icm(
    resolved: pl.DataFrame, territories: TerritoryView, period: Period = DEFAULT_PERIOD
) -> pl.DataFrame:
    """Estimate the mortality index of cantons (parts), EPCI and groups from pooled communes.

    Args:
        resolved: Resolved observations with deaths, census populations and the French standard.
        territories: For the members of each aggregate.
        period: Years of deaths.

    Returns:
        ``level``, ``code``, ``observed``, ``expected`` (deaths), ``value``, ``lower``, ``upper`` (France =
        100), ``model`` (points the model may be wrong by), ``dataset``, ``extract``, ``status``; an
        aggregate one of whose communes lacks an input is absent.
    """
    import polars as pl

    text, number = pl.String(), pl.Float64()
    schema = {
        **dict.fromkeys(("level", "code"), text),
        **dict.fromkeys(("observed", "expected", "value", "lower", "upper", "model"), number),
        **dict.fromkeys(("dataset", "extract", "status"), text),
    }
    rates = french_rates(resolved)
    members = membership_frame(territories)
    communes = resolved.filter(
        (pl.col("level") == Level.COMMUNE.value) & pl.col("stated") & pl.col("value").is_not_null()
    )
    deaths = communes.filter(
        (pl.col("variable") == DEATHS) & pl.col("period").is_between(period.first, period.last)
    )
    fine = communes.filter((pl.col("period") == FINE_CENSUS) & pl.col("variable").is_in(list(CELLS)))
    if not (rates and deaths.height and fine.height):
        return pl.DataFrame(schema=schema)
    broad = _broad(communes, fine, period)
    observed = _pooled(deaths, members, period.years).rename({"value": "observed"})
    expected = _expected(_cells(fine, members), _bands(broad, members), rates, period)
    joined = observed.join(expected, on=["level", "code"], maintain_order="left").filter(
        pl.col("expected") > 0
    )
    sources = pl.concat([deaths, fine, broad.select(fine.columns)])
    limits = [poisson_interval(count) for count in joined["observed"]]
    value, other = (100 * pl.col("observed") / pl.col(c) for c in ("expected", "_expected_broad"))
    chance = [
        pl.Series([end[i] for end in limits], dtype=pl.Float64) * 100 / joined["expected"] for i in (0, 1)
    ]
    return (
        joined.with_columns(value=value, model=(value - other).abs(), _low=chance[0], _high=chance[1])
        .with_columns(
            # Two independent errors: their squares add up, on each side.
            lower=value - ((value - pl.col("_low")) ** 2 + pl.col("model") ** 2).sqrt(),
            upper=value + ((pl.col("_high") - value) ** 2 + pl.col("model") ** 2).sqrt(),
            status=pl.lit(Status.ESTIMATED.value),
            **{name: pl.lit(", ".join(sorted(sources[name].unique()))) for name in ("dataset", "extract")},
        )
        .select(list(schema))
        .sort("level", "code")
    )


def _pooled(rows: pl.DataFrame, members: pl.DataFrame, expected: int, by: Sequence[str] = ()) -> pl.DataFrame:
    """Sums of the aggregates whose members have ``expected`` rows each: ``level``, ``code``, ``value``.

    Args:
        rows: Figures of communes.
        members: Communes of every aggregate.
        expected: Rows a commune must have.
        by: Columns that tell apart figures that are not added up.
    """
    import polars as pl

    sizes = members.group_by("parent_level", "parent_code").len("_members")
    return (
        # In the order of the rows: a sum of decimals moves its last digit with the order of its terms.
        rows.join(members, on="code", maintain_order="left_right")
        .group_by(*by, "parent_level", "parent_code", maintain_order=True)
        .agg(pl.len().alias("_rows"), pl.col("value").sum())
        .join(sizes, on=["parent_level", "parent_code"], maintain_order="left")
        .filter(pl.col("_rows") == expected * pl.col("_members"))
        .select(*by, level="parent_level", code="parent_code", value="value")
    )


def _cells(fine: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Population of the aggregates by sex and five-year band."""
    import polars as pl

    return (
        _pooled(fine, members, 1, ["variable"])
        .sort(pl.col("variable").cast(pl.Enum(list(CELLS))), maintain_order=True)
        .with_columns(band=pl.col("variable").replace_strict(CELLS, return_dtype=pl.String))
    )


def _broad(communes: pl.DataFrame, fine: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Populations of the communes by broad band in the censuses around the middle of the period."""
    import polars as pl

    names = [band for band, _, _ in BANDS]
    years = list(period.shares)
    given = communes.filter(pl.col("period").is_in(years) & pl.col("variable").is_in(names))
    added = (
        fine.filter(pl.col("period").is_in(years))
        .with_columns(variable=pl.col("variable").replace_strict(CELLS, return_dtype=pl.String))
        .group_by("code", "variable", "period", maintain_order=True)
        .agg(pl.col("value").sum(), pl.exclude("value", "code", "variable", "period").first())
        .select(given.columns)
    )
    key = ["code", "variable", "period"]
    return pl.concat([given, added.join(given, on=key, how="anti", maintain_order="left")])


def _bands(broad: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Population of the aggregates by broad band and census."""
    one = ["variable", "period"]
    order = broad.select(one).unique(maintain_order=True).with_row_index("_order")
    return (
        _pooled(broad, members, 1, one)
        .join(order, on=one, maintain_order="left")
        .sort("_order", maintain_order=True)
        .select("level", "code", "value", "period", band="variable")
    )


def _expected(
    cells: pl.DataFrame, bands: pl.DataFrame, rates: dict[str, float], period: Period
) -> pl.DataFrame:
    """Deaths expected in each aggregate, by five-year band and sex, and by broad band."""
    import polars as pl

    needed = period.shares
    middle = (
        bands.with_columns(_share=pl.col("period").replace_strict(needed, default=None))
        .filter(pl.col("_share").is_not_null())
        .group_by("level", "code", "band", maintain_order=True)
        .agg(pl.len().alias("_censuses"), people=(pl.col("value") * pl.col("_share")).sum())
        .filter(pl.col("_censuses") == len(needed))
    )

    def rate(column: str) -> pl.Expr:
        return pl.col(column).replace_strict(rates, return_dtype=pl.Float64)

    inner = cells.group_by("level", "code", "band", maintain_order=True).agg(
        _local=(pl.col("value") * rate("variable")).sum() / pl.col("value").sum(),
        _cells=pl.len(),
    )
    per_band = {band: sum(1 for b in CELLS.values() if b == band) for band in set(CELLS.values())}
    return (
        middle.join(inner, on=["level", "code", "band"], maintain_order="left")
        .filter(pl.col("_cells") == pl.col("band").replace_strict(per_band))
        .with_columns(
            # Nobody of that age in the one census, somebody in the others: the French structure stands in.
            _local=pl.when(pl.col("_local").is_finite()).then("_local").otherwise(rate("band"))
        )
        .group_by("level", "code", maintain_order=True)
        .agg(
            pl.len().alias("_bands"),
            expected=period.years * (pl.col("people") * pl.col("_local")).sum(),
            _expected_broad=period.years * (pl.col("people") * rate("band")).sum(),
        )
        .filter(pl.col("_bands") == len(BANDS))
        .drop("_bands")
    )


def crude_rate(resolved: pl.DataFrame, code: str, end: int) -> float | None:
    """Return the yearly deaths per 1 000 inhabitants of an EPCI over the five years before ``end``.

    Args:
        resolved: Resolved observations with their sums.
        code: Code of the EPCI.
        end: Census year that ends the period, as the publishers of crude rates name it.

    Returns:
        None where a year of deaths or the population around the middle is not known.
    """
    import polars as pl

    here = resolved.filter(
        (pl.col("level") == Level.EPCI.value) & (pl.col("code") == code) & pl.col("value").is_not_null()
    )
    deaths = here.filter((pl.col("variable") == DEATHS) & pl.col("period").is_between(end - 5, end - 1))
    people = dict(here.filter(pl.col("variable") == POPULATION).select("period", "value").iter_rows())
    middle = end - 2.5
    before = max((year for year in people if year <= middle), default=None)
    after = min((year for year in people if year >= middle), default=None)
    if deaths.height != 5 or before is None or after is None:
        return None
    share = 0.0 if after == before else (middle - before) / (after - before)
    average = (1 - share) * people[before] + share * people[after]
    return float(1000 * deaths["value"].sum() / 5 / average)


def crude_icm(resolved: pl.DataFrame, level: Level, code: str) -> tuple[float, float, float] | None:
    """Return the index of a territory from the crude death rate its producer publishes, and its limits.

    Its deaths are the rate times its population of the census that gives its ages; the limits are those of
    the rate's printed digit, since the count itself is large.

    Args:
        resolved: Resolved observations, with the rate (per 1 000) and the populations of the same year.
        level: Level of the territory.
        code: Its code.

    Returns:
        None where an input is missing.
    """
    import polars as pl

    rates = french_rates(resolved)
    here = resolved.filter(
        (pl.col("level") == level.value)
        & (pl.col("code") == code)
        & pl.col("stated")
        & (pl.col("period") == FINE_CENSUS)
        & pl.col("value").is_not_null()
    )
    known: dict[str, float] = dict(here.select("variable", "value").iter_rows())
    if not rates or CRUDE_RATE not in known or not CELLS.keys() <= known.keys():
        return None
    people = sum(known[cell] for cell in CELLS)
    expected = 1000 * sum(known[cell] * rates[cell] for cell in CELLS) / people
    value, low, high = (
        100 * (known[CRUDE_RATE] + shift) / expected for shift in (0, -PRINTED_DIGIT / 2, PRINTED_DIGIT / 2)
    )
    return value, low, high
