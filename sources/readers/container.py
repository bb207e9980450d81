"""What a file really is, by its first bytes, and archives opened within bounds.

Belongs here: telling a CSV from a workbook or an archive, refusing an archive that would fill the memory or
leave its
folder. Does not belong here: reading a table.
"""

from __future__ import annotations

import html
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sources.french import plural
from sources.problems import ExtractRefused, Problem, quoted

MAX_BYTES = 512 * 1024 * 1024
"""Largest file read at once."""
MAX_STREAMED = 1600 * 1024 * 1024
"""Largest file read piece by piece (long layouts), and largest total of what an archive unpacks to."""
MAX_RATIO = 100
"""How many times its size an archive beyond ``MAX_BYTES`` may unpack to: real tables stay under 50."""
MAX_MEMBERS = 500
MAX_CELLS = 20_000_000
"""Largest rectangle of cells read from one sheet."""
_CHUNK = 1 << 20
_OVERLAP = 512
# Beginning with plain characters, which are found fast.
_ROW = re.compile(rb'r="[A-Z]{0,3}(\d{1,7})"')
_COLUMN = re.compile(rb'r="([A-Z]{1,3})\d')
# A cell that holds an error, and a formula nobody computed: the library that reads cells says both are empty.
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*\st="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)'
)
_UNSOLVED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?![^>]*\st="(?:str|e)")[^>]*><f[^>]*>([^<]*)</f>(?:<v/>|<v></v>)?</c>'
)
_SHEET = re.compile(rb'<sheet\s[^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
_PART = re.compile(rb'<Relationship\s(?=[^>]*?Id="([^"]*)")[^>]*?Target="/?(?:xl/)?([^"]*)"')
_NOT_DATA = re.compile(r"(?i)^(?:meta_|varmod|lisez|readme|dictionnaire|\.)|_metadata\.|__MACOSX")
_DATA = (".csv", ".txt", ".xlsx", ".xls", ".parquet")


class Kind(StrEnum):
    """Containers we read."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    PARQUET = "parquet"
    ZIP = "zip"


def refuse(file: str, found: str, expected: str, advice: str, line: int | None = None) -> ExtractRefused:
    """Return the refusal of a whole file for one fault."""
    return ExtractRefused(
        (Problem(file=file, line=line, column=None, found=found, expected=expected, advice=advice),)
    )


@contextmanager
def _readable(path: Path) -> Iterator[BinaryIO]:
    """Open a file; what the system refuses (a folder, a broken link, a right) becomes a refusal in French."""
    try:
        handle = path.open("rb")
    except OSError as error:
        found = "un dossier" if path.is_dir() else "un fichier absent, ou que le système refuse d’ouvrir"
        raise refuse(path.name, found, "un fichier lisible", "Vérifiez le fichier et vos droits.") from error
    with handle:
        yield handle


def check_size(path: Path, limit: int = MAX_BYTES) -> None:
    """Refuse an empty file or one too large to be read, before opening it."""
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        found = "un dossier" if path.is_dir() else "aucun fichier lisible à ce nom"
        raise refuse(
            path.name, found, "un fichier de données", "Vérifiez qu’il existe et que vous pouvez l’ouvrir."
        ) from error
    if size == 0:
        raise refuse(
            path.name, "fichier vide", "un fichier de données", "Téléchargez ou copiez à nouveau le fichier."
        )
    if size > limit:
        raise _too_large(path.name, size, limit)


def _too_large(file: str, size: int, limit: int) -> ExtractRefused:
    return refuse(
        file,
        f"{size // 1_000_000} Mo",
        f"au plus {limit // 1_000_000} Mo",
        "Vérifiez qu’il s’agit bien du fichier de données.",
    )


def kind_of(path: Path) -> Kind:
    """Return what a file is by its first bytes; its extension may be wrong.

    Raises:
        ExtractRefused: an archive that cannot be opened safely.
    """
    with _readable(path) as handle:
        start = handle.read(8)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        with open_archive(path) as archive:
            names = set(archive.namelist())
        return Kind.XLSX if {"[Content_Types].xml", "xl/workbook.xml"} <= names else Kind.ZIP
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Kind.XLS
    return Kind.PARQUET if start.startswith(b"PAR1") else Kind.CSV


@contextmanager
def open_archive(path: Path, content: bytes | None = None) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose directory has been checked: sizes, names, number of files, encryption.

    Args:
        path: the archive, or what to call it when its bytes are given.
        content: the bytes of an archive held in another.

    Raises:
        ExtractRefused: naming what is wrong with it.
    """
    again = "Téléchargez à nouveau le fichier depuis le site du producteur."
    try:
        with zipfile.ZipFile(path if content is None else io.BytesIO(content)) as archive:
            members = archive.infolist()
            total = sum(member.file_size for member in members)
            packed = sum(member.compress_size for member in members)
            bomb = total > MAX_STREAMED or (total > MAX_BYTES and total > MAX_RATIO * packed)
            if bomb or len(members) > MAX_MEMBERS:
                files = plural(len(members), "fichier")
                found = f"une archive de {files}, {total // 1_000_000} Mo une fois décompressée"
                limits = f"au plus {MAX_MEMBERS} fichiers et {MAX_STREAMED // 1_000_000} Mo de vraies données"
                raise refuse(path.name, found, limits, "Ce n’est sans doute pas le fichier du producteur.")
            for member in members:
                parts = PurePosixPath(member.filename.replace("\\", "/"))
                if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
                    found = f"un chemin qui sort de l’archive ({quoted(member.filename)})"
                    raise refuse(path.name, found, "des noms de fichiers simples", again)
                if member.flag_bits & 1:
                    raise refuse(
                        path.name, "une archive protégée par mot de passe", "une archive ouverte", again
                    )
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
        ValueError,
        IndexError,
        OSError,
    ) as error:
        raise refuse(path.name, "une archive abîmée ou tronquée", "une archive ZIP entière", again) from error


@contextmanager
def whole(name: str) -> Iterator[None]:
    """Say in French that an archive is damaged, wherever its bytes are read.

    Raises:
        ExtractRefused: what was read is damaged or cut.
    """
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        again = "Reprenez le fichier du producteur."
        raise refuse(name, "une archive abîmée ou tronquée", "une archive ZIP entière", again) from error


def member_names(path: Path) -> tuple[list[str], list[str]]:
    """Return the files of an archive that hold data, and those that describe them (``meta_*``)."""
    with open_archive(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    described = [name for name in names if _NOT_DATA.search(PurePosixPath(name).name)]
    data = [name for name in names if name.lower().endswith(_DATA) and name not in described]
    return data, [name for name in described if name.lower().endswith(".csv")]


def archives_in(path: Path) -> list[str]:
    """Return the archives an archive holds, which are not opened; none for another file."""
    if kind_of(path) is not Kind.ZIP:
        return []
    with open_archive(path) as archive:
        return [name for name in archive.namelist() if name.lower().endswith(".zip")]


def read_member(path: Path, name: str, limit: int = MAX_BYTES) -> bytes:
    """Return the first bytes of one file of an archive, never more than its directory declared."""
    with open_archive(path) as archive, archive.open(name) as member:
        if limit == MAX_BYTES and archive.getinfo(name).file_size > limit:
            raise _too_large(f"{path.name}, {name}", archive.getinfo(name).file_size, limit)
        return member.read(limit)


@dataclass(frozen=True)
class SheetFaults:
    """The cells of a sheet that hold no value of their own, and the first column that is used."""

    first_column: int
    cells: Mapping[tuple[int, int], str]
    """Row and column, counted from 1 → the error (« #N/A »), or the formula nobody computed (« =A1+1 »)."""


def check_workbook(path: Path, content: bytes | None = None) -> dict[str, SheetFaults]:
    """Refuse a workbook that would not fit in memory, or whose XML declares entities.

    Every part is unpacked once, piece by piece: a directory that lies about a size fails here and not in the
    library that reads the cells. That library holds a sheet as a full rectangle, so one cell far away is
    enough to
    fill the memory: the rectangle is measured first.

    Args:
        path: the workbook, or what to call it when its bytes are given.
        content: the bytes of a workbook held in an archive.

    Returns:
        The faults of each sheet that has some, by its name.

    Raises:
        ExtractRefused: naming what is wrong with it.
    """
    faults: dict[str, SheetFaults] = {}
    with open_archive(path, content) as archive:
        for member in archive.infolist():
            with archive.open(member) as part:
                extent = _Extent()
                first = True
                while piece := part.read(_CHUNK):
                    if first and member.filename.endswith((".xml", ".rels")) and _declares_entities(piece):
                        raise refuse(
                            path.name,
                            f"une déclaration DOCTYPE ou d’entités dans {quoted(member.filename)}",
                            "un classeur sans entité externe",
                            "Ce classeur est suspect : reprenez l’original sur le site du producteur.",
                        )
                    first = False
                    if member.filename.startswith("xl/worksheets/"):
                        extent.add(piece)
                if extent.cells > MAX_CELLS:
                    raise refuse(
                        path.name,
                        f"une feuille de {extent.rows} lignes et {extent.columns} colonnes",
                        f"au plus {MAX_CELLS // 1_000_000} millions de cellules",
                        "Ce classeur n’est sans doute pas celui du producteur.",
                    )
                if extent.faults:
                    faults[member.filename.removeprefix("xl/")] = SheetFaults(
                        extent.first_column, extent.faults
                    )
        return _by_sheet(archive, faults) if faults else {}


def _by_sheet(archive: zipfile.ZipFile, faults: Mapping[str, SheetFaults]) -> dict[str, SheetFaults]:
    """Return the faults of the parts of a workbook under the names of their sheets."""
    held = {name for name in archive.namelist() if name.startswith("xl/")}
    names, parts = (
        archive.read(name) if name in held else b""
        for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    )
    part_of = {key: part.decode() for key, part in _PART.findall(parts)}
    sheets = {html.unescape(name.decode()): part_of.get(key, "") for name, key in _SHEET.findall(names)}
    return {name: faults[part] for name, part in sheets.items() if part in faults}


class _Extent:
    """The rectangle of a sheet, from the references of its cells (``<c r="AB12">``), and those in fault."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self.first_column = MAX_CELLS
        self.faults: dict[tuple[int, int], str] = {}
        self._tail = b""

    @property
    def cells(self) -> int:
        """How many cells the full rectangle holds."""
        return self.rows * self.columns

    def add(self, piece: bytes) -> None:
        """Take one piece of the sheet's XML into account."""
        text = self._tail + piece
        self._tail = text[-_OVERLAP:]
        references = text.replace(b"'", b'"')
        rows = set(_ROW.findall(references))
        self.rows = max([self.rows, *(int(row) for row in rows)])
        numbers = [_number(letters) for letters in set(_COLUMN.findall(references))]
        self.columns = max([self.columns, *numbers])
        self.first_column = min([self.first_column, *numbers])
        for pattern, mark, sign in ((_ERROR, b't="e"', ""), (_UNSOLVED, b"<f", "=")):
            for letters, row, found in pattern.findall(text) if mark in text else ():
                self.faults[int(row), _number(letters)] = sign + html.unescape(found.decode(errors="replace"))


def _number(letters: bytes) -> int:
    """Return the number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _declares_entities(start: bytes) -> bool:
    """Look for a document type anywhere before the root element (UTF-16 included)."""
    text = start.replace(b"\x00", b"").upper()
    return b"<!DOCTYPE" in text or b"<!ENTITY" in text
