"""Rules on one cell: what its variable may be, what its row says, what its territory was.

Belongs here: a cell against a declaration, against its row, against its own past. Does not belong here: a
column as a whole (``columns``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from indicators.plausibility.findings import HARD, Finding, Words, told
from indicators.plausibility.past import COLUMN
from indicators.plausibility.scales import interval, scaled
from indicators.rules import french
from sources.french import typographic
from sources.variables import Quotient, Variables
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

UNKNOWN_LIMIT, UNKNOWN_COUNT = 8.0, 5.8
"""Usual spreads beyond which a cell is held, where the past of its variable is too short to teach it; those
of a count."""

LEAST_LIMIT, WELL_KNOWN = 5.0, 4.0
MARGIN = 1.6
"""A cell may go this much beyond the widest move seen in the past, and at least ``LEAST_LIMIT`` spreads;
``WELL_KNOWN`` where ``MANY`` pairs of years are known: no real file goes beyond both."""

MANY = 4

LIMIT_BY_YEAR = 0.05
"""How much further a cell may go for each year more between the two."""

SLIP = 0.2
"""How close to ten, a hundred or a thousand times (logarithm) a move is taken for a slip of the decimal
mark."""

SEVERAL = 3
"""Cells of one column from which zeros in place of secrets are no coincidence."""

LEAST_COUNT = 10
"""A count that moves by less is never held."""

GONE = 30
"""A count of so many that falls to none is held, however much its variable moves: at most 25 ever did."""

LEAST_RATIO = math.log(1.5)

HIDDEN = (Status.SUPPRESSED.value, Status.NOT_PUBLISHED.value)

ROW = ("line", "level", "code", "perimeter", "millesime")

PLACE = ("level", "code", "perimeter", "millesime")

ROUNDING = 2.0
"""What rounding and weighting each part of a sum may add to it, in its unit (one at most in real files)."""

OUTLIER = 12.0
"""Robust spreads from the median of its own column beyond which a figure without past is held."""


def cell_findings(rows: pl.DataFrame, ours: pl.DataFrame, declared: Variables, file: str) -> list[Finding]:
    """Return what the cells of a file have implausible.

    Args:
        rows: dated observations of one file, the rest of France included, with what is described of their
            variable.
        ours: those that have a past, compared, with the usual moves of their variables.
        declared: declarations of the variables.
        file: its name.
    """
    alone = [
        *_out_of_range(rows, file),
        *_not_whole(rows, file),
        *_unsecret(ours, file),
        *_hidden_beside(rows, file),
    ]
    alone += [
        *_moved(ours, file),
        *_apart(rows, ours, file),
    ]
    alone = list({(f.code, f.variable, f.millesime, f.level, f.scope): f for f in reversed(alone)}.values())[
        ::-1
    ]
    # A figure already held is no measure of the others of its row; an impossible one is reported once.
    trusted = _without(rows, alone)
    possible = _without(rows, [one for one in alone if one.rule in HARD])
    order = _out_of_order(possible, _cells(alone, rows), declared, file)
    # What is impossible is reported as such, not as a surprising move that a person might accept.
    impossible = {_cell(one) for one in order}
    return [
        *(one for one in alone if one.rule in HARD or _cell(one) not in impossible),
        *order,
        *_wrong_quotient(trusted, declared, file),
        *_wrong_total(trusted, declared, file),
    ]


def limit() -> pl.Expr:
    """Return how many usual spreads a cell may move: learnt where two pairs of years at least are known.

    Returns:
        A number of spreads per row with ``kind``, ``pairs``, ``widest`` and ``factor``.
    """
    import polars as pl

    least = pl.when(pl.col("pairs") >= MANY).then(WELL_KNOWN).otherwise(LEAST_LIMIT)
    learnt = pl.max_horizontal(least, MARGIN * pl.col("widest"))
    most = pl.when(pl.col("kind") == "count").then(UNKNOWN_COUNT).otherwise(UNKNOWN_LIMIT)
    unknown = pl.max_horizontal(most * pl.col("factor"), MARGIN * pl.col("widest"))
    return pl.when(pl.col("pairs") >= 2).then(learnt).otherwise(unknown)


def _out_of_range(rows: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    outside = (pl.col("value") < pl.col("low")) | (pl.col("value") > pl.col("high"))
    return told(
        "range",
        rows.filter(outside),
        file,
        lambda r: (
            french(r["value"]),
            f"{r['label']}, entre {french(r['low'])} et {french(r['high'])}",
            "Aucun territoire n’a jamais été hors de ces valeurs : unité, séparateur ou colonne à vérifier.",
        ),
    )


def _not_whole(rows: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    broken = rows.filter(
        "whole", pl.col("status") == Status.OBSERVED.value, pl.col("value") != pl.col("value").round()
    )
    return told(
        "whole",
        broken,
        file,
        lambda r: (
            french(r["value"]),
            f"{r['label']}, un nombre entier",
            "Ce producteur compte sans estimer : une virgule de milliers a pu être lue comme une décimale.",
        ),
    )


def _wide(rows: pl.DataFrame, variables: set[str]) -> pl.DataFrame:
    """Return one row per line and territory, with a column per variable."""
    import polars as pl

    held = rows.filter(pl.col("variable").is_in(sorted(variables)), pl.col("value").is_not_null())
    return held.pivot(on="variable", index=list(ROW), values="value", aggregate_function="first")


_CELL = ["level", "code", "perimeter", "variable", "millesime"]


def _cells(findings: Iterable[Finding], rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    held = [(f.level, f.code, f.perimeter, f.variable, f.millesime) for f in findings if f.scope == "cell"]
    return pl.DataFrame(held, schema={name: rows.schema[name] for name in _CELL}, orient="row").unique()


def _without(rows: pl.DataFrame, findings: Iterable[Finding]) -> pl.DataFrame:
    """Return the rows whose cell no finding holds."""
    cells = _cells(findings, rows)
    # To look for nothing in all the cells of France takes as long as to look for something.
    return rows.join(cells, on=_CELL, how="anti", nulls_equal=True) if cells.height else rows


def _cell(one: Finding) -> tuple[object, ...]:
    return one.scope, one.level, one.code, one.perimeter, one.variable, one.millesime


def _out_of_order(rows: pl.DataFrame, doubted: pl.DataFrame, declared: Variables, file: str) -> list[Finding]:
    """Return the figures of one row that do not go up; of a pair, the one already doubted when one is."""
    import polars as pl

    findings: list[Finding] = []
    rows = rows.filter(
        pl.col("variable").is_in(sorted({name for chain in declared.orders for name in chain}))
    )
    if rows.is_empty():
        return []
    rows = rows.join(
        doubted.with_columns(_doubted=pl.lit(True)), on=_CELL, how="left", nulls_equal=True
    ).with_columns(pl.col("_doubted").fill_null(False))
    suspects = rows.filter("_doubted").select(*ROW, "variable")
    for chain in declared.orders:
        wide = _wide(rows, set(chain))
        present = [name for name in chain if name in wide.columns]
        for low, high in combinations(present, 2):
            wrong = wide.filter(pl.col(low) >= pl.col(high))
            if wrong.is_empty():
                continue
            for name, other, side in ((low, high, "au-dessous de"), (high, low, "au-dessus de")):
                against = wrong.select(*ROW, against=other)
                held = rows.filter(pl.col("variable") == name).join(against, on=list(ROW), nulls_equal=True)
                to_blame = suspects.filter(pl.col("variable") == other).select(ROW)
                sound = held.filter(~pl.col("_doubted")).join(to_blame, on=list(ROW), nulls_equal=True)
                held = held.join(
                    sound.select(*ROW, "variable"), on=[*ROW, "variable"], how="anti", nulls_equal=True
                )
                findings += told("order", held, file, _order_words(side, other))
    return findings


def _order_words(side: str, other: str) -> Words:
    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        return (
            french(row["value"]),
            f"{row['label']}, {side} {french(row['against'])} ({other})",
            "Sur une même ligne, ces deux chiffres sont toujours dans cet ordre.",
        )

    return words


def _wrong_quotient(rows: pl.DataFrame, declared: Variables, file: str) -> list[Finding]:
    import polars as pl

    findings: list[Finding] = []
    for one in declared.quotients:
        wide = _wide(rows, {one.variable, one.numerator, one.denominator})
        if not {one.variable, one.numerator, one.denominator} <= set(wide.columns):
            continue
        computed = pl.col(one.numerator) / pl.col(one.denominator)
        wrong = wide.filter(
            pl.col(one.denominator) > 0, (pl.col(one.variable) / computed - 1).abs() > one.within
        )
        if wrong.is_empty():
            continue
        held = rows.filter(pl.col("variable") == one.variable).join(
            wrong.select(*ROW, computed=computed), on=list(ROW), nulls_equal=True
        )
        findings += told("quotient", held, file, _quotient_words(one))
    return findings


def _quotient_words(one: Quotient) -> Words:
    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        return (
            french(row["value"]),
            f"{row['label']}, environ {french(round(row['computed'], 2))}",
            f"Sur cette ligne, {one.numerator} / {one.denominator} donne un autre rapport.",
        )

    return words


def _wrong_total(rows: pl.DataFrame, declared: Variables, file: str) -> list[Finding]:
    """Totals that are not the sum of their parts, where all of them are known, or that one part exceeds."""
    import polars as pl

    rules: list[tuple[tuple[str, ...], str, float | None]] = [
        ((one.part,), one.total, None) for one in declared.parts
    ]
    rules += [(one.parts, one.total, one.within) for one in declared.sums]
    summed = sorted({name for parts, total, _ in rules for name in (total, *parts)})
    valued = rows.filter(pl.col("variable").is_in(summed), pl.col("value").is_not_null())
    present = set(valued["variable"].unique())
    findings: list[Finding] = []
    for parts, total, within in rules:
        names = [total, *parts]
        if not present.issuperset(names):
            continue
        held = valued.filter(pl.col("variable").is_in(names))
        # In a long file the parts and the total are on lines of their own.
        wide = held.pivot(on="variable", index=list(PLACE), values="value", aggregate_function="first")
        added, room = pl.sum_horizontal(parts), ROUNDING * len(parts)
        above = added - pl.col(total) > room
        apart = (added - pl.col(total)).abs() > (within or 0.0) * pl.col(total).abs() + room
        wrong = wide.drop_nulls(names).filter(above if within is None else apart)
        beside = held.join(wrong.select(*PLACE, added=added, total=total), on=list(PLACE), nulls_equal=True)
        findings += told("total", beside, file, _total_words(parts, total))
    return findings


def _total_words(parts: tuple[str, ...], total: str) -> Words:
    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        whole, added = french(row["total"]), french(round(row["added"], 2))
        return (
            french(row["value"]),
            f"{row['label']}, cohérent avec {total}",
            f"Pour ce territoire, {total} vaut {whole}, et {' + '.join(parts)} {added}.",
        )

    return words


def twin_findings(rows: pl.DataFrame, past: pl.DataFrame, declared: Variables, file: str) -> list[Finding]:
    """Return the figures that another file counts otherwise for the same territory.

    Args:
        rows: dated observations of one file, with what is described of their variable.
        past: dated observations to compare with, with the label of their variable.
        declared: declarations of the variables: which two count the same thing.
        file: its name.
    """
    import polars as pl

    pairs = [
        pair for t in declared.twins for pair in ((t.one, t.other, t.within), (t.other, t.one, t.within))
    ]
    twins = pl.DataFrame(
        pairs, schema={"variable": pl.String, "twin": pl.String, "within": pl.Float64}, orient="row"
    )
    place = ["level", "code", "perimeter"]
    known = past.filter(pl.col("value") > 0).select(
        *place, twin="variable", other="value", other_year="year", other_dataset="dataset", _named="label"
    )
    beside = (
        rows.filter(pl.col("value") > 0)
        .join(twins, on="variable", how="inner", maintain_order="left")
        .join(known, on=[*place, "twin"], how="inner", nulls_equal=True, maintain_order="left")
        .with_columns(_apart=(pl.col("other_year") - pl.col("year")).abs())
        .filter(pl.col("_apart") <= 1, pl.col("other_dataset") != pl.col("dataset"))
        .sort("_apart", maintain_order=True)
        .unique([*place, "variable", "year"], keep="first", maintain_order=True)
    )
    held = beside.filter(
        (pl.col("value") / pl.col("other")).log().abs() > pl.col("within") * (1 + 2 * pl.col("_apart"))
    )
    cells = told(
        "twin",
        held,
        file,
        lambda r: (
            french(r["value"]),
            f"{r['label']}, environ {french(r['other'])} comme « {r['_named']} » en {r['other_year']}",
            "Deux fichiers du même producteur comptent la même chose : codes, unité ou année à vérifier.",
        ),
    )
    wrong, compared = held["code"].n_unique(), beside["code"].n_unique()
    if wrong < 2 or 2 * wrong <= compared:
        return cells
    # Most of the territories: the other figures of the file are no better.
    found = f"{held.height} chiffres sur {beside.height} d’une autre taille, dont {cells[0].found}"
    return [replace(cells[0], code=None, variable=None, millesime=None, found=typographic(found))]


def _unsecret(rows: pl.DataFrame, file: str) -> list[Finding]:
    """A figure that was hidden and is now zero.

    A small count may well go from hidden to none: only where most of those hidden do.
    """
    import polars as pl

    zero = (pl.col("value") == 0) & (pl.col("status") == Status.OBSERVED.value)
    was_hidden = pl.col("before_status").is_in(HIDDEN).fill_null(False)
    revealed = (zero & was_hidden).sum().over(COLUMN)
    most = (revealed >= SEVERAL) & (2 * revealed >= was_hidden.sum().over(COLUMN))
    held = rows.filter(zero & was_hidden & (most | (pl.col("kind") != "count")))
    return told("unsecret", held, file, lambda r: _secret_words(r, f"comme en {r['before_year']}"))


def _hidden_beside(rows: pl.DataFrame, file: str) -> list[Finding]:
    """Shares that are zero in the very rows that hide their other figures."""
    import polars as pl

    zero = (pl.col("value") == 0) & (pl.col("status") == Status.OBSERVED.value)
    beside = pl.col("status").is_in(HIDDEN).mean().over(ROW) >= 0.5
    hiding = pl.col("status").is_in(HIDDEN) & beside
    suspect = zero & beside
    shares = rows.filter(pl.col("kind") == "share")
    if shares.select(zero.sum()).item() < SEVERAL:
        return []
    held = shares.with_columns(_zero=suspect, _hiding=hiding)
    several = held["_zero"].sum() >= SEVERAL
    if not several:
        return []
    most = (pl.col("_zero").sum().over(COLUMN) >= SEVERAL) & (
        pl.col("_zero").sum().over(COLUMN) * 3 >= pl.col("_hiding").sum().over(COLUMN)
    )
    return told(
        "unsecret",
        held.filter(pl.col("_zero") & most),
        file,
        lambda r: _secret_words(r, "comme le reste de la ligne"),
    )


def _secret_words(row: Mapping[str, Any], like: str) -> tuple[str, str, str]:
    why = "Un secret statistique n’est pas un zéro : la marque du producteur a sans doute été remplacée."
    return "0", f"{row['label']}, sous secret {like}", why


def _moved(rows: pl.DataFrame, file: str) -> list[Finding]:
    import polars as pl

    sizeable = (pl.col("kind") != "count") | (
        ((pl.col("value") - pl.col("before")).abs() >= LEAST_COUNT) & (pl.col("move").abs() > LEAST_RATIO)
    )
    years = ((pl.col("before_year") - pl.col("year")).abs() - 1).clip(lower_bound=0)
    # Exactly ten or a thousand times more is a slip, however much the variable moves.
    tens = (pl.col("move").abs() / math.log(10)).round().clip(1, 3) * math.log(10)
    slip = (pl.col("kind") != "share") & ((pl.col("move").abs() - tens).abs() < SLIP)
    usual = pl.when(slip).then(pl.min_horizontal(limit(), pl.lit(LEAST_LIMIT))).otherwise(limit())
    reach = usual * (1 + LIMIT_BY_YEAR * years)
    gone = (pl.col("kind") == "count") & (pl.col("value") == 0) & (pl.col("before") >= GONE)
    far = sizeable & (pl.col("deviation").abs() > pl.col("_limit"))
    held = rows.with_columns(_limit=reach).filter(far | gone)

    def words(row: Mapping[str, Any]) -> tuple[str, str, str]:
        low, high = interval(row["kind"], row["spread"], row["before"], row["median"], row["_limit"])
        far, most = french(round(abs(row["deviation"]), 1)), french(round(row["_limit"], 1))
        return (
            french(row["value"]),
            f"{row['label']}, entre {french(low)} et {french(high)}",
            f"{french(row['before'])} en {row['before_year']} : {far} écarts ordinaires, au plus {most}.",
        )

    return told("time", held, file, words)


def _apart(rows: pl.DataFrame, past: pl.DataFrame, file: str) -> list[Finding]:
    """Money without past, far from all the other figures of its column."""
    import polars as pl

    money = rows.filter(pl.col("kind") == "euro", pl.col("value") > 0)
    column = money.join(past, on=[*ROW, "variable"], how="anti", nulls_equal=True).with_columns(
        scaled=scaled("value")
    )
    off = (pl.col("scaled") - pl.col("scaled").median().over(COLUMN)).abs()
    held = column.with_columns(_off=off, _usual=pl.col("value").median().over(COLUMN)).filter(
        pl.len().over(COLUMN) >= 20,
        pl.col("_off") > OUTLIER * (1.4826 * pl.col("_off").median().over(COLUMN)).clip(lower_bound=0.1),
    )
    return told(
        "time",
        held,
        file,
        lambda r: (
            french(r["value"]),
            f"{r['label']}, de l’ordre de {french(r['_usual'])}",
            "Très loin de tous les autres territoires de la colonne, et sans passé auquel la comparer.",
        ),
    )
