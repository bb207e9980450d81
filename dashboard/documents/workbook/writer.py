"""The workbook of a commune: one sheet per theme, typed numbers, every label written as text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from dashboard.data.questions import Barometer
from dashboard.documents.assemble import TITLE
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.parts import base
from dashboard.documents.workbook import rows
from dashboard.story import words
from sources.french import capital, typographic
from sources.local.model import SECTIONS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FOLLOW_TITLE = f"Base de suivi {base.START}-{base.END}"
_ACCENTED = {
    "annee": "année",
    "concernes": "concernés",
    "copil": "COPIL",
    "cout": "coût",
    "echeance": "échéance",
    "etat": "état",
    "referent": "référent",
}
"""Columns of the registers as they are written in French; read back, accents count for nothing."""
LONGEST_CELL = 32_767
LONGEST_NAME = 31

# What XML cannot hold; the cell shows that something was there.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def workbook(dossier: Dossier) -> bytes:
    """Return the workbook of a commune."""
    return _made(dossier.barometer, dossier.commune.name, TITLE, lambda writer: _sheets(writer, dossier))


def follow_workbook(dossier: Dossier) -> bytes:
    """Return the follow-up base of a commune and its quarters, alone."""
    name = dossier.commune.name
    return _made(dossier.barometer, name, FOLLOW_TITLE, lambda writer: _follow_sheet(writer, dossier))


def review_workbook(library: Library, year: int) -> bytes:
    """Return the registers of the contract, a sheet each: the lines of a year, and those of no year."""

    def sheets(writer: _Writer) -> None:
        for name in rows.REGISTERS:
            section = SECTIONS[name]
            columns = [(capital(_ACCENTED.get(column, column)), 26) for column in section.columns]
            writer.sheet(section.sheet, columns, rows.register_lines(library, name, year))

    return _made(library.barometer, str(year), f"Registres – {library.contract}", sheets)


def follow_csv(dossier: Dossier) -> bytes:
    """Return the same lines for a French spreadsheet, no text of which can be run as a formula."""
    import polars as pl

    from dashboard.data.tables import write_csv

    names = [typographic(name) for name, _ in rows.FOLLOW_COLUMNS]
    lines = list(rows.follow_lines(dossier))
    frame = pl.DataFrame(lines, schema=names, orient="row", infer_schema_length=None)
    out = io.BytesIO()
    write_csv(frame, out)
    return out.getvalue()


def _made(barometer: Barometer, subject: str, title: str, write: Callable[[_Writer], None]) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = Workbook(out, options)
    identity = barometer.identity
    book.set_properties(
        {
            "title": _plain(f"{title} – {subject}"),
            "author": _plain(identity.epci_name),
            "comments": f"Version {identity.release_id}",
            "created": identity.created_at.replace(microsecond=0),
        }
    )
    writer = _Writer(book)
    _read_me(writer, barometer, f"{title} – {subject}")
    write(writer)
    book.close()
    return out.getvalue()


def _follow_sheet(writer: _Writer, dossier: Dossier) -> None:
    writer.sheet(f"Suivi {base.START}-{base.END}", rows.FOLLOW_COLUMNS, rows.follow_lines(dossier))


def _sheets(writer: _Writer, dossier: Dossier) -> None:
    writer.sheet("Données", (("Thème", 22), *rows.VALUE_COLUMNS), rows.tidy_lines(dossier), table="Donnees")
    for theme in dossier.barometer.themes:
        lines = rows.theme_lines(dossier, theme.theme)
        writer.sheet(theme.title, rows.VALUE_COLUMNS, lines, printed=rows.PRINTED)
    writer.sheet("Quartiers et parité", rows.PARITY_COLUMNS, rows.parity_lines(dossier))
    _follow_sheet(writer, dossier)
    local = (
        ("Rubrique", 20),
        ("Ligne", 8),
        ("Colonne", 20),
        ("Contenu", 90),
        ("Origine", 12),
        ("Source", 40),
    )
    writer.sheet("Volet local", local, rows.local_lines(dossier))
    sources = (
        ("Source", 60),
        ("Mention", 80),
        ("Producteur", 24),
        ("Licence", 24),
        ("Dernière édition", 12),
        ("Page", 60),
    )
    writer.sheet("Sources", sources, rows.source_lines(dossier))


class _Writer:
    """Sheets of one workbook: a title line, a frozen header, filters."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._names: set[str] = set()
        self._formats: dict[str, Format] = {}
        self._font = font = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
        self._header = book.add_format(
            {
                **font,
                "bold": True,
                "text_wrap": True,
                "bg_color": "#163f5c",
                "font_color": "#ffffff",
                "border": 0,
            }
        )
        self._text = book.add_format({**font, "text_wrap": True})
        self._number = book.add_format({**font, "num_format": "#,##0.00"})
        self._whole = book.add_format({**font, "num_format": "0"})

    def sheet(
        self,
        name: str,
        columns: Sequence[tuple[str, int]],
        lines: Iterable[Sequence[rows.Scalar]],
        table: str = "",
        printed: int = 0,
    ) -> None:
        """Write one sheet; one without a line says why instead of standing empty.

        Args:
            name: of the sheet.
            columns: title and width of each.
            lines: its cells.
            table: name of the table of the spreadsheet its lines make, empty for none.
            printed: how many of its first columns are printed, all of them when none is given.
        """
        page = self._page(name)
        for index, (title, width) in enumerate(columns):
            page.set_column(index, index, width)
            page.write_string(0, index, _plain(typographic(title)), self._header)
        line = 0
        for line, row in enumerate(lines, start=1):
            for index, cell in enumerate(row):
                self._cell(page, line, index, cell)
        if line == 0:
            page.write_string(1, 0, "Rien à montrer dans cette version.", self._text)
        last = max(line, 1)
        if table:
            named = [{"header": _plain(typographic(title))} for title, _ in columns]
            page.add_table(0, 0, last, len(columns) - 1, {"name": table, "columns": named, "style": None})
        else:
            page.autofilter(0, 0, last, len(columns) - 1)
        page.print_area(0, 0, last, (printed or len(columns)) - 1)

    def _page(self, name: str) -> Worksheet:
        page = self._book.add_worksheet(self._unique(name))
        page.freeze_panes(1, 1)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.set_footer("&L&A&Rpage &P sur &N")
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        return page

    def _unique(self, name: str) -> str:
        """Return a sheet name Excel takes: no forbidden character, not too long, not twice."""
        plain = re.sub(r"[\[\]:*?/\\]", " ", _plain(name))
        # « Indice de développement humain (IDH-4) » is known by what stands in its brackets.
        short = re.search(r"\(([^)]{2,})\)", plain) if len(plain) > LONGEST_NAME else None
        plain = (short[1] if short else plain).strip(" '")[:LONGEST_NAME].strip() or "Feuille"
        chosen, count = plain, 1
        while chosen.lower() in self._names:
            count += 1
            chosen = f"{plain[: LONGEST_NAME - 4]} ({count})"
        self._names.add(chosen.lower())
        return chosen

    def _cell(self, page: Worksheet, line: int, index: int, cell: rows.Scalar) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            page.write_string(line, index, _plain(cell), self._text)
        elif isinstance(cell, rows.Number):
            page.write_number(line, index, cell.value, self._shown(cell.shown))
        else:
            page.write_number(line, index, cell, self._whole if isinstance(cell, int) else self._number)

    def _shown(self, as_written: str) -> Format:
        if as_written not in self._formats:
            self._formats[as_written] = self._book.add_format({**self._font, "num_format": as_written})
        return self._formats[as_written]


def _plain(text: str) -> str:
    """Return a text a cell can hold."""
    text = _FORBIDDEN.sub("\ufffd", text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _read_me(writer: _Writer, barometer: Barometer, title: str) -> None:
    identity = barometer.identity
    told: list[tuple[str, str]] = [
        ("Document", title),
        ("Intercommunalité", identity.epci_name),
        ("Version", identity.release_id),
        ("Date de la version", words.date(identity.created_at.date())),
        (
            "Valeurs",
            "Non arrondies, dans l’unité indiquée. Une cellule vide n’est pas un zéro : voir Statut.",
        ),
        ("Années", "L’année est celle des données ; l’édition, celle du fichier du producteur."),
        *((capital(status.label), text) for status, text in words.STATUS_EXPLANATIONS.items()),
    ]
    lines = [tuple(map(typographic, row)) for row in told]
    writer.sheet("Lisez-moi", (("Rubrique", 32), ("Contenu", 110)), lines)
