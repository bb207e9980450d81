"""What the pages ask of a release: each question one constant query, each answer typed rows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from dashboard.data.analysis import evolutions
from dashboard.data.kept import kept
from dashboard.data.local import Local
from dashboard.data.records import (
    Awaited,
    Break,
    Comparison,
    Contour,
    Dataset,
    Evolution,
    Extract,
    Fact,
    Identity,
    Indicator,
    Membership,
    PerimeterBreak,
    Series,
    Spread,
    Successor,
    Territory,
    Theme,
    Value,
)
from sources.vocabulary import Level

if TYPE_CHECKING:
    # Streamlit stays out of the exports, which ask the same questions.
    from collections.abc import Hashable

    from dashboard.data.release import Parameter, Release
    from sources.authority import Noun

Row = TypeVar("Row")


# A commune may have the same year in two editions of a source: the latest one counts.
_SPREADS = """
WITH latest AS (
    SELECT v.indicator, v.concept, v.millesime, v.value
    FROM value AS v JOIN territory AS t USING (level, code) JOIN series AS s USING (indicator, series)
    WHERE v.level = 'commune' AND t.in_epci AND s.scored
      AND v.value IS NOT NULL AND v.status IN ('observed', 'estimated')
    QUALIFY row_number() OVER (
        PARTITION BY v.indicator, v.concept, v.millesime, v.code ORDER BY v.edition DESC, s.position
    ) = 1
)
SELECT indicator, concept, millesime, count(*) AS count, min(value) AS low, max(value) AS high,
       quantile_cont(value, 0.25) AS p25, quantile_cont(value, 0.75) AS p75
FROM latest GROUP BY ALL
"""

# Two censuses less than five years apart share surveys: the one that answers the most questions is current.
_CENSUS = """
SELECT v.millesime
FROM value AS v JOIN indicator AS i USING (indicator)
WHERE i.sampled <> 'no' AND v.level = 'commune' AND v.value IS NOT NULL AND v.millesime IS NOT NULL
GROUP BY v.millesime ORDER BY count(DISTINCT v.indicator) DESC, v.millesime DESC LIMIT 1
"""

_COMMUNES_OF_QUARTER = """
SELECT m.parent_code, coalesce(t.name, m.note, m.parent_code), m.inhabitants
FROM membership AS m
LEFT JOIN territory AS t ON t.level = m.parent_level AND t.code = m.parent_code
WHERE m.level = 'qpv' AND m.code = ? AND m.parent_level = 'commune'
ORDER BY t.name NULLS LAST, m.parent_code
"""

_EXTRACTS = """
SELECT e.extract, e.dataset, e.edition, e.file, e.sha256, m.kind, m.provenance, m.reservations, m.published
FROM extract AS e LEFT JOIN millesime AS m USING (dataset, edition)
WHERE list_contains(string_split(?, ', '), e.extract)
ORDER BY e.dataset, e.edition DESC, e.file
"""


@dataclass(frozen=True)
class Barometer:
    """A release seen as answers, which the pages keep with it: shared lists, never modify one."""

    release: Release

    @property
    def shelf(self) -> Hashable:
        """What is made of its answers is kept with its release."""
        return self.release.shelf

    @property
    def variant(self) -> Hashable:
        """What the answers depend on besides the release."""
        return None

    @kept
    def _typed(self, row: type[Row], sql: str, *parameters: Parameter) -> list[Row]:
        frame = self.release.query(sql, *parameters)
        names = [field.name for field in dataclasses.fields(row)]  # type: ignore[arg-type]
        kept = frame.select([name for name in names if name in frame.columns])
        return [row(**{name: record.get(name) for name in names}) for record in kept.iter_rows(named=True)]

    @cached_property
    def identity(self) -> Identity:
        """The release's own card."""
        return self._typed(Identity, "SELECT * FROM release LIMIT 1")[0]

    @property
    def authority(self) -> Noun:
        """What the intercommunal authority is called inside a sentence."""
        return self.identity.authority

    @cached_property
    def themes(self) -> list[Theme]:
        """Themes in the order of the barometer, the introduction included."""
        return self._typed(Theme, "SELECT * FROM theme ORDER BY position")

    @cached_property
    def indicators(self) -> list[Indicator]:
        """Indicators in the order of their themes."""
        return self._typed(Indicator, "SELECT * FROM indicator ORDER BY position, number")

    @cached_property
    def series(self) -> dict[tuple[str, str], Series]:
        """Series by indicator and series id."""
        rows = self._typed(Series, "SELECT * FROM series ORDER BY indicator, position")
        return {(row.indicator, row.series): row for row in rows}

    def worded(self, indicator: Indicator, series: str | None) -> Indicator:
        """Return an indicator in the unit and the words of one of its series."""
        own = self.series.get((indicator.indicator, series or ""))
        if own is None or not (own.unit or own.reading):
            return indicator
        return dataclasses.replace(
            indicator,
            unit=own.unit or indicator.unit,
            unit_label=(own.unit_label or "") if own.unit else indicator.unit_label,
            reading=own.reading or indicator.reading,
        )

    @cached_property
    def breaks(self) -> list[Break]:
        """Changes of definition, oldest first."""
        return self._typed(Break, "SELECT * FROM series_break ORDER BY indicator, year")

    @cached_property
    def perimeter_breaks(self) -> list[PerimeterBreak]:
        """Years from which the figures of a territory are of other communes; none in an earlier release."""
        if "perimeter_break" not in self.release.tables:
            return []
        return self._typed(PerimeterBreak, "SELECT * FROM perimeter_break ORDER BY level, code, year")

    @cached_property
    def territories(self) -> list[Territory]:
        """Every territory, by name within its level."""
        sql = "SELECT * FROM territory ORDER BY level, strip_accents(lower(name)), code"
        own = Level.EPCI, self.identity.epci_code
        return [
            dataclasses.replace(t, noun=self.authority) if (t.level, t.code) == own else t
            for t in self._typed(Territory, sql)
        ]

    @cached_property
    def generations(self) -> frozenset[str]:
        """The generations of quarters held: of another one, that a commune has no quarter is not known."""
        return frozenset(t.perimeter or "" for t in self.territories if t.level == Level.QPV)

    @cached_property
    def memberships(self) -> list[Membership]:
        """Which territory lies in which."""
        return self._typed(Membership, "SELECT * FROM membership")

    @cached_property
    def spreads(self) -> dict[tuple[str, str, int | None], Spread]:
        """Spread of the communes, by indicator, concept and year."""
        return {(s.indicator, s.concept, s.millesime): s for s in self._typed(Spread, _SPREADS)}

    @cached_property
    def census(self) -> int | None:
        """Year of the census that gives the most indicators: the current one."""
        rows = self.release.query(_CENSUS)
        return int(rows.item()) if rows.height else None

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """Sources by id."""
        return {
            row.dataset: row for row in self._typed(Dataset, "SELECT * FROM dataset ORDER BY producer, title")
        }

    @cached_property
    def facts(self) -> list[Fact]:
        """Published facts to reproduce, confront or quote."""
        return self._typed(Fact, "SELECT * FROM fact ORDER BY fact")

    @cached_property
    def successors(self) -> list[Successor]:
        """Which quarter of 2015 became which of 2024."""
        sql = "SELECT code_2015, code_2024, nature, source FROM correspondence ORDER BY code_2015, code_2024"
        return self._typed(Successor, sql)

    @cached_property
    def local(self) -> Local:
        """The local layer."""
        return Local.of(self.release)

    def all_values(self, indicator: str) -> list[Value]:
        """Every value of one indicator: territories, definitions and years."""
        sql = "SELECT * FROM value WHERE indicator = ? ORDER BY level, code, millesime, edition"
        return self._typed(Value, sql, indicator)

    def communes_of(self, quarter: Territory) -> list[tuple[str, str, int | None]]:
        """The communes a QPV lies in, those of the agglomeration first.

        For each, its code, its name (what is known of it when it is elsewhere) and the inhabitants the
        contract counts there.
        """
        return self.release.query(_COMMUNES_OF_QUARTER, quarter.code).rows()

    def values(self, territory: Territory) -> list[Value]:
        """Every value of one territory, all years."""
        sql = "SELECT * FROM value WHERE level = ? AND code = ? AND perimeter IS NOT DISTINCT FROM ?"
        return self._typed(Value, sql, territory.level, territory.code, territory.perimeter)

    def comparisons(self, territory: Territory) -> list[Comparison]:
        """Every comparison of one territory, all years and references."""
        sql = "SELECT * FROM comparison WHERE level = ? AND code = ? AND perimeter IS NOT DISTINCT FROM ?"
        return self._typed(Comparison, sql, territory.level, territory.code, territory.perimeter)

    def evolutions(self, territory: Territory) -> list[Evolution]:
        """What changed of each indicator of one territory; none in a release without analysis."""
        return evolutions(self.release, territory)

    def commune_values(self, indicator: str, millesime: int | None) -> list[Value]:
        """Values of the agglomeration's communes for one indicator and year, of any definition."""
        sql = (
            "SELECT v.* FROM value AS v JOIN territory AS t USING (level, code) "
            "WHERE v.level = 'commune' AND t.in_epci AND v.indicator = ? "
            "AND v.millesime IS NOT DISTINCT FROM ? ORDER BY v.code, v.edition"
        )
        return self._typed(Value, sql, indicator, millesime)

    def contours(self) -> list[Contour]:
        """Contours of the agglomeration's communes."""
        sql = (
            "SELECT g.code, t.name, g.geojson FROM geometry AS g JOIN territory AS t USING (level, code) "
            "WHERE g.level = 'commune' AND t.in_epci ORDER BY g.code"
        )
        return self._typed(Contour, sql)

    @cached_property
    def editions(self) -> dict[str, tuple[str, int]]:
        """Dataset and edition of every file, by what a value names it."""
        rows = self.release.query("SELECT extract, dataset, edition FROM extract").iter_rows()
        return {extract: (dataset, edition) for extract, dataset, edition in rows}

    def extracts(self, ids: str) -> list[Extract]:
        """Files named in a value's ``extracts``."""
        return self._typed(Extract, _EXTRACTS, ids) if ids else []

    def awaited(self, indicator: str, level: str) -> list[Awaited]:
        """What an indicator waits for at one level."""
        return self._typed(
            Awaited, "SELECT * FROM awaited WHERE indicator = ? AND level = ?", indicator, level
        )

    def epci(self) -> Territory:
        """The territory of the barometer itself."""
        return self.territory(Level.EPCI, self.identity.epci_code) or Territory(
            Level.EPCI,
            self.identity.epci_code,
            None,
            self.identity.epci_name,
            True,
            None,
            noun=self.authority,
        )

    def territory(self, level: str, code: str) -> Territory | None:
        """The territory of a level and code, if the release knows it."""
        return self._by_code.get((level, code))

    @cached_property
    def _by_code(self) -> dict[tuple[str, str], Territory]:
        # The first of a level and code, as the list has them.
        return {(t.level, t.code): t for t in reversed(self.territories)}

    def communes(self) -> list[Territory]:
        """The communes of the agglomeration, by name."""
        return [t for t in self.territories if t.level == Level.COMMUNE and t.in_epci]


@kept
def barometer(release: Release) -> Barometer:
    """Return the answers of a release, the same for all its readers."""
    return Barometer(release)
