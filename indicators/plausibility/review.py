"""The review of new files, one after the other, each against what is believed before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.plausibility.cells import cell_findings
from indicators.plausibility.columns import column_findings
from indicators.plausibility.files import column_counts, coverage_findings, identical_findings, nothing_new
from indicators.plausibility.findings import Finding, frame_of, gathered
from indicators.plausibility.pairs import pair_findings
from indicators.plausibility.past import compared, dated, referenced, usual_moves
from indicators.plausibility.scales import described
from indicators.plausibility.withhold import held_rows
from sources.catalogue import Catalogue
from sources.variables import Variables, load_variables
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class NewFile:
    """A file to review: its observations, those of the rest of France included."""

    name: str
    observations: pl.DataFrame


def review(
    files: Iterable[NewFile],
    past: pl.DataFrame,
    followed: pl.DataFrame,
    catalogue: Catalogue,
    declared: Variables | None = None,
) -> list[Finding]:
    """Return what must be looked at in new files before they are published.

    Files are taken from the oldest to the newest; what is held in one is no past for the next ones.

    Args:
        files: the new files.
        past: table ``observation`` of what is already believed: the embedded extracts.
        followed: ``level, code, perimeter, name`` of the territories we follow.
        catalogue: declarations of the datasets.
        declared: declarations of the variables; the project's own by default.
    """
    import polars as pl

    declared = declared or load_variables()
    held = [file for file in files if file.observations.height]
    believed = dated(past).select([*past.columns, "year"])
    moves: pl.DataFrame | None = None
    findings: list[Finding] = []
    for file in sorted(held, key=_age):
        rows = dated(file.observations.select(past.columns))
        if moves is None:
            names = {
                *believed["variable"].unique(),
                *(v for f in held for v in f.observations["variable"].unique()),
            }
            variables = described(names, catalogue, declared)
            moves = usual_moves(believed, variables)
        found = _review(file.name, rows, believed, followed, catalogue, variables, moves, declared)
        findings += found
        ours = rows.join(followed, on=["level", "code", "perimeter"], how="semi", nulls_equal=True)
        trusted = held_rows(ours, frame_of(found)).filter(~pl.col("held")).drop("held")
        believed = pl.concat([believed, trusted])
    return findings


def _age(file: NewFile) -> tuple[int, str]:
    latest = file.observations["millesime"].max()
    edition = file.observations["edition"].max()
    year = latest if latest is not None else edition
    return (int(str(year)), file.name)


def _review(
    name: str,
    rows: pl.DataFrame,
    believed: pl.DataFrame,
    followed: pl.DataFrame,
    catalogue: Catalogue,
    variables: pl.DataFrame,
    moves: pl.DataFrame,
    declared: Variables,
) -> list[Finding]:
    """Return the findings of one file."""
    import polars as pl

    dataset = catalogue.datasets[rows["dataset"][0]]
    file = {"extract": rows["extract"][0], "dataset": dataset.id, "file": name}
    key = ["level", "code", "perimeter"]
    ours = rows.join(followed, on=key, how="semi", nulls_equal=True)
    with_past = referenced(ours, pl.concat([believed, ours])).filter(pl.col("before_year").is_not_null())
    against = compared(with_past, variables).join(
        moves, on=["variable", "level"], how="left", maintain_order="left"
    )
    everywhere = rows.join(variables, on="variable", how="left", maintain_order="left")
    levels = [Level(rule.level) for rule in dataset.layout.territory.rules if not rule.outside]
    findings = [
        *coverage_findings(rows, believed, followed, levels, dataset.layout, file),
        *nothing_new(ours, believed, file),
        *identical_findings(referenced(ours, believed, other_year=True), declared, file),
        *column_findings(against, name),
        *pair_findings(against.filter(pl.col("before").is_not_null()), name),
        *cell_findings(everywhere, against, declared, name),
    ]
    return gathered(findings, column_counts(ours))
