"""Columns that are not under their names: a cell is missing, or is too many, on all the rows of a file.

Belongs here: telling it from what each column may hold, and where it begins. Does not belong here: what is
wrong in one row (``text``) or one cell (``validate``).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sources.french import number, plural
from sources.model import Column, Layout
from sources.problems import Problem, quoted
from sources.readers.header import column_of, column_pattern
from sources.variables import load_variables

SAMPLE = 60
"""Rows that tell of a file, spread over it: the cells of the first ones are often all secret."""
MOST = 0.9
"""Share of the cells of a column that are what it holds."""
FEW = 3
"""Fewer rows tell nothing of a file."""
_NUMBER = re.compile(r"[-+−]?([0-9][0-9\s]*([.,][0-9]+)?|[.,][0-9]+)([eE][-+]?[0-9]+)?")

Fits = Callable[[str], bool | None]
"""Whether a cell is one of a column; None where it would be one of any."""


@dataclass(frozen=True)
class _Rule:
    """What the cells of a column are."""

    said: str
    fits: Fits
    total: int | None = None
    """Position of the column of which this one is a part."""


@dataclass(frozen=True)
class Rows:
    """Some rows of a file, spread over it."""

    header: Sequence[str]
    cells: Sequence[Sequence[str]]
    line: Callable[[int], int]
    """The line in the file of one of them, by its position."""

    @property
    def width(self) -> int:
        """Cells of nearly all the rows; 0 where they are too few, or do not have as many."""
        if len(self.cells) < FEW:
            return 0
        ((width, count),) = Counter(map(len, self.cells)).most_common(1)
        return width if count >= MOST * len(self.cells) else 0

    def column(self, position: int) -> list[str]:
        """Return the cells at a position."""
        return [row[position] if 0 <= position < len(row) else "" for row in self.cells]

    def fit(self, rule: _Rule, position: int, step: int) -> bool | None:
        """Whether the cells that are so many columns after a position are those of its column.

        Returns:
            None where no cell tells, or where there are none.
        """
        if not 0 <= position + step < self.width:
            return None
        cells = self.column(position + step)
        told = [fits for fits in map(rule.fits, cells) if fits is not None]
        if not told:
            return None
        return sum(told) >= MOST * len(told) and len(self._above(rule, position, step)) < 2

    def _above(self, rule: _Rule, position: int, step: int = 0) -> list[int]:
        """Return the rows in which a part is above its total."""
        if rule.total is None:
            return []
        pairs = zip(self.column(position + step), self.column(rule.total + step), strict=True)
        values = [(_value(part), _value(total)) for part, total in pairs]
        return [
            i for i, (part, total) in enumerate(values) if part and total is not None and part > total + 1
        ]

    def misfits(self, rule: _Rule, position: int) -> list[int]:
        """Return the rows whose cell is not of its column."""
        wrong = [i for i, cell in enumerate(self.column(position)) if rule.fits(cell) is False]
        return wrong or self._above(rule, position)


def sampled(content: bytes, start: int, end: int, header: Sequence[str], layout: Layout) -> Rows:
    """Take rows of a file, from its header on.

    Args:
        content: its bytes, in UTF-8.
        start: where its rows begin.
        end: where they end.
        header: names of its columns.
        layout: for the separator, and the line of the header.
    """
    lines, places, position = [], [], start
    for taken in range(1, SAMPLE + 1):
        stop = content.find(b"\n", position, end)
        stop = end if stop < 0 else stop
        lines.append(content[position:stop].decode(errors="replace").rstrip("\r"))
        places.append(position)
        position = max(stop + 1, content.find(b"\n", start + (end - start) * taken // SAMPLE, end) + 1)
        if position >= end or stop == end:
            break
    held = [(_cells(line, layout.separator), place) for line, place in zip(lines, places, strict=True)]
    kept = [(row, place) for row, place in held[layout.units_rows :] if row]
    return Rows(header, [row for row, _ in kept], lambda row: 1 + content.count(b"\n", 0, kept[row][1]))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def shifted(file: str, rows: Rows, layout: Layout) -> Problem | None:
    """Say when columns are not under their names, and from which one on.

    Args:
        file: its name.
        rows: some of its rows.
        layout: what its columns hold.

    Returns:
        None where columns hold what they should, or hold something that no shift explains.
    """
    width = rows.width
    if not width:
        return None
    rules = _rules(rows.header, layout)
    own = {at: rows.fit(rule, at, 0) for at, rule in rules.items()}
    wrong = sorted(at for at, fits in own.items() if fits is False)
    if not wrong:
        return None
    first = wrong[0]
    # A part above its total may come from figures badly written.
    sure = [at for at in wrong if rows.fit(replace(rules[at], total=None), at, 0) is False]
    for step in (1, -1):
        moved = {at: rows.fit(rule, at, step) for at, rule in rules.items()}
        begins = _begins(own, moved, step)
        if 0 <= begins <= first and (len(sure) > 1 or _trace(rows, width, first, step)):
            return _told(file, rows, first, step, rules[first])
    return None


def _begins(own: dict[int, bool | None], moved: dict[int, bool | None], step: int) -> int:
    """Return the position from which all columns are what they should be, once moved back; -1 for none.

    The column that a missing cell leaves without any is not looked at.
    """
    for begins in sorted(own):
        before = all(fits is not False for at, fits in own.items() if at < begins)
        after = [fits for at, fits in moved.items() if at >= begins + (step < 0)]
        if before and any(after) and False not in after:
            return begins
    return -1


def _trace(rows: Rows, width: int, first: int, step: int) -> bool:
    """Whether a shift of one column leaves a trace: rows of another length, an empty or a nameless column."""
    if width == len(rows.header) + step:
        return True
    last = len(rows.header) - 1
    if step < 0:
        return not any(rows.column(last))
    nameless = [at for at, name in enumerate(rows.header) if not name]
    emptied = any(not any(rows.column(at)) for at in range(first + 1))
    return emptied or any(any(rows.column(at)) for at in nameless)


def _told(file: str, rows: Rows, first: int, step: int, rule: _Rule) -> Problem:
    wrong = rows.misfits(rule, first)
    cell = rows.cells[wrong[0]][first]
    whose = rows.header[first - step] if 0 <= first - step < len(rows.header) else ""
    belongs = f" ce qu’elle contient va sous {quoted(whose)}," if whose else ""
    side = "droite" if step > 0 else "gauche"
    reason = (
        "une cellule est de trop sur chaque ligne, ou un nom manque à l’en-tête"
        if step > 0
        else "une cellule manque sur chaque ligne, ou un nom est de trop à l’en-tête"
    )
    return Problem(
        file=file,
        line=rows.line(wrong[0]),
        column=rows.header[first],
        found=f"{quoted(cell) if cell else 'une cellule vide'}, et de même sur d’autres lignes",
        expected=rule.said,
        advice=f"Colonnes décalées d’un rang vers la {side} :{belongs} {reason}. Reprenez le fichier du "
        "producteur.",
    )


def uneven(file: str, rows: Rows) -> Problem | None:
    """Say when all the rows have as many cells, and the header another number of them."""
    width, expected = rows.width, len(rows.header)
    if width in (0, expected):
        return None
    spare = width > expected and not any(any(rows.column(at)) for at in range(expected, width))
    return Problem(
        file=file,
        line=rows.line(0),
        column=None,
        found=f"{plural(width, 'cellule')}, et de même sur d’autres lignes",
        expected=f"{expected} cellules, comme l’en-tête",
        advice="Chaque ligne finit par un séparateur de trop : supprimez cette dernière colonne, vide."
        if spare
        else "Les colonnes sont sans doute décalées : un séparateur manque, ou est de trop, sur chaque ligne "
        "ou dans l’en-tête. Reprenez le fichier du producteur.",
    )


def _rules(header: Sequence[str], layout: Layout) -> dict[int, _Rule]:
    """Return what is known of the columns of a header, by position."""
    positions = {name: at for at, name in enumerate(header) if name}
    found = _figures(positions, layout)
    key = layout.territory
    for name in {name for rule in key.rules for name in rule.where} & positions.keys():
        patterns = [rule.where[name] for rule in key.rules if name in rule.where]
        found[positions[name]] = _Rule("l’une des valeurs que ce jeu de données connaît", _one_of(patterns))
    if label := column_of(key.label or (), header):
        found[positions[label]] = _Rule("un nom de territoire", _is_name)
    if (code := column_of(key.column or (), header)) and key.rules:
        levels = ", ".join(dict.fromkeys(rule.level.label for rule in key.rules))
        found[positions[code]] = _Rule(
            f"un code de territoire ({levels})", _one_of([rule.match for rule in key.rules])
        )
    if layout.year.column in positions:
        found[positions[layout.year.column]] = _Rule("une année", _is_year)
    return found


def _one_of(patterns: Sequence[str]) -> Fits:
    every = re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.ASCII)
    return lambda cell: every.fullmatch(cell) is not None


def _is_name(cell: str) -> bool:
    return any(map(str.isalpha, cell)) and _NUMBER.fullmatch(cell) is None


def _is_year(cell: str) -> bool:
    return re.search(r"(19|20)\d\d", cell) is not None


def _value(cell: str) -> float | None:
    """Return the number that a cell holds, written in any way."""
    if not _NUMBER.fullmatch(cell):
        return None
    return float(re.sub(r"\s", "", cell).replace(",", ".").replace("−", "-"))


def _figures(positions: Mapping[str, int], layout: Layout) -> dict[int, _Rule]:
    """Return what the columns of figures hold: numbers that their variable may be, and marks."""
    # Rows of several variables share their column.
    several = any(column.where for column in layout.columns.values())
    at = {
        variable: [
            positions[name]
            for pattern in map(column_pattern, column.column)
            for name in filter(pattern.fullmatch, positions)
        ]
        for variable, column in layout.columns.items()
    }
    found: dict[int, _Rule] = {}
    for variable, column in layout.columns.items():
        ends = (None, None) if several else _ends(variable, column)
        totals = at.get(column.part_of or "", [])
        alone = len(totals) == len(at[variable]) == 1 and not several
        said = f"{column.label}, {_said(*ends)}"
        if alone:
            said += f", au plus celui de {quoted(layout.columns[column.part_of or ''].label)}"
        rule = _Rule(said, _number(*ends, layout), totals[0] if alone else None)
        found |= dict.fromkeys(at[variable], rule)
    return found


def _ends(variable: str, column: Column) -> tuple[float | None, float | None]:
    """Return the least and the most that a variable may be."""
    known = [one for one in load_variables().ranges if re.fullmatch(one.variables, variable)]
    lows, highs = [one.low for one in known], [one.high for one in known]
    low, high = column.bounds
    return max(lows, default=low), min(highs, default=high)


def _said(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"un nombre entre {number(low)} et {number(high)}"
    return f"un nombre d’au moins {number(low)}" if low else "un nombre"


def _number(low: float | None, high: float | None, layout: Layout) -> Fits:
    def fits(cell: str) -> bool | None:
        if not cell or cell in layout.marks:
            return None
        value = _value(cell)
        return value is not None and (low is None or low <= value) and (high is None or value <= high)

    return fits
