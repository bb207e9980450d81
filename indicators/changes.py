"""What changed between two releases, for whoever publishes them and whoever reads them.

Belongs here: comparing the tables of two releases. Does not belong here: reading them (``pipelines.release``,
``dashboard.data``), nor saying it in French (``indicators.news``).

A figure is known by what it is about, not by the edition it was read in: a new edition that repeats five
years says nothing of them. Where the producer states no year, the edition is the only period there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.causes import GIVEN, OF_BOTH, TOO_SMALL, cause_schema, causes, differ
from indicators.frames import PERIOD_KEY

if TYPE_CHECKING:
    import polars as pl

COMPARED = (
    *("value", "territory", "analysis", "comparison", "local"),
    *("indicator", "dataset", "series", "extract"),
)
"""Tables of a release that are compared, or that name what is."""

HELD = "millesime_held"
"""The datasets, editions and years of the observations of a release, one row each."""
OBSERVED = {HELD: ("dataset", "edition", "millesime"), GIVEN: ("extract", "variable")}
"""Tables made of the observations of a release: their columns, each combination once."""

FIGURE_KEY = ("indicator", "series", *PERIOD_KEY)
PLACE = ("level", "code", "perimeter")

NEW, REVISED, RESTATED, GONE = "new", "revised", "restated", "gone"


@dataclass(frozen=True)
class Changes:
    """What changed, each part empty when nothing did.

    Columns of ``figures``: those of :data:`FIGURE_KEY`, ``kind`` (``new``, ``revised``, ``restated`` or
    ``gone``), ``old``, ``new`` (in
    the unit of the indicator), ``old_status``, ``new_status``, ``size`` (absolute relative difference) and
    :func:`indicators.causes.cause_schema` (revised figures only).
    Columns of ``years``: ``dataset``, ``edition``, ``millesime``, ``kind`` (new or gone).
    Columns of ``answers``: ``indicator``, ``theme``, :data:`PLACE`, ``old``, ``new``.
    Columns of ``ranks``: :data:`PLACE`, ``old``, ``new``.
    Columns of ``judgements``: ``indicator``, ``series``, :data:`PLACE`, ``reference_level``,
    ``reference_code``, ``old``, ``new``.
    Columns of ``territories``: :data:`PLACE`, ``name``, ``kind`` (new or gone).
    Columns of ``local``: ``section``, ``commune`` (null for all), ``changed`` (cells of the local layer that
    are not what they were, or were not there).
    """

    years: pl.DataFrame
    figures: pl.DataFrame
    answers: pl.DataFrame
    ranks: pl.DataFrame
    judgements: pl.DataFrame
    territories: pl.DataFrame
    local: pl.DataFrame

    @property
    def nothing(self) -> bool:
        """Whether the two releases say the same."""
        return all(part.is_empty() for part in vars(self).values())

    def count(self, kind: str) -> int:
        """Return how many figures are of a kind."""
        return int((self.figures["kind"] == kind).sum())


def changes(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> Changes:
    """Compare two releases.

    Args:
        before: tables of the older one, by name, see :data:`COMPARED` and :data:`OBSERVED`; one that a
            release of an earlier version lacks is not compared.
        after: tables of the newer one.
    """

    def both(name: str) -> tuple[pl.DataFrame, pl.DataFrame] | None:
        return (before[name], after[name]) if name in before and name in after else None

    return Changes(
        years=_years(both(HELD)),
        figures=figures(before, after),
        answers=_answers(both("analysis")),
        ranks=_ranks(both("analysis")),
        judgements=_judgements(both("comparison")),
        territories=_territories(both("territory")),
        local=_local(both("local")),
    )


def keyed(values: pl.DataFrame) -> pl.DataFrame:
    """Return the figures of a release under :data:`FIGURE_KEY`, one row each: that of the latest edition.

    Rows that only give the reason of an absence are no figure.

    Args:
        values: Rows of table ``value``.

    Returns:
        The same columns, with ``stated`` (the producer gives a year) and ``period`` (that year, else the
        edition).
    """
    import polars as pl

    year = pl.col("millesime")
    return (
        values.filter(pl.col("series") != "")
        .with_columns(stated=year.is_not_null(), period=pl.coalesce(year, "edition"))
        .sort("edition", nulls_last=False)
        .unique(FIGURE_KEY, keep="last", maintain_order=True)
    )


def figures(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Compare two tables ``value``; columns as in :class:`Changes`, sorted by key.

    Args:
        before: Tables of the older release; those that are missing tell less of why a figure was revised.
        after: Those of the newer one.

    Returns:
        Only the figures that changed, one row each; ``old`` and ``new`` in the unit of the indicator.
    """
    import polars as pl

    said = ["value", "status", *OF_BOTH]
    left, right = (
        _lacking(keyed(each["value"]), said).select(*FIGURE_KEY, *said) for each in (before, after)
    )
    joined = left.join(right, on=FIGURE_KEY, how="full", coalesce=True, nulls_equal=True, suffix="_new")
    was, now = pl.col("value"), pl.col("value_new")
    # Two kinds of absence differ only where both rows exist.
    had, has = pl.col("status").is_not_null(), pl.col("status_new").is_not_null()
    kind = (
        pl.when(~had | (was.is_null() & now.is_not_null() & has))
        .then(pl.lit(NEW))
        .when(~has | (was.is_not_null() & now.is_null()))
        .then(pl.lit(GONE))
        .when(differ(was, now))
        .then(pl.lit(REVISED))
        .when(pl.col("status") != pl.col("status_new"))
        .then(pl.lit(RESTATED))
    )
    found = joined.with_columns(kind=kind).filter(
        pl.col("kind").is_not_null() & ~(was.is_null() & now.is_null() & (had != has))
    )
    revised = found.filter(kind=REVISED)
    why = pl.concat([revised.select(FIGURE_KEY), causes(revised, before, after)], how="horizontal")
    return (
        found.join(why, on=FIGURE_KEY, how="left", nulls_equal=True)
        .select(
            *FIGURE_KEY,
            "kind",
            *cause_schema(),
            old=was,
            new=now,
            old_status="status",
            new_status="status_new",
            size=(now - was).abs() / was.abs().clip(TOO_SMALL),
        )
        .sort(FIGURE_KEY)
    )


def _lacking(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Give an older release the columns it did not have yet, empty."""
    import polars as pl

    return frame.with_columns(pl.lit(None, pl.String).alias(c) for c in columns if c not in frame.columns)


def _years(both: tuple[pl.DataFrame, pl.DataFrame] | None) -> pl.DataFrame:
    import polars as pl

    if both is None:
        schema = {"dataset": pl.String, "edition": pl.Int32, "millesime": pl.Int32, "kind": pl.String}
        return pl.DataFrame(schema=schema)
    key = ["dataset", "millesime"]
    # The edition is shown, not compared: a year held in another edition is no new year.
    old, new = (
        frame.with_columns(millesime=pl.coalesce("millesime", "edition"))
        .group_by(key)
        .agg(pl.col("edition").max())
        for frame in both
    )
    return _in_and_out(old, new, key).select("dataset", "edition", "millesime", "kind").sort(key)


def _territories(both: tuple[pl.DataFrame, pl.DataFrame] | None) -> pl.DataFrame:
    import polars as pl

    if both is None:
        return pl.DataFrame(schema={**dict.fromkeys((*PLACE, "name", "kind"), pl.String)})
    old, new = (frame.select(*PLACE, "name") for frame in both)
    return _in_and_out(old, new, list(PLACE)).sort(PLACE)


def _local(both: tuple[pl.DataFrame, pl.DataFrame] | None) -> pl.DataFrame:
    """Count what people wrote otherwise; the rank of a line says nothing of it."""
    import polars as pl

    where = ("section", "commune")
    if both is None:
        return pl.DataFrame(schema={**dict.fromkeys(where, pl.String), "changed": pl.UInt32})
    key = [*where, "field", "value"]
    old, new = (frame.select(key) for frame in both)
    kinds = [(pl.col("kind") == kind).sum() for kind in (NEW, GONE)]
    moved = _in_and_out(old, new, key).group_by(where).agg(changed=pl.max_horizontal(kinds))
    return moved.sort(where, nulls_last=False)


def _in_and_out(old: pl.DataFrame, new: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    came = new.join(old, on=key, how="anti", nulls_equal=True).with_columns(kind=pl.lit(NEW))
    went = old.join(new, on=key, how="anti", nulls_equal=True).with_columns(kind=pl.lit(GONE))
    return pl.concat([came, went])


def _answers(both: tuple[pl.DataFrame, pl.DataFrame] | None) -> pl.DataFrame:
    """Answers that are not what they were: the words of each need of each territory."""
    import polars as pl

    kept = (
        (pl.col("analysis") == "reponse") & (pl.col("measure") == "mot") & pl.col("indicator").is_not_null()
    )
    return _moved(both, kept, ("indicator", "theme", *PLACE), "text", pl.String())


def _ranks(both: tuple[pl.DataFrame, pl.DataFrame] | None) -> pl.DataFrame:
    """Median ranks of the order of priority that are not what they were."""
    import polars as pl

    kept = (pl.col("analysis") == "priority") & (pl.col("measure") == "rang")
    return _moved(both, kept, PLACE, "value", pl.Float64())


def _judgements(both: tuple[pl.DataFrame, pl.DataFrame] | None) -> pl.DataFrame:
    """Judgements of the latest year of each figure that are not what they were."""
    import polars as pl

    key = ("indicator", "series", *PLACE, "reference_level", "reference_code")
    if both is not None:
        old, new = (
            frame.sort("millesime", "edition", "reference_millesime", nulls_last=False)
            .unique(key, keep="last", maintain_order=True)
            .filter(pl.col("judgement").is_not_null())
            for frame in both
        )
        both = old, new
    return _moved(both, pl.lit(value=True), key, "judgement", pl.String())


def _moved(
    both: tuple[pl.DataFrame, pl.DataFrame] | None,
    kept: pl.Expr,
    key: Sequence[str],
    column: str,
    dtype: pl.DataType,
) -> pl.DataFrame:
    """The same thing in both releases, where they differ: ``key``, ``old``, ``new``."""
    import polars as pl

    if both is None:
        return pl.DataFrame(schema={**dict.fromkeys(key, pl.String()), "old": dtype, "new": dtype})
    old, new = (frame.filter(kept).unique(key, keep="last", maintain_order=True) for frame in both)
    joined = old.select(*key, old=column).join(
        new.select(*key, new=column), on=key, how="inner", nulls_equal=True
    )
    return joined.filter(pl.col("old") != pl.col("new")).sort(key)
