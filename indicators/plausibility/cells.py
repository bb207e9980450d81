"""Rules on one cell: what its variable may be, what its territory was, what another file says of it.

Belongs here: a cell against a declaration, against its own past, against another file; all that is told of
the cells of a file. Does not belong here: a cell against the others of its row (``relations``), a column as a
whole (``columns``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indicators.plausibility.coded import PLACE, Coded
from indicators.plausibility.findings import HARD, Finding, told
from indicators.plausibility.past import COLUMN
from indicators.plausibility.relations import (
    HIDDEN,
    SEVERAL,
    hidden_beside,
    relation_findings,
    secret_words,
)
from indicators.plausibility.scales import interval
from indicators.rules import french
from sources.french import typographic
from sources.variables import Variables
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

LEAST_COUNT = 10
"""A count that moves by less is never held."""

GONE = 30
"""A count of so many that falls to none is held, however much its variable moves: at most 25 ever did."""

LEAST_RATIO = math.log(1.5)

OUTLIER = 12.0
"""Robust spreads from the median of its own column beyond which a figure without past is held."""

HIDES = (
    "Accepté, le chiffre disparaît de la publication\u00a0; sinon, l’ancien y reste. "
    "Une case vidée par erreur se lit aussi comme un secret."
)


def cell_findings(rows: Coded, ours: pl.DataFrame, declared: Variables, file: str) -> list[Finding]:
    """Return what the cells of a file have implausible.

    Args:
        rows: those of one file, the rest of France included, with what is described of their variable.
        ours: those that have a past, compared, with the usual moves of their variables.
        declared: declarations of the variables.
        file: its name.
    """
    alone = [
        *_unsecret(ours, file),
        *_hidden_since(ours, file),
        *hidden_beside(rows, file),
        *_out_of_range(rows, file),
        *_not_whole(rows, file),
        *_moved(ours, file),
        *_apart(rows, ours, file),
    ]
    alone = list({(f.code, f.variable, f.millesime, f.level, f.scope): f for f in reversed(alone)}.values())[
        ::-1
    ]
    # A figure already held is no measure of the others of its row; an impossible one is reported once.
    possible = _without(rows, [one for one in alone if one.rule in HARD])
    related = relation_findings(possible, _cells(alone, rows), declared, file)
    # What is impossible is reported as such, not as a surprising move that a person might accept.
    impossible = {_cell(one) for one in related if one.rule in HARD}
    return [*(one for one in alone if one.rule in HARD or _cell(one) not in impossible), *related]


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


def _out_of_range(rows: Coded, file: str) -> list[Finding]:
    import polars as pl

    low, high = (rows.column(name, rows.cells) for name in ("low", "high"))
    return told(
        "range",
        rows.told(rows.cells.filter((pl.col("value") < low) | (pl.col("value") > high))),
        file,
        lambda r: (
            french(r["value"]),
            f"{r['label']}, entre {french(r['low'])} et {french(r['high'])}",
            "Aucun territoire n’a jamais été hors de ces valeurs : unité, séparateur ou colonne à vérifier.",
        ),
    )


def _not_whole(rows: Coded, file: str) -> list[Finding]:
    import polars as pl

    broken = rows.cells.filter(
        pl.col("value") != pl.col("value").round(),
        rows.column("whole", rows.cells),
        pl.col("status") == Status.OBSERVED.value,
    )
    return told(
        "whole",
        rows.told(broken),
        file,
        lambda r: (
            french(r["value"]),
            f"{r['label']}, un nombre entier",
            "Ce producteur compte sans estimer : une virgule de milliers a pu être lue comme une décimale.",
        ),
    )


def _cells(findings: Iterable[Finding], rows: Coded) -> pl.DataFrame:
    """Return the cells that findings hold, by ``of`` and ``at``."""
    import polars as pl

    held = [(f.level, f.code, f.perimeter, f.variable, f.millesime) for f in findings if f.scope == "cell"]
    if not held:
        return rows.cells.select("of", "at").clear()
    names = ["level", "code", "perimeter", "variable", "millesime"]
    kinds = dict.fromkeys(names, pl.String) | {"millesime": rows.columns.schema["millesime"]}
    cells = pl.DataFrame(held, schema=kinds, orient="row").unique()
    return (
        cells.join(rows.columns, on=["level", "perimeter", "variable", "millesime"], nulls_equal=True)
        .join(rows.places, on=list(PLACE), nulls_equal=True)
        .select("of", "at")
    )


def _without(rows: Coded, findings: Iterable[Finding]) -> Coded:
    """Return the rows whose cell no finding holds."""
    cells = _cells(findings, rows)
    # To look for nothing in all the cells of France takes as long as to look for something.
    if cells.is_empty():
        return rows
    return replace(rows, cells=rows.cells.join(cells, on=["of", "at"], how="anti", maintain_order="left"))


def _cell(one: Finding) -> tuple[object, ...]:
    return one.scope, one.level, one.code, one.perimeter, one.variable, one.millesime


def twin_findings(rows: pl.DataFrame, past: pl.DataFrame, declared: Variables, file: str) -> list[Finding]:
    """Return the figures that another file counts otherwise for the same territory.

    Args:
        rows: dated observations of one file, with what is described of their variable.
        past: dated observations to compare with, with the label of their variable.
        declared: declarations of the variables: which two count the same thing.
        file: its name.
    """
    import polars as pl

    own = set(rows["variable"])
    if own.isdisjoint(name for t in declared.twins for name in (t.one, t.other)):
        return []
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
    return told("unsecret", held, file, lambda r: secret_words(r, f"comme en {r['before_year']}"))


def _hidden_since(rows: pl.DataFrame, file: str) -> list[Finding]:
    """A figure that an earlier edition gave of the same year, and that this one hides."""
    import polars as pl

    same = (pl.col("before_year") == pl.col("year")) & (pl.col("before_dataset") == pl.col("dataset"))
    hidden = pl.col("status") == Status.SUPPRESSED.value
    return told(
        "hidden",
        rows.filter(hidden & same & pl.col("before").is_not_null()),
        file,
        lambda r: (
            f"un {Status.SUPPRESSED.label}",
            f"{r['label']}, {french(r['before'])}, déjà diffusé pour la même année",
            HIDES,
        ),
    )


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


def _apart(rows: Coded, past: pl.DataFrame, file: str) -> list[Finding]:
    """Money without past, far from all the other figures of its column."""
    import polars as pl

    kind = rows.column("kind", rows.cells)
    money = rows.cells.filter(kind == "euro", pl.col("value") > 0)
    if money.is_empty():
        return []
    names = ["level", "perimeter", "variable", "millesime"]
    with_past = (
        past.select("line", "code", *names)
        .join(rows.columns.select("of", *names), on=names, nulls_equal=True)
        .join(rows.places, on=list(PLACE), nulls_equal=True)
    )
    column = money.join(with_past, on=["of", "at", "line"], how="anti", maintain_order="left")
    column = column.with_columns(
        rows.alike(*COLUMN)[column["of"]].alias("_key"), scaled=(pl.col("value") + 0.1).log()
    )
    off = (pl.col("scaled") - pl.col("scaled").median().over("_key")).abs()
    far = column.with_columns(_off=off).filter(
        pl.len().over("_key") >= 20,
        pl.col("_off") > OUTLIER * (1.4826 * pl.col("_off").median().over("_key")).clip(lower_bound=0.1),
    )
    usual = column.filter(pl.col("_key").is_in(far["_key"].implode())).group_by("_key")
    held = rows.told(far.join(usual.agg(_usual=pl.col("value").median()), on="_key"))
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
