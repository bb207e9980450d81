"""What a reader can work out of the counts that are hidden: one linear programme over all that is published.

Belongs here: the ties between published figures, and the closest bounds they put on each hidden count. Does
not belong here: what is hidden and why (:mod:`indicators.secrecy`).

A hidden count is an unknown that is not negative. Everything that ties it to published figures is a
constraint: sums of communes (EPCI, cantons, groups), quarters within their commune, totals and their parts
(men and women), numerators and denominators of the values, differences of two rates, and what earlier
releases gave. The minimum and the maximum of each unknown under them (linear programme, HiGHS) are what an
attentive reader learns (Hundepool et al., *Statistical Disclosure Control*, 2012, ch. 4). What is exported is
drawn from the same figures.
"""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from indicators.frames import is_usable
from indicators.model import Difference, Indicator, Ratio
from indicators.programme import Programme, Tie
from sources.variables import Variables
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

    from indicators.resolve import CatalogueView

EXACT = 1e-6
"""Relative difference of two equal figures: arithmetic only."""

MULTIPLE = 5.0
"""Counts that are all multiples of it were rounded to it by their producer."""


SEVERAL = 10
"""Counts from which that is no coincidence."""


class Count(NamedTuple):
    """What a count is of; ``year`` is the edition where the producer states no reference year."""

    variable: str
    level: str
    code: str
    perimeter: str | None
    year: int


class Verdict(StrEnum):
    """What the audit says of a hidden count."""

    PROTECTED = "protected"
    EXPOSED = "exposed"
    BY_PRODUCER = "exposed_by_producer"
    CONTRADICTED = "contradicted"
    """Published figures contradict one another: nothing can be worked out."""


@dataclass(frozen=True)
class Figures:
    """What one release publishes: its tables ``observation`` and ``value``, secrets hidden."""

    observations: pl.DataFrame
    values: pl.DataFrame


@dataclass(frozen=True)
class Nesting:
    """Which territories are made of which."""

    members: pl.DataFrame
    """Communes of every summable aggregate: ``parent_level, parent_code, code``."""
    quarters: pl.DataFrame
    """Quarters that lie in one commune: ``code, perimeter, parent_code``."""


@dataclass(frozen=True)
class Target:
    """A hidden count, or a hidden sum of counts of one territory."""

    dataset: str
    terms: Mapping[Count, float]
    floor: float
    """How far apart its bounds must be at least."""
    ours: bool
    """Whether the secret is ours to keep, rather than its producer's."""

    @property
    def place(self) -> Count:
        """Its territory and year, under the name of what is counted."""
        first = next(iter(self.terms))
        return first._replace(variable=" + ".join(count.variable for count in self.terms))


@dataclass
class _Known:
    """Published counts, and the ties between counts of which one at least is not published."""

    counts: dict[Count, float] = field(default_factory=dict)
    ties: list[Tie[Count]] = field(default_factory=list)
    ours: list[Tie[Count]] = field(default_factory=list)
    """Ties that rest on what we compute or once published, not on the producer's own figures alone."""

    def tie(self, terms: Mapping[Count, float], low: float, high: float, *, ours: bool = False) -> None:
        if any(count not in self.counts for count in terms):
            (self.ours if ours else self.ties).append(Tie(terms, low, high))


def audit(
    current: Figures,
    nesting: Nesting,
    catalogue: CatalogueView,
    indicators: Sequence[Indicator],
    declared: Variables,
    past: Iterable[Figures] = (),
) -> pl.DataFrame:
    """Bound every hidden count by everything that is published.

    Args:
        current: what is about to be published, its secrets hidden.
        nesting: which territories are made of which.
        catalogue: declarations of the datasets: which are published, their thresholds, parts and totals.
        indicators: declarations, for the counts behind the values.
        declared: declarations of the variables: which count is the sum of which.
        past: earlier releases, the latest first.

    Returns:
        Table ``secrecy_audit``: a row per hidden count, with what can be worked out of it (``lower`` and
        ``upper``, null when nothing bounds it), how far apart the two must be (``floor``), the ``verdict``.
    """
    import polars as pl

    targets = _targets(current, catalogue, indicators)
    rows = []
    if targets:
        known = _known(current, past, targets, nesting, catalogue, indicators, declared)
        rows = [
            (t.dataset, *t.place, low, None if math.isinf(high) else high, t.floor, verdict.value)
            for t, (low, high), verdict in _judged(targets, known)
        ]
    return pl.DataFrame(
        rows,
        schema={
            "dataset": pl.String, "variable": pl.String, "level": pl.String, "code": pl.String,
            "perimeter": pl.String, "year": pl.Int32, "lower": pl.Float64, "upper": pl.Float64,
            "floor": pl.Float64, "verdict": pl.String,
        },
        orient="row",
    )  # fmt: skip


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return frame.with_columns(year=pl.coalesce("millesime", "edition"))


def _targets(current: Figures, catalogue: CatalogueView, indicators: Sequence[Indicator]) -> list[Target]:
    """Return the counts a producer hid, and the numerators of the values we hid."""
    import polars as pl

    found: dict[tuple[Count, ...], Target] = {}
    secret = _dated(current.observations.filter(pl.col("status") == Status.SUPPRESSED.value))
    for dataset, *place in secret.select("dataset", *Count._fields).iter_rows():
        declared = catalogue.datasets[dataset]
        if declared.published and catalogue.column(place[0]).additive:
            count = Count(*place)
            found[(count,)] = Target(dataset, {count: 1.0}, declared.threshold - 1.0, ours=False)
    unpublished = {d.id: d.threshold for d in catalogue.datasets.values() if not d.published}
    if not unpublished:
        return list(found.values())
    lowest = [Level.COMMUNE.value, Level.QPV.value]
    hidden = _dated(
        current.values.filter(
            pl.col("status") == Status.SUPPRESSED.value,
            pl.col("level").is_in(lowest),
            pl.col("datasets") != "",
        )
    )
    for indicator in indicators:
        for series in indicator.series:
            rows = hidden.filter(indicator=indicator.id, series=series.id)
            for formula in _ratios(series.formula) if rows.height else ():
                for datasets, *place in rows.select("datasets", *Count._fields[1:]).iter_rows():
                    owners = [one for one in datasets.split(", ") if one in unpublished]
                    terms = {Count(name, *place): weight for name, weight in formula.numerator.items()}
                    if owners:
                        floor = max(unpublished[one] for one in owners) - 1.0
                        found[tuple(terms)] = Target(owners[0], terms, floor, ours=True)
    return list(found.values())


def _ratios(formula: object) -> tuple[Ratio, ...]:
    if isinstance(formula, Difference):
        return formula.minuend, formula.subtrahend
    return (formula,) if isinstance(formula, Ratio) else ()


def _known(
    current: Figures,
    past: Iterable[Figures],
    targets: Sequence[Target],
    nesting: Nesting,
    catalogue: CatalogueView,
    indicators: Sequence[Indicator],
    declared: Variables,
) -> _Known:
    """Gather the published counts and the ties of the variables the targets depend on."""
    import polars as pl

    known = _Known()
    names = _related(
        current, {count.variable for t in targets for count in t.terms}, catalogue, indicators, declared
    )
    hidden = {count for target in targets for count in target.terms}
    _add_counts(known.counts, current, names, catalogue)
    places = {count._replace(variable="") for count in (*known.counts, *hidden)}
    _tie_members(known, hidden, names, nesting)
    _tie_parts(known, places, names, catalogue, declared)
    _tie_values(known, current.values, indicators, names)
    by_producer = pl.col("dataset").is_in([one.id for one in catalogue.datasets.values() if one.published])
    for figures in past:
        # What a producer once gave and now hides is out by his own doing: refusing the file mends nothing.
        for ours, kept in ((False, by_producer), (True, ~by_producer)):
            earlier: dict[Count, float] = {}
            _add_counts(earlier, Figures(figures.observations.filter(kept), figures.values), names, catalogue)
            for count, value in earlier.items():
                known.tie({count: 1.0}, value, value, ours=ours)
        _tie_values(known, figures.values, indicators, names)
    return known


def _related(
    current: Figures,
    names: set[str],
    catalogue: CatalogueView,
    indicators: Sequence[Indicator],
    declared: Variables,
) -> set[str]:
    """Return the variables tied to those named, and to those in turn that have unknown counts."""
    import polars as pl

    unusable = current.observations.filter(~is_usable(pl.col("status")))["variable"]
    unknown = names | set(unusable.unique())
    groups = [{one.total, *one.parts} for one in declared.sums]
    groups += [
        set(series.formula.variables)
        for indicator in indicators
        for series in indicator.series
        if _ratios(series.formula)
    ]
    groups += [
        {name, total}
        for name in current.observations["variable"].unique()
        if (total := catalogue.column(name).part_of) is not None
    ]
    found = set(names)
    while more := set().union(*(group for group in groups if group & found & unknown)) - found:
        found |= more
    return found


def _add_counts(
    counts: dict[Count, float], figures: Figures, names: set[str], catalogue: CatalogueView
) -> None:
    import polars as pl

    order = {one.id: one.priority for one in catalogue.datasets.values()}
    shown = _dated(
        figures.observations.filter(
            pl.col("variable").is_in(sorted(names)),
            is_usable(pl.col("status")),
            pl.col("value").is_not_null(),
        )
    ).sort(pl.col("dataset").replace_strict(order, default=99, return_dtype=pl.Int32), "edition")
    for *place, value in shown.select(*Count._fields, "value").iter_rows():
        counts.setdefault(Count(*place), value)


def _tie_members(known: _Known, hidden: set[Count], names: set[str], nesting: Nesting) -> None:
    """An aggregate is the sum of its communes; the quarters of a commune are at most the commune."""
    columns = {(c.variable, c.year) for c in (*known.counts, *hidden) if c.variable in names}
    seen: dict[str, list[float]] = defaultdict(list)
    for count, value in known.counts.items():
        seen[count.variable].append(value)
    rounded = {
        name
        for name, values in seen.items()
        if len(values) >= SEVERAL and all(value % MULTIPLE == 0 for value in values)
    }
    for (level, code), rows in nesting.members.group_by("parent_level", "parent_code"):
        for variable, year in columns:
            whole = Count(variable, str(level), str(code), None, year)
            parts = [Count(variable, Level.COMMUNE.value, one, None, year) for one in rows["code"]]
            if any(part in known.counts or part in hidden for part in parts):
                room = MULTIPLE / 2 * (len(parts) + 1) if variable in rounded else 0.0
                known.tie({whole: -1.0, **dict.fromkeys(parts, 1.0)}, -room, room)
    for (code, perimeter), rows in nesting.quarters.group_by("parent_code", "perimeter"):
        for variable, year in columns:
            quarters = [Count(variable, Level.QPV.value, q, str(perimeter), year) for q in rows["code"]]
            present = [q for q in quarters if q in known.counts or q in hidden]
            commune = Count(variable, Level.COMMUNE.value, str(code), None, year)
            if present and (commune in known.counts or commune in hidden):
                known.tie({commune: -1.0, **dict.fromkeys(present, 1.0)}, -math.inf, 0.0)


def _tie_parts(
    known: _Known, places: set[Count], names: set[str], catalogue: CatalogueView, declared: Variables
) -> None:
    """A total is the sum of its parts, and no part is above it."""
    totals = {n: total for n in sorted(names) if (total := catalogue.column(n).part_of) is not None}
    for place in places:
        for name, total in totals.items():
            terms = {place._replace(variable=name): 1.0, place._replace(variable=total): -1.0}
            known.tie(terms, -math.inf, 0.0)
        for one in declared.sums:
            if {one.total, *one.parts} <= names:
                parts = {place._replace(variable=name): 1.0 for name in one.parts}
                terms = {place._replace(variable=one.total): -1.0, **parts}
                weighed = declared.is_fractional(one.total)
                room = float(len(one.parts)) if weighed else 0.0
                known.tie(terms, -room, room)


def _tie_values(
    known: _Known, values: pl.DataFrame, indicators: Sequence[Indicator], names: set[str]
) -> None:
    """Numerators and denominators are published beside their value; so is a difference of two rates."""
    import polars as pl

    fields = (
        "level",
        "code",
        "perimeter",
        "year",
        "denominator_millesime",
        "value",
        "numerator",
        "denominator",
    )
    shown = _dated(values.filter(is_usable(pl.col("status"))))
    for indicator in indicators:
        own = shown.filter(indicator=indicator.id)
        for series in indicator.series if own.height else ():
            ratios = _ratios(series.formula)
            if not ratios or not names & set(series.formula.variables):
                continue
            for level, code, perimeter, year, base, value, numerator, denominator in (
                own.filter(series=series.id).select(fields).iter_rows()
            ):

                def at(
                    terms: Mapping[str, float], year: int, place: tuple[str, str, str | None]
                ) -> dict[Count, float]:
                    return {Count(name, *place, year): weight for name, weight in terms.items()}

                place = (level, code, perimeter)
                if len(ratios) == 2:
                    _tie_difference(known, ratios, place, year, value)
                    continue
                if numerator is not None:
                    known.tie(at(ratios[0].numerator, year, place), numerator, numerator, ours=True)
                if denominator is not None:
                    terms = at(ratios[0].denominator, base if base is not None else year, place)
                    known.tie(terms, denominator, denominator, ours=True)


def _tie_difference(
    known: _Known, ratios: Sequence[Ratio], place: tuple[str, str, str | None], year: int, value: float
) -> None:
    """Difference of two rates whose denominators are published: their numerators are tied."""
    terms: dict[Count, float] = {}
    for sign, one in zip((1.0, -1.0), ratios, strict=True):
        counts = {Count(name, *place, year): weight for name, weight in one.denominator.items()}
        if any(count not in known.counts for count in counts):
            return
        base = sum(weight * known.counts[count] for count, weight in counts.items())
        if base <= 0:
            return
        for name, weight in one.numerator.items():
            count = Count(name, *place, year)
            terms[count] = terms.get(count, 0.0) + sign * one.scale * weight / base
    known.tie(terms, value, value, ours=True)


def _judged(
    targets: Sequence[Target], known: _Known
) -> Iterator[tuple[Target, tuple[float, float], Verdict]]:
    everything = Programme(known.counts, [*known.ties, *known.ours])
    # Most often nothing is narrow, and it is not asked.
    producer = functools.cache(lambda: Programme(known.counts, known.ties))
    for target in targets:
        bounds = everything.bounds(target.terms)
        if bounds is None:
            yield target, (0.0, math.inf), Verdict.CONTRADICTED
            continue
        verdict = Verdict.PROTECTED
        if _narrow(bounds, target, known):
            alone = None if target.ours else producer().bounds(target.terms)
            by_producer = alone is not None and _narrow(alone, target, known)
            verdict = Verdict.BY_PRODUCER if by_producer else Verdict.EXPOSED
        yield target, bounds, verdict


def _narrow(bounds: tuple[float, float], target: Target, known: _Known) -> bool:
    """Whether bounds are closer than they must be: a part of five people cannot be hidden among ten."""
    most = [
        -known.counts[count]
        for tie in (*known.ties, *known.ours)
        if math.isinf(tie.low) and len(tie.terms) == 2 and set(target.terms) & set(tie.terms)
        for count, weight in tie.terms.items()
        if weight < 0 and count in known.counts
    ]
    total = min((-value for value in most), default=math.inf)
    return bounds[1] - bounds[0] < min(target.floor, total) * (1 - EXACT)
