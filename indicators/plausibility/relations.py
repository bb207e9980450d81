"""Rules on one row: figures that are each plausible, but not beside the others of their row.

Belongs here: a figure against those of its territory and year in its own file: their order, a quotient and
its terms, a total and its parts, a zero among secrets. Does not belong here: a figure alone or against its
past (``cells``), two rows (``rows``).

Almost all files break no rule: each is told once, and looked at first over all the rows of a file at once,
then row by row where some row breaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from indicators.plausibility.coded import Coded
from indicators.plausibility.findings import HARD, Finding, Rule, Words, told
from indicators.plausibility.past import COLUMN
from indicators.rules import french
from sources.variables import Quotient, Variables
from sources.vocabulary import Status

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    Figures = npt.NDArray[np.float64]
    Rows = npt.NDArray[np.bool_]

ROUNDING = 2.0
"""What rounding and weighting each part of a sum may add to it, in its unit (one at most in real files)."""

SEVERAL = 3
"""Cells of one column from which zeros in place of secrets are no coincidence."""

HIDDEN = (Status.SUPPRESSED.value, Status.NOT_PUBLISHED.value)

_LARGEST = 20_000_000
"""Figures looked at at once."""

_PLACE = ("at", "year")
_LINE = (*_PLACE, "line")
"""What says the row of a cell: its territory, its year, its line."""


@dataclass(frozen=True)
class _Relation:
    """What the figures of one row are to one another."""

    rule: Rule
    names: tuple[str, ...]
    """The variables it needs."""
    broken: Callable[..., Rows]
    """Which rows break it, of the figures of each of :attr:`names`, NaN where there is none."""
    words: Words
    """What is said of a cell, whose row has the figures of :attr:`names` too."""
    held: tuple[str, ...]
    """The variables whose cells are held."""
    row: tuple[str, ...] = _LINE
    """What says which figures are of one row."""

    def among(self, figures: Mapping[str, Figures]) -> Rows:
        """Return the rows that break it."""
        import numpy as np

        with np.errstate(divide="ignore", invalid="ignore"):
            return self.broken(*(figures[name] for name in self.names))


def relation_findings(rows: Coded, doubted: pl.DataFrame, declared: Variables, file: str) -> list[Finding]:
    """Return the figures that are not what those of their row make them.

    Args:
        rows: those of one file, less what is impossible.
        doubted: ``of`` and ``at`` of the cells already held: no measure of the others of their row.
        declared: declarations of the variables.
        file: its name.
    """
    there = set(rows.columns["variable"])
    relations = [one for one in _relations(declared) if there.issuperset(one.names)]
    figures = _figures(rows, {name for one in relations for name in one.names}) if relations else {}
    broken = [one for one in relations if figures is None or one.among(figures).any()]
    return [finding for one in broken for finding in _broken(one, rows, doubted, file)]


def _relations(declared: Variables) -> list[_Relation]:
    return [
        *(
            _order(low, high, held)
            for chain in declared.orders
            for low, high in combinations(chain, 2)
            for held in (low, high)
        ),
        *(_quotient(one) for one in declared.quotients),
        *(_whole(parts) for parts in declared.wholes),
        *(_total(one.total, (one.part,), None) for one in declared.parts),
        *(_total(one.total, one.parts, one.within) for one in declared.sums),
    ]


def _order(low: str, high: str, held: str) -> _Relation:
    side, other = ("au-dessous de", high) if held == low else ("au-dessus de", low)

    def broken(lower: Figures, higher: Figures) -> Rows:
        return lower >= higher

    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        return (
            french(row["value"]),
            f"{row['label']}, {side} {french(row[other])} ({other})",
            "Sur une même ligne, ces deux chiffres sont toujours dans cet ordre.",
        )

    return _Relation("order", (low, high), broken, words, held=(held,))


def _quotient(one: Quotient) -> _Relation:
    def broken(quotient: Figures, numerator: Figures, denominator: Figures) -> Rows:
        import numpy as np

        near = np.abs(quotient / (numerator / denominator) - 1) <= one.within
        return (denominator > 0) & ~np.isnan(quotient + numerator) & ~near

    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        computed = row[one.numerator] / row[one.denominator]
        return (
            french(row["value"]),
            f"{row['label']}, environ {french(round(computed, 2))}",
            f"Sur cette ligne, {one.numerator} / {one.denominator} donne un autre rapport.",
        )

    names = (one.variable, one.numerator, one.denominator)
    return _Relation("quotient", names, broken, words, held=names[:1])


def _whole(parts: tuple[str, ...]) -> _Relation:
    """Percentages of one row that add up to 100, up to the rounding of each."""

    def broken(*shares: Figures) -> Rows:
        import numpy as np

        return np.abs(sum(shares) - np.float64(100)) > ROUNDING * len(parts)

    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        added = french(round(sum(row[name] for name in parts), 2))
        return (
            french(row["value"]),
            f"{row['label']}, qui fait 100 % avec les autres parts de sa ligne",
            f"Sur cette ligne, {' + '.join(parts)} font {added} % : l’une de ces parts est fausse.",
        )

    return _Relation("total", parts, broken, words, held=parts)


def _total(total: str, parts: tuple[str, ...], within: float | None) -> _Relation:
    """A total that its parts add up to, where all of them are known, or that its part never exceeds."""
    room = ROUNDING * len(parts)

    def broken(whole: Figures, *counts: Figures) -> Rows:
        import numpy as np

        above = sum(counts) - whole
        return above > room if within is None else np.abs(above) > within * np.abs(whole) + room

    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        whole, added = french(row[total]), french(round(sum(row[name] for name in parts), 2))
        return (
            french(row["value"]),
            f"{row['label']}, cohérent avec {total}",
            f"Pour ce territoire, {total} vaut {whole}, et {' + '.join(parts)} {added}.",
        )

    names = (total, *parts)
    # In a long file the parts and the total are on lines of their own.
    return _Relation("total", names, broken, words, held=names, row=_PLACE)


def _figures(rows: Coded, variables: Collection[str]) -> Mapping[str, Figures] | None:
    """Return the figures of some variables, each by year and territory, NaN where there is none.

    Returns:
        None where a territory has two different ones in a year, or where they are too many.
    """
    import numpy as np

    names = {name: at for at, name in enumerate(sorted(variables))}
    years = {year: at for at, year in enumerate(sorted(set(rows.columns["year"])))}
    size = len(years) * rows.places.height
    if size * len(names) > _LARGEST:
        return None
    said = zip(rows.columns["variable"], rows.columns["year"], strict=True)
    first = [
        (names[name] * len(years) + years[year]) * rows.places.height if name in names else -1
        for name, year in said
    ]
    start = np.array(first, np.int64)[rows.cells["of"].to_numpy()]
    value = rows.cells["value"].to_numpy()
    known = np.flatnonzero((start >= 0) & ~np.isnan(value))
    place, value = start[known] + rows.cells["at"].to_numpy()[known], value[known]
    table = np.full(size * len(names), np.nan)
    table[place] = value
    if (table[place] != value).any():
        return None
    return {name: table[at * size : (at + 1) * size] for name, at in names.items()}


def _broken(one: _Relation, rows: Coded, doubted: pl.DataFrame, file: str) -> list[Finding]:
    """Return the cells of the rows that break a rule; of an impossible row, those doubted if any is."""
    import polars as pl

    named = rows.columns["variable"].is_in(one.names)
    cells = rows.cells.filter(named[rows.cells["of"]]).drop_nulls("value")
    doubt = doubted.with_columns(doubt=pl.lit(True))
    cells = cells.with_columns(
        rows.alike("millesime")[cells["of"]].alias("year"), rows.column("variable", cells)
    ).join(doubt, on=["of", "at"], how="left", maintain_order="left")
    if one.rule not in HARD:
        cells = cells.filter(pl.col("doubt").is_null())
    wide = cells.pivot(on="variable", index=one.row, values="value", aggregate_function="first")
    if not set(one.names).issubset(wide.columns):
        return []
    wrong = wide.filter(one.among({name: wide[name].to_numpy() for name in one.names}))
    beside = cells.join(wrong, on=one.row)
    surer = pl.col("doubt").is_null() & pl.col("doubt").any().over(one.row)
    return told(
        one.rule,
        rows.told(beside.filter(pl.col("variable").is_in(one.held), ~surer)),
        file,
        one.words,
    )


def hidden_beside(rows: Coded, file: str) -> list[Finding]:
    """Return the shares that are zero in the very rows that hide their other figures.

    Args:
        rows: those of one file.
        file: its name.
    """
    import polars as pl

    zero = (pl.col("value") == 0) & (pl.col("status") == Status.OBSERVED.value)
    share = rows.column("kind", rows.cells) == "share"
    if rows.cells.select((zero & share).sum()).item() < SEVERAL:
        return []
    row = (pl.Series("row", rows.rows(rows.cells, "millesime")[0]), "line")
    hidden = pl.col("status").is_in(HIDDEN)
    beside = hidden.mean().over(row) >= 0.5
    held = rows.cells.with_columns(_zero=zero & beside, _hiding=hidden & beside).filter(share)
    if held["_zero"].sum() < SEVERAL:
        return []
    key = rows.alike(*COLUMN)[held["of"]]
    zeros = pl.col("_zero").sum().over(key)
    most = (zeros >= SEVERAL) & (zeros * 3 >= pl.col("_hiding").sum().over(key))
    return told(
        "unsecret",
        rows.told(held.filter(pl.col("_zero") & most)),
        file,
        lambda r: secret_words(r, "comme le reste de la ligne"),
    )


def secret_words(row: Mapping[str, Any], like: str) -> tuple[str, str, str]:
    """Say of a zero that it was a secret.

    Args:
        row: its row.
        like: what else is secret.

    Returns:
        What was found, what was expected and why.
    """
    why = "Un secret statistique n’est pas un zéro : la marque du producteur a sans doute été remplacée."
    return "0", f"{row['label']}, sous secret {like}", why
