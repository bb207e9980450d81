"""Whether a header and the first codes below it are those of a dataset.

Belongs here: the proof a file gives of what it is. Does not belong here: the choice between datasets
(``sources.recognise``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sources.model import Dataset, Layout
from sources.readers.header import column_of, match_columns, renamed
from sources.vocabulary import code_pattern


@dataclass(frozen=True)
class Header:
    """A row of a file that may be its header, and the first rows below it."""

    place: str
    """Name of the file, of the archive's member or of the sheet."""
    cells: tuple[str, ...]
    rows: Sequence[tuple[str, ...]] = ()
    above: str = ""
    """The lines above it."""


def columns_of(dataset: Dataset, header: Header) -> tuple[str, ...]:
    """Return the names of a header as a dataset has them."""
    return tuple(renamed(header.cells, dataset.layout))


def explained(dataset: Dataset, header: Header) -> int:
    """Count the columns of a header that a dataset explains; zero when one it needs is absent."""
    layout = dataset.layout
    cells = columns_of(dataset, header)
    present = set(cells)
    territory = column_of(layout.territory.column or (), cells)
    needed = [*layout.needs, *(dimension.column for dimension in layout.dimensions.values())]
    needed += [name for column in layout.columns.values() for name in column.where]
    needed += [name for rule in layout.territory.rules for name in rule.where]
    needed += [rule.column for rule in (layout.year,) if rule.column and not rule.column.startswith("_")]
    if (layout.territory.column and territory is None) or not present.issuperset(needed):
        return 0
    if layout.above and not re.search(layout.above, header.above):
        return 0
    matches, missing = match_columns(header.place, cells, dataset, edition=2000, dated=False)
    found = {match.column for match in matches} | set(needed)
    if missing or not (found or layout.edition_column):
        return 0
    return len(found) + (territory is not None)


def as_written(dataset: Dataset, header: Header) -> bool:
    """Whether the columns a dataset has in a header are in the case it has them in."""
    both = zip(header.cells, columns_of(dataset, header), strict=True)
    return all(cell == name or cell.casefold() != name.casefold() for cell, name in both)


def wrong_code(dataset: Dataset, header: Header) -> str | None:
    """Return the first code below a header when none of the first is one the dataset may hold."""
    layout = dataset.layout
    cells = columns_of(dataset, header)
    territory = column_of(layout.territory.column or (), cells)
    if territory is None:
        return None
    position = cells.index(territory)
    wrong: list[str] = []
    for code in (row[position] for row in header.rows if len(row) > position and row[position]):
        if _accepted(layout, code):
            return None
        wrong.append(code)
    # Under a header comes sometimes a row of labels, which no digit is in.
    labels = len(wrong) > 1 and not any(map(str.isdigit, wrong[0]))
    return wrong[labels] if wrong else None


def _accepted(layout: Layout, text: str) -> bool:
    for rule in layout.territory.rules:
        if hit := re.fullmatch(rule.match, text, re.ASCII):
            code = rule.code or (hit[1] if hit.re.groups and hit[1] else text)
            pattern = None if rule.outside else code_pattern(rule.level, rule.perimeter)
            if pattern is None or re.fullmatch(pattern, code):
                return True
    return False
