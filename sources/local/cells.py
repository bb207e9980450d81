"""The cells of the local layer nobody filled: each « à préciser » of a document is a field that comes back.

A cell is named by its file, its line and its column: ``pilotage/comite-technique/prochaine``. What a commune
writes in one is kept with its free texts, and holds for that commune alone: the line may be everybody's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from sources.local.fields import Field
from sources.local.model import SECTIONS, Section

_KEY = re.compile(r"(?P<section>[a-z_]+)/[a-z0-9-]+/(?P<column>[a-z_]+)")

PARTS = {
    "equipements": 3,
    "services": 4,
    "priorites": 5,
    "programmation": 6,
    "tfpb": 7,
    "participation": 8,
    "pilotage": 9,
    "equipe": 10,
}
"""Part of the document each file is shown in."""


def is_cell(key: str) -> bool:
    """Whether a key names a cell of a file that a document shows."""
    found = _KEY.fullmatch(key)
    if found is None or found["section"] not in PARTS:
        return False
    return found["column"] in SECTIONS[found["section"]].columns


def cell(section: str, cells: Mapping[str, object], column: str) -> Field:
    """Return the field of one cell.

    Args:
        section: file of the line.
        cells: the line, by column.
        column: the cell to fill.
    """
    declared = SECTIONS[section]
    label = " ".join(str(cells[name]) for name in _identity(declared) if cells.get(name) and name != column)
    description = declared.declared(column)["description"]
    return Field(
        f"{section}/{slug(label)}/{column}",
        PARTS[section],
        f"{declared.title} – {label} : {description[0].lower()}{description[1:]}",
        "à préciser",
    )


def open_cells(lines: Iterable[tuple[str, Mapping[str, object]]]) -> dict[str, Field]:
    """Return the fields of the cells nobody filled in some lines, by the short key a document bears.

    Args:
        lines: file and cells of each line.
    """
    fields = (
        cell(section, cells, column)
        for section, cells in lines
        if section in PARTS
        for column in SECTIONS[section].columns
        if column not in ("commune", "source") and cells.get(column) in (None, "")
    )
    return {field.short: field for field in fields}


def _identity(section: Section) -> tuple[str, ...]:
    """Return the columns that name a line whatever is filled beside them."""
    named = {*section.schema().get("required", ()), "equipe", "orientation"} - {"commune", "source"}
    return tuple(name for name in section.columns if name in named)


def slug(label: str) -> str:
    """Return plain letters and digits, a stroke between the words."""
    plain = unicodedata.normalize("NFKD", label.replace("œ", "oe").replace("Œ", "Oe"))
    kept = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower())
    return kept.strip("-") or "ligne"
