"""Everything the document of one commune is written from, asked of the release once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Territory, Value
from dashboard.data.release_file import ExportError, ReleaseFile
from dashboard.documents.local import Local
from dashboard.documents.sources import Sources
from dashboard.story.readings import Reading, read, recency
from sources.vocabulary import Level, Perimeter

# The sentences meant to be read: not the measures behind them, nor an answer that nothing allows to give.
_FINDINGS = """
SELECT DISTINCT f.analysis, f.indicator, f.theme, f.level, f.code, f.millesime, f.measure, f.text,
    f.value, f.lower, f.upper
FROM analysis AS f
LEFT JOIN analysis AS v ON v.measure = replace(f.measure, 'phrase_', '') AND v.analysis = f.analysis
    AND v.level = f.level AND v.code = f.code AND v.indicator = f.indicator
WHERE f.text IS NOT NULL AND (
    (f.analysis = 'reponse' AND f.measure = 'phrase' AND f.theme IS NOT NULL)
    OR (f.analysis = 'reponse' AND f.measure = 'phrase_niveau' AND v.text <> 'à comparer'
        AND f.level = 'commune')
    OR (f.analysis = 'reponse' AND f.measure = 'phrase_repartition' AND v.text <> 'non connue')
    OR (f.analysis = 'priority' AND f.measure = 'pourquoi')
    OR (f.analysis = 'trend' AND f.measure LIKE 'evolution_depuis_%')
)
ORDER BY ALL
"""


@dataclass(frozen=True)
class Finding:
    """One sentence of the analysis, display-ready."""

    analysis: str
    indicator: str | None
    theme: str | None
    level: str
    code: str
    millesime: int | None
    measure: str
    text: str
    value: float | None
    lower: float | None
    upper: float | None


class Library:
    """What all the documents of one release share."""

    def __init__(self, release: ReleaseFile) -> None:
        self.release = release
        self.barometer: Barometer = release.barometer()
        self.local = Local.of(release)
        self._values: dict[tuple[str, str], dict[str, list[Value]]] = {}
        self._gaps: dict[tuple[str, str], dict[tuple[str, str, int | None, int | None], Comparison]] = {}

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
    def findings(self) -> tuple[Finding, ...] | None:
        """Sentences of the analysis, ``None`` when this release has no analysis."""
        if "analysis" not in self.release.tables:
            return None
        rows = self.release.query(_FINDINGS)
        return tuple(Finding(**row) for row in rows.iter_rows(named=True)) or None

    @cached_property
    def populations(self) -> dict[str, tuple[int, float]]:
        """Census year and population of each commune, the latest known."""
        rows = self.release.query(
            "SELECT code, millesime, value FROM observation WHERE level = 'commune' AND variable = "
            "'rp_pop' "
            "AND value IS NOT NULL AND millesime IS NOT NULL "
            "QUALIFY row_number() OVER (PARTITION BY code ORDER BY millesime DESC, edition DESC, "
            "dataset) = 1"
        )
        return {code: (year, value) for code, year, value in rows.iter_rows()}

    @cached_property
    def contours(self) -> list[tuple[str, str, str]]:
        """Code, name and GeoJSON of the communes, then of the quarters of 2024."""
        rows = self.release.query(
            "SELECT g.code, t.name, g.geojson FROM geometry AS g JOIN territory AS t USING (level, code) "
            "WHERE g.level IN ('commune', 'qpv') ORDER BY g.level, g.code"
        )
        return [(code, name, text) for code, name, text in rows.iter_rows()]


class Dossier:
    """One commune in one release."""

    def __init__(self, library: Library, code: str) -> None:
        self.library = library
        self.barometer = library.barometer
        self.local = library.local
        found = self.barometer.territory(Level.COMMUNE, code)
        if found is None or not found.in_epci:
            raise ExportError(f"La commune {code} n’est pas dans cette version du baromètre.")
        self.commune = found
        self.sources = Sources(self.barometer)
        self.readings = read(self.barometer, found)

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

    def communes_of(self, quarter: Territory) -> list[tuple[str, str, int | None]]:
        """Return the communes a QPV lies in, those of the agglomeration first.

        For each, its code, its name (what is known of it when it is elsewhere) and the inhabitants the
        contract counts there.
        """
        rows = self.library.release.query(
            "SELECT m.parent_code, coalesce(t.name, m.note, m.parent_code), m.inhabitants "
            "FROM membership AS m "
            "LEFT JOIN territory AS t ON t.level = m.parent_level AND t.code = m.parent_code "
            "WHERE m.level = 'qpv' AND m.code = ? AND m.parent_level = 'commune' "
            "ORDER BY t.name NULLS LAST, m.parent_code",
            quarter.code,
        )
        return list(rows.iter_rows())

    def change(self, indicator: str, since: int | None, year: int | None) -> Finding | None:
        """Return the change of an indicator between two years, where the analysis has it."""
        return next(
            (
                f
                for f in self.library.findings or ()
                if f.measure == f"evolution_depuis_{since}"
                and (f.indicator, f.millesime) == (indicator, year)
                and (f.level, f.code) == (self.commune.level, self.commune.code)
            ),
            None,
        )

    def findings(self, analysis: str, indicator: str | None = None, theme: str | None = None) -> list[str]:
        """Return the sentences of one analysis about the commune, those of a whole theme first.

        Both answers are told of the agglomeration too, how high a need is there apart.
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
            and (theme is None or f.theme == theme)
        ]
        return [f.text for f in sorted(kept, key=lambda f: f.indicator is not None)]
