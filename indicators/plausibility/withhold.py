"""Keeping out of the figures what is held or set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.frames import in_texts, one_below_another
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

_FILE = ("extract", "dataset")
ACCOUNT = ["extract", "dataset", "edition"]
"""What tells the accounts of files apart."""
_SCOPES: dict[str, tuple[str, ...]] = {
    "file": _FILE,
    "level": (*_FILE, "level", "perimeter"),
    "row": (*_FILE, "level", "perimeter", "code"),
    "column": (*_FILE, "level", "perimeter", "variable", "millesime"),
    "cell": (*_FILE, "level", "perimeter", "variable", "millesime", "code"),
}


def held_rows(observations: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Add ``held``: whether a finding covers the observation.

    Args:
        observations: rows in the shape of table ``observation``.
        findings: rows with the fields of a finding; one of a file covers all its rows (of its level, when it
            names one), one of a row or a column its own, one of a cell its cell. An unknown mark covers
            nothing: its cell has no figure already.

    Returns:
        The same rows in the same order, and the boolean column.
    """
    import polars as pl

    scope = (
        pl.when(pl.col("code").is_not_null(), pl.col("variable").is_not_null())
        .then(pl.lit("cell"))
        .when(pl.col("code").is_not_null())
        .then(pl.lit("row"))
        .when(pl.col("variable").is_not_null())
        .then(pl.lit("column"))
        .when(pl.col("level").is_not_null())
        .then(pl.lit("level"))
        .otherwise(pl.lit("file"))
    )
    scoped = findings.filter(pl.col("rule") != "mark").with_columns(_scope=scope)
    marked, flags = observations, []
    for name, key in _SCOPES.items():
        keys = scoped.filter(pl.col("_scope") == name).select(key).unique()
        if keys.height:
            flag = keys.select(pl.col(one).cast(marked.schema[one], strict=False) for one in key)
            flag = flag.with_columns(pl.lit(True).alias(f"_{name}"))
            marked = marked.join(flag, on=list(key), how="left", nulls_equal=True, maintain_order="left")
            flags.append(pl.col(f"_{name}").fill_null(False))
    held = pl.any_horizontal(flags) if flags else pl.lit(False)
    return marked.with_columns(held=held).select(*observations.columns, "held")


def withheld(observations: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Make missing the observations that findings cover (see :func:`held_rows`).

    Args:
        observations: rows in the shape of table ``observation``.
        findings: rows with the fields of a finding.

    Returns:
        The same rows and columns; ``value`` null and ``status`` ``missing`` where a finding covers the row.
    """
    return _missing(held_rows(observations, findings))


def _missing(marked: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return marked.with_columns(
        value=pl.when(~pl.col("held")).then("value"),
        status=pl.when("held").then(pl.lit(Status.MISSING.value)).otherwise("status"),
    ).drop("held")


def kept_out(rows: pl.DataFrame, out: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make missing the dropped figures that are kept out.

    Args:
        rows: observations of dropped files.
        out: findings that are not accepted.

    Returns:
        The observations, and how many became missing by file and former status.
    """
    import polars as pl

    marked = held_rows(rows, out)
    gone = marked.filter("held", pl.col("status") != Status.MISSING.value)
    return _missing(marked), gone.group_by(*ACCOUNT, "status").len("gone")


def put_together(
    out: pl.DataFrame, columns: pl.DataFrame, variables: frozenset[str], *parts: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Put together the files of one dataset and edition, for the rest of France.

    Args:
        out: findings about them that are not accepted.
        columns: no row, in the columns of what is wanted.
        variables: those that are wanted of the communes; of the other levels all are.
        parts: what each holds, in the order of their digests.

    Returns:
        ``rows``, in the columns of ``columns``, unless there is none: texts are categories where those given
        are; ``gone`` (:func:`kept_out`).
    """
    import polars as pl

    wanted = (pl.col("level") != Level.COMMUNE.value) | pl.col("variable").is_in(sorted(variables))
    rows, gone = [], []
    for part in parts:
        shown, held = kept_out(part, out)
        # Files in the order of their digests, rows in the order of their lines: no sort of every column.
        in_order = shown.filter(wanted).sort("line", maintain_order=True)
        rows.append(in_order.select(columns.columns))
        gone.append(held)
    frames = {"rows": one_below_another(rows), "gone": pl.concat(map(in_texts, gone))}
    return frames if frames["rows"].height else {"gone": frames["gone"]}
