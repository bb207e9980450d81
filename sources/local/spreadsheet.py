"""The files of the local folder as a French spreadsheet saves them: their names, encodings, cells.

Belongs here: finding a file whatever the case and the accents of its name, reading its lines as text. Does
not belong here: what a cell may hold (``sources.local.model``).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from sources.local.model import SECTIONS, Section
from sources.local.texts import TEXTS_FILE
from sources.problems import Problem, ValidationFailed, quoted

LARGEST = 5_000_000
"""Bytes of a file: a list filled by hand is far below."""
MODEL = "modele_"
GUIDE = "LISEZMOI.txt"
CODES = "Codes"
"""Sheet of a template that lists what its cells may name."""
EXAMPLE = "(exemple)"
"""How the examples of a template end: none of them is ever published."""
LEFT = "C’est l’exemple du modèle."

_BOOKS = (".xlsx", ".ods")
READ = (".csv", *_BOOKS)
"""What a file may be saved as."""
_LISTENED = (*READ, ".yaml", ".yml")
_OTHERS = (".xls", ".xlsm", ".numbers")


_NOMINATIVE = re.compile(
    r"nom|nom_(?!de_l[ae]_)\w+|civilite|\w*(?:prenom|patronyme|naissance)\w*|ne(?:e|\(e\))?_le|age|sexe"
    r"|(?:num(?:ero)?_(?:de_)?)?(?:telephone|tel\.?|portable|mobile)|mail|e-?mail|courriel|adresse|nir"
    r"|num\w*_securite_sociale|(?:num\w*_)?(?:beneficiaire|participante?|jeune|allocataire|usager)|identifiant"
)
"""Columns that tell of persons one by one."""


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
        if suffix in READ and stem in SECTIONS:
            if stem in found:
                other = f"le même fichier que {found[stem].name}"
                problems.append(Problem(path.name, None, None, other, "un seul fichier de ce nom"))
            found[stem] = path
        elif suffix in READ and stem.removeprefix(MODEL) in SECTIONS:
            section = SECTIONS[stem.removeprefix(MODEL)]
            if is_filled(path, section):
                name = f"{section.name}{suffix}"
                advice = f"Renommez-le {name} et retirez la ligne d’exemple."
                problems.append(Problem(path.name, None, None, "un modèle rempli", name, advice))
        elif suffix in _OTHERS and stem.removeprefix(MODEL) in SECTIONS:
            advice = "Dans le tableur, enregistrez-le en XLSX, en ODS ou en CSV."
            expected = SECTIONS[stem.removeprefix(MODEL)].file
            problems.append(Problem(path.name, None, None, "un classeur d’un autre format", expected, advice))
        elif suffix in _LISTENED and path.name != TEXTS_FILE:
            names = ", ".join([*(section.file for section in SECTIONS.values()), TEXTS_FILE])
            advice = "Renommez-le, ou rangez-le ailleurs que dans ce dossier."
            problems.append(Problem(path.name, None, None, "un fichier que rien ne lit", names, advice))
    return found, problems


def is_filled(model: Path, section: Section) -> bool:
    """Tell a template that somebody began to fill from one as it was written."""
    if not model.is_file():
        return False
    try:
        rows = list(_lines(model))
    except ValidationFailed:
        return True
    lines = ([cell.strip() for cell in row] for _, row in rows[1:])
    return any(any(line) and not _of_the_template(line, section) for line in lines)


def _of_the_template(cells: Sequence[str], section: Section) -> bool:
    """Whether a line is the guide or the example of a template, an earlier version's guide included."""
    written = [cell for cell in cells if cell]
    explained = sum(map(guide_of(section).__contains__, written))
    return 2 * explained > len(written) or written == [cell for cell in example_of(section) if cell]


def guide_of(section: Section) -> list[str]:
    """Return what each column of a template is for."""
    return [section.model.model_fields[name].description or "" for name in section.columns]


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
    lines = _lines(path)
    first, names = next(((n, cells) for n, cells in lines if any(map(str.strip, cells))), (1, []))
    header = [folded(name) for name in names]
    _check_header(path.name, first, [name for name in header if name], section)
    for number, cells in lines:
        texts = [cell.strip() for cell in cells]
        # The guide and the example may stay above the lines.
        if not any(texts) or _of_the_template(texts, section):
            continue
        # Spreadsheets add columns without a name, and leave out the last cells of a line when empty.
        named = dict(zip_longest(header, texts, fillvalue=""))
        without = [text for name, text in zip_longest(header, texts, fillvalue="") if text and not name]
        if without:
            expected = "rien hors des colonnes du modèle"
            problems.append(Problem(path.name, number, None, quoted(without[0]), expected))
            continue
        named.pop("", None)
        left = next((name for name, text in named.items() if text.endswith(EXAMPLE)), None)
        if left is not None:
            expected = "vos mots, ou une ligne de moins"
            problems.append(Problem(path.name, number, left, quoted(named[left]), expected, LEFT))
            continue
        yield number, named


def _check_header(file: str, line: int, header: list[str], section: Section) -> None:
    named = sorted({name for name in header if _NOMINATIVE.fullmatch(name)} - set(section.columns))
    if named:
        found = f"des colonnes nominatives ({', '.join(named)})"
        advice = (
            "Aucune personne n’est suivie ici : ôtez ce fichier du dossier, et n’y comptez que des groupes."
        )
        raise ValidationFailed(Problem(file, line, None, found, "des comptes, jamais de personnes", advice))
    fields = section.model.model_fields
    missing = [name for name in section.columns if name not in header and fields[name].is_required()]
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


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line, where it starts, and its cells."""
    if path.stat().st_size > LARGEST:
        raise ValidationFailed(Problem(path.name, None, None, "un fichier trop gros", "moins de 5 Mo"))
    if path.suffix.lower() in _BOOKS:
        yield from enumerate(_sheet(path), start=1)
        return
    text = _decoded(path)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    csv.field_size_limit(LARGEST)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start, width = 1, 0
    for cells in lines:
        width = width or len(cells)
        # A mark that nothing closes takes into the last cell those that the line then lacks.
        if 0 < len(cells) < width and cells[-1].count(delimiter) >= width - len(cells):
            found, expected = (
                "un guillemet ouvert et jamais fermé",
                "un guillemet à chaque bout de la cellule",
            )
            raise ValidationFailed(Problem(path.name, start, None, found, expected))
        yield start, cells
        start = lines.line_num + 1


def _sheet(path: Path) -> Iterator[list[str]]:
    """Yield the lines of the first sheet of a workbook, as text."""
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
        sheets = [
            book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            for name in book.sheet_names
            if name != CODES
        ]
        written = [sheet for sheet in sheets if sheet.height]
        rows, faults = written[0].to_arrow_with_errors() if written else (None, None)
    except fastexcel.FastExcelError as error:
        advice = "Ouvrez-le dans le tableur et enregistrez-le de nouveau."
        found = "un classeur illisible"
        raise ValidationFailed(
            Problem(path.name, None, None, found, "un classeur XLSX ou ODS", advice)
        ) from error
    if len(written) > 1:
        advice = "Mettez toutes les lignes dans une seule feuille, et le reste dans un autre fichier."
        found = f"une seconde feuille remplie, {quoted(written[1].name)}"
        raise ValidationFailed(Problem(path.name, None, None, found, "une seule feuille remplie", advice))
    if faults is not None and faults.errors:
        found, expected = "une formule en erreur", "une valeur, ou une cellule vide"
        lines = sorted({fault.position[0] + 1 for fault in faults.errors})
        raise ValidationFailed([Problem(path.name, line, None, found, expected) for line in lines])
    for row in zip(*(rows.to_pydict().values() if rows is not None else ()), strict=True):
        yield ["" if cell is None else str(cell) for cell in row]


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
