"""The parts of the document of a commune, in its order: the exports write them, a page shows one of them."""

from __future__ import annotations

PARTS = (
    "Diagnostic partagé de la commune et de ses quartiers",
    "Carte de la commune",
    "Équipements du quartier vécu",
    "Services et dispositifs",
    "Priorités et enjeux",
    "Programmation annuelle du contrat",
    "Programme d’abattement de la taxe foncière (TFPB)",
    "Participation citoyenne",
    "Pilotage",
    "Équipe d’ingénierie mobilisée",
    "Base de suivi 2024-2030",
)
FOLLOW_UP = len(PARTS)
SOURCES = len(PARTS) + 1
SOURCES_TITLE = "Sources et mots employés"


def part_title(part: int) -> str:
    """Return the title of a part (1 to :data:`SOURCES`) as the document numbers it."""
    return SOURCES_TITLE if part == SOURCES else f"{part}. {PARTS[part - 1]}"
