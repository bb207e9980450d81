"""Everything the document of one commune is written from, read from the release once."""

from __future__ import annotations

from functools import cached_property

from dashboard.data import analysis
from dashboard.data.analysis import Finding
from dashboard.data.geometry import around, outlines
from dashboard.data.local import Entry
from dashboard.data.observations import populations
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Territory, Value
from dashboard.data.release import Release
from dashboard.data.release_file import ExportError
from dashboard.documents.sources import Sources
from dashboard.story.readings import Reading, read, recency
from dashboard.story.search import Entry as Named
from dashboard.story.search import index, search
from sources.authority import Noun
from sources.french import typographic, words_of
from sources.vocabulary import Level, Perimeter


class Library:
    """What all the documents of one release share."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.barometer: Barometer = Barometer(release)
        self.local = self.barometer.local
        self._values: dict[tuple[str, str], dict[str, list[Value]]] = {}
        self._gaps: dict[tuple[str, str], dict[tuple[str, str, int | None, int | None], Comparison]] = {}

    def commune(self, asked: str) -> Territory:
        """Return one of our communes, asked by its code or by its name.

        Raises:
            ExportError: none has this code nor this name; with the one whose name is the nearest.
        """
        communes = self.barometer.communes()
        for commune in communes:
            if asked.strip() == commune.code or words_of(asked) == words_of(commune.name):
                return commune
        near = search(index([Named(c.level, c.name, c.code) for c in communes]), asked, most=1)
        examples = [f" ({one.entry.name}, {one.entry.code})" for one in near]
        raise ExportError(
            typographic(
                f"La commune {asked} n’est pas dans cette version du baromètre : "
                f"donnez son nom ou son code INSEE{''.join(examples)}."
            )
        )

    @property
    def authority(self) -> Noun:
        """What the authority is called inside a sentence."""
        return self.barometer.authority

    @property
    def contract(self) -> str:
        """What the contract is called: by its name, or without it."""
        return self.barometer.identity.contract or "Contrat de ville"

    @cached_property
    def epci(self) -> Territory:
        """The agglomeration."""
        return self.barometer.epci()

    @cached_property
    def epci_readings(self) -> dict[str, Reading]:
        """Its indicators."""
        return read(self.barometer, self.epci)

    def values_of(self, territory: Territory) -> dict[str, list[Value]]:
        """Return every value of a territory by indicator, most recent first."""
        key = (territory.level, territory.code)
        if key not in self._values:
            grouped: dict[str, list[Value]] = {}
            for value in sorted(self.barometer.values(territory), key=recency, reverse=True):
                grouped.setdefault(value.indicator, []).append(value)
            self._values[key] = grouped
        return self._values[key]

    def gaps_of(self, territory: Territory) -> dict[tuple[str, str, int | None, int | None], Comparison]:
        """Return the comparison of each value of a territory with the agglomeration."""
        key = (territory.level, territory.code)
        if key not in self._gaps:
            self._gaps[key] = {
                c.key: c
                for c in self.barometer.comparisons(territory)
                if (c.reference_level, c.reference_code) == (Level.EPCI, self.epci.code)
            }
        return self._gaps[key]

    @cached_property
    def base(self) -> dict[tuple[str, str], Entry]:
        """Starting values of the follow-up that were fixed, by code of territory and indicator."""
        return {(e["territoire"], e["indicateur"]): e for e in self.local.section("socle")}

    @cached_property
    def findings(self) -> tuple[Finding, ...] | None:
        """Sentences of the analysis, ``None`` when this release has no analysis."""
        return analysis.findings(self.release)

    @cached_property
    def populations(self) -> dict[str, tuple[int, float]]:
        """Census year and population of each commune, the latest known."""
        return populations(self.release)

    @cached_property
    def around(self) -> list[tuple[str, str, str]]:
        """Code, name and GeoJSON of the communes that touch ours."""
        return [(o.code, o.name, o.geojson) for o in around(self.release)]

    @cached_property
    def contours(self) -> list[tuple[str, str, str]]:
        """Code, name and GeoJSON of the communes, then of the quarters of 2024."""
        return [(o.code, o.name, o.geojson) for o in outlines(self.release)]


class Dossier:
    """One commune in one release, by its code or its name."""

    def __init__(self, library: Library, commune: str) -> None:
        self.library = library
        self.barometer = library.barometer
        self.local = library.local
        self.commune = library.commune(commune)
        self.sources = Sources(self.barometer)
        self.readings = read(self.barometer, self.commune)

    @property
    def authority(self) -> Noun:
        """What the authority is called inside a sentence."""
        return self.barometer.authority

    @cached_property
    def quarters(self) -> list[Territory]:
        """The QPV of the commune, both generations, those of 2024 first."""
        codes = {
            m.code
            for m in self.barometer.memberships
            if m.level == Level.QPV and m.parent_level == Level.COMMUNE and m.parent_code == self.commune.code
        }
        kept = [t for t in self.barometer.territories if t.level == Level.QPV and t.code in codes]
        return sorted(kept, key=lambda t: (t.perimeter != Perimeter.QPV_2024, t.code))

    @property
    def current_quarters(self) -> list[Territory]:
        """The QPV of 2024."""
        return [q for q in self.quarters if q.perimeter == Perimeter.QPV_2024]

    @property
    def without_quarter(self) -> str:
        """What stands for the names of its QPV where it has none: nothing is said of those not held."""
        return "aucun" if Perimeter.QPV_2024 in self.barometer.generations else "non connus"

    @cached_property
    def quarter_readings(self) -> dict[str, dict[str, Reading]]:
        """Indicators of each QPV, by its code."""
        return {quarter.code: read(self.barometer, quarter) for quarter in self.quarters}

    @cached_property
    def groups(self) -> list[Territory]:
        """The groups of communes it belongs to, as a whole or in part."""
        codes = {
            m.parent_code
            for m in self.barometer.memberships
            if (m.level, m.code, m.parent_level) == (Level.COMMUNE, self.commune.code, Level.GROUPE)
        }
        return [t for t in self.barometer.territories if t.level == Level.GROUPE and t.code in codes]

    def values_of(self, territory: Territory) -> dict[str, list[Value]]:
        """Return every value of a territory by indicator, most recent first."""
        return self.library.values_of(territory)

    def gaps_of(self, territory: Territory) -> dict[tuple[str, str, int | None, int | None], Comparison]:
        """Return the comparison of each value of a territory with the agglomeration."""
        return self.library.gaps_of(territory)

    def findings(self, analysis: str, indicator: str | None = None, theme: str | None = None) -> list[str]:
        """Return the sentences of one analysis about the commune, of an indicator or of a whole theme.

        How a need is spread is given for the agglomeration too.
        """
        own = {(self.commune.level, self.commune.code)}
        if analysis == "reponse":
            own.add((self.library.epci.level, self.library.epci.code))
        kept = [
            f
            for f in self.library.findings or ()
            if f.analysis == analysis
            and (f.level, f.code) in own
            and (indicator is None or f.indicator == indicator)
            and (theme is None or (f.theme, f.indicator) == (theme, None))
        ]
        return [f.text or "" for f in sorted(kept, key=lambda f: f.indicator is not None)]
