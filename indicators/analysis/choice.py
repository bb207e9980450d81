"""What an indicator is judged on in a territory: its year, its reference, the QPV beside it.

Belongs here: choosing among the figures at hand. Does not belong here: computing anything from them
(``indicators.analysis.measures``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indicators.analysis.need import Figure, Figures, Links, Quarters, concepts, quarters_of
from indicators.analysis.verdicts import Form
from indicators.analysis.words import NBSP
from indicators.model import Indicator, Theme
from indicators.registry import by_theme
from sources.vocabulary import Level

REFERENCES = (Level.METROPOLE, Level.FRANCE, Level.REGION, Level.DEPARTEMENT)
"""From the most to the least wanted: the first that has the year and the concept is the reference."""

WHOLE = {
    Level.METROPOLE: "la France métropolitaine",
    Level.FRANCE: "la France",
    Level.REGION: "la région",
    Level.DEPARTEMENT: "le département",
}
"""References as a sentence names them."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Inputs:
    """What every measure reads."""

    figures: Figures
    links: Links
    people: Mapping[str, float]


@dataclass(frozen=True)
class Reading:
    """One indicator in one territory: the figure judged, its reference, and the QPV beside it."""

    indicator: Indicator
    level: Level
    code: str
    communes: tuple[str, ...]
    concept: str
    year: int
    own: Figure
    reference: tuple[Level, str, Figure] | None
    quarters: Quarters | None

    def row(self, measure: str, value: float | None, text: str | None, **more: object) -> Row:
        """One row of the table."""
        return {
            "indicator": self.indicator.id,
            "theme": self.indicator.theme.value,
            "level": self.level.value,
            "code": self.code,
            "millesime": self.year,
            "reference_level": self.reference[0].value if self.reference else None,
            "reference_code": self.reference[1] if self.reference else None,
            "measure": measure,
            "value": value,
            "text": text,
            **more,
        }


def themes() -> tuple[Theme, ...]:
    """Return the themes that are judged: the introduction is not a need."""
    return tuple(theme for theme in Theme if theme is not Theme.IDH4)


def scored(theme: Theme) -> tuple[Indicator, ...]:
    """Return the indicators of a theme that say a need, hence not the descriptive ones."""
    return tuple(i for i in by_theme(theme) if i.judged)


def choose(
    indicator: Indicator, level: Level, code: str, communes: tuple[str, ...], inputs: Inputs
) -> Reading | None:
    """Take the year and concept that tell most: a reference, then figures of the QPV, then the latest."""
    options: list[tuple[tuple[bool, bool, int, int], Reading]] = []
    for position, concept in enumerate(concepts(indicator)):
        years = inputs.figures.years(indicator.id, concept, level, code)
        for year, own in years.items():
            reference = next(
                (
                    (wider, *found)
                    for wider in REFERENCES
                    for found in inputs.figures.at(indicator.id, concept, wider, year)
                ),
                None,
            )
            quarters = quarters_of(
                indicator, concept, inputs.figures, inputs.links, (level.value, code), year, years
            )
            rank = (reference is not None, bool(quarters and quarters.inside), -position, year)
            reading = Reading(indicator, level, code, communes, concept, year, own, reference, quarters)
            options.append((rank, reading))
    return max(options, key=lambda option: option[0])[1] if options else None


def form_of(reading: Reading, links: Links) -> Form:
    """What the concentration can be read from."""
    if reading.level is Level.COMMUNE and reading.own.inherited:
        return Form.INHERITED
    if reading.quarters and reading.quarters.inside:
        return Form.COUNTS if reading.quarters.counted and reading.own.counts else Form.RATES
    if reading.level is not Level.COMMUNE:
        return Form.COMMUNES
    return Form.NO_FIGURE if links.partly.get((reading.level.value, reading.code)) else Form.NO_QPV


def unreferenced(reading: Reading, figures: Figures) -> str:
    """Say why a figure has no reference; the end of a sentence, without its full stop."""
    about = reading.indicator.id, reading.concept
    told = []
    for level in REFERENCES:
        years = sorted(y for i, c, at, y in figures.wider if (i, c, at) == (*about, level.value))
        if years:
            told.append(f"{WHOLE[level]} ({', '.join(map(str, years))})")
    if not told:
        return "aucun extrait déposé ne donne ce chiffre pour la France, la région ou le département"
    return (
        f"le chiffre du territoire est de {reading.own.period}, et les références connues sont d’autres "
        f"années{NBSP}: {', '.join(told)}"
    )


def communes_of(reading: Reading, figures: Figures) -> Iterator[tuple[str, Figure]]:
    """Communes of the territory that have a figure of the same concept and year."""
    for commune in reading.communes:
        years = figures.years(reading.indicator.id, reading.concept, Level.COMMUNE, commune)
        if reading.year in years:
            yield commune, years[reading.year]
