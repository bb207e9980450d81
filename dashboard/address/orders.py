"""What the address asks of the page « Priorités »: the question, the generation of quarters, the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.address.asked import PERIMETER, PERIMETERS
from dashboard.address.selection import Selection
from dashboard.address.thresholds import PARAMETERS, WEIGHTS, Settings
from dashboard.address.thresholds import parse as parse_settings
from dashboard.data.questions import Barometer
from sources.vocabulary import Perimeter

VIEW = "question"
VIEWS = {
    "besoins": "Général ou concentré ?",
    "communes": "Quelles communes d’abord ?",
    "quartiers": "Quels quartiers d’abord ?",
    "familles": "Quelles communes se ressemblent ?",
    "idh4": "L’IDH-4 tient-il ?",
}
OWN = (VIEW, PERIMETER, WEIGHTS, *PARAMETERS.values())


@dataclass(frozen=True)
class View:
    """The whole address of the page, understood."""

    barometer: Barometer
    selection: Selection
    question: str
    generation: str
    settings: Settings
    notices: tuple[str, ...]

    @property
    def perimeter(self) -> Perimeter:
        """Generation of the quarters shown."""
        return PERIMETERS[self.generation]

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address of this view with some of it changed.

        Args:
            changes: Parameters to replace; ``None`` drops one.
        """
        own: dict[str, str | None] = {
            VIEW: None if self.question == "besoins" else self.question,
            PERIMETER: None if self.generation == "2024" else self.generation,
        }
        own.update({name: changes.pop(name) for name in (VIEW, PERIMETER) if name in changes})
        kept = {name: value for name, value in own.items() if value is not None}
        return {
            **self.selection.parameters(**changes),
            **kept,
            **self.settings.parameters(),
        }

    def with_settings(self, settings: Settings) -> dict[str, str]:
        """Return the address of this view with other thresholds or weights."""
        return replace(self, settings=settings).parameters()


def parse(parameters: Mapping[str, str], barometer: Barometer, selection: Selection) -> View:
    """Return what an address asks; whatever does not exist is replaced and said politely."""
    settings = parse_settings(parameters)
    notices = list(settings.notices)
    question = parameters.get(VIEW, "besoins")
    if question not in VIEWS:
        notices.append("La question demandée dans l’adresse n’existe pas : voici la première.")
        question = "besoins"
    generation = parameters.get(PERIMETER, "2024")
    if generation not in PERIMETERS:
        notices.append("La génération de quartiers demandée n’existe pas : voici les périmètres de 2024.")
        generation = "2024"
    return View(barometer, selection, question, generation, settings, tuple(notices))
