"""What is held for review: its place, what was found, what was expected, why; and its stable identifier."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from indicators.plausibility.coded import Coded
from sources.french import number, typographic

if TYPE_CHECKING:
    import polars as pl

Rule = Literal[
    "coverage",
    "identical",
    "repeated",
    "revised",
    "magnitude",
    "spread",
    "peers",
    "shifted",
    "swapped",
    "duplicated",
    "emptied",
    "unsecret",
    "hidden",
    "range",
    "order",
    "quotient",
    "whole",
    "time",
    "total",
    "twin",
    "year",
    "mark",
    "cut",
    "protects",
]

Words = Callable[[Mapping[str, Any]], tuple[str, str, str]]
"""What was found, what was expected and why, of a row."""

RULES: dict[Rule, str] = {
    "coverage": "territoires absents",
    "identical": "identique à un autre millésime",
    "repeated": "année qui en répète une autre",
    "revised": "révision inattendue",
    "magnitude": "ordre de grandeur",
    "spread": "évolutions trop inégales",
    "peers": "rangs bouleversés",
    "shifted": "codes décalés",
    "swapped": "chiffres échangés",
    "duplicated": "chiffres en double",
    "emptied": "colonne vidée",
    "unsecret": "secret devenu zéro",
    "hidden": "caché après avoir été diffusé",
    "range": "hors des valeurs plausibles",
    "order": "ordre des déciles",
    "quotient": "rapport incohérent",
    "whole": "effectif non entier",
    "time": "évolution invraisemblable",
    "total": "total différent de ses parties",
    "twin": "autre chiffre dans un autre fichier",
    "year": "années inattendues",
    "mark": "marque inconnue",
    "cut": "fin de fichier",
    "protects": "caché pour en protéger d’autres",
}
"""What an agent reads for each rule."""

HARD: frozenset[Rule] = frozenset({"range", "order", "whole"})
"""Rules that no reason makes right: what they hold is corrected at its source or set aside."""

SHOWN: frozenset[Rule] = frozenset({"repeated"})
"""Rules that ask a question of figures their file itself dates: a candidate holds them, nobody publishes them
without an answer."""

CELLS = 12
"""Cells of one column that one rule holds one by one; beyond, the column is held."""

COLUMNS = 3
"""Columns one rule holds one by one, when they are most of those of the file; beyond, the file is held."""

WHOLE_FILE: frozenset[str] = frozenset(
    {"shifted", "peers", "magnitude", "spread", "identical", "repeated", "emptied"}
)
"""Rules whose columns put together speak of the whole file."""


TOLD_BY_COLUMN: frozenset[str] = frozenset({"time", "range"})
"""Rules whose cells add nothing when their column is held."""


class Source(TypedDict):
    """Fields of a finding that name its file."""

    extract: str
    dataset: str
    file: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing held for review: a cell, a row (no ``variable``), a column (no ``code``), a file."""

    rule: Rule
    extract: str
    dataset: str
    file: str
    level: str | None = None
    perimeter: str | None = None
    code: str | None = None
    variable: str | None = None
    millesime: int | None = None
    line: int | None = None
    column: str | None = None
    found: str
    expected: str
    why: str
    mark: str | None = None
    """Text of the cells, for an unknown mark."""

    @property
    def id(self) -> str:
        """Identifier that a second reading of the same bytes finds again."""
        place = (self.extract, self.dataset, self.rule, self.level, self.perimeter, self.code)
        # The column of the codes only says where to look.
        column = self.column if self.variable is not None else None
        key = "|".join(str(part) for part in (*place, self.variable, self.millesime, self.mark or column))
        return hashlib.sha256(key.encode()).hexdigest()[:10]

    @property
    def scope(self) -> Literal["cell", "row", "column", "file"]:
        """What is withheld with it."""
        if self.code is not None:
            return "row" if self.variable is None else "cell"
        return "column" if self.variable is not None else "file"


def told(
    rule: Rule,
    rows: pl.DataFrame,
    file: str,
    words: Words,
    *,
    cells: bool = True,
) -> list[Finding]:
    """Return the findings of a rule, those of many cells as one column.

    Args:
        rule: the rule.
        rows: rows it holds: observations when ``cells``, else one row per column.
        file: name of the file.
        words: what was found, what was expected and why, of a row.
        cells: whether a row is a cell.
    """
    import polars as pl

    if rows.is_empty():
        return []
    column = ["variable", "level", "perimeter", "millesime", "column"]
    if cells:
        rows = rows.sort("line", "column", "variable").with_columns(
            _count=pl.len().over(column), _lines=pl.col("line").cast(pl.String).head(5).implode().over(column)
        )
        many = pl.col("_count") > CELLS
        rows = rows.filter(~many | (pl.int_range(pl.len()).over(column) == 0))
    result = []
    for row in rows.iter_rows(named=True):
        found, expected, why = (typographic(text) for text in words(row))
        whole = not cells or row["_count"] > CELLS
        if cells and whole:
            found = f"{number(row['_count'])} cellules (lignes {', '.join(row['_lines'])}…), dont {found}"
        result.append(
            Finding(
                rule=rule,
                extract=row["extract"],
                dataset=row["dataset"],
                file=file,
                level=row["level"],
                perimeter=row["perimeter"],
                code=None if whole else row["code"],
                variable=row["variable"],
                millesime=row["millesime"],
                line=row["line"] if cells else None,
                column=row["column"],
                found=found,
                expected=expected,
                why=why,
            )
        )
    return result


def gathered(findings: Iterable[Finding], columns: Counter[tuple[str | None, str | None]]) -> list[Finding]:
    """Return the findings of one file, those of most of its columns as one file.

    A reader decides ten things, not four hundred; what holds a column says nothing more of its cells.

    Args:
        findings: everything found in one file.
        columns: number of columns (variable and year) of each level and perimeter.
    """
    unique = list({one.id: one for one in reversed(list(findings))}.values())[::-1]
    # Columns that are all moved explain what is odd in them, but for what no reason makes right.
    moved = {(one.level, one.perimeter) for one in unique if one.rule == "swapped" and one.scope == "file"}
    apart = HARD | {"mark"}
    # One question for a column: emptied, its figures are all hidden.
    emptied = {_column(one) for one in unique if one.rule == "emptied"}
    unique = [
        one
        for one in unique
        if ((one.level, one.perimeter) not in moved or one.variable is None or one.rule in apart)
        and not (one.rule == "hidden" and _column(one) in emptied)
    ]
    # Moves are unequal and ranks upset because of some lines, which are to be named.
    quiet = ("identical", "repeated", "emptied", "spread", "peers", *TOLD_BY_COLUMN)
    wide = {_column(one) for one in unique if one.scope == "column" and one.rule not in quiet}
    by_file: dict[tuple[Any, ...], list[Finding]] = defaultdict(list)
    result: list[Finding] = []
    for one in unique:
        if one.scope == "column" and one.rule in WHOLE_FILE:
            by_file[one.rule, one.level, one.perimeter].append(one)
        elif one.scope != "cell" or one.rule not in TOLD_BY_COLUMN or _column(one) not in wide:
            result.append(one)
    for (_, level, perimeter), held in by_file.items():
        most = len(held) > COLUMNS and 2 * len(held) > columns[level, perimeter]
        result += [as_file(held)] if most else held
    return result


def located(findings: Sequence[Finding], rows: Coded, codes: str) -> list[Finding]:
    """Return findings with the first line they are about, and the column of the codes where none is named.

    Args:
        findings: those of one file.
        rows: those of the file.
        codes: name of the column of its codes.
    """
    import polars as pl

    if all(one.line is not None for one in findings):
        return [replace(one, column=one.column or codes) for one in findings]
    names = ("level", "perimeter", "variable", "millesime")
    first: dict[tuple[Any, ...], int] = {}
    lines = rows.cells.group_by("of").agg(pl.col("line").min())
    for *place, line in lines.join(rows.columns, on="of").select(*names, "line").iter_rows():
        for known in range(len(names) + 1):
            key = (*place[:known], *[None] * (len(names) - known))
            first[key] = min(first.get(key, line), line)
    result = []
    for one in findings:
        key = (one.level, one.perimeter, one.variable, one.millesime)
        line = one.line if one.line is not None else first.get(key)
        result.append(replace(one, line=line, column=one.column or codes))
    return result


def _column(one: Finding) -> tuple[Any, ...]:
    return one.variable, one.level, one.perimeter, one.millesime


def as_file(columns: Sequence[Finding]) -> Finding:
    """Return one finding on the whole level of a file in place of those of its columns.

    Args:
        columns: those of one rule, level and perimeter.
    """
    first = columns[0]
    names = ", ".join(dict.fromkeys(f.column or "" for f in columns))
    names = names if len(names) < 120 else names[:119] + "…"
    found = f"{len(columns)} colonnes, dont {first.column} : {first.found}"
    return replace(first, variable=None, millesime=None, line=None, column=names, found=typographic(found))


FINDING: tuple[str, ...] = tuple(field.name for field in fields(Finding))
"""Names of the fields of a finding."""


def frame_of(findings: Iterable[Finding]) -> pl.DataFrame:
    """Return findings as a frame: ``id`` then the fields of :class:`Finding`.

    Returns:
        One row per finding, in the order given; years and lines as ``Int32``, all else text.
    """
    import polars as pl

    kinds = {"millesime": pl.Int32, "line": pl.Int32}
    schema = {"id": pl.String, **{name: kinds.get(name, pl.String) for name in FINDING}}
    return pl.DataFrame([{"id": one.id, **asdict(one)} for one in findings], schema=schema)
