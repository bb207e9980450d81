"""What the address says is chosen: parsed here, checked against the release, never trusted.

The address is the only place a choice is kept: widgets write it, pages read it. A link sent to
somebody reopens the same view, and the browser's arrows go from one choice to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboard.questions import Barometer
from dashboard.readings import NEAREST, REFERENCE_ORDER
from dashboard.records import Territory
from sources.vocabulary import Level

LEVEL, TERRITORY, REFERENCE, THEME, SHEET = "niveau", "territoire", "reference", "theme", "fiche"
MEETING = "reunion"
"""Larger and barer, for a projector: see :mod:`dashboard.components.meeting`."""
KNOWN = (LEVEL, TERRITORY, REFERENCE, THEME, SHEET, MEETING)
_OURS_TO_IGNORE = frozenset({"embed", "embed_options"})


@dataclass(frozen=True)
class Selection:
    """A valid choice, and what had to be said of the address it comes from."""

    territory: Territory
    chosen: bool
    """Whether the address names the territory; else it is the page's own default."""
    reference: str = NEAREST
    theme: str | None = None
    sheet: str | None = None
    meeting: bool = False
    notices: tuple[str, ...] = ()

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address parameters of this choice, defaults left out.

        Args:
            changes: Parameters to replace; ``None`` drops one.
        """
        current: dict[str, str | None] = {
            LEVEL: self.territory.level if self.chosen else None,
            TERRITORY: self.territory.code if self.chosen else None,
            REFERENCE: None if self.reference == NEAREST else self.reference,
            THEME: self.theme,
            SHEET: self.sheet,
            MEETING: "1" if self.meeting else None,
        }
        return {name: value for name, value in {**current, **changes}.items() if value is not None}


def link(territory: Territory) -> dict[str, str]:
    """Return the address parameters that name a territory."""
    return {LEVEL: territory.level, TERRITORY: territory.code}


def parse(parameters: Mapping[str, str], barometer: Barometer) -> Selection:
    """Return the choice an address makes; whatever is unknown is replaced and said politely."""
    notices: list[str] = []
    selection = Selection(barometer.epci(), chosen=False, meeting=parameters.get(MEETING) == "1")
    if set(parameters) - set(KNOWN) - _OURS_TO_IGNORE:
        notices.append("Un élément de l’adresse n’est pas connu de ce baromètre : il a été ignoré.")

    level, code = parameters.get(LEVEL), parameters.get(TERRITORY)
    if level is not None or code is not None:
        territory = _territory(level, code, barometer)
        if territory is None:
            notices.append(
                "Le territoire demandé dans l’adresse n’est pas dans ce baromètre : voici l’agglomération. "
                "Choisissez un territoire dans la liste."
            )
        else:
            selection = replace(selection, territory=territory, chosen=True)

    reference = parameters.get(REFERENCE, NEAREST)
    if reference in (NEAREST, *REFERENCE_ORDER):
        selection = replace(selection, reference=str(reference))
    else:
        notices.append("La référence demandée n’existe pas : la plus proche disponible est montrée.")

    if parameters.get(MEETING, "1") not in ("0", "1"):
        notices.append("Le mode d’affichage demandé n’existe pas : la page est montrée comme d’habitude.")

    theme = parameters.get(THEME)
    if theme is not None:
        if theme in {row.theme for row in barometer.themes}:
            selection = replace(selection, theme=theme)
        else:
            notices.append("Le thème demandé n’existe pas : tous les thèmes sont montrés.")

    sheet = parameters.get(SHEET)
    if sheet is not None:
        if sheet in {row.indicator for row in barometer.indicators}:
            selection = replace(selection, sheet=sheet)
        else:
            notices.append("La fiche demandée n’existe pas : choisissez un indicateur ci-dessous.")
    return replace(selection, notices=tuple(notices))


def _territory(level: str | None, code: str | None, barometer: Barometer) -> Territory | None:
    """Find a territory; a level alone gives its first one, a code alone the commune of that code first."""
    if level is None:
        order = [Level.COMMUNE, Level.QPV, Level.EPCI, *Level]
        found = [t for t in barometer.territories if t.code == code]
        return min(found, key=lambda t: order.index(Level(t.level)), default=None)
    if code is None:
        return next((t for t in barometer.territories if t.level == level), None)
    return barometer.territory(level, code)
