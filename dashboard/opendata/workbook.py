"""The release as one workbook: a sheet for each theme, then the sheets that say what the figures mean.

Numbers are numbers, unrounded, shown with the decimals of their indicator; texts are never run as formulas.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboard.data.questions import Barometer
from dashboard.data.release import Release
from dashboard.data.tables import rows, tables, theme_values
from dashboard.story import words
from sources.french import capital, typographic
from sources.vocabulary import Level, Perimeter

_COLUMNS = (
    *(("Indicateur", 44), ("Identifiant", 26), ("Définition particulière", 30), ("Série", 16)),
    *(("Échelle", 16), ("Code", 12), ("Territoire", 34), ("Périmètre", 18), ("Période", 16), ("Année", 8)),
    *(("Édition", 8), ("Valeur", 12), ("Unité", 20), ("Numérateur", 12), ("Dénominateur", 13)),
    *(("Borne basse (95 %)", 12), ("Borne haute (95 %)", 12), ("Statut", 22), ("Origine", 30)),
    *(("Sources", 50), ("Remarque", 60)),
)
_WITH_DECIMALS = frozenset({11, 15, 16})

# The tables that say what the figures mean, in the order of a reader's questions.
_METADATA = (
    *(
        ("indicator", "Indicateurs"),
        ("series", "Séries"),
        ("series_break", "Ruptures"),
        ("method", "Méthodes"),
    ),
    *(("dataset", "Jeux de données"), ("millesime", "Éditions"), ("extract", "Fichiers lus")),
    *(("territory", "Territoires"), ("membership", "Appartenances"), ("awaited", "Fichiers attendus")),
    *(("fact", "Chiffres publiés"), ("goalpost", "Bornes de l’IDH-4")),
)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def write(file: Release, target: Path) -> None:
    """Write the workbook of a release.

    Args:
        file: The release.
        target: File to write; its folder exists.
    """
    identity = Barometer(file).identity
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(target), {**options, "remove_timezone": True}) as book:
        # The date of the release, not of the writing: one release, one workbook.
        book.set_properties(
            {
                "title": f"Baromètre de cohésion sociale, {typographic(identity.epci_name)}",
                "comments": f"Version {identity.release_id}",
                "created": identity.created_at,
            }
        )
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        names = _Names()
        _first(book.add_worksheet(names.free("À lire d’abord")), file, head)
        formats: dict[int, Format] = {}
        for theme in Barometer(file).themes:
            sheet = book.add_worksheet(names.free(theme.title))
            _theme(sheet, file, theme.theme, head, book, formats)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        known = {table.name: table for table in tables(file)}
        for name, title in _METADATA:
            if name in known:
                sheet = book.add_worksheet(names.free(title))
                header = [typographic(column.comment) for column in known[name].columns]
                _rows(sheet, [(title, 24) for title in header], rows(file, name).rows(), head, day)


class _Names:
    """Names of sheets that Excel accepts: 31 characters, none forbidden, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, title: str) -> str:
        base = _FORBIDDEN.sub(" ", typographic(title)).strip("' ")[:31].rstrip() or "Feuille"
        name, rank = base, 2
        while name.lower() in self._taken:
            name, rank = f"{base[:28]} {rank}", rank + 1
        self._taken.add(name.lower())
        return name


def _first(sheet: Worksheet, file: Release, head: Format) -> None:
    identity = Barometer(file).identity
    lines = [
        (typographic(identity.epci_name), ""),
        ("Version", identity.release_id),
        ("Produite le", words.date(identity.created_at)),
        ("", ""),
        ("Une feuille par thème, puis les feuilles qui disent ce que les chiffres veulent dire.", ""),
        ("Une valeur vide n’est jamais un zéro : la colonne « Statut » dit pourquoi il n’y en a pas.", ""),
        ("Les valeurs ne sont pas arrondies ; seul leur affichage l’est.", ""),
        ("Un taux ou une médiane ne se moyenne pas d’un territoire à l’autre.", ""),
        ("", ""),
        ("Statut", "Ce qu’il veut dire"),
        *((capital(status.label), text) for status, text in words.STATUS_EXPLANATIONS.items()),
    ]
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    for row, (term, text) in enumerate(lines):
        title = row == 0 or term == "Statut"
        sheet.write_string(row, 0, typographic(term), head if title else None)
        sheet.write_string(row, 1, typographic(text), head if term == "Statut" else None)


def _theme(
    sheet: Worksheet,
    file: Release,
    theme: str,
    head: Format,
    book: xlsxwriter.Workbook,
    formats: dict[int, Format],
) -> None:
    producers = {
        key: f"{dataset.producer}, {dataset.title}" for key, dataset in Barometer(file).datasets.items()
    }
    _header(sheet, _COLUMNS, head)
    found = theme_values(file, theme)
    for row, record in enumerate(found, start=1):
        *cells, decimals = record
        if decimals not in formats:
            pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
            formats[decimals] = book.add_format({"num_format": pattern})
        cells[4] = Level(cells[4]).label if cells[4] in set(Level) else cells[4]
        cells[7] = Perimeter(cells[7]).label if cells[7] in set(Perimeter) else cells[7]
        cells[17] = words.status_label(cells[17])
        cells[18] = words.ORIGINS.get(cells[18] or "", cells[18])
        cells[19] = " ; ".join(producers.get(key, key) for key in (cells[19] or "").split(", ") if key)
        for column, cell in enumerate(cells):
            _cell(sheet, row, column, cell, formats[decimals] if column in _WITH_DECIMALS else None)
    sheet.autofilter(0, 0, max(len(found), 1), len(_COLUMNS) - 1)


def _rows(
    sheet: Worksheet,
    columns: Sequence[tuple[str, int]],
    records: list[tuple[Any, ...]],
    head: Format,
    day: Format,
) -> None:
    _header(sheet, columns, head)
    for row, record in enumerate(records, start=1):
        for column, cell in enumerate(record):
            _cell(sheet, row, column, cell, day if isinstance(cell, dt.date) else None)
    sheet.autofilter(0, 0, max(len(records), 1), len(columns) - 1)


def _header(sheet: Worksheet, columns: Sequence[tuple[str, int]], head: Format) -> None:
    for column, (title, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, typographic(title), head)
    sheet.freeze_panes(1, 1)


def _cell(sheet: Worksheet, row: int, column: int, cell: object, shown: Format | None) -> None:
    """Write a cell by its type: a text stays a text, whatever it starts with."""
    match cell:
        case None | "":
            return
        case bool():
            sheet.write_string(row, column, "oui" if cell else "non")
        case int() | float():
            sheet.write_number(row, column, cell, shown)
        case dt.date():
            sheet.write_datetime(row, column, cell, shown)
        case _:
            sheet.write_string(row, column, str(cell))
