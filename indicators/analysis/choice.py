"""What a need is judged on in a territory: its year, its reference, the communes and QPV inside.

Belongs here: choosing among the figures at hand. Does not belong here: computing anything from them
(``indicators.analysis.measures``, ``indicators.analysis.spread``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.analysis.need import Figure, Figures, GapKey, Links, Quarters, concepts, quarters_of
from indicators.model import Indicator, Theme
from indicators.registry import by_theme
from indicators.years import current_year
from sources.french import NBSP
from sources.vocabulary import Level

_WIDER = (Level.DEPARTEMENT, Level.REGION, Level.METROPOLE, Level.FRANCE)

REFERENCES: Mapping[Level, tuple[Level, ...]] = {
    Level.COMMUNE: (Level.EPCI, *_WIDER),
    Level.GROUPE: (Level.EPCI, *_WIDER),
    Level.EPCI: _WIDER,
}
"""From the nearest: the first that has the concept and the year is the reference."""

WHOLE = {
    Level.EPCI: "l’intercommunalité",
    Level.DEPARTEMENT: "le département",
    Level.REGION: "la région",
    Level.METROPOLE: "la France métropolitaine",
    Level.FRANCE: "la France",
}
"""References as a sentence names them."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A territory that gets answers."""

    level: Level
    code: str
    communes: tuple[str, ...]
    epci: str
    """The authority it is, or lies in."""


@dataclass(frozen=True)
class Inputs:
    """What every measure reads."""

    figures: Figures
    links: Links
    people: Mapping[str, float]
    """Inhabitants of each commune."""
    census: int | None
    """Year of the current census."""
    gaps: Mapping[GapKey, tuple[float, float, float, str]]
    """Gaps that are judged, with their printed limits and their judgement."""


@dataclass(frozen=True)
class Compared:
    """The figure whose level is judged, and what it is set against."""

    concept: str
    year: int
    own: Figure
    reference: tuple[Level, str, Figure] | None


@dataclass(frozen=True)
class Inside:
    """The figures a spread is read from, all of one concept and year."""

    concept: str
    year: int
    own: Figure | None
    communes: Mapping[str, Figure]
    quarters: Quarters | None


@dataclass(frozen=True)
class Reading:
    """One need in one territory."""

    indicator: Indicator
    place: Place
    compared: Compared | None
    inside: Inside | None

    @property
    def inherited(self) -> bool:
        """Whether the only figure is that of a wider territory: nothing is judged then."""
        own = self.compared.own if self.compared else None
        return own is not None and own.inherited and self.place.level is Level.COMMUNE

    def row(self, measure: str, value: float | None, text: str | None = None, **more: object) -> Row:
        """One row of the table about what is compared; ``more`` overrides."""
        compared = self.compared
        reference = compared.reference if compared else None
        return {
            **self.inner(measure, value, text),
            "millesime": compared.year if compared else None,
            "reference_level": reference[0].value if reference else None,
            "reference_code": reference[1] if reference else None,
            **more,
        }

    def inner(self, measure: str, value: float | None, text: str | None = None, **more: object) -> Row:
        """One row of the table about the inside; ``more`` overrides."""
        return {
            "indicator": self.indicator.id,
            "theme": self.indicator.theme.value,
            "level": self.place.level.value,
            "code": self.place.code,
            "millesime": self.inside.year if self.inside else None,
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


def places(links: Links) -> Iterator[Place]:
    """Every territory that gets answers: the authority, its groups of communes, its communes."""
    for epci, communes in links.communes.items():
        yield Place(Level.EPCI, epci, communes, epci)
        for group, members in links.groups.items():
            yield Place(Level.GROUPE, group, members, epci)
        for commune in communes:
            yield Place(Level.COMMUNE, commune, (commune,), epci)


def choose(indicator: Indicator, place: Place, inputs: Inputs) -> Reading | None:
    """Take the figures of a need in a territory; null when there is none."""
    compared = _compared(indicator, place, inputs)
    inside = _inside(indicator, place, inputs, compared)
    return Reading(indicator, place, compared, inside) if compared or inside else None


def _compared(indicator: Indicator, place: Place, inputs: Inputs) -> Compared | None:
    """Take the figure every page shows, or the latest that has a reference when that one has none."""
    figures = inputs.figures
    known = [
        (year, -position, concept, own)
        for position, concept in enumerate(concepts(indicator))
        for year, own in figures.years(indicator.id, concept, place.level, place.code).items()
    ]
    latest_first = sorted(known, key=lambda one: one[:2], reverse=True)
    years = [year for year, *_ in latest_first]
    told = current_year(years, inputs.census if indicator.sampled != "no" else None)
    shown = next((one for one in latest_first if one[0] == told), None)
    if shown is None:
        return None
    for year, _, concept, own in (shown, *latest_first):
        reference = next(_references(indicator, concept, year, place, figures), None)
        if reference is not None:
            return Compared(concept, year, own, reference)
    return Compared(shown[2], shown[0], shown[3], None)


def _references(
    indicator: Indicator, concept: str, year: int, place: Place, figures: Figures
) -> Iterator[tuple[Level, str, Figure]]:
    for level in REFERENCES[place.level]:
        for code, figure in figures.at(indicator.id, concept, level, year):
            if level is not Level.EPCI or code == place.epci:
                yield level, code, figure


def _inside(indicator: Indicator, place: Place, inputs: Inputs, compared: Compared | None) -> Inside | None:
    """Take the figures that inform most about the inside of a territory.

    Counts of QPV first, then the year the level is judged on, then rates of QPV, then the latest year. A
    commune is not cut but by its QPV: without their figures there is nothing to read in it.
    """
    options: list[tuple[tuple[bool, bool, bool, int, int], Inside]] = []
    for position, concept in enumerate(concepts(indicator)):
        known = _by_year(indicator, concept, place, inputs.figures)
        own = inputs.figures.years(indicator.id, concept, place.level, place.code)
        if place.level is not Level.COMMUNE:
            # The producer gives no row of the authority for some of what it gives of the communes.
            years: Mapping[int, Figure] = {year: next(iter(found.values())) for year, found in known.items()}
        else:
            years = own
        for year in years:
            quarters = quarters_of(
                indicator, concept, inputs.figures, inputs.links, (place.level.value, place.code), year, years
            )
            wanted = compared is not None and (compared.concept, compared.year) == (concept, year)
            counted = bool(quarters and quarters.counted)
            rank = counted, wanted, bool(quarters and quarters.inside), -position, year
            inside = Inside(concept, year, own.get(year), known.get(year, {}), quarters)
            if place.level is not Level.COMMUNE or (quarters and quarters.inside):
                options.append((rank, inside))
    return max(options, key=lambda option: option[0])[1] if options else None


def _by_year(
    indicator: Indicator, concept: str, place: Place, figures: Figures
) -> dict[int, dict[str, Figure]]:
    """Figures of the communes of a territory, by year."""
    found: dict[int, dict[str, Figure]] = {}
    for commune in place.communes:
        for year, figure in figures.years(indicator.id, concept, Level.COMMUNE, commune).items():
            found.setdefault(year, {})[commune] = figure
    return found


def unreferenced(reading: Reading, figures: Figures) -> str:
    """Say why a figure has no reference; the end of a sentence, without its full stop."""
    compared = reading.compared
    if compared is None:
        return f"aucun chiffre n’est publié pour {WHOLE.get(reading.place.level, 'cet ensemble')}"
    same = _known(reading, figures, [compared.concept])
    if same:
        return (
            f"le chiffre est de {compared.own.period}, et les références connues portent sur d’autres "
            f"années{NBSP}: {same}"
        )
    other = _known(reading, figures, concepts(reading.indicator))
    if other:
        return f"les références connues ne comptent pas la même chose{NBSP}: {other}"
    return "aucun fichier reçu ne donne ce chiffre pour un territoire plus large"


def _known(reading: Reading, figures: Figures, wanted: Sequence[str]) -> str:
    """Name the wider territories that have some concepts, with the years."""
    told = []
    for level in REFERENCES[reading.place.level]:
        years = sorted(
            {y for i, c, at, y in figures.wider if (i, at) == (reading.indicator.id, level) and c in wanted}
        )
        if years:
            told.append(f"{WHOLE[level]} ({', '.join(map(str, years))})")
    return ", ".join(told)
