"""Reading the folder of a territory, and checking that its files agree.

``territoire.yaml`` and ``communes.csv`` are needed; every other file may be absent. Belongs here: files and
what they say against one another. Does not belong here: the shape of a row (``sources.territory.model``).
"""

from __future__ import annotations

import csv
import functools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from sources.declarations import DeclarationError, read_yaml, validated
from sources.model import Model
from sources.problems import Problem, quoted
from sources.territory.declared import Territories
from sources.territory.model import (
    Around,
    Canton,
    Commune,
    Contour,
    FactFile,
    Goalpost,
    Group,
    GroupFile,
    Home,
    Membership,
    NationalGroups,
    Neighbour,
    Qpv,
    Successor,
)
from sources.territory.place import FOLDER, territory_folder
from sources.vocabulary import Level, Perimeter

HOME, COMMUNES, NEIGHBOURS, CANTONS = (
    "territoire.yaml",
    "communes.csv",
    "communes_voisines.csv",
    "cantons.csv",
)
QUARTERS, MEMBERSHIPS, SUCCESSORS = "qpv.csv", "appartenances.csv", "correspondance_qpv.csv"
GROUPS, FACTS, GOALPOSTS = "groupes.yaml", "faits.yaml", "goalposts.csv"
COMMUNE_CONTOURS, QUARTER_CONTOURS = "communes.geojson", "qpv.geojson"
AROUND_CONTOURS = "voisines.geojson"
NATIONAL = "groupes_nationaux.yaml"

_Row = TypeVar("_Row", bound=Model)


def load_territories(directory: Path | None = None) -> Territories:
    """Read and check every file of the territory, once.

    Args:
        directory: folder of the declarations; the one chosen (:func:`territory_folder`) by default.

    Raises:
        DeclarationError: naming each file and field that is wrong, in French.
    """
    return _load(directory or territory_folder())


@functools.cache
def _load(folder: Path) -> Territories:
    if not (folder / HOME).is_file():
        offered = ", ".join(sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
        raise DeclarationError(
            Problem(
                str(folder),
                None,
                None,
                f"aucun fichier {HOME}",
                f"le dossier d’un territoire ({offered}), ou un autre qui contient {HOME} et {COMMUNES}",
                "Pour en écrire un premier\u00a0: bcs territoire SIREN.",
            )
        )
    home = validated(Home, read_yaml(folder / HOME), HOME)
    communes = {row.code: row for row in _rows(folder / COMMUNES, Commune, required=True)}
    quarters = {row.code: row for row in _rows(folder / QUARTERS, Qpv)}
    groups = GroupFile()
    if (folder / GROUPS).is_file():
        groups = validated(GroupFile, read_yaml(folder / GROUPS), GROUPS)
    facts = FactFile()
    if (folder / FACTS).is_file():
        facts = validated(FactFile, read_yaml(folder / FACTS), FACTS)
    national = _national({quarter.perimetre for quarter in quarters.values()})
    territories = Territories(
        folder=folder,
        home=home,
        communes=communes,
        neighbours={row.code: row for row in _rows(folder / NEIGHBOURS, Neighbour)},
        cantons={row.code: row for row in _rows(folder / CANTONS, Canton)},
        qpv=quarters,
        memberships=tuple(_rows(folder / MEMBERSHIPS, Membership)),
        successors=tuple(_rows(folder / SUCCESSORS, Successor)),
        groups={group.code: group for group in (*groups.groupes, *national)},
        pockets=groups.poches,
        published=facts.faits,
        extremes=tuple(_rows(folder / GOALPOSTS, Goalpost)),
        contours=tuple(_contours(folder, home)),
        around=tuple(_around(folder, home)),
    )
    problems = tuple(_disagreements(territories))
    if problems:
        raise DeclarationError(problems)
    return territories


def _national(perimeters: set[Perimeter]) -> tuple[Group, ...]:
    """Return the rows producers give of all the quarters of France, of the generations the territory has."""
    declared = validated(NationalGroups, read_yaml(FOLDER / NATIONAL), NATIONAL)
    return tuple(group for group in declared.groupes if group.perimetre in perimeters)


def _rows(path: Path, model: type[_Row], *, required: bool = False) -> Iterator[_Row]:
    """Yield the rows of one CSV file, checked, refusing a code given twice; none where there is no file."""
    if not path.is_file():
        if required:
            raise DeclarationError(Problem(path.name, None, None, "aucun fichier", f"le fichier {path.name}"))
        return
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle, delimiter=";")
        key = (reader.fieldnames or [""])[0]
        unique = key in ("code", "set")
        seen: set[str] = set()
        for row in reader:
            if unique and row[key] in seen:
                raise DeclarationError(
                    Problem(path.name, reader.line_num, key, quoted(row[key]), "un code écrit une seule fois")
                )
            seen.add(row[key])
            yield validated(model, row, path.name, reader.line_num)


def _contours(folder: Path, home: Home) -> Iterator[Contour]:
    """Yield the contours at hand: communes, and quarters of 2024 (those of 2015 are not)."""
    files = (
        (COMMUNE_CONTOURS, Level.COMMUNE, None, "code", home.contours.communes),
        (QUARTER_CONTOURS, Level.QPV, Perimeter.QPV_2024, "code_qp", home.contours.qpv),
    )
    for name, level, perimeter, code, source in files:
        for feature in _features(folder / name):
            yield Contour(
                level=level,
                code=feature["properties"][code],
                perimeter=perimeter,
                geojson=_text(feature),
                source=source,
            )


def _around(folder: Path, home: Home) -> Iterator[Around]:
    """Yield the contours of the communes that touch ours, where there are some: they are only drawn."""
    for feature in _features(folder / AROUND_CONTOURS):
        named = feature["properties"]
        yield Around(
            code=named["code"], name=named["nom"], geojson=_text(feature), source=home.contours.communes
        )


def _text(feature: dict[str, Any]) -> str:
    return json.dumps(feature["geometry"], separators=(",", ":"))


def _features(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def _disagreements(t: Territories) -> Iterator[Problem]:
    """Yield what the files say against one another or against the contract's totals."""
    yield from _undeclared(t)
    for qpv in sorted(set(t.qpv) - {m.qpv for m in t.memberships if m.commune in t.communes}):
        yield Problem(MEMBERSHIPS, None, "qpv", f"{qpv} sans commune", "au moins une commune à nous")
    for pair, times in Counter((m.qpv, m.commune) for m in t.memberships).items():
        if times > 1:
            yield Problem(MEMBERSHIPS, None, "qpv", f"{' dans '.join(pair)} deux fois", "une seule ligne")
    for fact in t.published:
        if fact.niveau is not None and fact.territoire not in t.known(fact.niveau):
            yield Problem(FACTS, None, fact.id, quoted(fact.territoire), "un territoire déclaré")
    yield from _wrong_totals(t)
    for dimension, times in Counter(g.dimension for g in t.extremes if g.par_defaut).items():
        if times > 1:
            yield Problem(GOALPOSTS, None, dimension, f"{times} bornes par défaut", "une seule")


def _undeclared(t: Territories) -> Iterator[Problem]:
    """Yield the codes one file cites and none declares."""
    known_communes = set(t.communes) | set(t.neighbours)
    pockets = t.pockets.liste if t.pockets else ()
    members = {m.commune for g in t.groups.values() for m in g.membres}
    outlined = {
        level: {c.code for c in t.contours if c.level is level} for level in (Level.COMMUNE, Level.QPV)
    }
    references = (
        (COMMUNES, "canton", {c.canton for c in t.communes.values() if c.canton}, set(t.cantons)),
        (MEMBERSHIPS, "qpv", {m.qpv for m in t.memberships}, set(t.qpv)),
        (MEMBERSHIPS, "commune", {m.commune for m in t.memberships}, known_communes),
        (SUCCESSORS, "qpv_2015", {s.qpv_2015 for s in t.successors}, set(t.qpv)),
        (SUCCESSORS, "qpv_2024", {s.qpv_2024 for s in t.successors}, set(t.qpv)),
        (GROUPS, "membres", members, set(t.communes)),
        (GROUPS, "poches", {p.commune for p in pockets}, set(t.communes)),
        (COMMUNE_CONTOURS, "code", outlined[Level.COMMUNE], set(t.communes)),
        (QUARTER_CONTOURS, "code_qp", outlined[Level.QPV], set(t.qpv)),
    )
    for file, column, cited, declared in references:
        for code in sorted(cited - declared):
            yield Problem(file, None, column, quoted(code), "un code déclaré du territoire")


def _wrong_totals(t: Territories) -> Iterator[Problem]:
    """Yield the totals stated that the rows do not make."""
    totals: list[tuple[str, str, int, int]] = []
    if t.home.contrat:
        people = sum(q.habitants_contrat or 0 for q in t.qpv.values())
        totals += [
            (COMMUNES, "code", len(t.communes), t.home.contrat.communes),
            (QUARTERS, "habitants_contrat", people, t.home.contrat.habitants_qpv),
        ]
    if t.pockets:
        totals.append((GROUPS, "poches", sum(p.habitants for p in t.pockets.liste), t.pockets.habitants))
    totals += [
        (GROUPS, group.code, sum(m.habitants_2020 or 0 for m in group.membres), group.habitants_2020)
        for group in t.groups.values()
        if group.habitants_2020 is not None
    ]
    for file, column, total, stated in totals:
        if total != stated:
            yield Problem(file, None, column, f"un total de {total}", f"le total déclaré, {stated}")
