"""What a file is: the dataset it belongs to and its edition, from its name, then from its header.

Belongs here: recognition, and the reasons for which a file is not one of ours. Does not belong here: reading
the figures (``sources.readers``) nor taking a file in (``pipelines``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from sources.catalogue import Catalogue, expanded
from sources.model import Dataset, YearRule
from sources.others import reason_by_header, reason_by_name
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers.container import MAX_STREAMED, Kind, archives_in, check_size, kind_of, member_names
from sources.readers.header import Match, column_of, column_pattern, full_year, match_columns
from sources.readers.naming import last_year, named, year_of_name
from sources.readers.proof import Header, as_written, columns_of, explained, wrong_code
from sources.readers.table import data_members, read_parts
from sources.readers.territory import spoiled_code
from sources.readers.text import TextTable, not_utf_8
from sources.readers.top import member_headers, names_of, peek
from sources.readers.years import expected_date, years_of

_ASIDE = "Il est laissé de côté et n’empêche rien."
_DOWNLOADING = {".crdownload", ".part", ".partial", ".download", ".opdownload"}
"""What browsers add to the name of a file they are still writing."""


@dataclass(frozen=True)
class Recognised:
    """The dataset of a file and its edition (not the reference year of its figures)."""

    dataset: Dataset
    edition: int


class NotRecognised(ExtractRefused):
    """A file of no dataset of the catalogue, or of several: it is listed with the reason, never read."""


class OtherKind(NotRecognised):
    """A file of a kind that is declared as not ours: it is set aside, and stops nothing."""


class WithoutYear(NotRecognised):
    """A file of a known dataset whose edition nothing says."""


def recognise(path: Path, catalogue: Catalogue) -> Recognised:
    """Say which dataset a file belongs to, and which edition of it.

    The name proposes, the header and the first codes decide: a file is of the dataset of which it has every
    column that is required, with codes that dataset may hold. A file that only lacks a column keeps the
    dataset its name promises, so that its reading says which.

    Args:
        path: the file, left untouched; only its beginning is read, unless the year is nowhere else.
        catalogue: the declarations.

    Raises:
        NotRecognised: the file is none of ours; the French reason says why.
        ExtractRefused: the file cannot be opened safely.
    """
    if path.suffix.lower() in _DOWNLOADING:
        advice = "Attendez la fin du téléchargement, ou retirez ce fichier."
        raise ExtractRefused(
            Problem(path.name, None, None, "un téléchargement inachevé", "un fichier complet", advice)
        )
    check_size(path, MAX_STREAMED)
    datasets = catalogue.datasets.values()
    by_name = [dataset for dataset in datasets if named(dataset, path.name)]
    by_name = by_name or _by_members(path, catalogue)
    promised = [dataset for dataset in by_name if not dataset.copied]
    try:
        # Large workbooks open slowly: only the sheets of the dataset its name promises are looked at.
        headers = peek(path, by_name[0].layout.sheet if len(by_name) == 1 else None)
    except ExtractRefused:
        if len(promised) != 1 or not year_of_name(named(promised[0], path.name)):
            raise
        # What its name says it is, it cannot be: its reading says why.
        headers = []
    found = _proved(by_name, headers)
    # A renamed column must not make it pass for a lesser dataset that shares the others.
    partly = [dataset for dataset in promised if _partly(dataset, headers)]
    if not found and len(partly) != 1:
        found = _proved(datasets, headers)
        # The codes may say another generation than the name: the columns are then those of both. Two datasets
        # of the same figures are two shapes of one publication, under one name.
        if (
            len(found) == len(promised) == 1
            and not any(explained(promised[0], h) for h in headers)
            and not expanded(promised[0]).keys() & expanded(found[0]).keys()
        ):
            raise _misnamed(path, promised[0], found[0])
    promised = partly or promised
    if len(found) == 1:
        return _dated(path, found[0], headers)
    if not found and (reason := reason_by_header(header.cells for header in headers)):
        raise _other(path, reason)
    # Without a name that says what it is, its columns may, though its codes do not.
    likely = promised or ([] if found else _explaining(datasets, headers))
    if not found and len(likely) == 1 and (refusal := _of_other_codes(path, likely[0], headers)):
        raise refusal
    if not found and len(promised) == 1:
        # Its name says what it is: reading it will say which column it lacks.
        return _dated(path, promised[0], headers)
    raise _unknown(path, headers, found)


def _by_members(path: Path, catalogue: Catalogue) -> list[Dataset]:
    """Return the datasets that the files of an archive are named after: it may have any name itself.

    Raises:
        OtherKind: the file, or each of those it holds, is declared as not ours.
    """
    if reason := reason_by_name(path.name):
        raise _other(path, reason)
    inner = names_of(path)[1:]
    reasons = [reason_by_name(name) for name in inner]
    if reasons and all(reasons):
        raise _other(path, str(reasons[0]))
    return [d for d in catalogue.datasets.values() if any(named(d, name) for name in inner)]


def other_members(path: Path, dataset: Dataset, catalogue: Catalogue) -> list[tuple[str, Dataset]]:
    """Return the files of an archive that another dataset than the one it is read as would read.

    Args:
        path: the file; one that is no archive has none.
        dataset: what it was recognised as.
        catalogue: the declarations.
    """
    if kind_of(path) is not Kind.ZIP:
        return []
    read = data_members(path, dataset)
    found = []
    for member in member_names(path)[0]:
        name = PurePosixPath(member).name
        if member in read or reason_by_name(name):
            continue
        named_so = [one for one in catalogue.datasets.values() if named(one, name)]
        proved = _proved(named_so or catalogue.datasets.values(), member_headers(path, member))
        found += [(name, one) for one in proved[:1] if one.id != dataset.id]
    return found


def _other(path: Path, reason: str) -> OtherKind:
    return OtherKind(_problem(path, f"un fichier que le baromètre ne lit pas ({reason})", _ASIDE))


def _proved(datasets: Iterable[Dataset], headers: list[Header]) -> list[Dataset]:
    """Return the datasets that a header and the codes below it prove, those that explain it best.

    One that has its columns in another case gives way to any that has them as they are.
    """
    scores = {
        dataset.id: (dataset, max(told))
        for dataset in datasets
        if (
            told := [
                (as_written(dataset, header), score)
                for header in headers
                if (score := explained(dataset, header)) and not wrong_code(dataset, header)
            ]
        )
    }
    best = max((score for _, score in scores.values()), default=(False, 0))
    found = [dataset for dataset, score in scores.values() if score == best]
    # A layout nobody has seen a file of gives way to one that has been verified.
    return [dataset for dataset in found if dataset.layout_verified] or found if len(found) > 1 else found


def _explaining(datasets: Iterable[Dataset], headers: list[Header]) -> list[Dataset]:
    """Return the datasets that explain a header best, whatever the codes below it."""
    scores = [(max((explained(d, header) for header in headers), default=0), d) for d in datasets]
    best = max(score for score, _ in scores)
    return [dataset for score, dataset in scores if score == best > 0]


def _partly(dataset: Dataset, headers: list[Header]) -> bool:
    """Whether a file has the territories and some column of the dataset its name promises, not all."""
    return any(
        column_of(dataset.layout.territory.column or (), cells) is not None
        and match_columns("", cells, dataset, 2000, partial=True)[0]
        and not wrong_code(dataset, header)
        for header in headers
        for cells in [columns_of(dataset, header)]
    )


def _of_other_codes(path: Path, dataset: Dataset, headers: list[Header]) -> NotRecognised | None:
    """Return why a file that has the columns of a dataset is not one of its files: it holds other codes."""
    wrong = [code for h in headers if explained(dataset, h) and (code := wrong_code(dataset, h))]
    if not wrong:
        return None
    place: tuple[int, str] | None = None
    # Columns that are not under their names put anything in that of the codes: its reading says so.
    for part in read_parts(path, dataset):
        for table in islice(part, 1):
            place = place or _place_of(wrong[0], table, dataset)
    rules = [rule for rule in dataset.layout.territory.rules if not rule.outside]
    held = sorted({f"{r.level.label} ({r.perimeter.label})" if r.perimeter else r.level.label for r in rules})
    line, column = place or (None, (dataset.layout.territory.column or ("territoire",))[0])
    return NotRecognised(
        Problem(
            file=path.name,
            line=line,
            column=column,
            found=f"{quoted(wrong[0])}, qui n’est pas un code de « {dataset.title} »",
            expected=f"des codes de territoire\u00a0: {', '.join(held)}",
            advice=spoiled_code(wrong[0], column, rules)
            or "Ce fichier est d’une autre génération ou d’un autre échelon que ceux de ce jeu de données.",
        )
    )


def _place_of(code: str, table: TextTable, dataset: Dataset) -> tuple[int, str] | None:
    """Return the first line of a code, and the column it is in."""
    import polars as pl

    column = column_of(dataset.layout.territory.column or (), table.columns)
    if column is None:
        return None
    lines = table.frame.filter(pl.col(column).cast(pl.String) == code)["_line"]
    return (int(lines[0]), column) if lines.len() else None


def _misnamed(path: Path, promised: Dataset, found: Dataset) -> NotRecognised:
    return NotRecognised(
        Problem(
            file=path.name,
            line=1,
            column=None,
            found=f"les colonnes de « {found.title} », sous un nom de « {promised.title} »",
            expected=f"un fichier de « {promised.title} », comme le dit son nom",
            advice="Deux fichiers ont sans doute échangé leur nom\u00a0: rendez-lui celui de son producteur.",
        )
    )


def _dated(path: Path, dataset: Dataset, headers: list[Header]) -> Recognised:
    """Say the edition of a file of a known dataset; one that cannot be out yet is a mistake in its name."""
    # A geography is published in the last weeks of the year before its own.
    edition, latest = _edition(path, dataset, headers), dt.date.today().year + 1
    if edition > latest:
        advice = "Rendez au fichier le nom que lui a donné le producteur."
        expected = f"une édition parue, {latest} au plus tard"
        raise ExtractRefused(Problem(path.name, None, None, f"l’édition {edition}", expected, advice))
    return Recognised(dataset, edition)


def _edition(path: Path, dataset: Dataset, headers: list[Header]) -> int:
    """Return the edition: what the header calls one, else the year of the name, else that of the data."""
    if year := _stated(dataset, headers):
        return year
    year = year_of_name(named(dataset, path.name))
    if dataset.kind == "list" and (held := dataset.layout.territory.rules[0].perimeter):
        # A list of quarters is of the year of their perimeters, or later: a name may be of those before.
        return max(year or 0, int(held[-4:]))
    if year:
        return year
    names = names_of(path)
    for name in names:
        if year := year_of_name(named(dataset, name)):
            return year
    matches = [
        match
        for header in headers
        for match in match_columns("", columns_of(dataset, header), dataset, 2000, partial=True)[0]
    ]
    if years := [m.year for m in matches if m.year and _year_in_header(dataset, m)]:
        return max(years)
    rule = dataset.layout.year
    if rule.column and (years := _years_in_column(path, dataset, rule)):
        return max(years)
    for name in names:
        if year := last_year(name):
            return year
    written = [
        year for h in headers if explained(dataset, h) for cell in h.cells if (year := last_year(cell))
    ]
    if written:
        return max(written)
    if rule.column and rule.source == "column":
        raise WithoutYear(_undated(path, dataset, rule.column, rule))
    raise WithoutYear(_yearless(path, dataset, rule))


def _yearless(path: Path, dataset: Dataset, rule: YearRule) -> Problem:
    """Say where a file should have its year: in its name, or in the titles of its columns."""
    expected = "une année d’édition dans le nom du fichier (« QPV 2024 » dit un périmètre)"
    advice = f"Ajoutez l’année au nom, ou le motif de ce nom dans {dataset.id}.yaml (files)."
    if rule.source == "header":
        # A year in the name would not say those of the figures.
        expected = "une année dans l’intitulé de chaque colonne de chiffres"
        advice = "Reprenez le fichier du producteur, avec ses intitulés."
    found = f"un fichier de « {dataset.title} » sans année, ni dans son nom ni dans son en-tête"
    return Problem(path.name, None, None, found, expected, advice)


def _undated(path: Path, dataset: Dataset, column: str, rule: YearRule) -> Problem:
    """Say which cell of the column of the dates is none."""
    tables = (table for part in read_parts(path, dataset) for table in part if column in table.columns)
    line, text = next(
        ((table.frame["_line"][0], table.frame[column][0]) for table in tables if table.frame.height),
        (None, ""),
    )
    return Problem(
        file=path.name,
        line=line,
        column=column,
        found=quoted(text) if text else "une cellule vide",
        expected=expected_date(rule),
        advice="Reprenez le fichier du producteur : un tableur a sans doute changé cette colonne.",
    )


def _stated(dataset: Dataset, headers: list[Header]) -> int | None:
    """Return the year of the columns that name the edition, where the layout has such columns."""
    if dataset.layout.edition_column is None:
        return None
    pattern = column_pattern(dataset.layout.edition_column)
    hits = (pattern.fullmatch(cell) for header in headers for cell in columns_of(dataset, header))
    return max((full_year(hit["year"]) for hit in hits if hit), default=None)


def _years_in_column(path: Path, dataset: Dataset, rule: YearRule) -> list[int]:
    return [
        year
        for part in read_parts(path, dataset)
        for table in part
        if rule.column in table.columns
        for year in years_of(table.frame[rule.column], rule)
    ]


def _year_in_header(dataset: Dataset, match: Match) -> bool:
    columns = dataset.layout.columns
    column = columns[match.variable]
    # A column that is not required may be of another year than the file (births beside a census).
    counts = column.required or not any(other.required for other in columns.values())
    return counts and dataset.year_rule(column).source == "header"


def _not_ours(path: Path, found: str, advice: str | None = None) -> NotRecognised:
    return NotRecognised(_problem(path, found, advice))


def _problem(path: Path, found: str, advice: str | None = None) -> Problem:
    return Problem(path.name, None, None, found, "un fichier d’un jeu de données du catalogue", advice)


def _unknown(path: Path, headers: list[Header], found: list[Dataset]) -> NotRecognised:
    if found:
        titles = ", ".join(f"« {dataset.title} »" for dataset in found)
        return _not_ours(
            path,
            f"un en-tête qui convient à plusieurs jeux de données ({titles})",
            "Rendez au fichier le nom que lui a donné le producteur.",
        )
    if inner := archives_in(path):
        return _not_ours(
            path,
            f"une archive dans une archive ({quoted(inner[0])})",
            "Ouvrez l’archive, et déposez le fichier qu’elle contient.",
        )
    if not headers:
        return _not_ours(
            path,
            "un fichier sans en-tête de tableau (ni nom ni colonnes connus)",
            "S’il vient d’un producteur, reprenez l’original\u00a0; sinon, retirez-le du dossier de dépôt.",
        )
    if wrong := not_utf_8(path):
        raise wrong
    cells = [cell for cell in headers[0].cells if cell][:6]
    return _not_ours(
        path,
        f"un nom inconnu et des colonnes d’aucun jeu de données ({', '.join(map(quoted, cells))}…)",
        "Si ce fichier doit être lu, ajoutez le motif de son nom (files) au jeu de données du catalogue.",
    )
