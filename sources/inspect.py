"""Five lines on a file: what it is, its years, its territories, what would be kept, what would be refused.

Belongs here: the report of ``bcs examiner``, computed and worded. Does not belong here: printing it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sources.catalogue import Catalogue
from sources.french import number, typographic
from sources.problems import ExtractRefused, Problem, quoted
from sources.readers import ReadResult, read_extract
from sources.readers.account import OfficialCodes
from sources.readers.container import kind_of
from sources.readers.labels import displaced
from sources.recognise import NotRecognised, Recognised, WithoutYear, recognise
from sources.territory.declared import Territories
from sources.vocabulary import Level, Perimeter, Status

if TYPE_CHECKING:
    import polars as pl

_PLURALS = {
    Level.QPV: "quartiers prioritaires",
    Level.COMMUNE: "communes",
    Level.CANTON: "cantons",
    Level.GROUPE: "groupes",
    Level.EPCI: "intercommunalités",
    Level.DEPARTEMENT: "départements",
    Level.REGION: "régions",
    Level.METROPOLE: "France métropolitaine",
    Level.FRANCE: "France",
}
_STATUSES = {
    Status.OBSERVED: ("observée", "observées"),
    Status.ESTIMATED: ("estimée", "estimées"),
    Status.SUPPRESSED: ("sous secret statistique", "sous secret statistique"),
    Status.NOT_PUBLISHED: ("non diffusée", "non diffusées"),
    Status.NOT_APPLICABLE: ("sans objet", "sans objet"),
    Status.MISSING: ("manquante", "manquantes"),
}
"""What is said of one cell, and of several."""


@dataclass(frozen=True)
class Inspection:
    """What ``bcs examiner`` says of a file."""

    path: Path
    recognised: Recognised | None
    result: ReadResult | None
    problems: tuple[Problem, ...]
    lines: tuple[str, str, str, str, str]
    """Five French lines: the file, its years, its territories, what is kept, what is refused."""

    @property
    def accepted(self) -> bool:
        """Whether a refresh would take the file as it is."""
        return self.result is not None


def inspect_file(
    path: Path, catalogue: Catalogue, territories: Territories, official: OfficialCodes | None = None
) -> Inspection:
    """Read a file as a refresh would, keep nothing, and say what it is.

    Args:
        path: the file, left untouched.
        catalogue: the declarations.
        territories: what the barometer follows, to say which part of the file concerns it.
        official: official geographic code to check the codes against, if any.

    Returns:
        The report; a file that is not ours, or refused, has one too.
    """
    recognised: Recognised | None = None
    result: ReadResult | None = None
    problems: tuple[Problem, ...] = ()
    unknown = "ne peut pas être ouvert"
    try:
        recognised = recognise(path, catalogue)
        dataset, edition = recognised.dataset, recognised.edition
        declared = next((m for m in dataset.millesimes if m.edition == edition), None)
        result = read_extract(
            path, dataset, edition, declared, territories, scope="france", official=official
        )
        if wrong := displaced(result, dataset, territories.territory):
            result = None
            raise ExtractRefused(wrong)
    except ExtractRefused as error:
        problems = error.problems
        if isinstance(error, NotRecognised):
            unknown = "n’est d’aucun jeu de données du catalogue"
        if isinstance(error, WithoutYear):
            unknown = "est d’un jeu de données connu, mais d’une année inconnue"
    lines = (
        _identity(path, recognised, unknown),
        _years(recognised, result),
        _territories(result, territories),
        _kept(result, territories),
        _refused(result, problems),
    )
    return Inspection(path, recognised, result, problems, tuple(typographic(line) for line in lines))  # type: ignore[arg-type]


def _identity(path: Path, recognised: Recognised | None, unknown: str) -> str:
    size = path.stat().st_size
    weight = f"{number(-(-size // 1000))} ko"
    if recognised is None:
        return f"Fichier : {quoted(path.name)} ({weight}) {unknown}."
    dataset = recognised.dataset
    # Quotation marks inside others are the English ones.
    title = re.sub(r"«\s*(.*?)\s*»", "“\\1”", dataset.title)
    unsure = "" if dataset.layout_verified else " (structure non vérifiée sur un fichier réel)"
    try:
        kind = kind_of(path).value.upper()
    except ExtractRefused:
        kind = path.suffix.lstrip(".").upper()
    return f"Fichier : {quoted(path.name)} ({weight}, {kind}), {dataset.producer}, « {title} »{unsure}."


def _years(recognised: Recognised | None, result: ReadResult | None) -> str:
    if recognised is None:
        return "Millésime : inconnu."
    edition = f"Millésime : édition {recognised.edition}"
    if result is None:
        return f"{edition}."
    found = result.observations["millesime"].unique().sort()
    years = [str(year) for year in found.drop_nulls()]
    if found.null_count():
        years.append("année non précisée par le producteur")
    return (
        f"{edition} ; données de : {', '.join(years)}." if years else f"{edition} ; aucune donnée chiffrée."
    )


def _territories(result: ReadResult | None, territories: Territories) -> str:
    if result is None:
        return "Territoires : non lus."
    parts = []
    for level, codes, perimeters in _levels(result.observations):
        ours = len(codes & territories.known(level))
        named = "".join(f" ({Perimeter(p).label})" for p in perimeters)
        followed = f", dont {number(ours)} de notre territoire" if len(codes) > 1 else ""
        name = _PLURALS[level] if len(codes) > 1 else level.label
        whole = level in (Level.METROPOLE, Level.FRANCE)
        if level is Level.GROUPE and perimeters:
            name, whole = "ensemble des quartiers prioritaires", True
        count = "" if whole else f"{number(len(codes))} "
        parts.append(f"{count}{name}{named}{followed}")
    if not parts:
        return f"Territoires : {_count(result.account.rows_kept, 'ligne')} de codes, sans chiffre."
    return f"Territoires : {' ; '.join(parts)}."


def _levels(observations: pl.DataFrame) -> Iterator[tuple[Level, set[str], list[str]]]:
    """Yield each level of a file with its codes and its generations of perimeters."""
    for level in Level:
        rows = observations.filter(level=level.value)
        if rows.height:
            yield level, set(rows["code"]), sorted(rows["perimeter"].drop_nulls().unique())


def _kept(result: ReadResult | None, territories: Territories) -> str:
    if result is None:
        return "Retenu : rien."
    import polars as pl

    account = result.account
    cells = ", ".join(
        f"{number(count)} {words[count > 1]}"
        for status, words in _STATUSES.items()
        if (count := getattr(account, f"cells_{status.value}"))
    )
    known = [
        (pl.col("level") == level.value) & pl.col("code").is_in(list(territories.known(level)))
        for level in Level
    ]
    followed = result.observations.filter(pl.any_horizontal(known)).height
    return (
        f"Retenu : {_count(account.rows_kept + account.rows_suppressed, 'ligne')} sur "
        f"{number(account.rows_read)}, {_count(account.cells_read, 'cellule')} "
        f"({cells or 'aucun chiffre'}), {_count(followed, 'observation')} de nos territoires ; "
        f"{_count(account.rows_outside, 'ligne')} hors champ."
    )


def _refused(result: ReadResult | None, problems: tuple[Problem, ...]) -> str:
    if problems:
        others = f" … et {_count(len(problems) - 1, 'autre défaut')}." if len(problems) > 1 else ""
        return f"Refusé : {problems[0].message()}{others}"
    if result is None:
        return "Refusé : rien."
    notes = [*_unknown_marks(result), *result.notes]
    more = f" (et {_count(len(notes) - 1, 'autre remarque')})" if len(notes) > 1 else ""
    first = f" {notes[0]}{more}" if notes else ""
    rows = result.account.rows_refused
    return f"Refusé : {_count(rows, 'ligne') if rows else 'rien'}.{first}"


def _unknown_marks(result: ReadResult) -> list[str]:
    """Say which marks of a file nobody has declared, and where."""
    told = [
        f"{quoted(mark.text)} (ligne {mark.line}, colonne {quoted(mark.column)})"
        for mark in result.marks
        if mark.meaning is None
    ]
    if not told:
        return []
    return [f"À déclarer à l’actualisation (bcs revue), marque inconnue : {', '.join(told[:6])}."]


def _count(value: int, words: str) -> str:
    """Return a number and what it counts, in the plural from two."""
    return f"{number(value)} {words if value < 2 else re.sub(r'(?= |$)', 's', words)}"
