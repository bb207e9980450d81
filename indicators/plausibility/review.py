"""The review of new files, one after the other, each against what is believed before it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.plausibility.cells import cell_findings
from indicators.plausibility.columns import column_findings, first_findings
from indicators.plausibility.elsewhere import country_findings, rest_findings, weighed
from indicators.plausibility.files import (
    column_counts,
    coverage_findings,
    identical_findings,
    late_findings,
    nothing_new,
)
from indicators.plausibility.findings import Finding, Source, frame_of, gathered
from indicators.plausibility.first import with_population
from indicators.plausibility.pairs import pair_findings
from indicators.plausibility.past import COLUMN, compared, dated, referenced, usual_moves
from indicators.plausibility.scales import described
from indicators.plausibility.withhold import held_rows
from sources.catalogue import Catalogue
from sources.model import Layout
from sources.variables import Variables, load_variables

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class NewFile:
    """A file to review."""

    name: str
    extract: str
    dataset: str
    observations: pl.DataFrame
    """Those of the rest of France included; none at all when the file holds no territory it should."""


class Reviewer:
    """The review of new files, from the oldest to the newest: what is trusted of one is the past of the next.

    Args:
        past: table ``observation`` of what is already believed: the embedded extracts.
        followed: ``level, code, perimeter, name`` of the territories we follow.
        catalogue: declarations of the datasets.
        declared: declarations of the variables; the project's own by default.
    """

    def __init__(
        self,
        past: pl.DataFrame,
        followed: pl.DataFrame,
        catalogue: Catalogue,
        declared: Variables | None = None,
    ) -> None:
        self._declared = declared or load_variables()
        self._catalogue, self._followed = catalogue, followed
        self._columns = past.columns
        self.believed = dated(past)
        self._variables = described(catalogue.variables, catalogue, self._declared)
        self._moves = usual_moves(self.believed, self._variables)
        self.national: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = {}
        """What the last national file of each dataset held of the rest of France."""

    def review(self, files: Iterable[NewFile], accepted: Collection[str] = ()) -> list[Finding]:
        """Return what must be looked at in new files before they are published.

        Args:
            files: the new files.
            accepted: identifiers of what a person accepted: believed, and still listed.
        """
        import polars as pl

        findings: list[Finding] = []
        for file in sorted(files, key=_age):
            rows = dated(file.observations.select(self._columns))
            ours = rows.join(self._followed, on=_PLACE, how="semi", nulls_equal=True)
            found = self._findings(file, rows, ours)
            findings += found
            doubted = frame_of(one for one in found if one.id not in accepted)
            trusted = held_rows(ours, doubted).filter(~pl.col("held")).drop("held")
            self.believed = pl.concat([self.believed, trusted])
        return findings

    def _findings(self, file: NewFile, rows: pl.DataFrame, ours: pl.DataFrame) -> list[Finding]:
        import polars as pl

        layout = self._catalogue.datasets[file.dataset].layout
        place = Source(extract=file.extract, dataset=file.dataset, file=file.name)
        past = pl.concat([self.believed, ours])
        with_past = referenced(ours, past).filter(pl.col("before_year").is_not_null())
        against = compared(with_past, self._variables).join(
            self._moves, on=["variable", "level"], how="left", maintain_order="left"
        )
        everywhere = rows.join(self._variables, on="variable", how="left", maintain_order="left")
        other_year = referenced(ours, self.believed, other_year=True)
        national = self._of_the_country(file, everywhere, ours.height, layout, place)
        findings = [
            *coverage_findings(rows, self.believed, self._followed, layout, place),
            *national,
            *late_findings(ours, self.believed, place),
            *nothing_new(ours, self.believed, place),
            *identical_findings(other_year, self._declared, layout, place),
            *column_findings(against, file.name),
            *pair_findings(against.filter(pl.col("before").is_not_null()), file.name),
            *first_findings(self._first(ours, with_past), file.name),
            *cell_findings(everywhere, against, self._declared, file.name),
        ]
        return gathered(findings, column_counts(ours))

    def _of_the_country(
        self, file: NewFile, rows: pl.DataFrame, ours: int, layout: Layout, place: Source
    ) -> list[Finding]:
        """Return what a national file has implausible in the rest of France, and remember what it holds."""
        if rows.height == ours:
            return []
        places, columns = weighed(rows, self._followed)
        before = self.national.get(file.dataset, (None, None))
        partial = layout.partial or layout.aggregate is not None
        found = [
            *country_findings(places, before[0], partial, place),
            *rest_findings(columns, before[1], file.name),
        ]
        if columns.height and not found:
            self.national[file.dataset] = places, columns
        return found

    def _first(self, ours: pl.DataFrame, with_past: pl.DataFrame) -> pl.DataFrame:
        """Return the counts of a file that have no past, against the population of their territories."""
        import polars as pl

        alone = ours.join(with_past.select(COLUMN).unique(), on=list(COLUMN), how="anti", nulls_equal=True)
        rows = compared(with_population(alone, self.believed, self._declared.populations), self._variables)
        return rows.filter(pl.col("kind") == "count").join(
            self._moves, on=["variable", "level"], how="left", maintain_order="left"
        )


_PLACE = ["level", "code", "perimeter"]


def _age(file: NewFile) -> tuple[int, str]:
    """Order files by their latest year, or their edition where the producer states none."""
    latest = dated(file.observations)["year"].max()
    return latest if isinstance(latest, int) else 0, file.extract
