"""Which columns of a file hold which of our variables, for which reference year."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from sources.model import Dataset
from sources.problems import Problem

_PLACEHOLDER = re.compile(r"\\\{(yy|yyyy)\\\}")


@dataclass(frozen=True)
class Match:
    """One producer's column holding one variable."""

    column: str
    variable: str
    """May still hold ``{dimension}`` tokens."""
    year: int | None
    """Reference year, or None when it is unstated or comes from the row."""
    year_from_row: bool


def full_year(digits: str) -> int:
    """Return the four-digit year of ``22`` or ``2022``; two digits are read in 1951-2050."""
    value = int(digits)
    if len(digits) == 4:
        return value
    return 2000 + value if value <= 50 else 1900 + value


def column_pattern(name: str) -> re.Pattern[str]:
    """Compile a declared column name, ``{yy}`` or ``{yyyy}`` standing for a year."""
    digits = {"yy": r"(?P<year>\d{2})", "yyyy": r"(?P<year>\d{4})"}
    return re.compile(_PLACEHOLDER.sub(lambda m: digits[m.group(1)], re.escape(name)))


def match_columns(
    file: str, columns: tuple[str, ...], dataset: Dataset, edition: int, *, partial: bool = False
) -> tuple[list[Match], list[Problem]]:
    """Find the declared variables of a dataset in the header of a file.

    Args:
        file: Name of the file, for messages.
        columns: Header names as read.
        dataset: The declaration.
        edition: Edition year of the file, for columns whose year derives from it.
        partial: Do not require any column (used to recognise a file by its header).

    Returns:
        The matches, and one problem per required column that is absent (with the nearest name found).
    """
    matches: list[Match] = []
    missing: list[tuple[str, str]] = []
    for variable, column in dataset.layout.columns.items():
        rule = dataset.year_rule(column)
        found: dict[int | None, Match] = {}
        for name in column.column:
            pattern = column_pattern(name)
            for candidate in columns:
                hit = pattern.fullmatch(candidate)
                if hit is None:
                    continue
                if rule.source == "header":
                    year = full_year(hit["year"]) + rule.offset if "year" in pattern.groupindex else None
                elif rule.source == "edition":
                    year = edition + rule.offset
                else:
                    year = None
                # Names are ordered: the current one wins over those it replaced.
                found.setdefault(year, Match(candidate, variable, year, rule.source == "column"))
        matches.extend(found.values())
        if not found and column.required and not partial:
            missing.append((variable, column.column[0]))
    return matches, [_missing(file, dataset, variable, name, columns, edition) for variable, name in missing]


def _missing(
    file: str, dataset: Dataset, variable: str, name: str, columns: tuple[str, ...], edition: int
) -> Problem:
    shown = name.replace("{yyyy}", str(edition)).replace("{yy}", f"{edition % 100:02d}")
    near = difflib.get_close_matches(shown, columns, n=1, cutoff=0.7)
    advice = (
        f"Si le producteur a renommé cette colonne, ajoutez son nouveau nom à {dataset.id}.yaml ({variable})."
    )
    return Problem(
        file=file,
        line=dataset.layout.header_row,
        column=shown,
        found=f"aucune colonne de ce nom (la plus proche est « {near[0]} »)"
        if near
        else "aucune colonne de ce nom",
        expected=f"la colonne « {shown} » ({dataset.layout.columns[variable].label})",
        advice=advice,
    )
