"""The files of the local folder as a French spreadsheet saves them: their names, encodings, cells.

Belongs here: finding a file whatever the case and the accents of its name, reading its lines as text. Does
not belong here: what a cell may hold (``sources.local.model``).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from sources.local.model import SECTIONS, Section
from sources.local.texts import TEXTS_FILE
from sources.problems import Problem, ValidationFailed, quoted

if TYPE_CHECKING:
    from _csv import Reader

LARGEST = 5_000_000
"""Bytes of a file: a list filled by hand is far below."""
MODEL = "modele_"
GUIDE = "LISEZMOI.txt"

_READ = (".csv", ".yaml", ".yml")
_SPREADSHEETS = (".xlsx", ".xls", ".ods", ".xlsm", ".numbers")


def folded(text: str) -> str:
    """Return a name without case, accents nor outer spaces, as a person types it again."""
    plain = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace(" ", "_")


def filled(folder: Path) -> tuple[dict[str, Path], list[Problem]]:
    """Return the file of each section, and what is wrong with the others.

    A file that looks filled and that nothing would read is a fault: its lines would be lost unseen.
    """
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        stem, suffix = folded(path.stem), path.suffix.lower()
        if not path.is_file() or path.name.startswith((".", "~$")):
            continue
        if suffix == ".csv" and stem in SECTIONS:
            if stem in found:
                other = f"le même fichier que {found[stem].name}"
                problems.append(Problem(path.name, None, None, other, "un seul fichier de ce nom"))
            found[stem] = path
        elif suffix == ".csv" and stem.removeprefix(MODEL) in SECTIONS:
            section = SECTIONS[stem.removeprefix(MODEL)]
            if is_filled(path, section):
                advice = f"Renommez-le {section.file} et retirez la ligne d’exemple."
                problems.append(Problem(path.name, None, None, "un modèle rempli", section.file, advice))
        elif suffix in _SPREADSHEETS and stem.removeprefix(MODEL) in SECTIONS:
            advice = "Dans le tableur, enregistrez-le au format « CSV UTF-8 »."
            expected = SECTIONS[stem.removeprefix(MODEL)].file
            problems.append(Problem(path.name, None, None, "un classeur", expected, advice))
        elif suffix in _READ and path.name != TEXTS_FILE:
            names = ", ".join([*(section.file for section in SECTIONS.values()), TEXTS_FILE])
            advice = "Renommez-le, ou rangez-le ailleurs que dans ce dossier."
            problems.append(Problem(path.name, None, None, "un fichier que rien ne lit", names, advice))
    return found, problems


def is_filled(model: Path, section: Section) -> bool:
    """Tell a template that somebody began to fill from one as it was written."""
    if not model.is_file():
        return False
    try:
        rows = list(reader(model))
    except ValidationFailed:
        return True
    lines = [[cell.strip() for cell in row if cell.strip()] for row in rows[1:]]
    return any(line and line != [cell for cell in example_of(section) if cell] for line in lines)


def example_of(section: Section) -> list[str]:
    """Return the cells of the example of a template."""
    return [(section.model.model_fields[name].examples or [""])[0] for name in section.columns]


def cells_of(path: Path, section: Section, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells by column of each line that is not empty.

    Args:
        path: the file.
        section: what it should hold.
        problems: completed with the lines that say something out of the columns.

    Raises:
        ValidationFailed: the file or its header cannot be read.
    """
    lines = reader(path)
    header = [folded(name) for name in next((cells for cells in lines if any(map(str.strip, cells))), [])]
    _check_header(path.name, lines.line_num, [name for name in header if name], section)
    start = lines.line_num + 1
    for cells in lines:
        number, start = start, lines.line_num + 1
        texts = [cell.strip() for cell in cells]
        if not any(texts):
            continue
        # Spreadsheets add columns without a name, and leave out the last cells of a line when empty.
        named = dict(zip_longest(header, texts, fillvalue=""))
        without = [text for name, text in zip_longest(header, texts, fillvalue="") if text and not name]
        if without:
            expected = "rien hors des colonnes du modèle"
            problems.append(Problem(path.name, number, None, quoted(without[0]), expected))
            continue
        named.pop("", None)
        yield number, named


def _check_header(file: str, line: int, header: list[str], section: Section) -> None:
    missing = [name for name in section.columns if name not in header]
    extra = [name for name in header if name not in section.columns]
    offered = f"l’une de {', '.join(section.columns)}"
    line = max(line, 1)
    faults = [Problem(file, line, name, "rien", "cette colonne du modèle") for name in missing]
    faults += [Problem(file, line, name, "une colonne inconnue", offered) for name in extra]
    faults += [
        Problem(file, line, name, "une colonne écrite deux fois", "des colonnes toutes différentes")
        for name in sorted({n for n in header if header.count(n) > 1})
    ]
    if faults:
        raise ValidationFailed(faults)


def reader(path: Path) -> Reader:
    """Open a CSV file as spreadsheets save it: UTF-8 or Windows-1252, semicolons, commas or tabs."""
    if path.stat().st_size > LARGEST:
        raise ValidationFailed(Problem(path.name, None, None, "un fichier trop gros", "moins de 5 Mo"))
    text = _decoded(path)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    csv.field_size_limit(LARGEST)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    advice = "Dans le tableur, enregistrez-le au format « CSV UTF-8 »."
    found = "un octet qui n’est pas du texte"
    raise ValidationFailed(Problem(path.name, None, None, found, "un texte en UTF-8", advice))
