"""Rows of a file to territories, years and dimension values, before any figure is read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sources.model import Layout, TerritoryRule
from sources.problems import Problem, quoted
from sources.readers.header import column_of
from sources.readers.naming import variants
from sources.readers.text import TextTable, note_below
from sources.readers.years import with_years
from sources.vocabulary import Level, code_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from sources.readers.account import KnownTerritories, Scope

_OURS = ("level", "code", "perimeter")
"""Columns of ours that a producer's may be called."""
_MAX_KEY = 1 << 64
_ENOUGH = 5
"""How many codes tell départements from régions: two neighbours may well bear numbers of régions."""


def code_rows(
    table: TextTable, layout: Layout, territories: KnownTerritories, scope: Scope = "territory"
) -> tuple[pl.DataFrame, list[Problem]]:
    """Add ``level``, ``code``, ``perimeter``, ``_row_year``, ``_dim_*``, ``_zero`` and ``_outside``.

    A row is outside when its code is well formed but not followed by the barometer, when a dimension declared
    ``ignore`` has a value of no interest, or when it is of another month than the reference one
    (``_other_month``). A row of labels under the header is left out. A malformed code, an unlisted dimension
    value or an unreadable year is a problem, never a dropped row.

    Args:
        table: The producer's rows, all text.
        layout: Where the code, the year and the dimensions are.
        territories: Those the barometer follows.
        scope: ``territory`` keeps them alone inside, ``france`` every well formed code.

    Returns:
        The rows of the file with the columns above, in its order, and the problems met.
    """
    import polars as pl

    distinct = _distinct(table, layout)
    if distinct is not None:
        rows, held = distinct
        coded, problems = _code_rows(replace(table, frame=held), layout, territories, scope)
        if not problems and coded.height == held.height:
            ours = [name for name in coded.columns if name in _OURS or name not in held.columns]
            rows = rows.drop(ours, strict=False)
            added = coded.select("_key", *ours)
            return rows.join(added, on="_key", how="left", maintain_order="left").drop("_key"), []
    # Each row at fault is told, not the first of its kind.
    coded_ones = [
        name for name, kind in table.frame.schema.items() if kind == pl.Categorical and name not in _OURS
    ]
    texts = table.frame.with_columns(pl.col(pl.Categorical).cast(pl.String))
    every, problems = _code_rows(replace(table, frame=texts), layout, territories, scope)
    # All pieces of a file have columns of the same kinds.
    return every.with_columns(every[name].cast(pl.Categorical) for name in coded_ones), problems


def _distinct(table: TextTable, layout: Layout) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Return the rows of a long file with a number in ``_key``, and one row of texts for each number.

    Returns:
        None where what tells the territory and the year of a row is not coded: rows differ by it.
    """
    import polars as pl

    frame, key, size = table.frame, layout.territory, 1
    names = {column_of(key.column or (), table.columns), layout.year.column}
    names |= {column.year.column for column in layout.columns.values() if column.year}
    names |= {name for rule in key.rules for name in rule.where}
    names |= {dimension.column for dimension in layout.dimensions.values()}
    held = sorted(name for name in names if name is not None)
    if not frame.height or any(frame.schema[name] != pl.Categorical for name in held):
        return None
    number = pl.lit(0, pl.UInt64)
    for name in held:
        code = frame[name].to_physical()
        # Never null: an empty cell is a text.
        size *= (several := int(str(code.max())) + 1)
        number = number * several + pl.col(name).to_physical().cast(pl.UInt64)
    if size > _MAX_KEY:
        return None
    rows = frame.with_columns(_key=number)
    texts = [pl.col(name).cast(pl.String) for name in held]
    first = rows.select("_line", "_key", *held).unique("_key", keep="first", maintain_order=True)
    return rows, first.with_columns(texts)


def _code_rows(
    table: TextTable, layout: Layout, territories: KnownTerritories, scope: Scope
) -> tuple[pl.DataFrame, list[Problem]]:
    import polars as pl

    frame, problems = _territory(_without_labels(table, layout), layout)
    frame = frame.with_columns(_refused=pl.lit(False), _mapped=pl.lit(False))
    if scope == "territory":
        followed = {level.value: territories.known(level) for level in Level}
        known = pl.DataFrame(
            [(level, code) for level, codes in followed.items() for code in sorted(codes)],
            schema={"level": pl.String, "code": pl.String},
            orient="row",
        ).with_columns(_known=True)
        frame = frame.join(known, on=["level", "code"], how="left", maintain_order="left").with_columns(
            _outside=pl.col("_outside") | pl.col("_known").is_null()
        )
    frame, dimension_problems = _dimensions(table, frame, layout)
    frame, year_problems = with_years(table, frame, layout)
    return frame, [*problems, *dimension_problems, *year_problems]


def _without_labels(table: TextTable, layout: Layout) -> TextTable:
    """Leave out the first row when it only spells the names of the columns: it has no code and no digit."""
    column = column_of(layout.territory.column or (), table.columns)
    if column is None or not table.frame.height or not _first(table, layout):
        return table
    first = table.frame.row(0, named=True)
    code = first[column]
    if any(re.fullmatch(rule.match, code) for rule in layout.territory.rules) or any(map(str.isdigit, code)):
        return table
    read = {name for one in layout.columns.values() for name in one.column} & set(first)
    # A figure beside it makes it a row of data with a faulty code.
    if not read or any(re.fullmatch(r"[-+]?\d[\d\s.,]*", first[name]) for name in read):
        return table
    return replace(table, frame=table.frame.slice(1))


def _first(table: TextTable, layout: Layout) -> bool:
    """Whether a table begins just below the header, and not in the middle of a long file."""
    above = table.above.count("\n") + 1 if table.above else 0
    return int(table.frame["_line"][0]) <= max(above + 1, layout.header_row) + layout.units_rows + 1


def _territory(table: TextTable, layout: Layout) -> tuple[pl.DataFrame, list[Problem]]:
    import polars as pl

    key = layout.territory
    if key.fixed is not None:
        return table.frame.with_columns(
            level=pl.lit(key.fixed.level.value),
            code=pl.lit(key.fixed.code),
            perimeter=pl.lit(key.fixed.perimeter.value if key.fixed.perimeter else None, pl.String),
            _outside=pl.lit(False),
        ), []
    # The same cell (« 32 ») may be a région or a département: what names the table decides.
    named, how = "\n".join((*variants(table.file), table.above)), re.MULTILINE | re.IGNORECASE
    rules = [rule for rule in key.rules if rule.file is None or re.search(rule.file, named, how)]
    column = str(column_of(key.column or (), table.columns))
    cell = pl.col(column)
    rules = [r for r in rules if r.beside is None or table.frame[column].str.contains(_whole(r.beside)).any()]

    def read(rule: TerritoryRule) -> pl.Expr:
        whole = _whole(rule.match)
        code = pl.lit(rule.code) if rule.code else pl.coalesce(cell.str.extract(whole, 1), cell)
        official = None if rule.outside else code_pattern(rule.level, rule.perimeter)
        holds = [cell.str.contains(whole)]
        holds += [code.str.contains(_whole(official))] if official else []
        holds += [pl.col(name).str.contains(f"^(?:{pattern})$") for name, pattern in rule.where.items()]
        return pl.when(pl.all_horizontal(holds)).then(
            pl.struct(
                _outside=pl.lit(rule.outside),
                level=pl.lit(rule.level.value),
                code=code,
                perimeter=pl.lit(rule.perimeter.value if rule.perimeter else None, pl.String),
            )
        )

    gated = [rule for rule in key.rules if rule.file and not rule.outside]
    if not rules:
        empty = {name: pl.lit(None, pl.String) for name in ("level", "code", "perimeter")}
        return table.frame.with_columns(_outside=pl.lit(False), **empty), [_unnamed(table.file, layout)]
    # The producer's column may be called « code », which ours is about to replace.
    frame = table.frame.with_columns(
        pl.coalesce([read(rule) for rule in rules]).alias("_territory"), _cell=cell
    ).with_columns(
        _outside=pl.col("_territory").struct.field("_outside"),
        level=pl.col("_territory").struct.field("level"),
        code=pl.col("_territory").struct.field("code"),
        perimeter=pl.col("_territory").struct.field("perimeter"),
    )
    bad = frame.filter(pl.col("level").is_null()).select("_line", "_cell")
    levels = ", ".join(
        sorted({f"{r.level.label}, {r.perimeter.label}" if r.perimeter else r.level.label for r in rules})
    )
    advice = "Vérifiez que la ligne est complète et que le fichier est bien celui du producteur."
    if gated and not any(rule in rules for rule in gated):
        read_at = ", ".join(sorted({rule.level.label for rule in gated}))
        advice = f"Ce fichier n’est d’aucun des échelons lus : reprenez-le à l’un d’eux ({read_at})."
    problems = [
        Problem(
            file=table.file,
            line=line,
            column=column,
            found=quoted(text) if text else "une cellule vide",
            expected=f"un code de territoire ({levels})",
            advice=spoiled_code(text, column, rules) or advice,
        )
        for line, text in bad.iter_rows()
    ]
    problems += _of_another_level(table.file, frame, column)
    return frame.drop("_territory", "_cell"), problems


def _whole(pattern: str) -> str:
    # Digits are 0 to 9: another script's would make a code that nobody knows.
    return "^(?:" + pattern.replace(r"\d", "[0-9]") + ")$"


def _of_another_level(file: str, frame: pl.DataFrame, column: str) -> list[Problem]:
    """Find a file of régions given as one of départements: all its codes are those of régions."""
    import polars as pl

    codes = frame.filter(pl.col("level") == Level.DEPARTEMENT.value)
    regions = _whole(str(code_pattern(Level.REGION, None)))
    if codes["code"].n_unique() < _ENOUGH or not codes["code"].str.contains(regions).all():
        return []
    found = f"des codes qui sont tous de régions ({', '.join(codes['code'].unique().sort()[:6])}…)"
    advice = "Rendez au fichier le nom que lui a donné le producteur."
    return [Problem(file, int(codes["_line"][0]), column, found, "des codes de départements", advice)]


def _unnamed(file: str, layout: Layout) -> Problem:
    """Say that only the file's name tells the level of its codes, and that this one does not."""
    levels = dict.fromkeys(rule.level.label for rule in layout.territory.rules if rule.file)
    return Problem(
        file=file,
        line=None,
        column=None,
        found="un nom de fichier qui ne dit pas de quels territoires il s’agit",
        expected=f"le nom du producteur, qui dit lesquels ({', '.join(levels)})",
        advice="Rendez au fichier le nom que lui a donné le producteur.",
    )


def spoiled_code(text: str, column: str, rules: Iterable[TerritoryRule]) -> str | None:
    """Return what to do of a code that a spreadsheet has spoiled, or that a file put under another repeats.

    Args:
        text: the cell.
        column: name of its column.
        rules: what the codes of its file may be.
    """
    if text.isdigit() and any(re.fullmatch(rule.match, f"0{text}") for rule in rules if not rule.outside):
        return f"Le zéro initial a sans doute été perdu dans un tableur (0{text}) : reprenez l’original."
    if re.fullmatch(r"[0-9]+\.0|[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,2}", text):
        return "Le code a été lu comme un nombre dans un tableur : reprenez le fichier du producteur."
    if text == column:
        return (
            "L’en-tête revient au milieu du fichier : deux fichiers ont sans doute été mis bout à bout. "
            "Déposez-les séparément, tels que le producteur les donne."
        )
    return note_below(text)


def _dimensions(table: TextTable, frame: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, list[Problem]]:
    import polars as pl

    problems: list[Problem] = []
    frame = frame.with_columns(_zero=pl.lit(False))
    for name, dimension in layout.dimensions.items():
        token = f"_dim_{name}"
        frame = frame.with_columns(
            pl.col(dimension.column)
            .replace_strict(dimension.values, default=None, return_dtype=pl.String)
            .alias(token)
        )
        if dimension.others == "zero":
            first = next(iter(dimension.values.values()))
            frame = frame.with_columns(
                _zero=pl.col("_zero") | pl.col(token).is_null(), **{token: pl.col(token).fill_null(first)}
            )
            continue
        if dimension.others == "ignore":
            frame = frame.with_columns(_outside=pl.col("_outside") | pl.col(token).is_null())
            continue
        problems += [
            Problem(
                file=table.file,
                line=line,
                column=dimension.column,
                found=quoted(text),
                expected="l’une des valeurs " + ", ".join(f"« {value} »" for value in dimension.values),
                advice="Vérifiez le fichier ; une valeur nouvelle se déclare au catalogue.",
            )
            for line, text in frame.filter(pl.col(token).is_null())
            .select("_line", dimension.column)
            .iter_rows()
        ]
    return frame, problems
