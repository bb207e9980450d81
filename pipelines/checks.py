"""What stops a publication, and what only deserves a look.

Belongs here: putting together the schemas of ``indicators`` and the tables of a release; the warnings. Does
not belong here: the rules on figures themselves (``indicators.schemas``, derived from the declarations).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.registry import INDICATORS
from indicators.schemas import validate_memberships, validate_observations, validate_values
from pipelines.elsewhere import Part, Parts, StoredParts, WorkParts
from pipelines.kept import Kept, digest_of
from pipelines.publication import Published
from pipelines.release import content_hash, opened, other_rows, read_release
from pipelines.tables import OBSERVATION, TABLES, TERRITORY, VALUE
from sources.catalogue import Catalogue
from sources.french import percent, plural, shortest
from sources.problems import Problem, ValidationFailed, quoted
from sources.territory.declared import Territories
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

JUMP = 0.2
"""Relative revision of one and the same value that deserves a look."""

SHOWN = 5
"""How many cases a warning spells out."""

REVISED_KEY = ["indicator", "series", "level", "code", "perimeter", "period"]
"""What stays the same when an edition revises a figure; the period tells apart editions of unstated year."""


def verify_release(
    path: Path,
    catalogue: Catalogue,
    territories: Territories,
    expected_hash: str,
    written: WorkParts | None = None,
) -> None:
    """Re-run every blocking validation on a built file, reopened read-only.

    Args:
        path: the database, closed by whoever built it.
        catalogue: declarations of the datasets.
        territories: declarations of the territory.
        expected_hash: content hash of the frames the file was built from.
        written: the parts of the rest of France it was built from: the engine says whether the file holds
            their very rows, and those already found sound are not looked at again. The parts are read from
            the file itself when absent.

    Raises:
        ValidationFailed: naming what is wrong and where.
    """
    tables = read_release(path)
    problems: list[Problem] = []
    territory, expected = tables["territory"], territories.home.quarter_people
    files = dict(tables["extract"].select("extract", "file").iter_rows())
    with opened(path) as connection:
        if written is not None:
            problems += [
                _table_problem(name, "d’autres lignes", "celles du reste de la France")
                for name in other_rows(connection, written)
            ]
        elsewhere: Parts = StoredParts(connection) if written is None else written
        found_hash = content_hash(tables, elsewhere)
        problems += _parts_problems(elsewhere, catalogue, files, written.kept if written else None)
    if found_hash != expected_hash:
        found = f"un contenu d’empreinte {found_hash[:12]}"
        problems.append(
            Problem(path.name, None, None, found, f"{expected_hash[:12]}, celle des tables calculées")
        )
    problems += _keys(tables)
    problems += _references(tables)
    validations: tuple[Callable[[], None], ...] = (
        lambda: validate_observations(tables["observation"], catalogue.datasets, territory, files),
        lambda: validate_values(tables["value"], INDICATORS, territory),
        lambda: validate_memberships(tables["membership"], territory, expected),
    )
    for validate in validations:
        try:
            validate()
        except ValidationFailed as error:
            problems += error.problems
    if problems:
        raise ValidationFailed(problems)


def _parts_problems(
    parts: Parts, catalogue: Catalogue, files: Mapping[str, str], kept: Kept | None
) -> list[Problem]:
    """Return what is wrong in the parts of the rest of France; what was found sound is not read again."""
    import polars as pl

    territory = pl.concat([TERRITORY.schema.to_frame(), *(part.frame() for part in parts.parts(TERRITORY))])
    places = digest_of(territory)
    problems: list[Problem] = []

    def validated(part: Part, validate: Callable[..., None], *declared: object) -> list[str]:
        """Validate a part, unless its very rows were; return the extracts of its observations."""
        key = Kept.key(validate, *declared, places, part.digest())
        found = None if kept is None else kept.find(key)
        if found is not None:
            return list(found.told)
        rows = part.frame()
        names = sorted(rows["extract"].unique()) if "extract" in rows.columns else []
        given = (*declared, territory, files) if names else (*declared, territory)
        try:
            validate(rows, *given)
        except ValidationFailed as error:
            problems.extend(error.problems)
        else:
            if kept is not None:
                kept.keep(key, names, {})
        return names

    for part in parts.parts(OBSERVATION):
        dataset = part.values[0]
        named = validated(part, validate_observations, {dataset: catalogue.datasets[dataset]})
        if unknown := [name for name in named if name not in files]:
            expected = "un fichier de la table extract"
            problems.append(_table_problem(OBSERVATION.name, quoted(unknown[0]), expected))
    for part in parts.parts(VALUE):
        validated(part, validate_values, tuple(i for i in INDICATORS if i.id == part.values[0]))
    return problems


def _keys(tables: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """The key of each table is unique, and no table a reader relies on is empty."""
    problems = []
    for table in TABLES:
        frame = tables[table.name]
        repeated = frame.height - frame.select(table.key).unique().height
        if repeated:
            problems.append(
                _table_problem(table.name, f"{repeated} lignes de clé répétée", "une seule ligne par clé")
            )
    relied_on = ("release", "indicator", "dataset", "territory", "observation", "value")
    problems += [
        _table_problem(name, "une table vide", "au moins une ligne")
        for name in relied_on
        if tables[name].is_empty()
    ]
    return problems


def _references(tables: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """What a row names exists in the table it is declared in."""
    links = (
        ("observation", "extract", "extract", "extract"),
        ("observation", "dataset", "dataset", "dataset"),
        ("extract", "dataset", "dataset", "dataset"),
        ("extract_note", "extract", "extract", "extract"),
        ("millesime", "dataset", "dataset", "dataset"),
        ("awaited", "dataset", "dataset", "dataset"),
        ("indicator", "theme", "theme", "theme"),
        ("series", "indicator", "indicator", "indicator"),
        ("comparison", "indicator", "indicator", "indicator"),
    )
    problems = []
    for table, column, parent, key in links:
        named = tables[table][column].drop_nulls().unique()
        unknown = sorted(set(named) - set(tables[parent][key]))
        if unknown:
            names = ", ".join(quoted(name) for name in unknown[:SHOWN])
            problems.append(_table_problem(table, names, f"des lignes de la table {parent}", column))
    return problems


def _table_problem(table: str, found: str, expected: str, column: str | None = None) -> Problem:
    return Problem(f"table {table}", None, column, found, expected)


def usable_counts(observations: pl.DataFrame) -> dict[str, int]:
    """Return how many observations carry a number, by dataset."""
    import polars as pl

    usable = observations.filter(pl.col("status").is_in([s.value for s in Status if s.usable]))
    return dict(usable.group_by("dataset").len().sort("dataset").iter_rows())


def coverage_warning(
    usable: Mapping[str, int], before: Published | None, titles: Mapping[str, str]
) -> str | None:
    """Return a French sentence when datasets give fewer figures than in the current release.

    Args:
        usable: how many observations carry a number, by dataset, dropped files included.
        before: the current release, if any.
        titles: of the datasets.
    """
    fewer = [
        f"{titles.get(name, name)}\u00a0: {usable.get(name, 0)} contre {had}"
        for name, had in sorted(before.usable.items() if before else ())
        if usable.get(name, 0) < had
    ]
    if not fewer:
        return None
    told = "\u00a0; ".join(fewer)
    return f"Moins d’observations utilisables que dans la publication actuelle ({told})."


def jump_warning(values: pl.DataFrame, before: pl.DataFrame | None) -> str | None:
    """Return a French sentence when values of an unchanged key moved much since the current release.

    Args:
        values: table ``value`` just computed.
        before: table ``value`` of the current release, None when there is none.
    """
    import polars as pl

    if before is None:
        return None
    moved = (
        values.join(before, on=REVISED_KEY, nulls_equal=True, suffix="_before")
        .filter((pl.col("value") - pl.col("value_before")).abs() > JUMP * pl.col("value_before").abs())
        .sort(REVISED_KEY)
    )
    if moved.is_empty():
        return None
    cases = [
        f"{row['indicator']}, {row['level']} {row['code']}, {row['period']}\u00a0: "
        f"{shortest(row['value_before'], 4)} → {shortest(row['value'], 4)}"
        for row in moved.head(SHOWN).iter_rows(named=True)
    ]
    revised = plural(moved.height, "valeur révisée", "valeurs révisées")
    return f"{revised} de plus de {percent(JUMP)}\u00a0: " + "\u00a0; ".join(cases)
