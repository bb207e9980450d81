"""The review of dropped files in a run: what is held, and keeping it out of the figures.

Belongs here: bringing the engine (``indicators.plausibility``) its files and applying what it holds. Does not
belong
here: the rules, nor the decisions themselves (``decisions``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from indicators.model import Indicator
from indicators.plausibility import (
    ACCOUNT,
    HARD,
    SHOWN,
    NewFile,
    Reviewer,
    frame_of,
    held_rows,
    value_findings,
    without_values,
)
from indicators.rules import french
from pipelines.decisions import Decision, decided, decisions, vouched
from pipelines.ingestion import CELL
from pipelines.tables import EXTRACT_NOTE, PLAUSIBILITY
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue
from sources.french import typographic
from sources.territory.declared import Territories
from sources.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

HOLD, ASK, REFUSE = "hold", "ask", "refuse"
TOLD = 6
"""Cells named of a value that is held."""


def assess(
    workspace: Workspace,
    past: pl.DataFrame,
    dropped: pl.DataFrame,
    accounts: pl.DataFrame,
    latest: Mapping[str, int],
    marks: pl.DataFrame,
    catalogue: Catalogue,
    territories: Territories,
) -> pl.DataFrame:
    """Review the dropped files of a run.

    Args:
        workspace: where the rest of France is, and the decisions.
        past: observations of the embedded files.
        dropped: observations of the dropped ones, of the territories we follow.
        accounts: accounts of the dropped files, in the shape of table ``extract``.
        latest: latest year of the figures of each, by its extract.
        marks: findings of the reading: unknown marks.
        catalogue: declarations of the datasets.
        territories: what the barometer follows.

    Returns:
        Table ``plausibility``.
    """
    import polars as pl

    elsewhere = {one.extract: one.rows for one in workspace.raw()}
    kept = workspace.parsed
    new = [
        NewFile(
            *(file, extract, dataset, dropped.filter(extract=extract)),
            *(elsewhere.get(extract), latest[extract]),
        )
        # In an order that does not depend on where each file lies: the next run finds it elsewhere.
        for extract, dataset, file in accounts.select("extract", "dataset", "file").sort(pl.all()).iter_rows()
        if catalogue.datasets[dataset].kind == "figures"
    ]
    made = decisions(workspace.home)
    accepted = {one.id for one in made.values() if one.decision == "accepted"}
    followed = territories.territory.select("level", "code", "perimeter", "name")

    def review() -> dict[str, pl.DataFrame]:
        reviewer = Reviewer(past, followed, catalogue, recall=kept.call)
        return {"findings": frame_of(reviewer.review(new, accepted))}

    asked = (past, followed, catalogue.datasets, new, accepted)
    found = kept.whole(kept.key(Reviewer, *asked), review)["findings"].frame() if new else frame_of([])
    held = pl.concat([found, marks.select(found.columns).cast(found.schema)])
    return _with_decisions(held, made, vouched(workspace.home))


def assess_values(
    workspace: Workspace, values: pl.DataFrame, observations: pl.DataFrame, indicators: Sequence[Indicator]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Hold the values that leave the scale of their indicator.

    Args:
        workspace: where the decisions are, and the accounts of the files.
        values: table ``value`` of the territories we follow.
        observations: table ``observation``, which they are made of.
        indicators: their declarations.

    Returns:
        The values less what is kept out, and the rows they add to table ``plausibility``.
    """
    found = frame_of(value_findings(values, indicators))
    named = told(workspace, with_cells(found, observations, workspace.read("tables/extract"), indicators))
    return without_values(values, not_accepted(named), indicators), named


def with_cells(
    findings: pl.DataFrame,
    observations: pl.DataFrame,
    accounts: pl.DataFrame,
    indicators: Sequence[Indicator],
) -> pl.DataFrame:
    """Say of values that are held which cells they are made of: one of them is what there is to mend.

    Args:
        findings: those of :func:`value_findings`, in a frame.
        observations: rows of table ``observation``; those of other places and variables are no matter.
        accounts: table ``extract``, for the names of the files.
        indicators: their declarations.

    Returns:
        The same rows and columns; ``why`` goes on with the first cells of the place and of the year.
    """
    import polars as pl

    if findings.is_empty():
        return findings
    made_of = [
        (one.id, series.id, variable)
        for one in indicators
        for series in one.series
        for variable in sorted(series.formula.variables)
    ]
    variables = pl.DataFrame(made_of, schema=["variable", "column", "_of"], orient="row")
    place = ["level", "code", "perimeter"]
    cells = (
        findings.select("id", "variable", "column", *place, "millesime")
        .join(variables, on=["variable", "column"])
        .join(
            observations.select(
                *place, "extract", "value", "line", _of="variable", _year="millesime", _at="column"
            ),
            on=[*place, "_of"],
            nulls_equal=True,
        )
        .filter(pl.col("_year").eq_missing(pl.col("millesime")) | pl.col("_year").is_null())
        .join(accounts.select("extract", "file").unique(), on="extract")
        .sort("id", "file", "line", "_at")
    )
    said: dict[str, list[str]] = {}
    for row in cells.iter_rows(named=True):
        cell = f"{row['file']}, ligne {row['line']}, colonne {row['_at']} ({_figure(row['value'])})"
        said.setdefault(row["id"], []).append(cell)
    words = [
        f"{why} Fait de : {' ; '.join(said[id][:TOLD])}." if id in said else why
        for id, why in findings.select("id", "why").iter_rows()
    ]
    return findings.with_columns(why=pl.Series(map(typographic, words), dtype=pl.String))


def _figure(value: float | None) -> str:
    return "sans chiffre" if value is None else french(round(value, 3))


def told(workspace: Workspace, findings: pl.DataFrame) -> pl.DataFrame:
    """Return findings in the shape of table ``plausibility``, with what was decided of each.

    Args:
        workspace: where the decisions are.
        findings: what is held, one row each.

    Returns:
        Columns of table ``plausibility``, one row each, in the order given.
    """
    return _with_decisions(findings, decisions(workspace.home))


def _with_decisions(
    held: pl.DataFrame, made: Mapping[str, Decision], published: Collection[str] = ()
) -> pl.DataFrame:
    named = decided(held, made).with_columns(severity=_severity(published))
    return named.select(PLAUSIBILITY.names).cast(PLAUSIBILITY.schema)


def _severity(published: Collection[str]) -> pl.Expr:
    """Say whether a finding waits for a decision, is shown meanwhile, or is refused whatever is decided.

    Of a file that a release was published with, the figures are shown: they are there in its rest of France.
    """
    import polars as pl

    shown = pl.col("rule").is_in(sorted(SHOWN)) | pl.col("extract").is_in(sorted(published))
    hard = pl.col("rule").is_in(sorted(HARD))
    return pl.when(hard).then(pl.lit(REFUSE)).when(shown).then(pl.lit(ASK)).otherwise(pl.lit(HOLD))


def not_accepted(plausibility: pl.DataFrame) -> pl.DataFrame:
    """Return what stays out of the figures.

    Args:
        plausibility: table ``plausibility``.

    Returns:
        Its rows that are impossible, were set aside, or wait for a decision; those whose figures are shown
        while it waits (``ASK``) only once set aside.
    """
    import polars as pl

    kept = pl.col("decision").is_in(["accepted", "declared"]).fill_null(pl.col("severity") == ASK)
    return plausibility.filter((pl.col("severity") == REFUSE) | ~kept)


def spared(dropped: pl.DataFrame, embedded: pl.DataFrame, out: pl.DataFrame) -> pl.DataFrame:
    """Leave out the dropped cells that are kept out where an embedded figure stands: it stays.

    Args:
        dropped: observations of the dropped files.
        embedded: those of the embedded extracts.
        out: findings that are not accepted.

    Returns:
        The rows of ``dropped`` that remain, in the same order.
    """
    covered = held_rows(dropped, out).filter("held").join(embedded, on=CELL, how="semi", nulls_equal=True)
    return dropped.join(covered, on=[*CELL, "extract"], how="anti", nulls_equal=True, maintain_order="left")


def recounted(accounts: pl.DataFrame, gone: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Move the cells that became missing in the accounts of their files, which still sum.

    Args:
        accounts: table ``extract``.
        gone: for each cause, ``extract, dataset, edition, status`` and how many cells are ``gone``.

    Returns:
        The accounts, as many cells read as before: each moved from its status to ``cells_missing``.
    """
    import polars as pl

    total = pl.concat(gone).group_by(*ACCOUNT, "status").agg(pl.col("gone").sum().cast(pl.Int32))
    counted = accounts
    for status in (s for s in Status if s not in (Status.MISSING, Status.AWAITING_EXTRACT)):
        moved = total.filter(pl.col("status") == status.value).select(*ACCOUNT, _moved="gone")
        number = pl.col("_moved").fill_null(0)
        counted = (
            counted.join(moved, on=ACCOUNT, how="left", maintain_order="left")
            .with_columns(
                (pl.col(f"cells_{status.value}") - number).alias(f"cells_{status.value}"),
                cells_missing=pl.col("cells_missing") + number,
            )
            .drop("_moved")
        )
    return counted


def notes_on(notes: pl.DataFrame, accounts: pl.DataFrame, out: pl.DataFrame) -> pl.DataFrame:
    """Add to the lines of the accounts one per thing kept out of the figures.

    Args:
        notes: table ``extract_note``.
        accounts: table ``extract``.
        out: findings that are not accepted.

    Returns:
        The lines given, then the new ones, numbered on from the last of each file.
    """
    import polars as pl

    editions = accounts.filter("dropped").select("extract", "dataset", "edition")
    first = notes.group_by("extract", "dataset", "edition").agg(_last=pl.col("position").max())
    told = (
        out.join(editions, on=["extract", "dataset"], how="inner", maintain_order="left")
        .join(first, on=["extract", "dataset", "edition"], how="left", maintain_order="left")
        .with_columns(
            position=(
                pl.col("_last").fill_null(0)
                + pl.int_range(1, pl.len() + 1).over("extract", "dataset", "edition")
            ).cast(pl.Int32),
            note=pl.struct("line", "column", "found", "expected", "decision").map_elements(
                _note, return_dtype=pl.String
            ),
        )
    )
    return pl.concat([notes, told.select(EXTRACT_NOTE.names).cast(EXTRACT_NOTE.schema)])


def _note(row: dict[str, object]) -> str:
    state = "Écarté" if row["decision"] else "Retenu pour vérification"
    place = ", ".join(
        part
        for part in (
            f"ligne {row['line']}" if row["line"] is not None else "",
            f"colonne {row['column']}" if row["column"] is not None else "",
        )
        if part
    )
    return typographic(
        f"{state}{f' ({place})' if place else ''} : {row['found']} ; attendu : {row['expected']}."
    )
