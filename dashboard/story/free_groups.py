"""Groups of communes made on the spot: what the address names, and a release that answers for them too."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dashboard.data.group_figures import figures
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Evolution, Membership, Territory, Value
from sources.french import enumeration, typographic
from sources.vocabulary import Level

MAIN, COMPARED = "groupe_compose", "groupe_compare"
"""Codes of the two groups an address may hold; no declared group has them."""

FEWEST = 2
LONGEST_NAME = 60
_MOST_CODES = 1000
"""Codes read of an address, well over what a territory has."""


@dataclass(frozen=True, order=True)
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
        return enumeration([typographic(c.name) for c in barometer.communes() if c.code in chosen])

    def territory(self, barometer: Barometer, code: str) -> Territory:
        """Return the group as a territory of a page."""
        names = [typographic(c.name) for c in barometer.communes() if c.code in set(self.communes)]
        note = (
            f"Groupe composé pour cette page : {enumeration(names)}. Ses taux sont recalculés à partir "
            "de la somme des comptages de ses communes, comme ceux des groupes du contrat."
        )
        return Territory(Level.GROUPE.value, code, None, self.named(barometer), True, note)


def written_name(text: str) -> str:
    """Return a name a person wrote, on one line, without control characters, not too long."""
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text[: 10 * LONGEST_NAME])
    return " ".join(visible.split())[:LONGEST_NAME].strip()


def read_group(codes: str, name: str, barometer: Barometer) -> tuple[FreeGroup, str]:
    """Return the group an address names and the notices about it, none when all is understood.

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
        said.append(f"Une partie du groupe demandé n’est pas {barometer.authority.at} : elle a été ignorée.")
    if not group.complete:
        said.append("Un groupe compte au moins deux communes : choisissez-les dans la liste.")
    return group, " ".join(said)


@dataclass(frozen=True)
class WithGroups(Barometer):
    """A release, and the groups made on the spot as if it held them."""

    groups: Mapping[str, FreeGroup] = field(default_factory=dict)

    @property
    def variant(self) -> Hashable:
        """The groups, whose figures are among the answers."""
        return tuple(sorted(self.groups.items()))

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
        return figures(self.release, group.codes).values

    def comparisons(self, territory: Territory) -> list[Comparison]:
        """Every comparison of one territory, all years and references."""
        group = self._group(territory)
        if group is None:
            return super().comparisons(territory)
        return figures(self.release, group.codes).comparisons

    def evolutions(self, territory: Territory) -> list[Evolution]:
        """What changed of each indicator of one territory."""
        group = self._group(territory)
        return (
            super().evolutions(territory) if group is None else figures(self.release, group.codes).evolutions
        )

    def prepare(self) -> None:
        """Compute the figures of the groups, which takes a moment the first time."""
        for group in self.groups.values():
            figures(self.release, group.codes)

    def _group(self, territory: Territory) -> FreeGroup | None:
        return self.groups.get(territory.code) if territory.level == Level.GROUPE else None
