"""Reading the files an agent filled, over the starting content; every fault names line and column."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sources.declarations import DeclarationError, validated
from sources.local.model import SECTIONS, Row, Section
from sources.local.texts import TEXTS_FILE, read_texts
from sources.problems import Problem, ValidationFailed, quoted

if TYPE_CHECKING:
    from _csv import Reader

STARTING = Path(__file__).parent / "starting"
LARGEST = 5_000_000
"""Bytes of a file: a list filled by hand is far below."""


@dataclass(frozen=True)
class Known:
    """Codes the lines may name; ``None`` where they are not checked."""

    communes: Collection[str] | None = None
    quartiers: Collection[str] | None = None
    indicators: Collection[str] | None = None


@dataclass(frozen=True)
class Line:
    """One line of a file, checked, with where it was read."""

    section: str
    origin: str
    """``contrat`` for the starting content, ``agent`` for what was added to it."""
    file: str
    line: int
    row: Row


@dataclass(frozen=True)
class LocalLayer:
    """Everything of the local layer: lines by section, then free texts by commune and field."""

    lines: tuple[Line, ...]
    texts: Mapping[str, Mapping[str, str]]

    def of(self, section: str) -> list[Line]:
        """Return the lines of one section."""
        return [line for line in self.lines if line.section == section]


def load_local(folder: Path | None, known: Known | None = None) -> LocalLayer:
    """Read the starting content, then the files of ``folder`` that exist.

    Args:
        folder: where the agent's files are; ``None`` for the starting content alone.
        known: codes the lines may name.

    Raises:
        ValidationFailed: naming every fault of every file.
    """
    known = known or Known()
    lines: list[Line] = []
    problems: list[Problem] = []
    texts: Mapping[str, Mapping[str, str]] = {}
    for section in SECTIONS.values():
        for origin, place in (("contrat", STARTING), ("agent", folder)):
            path = place / section.file if place else None
            if path is not None and path.is_file():
                try:
                    lines += _read(path, section, origin, known)
                except ValidationFailed as failure:
                    problems += failure.problems
    try:
        texts = read_texts(folder) if folder else {}
    except ValidationFailed as failure:
        problems += failure.problems
    for commune in texts:
        if known.communes is not None and commune not in known.communes:
            problems.append(Problem(TEXTS_FILE, None, commune, quoted(commune), "une commune du territoire"))
    if problems:
        raise ValidationFailed(problems)
    return LocalLayer(tuple(lines), texts)


def _read(path: Path, section: Section, origin: str, known: Known) -> list[Line]:
    """Return the lines of one file, or raise with all its problems."""
    problems: list[Problem] = []
    lines: list[Line] = []
    for number, cells in _cells(path, section):
        try:
            row = validated(section.model, cells, path.name, number)
        except DeclarationError as error:
            problems += [_in_words(problem, section) for problem in error.problems]
            continue
        problems += _unknown(path.name, number, row, known)
        lines.append(Line(section.name, origin, path.name, number, row))
    if problems:
        raise ValidationFailed(problems)
    return lines


def _in_words(problem: Problem, section: Section) -> Problem:
    """Say what a cell should hold as the template says it, rather than as the schema writes it."""
    if problem.column not in section.columns:
        return problem
    declared = section.declared(problem.column)
    low, high = declared.get("minimum"), declared.get("maximum")
    expected = problem.expected
    if low is not None and high is not None:
        expected = f"un nombre entier entre {low} et {high}"
    elif low is not None:
        expected = f"un nombre à partir de {low}"
    elif expected.startswith("un texte de la forme"):
        expected = "un code"
    elif "maxLength" in declared and expected.startswith("un texte"):
        expected = f"un texte de {declared.get('minLength', 0)} à {declared['maxLength']} caractères"
    elif declared.get("type") == "number":
        expected = "un nombre"
    example = next((text for text in declared.get("examples", ()) if text), "")
    advice = declared["description"] + (f", par exemple {quoted(example)}." if example else ".")
    return dataclasses.replace(problem, expected=expected, advice=advice)


def _unknown(file: str, line: int, row: Row, known: Known) -> Iterator[Problem]:
    """Yield the codes of a line that the territory or the barometer does not know."""
    checks = (
        ("commune", known.communes, "le code d’une commune du territoire"),
        ("indicateur", known.indicators, "l’identifiant d’un indicateur du baromètre"),
    )
    for column, codes, expected in checks:
        value = getattr(row, column, None)
        if value is not None and codes is not None and value not in codes:
            yield Problem(file, line, column, quoted(value), expected)
    target = getattr(row, "territoire", None)
    if target is not None:
        codes = known.quartiers if target.startswith("Q") else known.communes
        if codes is not None and target not in codes:
            yield Problem(
                file, line, "territoire", quoted(target), "une commune ou un quartier du territoire"
            )


def _cells(path: Path, section: Section) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells by column of each line that is not empty."""
    reader = _reader(path)
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in section.columns if name not in header]
    extra = [name for name in header if name not in section.columns]
    faults = [Problem(path.name, 1, name, "rien", "cette colonne du modèle") for name in missing]
    faults += [
        Problem(path.name, 1, name, "une colonne inconnue", f"l’une de {', '.join(section.columns)}")
        for name in extra
    ]
    faults += [
        Problem(path.name, 1, name, "une colonne écrite deux fois", "des colonnes toutes différentes")
        for name in sorted({n for n in header if header.count(n) > 1})
    ]
    if faults:
        raise ValidationFailed(faults)
    start = reader.line_num + 1
    for cells in reader:
        number, start = start, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            found = f"{len(cells)} cellules"
            raise ValidationFailed(Problem(path.name, number, None, found, f"{len(header)} cellules"))
        yield number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _reader(path: Path) -> Reader:
    """Open a CSV file as spreadsheets save it: UTF-8 with or without mark, semicolons or commas."""
    if path.stat().st_size > LARGEST:
        raise ValidationFailed(Problem(path.name, None, None, "un fichier trop gros", "moins de 5 Mo"))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        advice = "Dans le tableur, enregistrez-le au format « CSV UTF-8 »."
        found = "un octet qui n’est pas de l’UTF-8"
        raise ValidationFailed(
            Problem(path.name, None, None, found, "un fichier en UTF-8", advice)
        ) from error
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    csv.field_size_limit(LARGEST)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
