"""The pockets of poverty the contract names: a commune, a perimeter without outline, stated inhabitants."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from sources.french import plural, typographic
from sources.vocabulary import Level

PLACED = "Emplacement indicatif : commune, contour non connu."
NO_RATE = "Le contrat donne leurs habitants, estimés ; aucun taux n’y est calculé."


@dataclass(frozen=True)
class Pocket:
    """One pocket."""

    commune: Territory
    name: str
    inhabitants: int | None
    source: str

    @property
    def sentence(self) -> str:
        """Its commune, its name and its inhabitants in words."""
        return f"{typographic(self.commune.name)}, {typographic(self.name)} ({self.counted})"

    @property
    def counted(self) -> str:
        """Its inhabitants in words."""
        if self.inhabitants is None:
            return "habitants non connus"
        return plural(self.inhabitants, "habitant")


def pockets(barometer: Barometer) -> list[Pocket]:
    """Return the pockets of the contract in its order; none in a release without the local layer."""
    found = []
    for entry in barometer.local.section("poches"):
        commune = barometer.territory(Level.COMMUNE, entry.commune) if entry.commune else None
        if commune is not None:
            stated = int(entry["habitants"]) if entry["habitants"].isdecimal() else None
            found.append(Pocket(commune, entry["perimetre"], stated, entry.source))
    return found


def pockets_sentence(found: list[Pocket]) -> str:
    """Say where the pockets are and how many people live there, for who does not see the points."""
    told = " ; ".join(pocket.sentence for pocket in found)
    return f"Poches de pauvreté. {PLACED} {told}."
