"""Wide or long rows to one record per cell, under our names of variables."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from sources.model import Dataset, Millesime
from sources.readers.long import Part
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl


def unpivot(rows: pl.DataFrame, parts: list[Part], dataset: Dataset) -> pl.LazyFrame:
    """Return one record per row and matched column: ``text``, ``note_code``, ``template``, ``millesime``.

    Args:
        rows: Coded rows (:func:`sources.readers.territory.code_rows`), all text.
        parts: The columns matched to a variable.
        dataset: For the notes, the flags and the dimensions it declares.

    Returns:
        The columns above, with those of the row (``_line``, ``level``, ``code``, ``perimeter``, ``_dim_*``),
        its ``flag`` and the producer's ``column``; ``text`` is not read as a number yet.
    """
    import polars as pl

    layout = dataset.layout
    index = ["_line", "level", "code", "perimeter", "_row_year", "_mapped"]
    index += [f"_dim_{d}" for d in layout.dimensions]
    index += [name for name in ("_sheet",) if name in rows.columns]
    notes = {
        part.match.column: note
        for part in parts
        if (note := layout.columns[part.match.variable].note) and note in rows.columns
    }
    flag = _flag(rows, dataset)

    def cells(part: Part) -> pl.LazyFrame:
        column = part.match.column
        chosen = rows.lazy() if part.rows is None else rows.lazy().filter(part.rows)
        figure = pl.lit("1") if layout.columns[part.match.variable].counts_rows else pl.col(column)
        return chosen.select(
            *index,
            text=pl.when("_zero").then(pl.lit("0")).otherwise(figure),
            note_code=pl.col(notes[column]).cast(pl.String) if column in notes else pl.lit(None, pl.String),
            flag=flag,
            template=pl.lit(part.match.variable),
            column=pl.lit(column),
            millesime=pl.col("_row_year") if part.match.year_from_row else pl.lit(part.match.year, pl.Int32),
        )

    # A table of territories has no figure: the frame keeps its columns all the same.
    none = (
        rows.lazy()
        .head(0)
        .select(
            *index,
            *(
                pl.lit(None, pl.String).alias(name)
                for name in ("text", "note_code", "flag", "template", "column")
            ),
            millesime=pl.lit(None, pl.Int32),
        )
    )
    return pl.concat([none, *(cells(part) for part in parts)])


def _flag(rows: pl.DataFrame, dataset: Dataset) -> pl.Expr:
    """Return the status that the flags of a row impose on its figure, null when they impose none."""
    import polars as pl

    imposed = []
    for name, flag in dataset.layout.flags.items():
        if name in rows.columns:
            statuses = {value: status.value if status else None for value, status in flag.values.items()}
            others = flag.others.value if flag.others else None
            imposed.append(pl.col(name).replace_strict(statuses, default=others, return_dtype=pl.String))
    return pl.coalesce(imposed) if imposed else pl.lit(None, pl.String)


def name_variables(cells: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Replace ``{dimension}`` in the variable's name by the token of the row.

    Args:
        cells: Rows of :func:`unpivot`, their ``template`` a name with ``{dimension}`` in it.
        dataset: Declares the tokens of each dimension.

    Returns:
        The same rows in the same order, with ``variable``; null where a row has a token nobody declares.
    """
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


def with_estimated(cells: pl.DataFrame, copy: Millesime | None) -> pl.DataFrame:
    """Give the status estimated to the figures this copy declares approximate.

    Args:
        cells: Rows with ``variable`` or ``template``, ``millesime`` and ``status``.
        copy: The edition read, whose ``estimated`` names variables, of every year or of one (``name@2021``).

    Returns:
        The same rows, ``observed`` turned into ``estimated`` where it applies; no figure changes.
    """
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
