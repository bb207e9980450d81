"""One file of one dataset to tidy observations, with an account of every row and cell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sources.model import Dataset, Millesime
from sources.problems import ExtractRefused, Problem
from sources.readers.cells import REFUSED, expected_cell, parse_cells
from sources.readers.header import Match, match_columns
from sources.readers.territory import code_rows
from sources.readers.text import TextTable, read_text_table
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl


class KnownTerritories(Protocol):
    """What a reader needs of the territories: which codes it keeps."""

    def known(self, level: Level) -> frozenset[str]:
        """Codes of a level that the barometer follows."""


@dataclass(frozen=True)
class Account:
    """Where every row and every cell of an extract went. Both counts sum."""

    extract: str
    dataset: str
    edition: int
    file: str
    sha256: str
    bytes: int
    rows_read: int
    rows_kept: int
    rows_outside: int
    rows_suppressed: int
    """Rows of our territory of which every figure is suppressed; they are kept, with their status."""
    rows_refused: int
    cells_read: int
    cells_observed: int
    cells_estimated: int
    cells_suppressed: int
    cells_not_published: int
    cells_not_applicable: int
    cells_missing: int

    def __post_init__(self) -> None:
        """Refuse an account that does not sum: it would hide a dropped row or cell."""
        rows = self.rows_kept + self.rows_outside + self.rows_suppressed + self.rows_refused
        cells = sum(v for k, v in asdict(self).items() if k.startswith("cells_") and k != "cells_read")
        if rows != self.rows_read or cells != self.cells_read:
            raise AssertionError(f"account of {self.file} does not sum: {self}")


@dataclass(frozen=True)
class ReadResult:
    """Observations of one extract, and its account."""

    observations: pl.DataFrame
    account: Account


MAX_PROBLEMS = 200


def read_extract(
    path: Path,
    dataset: Dataset,
    edition: int,
    millesime: Millesime | None,
    territories: KnownTerritories,
) -> ReadResult:
    """Read one producer's file into observations.

    Args:
        path: The file, left untouched.
        dataset: Its declaration.
        edition: Edition year of the file (not the reference year of its data).
        millesime: The declared block of this edition, if any: its estimated variables and tolerance apply
            only to the extracts it lists.
        territories: Codes to keep; rows of other territories are counted as outside.

    Returns:
        Observations in the shape of the ``observation`` table, and the account.

    Raises:
        ExtractRefused: On any fault; each names file, line, column, what was found and expected.
    """
    import polars as pl

    raw = path.read_bytes()
    sha256 = hashlib.sha256(raw).hexdigest()
    if millesime is not None and millesime.decimal is not None:
        layout = dataset.layout.model_copy(update={"decimal": millesime.decimal})
        dataset = dataset.model_copy(update={"layout": layout})
    copy = millesime if millesime and sha256 in {e.sha256 for e in millesime.extracts} else None
    table = read_text_table(path, dataset.layout)
    matches, problems = match_columns(table.file, table.columns, dataset, edition)
    problems += _absent_columns(table, dataset)
    if problems:
        raise ExtractRefused(tuple(problems))
    rows, problems = code_rows(table, dataset.layout, territories)
    if problems:
        raise ExtractRefused(tuple(problems[:MAX_PROBLEMS]))

    kept = rows.filter(pl.col("_outside").not_())
    cells = parse_cells(_unpivot(kept, matches, dataset), dataset.layout).collect()
    cells = _estimated(_name_variables(cells, dataset), copy)
    problems = [
        *_unreadable(table.file, cells, dataset),
        *_out_of_bounds(table.file, cells, dataset),
        *_part_above_total(table.file, cells, dataset, copy.tolerance if copy else 0.0),
    ]
    if problems:
        raise ExtractRefused(tuple(problems[:MAX_PROBLEMS]))
    observations, problems = _unique(table.file, cells, dataset)
    if problems:
        raise ExtractRefused(tuple(problems[:MAX_PROBLEMS]))

    extract = sha256[:12]
    observations = observations.select(
        dataset=pl.lit(dataset.id),
        edition=pl.lit(edition, pl.Int32),
        millesime=pl.col("millesime").cast(pl.Int32),
        level="level",
        code="code",
        perimeter="perimeter",
        variable="variable",
        value="value",
        status="status",
        extract=pl.lit(extract),
        line=pl.col("_line").cast(pl.Int32),
        column="column",
    )
    statuses = dict(cells.group_by("status").len().iter_rows())
    usable = pl.col("status").is_in([Status.OBSERVED.value, Status.ESTIMATED.value])
    suppressed_rows = (
        cells.group_by("_line")
        .agg(
            usable.any().alias("usable"), (pl.col("status") == Status.SUPPRESSED.value).any().alias("secret")
        )
        .filter(pl.col("usable").not_() & pl.col("secret"))
        .height
    )
    account = Account(
        extract=extract,
        dataset=dataset.id,
        edition=edition,
        file=path.name,
        sha256=sha256,
        bytes=len(raw),
        rows_read=table.frame.height,
        rows_kept=kept.height - suppressed_rows,
        rows_outside=rows.height - kept.height,
        rows_suppressed=suppressed_rows,
        rows_refused=0,
        cells_read=cells.height,
        **{
            f"cells_{status.value}": statuses.get(status.value, 0)
            for status in Status
            if status is not Status.AWAITING_EXTRACT
        },
    )
    return ReadResult(observations=observations, account=account)


def _absent_columns(table: TextTable, dataset: Dataset) -> list[Problem]:
    """Columns the layout needs besides those of variables: territory, dimensions, year."""
    needed = [dim.column for dim in dataset.layout.dimensions.values()]
    if dataset.layout.year.column:
        needed.append(dataset.layout.year.column)
    territory = dataset.layout.territory.column
    absent = [name for name in needed if name not in table.columns]
    if territory and not any(name in table.columns for name in territory):
        absent.insert(0, territory[0])
    return [
        Problem(
            file=table.file,
            line=dataset.layout.header_row,
            column=name,
            found="aucune colonne de ce nom",
            expected=f"la colonne « {name} », indispensable à la lecture de {dataset.title}",
            advice="Vérifiez le fichier ; si le producteur l’a renommée, corrigez le catalogue.",
        )
        for name in absent
    ]


def _unpivot(rows: pl.DataFrame, matches: list[Match], dataset: Dataset) -> pl.LazyFrame:
    """One record per row and matched column: ``text``, ``note_code``, ``template``, ``millesime``."""
    import polars as pl

    index = [
        "_line",
        "level",
        "code",
        "perimeter",
        "_row_year",
        *(f"_dim_{d}" for d in dataset.layout.dimensions),
    ]
    notes = {
        match.column: note
        for match in matches
        if (note := dataset.layout.columns[match.variable].note) and note in rows.columns
    }
    parts = [
        rows.lazy().select(
            *index,
            text=pl.when("_zero").then(pl.lit("0")).otherwise(pl.col(match.column)),
            note_code=pl.col(notes[match.column]) if match.column in notes else pl.lit(None, pl.String),
            template=pl.lit(match.variable),
            column=pl.lit(match.column),
            millesime=pl.col("_row_year") if match.year_from_row else pl.lit(match.year, pl.Int32),
        )
        for match in matches
    ]
    return pl.concat(parts)


def _name_variables(cells: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Replace ``{dimension}`` in the variable's name by the token of the row."""
    import polars as pl

    names = list(dataset.layout.dimensions)
    if not names:
        return cells.rename({"template": "variable"})
    tokens = product(*(sorted(set(d.values.values())) for d in dataset.layout.dimensions.values()))
    combinations = [dict(zip(names, combination, strict=True)) for combination in tokens]
    mapping = pl.DataFrame(
        [
            {
                "template": template,
                **{f"_dim_{k}": v for k, v in values.items()},
                "variable": template.format(**values),
            }
            for template in dataset.layout.columns
            for values in combinations
        ]
    )
    return cells.join(
        mapping, on=["template", *(f"_dim_{n}" for n in names)], how="left", maintain_order="left"
    )


def _estimated(cells: pl.DataFrame, copy: Millesime | None) -> pl.DataFrame:
    """Give the status estimated to the figures this copy declares approximate."""
    import polars as pl

    if copy is None or not copy.estimated:
        return cells
    named = [entry.partition("@")[::2] for entry in copy.estimated]
    every_year = [variable for variable, year in named if not year]
    some_year = [f"{variable}@{year}" for variable, year in named if year]
    # The declaration of a variable with dimensions is its name with the tokens.
    name = pl.col("template" if "template" in cells.columns else "variable")
    approximate = name.is_in(every_year) | pl.concat_str(
        "variable", pl.lit("@"), pl.col("millesime").cast(pl.String), ignore_nulls=True
    ).is_in(some_year)
    return cells.with_columns(
        status=pl.when(approximate & (pl.col("status") == Status.OBSERVED.value))
        .then(pl.lit(Status.ESTIMATED.value))
        .otherwise("status")
    )


def _unreadable(file: str, cells: pl.DataFrame, dataset: Dataset) -> list[Problem]:
    import polars as pl

    expected = expected_cell(dataset.layout)
    bad = cells.filter(pl.col("status") == REFUSED).sort("_line").head(MAX_PROBLEMS)
    return [
        Problem(
            file=file,
            line=line,
            column=column,
            found=f"« {text[:60]} »",
            expected=expected,
            advice="Corrigez la cellule à la source, ou déclarez cette marque au catalogue.",
        )
        for line, column, text in bad.select("_line", "column", "text").iter_rows()
    ]


def _out_of_bounds(file: str, cells: pl.DataFrame, dataset: Dataset) -> list[Problem]:
    import polars as pl

    problems: list[Problem] = []
    key = "template" if dataset.layout.dimensions else "variable"
    for template, column in dataset.layout.columns.items():
        low, high = column.bounds
        outside = pl.lit(False)
        if low is not None:
            outside = outside | (pl.col("value") < low)
        if high is not None:
            outside = outside | (pl.col("value") > high)
        bad = cells.filter((pl.col(key) == template) & outside).head(MAX_PROBLEMS)
        expected = f"entre {low:g} et {high:g}" if low is not None and high is not None else ""
        expected = expected or (
            f"au moins {low:g}" if low is not None else f"au plus {high:g}" if high else ""
        )
        problems += [
            Problem(
                file=file,
                line=line,
                column=name,
                found=f"« {text} »",
                expected=f"{column.label} ({column.unit}), {expected}",
                advice="La valeur est impossible : vérifiez le fichier.",
            )
            for line, name, text in bad.select("_line", "column", "text").iter_rows()
        ]
    return problems


def _part_above_total(file: str, cells: pl.DataFrame, dataset: Dataset, tolerance: float) -> list[Problem]:
    import polars as pl

    pairs: Mapping[str, str] = {
        v: c.part_of for v, c in dataset.layout.columns.items() if c.part_of is not None
    }
    if not pairs:
        return []
    # A row holds one value of each dimension: its part and its total share their tokens.
    name = "template" if dataset.layout.dimensions else "variable"
    on = ["_line", "millesime"]
    totals = cells.select(*on, total_variable=name, total="value", total_column="column")
    joined = (
        cells.filter(pl.col(name).is_in(list(pairs)))
        .with_columns(total_variable=pl.col(name).replace_strict(dict(pairs), return_dtype=pl.String))
        .join(totals, on=[*on, "total_variable"], how="inner", nulls_equal=True)
        # A tenth of a unit absorbs the rounding of a producer's own decimals.
        .filter(pl.col("value") > pl.col("total") + tolerance + 0.1)
        .head(MAX_PROBLEMS)
    )
    return [
        Problem(
            file=file,
            line=line,
            column=column,
            found=f"{value:g}, plus que son total ({total:g} en colonne {total_column})",
            expected=f"au plus la valeur de {total_column}",
            advice="Une des deux cellules est fausse : vérifiez le fichier.",
        )
        for line, column, value, total, total_column in joined.select(
            "_line", "column", "value", "total", "total_column"
        ).iter_rows()
    ]


def _unique(file: str, cells: pl.DataFrame, dataset: Dataset) -> tuple[pl.DataFrame, list[Problem]]:
    """Refuse two rows for one key, or add them up where the layout says so."""
    import polars as pl

    key = ["level", "code", "perimeter", "variable", "millesime"]
    if dataset.layout.aggregate == "sum":
        summed = cells.group_by(key, maintain_order=True).agg(
            pl.col("_line").min(),
            pl.col("column").first(),
            # A suppressed term makes the sum suppressed: polars would add it as zero.
            value=pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum()),
            status=pl.when(pl.col("value").is_null().any())
            .then(pl.col("status").filter(pl.col("value").is_null()).first())
            .otherwise(pl.col("status").first()),
        )
        return summed, []
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
            found=f"« {code} », déjà à la ligne {lines[0]}",
            expected="une seule ligne par territoire" + (" et par année" if year else ""),
            advice="Supprimez la ligne en double ou reprenez le fichier du producteur.",
        )
        for code, year, lines in repeated.select("code", "millesime", "_line").iter_rows()
    ]
