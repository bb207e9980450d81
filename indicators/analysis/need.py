"""Values read as need: on the scale of their indicator, with their counts and the QPV set against them.

Belongs here: which figures there are, and which of QPV go with which year. Does not belong here: what a scale
is (``indicators.scales``) nor any index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from indicators.frames import is_usable
from indicators.model import POPULATION, Direction, Indicator, Ratio, Scale, Series
from indicators.registry import INDICATORS, by_id
from indicators.resolve import TerritoryView
from indicators.scales import PERCENT, Counts, Estimate, place
from indicators.years import year_beside
from sources.vocabulary import Level, Perimeter

if TYPE_CHECKING:
    import polars as pl

GapKey = tuple[str, str, str, str, int, str, str]
"""Indicator, concept, level, code and year of a figure, level and code of its reference."""

Period = tuple[str, int, bool]
"""Generation of perimeters, year (or edition), and whether the year is stated."""


@dataclass(frozen=True)
class Figure:
    """One value and its place on the scale of its indicator: the higher, the worse."""

    value: float
    at: Estimate
    counts: Counts | None = None
    """Those concerned by the need, and all those who could be."""
    inherited: bool = False
    period: str = ""


@dataclass(frozen=True)
class Quarters:
    """Figures of QPV of one generation and period, that of the territory they are set against."""

    perimeter: Perimeter
    inside: Mapping[str, Figure]
    """QPV wholly in the territory."""
    apart: Mapping[str, Figure]
    """QPV that run out of it: shown, never in its totals."""
    absent: int
    """QPV wholly in the territory without a figure."""
    edition: int | None
    """Edition matched with the territory's year, where the producer states no year."""

    @property
    def counted(self) -> bool:
        """Whether there are QPV inside and every one has counts."""
        return bool(self.inside) and all(figure.counts for figure in self.inside.values())


@dataclass(frozen=True)
class Links:
    """Which QPV lie in which territory, at least partly or wholly, and of which generation they are."""

    partly: Mapping[tuple[str, str], frozenset[str]]
    wholly: Mapping[tuple[str, str], frozenset[str]]
    perimeters: Mapping[str, str]
    communes: Mapping[str, tuple[str, ...]]
    """Communes of each intercommunal authority."""
    groups: Mapping[str, tuple[str, ...]]
    """Communes of each group of communes."""


@dataclass
class Figures:
    """Every usable figure of the scored series."""

    territories: dict[tuple[str, str, str, str], dict[int, Figure]] = field(default_factory=dict)
    """By indicator, concept, level and code, then year."""
    wider: dict[tuple[str, str, str, int], list[tuple[str, Figure]]] = field(default_factory=dict)
    """By indicator, concept, level and year: codes and figures."""
    quarters: dict[tuple[str, str], dict[Period, dict[str, Figure]]] = field(default_factory=dict)
    """By indicator and concept, then period and code."""

    def years(self, indicator: str, concept: str, level: Level, code: str) -> Mapping[int, Figure]:
        """Figures of one territory by year."""
        return self.territories.get((indicator, concept, level.value, code), {})

    def at(self, indicator: str, concept: str, level: Level, year: int) -> list[tuple[str, Figure]]:
        """Codes and figures of a level for one year."""
        return self.wider.get((indicator, concept, level.value, year), [])


def concepts(indicator: Indicator) -> tuple[str, ...]:
    """Concepts of the scored series, in the order they are declared."""
    return tuple(dict.fromkeys(series.concept for series in indicator.series if series.scored))


def read_links(territories: TerritoryView) -> Links:
    """Read the memberships once."""
    import polars as pl

    partly: dict[tuple[str, str], set[str]] = {}
    wholly: dict[tuple[str, str], set[str]] = {}
    communes: dict[str, set[str]] = {}
    groups: dict[str, set[str]] = {}
    home = set(territories.territory.filter("in_epci").select("level", "code").iter_rows())
    for row in territories.membership.to_dicts():
        parent = row["parent_level"], row["parent_code"]
        if row["level"] == Level.QPV.value:
            partly.setdefault(parent, set()).add(row["code"])
            if row["whole"]:
                wholly.setdefault(parent, set()).add(row["code"])
        elif row["level"] == Level.COMMUNE.value and parent in home:
            kind = {Level.EPCI.value: communes, Level.GROUPE.value: groups}.get(parent[0])
            if kind is not None:
                kind.setdefault(parent[1], set()).add(row["code"])
    for group, members in groups.items():
        where = Level.GROUPE.value, group
        of_communes = (partly.get((Level.COMMUNE.value, code), set()) for code in members)
        partly[where] = set().union(*of_communes)
        wholly[where] = {quarter for quarter in partly[where] if _within(quarter, members, partly, wholly)}
    quarters = territories.territory.filter(pl.col("level") == Level.QPV.value)
    return Links(
        partly={parent: frozenset(codes) for parent, codes in partly.items()},
        wholly={parent: frozenset(codes) for parent, codes in wholly.items()},
        perimeters=dict(quarters.select("code", "perimeter").iter_rows()),
        communes={epci: tuple(sorted(codes)) for epci, codes in sorted(communes.items())},
        groups={group: tuple(sorted(codes)) for group, codes in sorted(groups.items())},
    )


def _within(
    quarter: str,
    members: Collection[str],
    partly: Mapping[tuple[str, str], Collection[str]],
    wholly: Mapping[tuple[str, str], Collection[str]],
) -> bool:
    """Whether a QPV lies wholly in a group: in the authority, and in no other commune of it."""
    inside = any(level == Level.EPCI.value and quarter in codes for (level, _), codes in wholly.items())
    return inside and not any(
        level == Level.COMMUNE.value and code not in members and quarter in codes
        for (level, code), codes in partly.items()
    )


def read_figures(values: pl.DataFrame) -> Figures:
    """Put the usable values of the scored series of the judged indicators on their scales."""
    import polars as pl

    figures = Figures()
    series = {
        (indicator.id, one.id): one
        for indicator in INDICATORS
        if indicator.judged
        for one in indicator.series
        if one.scored
    }
    usable = values.filter(is_usable(pl.col("status"))).sort("edition")
    for row in usable.iter_rows(named=True):
        one = series.get((row["indicator"], row["series"]))
        figure = figure_of(row, by_id(row["indicator"]), one) if one else None
        if figure is None:
            continue
        key = row["indicator"], row["concept"]
        year = row["millesime"]
        if row["level"] == Level.QPV.value:
            # A figure inherited from the canton says nothing of the quarter.
            if not figure.inherited:
                period = row["perimeter"], row["edition"] if year is None else year, year is not None
                figures.quarters.setdefault(key, {}).setdefault(period, {})[row["code"]] = figure
        elif year is not None:
            figures.territories.setdefault((*key, row["level"], row["code"]), {})[year] = figure
    for (indicator, concept, level, code), years in sorted(figures.territories.items()):
        for year, figure in years.items():
            figures.wider.setdefault((indicator, concept, level, year), []).append((code, figure))
    return figures


def read_gaps(comparisons: pl.DataFrame) -> dict[GapKey, tuple[float, float, float, str]]:
    """Read the gaps that are judged: each with its printed limits, in the unit of the indicator.

    Args:
        comparisons: Table ``comparison``.

    Returns:
        Gap, lower and upper limit, judgement; of two editions of a year, the latest.
    """
    import polars as pl

    concepts_of = {(i.id, s.id): s.concept for i in INDICATORS for s in i.series}
    place = "indicator", "series", "level", "code", "millesime", "reference_level", "reference_code"
    judged = comparisons.filter(pl.col("judgement").is_not_null() & pl.col("millesime").is_not_null())
    rows = judged.sort("edition").select(*place, "gap", "gap_lower", "gap_upper", "judgement").iter_rows()
    return {(row[0], concepts_of[row[0], row[1]], *row[2:7]): row[7:] for row in rows}


def figure_of(row: Mapping[str, Any], indicator: Indicator, series: Series) -> Figure | None:
    """Return a row of table ``value`` as need, null where its scale has no place for it."""
    counts = _counts(row, series)
    if counts and indicator.scale is Scale.ODDS and counts[0] > counts[1]:
        counts = None  # Two sources, two dates: more concerned than there are.
    unit = series.formula.scale if isinstance(series.formula, Ratio) else PERCENT
    at = place(row, indicator, counts, unit)
    if at is None:
        return None
    if counts and indicator.scale is not Scale.ODDS:
        counts = None  # Equipment is counted, not the people who lack it.
    elif counts and indicator.direction is Direction.LOW_IS_NEED:
        counts = counts[1] - counts[0], counts[1]
    return Figure(row["value"], at, counts, row["origin"] == "inherited", row["period"])


def _counts(row: Mapping[str, Any], series: Series) -> Counts | None:
    """Counts of persons, households or dwellings; wages and rates, never summed over communes, are none."""
    if not isinstance(series.formula, Ratio) or not series.levels & {Level.GROUPE, Level.QPV}:
        return None
    numerator, denominator = row["numerator"], row["denominator"]
    if numerator is None or denominator is None or denominator <= 0 or numerator < 0:
        return None
    return float(numerator), float(denominator)


def inhabitants(values: pl.DataFrame) -> dict[str, float]:
    """Population of each commune at its latest census, read where it is a denominator.

    Args:
        values: Rows of table ``value``.

    Returns:
        Code of a commune → people; a commune without any census figure is absent.
    """
    import polars as pl

    dated = [
        (indicator.id, series.id)
        for indicator in INDICATORS
        for series in indicator.series
        if isinstance(series.formula, Ratio) and set(series.formula.denominator) == {POPULATION}
    ]
    pairs = pl.DataFrame(dated, schema=["indicator", "series"], orient="row")
    rows = (
        values.filter((pl.col("level") == Level.COMMUNE.value) & pl.col("denominator").is_not_null())
        .filter(pl.col("denominator_next").is_null())
        .join(pairs, on=["indicator", "series"], how="semi")
        .sort("denominator_millesime", "code")
        .unique(subset="code", keep="last", maintain_order=True)
    )
    return dict(rows.select("code", "denominator").iter_rows())


def quarters_of(
    indicator: Indicator,
    concept: str,
    figures: Figures,
    links: Links,
    territory: tuple[str, str],
    year: int,
    years: Mapping[int, Figure],
) -> Quarters | None:
    """Figures of the QPV of a territory that may be set against its figure of ``year``.

    A stated year must be the same. An unstated one goes with the territory's year nearest to the edition, as
    in :mod:`indicators.comparison`, unless a break of series makes the two possibly incomparable.
    Generations of perimeters are never mixed: counts before rates, then the latest.

    Args:
        indicator: For its breaks.
        concept: Same concept on both sides.
        figures: All figures.
        links: Where the QPV lie.
        territory: Level and code of the territory.
        year: Year of its figure.
        years: All its years.
    """
    found = sorted(
        _candidates(indicator, concept, figures, links, territory, year, years),
        key=lambda q: (bool(q.inside), q.counted, q.perimeter.value, q.edition or year),
    )
    return found[-1] if found else None


def _candidates(
    indicator: Indicator,
    concept: str,
    figures: Figures,
    links: Links,
    territory: tuple[str, str],
    year: int,
    years: Mapping[int, Figure],
) -> Iterator[Quarters]:
    carried = links.partly.get(territory, frozenset())
    whole = links.wholly.get(territory, frozenset())
    for (perimeter, period, stated), all_codes in figures.quarters.get((indicator.id, concept), {}).items():
        codes = {code: figure for code, figure in all_codes.items() if code in carried}
        if not codes or not _same_time(indicator, period, stated, year, years):
            continue
        expected = {code for code in whole if links.perimeters.get(code) == perimeter}
        inside = {code: figure for code, figure in codes.items() if code in whole}
        yield Quarters(
            perimeter=Perimeter(perimeter),
            inside=inside,
            apart={code: figure for code, figure in codes.items() if code not in whole},
            absent=len(expected - inside.keys()),
            edition=None if stated else period,
        )


def _same_time(
    indicator: Indicator, period: int, stated: bool, year: int, years: Mapping[int, Figure]
) -> bool:
    beside = period if stated else year_beside(period, years, (b.year for b in indicator.breaks))
    return beside == year
