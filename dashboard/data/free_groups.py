"""Groups of communes made on the spot: what the address names, and its figures.

The figures come from the observations of the release by the computation of the pipeline
(:mod:`indicators.free_groups`); they are kept by release and communes, so that only the first reader waits.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Membership, Territory, Value
from dashboard.story import words
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from dashboard.data.release import Release

MAIN, COMPARED = "groupe_compose", "groupe_compare"
"""Codes of the two groups an address may hold; no declared group has them."""

FEWEST = 2
LONGEST_NAME = 60
_MOST_CODES = 1000
"""Codes read of an address, well over what a territory has."""

_OBSERVATIONS = """
SELECT * FROM observation
WHERE level = 'france' OR (level = 'commune' AND list_contains(string_split(?, ','), code))
"""
_GOALPOSTS = "SELECT * FROM goalpost"
_WIDER = "SELECT * FROM value WHERE level IN ('epci', 'departement', 'region', 'metropole', 'france')"
_TABLES = "SELECT table_name FROM information_schema.tables"

Row = TypeVar("Row")


@dataclass(frozen=True)
class FreeGroup:
    """Communes chosen by a reader, and the name given to them; data, never markup."""

    communes: tuple[str, ...]
    given_name: str = ""

    @property
    def complete(self) -> bool:
        """Whether there are enough communes for a group."""
        return len(self.communes) >= FEWEST

    @property
    def codes(self) -> str:
        """The communes as the address writes them."""
        return ",".join(self.communes)

    def named(self, barometer: Barometer) -> str:
        """Return its name: the given one, else that of its communes while they are few."""
        if self.given_name:
            return self.given_name
        if len(self.communes) > 3:
            return f"Groupe de {len(self.communes)} communes"
        chosen = set(self.communes)
        return words.enumeration(
            [words.typographic(c.name) for c in barometer.communes() if c.code in chosen]
        )

    def territory(self, barometer: Barometer, code: str) -> Territory:
        """Return the group as a territory of a page."""
        names = [words.typographic(c.name) for c in barometer.communes() if c.code in set(self.communes)]
        note = (
            f"Groupe composé pour cette page : {words.enumeration(names)}. Ses taux sont recalculés à partir "
            "de la somme des comptages de ses communes, comme ceux des groupes du contrat."
        )
        return Territory(Level.GROUPE.value, code, None, self.named(barometer), True, note)


def written_name(text: str) -> str:
    """Return a name a person wrote, on one line, without control characters, not too long."""
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text[: 10 * LONGEST_NAME])
    return " ".join(visible.split())[:LONGEST_NAME].strip()


def read_group(codes: str, name: str, barometer: Barometer) -> tuple[FreeGroup, str]:
    """Return the group an address names and what must be said of it, empty when all is understood.

    Args:
        codes: Codes of communes, separated by commas.
        name: Name of the group.
        barometer: For the communes that may be chosen.
    """
    known = {commune.code for commune in barometer.communes()}
    asked = [code.strip() for code in codes.split(",", _MOST_CODES)]
    kept = tuple(sorted({code for code in asked if code in known}))
    unknown = any(code and code not in known for code in asked)
    group = FreeGroup(kept, written_name(name))
    said = []
    if unknown:
        said.append("Une partie du groupe demandé n’est pas dans l’agglomération : elle a été ignorée.")
    if not group.complete:
        said.append("Un groupe compte au moins deux communes : choisissez-les dans la liste.")
    return group, " ".join(said)


@dataclass(frozen=True)
class WithGroups(Barometer):
    """A release, and the groups made on the spot as if it held them."""

    groups: Mapping[str, FreeGroup] = field(default_factory=dict)

    @cached_property
    def memberships(self) -> list[Membership]:
        """Which territory lies in which, the communes of the groups included."""
        ours = [
            Membership(Level.COMMUNE.value, commune, Level.GROUPE.value, code, True, None)
            for code, group in self.groups.items()
            for commune in group.communes
        ]
        return [*super().memberships, *ours]

    def territory(self, level: str, code: str) -> Territory | None:
        """The territory of a level and code, a group made on the spot included."""
        if level == Level.GROUPE and code in self.groups:
            return self.groups[code].territory(self, code)
        return super().territory(level, code)

    def values(self, territory: Territory) -> list[Value]:
        """Every value of one territory, all years."""
        group = self._group(territory)
        if group is None:
            return super().values(territory)
        return _figures(str(self.release.path), group.codes, self.release).values

    def comparisons(self, territory: Territory) -> list[Comparison]:
        """Every comparison of one territory, all years and references."""
        group = self._group(territory)
        if group is None:
            return super().comparisons(territory)
        return _figures(str(self.release.path), group.codes, self.release).comparisons

    def trends(self, territory: Territory) -> Mapping[str, Sequence[tuple[int | None, str]]] | None:
        """What changed of each indicator of a group made on the spot; ``None`` for another territory."""
        group = self._group(territory)
        return None if group is None else _figures(str(self.release.path), group.codes, self.release).trends

    def _group(self, territory: Territory) -> FreeGroup | None:
        return self.groups.get(territory.code) if territory.level == Level.GROUPE else None


@dataclass(frozen=True)
class Figures:
    """All that is known of a group; shared between sessions, never modified."""

    values: list[Value]
    comparisons: list[Comparison]
    trends: Mapping[str, Sequence[tuple[int | None, str]]]


@st.cache_resource(max_entries=200, show_spinner="Calcul du groupe…")
def _figures(path: str, codes: str, _release: Release) -> Figures:
    """Compute a group once for each release."""
    from indicators.free_groups import group_comparisons, group_trends, group_values
    from sources.catalogue import load_catalogue

    if not {"observation", "goalpost"} <= set(_release.query(_TABLES)["table_name"]):
        return Figures([], [], {})
    observations, goalposts = _release.query(_OBSERVATIONS, codes), _release.query(_GOALPOSTS)
    if observations.is_empty() or goalposts.is_empty():
        return Figures([], [], {})
    values = group_values(codes.split(","), observations, goalposts, load_catalogue())
    changes: dict[str, list[tuple[int | None, str]]] = {}
    for indicator, year, text in group_trends(values).iter_rows():
        changes.setdefault(indicator, []).append((year, text))
    compared = group_comparisons(values, _release.query(_WIDER))
    return Figures(_typed(Value, values), _typed(Comparison, compared), changes)


def _typed(row: type[Row], frame: pl.DataFrame) -> list[Row]:
    names = [column.name for column in dataclasses.fields(row)]  # type: ignore[arg-type]
    return [row(**record) for record in frame.select(names).iter_rows(named=True)]
