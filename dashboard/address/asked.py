"""What the address asks of the pages that compare territories, beyond the territory itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.address.selection import Selection
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator
from dashboard.story.everywhere import definitions, everywhere, years
from indicators.model import Theme
from sources.vocabulary import Perimeter

INDICATOR, VARIANT, YEAR, PERIMETER = "indicateur", "definition", "annee", "perimetre"
LAYER, POCKETS = "couche", "poches"
"""What a map shows above its colours."""
UNSTATED = "non-precisee"
"""How the address writes the year of a figure whose producer states none."""

PERIMETERS = {"2024": Perimeter.QPV_2024, "2015": Perimeter.QPV_2015}


@dataclass(frozen=True)
class Asked:
    """A valid choice of indicator, definition and year; ``None`` where the page's default applies."""

    indicator: Indicator
    named: bool
    """Whether the address names the indicator."""
    concept: str | None
    year: int | str | None
    notices: tuple[str, ...]

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """Return the address parameters of this choice.

        Args:
            changes: Parameters to replace; ``None`` drops one.
        """
        year = UNSTATED if self.year is None else str(self.year)
        current = {
            INDICATOR: self.indicator.indicator if self.named else None,
            VARIANT: self.concept,
            YEAR: year or None,
        }
        return {name: value for name, value in {**current, **changes}.items() if value is not None}


def parse(parameters: Mapping[str, str], barometer: Barometer, selection: Selection) -> Asked:
    """Return what an address asks; whatever does not exist is replaced and said politely."""
    notices = []
    by_id = {indicator.indicator: indicator for indicator in barometer.indicators}
    wanted = parameters.get(INDICATOR)
    if wanted is not None and wanted not in by_id:
        notices.append(
            "L’indicateur demandé dans l’adresse n’existe pas : en voici un autre. "
            "Choisissez un indicateur dans la liste."
        )
    found = by_id.get(wanted or "") or by_id.get(selection.sheet or "")
    indicator = found or default_indicator(barometer, selection.theme)
    values = barometer.all_values(indicator.indicator)

    concepts = definitions(barometer, values)
    concept = parameters.get(VARIANT)
    if concept is not None and concept not in concepts:
        notices.append("La définition demandée n’a pas de chiffre ici : la principale est montrée.")
        concept = None
    kept = concept or (concepts[0] if concepts else "")
    offered = years(barometer, [v for v in values if v.concept == kept])
    year, understood = _year(parameters.get(YEAR, ""), offered)
    if not understood:
        notices.append("L’année demandée n’a pas de chiffre pour les communes : voici la plus utile.")
    return Asked(indicator, found is not None, concept, year, tuple(notices))


def _year(asked: str, offered: Sequence[int | None]) -> tuple[int | str | None, bool]:
    if asked == "":
        return "", True
    if asked == UNSTATED and None in offered:
        return None, True
    if re.fullmatch(r"[0-9]{4}", asked) and int(asked) in offered:
        return int(asked), True
    return "", False


def default_indicator(barometer: Barometer, theme: str | None) -> Indicator:
    """Return the first indicator with figures for communes: of a theme, else after the introduction."""
    offered = [i for i in barometer.indicators if i.theme == theme] or [
        i for i in barometer.indicators if i.theme != Theme.IDH4
    ]
    known = (i for i in offered if everywhere(barometer, i, None, "").numbers)
    return next(known, (offered or barometer.indicators)[0])
