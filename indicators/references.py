"""Figures of larger territories that no producer gives, added up from their communes.

A reference is the producer's own row where there is one; else, for what is counted, Σ numerators over
Σ denominators of the communes. Medians and poverty rates are never made this way.

Belongs here: adding up, what share of the people it rests on, what secrecy may hide. Does not belong here:
the formulas (``formulas``), nor our own aggregates, whose communes are all known (``resolve.with_sums``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.figures import Cells, Figures
from indicators.formulas import table
from indicators.frames import is_usable, joined_names, period_text, severity, status_of, value_schema
from indicators.model import Indicator, Ratio, Unit
from indicators.notes import Facts, is_tax, notes
from indicators.numbering import NOTHING
from indicators.series import SeriesValues
from indicators.uncertainty import with_prudent_limits
from sources.french import NBSP, number_column
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

KNOWN_SHARE = 0.95
"""Share of the inhabitants of a territory whose communes must be known for their sum to stand for it."""

KNOWN_COMMUNES = 0.99
"""The same, of the communes, where the population of some is not known: one of them may be large."""

FULL_YEAR = 0.9
"""A year is given for all of France when it has this share of the communes of the best one."""

OVERSEAS = frozenset({"01", "02", "03", "04", "06"})
"""Codes of the régions outside metropolitan France (code officiel géographique)."""

MADE_OF_COMMUNES = (Level.EPCI, Level.DEPARTEMENT, Level.REGION)

_AREA = ("parent_level", "parent_code")
_BOUNDS = ("_low", "_high")
"""What the whole may be, according to what is not known: columns added to those of ``value``."""


def places(memberships: pl.DataFrame, metropole: str) -> pl.DataFrame:
    """Return the communes of every EPCI, département and région, and of metropolitan France.

    Args:
        memberships: Rows of table ``membership`` of all communes of France, ours included.
        metropole: Code of metropolitan France.

    Returns:
        ``parent_level``, ``parent_code``, ``code``, each once.
    """
    import polars as pl

    rows = memberships.filter(
        (pl.col("level") == Level.COMMUNE.value)
        & pl.col("parent_level").is_in([level.value for level in MADE_OF_COMMUNES])
    ).select(*_AREA, "code")
    mainland = rows.filter(
        (pl.col("parent_level") == Level.REGION.value) & ~pl.col("parent_code").is_in(list(OVERSEAS))
    ).with_columns(parent_level=pl.lit(Level.METROPOLE.value), parent_code=pl.lit(metropole))
    return pl.concat([rows, mainland]).unique(maintain_order=True)


def full_years(cells: Cells, figures: Figures) -> Cells:
    """Leave out the years a variable is given for some communes only (those embedded for our own).

    Communes divided by populations of different years would not add up to a rate of any year.

    Args:
        cells: Figures of one variable.
        figures: Those they are among.

    Returns:
        Those of the other levels, and of the communes those of the years given for :data:`FULL_YEAR` of the
        best one.
    """
    import numpy as np

    commune, year = figures.of_levels([Level.COMMUNE.value])[cells.at], figures.year[cells.at]
    years, counts = np.unique(year[commune], return_counts=True)
    full = years[counts >= FULL_YEAR * counts.max(initial=0)]
    return cells.take(~commune | np.isin(year, full))


def weighted(areas: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Give each commune its weight in the territories it makes: its latest known population.

    Args:
        areas: :func:`places`.
        population: Resolved observations of the population, any year.

    Returns:
        The same rows with ``_weight`` (inhabitants; 1 for all where that of one is not known), ``_by_people``
        and, by territory, ``_communes`` and ``_total``.
    """
    import polars as pl

    latest = (
        population.filter((pl.col("level") == Level.COMMUNE.value) & pl.col("value").is_not_null())
        .sort("period")
        .unique("code", keep="last")
        .select("code", _people="value")
    )
    known = pl.col("_people").is_not_null().all().over(_AREA)
    return (
        areas.join(latest, on="code", how="left", maintain_order="left")
        .with_columns(_by_people=known, _weight=pl.when(known).then("_people").otherwise(1.0))
        .with_columns(_communes=pl.len().over(_AREA), _total=pl.col("_weight").sum().over(_AREA))
        .drop("_people")
    )


def listed(rows: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Add the communes an inventory does not list, which have none of what it lists.

    Only in a département the inventory covers: of the others it says nothing.

    Args:
        rows: Resolved observations of one variable.
        areas: :func:`weighted`.

    Returns:
        The rows given, then one of value 0, observed, per absent commune and year.
    """
    import polars as pl

    mine = areas.filter(pl.col("parent_level") == Level.DEPARTEMENT.value)
    present = rows.filter(pl.col("level") == Level.COMMUNE.value)
    covered = (
        present.join(mine, on="code")
        .group_by(*_AREA, "stated", "period")
        .agg(
            pl.col("_total", "_by_people", "millesime", "edition", "dataset", "extract").first(),
            _covered=pl.col("_weight").sum(),
        )
        .filter(_enough())
        .drop("_covered", "_total", "_by_people")
    )
    absent = (
        mine.select(*_AREA, "code")
        .join(covered, on=_AREA)
        .join(present, on=["code", "stated", "period"], how="anti")
        .with_columns(
            level=pl.lit(Level.COMMUNE.value),
            perimeter=pl.lit(None, pl.String),
            variable=pl.lit(rows["variable"].first(), pl.String),
            value=pl.lit(0.0),
            status=pl.lit(Status.OBSERVED.value),
            origin=pl.lit("producer"),
        )
    )
    return pl.concat([rows, absent.select(rows.columns)])


def summed(one: SeriesValues, figures: Figures, areas: pl.DataFrame) -> pl.DataFrame:
    """Add up the communes of each territory for one ratio of counts.

    Args:
        one: Values of the series, whose formula is a ratio, of any levels.
        figures: What they were made of.
        areas: :func:`weighted`.

    Returns:
        Rows of the ``value`` table with ``_low`` and ``_high``: between these the rate of the whole lies,
        whatever the communes that are not known (null when all are, or when it is not a share). No limits.
        A territory too little of which is known (:data:`KNOWN_SHARE`) has no row.
    """
    import polars as pl

    series, formula = one.series, one.series.formula
    assert isinstance(formula, Ratio)
    mine = areas.filter(pl.col("parent_level").is_in([level.value for level in series.levels]))
    communes = one.values.take(figures.of_levels([Level.COMMUNE.value])[one.values.at])
    rows = table(communes, figures).with_columns(
        # No one to count among (no family in the commune) adds nothing, and is known.
        _known=is_usable(pl.col("status")) | (pl.col("status") == Status.NOT_APPLICABLE.value)
    )
    total = (
        rows.join(mine, on="code", maintain_order="left_right")
        .group_by(*_AREA, "stated", "period", maintain_order=True)
        .agg(
            pl.col("_communes", "_total", "_by_people", "millesime").first(),
            _count=pl.col("_known").sum(),
            _covered=pl.col("_weight").filter("_known").sum(),
            # Whose denominator is known although the numerator is not.
            _hidden=pl.col("denominator").filter(~pl.col("_known")).sum(),
            _hidden_weight=pl.col("_weight")
            .filter(~pl.col("_known") & pl.col("denominator").is_not_null())
            .sum(),
            numerator=pl.col("numerator").filter("_known").sum(),
            denominator=pl.col("denominator").filter("_known").sum(),
            # Both of one commune: the years of two would be those of no line between censuses.
            **{
                name: pl.col(name).filter("_known").first()
                for name in ("denominator_millesime", "denominator_next")
            },
            edition=pl.col("edition").max(),
            status=severity(pl.col("status")).filter(is_usable(pl.col("status"))).max(),
            datasets=pl.col("dataset").unique().str.join(", "),
            extracts=pl.col("extract").unique().str.join(", "),
        )
        .filter(_enough() & (pl.col("denominator") > 0))
    )
    value = formula.scale * pl.col("numerator") / pl.col("denominator")
    return (
        _with_bounds(total, formula, share=one.indicator.unit is Unit.PERCENT)
        .with_columns(
            indicator=pl.lit(one.indicator.id),
            series=pl.lit(series.id),
            concept=pl.lit(series.concept),
            level="parent_level",
            code="parent_code",
            perimeter=pl.lit(None, pl.String),
            period=period_text(),
            value=value,
            lower=pl.lit(None, pl.Float64),
            upper=pl.lit(None, pl.Float64),
            status=status_of(pl.col("status")),
            origin=pl.lit("sum"),
            note=_said(),
            **{names: joined_names(names) for names in ("datasets", "extracts")},
        )
        .select(*value_schema(), *_BOUNDS)
    )


def with_error(sums: pl.DataFrame, formula: Ratio, indicator: Indicator) -> pl.DataFrame:
    """Give sums the limits of what they are sampled from, and say of which years and how precise they are.

    Args:
        sums: :func:`summed`.
        formula: The ratio.
        indicator: Its indicator.

    Returns:
        The same rows, with ``lower`` and ``upper`` where a sample is drawn; sentences follow ``note``.
    """
    import numpy as np
    import polars as pl

    rows = with_prudent_limits(sums, formula, indicator)

    def years(name: str) -> NDArray[np.int32]:
        return rows[name].fill_null(NOTHING).to_numpy()

    alike = np.ones(rows.height, np.bool_)
    said = notes(
        Facts(
            census=alike & (indicator.sampled != "no"),
            tax=alike & is_tax(indicator),
            usable=alike,
            observed=(rows["status"] == Status.OBSERVED.value).to_numpy(),
            published=~alike,
            numerator=rows["numerator"].to_numpy(),
            denominator=rows["denominator"].to_numpy(),
            year=years("millesime"),
            denominator_year=years("denominator_millesime"),
            denominator_next=years("denominator_next"),
            lower=rows["lower"].to_numpy(),
            exhaustive=~alike,
        )
    )
    return rows.with_columns(note=pl.concat_str("note", said, separator=" ", ignore_nulls=True))


def _enough() -> pl.Expr:
    """Whether what is known of a territory stands for the whole."""
    import polars as pl

    share = pl.when(pl.col("_by_people")).then(KNOWN_SHARE).otherwise(KNOWN_COMMUNES)
    return pl.col("_covered") >= share * pl.col("_total")


def _with_bounds(total: pl.DataFrame, formula: Ratio, *, share: bool) -> pl.DataFrame:
    """Add what the whole may be: none, or all, of the people not known are concerned."""
    import polars as pl

    # Where not even the denominator is known, its part is that of the inhabitants.
    unknown = pl.col("_total") - pl.col("_covered") - pl.col("_hidden_weight")
    rest = pl.col("_hidden") + unknown.clip(0) * pl.col("denominator") / pl.col("_covered")
    whole = pl.col("denominator") + rest
    partial = pl.lit(share) & (pl.col("_count") < pl.col("_communes"))
    return total.with_columns(
        _low=pl.when(partial).then(formula.scale * pl.col("numerator") / whole),
        _high=pl.when(partial).then(formula.scale * (pl.col("numerator") + rest) / whole),
    )


def _said() -> pl.Expr:
    """Say what the sum rests on, in French."""
    import polars as pl

    # Cut, not rounded: 100 % would say that all are there.
    percent = (1000 * pl.col("_covered") / pl.col("_total") + 1e-9).floor() / 10
    part = pl.format(
        "Somme de {} communes sur {}, {}" + NBSP + "% {}.",
        number_column(pl.col("_count")),
        number_column(pl.col("_communes")),
        _short(percent, 1),
        pl.when(pl.col("_by_people")).then(pl.lit("de la population")).otherwise(pl.lit("des communes")),
    )
    whole = pl.format(
        "Somme de {} communes, 100" + NBSP + "% de la population.",
        number_column(pl.col("_count")),
    )
    limits = pl.format(
        " Selon ce que valent les autres, de {} à {}" + NBSP + "%.",
        _short(pl.col("_low"), 2),
        _short(pl.col("_high"), 2),
    )
    said = pl.when(pl.col("_count") == pl.col("_communes")).then(whole).otherwise(part)
    return said + pl.when(pl.col("_low").is_not_null()).then(limits).otherwise(pl.lit(""))


def _short(values: pl.Expr, decimals: int) -> pl.Expr:
    """Write numbers without the zeros that end them: « 10 », « 96,5 »."""
    return number_column(values, decimals).str.strip_chars_end("0").str.strip_chars_end(",")


def differences(rows: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Subtract the sums of two ratios of one indicator, territory by territory.

    Args:
        rows: :func:`summed` of the minuend.
        other: The same of the subtrahend.

    Returns:
        The columns of ``rows``; ``value`` in the unit of both, without terms nor limits.
    """
    import polars as pl

    key = ["level", "code", "millesime", "period"]
    return (
        rows.join(other.select(*key, _other="value"), on=key, nulls_equal=True, maintain_order="left")
        .with_columns(
            value=pl.col("value") - pl.col("_other"),
            **dict.fromkeys(("numerator", "denominator", *_BOUNDS), pl.lit(None, pl.Float64)),
            denominator_millesime=pl.lit(None, pl.Int32),
            denominator_next=pl.lit(None, pl.Int32),
        )
        .drop("_other")
    )


def widened(values: pl.DataFrame) -> pl.DataFrame:
    """Make the intervals of sums hold what the communes that are not known may bring, and drop the bounds.

    Args:
        values: Rows of the ``value`` table with the bounds ``_low`` and ``_high``, null where nothing is
            hidden.

    Returns:
        The columns of the ``value`` table.
    """
    import polars as pl

    return values.with_columns(
        lower=pl.min_horizontal("lower", "_low"), upper=pl.max_horizontal("upper", "_high")
    ).drop(_BOUNDS)


def completed(own: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """Add the sums of what the producer himself gives no usable figure of, in the place of his row.

    Args:
        own: Rows of the ``value`` table, of the producer's own figures.
        sums: The same, of sums.

    Returns:
        Rows of both, in any order; one for a concept, territory and period.
    """
    import polars as pl

    key = ["indicator", "concept", "level", "code", "period"]
    usable = is_usable(pl.col("status"))
    chosen = sums.join(own.filter(usable), on=key, how="anti")
    without = own.filter(~usable).join(chosen, on=key, how="anti")
    return pl.concat([own.filter(usable), without, chosen.select(own.columns)])
