"""The reference year of each row, where a column of the file holds it.

Belongs here: reading years, months and periods in a cell. Does not belong here: years in the name of a column
(``sources.readers.header``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sources.french import MONTHS, plural, typographic
from sources.model import Layout, YearRule
from sources.problems import Problem, quoted
from sources.readers.text import TextTable

if TYPE_CHECKING:
    import polars as pl

# 2024-12, 202412, 2024-12-31, 2024-12-31T00:00:00; then 31/12/2024 and 12/2024.
_ISO = r"^((?:19|20)[0-9]{2})[-/.]?(0[1-9]|1[0-2])(?:[-/.]?[0-9]{2})?(?:[T ].*)?$"
_FRENCH = r"^(?:[0-9]{1,2}[-/.])?(0?[1-9]|1[0-2])[-/.]((?:19|20)[0-9]{2})(?: .*)?$"
# « décembre 2024 », « déc. 2024 »: read without accents.
_NAMED = r"^([a-z]{3,})\.?[ -]((?:19|20)[0-9]{2})$"
_FIRST = r"^((?:19|20)[0-9]{2})(?:\D|$)"
_LAST = r"^(?:(?:19|20)[0-9]{2}\D+)?((?:19|20)[0-9]{2})$"


def with_years(table: TextTable, frame: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, list[Problem]]:
    """Add ``_row_year``, and ``_other_month``: the month of a row that is not of the reference one.

    A row of another month is outside; a cell that holds no year, or no month where one is declared, is a
    problem.

    Args:
        table: The file read, for the problems.
        frame: Its rows, with ``_line`` and ``_outside``.
        layout: Declares the column and the writing of the year.

    Returns:
        The rows with both columns (``_row_year`` null where no column holds a year), and the problems met.
    """
    import polars as pl

    rules = {rule.column: rule for rule in (layout.year, *(c.year for c in layout.columns.values())) if rule}
    named = sorted(column for column in rules if column)
    if not named:
        none = pl.lit(None, pl.Int32)
        return frame.with_columns(_row_year=none, _other_month=pl.lit(None, pl.String)), []
    column = named[0]
    rule = rules[column]
    year, month = _read(pl.col(column), rule)
    frame = frame.with_columns(_row_year=year, _month=month)
    bad = frame.filter(pl.col("_row_year").is_null()).select("_line", column)
    other = pl.col("_month") != rule.month if rule.month else pl.lit(False)
    frame = frame.with_columns(
        _other_month=pl.when(other).then(
            pl.format("{}-{}", "_row_year", pl.col("_month").cast(pl.String).str.zfill(2))
        ),
        _outside=pl.col("_outside") | other.fill_null(False),
    ).drop("_month")
    return frame, [
        Problem(
            file=table.file,
            line=line,
            column=column,
            found=quoted(text) if text else "une cellule vide",
            expected=expected_date(rule),
            advice="Vérifiez la ligne dans le fichier du producteur.",
        )
        for line, text in bad.iter_rows()
    ]


def expected_date(rule: YearRule) -> str:
    """Return what a cell of the column of a rule must hold, in words."""
    return "une date avec son année et son mois" if rule.month else "une année à quatre chiffres"


def _read(cell: pl.Expr, rule: YearRule) -> tuple[pl.Expr, pl.Expr]:
    """Return the year and the month of a cell; no month where none is declared."""
    import polars as pl

    if rule.month is None:
        year = cell.str.extract(_LAST if rule.last else _FIRST, 1)
        return year.cast(pl.Int32, strict=False) + rule.offset, pl.lit(None, pl.Int32)
    plain = cell.str.to_lowercase().str.normalize("NFD").str.replace_all(r"\p{M}", "")
    named = plain.str.extract(_NAMED, 1).replace_strict(_month_names(), default=None, return_dtype=pl.String)
    year = pl.coalesce(cell.str.extract(_ISO, 1), cell.str.extract(_FRENCH, 2), plain.str.extract(_NAMED, 2))
    month = pl.coalesce(cell.str.extract(_ISO, 2), cell.str.extract(_FRENCH, 1), named)
    # Of what month is a row whose month has no such name? Of none: its cell is no date.
    return pl.when(month.is_not_null()).then(year).cast(pl.Int32, strict=False), month.cast(
        pl.Int32, strict=False
    )


@cache
def _month_names() -> dict[str, str]:
    """Return the number of each month by its name and its short forms, without accents."""
    plain = [month.replace("é", "e").replace("û", "u") for month in MONTHS]
    return {
        name[:size]: str(number)
        for number, name in enumerate(plain, 1)
        for size in range(3, len(name) + 1)
        if sum(other.startswith(name[:size]) for other in plain) == 1
    }


def years_of(texts: pl.Series, rule: YearRule) -> list[int]:
    """Return the reference years of the cells of a column, those of another month left out."""
    import polars as pl

    year, month = _read(pl.col("cell"), rule)
    frame = pl.DataFrame({"cell": texts.unique().cast(pl.String)}).select(year=year, month=month)
    if rule.month and (frame["month"] == rule.month).any():
        frame = frame.filter(pl.col("month") == rule.month)
    return sorted(frame["year"].drop_nulls().to_list())


def said_months(rows: pl.DataFrame, layout: Layout) -> list[str]:
    """Say which months were set aside, and how many rows of each file they make."""
    import polars as pl

    other = rows.filter(pl.col("_other_month").is_not_null())
    if not other.height or layout.year.month is None:
        return []
    listed = months_in_words(other["_other_month"])
    count = plural(other.height, "ligne")
    wanted = MONTHS[layout.year.month - 1]
    return [typographic(f"Mis de côté, d’un autre mois que {wanted} : {count} ({listed}).")]


def months_in_words(months: pl.Series) -> str:
    """Return « juin 2025, juillet 2025 » for cells such as ``2025-06``, six at most."""
    found = [text.split("-") for text in months.unique().sort()]
    words = [f"{MONTHS[int(month) - 1]} {year}" for year, month in found[:6]]
    return ", ".join([*words, "…"] if len(found) > 6 else words)
