"""Reading the files an agent filled, over the starting content; every fault names line and column."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from sources.declarations import DeclarationError, validated
from sources.french import plural, shortest
from sources.local.cells import slug
from sources.local.crossed import crossed
from sources.local.kinds import INVISIBLE, LONGEST, QUARTER, QUARTERS_TEAM
from sources.local.model import SECTIONS, Row, Section
from sources.local.spreadsheet import GUIDE, cells_of, filled
from sources.local.texts import TEXTS_FILE, read_texts
from sources.problems import Problem, ValidationFailed, quoted
from sources.territory.place import territory_folder

_SHARE = (0, 100)
"""Bounds of an indicator that is a percentage."""
_PLACES = {"commune", "territoire"}
"""Columns that name a commune."""
LISTS = "listes"
"""Folder of the starting content, in that of the territory."""


@dataclass(frozen=True)
class Known:
    """Codes the lines may name; ``None`` where they are not checked."""

    communes: Mapping[str, str] | None = None
    """Code and name of each: a line may bear either."""
    quartiers: Collection[str] | None = None
    indicators: Mapping[str, tuple[float | None, float | None]] | None = None
    """Indicators a target may be set for, and the bounds of each."""
    teams: Collection[str] | None = None
    """Project teams of the territory."""


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


def load_local(folder: Path | None, known: Known | None = None, starting: Path | None = None) -> LocalLayer:
    """Read the starting content, then the files of ``folder`` that exist.

    Args:
        folder: where the agent's files are; ``None`` for the starting content alone.
        known: codes the lines may name.
        starting: folder of the starting content, which may be absent; that of the territory by default.

    Raises:
        ValidationFailed: naming every fault of every file.
    """
    known = known or Known()
    starting = starting or territory_folder() / LISTS
    lines: list[Line] = []
    faulty: set[str] = set()
    found, problems = filled(folder) if folder else ({}, [])
    for section in SECTIONS.values():
        for origin, path in (("contrat", starting / section.file), ("agent", found.get(section.name))):
            if path is not None and path.is_file():
                found_here: list[Problem] = []
                try:
                    lines += _read(path, section, origin, known, found_here)
                except ValidationFailed as failure:
                    found_here += failure.problems
                if found_here:
                    faulty.add(section.name)
                problems += found_here
    problems += crossed(lines, faulty)
    texts: Mapping[str, Mapping[str, str]] = {}
    try:
        texts = read_texts(folder) if folder else {}
    except ValidationFailed as failure:
        problems += failure.problems
    for commune in texts:
        if known.communes is not None and commune not in known.communes:
            problems.append(Problem(TEXTS_FILE, None, commune, quoted(commune), "une commune du territoire"))
    if problems:
        raise Refused(problems)
    return LocalLayer(tuple(lines), texts)


class Refused(ValidationFailed):
    """A local layer with faults: whoever filled it by hand wants them all at once."""

    spelled = 40


def _read(path: Path, section: Section, origin: str, known: Known, problems: list[Problem]) -> list[Line]:
    """Return the lines of one file that are right, and complete the problems with those of the others."""
    lines: list[Line] = []
    seen: dict[tuple[object, ...], int] = {}
    codes = {slug(name): code for code, name in (known.communes or {}).items()}
    for number, cells in cells_of(path, section, problems):
        for column in _PLACES & cells.keys():
            cells[column] = codes.get(slug(cells[column]), cells[column])
        try:
            row = validated(section.model, cells, path.name, number)
        except DeclarationError as error:
            told = [_in_words(problem, section, cells) for problem in error.problems]
            faults = {problem.column for problem in told}
            named = {name: cell for name, cell in cells.items() if cell and name not in (*faults, "valeur")}
            told += _unknown(path.name, number, SimpleNamespace(**named), known, cells)
            problems += told
            continue
        problems += _unknown(path.name, number, row, known, cells)
        first = seen.setdefault(tuple(_bare(getattr(row, name)) for name in section.key), number)
        if first != number:
            problems.append(_twice(path.name, number, first, section))
        lines.append(Line(section.name, origin, path.name, number, row))
    return lines


def _bare(cell: object) -> object:
    """Return a cell as it is compared: capitals and spaces do not make another line."""
    return " ".join(cell.casefold().split()) if isinstance(cell, str) else cell


def _twice(file: str, line: int, first: int, section: Section) -> Problem:
    same = f"les mêmes {', '.join(section.once)}" if section.once else "le même contenu"
    return Problem(file, line, None, f"{same} qu’à la ligne {first}", "une ligne donnée une seule fois")


def _in_words(problem: Problem, section: Section, cells: Mapping[str, str]) -> Problem:
    """Say what a cell should hold as the template says it, rather than as the schema writes it."""
    if problem.column not in section.columns:
        return problem
    declared = section.declared(problem.column)
    low, high = declared.get("minimum"), declared.get("maximum")
    expected, told = problem.expected, str(declared["description"])
    if low is not None and high is not None:
        expected = f"un nombre entier entre {low} et {high}"
    elif low is not None:
        whole = " entier" if declared.get("type") == "integer" else ""
        expected = f"un nombre{whole} à partir de {low}"
    elif expected.startswith("un texte de la forme"):
        expected = "un jour (31/12/2028) ou une année" if "jour ou année" in told else "un code"
        if problem.column in _PLACES:
            quarter = ", ou le code d’un de ses quartiers" if problem.column == "territoire" else ""
            expected = f"le code ou le nom d’une commune du territoire{quarter}"
    elif "maxLength" in declared and expected.startswith("un texte"):
        expected = f"un texte de {declared.get('minLength', 0)} à {declared['maxLength']} caractères"
    elif declared.get("type") == "number":
        expected = "un nombre"
    example = next((text for text in declared.get("examples", ()) if text), "")
    advice = told + (f", par exemple {quoted(example)}." if example else ".")
    cell, longest = cells[problem.column], declared.get("maxLength", LONGEST)
    found = (
        plural(len(cell), "caractère")
        if len(cell) > longest
        else quoted(cell)
        if cell and problem.found.startswith("«")
        else problem.found
        if cell
        else "une cellule vide"
    )
    if INVISIBLE in found:
        found, expected = f"un {INVISIBLE}", "un texte qui se lit en entier"
    return dataclasses.replace(problem, found=found, expected=expected, advice=advice)


def _unknown(
    file: str, line: int, row: Row | SimpleNamespace, known: Known, cells: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield the codes of a line that the territory or the barometer does not know.

    Args:
        file: name of the file.
        line: number of the line.
        row: the line, or what is right in it.
        known: the codes.
        cells: the line as it is written.
    """
    places = (known.communes, "le code ou le nom d’une commune du territoire")
    quarters = (known.quartiers, "le code d’un quartier du territoire")
    followed = None if known.indicators is None else known.indicators.keys()
    teams = None if known.teams is None else (*sorted(known.teams), QUARTERS_TEAM)
    target, quarter = getattr(row, "territoire", None), getattr(row, "quartier", None)
    for column, value, (codes, expected) in (
        ("commune", getattr(row, "commune", None), places),
        ("territoire", target, quarters if str(target).startswith("Q") else places),
        # The name of a quarter is free, its code is not.
        ("quartier", quarter if QUARTER.fullmatch(str(quarter)) else None, quarters),
        (
            "indicateur",
            getattr(row, "indicateur", None),
            (followed, f"un indicateur suivi (la liste est dans {GUIDE})"),
        ),
        ("equipe", getattr(row, "equipe", None), (teams, " ou ".join(teams or ()))),
    ):
        if value is not None and codes is not None and value not in codes:
            yield Problem(file, line, column, quoted(value), expected)
        elif column == "indicateur" and value is not None and known.indicators is not None:
            aimed = getattr(row, "valeur", None)
            if aimed is not None:
                bounds = known.indicators[value]
                yield from _out_of_bounds(file, line, aimed, bounds)
                if bounds == _SHARE and 0 < aimed < 1 and "%" not in cells["valeur"]:
                    # A spreadsheet keeps « 25 % » as 0.25 and shows it as it was typed.
                    said = f"{shortest(aimed * 100)} ou {shortest(aimed)}\u00a0%"
                    yield Problem(
                        file, line, "valeur", shortest(aimed), said, "Écrivez le pourcentage en texte."
                    )


def _out_of_bounds(
    file: str, line: int, aimed: float, bounds: tuple[float | None, float | None]
) -> Iterator[Problem]:
    """Tell a target its indicator can never reach."""
    low, high = bounds
    if (low is not None and aimed < low) or (high is not None and aimed > high):
        limits = [f"au moins {shortest(low)}"] if low is not None else []
        limits += [f"au plus {shortest(high)}"] if high is not None else []
        yield Problem(file, line, "valeur", shortest(aimed), " et ".join(limits))
