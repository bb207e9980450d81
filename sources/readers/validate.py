"""What is wrong in the cells of an extract: unreadable, impossible, contradictory, given twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sources.french import number, shortest
from sources.model import Column, Dataset
from sources.problems import Problem, quoted
from sources.readers.account import Mark
from sources.readers.cells import REFUSED, expected_cell
from sources.vocabulary import STATUS_SEVERITY, Status

if TYPE_CHECKING:
    import polars as pl

MAX_PROBLEMS = 200
FEW = 5
"""Numbers badly written in one column up to which each is told as a mark is, and the rest of the file goes
on; beyond, the column was not written as its producer writes it."""
MARKS = 3
"""Different unknown texts a column may have for them to be marks, however many its cells."""
_SHORT = r"^\D{1,4}$"
_LIKE_A_NUMBER = r"^[-+−]?[.,]?\d[\d\s.,eE+%€-]*$"
"""A cell that is a number badly written: a mark has another look."""
_CORRECT = "Corrigez ces cellules à la source."
_WRONG_COLUMN = "Ce n’est sans doute pas la bonne colonne\u00a0: vérifiez le fichier."
_SPOILED = (
    (r"[-+−]?[0-9][0-9\s.,]*[%‰€]", "a écrit l’unité dans les cellules"),
    (r"[-+−]?[0-9]{1,3}([ \u00a0\u202f.,’'][0-9]{3})+([.,][0-9]+)?", "a séparé les milliers"),
    (r"[-+−]?[0-9]+([.,][0-9]+)?[eE][-+]?[0-9]+", "a écrit les nombres à sa manière (1,42E+04)"),
    (r"[-+−]?[0-9]+[.,][0-9]+", "a changé le séparateur décimal"),
    (
        r"[0-9]{1,2}[-/. ]?[a-zéû]{3,5}\.?|[a-zéû]{3,5}\.?[-/. ]?[0-9]{1,2}",
        "a pris des nombres pour des dates",
    ),
)
"""What a spreadsheet makes of the numbers of a column."""
_SEVERITY = {status.value: rank for rank, status in enumerate(STATUS_SEVERITY)}


def without_marks(
    file: str, cells: pl.DataFrame, dataset: Dataset, declared: Mapping[str, Status]
) -> tuple[pl.DataFrame, tuple[Mark, ...], list[Problem]]:
    """Make missing the few cells that hold an unknown mark, or a number badly written.

    Args:
        file: its name.
        cells: parsed cells, of status ``refused`` where they are neither a number nor a declared mark.
        dataset: for what a cell may hold.
        declared: marks a person declared for this dataset, besides those of the catalogue.

    Returns:
        The cells, the marks, and one problem per column of which most cells are unread, other than by a mark
        that comes back, or that has many numbers badly written.
    """
    import polars as pl

    refused = pl.col("status") == REFUSED
    written = pl.col("text") != ""
    if not declared and not (cells["status"] == REFUSED).any():
        return cells, (), []
    badly = refused & pl.col("text").str.contains(_LIKE_A_NUMBER)
    first = pl.col("text").sort_by("_line").first()
    mark = refused & pl.col("text").is_in(_repeated(cells.filter(written), badly))
    unread = refused & ~mark
    lost = (
        cells.filter(written)
        .group_by("column", maintain_order=True)
        .agg(n=unread.sum(), badly=badly.sum(), of=pl.len())
        .with_columns(whole=pl.col("n") * 2 >= pl.col("of"))
        .filter(pl.col("n") > 0, pl.col("whole") | (pl.col("badly") > FEW))
    )
    firsts = (
        cells.filter(written, unread)
        .join(lost.select("column", "whole"), on="column")
        .filter(pl.col("whole") | badly)
        .group_by("column")
        .agg(line=pl.col("_line").min(), text=first)
    )
    problems = [
        Problem(
            file=file,
            line=line,
            column=column,
            found=f"{number(n)} cellules illisibles sur {number(of)}, dont {quoted(text)}"
            if n > 1
            else quoted(text),
            expected=expected_cell(dataset.layout),
            advice=_how_spoiled(text) or (_WRONG_COLUMN if whole else _CORRECT),
        )
        for column, n, of, whole, line, text in lost.join(firsts, on="column", maintain_order="left")
        .select("column", pl.when("whole").then("n").otherwise("badly"), "of", "whole", "line", "text")
        .iter_rows()
    ]
    known = pl.col("text").is_in(sorted(declared))
    marks = (
        cells.filter(refused | known)
        .sort("_line")
        .group_by("text", maintain_order=True)
        .agg(pl.len(), pl.col("_line").first(), pl.col("column").first())
    )
    found = tuple(
        Mark(text, n, line, column, declared.get(text)) for text, n, line, column in marks.iter_rows()
    )
    missing = pl.when(refused).then(pl.lit(Status.MISSING.value)).otherwise("status")
    return cells.with_columns(status=missing), found, problems


def _repeated(written: pl.DataFrame, badly: pl.Expr) -> list[str]:
    """Return the unknown texts that may be marks: those that stand among the figures of a column.

    A column of anything else has many texts, or no figure. One of a few rows may have none at all: what is as
    short as a mark is then one.
    """
    import polars as pl

    unknown = (pl.col("status") == REFUSED) & ~badly
    text = pl.col("text").filter(unknown)
    found = (
        written.group_by("column")
        .agg(
            pl.len(),
            texts=text.unique(),
            figures=pl.col("value").count(),
            like=text.str.contains(_SHORT).all(),
        )
        .filter(
            pl.col("texts").list.len() <= MARKS,
            (pl.col("figures") > 0) | (pl.col("like") & (pl.col("len") <= MARKS)),
        )
    )
    return sorted(set(found["texts"].explode().drop_nulls()))


def _how_spoiled(text: str) -> str | None:
    """Say what a spreadsheet has made of a number, where the cell shows it."""
    done = next((what for pattern, what in _SPOILED if re.fullmatch(pattern, text)), None)
    return f"Un tableur {done} : reprenez le fichier du producteur." if done else None


def out_of_bounds(file: str, cells: pl.DataFrame, dataset: Dataset) -> list[Problem]:
    """Find the figures below or above what their variable can be."""
    import polars as pl

    columns = dataset.layout.columns
    key = "template" if dataset.layout.dimensions else "variable"
    ends = cells.group_by(key).agg(least=pl.col("value").min(), most=pl.col("value").max())
    outside = [
        (name, low, high)
        for name, least, most in ends.drop_nulls().iter_rows()
        for low, high in [columns[name].bounds]
        if (low is not None and least < low) or (high is not None and most > high)
    ]
    # To look for nothing in all cells takes as long as to look for something.
    if not outside:
        return []
    bounds = {"low": pl.Float64, "high": pl.Float64}
    told = pl.DataFrame(outside, schema={key: pl.String, **bounds}, orient="row")
    below, above = pl.col("value") < pl.col("low"), pl.col("value") > pl.col("high")
    held = cells.join(told, on=key, how="inner", maintain_order="left")
    bad = held.filter(below.fill_null(False) | above.fill_null(False)).sort("_line").head(MAX_PROBLEMS)
    return [
        Problem(
            file=file,
            line=line,
            column=name,
            found=quoted(text),
            expected=_interval(columns[template]),
            advice="La valeur est impossible : vérifiez le fichier.",
        )
        for line, name, text, template in bad.select("_line", "column", "text", key).iter_rows()
    ]


def _interval(column: Column) -> str:
    low, high = column.bounds
    limits = [f"au moins {shortest(low)}"] if low is not None else []
    limits += [f"au plus {shortest(high)}"] if high is not None else []
    if low is not None and high is not None:
        limits = [f"entre {shortest(low)} et {shortest(high)}"]
    return ", ".join([f"{column.label} ({column.unit})", *limits])


def part_above_total(file: str, cells: pl.DataFrame, dataset: Dataset, tolerance: float) -> list[Problem]:
    """Find the counts larger than the total they are part of."""
    import polars as pl

    pairs = {v: c.part_of for v, c in dataset.layout.columns.items() if c.part_of is not None}
    if not pairs:
        return []
    # A row holds one value of each dimension: its part and its total share their tokens.
    name = "template" if dataset.layout.dimensions else "variable"
    long = any(column.where for column in dataset.layout.columns.values())
    # In a long file the part and its total are on two lines of one territory.
    on = ["level", "code", "perimeter", "millesime"] if long else ["_line", "millesime"]
    on += [name for name in ("_sheet",) if name in cells.columns and not long]
    key, filled = [*on, "total_variable"], cells.lazy().filter(pl.col("value").is_not_null())
    totals, parts = pl.collect_all(
        [
            filled.filter(pl.col(name).is_in(set(pairs.values()))).select(
                *on, total_variable=name, total="value", total_column="column"
            ),
            filled.filter(pl.col(name).is_in(list(pairs))).select(
                *dict.fromkeys(["_line", *on]),
                "column",
                "value",
                total_variable=pl.col(name).replace_strict(dict(pairs), return_dtype=pl.String),
            ),
        ]
    )
    # A tenth of a unit absorbs the rounding of a producer's own decimals.
    above = pl.col("value") > pl.col("total") + tolerance + 0.1
    # Equal keys have one hash, compared much faster than their texts: few parts are left for these.
    known = totals.select("total", _key=totals.select(key).hash_rows())
    near = parts.select("value", _key=parts.select(key).hash_rows()).with_row_index()
    near = near.join(known, on="_key").filter(above)
    joined = (
        parts[near["index"].unique().sort()]
        .join(totals, on=key, how="inner", nulls_equal=True, maintain_order="left")
        .filter(above)
        .head(MAX_PROBLEMS)
    )
    return [
        Problem(
            file=file,
            line=line,
            column=column,
            found=f"{shortest(value, 10)}, plus que son total "
            f"({shortest(total, 10)} en colonne {total_column})",
            expected=f"au plus la valeur de {total_column}",
            advice="Un séparateur de milliers a sans doute été lu comme décimal : vérifiez le fichier."
            if re.fullmatch(r"[0-9]{1,3},[0-9]{3}", shortest(total, 10))
            else "Une des deux cellules est fausse : vérifiez le fichier.",
        )
        for line, column, value, total, total_column in joined.select(
            "_line", "column", "value", "total", "total_column"
        ).iter_rows()
    ]


def unique(file: str, cells: pl.DataFrame, dataset: Dataset) -> tuple[pl.DataFrame, list[Problem]]:
    """Refuse two rows for one key, or add them up where the layout says so.

    Args:
        file: Name of the file, for the problems.
        cells: Cells in long form, with ``_line``, ``column``, ``value`` and ``status``.
        dataset: Its layout says whether rows of one key add up.

    Returns:
        The cells, one per key (``level, code, perimeter, variable, millesime``) where they add up, null as
        soon as one term is; and a problem for each line that repeats another, at most :data:`MAX_PROBLEMS`.
    """
    import polars as pl

    key = ["level", "code", "perimeter", "variable", "millesime"]
    if dataset.layout.aggregate == "sum":
        null = pl.col("value").is_null()
        rank = pl.col("status").replace_strict(_SEVERITY, return_dtype=pl.Int8)
        summed = cells.group_by(key, maintain_order=True).agg(
            pl.col("_line").min(),
            pl.col("column").first(),
            # A suppressed term makes the sum suppressed: polars would add it as zero.
            value=pl.when(null.any()).then(None).otherwise(pl.col("value").sum()),
            status=pl.col("status").sort_by(rank).last(),
        )
        return summed, []
    if cells.select(key).hash_rows().n_unique() == cells.height:
        # Equal keys would have one hash.
        return cells, []
    repeated = (
        cells.filter(pl.struct(key).is_duplicated())
        .group_by(key, maintain_order=True)
        .agg(pl.col("_line").sort())
        .unique(subset=["level", "code", "perimeter", "_line"], maintain_order=True)
        .head(MAX_PROBLEMS)
    )
    territory = (dataset.layout.territory.column or ("territoire",))[0]
    return cells, [
        Problem(
            file=file,
            line=lines[1],
            column=territory,
            found=f"{quoted(code)}, déjà à la ligne {lines[0]}",
            expected="une seule ligne par territoire" + (" et par année" if year else ""),
            advice="Supprimez la ligne en double ou reprenez le fichier du producteur.",
        )
        for code, year, lines in repeated.select("code", "millesime", "_line").iter_rows()
    ]
