"""Statistical secrecy of the figures no producer has published: local files, our own computations on them.

Belongs here: which counts are hidden, and the note that says so. Does not belong here: what a producer has
published, which is shown as it is, small ones flagged (:mod:`indicators.uncertainty`).

A share is hidden when those concerned, or those who are not, number fewer than the threshold of its dataset
(primary suppression). Totals stay, so other cells are hidden until no hidden one can be worked out from a
total minus the others (secondary suppression; Hundepool et al., *Statistical Disclosure Control*, 2012,
ch. 4).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.formulas import rows_of
from indicators.frames import is_usable
from indicators.model import Difference, Indicator, Ratio, Unit
from indicators.registry import INDICATORS
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

    from indicators.resolve import CatalogueView

Place = tuple[str, str]
"""Level and code."""

PRIMARY = "Secret statistique\u00a0: effectif de moins de {} personnes concernées, ou non concernées."
SECONDARY = "Secret statistique\u00a0: ce chiffre permettrait de retrouver celui d’un autre territoire."

_TABLE = ("indicator", "series", "millesime", "edition")


@dataclass(frozen=True)
class Cell:
    """Counts of one territory: those concerned and all those who could be."""

    numerator: float
    denominator: float
    disjoint: bool = False
    """The denominator does not hold the numerator (young over old): both are counts of their own."""

    @property
    def smallest(self) -> float:
        """The smaller of the two counts a reader would learn."""
        # A rate per inhabitants may exceed one: there is then no complement to protect.
        return min(self.numerator, self.rest) if self.rest >= 0 else self.numerator

    @property
    def rest(self) -> float:
        """Those who are not concerned."""
        return self.denominator if self.disjoint else self.denominator - self.numerator


def hidden(
    cells: Mapping[Place, Cell], totals: Mapping[Place, Iterable[Place]], threshold: float
) -> tuple[frozenset[Place], frozenset[Place]]:
    """Return the cells to hide, primary then secondary, in one table of counts.

    Args:
        cells: Counts of every territory that has a figure.
        totals: Members of every territory that is the sum of others; one whose members are not all there is
            no equation.
        threshold: Count under which a cell is hidden.

    Returns:
        Primary and secondary cells. No hidden numerator is determined by those that are left, and those
        hidden under a published total add up to the threshold at least, as do their complements.
    """
    primary = frozenset(place for place, cell in cells.items() if cell.smallest < threshold)
    equations = [
        (whole, tuple(sorted(parts)))
        for whole, members in sorted(totals.items())
        if whole in cells and (parts := set(members)) and parts <= cells.keys()
    ]
    wholes = {whole for whole, _ in equations}

    def cost(place: Place) -> tuple[bool, float, Place]:
        # A member before a total, the fewest people first: what is lost is least.
        return place in wholes, cells[place].numerator, place

    secret = set(primary)
    while near := _exposed(secret, equations, cells, threshold):
        secret.add(min(near, key=cost))
    # What a later cell has made useless is shown again: by two, as the members of one total, then alone.
    for size in (2, 1):
        for places in itertools.combinations(sorted(secret - primary, key=cost, reverse=True), size):
            if secret.issuperset(places) and not _exposed(
                secret.difference(places), equations, cells, threshold
            ):
                secret.difference_update(places)
    return primary, frozenset(secret) - primary


def _exposed(
    secret: set[Place],
    equations: Sequence[tuple[Place, tuple[Place, ...]]],
    cells: Mapping[Place, Cell],
    threshold: float,
) -> set[Place]:
    """Cells one of which must go, because a hidden one is determined or too few people are; else nothing."""
    # The shortest total first: fewer others can hide the cell.
    for whole, parts in sorted(equations, key=lambda e: len(e[1])):
        unknown = [part for part in parts if part in secret]
        if not unknown or whole in secret:
            continue
        together = Cell(
            sum(cells[part].numerator for part in unknown),
            sum(cells[part].denominator for part in unknown),
            cells[whole].disjoint,
        )
        if len(unknown) == 1 or together.smallest < threshold:
            return {whole, *parts} - secret
    unknowns = sorted(secret)
    used = [e for e in equations if secret & {e[0], *e[1]}]
    if not unknowns or not used:
        return set()
    found = _determined(unknowns, used, cells)
    if not found:
        return set()
    near = {place for whole, parts in used if found & {whole, *parts} for place in (whole, *parts)}
    # Where those are all hidden already, a total that ties them to others.
    return near - secret or {place for whole, parts in used for place in (whole, *parts)} - secret


def _determined(
    unknowns: Sequence[Place],
    equations: Sequence[tuple[Place, tuple[Place, ...]]],
    cells: Mapping[Place, Cell],
) -> set[Place]:
    """Hidden cells that can have one value only, given the others and that no count is below zero."""
    import numpy as np
    from scipy.optimize import linprog

    position = {place: n for n, place in enumerate(unknowns)}
    system = np.zeros((len(equations), len(unknowns)))
    known = np.zeros((2, len(equations)))
    for row, (whole, parts) in enumerate(equations):
        for place, sign in ((whole, -1.0), *((part, 1.0) for part in parts)):
            if place in position:
                system[row, position[place]] = sign
            else:
                known[0, row] -= sign * cells[place].numerator
                known[1, row] -= sign * cells[place].rest
    tied = {n for n in range(len(unknowns)) if system[:, n].any()}
    found: set[Place] = set()
    for right in known:
        for n in sorted(tied):
            goal = np.zeros(len(unknowns))
            goal[n] = 1
            ends = [linprog(sign * goal, A_eq=system, b_eq=right, bounds=(0, None)) for sign in (1, -1)]
            # No upper end (unbounded): nothing is learnt.
            if all(end.status == 0 for end in ends) and -ends[1].fun - ends[0].fun < 1:
                found.add(unknowns[n])
    return found


def protect(
    values: pl.DataFrame, resolved: pl.DataFrame, members: pl.DataFrame, catalogue: CatalogueView
) -> pl.DataFrame:
    """Hide the values computed from unpublished counts that are too small, and what would give them away.

    Args:
        values: Table ``value``, sums included, before any interval.
        resolved: Resolved observations with their sums, for the terms of the differences.
        members: Communes of every aggregate (:func:`indicators.resolve.membership_frame`).
        catalogue: For which datasets are published, and their thresholds.

    Returns:
        The same rows, in the same order; those hidden are suppressed, with a note.
    """
    import polars as pl

    thresholds = {d.id: d.threshold for d in catalogue.datasets.values() if not d.published}
    if not thresholds:
        return values
    totals: dict[Place, list[Place]] = {}
    for level, parent, code in members.select("parent_level", "parent_code", "code").iter_rows():
        totals.setdefault((level, parent), []).append(("commune", code))
    notes: list[tuple[object, ...]] = []
    for indicator in INDICATORS:
        rows = _counts(indicator, values, resolved, thresholds)
        for key, table in rows.group_by(*_TABLE, "_term", maintain_order=True):
            threshold = float(table["_threshold"].max())  # type: ignore[arg-type]
            odds = indicator.unit is Unit.RATIO
            cells = {
                (level, code): Cell(numerator, denominator, odds)
                for level, code, numerator, denominator in table.select(
                    "level", "code", "numerator", "denominator"
                ).iter_rows()
            }
            for places, note in zip(
                hidden(cells, totals, threshold), (PRIMARY.format(int(threshold)), SECONDARY), strict=True
            ):
                notes += [(*key[: len(_TABLE)], *place, note) for place in sorted(places)]
    schema = {c: values.schema[c] for c in (*_TABLE, "level", "code")} | {"_secret": pl.String()}
    secret = pl.DataFrame(notes, schema=schema, orient="row").unique(
        subset=[*_TABLE, "level", "code"], keep="first", maintain_order=True
    )
    return (
        values.join(
            secret, on=[*_TABLE, "level", "code"], how="left", nulls_equal=True, maintain_order="left"
        )
        .with_columns(
            *(
                pl.when(pl.col("_secret").is_null()).then(column).alias(column)
                for column in ("value", "numerator", "denominator", "lower", "upper")
            ),
            status=pl.when(pl.col("_secret").is_not_null())
            .then(pl.lit(Status.SUPPRESSED.value))
            .otherwise("status"),
            note=pl.coalesce("_secret", "note"),
        )
        .select(values.columns)
    )


def _counts(
    indicator: Indicator, values: pl.DataFrame, resolved: pl.DataFrame, thresholds: Mapping[str, int]
) -> pl.DataFrame:
    """Counts behind the values of an indicator that rest on an unpublished dataset; one ``_term`` a ratio."""
    import polars as pl

    own = values.filter((pl.col("indicator") == indicator.id) & is_usable(pl.col("status"))).filter(
        pl.col("datasets").str.split(", ").list.eval(pl.element().is_in(list(thresholds))).list.any()
    )
    threshold = (
        pl.col("datasets")
        .str.split(", ")
        .list.eval(pl.element().replace_strict(thresholds, default=0, return_dtype=pl.Int32))
    )
    own = own.with_columns(_threshold=threshold.list.max(), _term=pl.lit(0))
    parts = [own.filter(pl.col("numerator").is_not_null())]
    for series in indicator.series:
        if not own.height or not isinstance(series.formula, Difference):
            continue
        rows = own.filter(pl.col("series") == series.id).drop("numerator", "denominator", "_term")
        for position, term in enumerate((series.formula.minuend, series.formula.subtrahend)):
            counted = rows_of(term, resolved).select(
                *("level", "code", "perimeter", "millesime", "numerator", "denominator"),
                _term=pl.lit(position),
            )
            key = ["level", "code", "perimeter", "millesime"]
            parts.append(rows.join(counted, on=key, nulls_equal=True).select(own.columns))
    return pl.concat(parts)


def mask(observations: pl.DataFrame, values: pl.DataFrame, catalogue: CatalogueView) -> pl.DataFrame:
    """Hide the unpublished observations a hidden value rests on, which are published beside it.

    Args:
        observations: Table ``observation``.
        values: Table ``value`` as :func:`protect` left it.
        catalogue: For which datasets are published.

    Returns:
        The rows of ``observations``, in order: ``value`` null and ``status`` suppressed where hidden.
    """
    import polars as pl

    unpublished = [d.id for d in catalogue.datasets.values() if not d.published]
    if not unpublished:
        return observations
    variables = [
        (indicator.id, series.id, variable)
        for indicator in INDICATORS
        for series in indicator.series
        if isinstance(series.formula, Ratio | Difference)
        for variable in series.formula.variables
    ]
    key = ["variable", "level", "code", "millesime"]
    secret = (
        values.filter(pl.col("status") == Status.SUPPRESSED.value)
        .join(
            pl.DataFrame(variables, schema=["indicator", "series", "variable"], orient="row"),
            on=["indicator", "series"],
        )
        .select(*key, _secret=pl.lit(True))
        .unique()
    )
    hide = pl.col("_secret").fill_null(False) & pl.col("dataset").is_in(unpublished)
    return (
        observations.join(secret, on=key, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            value=pl.when(hide.not_()).then("value"),
            status=pl.when(hide).then(pl.lit(Status.SUPPRESSED.value)).otherwise("status"),
        )
        .select(observations.columns)
    )
