"""What a file is: the dataset it belongs to and its edition, from its name, then from its header.

Belongs here: recognition, and the reasons for which a file is not one of ours. Does not belong here: reading
the figures (``sources.readers``) nor taking a file in (``pipelines``).
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sources.catalogue import Catalogue
from sources.declarations import read_yaml, validated
from sources.model import Dataset, Model
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers.container import MAX_STREAMED, archives_in, check_size
from sources.readers.header import Match, match_columns
from sources.readers.table import Header, names_of, peek, read_pieces

NOT_OURS = Path(__file__).parent / "not_ours.yaml"
_ASIDE = "Il est laissé de côté et n’empêche rien."
_DOWNLOADING = {".crdownload", ".part", ".partial", ".download", ".opdownload"}
"""What browsers add to the name of a file they are still writing."""
_YEAR = re.compile(r"(?<!\d)((?:199|20\d)\d)(?!\d)")


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


class OtherFile(Model):
    """A kind of file that is known and that the barometer does not read, with the reason in French."""

    files: str
    reason: str


class OtherFiles(Model):
    """Contents of ``not_ours.yaml``."""

    others: tuple[OtherFile, ...]


@functools.cache
def other_files() -> tuple[OtherFile, ...]:
    """Return the kinds of files that are declared as not ours."""
    return validated(OtherFiles, read_yaml(NOT_OURS), NOT_OURS.name).others


def recognise(path: Path, catalogue: Catalogue) -> Recognised:
    """Say which dataset a file belongs to, and which edition of it.

    The name decides when it matches the pattern of one dataset; otherwise the header does, when every column
    that one dataset requires is there and no other dataset matches as well.

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
    named = [dataset for dataset in catalogue.datasets.values() if _named(dataset, path.name)]
    if not named:
        for other in other_files():
            if re.search(other.files, path.name):
                raise OtherKind(
                    _problem(path, f"un fichier que le baromètre ne lit pas ({other.reason})", _ASIDE)
                )
        # An archive may have any name: what it holds has the producer's.
        inner = names_of(path)[1:]
        named = [d for d in catalogue.datasets.values() if any(_named(d, name) for name in inner)]
    if len(named) == 1:
        return _dated(path, named[0])
    headers = peek(path)
    found = _by_header(named or catalogue.datasets.values(), headers)
    if len(found) != 1:
        raise _unknown(path, headers, found)
    return _dated(path, found[0])


def _dated(path: Path, dataset: Dataset) -> Recognised:
    """Say the edition of a file of a known dataset; one that cannot be out yet is a mistake in its name."""
    # A geography is published in the last weeks of the year before its own.
    edition, latest = _edition(path, dataset), dt.date.today().year + 1
    if edition > latest:
        advice = "Rendez au fichier le nom que lui a donné le producteur."
        expected = f"une édition parue, {latest} au plus tard"
        raise ExtractRefused(Problem(path.name, None, None, f"l’édition {edition}", expected, advice))
    return Recognised(dataset, edition)


def _named(dataset: Dataset, name: str) -> re.Match[str] | None:
    return next((hit for pattern in dataset.files if (hit := re.search(pattern, name))), None)


def _by_header(datasets: Iterable[Dataset], headers: list[Header]) -> list[Dataset]:
    """Return the datasets that have every column they require in a header, those that explain it best."""
    scores = {d.id: max((_score(d, header) for header in headers), default=0) for d in datasets}
    best = max(scores.values(), default=0)
    return [d for d in datasets if best and scores[d.id] == best]


def _score(dataset: Dataset, header: Header) -> int:
    """Count the columns of a header that a dataset explains; zero when one it needs is absent."""
    layout = dataset.layout
    present = set(header.cells)
    key = layout.territory.column
    needed = [*layout.needs, *(dimension.column for dimension in layout.dimensions.values())]
    needed += [name for column in layout.columns.values() for name in column.where]
    needed += [rule.column for rule in (layout.year,) if rule.column and not rule.column.startswith("_")]
    if (key and present.isdisjoint(key)) or not present.issuperset(needed):
        return 0
    matches, missing = match_columns(header.place, header.cells, dataset, edition=2000, dated=False)
    explained = {match.column for match in matches} | set(needed)
    return 0 if missing or not explained else len(explained) + (key is not None)


def _edition(path: Path, dataset: Dataset) -> int:
    """Return the edition: the year of the name, else the header's or the year column's latest."""
    if year := _year_of_name(path.name, _named(dataset, path.name)):
        return year
    for name in names_of(path)[1:]:
        if year := _year_of_name(name, _named(dataset, name)):
            return year
    headers = peek(path)
    matches = [
        m for header in headers for m in match_columns("", header.cells, dataset, 2000, partial=True)[0]
    ]
    # A column that is not required may be of another year than the file (births beside a census).
    if years := [m.year for m in matches if m.year and _year_in_header(dataset, m)]:
        return max(years)
    if column := dataset.layout.year.column:
        texts = {
            text
            for table in read_pieces(path, dataset)
            if column in table.columns
            for text in table.frame[column].unique()
        }
        if years := [int(found[1]) for text in texts if (found := _YEAR.match(text))]:
            return max(years)
    raise WithoutYear(
        Problem(
            file=path.name,
            line=None,
            column=None,
            found=f"un fichier de « {dataset.title} » sans année, ni dans son nom ni dans son en-tête",
            expected="l’année d’édition, sur quatre chiffres, dans le nom du fichier",
            advice=f"Ajoutez l’année au nom, ou le motif de ce nom dans {dataset.id}.yaml (files).",
        )
    )


def _year_in_header(dataset: Dataset, match: Match) -> bool:
    column = dataset.layout.columns[match.variable]
    return column.required and dataset.year_rule(column).source == "header"


def _year_of_name(name: str, hit: re.Match[str] | None) -> int | None:
    """Return the year the pattern captures (``19`` or ``2019``), else the last year written in the name."""
    digits = hit.groupdict().get("edition") if hit else None
    if digits:
        return int(digits) if len(digits) == 4 else 2000 + int(digits)
    years = _YEAR.findall(Path(name).stem)
    return int(years[-1]) if years else None


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
    cells = [cell for cell in headers[0].cells if cell][:6]
    return _not_ours(
        path,
        f"un nom inconnu et des colonnes d’aucun jeu de données ({', '.join(map(quoted, cells))}…)",
        "Si ce fichier doit être lu, ajoutez le motif de son nom (files) au jeu de données du catalogue.",
    )
