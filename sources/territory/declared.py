"""What one territory declares, and who is part of what in it.

Belongs here: answers from the declarations. Does not belong here: reading them (``sources.territory.files``).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sources.french import of_town
from sources.territory.model import (
    TEAM,
    Around,
    Canton,
    Commune,
    Contour,
    Fact,
    Goalpost,
    Group,
    Home,
    Membership,
    Neighbour,
    Pockets,
    Qpv,
    Successor,
)
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Territories:
    """Everything declared about the territory, and the same as tables of a release.

    Only the authority and its communes are needed; all the rest may be empty.
    """

    folder: Path
    home: Home
    communes: Mapping[str, Commune]
    neighbours: Mapping[str, Neighbour]
    cantons: Mapping[str, Canton]
    qpv: Mapping[str, Qpv]
    memberships: tuple[Membership, ...]
    successors: tuple[Successor, ...]
    groups: Mapping[str, Group]
    pockets: Pockets | None
    published: tuple[Fact, ...]
    extremes: tuple[Goalpost, ...]
    contours: tuple[Contour, ...]
    around: tuple[Around, ...]
    """Communes that touch ours, drawn and nothing else."""

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
            return f"Canton {of_town(self.cantons[code].nom)}{part}"
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

    @property
    def teams(self) -> frozenset[str]:
        """Project teams of the contract, each the rest of the code of its group."""
        return frozenset(code.removeprefix(TEAM) for code in self.groups if code.startswith(TEAM))

    def communes_of(self, qpv: str) -> tuple[str, ...]:
        """Return every commune of a quarter, those of other authorities too."""
        return tuple(m.commune for m in self.memberships if m.qpv == qpv)

    def apart(self, qpv: str) -> bool:
        """Return whether a quarter runs out of the authority: shown apart, never in its totals."""
        return any(commune not in self.communes for commune in self.communes_of(qpv))

    @functools.cached_property
    def territory(self) -> pl.DataFrame:
        """Table ``territory``: one row per territory we keep figures for."""
        from sources.territory import tables

        return tables.territory(self)

    @functools.cached_property
    def membership(self) -> pl.DataFrame:
        """Table ``membership``: which territory is part of which, many to many."""
        from sources.territory import tables

        return tables.membership(self)

    @functools.cached_property
    def geometry(self) -> pl.DataFrame:
        """Table ``geometry``: contours at hand."""
        from sources.territory import tables

        return tables.geometry(self)

    @functools.cached_property
    def surroundings(self) -> pl.DataFrame:
        """Table ``surroundings``: contours of the communes that touch ours."""
        from sources.territory import tables

        return tables.surroundings(self)

    @functools.cached_property
    def facts(self) -> pl.DataFrame:
        """Table ``fact``: published facts; ``computed`` and ``difference`` wait for our figures."""
        from sources.territory import tables

        return tables.facts(self)

    @functools.cached_property
    def goalposts(self) -> pl.DataFrame:
        """Table ``goalpost``: extremes of the IDH-4."""
        from sources.territory import tables

        return tables.goalposts(self)

    @functools.cached_property
    def correspondence(self) -> pl.DataFrame:
        """Table ``correspondence``: which quarter of 2024 stands for which of 2015."""
        from sources.territory import tables

        return tables.correspondence(self)
