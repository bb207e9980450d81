"""The address of the page of the quarters, understood: perimeter, quarter, indicator."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.address.asked import INDICATOR, LAYER, PERIMETER, PERIMETERS, POCKETS
from dashboard.address.selection import SHEET, Selection
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory
from dashboard.story.quarters import Quarter, quarters
from sources.vocabulary import Level, Perimeter

OWN = (PERIMETER, INDICATOR, LAYER)


@dataclass(frozen=True)
class View:
    """What the page shows: the whole of its address, understood."""

    barometer: Barometer
    selection: Selection
    perimeter: Perimeter
    found: list[Quarter]
    chosen: Quarter
    indicator: Indicator | None
    """The indicator the address names."""
    pockets: bool
    """Whether the map shows the pockets of poverty."""
    notices: tuple[str, ...]

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address of this view, with some of it changed."""
        own = {
            PERIMETER: next(year for year, kept in PERIMETERS.items() if kept == self.perimeter),
            INDICATOR: self.indicator.indicator if self.indicator else None,
            LAYER: POCKETS if self.pockets else None,
            **{name: changes.pop(name) for name in OWN if name in changes},
        }
        shared = self.selection.parameters(**{SHEET: None, **changes})
        return {**shared, **{name: value for name, value in own.items() if value is not None}}


def parse(parameters: dict[str, str], barometer: Barometer, selection: Selection) -> View | None:
    """Return what an address asks; ``None`` when there is no quarter at all."""
    notices = []
    asked = parameters.get(PERIMETER)
    if asked is not None and asked not in PERIMETERS:
        notices.append("Ce périmètre n’existe pas : voici les quartiers de 2024. L’autre est celui de 2015.")
    perimeter = PERIMETERS.get(asked or "")
    named = selection.territory if selection.chosen and selection.territory.level == Level.QPV else None
    if named is not None and named.perimeter in set(Perimeter):
        own = Perimeter(named.perimeter)
        if perimeter is not None and perimeter != own:
            notices.append(
                f"Le quartier demandé est un quartier du {own.label} : c’est ce périmètre qui est montré. "
                "Les deux ne se mélangent pas."
            )
        perimeter = own
    perimeter = perimeter or Perimeter.QPV_2024
    found = quarters(barometer, perimeter)
    if not found and perimeter == Perimeter.QPV_2024:
        perimeter = Perimeter.QPV_2015
        found = quarters(barometer, perimeter)
    if not found:
        return None
    indicator = next((i for i in barometer.indicators if i.indicator == parameters.get(INDICATOR)), None)
    if indicator is None and parameters.get(INDICATOR) is not None:
        notices.append("L’indicateur demandé dans l’adresse n’existe pas : en voici un autre.")
    layer = parameters.get(LAYER) == POCKETS
    chosen = _quarter(found, selection)
    return View(barometer, selection, perimeter, found, chosen, indicator, layer, tuple(notices))


def _quarter(found: list[Quarter], selection: Selection) -> Quarter:
    """The quarter of the address, else one of its commune, else the most inhabited."""
    territory: Territory = selection.territory
    own = [q for q in found if q.territory == territory]
    of_commune = [q for q in found if territory in q.communes]
    candidates = own or of_commune or found
    return max(candidates, key=lambda q: (q.whole, q.inhabitants or 0))
