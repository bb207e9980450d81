"""What the page of the quarters shows, as its address says it, and what it says of what it cannot show."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

from dashboard.address.parameters import LEVEL, PERIMETERS, SHEET, TERRITORY
from dashboard.address.selection import Selection
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator
from dashboard.story import places
from dashboard.story.quarters import (
    Portrait,
    Quarter,
    comparable,
    income_first,
    main_quarter,
    portrait,
    quarters,
)
from sources.french import typographic
from sources.vocabulary import Level, Perimeter


@kept
def _portraits(barometer: Barometer, perimeter: str) -> list[Portrait]:
    """What is known of the quarters of a generation: the same for every reader of a release."""
    return [portrait(barometer, quarter) for quarter in quarters(barometer, perimeter)]


@kept
def _comparable(barometer: Barometer, perimeter: str) -> list[Indicator]:
    return comparable(barometer, _portraits(barometer, perimeter))


@dataclass(frozen=True)
class View:
    """What the page shows: the whole of its address, understood."""

    barometer: Barometer
    selection: Selection

    @property
    def shelf(self) -> Hashable:
        """What is made of it is kept with its release."""
        return self.barometer.shelf

    @property
    def variant(self) -> Hashable:
        """What its pieces depend on: the quarter, not the commune it stands for, is what they show."""
        asked = self.parameters(**{LEVEL: None, TERRITORY: None})
        return self.barometer.variant, self.chosen.code, tuple(asked.items())

    @cached_property
    def found(self) -> list[Quarter]:
        """The quarters of the generation shown; none when the release has none at all."""
        return quarters(self.barometer, self.selection.perimeter)

    @cached_property
    def chosen(self) -> Quarter:
        """The quarter of the address, else one of its commune, else the most inhabited."""
        return main_quarter(self.found, self.selection.territory)

    @cached_property
    def portraits(self) -> list[Portrait]:
        """What is known of each quarter."""
        return _portraits(self.barometer, self.selection.perimeter)

    @cached_property
    def own(self) -> Portrait:
        """What is known of the quarter shown."""
        return next(p for p in self.portraits if p.quarter == self.chosen)

    @cached_property
    def other_generations(self) -> list[tuple[Perimeter, list[Portrait]]]:
        """The quarters of the perimeters the page does not show, never mixed with those it shows."""
        others = [p for p in PERIMETERS.values() if p != self.selection.perimeter]
        made = [(p, _portraits(self.barometer, p)) for p in others]
        return [(perimeter, found) for perimeter, found in made if found]

    @cached_property
    def indicators(self) -> list[Indicator]:
        """Those on which a quarter may be compared, and that of the address, whatever is known of it."""
        found = _comparable(self.barometer, self.selection.perimeter)
        named = self.selection.indicator
        return [i for i in self.barometer.indicators if i in found or i == named]

    @property
    def indicator(self) -> Indicator | None:
        """The indicator of the address, never another in its place; without one, the first of income."""
        return self.selection.indicator or next(iter(income_first(self.indicators)), None)

    @property
    def note(self) -> str:
        """Which quarter stands for a territory of the address that is not one; else empty."""
        territory, shown = self.selection.territory, self.chosen.territory
        if not self.selection.chosen or territory == shown:
            return ""
        name = typographic(territory.name)
        quarter = f"voici {places.the(shown.name, shown.level)}"
        if territory in self.chosen.communes:
            return f"{name} est une commune : {quarter}, qui s’y étend."
        if territory.level == Level.COMMUNE:
            return f"{name} n’a pas de quartier de ce périmètre : {quarter}."
        return f"{name} n’est pas un quartier de ce périmètre : {quarter}."

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address of this view, with some of it changed; no sheet opens here."""
        return self.selection.parameters(**{SHEET: None, **changes})
