"""The review of new files, one after the other, each against what is believed before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from indicators.frames import in_texts
from indicators.plausibility.cells import cell_findings, twin_findings
from indicators.plausibility.coded import coded
from indicators.plausibility.columns import column_findings, first_findings
from indicators.plausibility.departments import department_findings
from indicators.plausibility.elsewhere import (
    again_findings,
    beside_findings,
    country_findings,
    rest_findings,
    weighed,
)
from indicators.plausibility.files import (
    column_counts,
    coverage_findings,
    identical_findings,
    late_findings,
    nothing_new,
    other_years,
)
from indicators.plausibility.findings import FINDING, Finding, Source, frame_of, gathered, located
from indicators.plausibility.first import fraction_findings, lone_findings, with_population
from indicators.plausibility.pairs import pair_findings, remainder_findings
from indicators.plausibility.past import COLUMN, compared, dated, referenced, usual_moves
from indicators.plausibility.rows import copied_rows, row_findings
from indicators.plausibility.scales import described
from indicators.plausibility.withhold import held_rows
from sources.catalogue import Catalogue, expanded
from sources.model import Layout
from sources.variables import Variables, load_variables

if TYPE_CHECKING:
    import polars as pl


class Later(Protocol):
    """A frame that is read when it is needed."""

    def frame(self) -> pl.DataFrame:
        """Read it.

        Returns:
            Columns of table ``observation``.
        """


@dataclass(frozen=True)
class NewFile:
    """A file to review."""

    name: str
    extract: str
    dataset: str
    observations: pl.DataFrame
    """None at all when the file holds no territory it should."""
    rest: Later | None = None
    """Those of the rest of France, where they are not among ``observations``."""
    latest: int | None = None
    """The latest year of all of them, where it is known."""


Recall = Callable[..., Mapping[str, Later]]
"""What calls a function of this module with its arguments, or finds what the same call gave."""


@dataclass(frozen=True)
class Made:
    """A frame just made."""

    made: pl.DataFrame

    def frame(self) -> pl.DataFrame:
        """Return it.

        Returns:
            Its own columns.
        """
        return self.made


def directly(function: Callable[..., Mapping[str, pl.DataFrame]], *given: object) -> Mapping[str, Later]:
    """Call a function: nothing is kept of an earlier call.

    Returns:
        What it gives, by name.
    """
    read = (one.frame() if hasattr(one, "frame") else one for one in given)
    return {name: Made(frame) for name, frame in function(*read).items()}


class Reviewer:
    """The review of new files, from the oldest to the newest: what is trusted of one is the past of the next.

    Args:
        past: table ``observation`` of what is already believed: the embedded extracts.
        followed: ``level, code, perimeter, name`` of the territories we follow.
        catalogue: declarations of the datasets.
        declared: declarations of the variables; the project's own by default.
        recall: what calls the functions that look at one file.
    """

    def __init__(
        self,
        past: pl.DataFrame,
        followed: pl.DataFrame,
        catalogue: Catalogue,
        declared: Variables | None = None,
        recall: Recall = directly,
    ) -> None:
        self._declared = declared or load_variables()
        self._catalogue, self._followed, self._recall = catalogue, followed, recall
        self._columns = past.columns
        self.believed = dated(past)
        self._variables = described(catalogue.variables, catalogue, self._declared)
        self._moves = recall(_moves, self.believed, self._variables)["moves"]
        self.national: dict[str, tuple[Later, Later]] = {}
        """What the last national file of each dataset held of the rest of France, counted."""
        self.last: dict[tuple[str, str], Later] = {}
        """Its observations, by dataset and level."""

    def review(self, files: Iterable[NewFile], accepted: Collection[str] = ()) -> list[Finding]:
        """Return what must be looked at in new files before they are published.

        Args:
            files: the new files.
            accepted: identifiers of what a person accepted: believed, and still listed.
        """
        import polars as pl

        findings: list[Finding] = []
        ordered = sorted(files, key=_age)
        inhabitants = self._inhabitants(ordered)
        given = [
            (f.dataset, f.extract, *one)
            for f in ordered
            for one in f.observations.select("edition", "level").unique().iter_rows()
        ]

        counting = set(inhabitants.frame()["extract"].unique())

        def beside(extract: str) -> Later:
            # Without a file that is not among the last two, they are the same.
            return self._recall(_beside, inhabitants, extract if extract in counting else None)["beside"]

        for file in ordered:
            rows = file.observations.select(self._columns)
            dataset = self._catalogue.datasets[file.dataset]
            own, editions = expanded(dataset), set(rows["edition"].unique())
            levels = [(file.dataset, level) for level in rows["level"].unique().sort()]
            others = {
                level
                for dataset_id, extract, edition, level in given
                if dataset_id == file.dataset and extract != file.extract and edition in editions
            }
            twins = {
                name
                for t in self._declared.twins
                for name in (t.one, t.other)
                if {t.one, t.other} & own.keys()
            }
            about = {*own, *twins, *self._declared.populations}
            same = self.believed.filter(pl.col("dataset") == file.dataset)
            # Only what is looked at: another level that changed is no reason to look again.
            seen = {
                *rows["level"].unique(),
                *same["level"].unique(),
                *(rule.level.value for rule in dataset.layout.territory.rules),
            }
            near = pl.col("variable").is_in(sorted(about)) & pl.col("level").is_in(sorted(seen))
            near |= pl.col("dataset") == file.dataset
            believed = self.believed.filter(near)
            described = self._variables.filter(pl.col("variable").is_in(sorted(about)))
            counts = own.keys() & set(described.filter(pl.col("kind") == "count")["variable"])
            found = self._recall(
                look_at,
                Source(extract=file.extract, dataset=file.dataset, file=file.name),
                dataset.layout,
                *(rows, sorted(others), file.rest, believed, self._followed),
                *(described, self._moves, self._declared),
                *self.national.get(file.dataset, (None, None)),
                next((self.last[key] for key in levels if key in self.last), None),
                beside(file.extract) if counts and file.rest is not None else None,
            )
            held = found["findings"].frame()
            findings += (
                Finding(**{name: row[name] for name in FINDING}) for row in held.iter_rows(named=True)
            )
            if "columns" in found:
                self.national[file.dataset] = found["places"], found["columns"]
                self.last = self.last | dict.fromkeys(levels, file.rest or Made(rows))
            ours = dated(rows).join(self._followed, on=_PLACE, how="semi", nulls_equal=True)
            doubted = held.filter(~pl.col("id").is_in(list(accepted)))
            if doubted.height:
                ours = held_rows(ours, doubted).filter(~pl.col("held")).drop("held")
            self.believed = pl.concat([self.believed, ours])
        return findings

    def _inhabitants(self, files: Sequence[NewFile]) -> Later:
        """Return what :func:`_latest` gives of the files."""
        counted = [
            self._recall(_counted, file.rest, self._declared.populations)["counted"]
            for file in files
            if self._counts(file)
        ]
        return self._recall(_latest, self.believed.clear().select(_COUNTED), *counted)["latest"]

    def _counts(self, file: NewFile) -> bool:
        """Whether a file counts the inhabitants of the rest of France."""
        own = expanded(self._catalogue.datasets[file.dataset])
        return file.rest is not None and any(name in own for name in self._declared.populations)


_COUNTED = ("level", "code", "extract", "year", "dataset", "value")


def _counted(rows: pl.DataFrame, populations: Collection[str]) -> dict[str, pl.DataFrame]:
    """Return the inhabitants one file counts."""
    import polars as pl

    wanted = pl.col("variable").is_in(sorted(populations)), pl.col("value") > 0
    return {"counted": dated(in_texts(rows.filter(wanted))).select(_COUNTED)}


def _latest(*counted: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the inhabitants of the rest of France by the last two files that count them, place by place.

    Returns:
        ``place`` (a number), ``level, code, extract, inhabitants``, the latest first: the second file is what
        the first is held against.
    """
    import polars as pl

    latest = (
        pl.concat(counted)
        .sort("year", "dataset", "extract", descending=[True, False, False], maintain_order=True)
        .unique(["level", "code", "extract"], keep="first", maintain_order=True)
        .group_by("level", "code", maintain_order=True)
        .head(2)
        .select("level", "code", "extract", inhabitants="value")
        .with_columns(place=pl.struct("level", "code").rle_id())
    )
    return {"latest": latest}


def _beside(inhabitants: pl.DataFrame, extract: str | None) -> dict[str, pl.DataFrame]:
    """Return ``level, code, inhabitants`` by the other files: a figure does not depend on which they are."""
    import polars as pl

    others = inhabitants.filter(pl.col("extract").ne_missing(pl.lit(extract, pl.String)))
    first = others.filter(others["place"].is_first_distinct())
    return {"beside": first.select("level", "code", "inhabitants")}


def _moves(past: pl.DataFrame, variables: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {"moves": usual_moves(past, variables)}


def look_at(
    place: Source,
    layout: Layout,
    observations: pl.DataFrame,
    others: Sequence[str],
    rest: pl.DataFrame | None,
    believed: pl.DataFrame,
    followed: pl.DataFrame,
    variables: pl.DataFrame,
    moves: pl.DataFrame,
    declared: Variables,
    before_places: pl.DataFrame | None,
    before_columns: pl.DataFrame | None,
    before_rest: pl.DataFrame | None,
    inhabitants: pl.DataFrame | None,
) -> dict[str, pl.DataFrame]:
    """Review one file, against what is believed before it.

    Args:
        place: which file it is.
        layout: how its dataset is laid out.
        observations: its rows.
        others: levels of the other new files of its dataset and edition.
        rest: those of the rest of France, where they are apart.
        believed: dated observations of its variables, of its dataset and of the populations.
        followed: ``level, code, perimeter, name`` of the territories we follow.
        variables: :func:`indicators.plausibility.scales.described` of all variables.
        moves: :func:`indicators.plausibility.past.usual_moves` of them.
        declared: their declarations.
        before_places: what the last national file of the dataset held (:func:`weighed`), if there was one.
        before_columns: the same, by column.
        before_rest: its observations of the rest of France.
        inhabitants: ``level, code, inhabitants`` of the rest of France by other files, if it is there and the
            file counts something.

    Returns:
        ``findings``, and of a national file in which all is well ``places`` and ``columns``, the past of the
        next one.
    """
    import polars as pl

    columns = observations.columns
    if rest is not None:
        # Their texts may be categories, of the whole file.
        apart = rest.select(columns)
        observations = pl.concat([observations.cast(apart.schema), apart])
    every = dated(observations)
    rows = coded(every, followed, variables)
    described_ours = rows.ours
    ours = described_ours.select(every.columns)
    by_variable = ["variable", "level"]
    with_past = referenced(ours, pl.concat([believed, ours])).filter(pl.col("before_year").is_not_null())
    against = compared(with_past, variables).join(moves, on=by_variable, how="left", maintain_order="left")
    labelled = believed.join(variables.select("variable", "label"), on="variable", how="left")
    known = against.filter(pl.col("before").is_not_null())
    alone = ours.join(with_past.select(COLUMN).unique(), on=list(COLUMN), how="anti", nulls_equal=True)
    first = []
    if alone.height:
        # The counts of a file that have no past, against the population of their territories.
        peopled = compared(with_population(alone, believed, declared.populations), variables)
        counts = peopled.filter(pl.col("kind") == "count")
        first = first_findings(
            counts.join(moves, on=by_variable, how="left", maintain_order="left"), place["file"]
        )
        heads = peopled.select(*_PLACE, "inhabitants").unique()
        told_apart = alone.join(variables, on="variable").join(heads, on=_PLACE, how="left", nulls_equal=True)
        first += [
            *fraction_findings(told_apart, place["file"]),
            *lone_findings(told_apart, place["file"]),
        ]
    national: list[Finding] = []
    kept: dict[str, pl.DataFrame] = {}
    if rows.national:
        places, of_columns = weighed(rows)
        partial = layout.partial or layout.aggregate is not None
        national = [
            *country_findings(places, before_places, partial, place),
            *rest_findings(of_columns, before_columns, place["file"]),
            *department_findings(rows, place["file"]),
            *([] if before_rest is None else again_findings(rows, before_rest, place["file"])),
            *([] if inhabitants is None else beside_findings(rows, inhabitants, place["file"])),
        ]
        if of_columns.height and not national:
            kept = {"places": places, "columns": of_columns}
    parts = {name: column.part_of for name, column in layout.columns.items() if column.part_of}
    findings = [
        *coverage_findings(rows, believed, followed, layout, place, others),
        *national,
        *late_findings(ours, believed, place),
        *nothing_new(ours, believed, place),
        *identical_findings(other_years(ours, believed), set(ours["year"]), declared, layout, place),
        *copied_rows(rows, place),
        *column_findings(against, place["file"]),
        *pair_findings(known, place["file"]),
        *remainder_findings(known, parts, place["file"]),
        *row_findings(known, place["file"]),
        *first,
        *cell_findings(rows, against, declared, place["file"]),
        *twin_findings(described_ours, labelled, declared, place["file"]),
    ]
    if not findings:
        return {"findings": frame_of([]), **kept}
    codes = (layout.territory.column or ("territoire",))[0]
    told = located(gathered(findings, column_counts(ours)), rows, codes)
    return {"findings": frame_of(told), **kept}


_PLACE = ["level", "code", "perimeter"]


def _age(file: NewFile) -> tuple[int, str]:
    """Order files by their latest year, or their edition where the producer states none."""
    latest = file.latest if file.latest is not None else dated(file.observations)["year"].max()
    return latest if isinstance(latest, int) else 0, file.extract
