"""The local layer checked by a pandera schema, derived from the declarations its templates come from.

Belongs here: what each column of each file may hold, and that no line is given twice. Does not belong here:
the reading of the files (``sources.local``), the declarations themselves (``sources.local.model``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from indicators.rules import Rule, validate
from sources.local import SECTIONS
from sources.local.model import Section
from sources.local.reading import LocalLayer
from sources.problems import Problem, ValidationFailed, quoted

if TYPE_CHECKING:
    import polars as pl

_BOUNDS: Mapping[str, tuple[Callable[[pl.Expr, Any], pl.Expr], str]] = {
    "minimum": (lambda cell, limit: cell >= limit, "au moins {}"),
    "maximum": (lambda cell, limit: cell <= limit, "au plus {}"),
    "minLength": (lambda cell, limit: cell.str.len_chars() >= limit, "au moins {} caractère"),
    "maxLength": (lambda cell, limit: cell.str.len_chars() <= limit, "au plus {} caractères"),
    "pattern": (lambda cell, shape: cell.str.contains(shape), "un texte de la forme {}"),
    "enum": (lambda cell, words: cell.is_in(words), "l’une des valeurs {}"),
}
"""What each keyword of a JSON schema asks of a cell, and how to say it."""


def validate_local(layer: LocalLayer) -> None:
    """Check every line of the local layer, file by file.

    Args:
        layer: what was read.

    Raises:
        ValidationFailed: naming file, line and column of every fault.
    """
    problems: list[Problem] = []
    for section in SECTIONS.values():
        try:
            _validate(section, layer)
        except ValidationFailed as failure:
            problems += failure.problems
    if problems:
        raise ValidationFailed(problems)


def _validate(section: Section, layer: LocalLayer) -> None:
    import polars as pl

    lines = layer.of(section.name)
    if not lines:
        return
    types = _types(section)
    columns = {"_file": pl.String(), "_line": pl.Int64(), **{name: kind for name, (kind, _) in types.items()}}
    rows = [(line.file, line.line, *(getattr(line.row, name) for name in types)) for line in lines]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    rules = [
        _rule(name, keyword, limit)
        for name in section.columns
        for keyword, limit in sorted(section.declared(name).items())
        if keyword in _BOUNDS
    ]
    validate(
        frame,
        types,
        section.key,
        rules,
        lambda row: (row["_file"], row["_line"], None),
        lambda row: " ; ".join(str(row[name]) for name in section.key if row[name] is not None),
    )


def _types(section: Section) -> dict[str, tuple[Any, bool]]:
    """Return the type of each column, and whether it may be empty."""
    import polars as pl

    kinds = {"string": pl.String(), "integer": pl.Int64(), "number": pl.Float64()}
    declared = {name: section.declared(name) for name in section.columns}
    return {name: (kinds[told.get("type", "string")], told["empty"]) for name, told in declared.items()}


def _rule(column: str, keyword: str, limit: Any) -> Rule:  # noqa: ANN401 - whatever the schema holds
    import polars as pl

    test, words = _BOUNDS[keyword]
    said = " ou ".join(map(quoted, limit)) if keyword == "enum" else str(limit)
    return Rule(
        f"{column} {keyword}",
        # An empty cell is the business of the column's type.
        test(pl.col(column), limit).fill_null(True),
        lambda row: f"{quoted(row[column])}, colonne {quoted(column)}",
        lambda _: words.format(said),
    )
