"""Which columns of a file hold which of our variables, for which reference year."""

from __future__ import annotations

import difflib
import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sources.model import Column, Dataset, Layout, YearRule
from sources.problems import Problem, quoted

_PLACEHOLDER = re.compile(r"\\\{(yy|yyyy)\\\}")
_DIGIT = re.compile(r"\d")


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


@functools.cache
def column_pattern(name: str) -> re.Pattern[str]:
    """Compile a declared column name, ``{yy}`` or ``{yyyy}`` standing for a year."""
    digits = {"yy": r"(?P<year>\d{2})", "yyyy": r"(?P<year>\d{4})"}
    return re.compile(_PLACEHOLDER.sub(lambda m: digits[m.group(1)], re.escape(name)))


def renamed(cells: Iterable[str], layout: Layout) -> list[str]:
    """Return the names of a header as the layout has them: labels replaced, and the case put back.

    Args:
        cells: A header as read.
        layout: The declaration. A name in another case than its own (a database or a portal writes all of
            them in one), or with other spaces or apostrophes, is its name, unless the header has it twice so.
    """
    names = {_folded(label): name for label, name in layout.aliases.items()}
    found = [names.get(_folded(cell), cell) for cell in cells]
    blind = _case_blind(declared_names(layout))
    longest = max(map(len, blind), default=0)
    recased = [_recased(cell, blind) if len(cell) <= 2 * longest else cell for cell in found]
    many = Counter(recased)
    return [new if many[new] == 1 else cell for cell, new in zip(found, recased, strict=True)]


def declared_names(layout: Layout) -> tuple[str, ...]:
    """Return every name a layout has for a column, ``{yyyy}`` standing for a year in some."""
    territory, columns = layout.territory, layout.columns.values()
    rules = (layout.year, *(column.year for column in columns))
    names = [*(territory.column or ()), *(territory.label or ()), *layout.needs, *layout.flags]
    names += layout.since
    names += [name for rule in territory.rules for name in rule.where]
    names += [dimension.column for dimension in layout.dimensions.values()]
    names += [name for column in columns for name in (*column.column, *column.where)]
    told = [territory.communes, layout.edition_column, *(column.note for column in columns)]
    told += [rule.column for rule in rules if rule]
    return tuple(dict.fromkeys([*names, *filter(None, told)]))


@functools.cache
def _case_blind(names: tuple[str, ...]) -> Mapping[str, list[str]]:
    """Return names by what is left of them without case nor digits, those without a year first.

    Those that differ by their case alone are left out.
    """
    many = Counter(map(_folded, names))
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: ("{yy}" in name, "{yyyy}" in name)):
        if many[_folded(name)] == 1:
            found.setdefault(_blank(name.replace("{yyyy}", "0000").replace("{yy}", "00")), []).append(name)
    return found


def _folded(name: str) -> str:
    """Return a name without its case, nor the kind of its spaces and apostrophes: « 60 % » has several."""
    return " ".join(name.split()).replace("’", "'").casefold()


def _blank(name: str) -> str:
    return _DIGIT.sub("0", _folded(name))


def _recased(cell: str, blind: Mapping[str, list[str]]) -> str:
    """Return the declared name that a cell is, but for its case; the cell itself where it is none."""
    for name in blind.get(_blank(cell), ()):
        if hit := column_pattern(_folded(name)).fullmatch(_folded(cell)):
            year = hit.groupdict().get("year", "")
            return name.replace("{yyyy}", year).replace("{yy}", year)
    return cell


def column_of(names: Iterable[str], columns: Iterable[str]) -> str | None:
    """Return the column a list of declared names gives: the first one there is, the latest of several years.

    Args:
        names: Declared names, preferred first; ``{yyyy}`` stands for a year.
        columns: Names of a header.
    """
    present = list(columns)
    for name in names:
        if "{" not in name:
            if name in present:
                return name
            continue
        pattern = column_pattern(name)
        if found := [column for column in present if pattern.fullmatch(column)]:
            return max(found)
    return None


def needed_columns(layout: Layout, header: Iterable[str]) -> set[str]:
    """Return the columns of a header that the layout may read; the others need not be held in memory.

    A layout whose columns are found by their label, or by the values of dimensions, may read any.
    """
    # Ours start with an underscore: a producer's column cannot take their place.
    names = {name for name in header if not name.startswith("_")}
    if any(column.where or column.meta for column in layout.columns.values()):
        return names
    patterns = [column_pattern(name) for name in declared_names(layout)]
    return {name for name in names if any(pattern.fullmatch(name) for pattern in patterns)}


def coded_columns(layout: Layout, header: Iterable[str]) -> set[str]:
    """Return the columns of a long layout that repeat few values: all but those of figures."""
    columns = layout.columns.values()
    if not any(column.where for column in columns):
        return set()
    patterns = [column_pattern(name) for column in columns for name in column.column]
    return {name for name in header if not any(pattern.fullmatch(name) for pattern in patterns)}


def match_columns(
    file: str,
    columns: tuple[str, ...],
    dataset: Dataset,
    edition: int,
    *,
    partial: bool = False,
    dated: bool = True,
    labels: Mapping[str, str] | None = None,
) -> tuple[list[Match], list[Problem]]:
    """Find the declared variables of a dataset in the header of a file.

    Args:
        file: Name of the file, for messages.
        columns: Header names as read.
        dataset: The declaration.
        edition: Edition year of the file, for columns whose year derives from it.
        partial: Do not require any column (used to recognise a file by its header).
        dated: The edition is known: a file without a column of its own year is at fault.
        labels: Label of each column, from the file's own description: finds the columns whose name is not
        known.

    Returns:
        The matches, and one problem per required column that is absent (with the nearest name found).
    """
    matches: list[Match] = []
    missing: list[tuple[str, str]] = []
    years: dict[str, set[int]] = {}
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
        if not found and column.meta:
            found = _by_label(variable, column, columns, labels or {}, edition, rule)
        matches.extend(found.values())
        if not found and column.required and not partial:
            missing.append((variable, column.column[0]))
        if rule.source == "header" and column.required:
            years[variable] = {year for year in found if year is not None}
    if dated and not partial:
        missing += [(name, dataset.layout.columns[name].column[0]) for name in _left_behind(years, edition)]
    return matches, [
        _missing(file, dataset, variable, name, columns, edition, labels or {}) for variable, name in missing
    ]


def _left_behind(years: Mapping[str, set[int]], edition: int) -> list[str]:
    """Return the variables that have the years of others but not the file's own: a column was renamed."""
    current = [found for found in years.values() if edition in found]
    # No column of the file's own year: they were all renamed, or the year of its name is wrong.
    return [
        variable
        for variable, found in years.items()
        if found and edition not in found and (not current or any(found < others for others in current))
    ]


def _by_label(
    variable: str,
    column: Column,
    columns: tuple[str, ...],
    labels: Mapping[str, str],
    edition: int,
    rule: YearRule,
) -> dict[int | None, Match]:
    """Find a column by its label in the file's own description; nothing when several would do."""
    pattern = re.compile(column.meta or "", re.IGNORECASE)
    found = [name for name in columns if name in labels and pattern.search(labels[name])]
    if len(found) != 1:
        return {}
    year = edition + rule.offset if rule.source == "edition" else None
    return {year: Match(found[0], variable, year, rule.source == "column")}


def _missing(
    file: str,
    dataset: Dataset,
    variable: str,
    name: str,
    columns: tuple[str, ...],
    edition: int,
    labels: Mapping[str, str],
) -> Problem:
    shown = name.replace("{yyyy}", str(edition)).replace("{yy}", f"{edition % 100:02d}")
    near = difflib.get_close_matches(shown, columns, n=1, cutoff=0.7)
    advice = (
        f"Si le producteur a renommé cette colonne, ajoutez son nouveau nom à {dataset.id}.yaml ({variable})."
    )
    if any(column_pattern(name).fullmatch(one) for one in near):
        advice = f"Si le fichier est d’une autre année que {edition}, rendez-lui le nom de son producteur."
    if labels:
        # The file describes its own columns: say which, so that the right one can be declared.
        listed = ", ".join(f"{code} ({label})" for code, label in labels.items() if code in columns)
        advice += f" Le fichier décrit : {listed[:1500]}."
    return Problem(
        file=file,
        line=dataset.layout.header_row,
        column=shown,
        found=f"aucune colonne de ce nom (la plus proche est {quoted(near[0])})"
        if near
        else "aucune colonne de ce nom",
        expected=f"la colonne « {shown} » ({dataset.layout.columns[variable].label})",
        advice=advice,
    )
