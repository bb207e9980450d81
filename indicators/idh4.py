"""IDH-4: mean of three sub-indices, santé, éducation and niveau de vie, between frozen goalposts.

Method of the Région Hauts-de-France (GéoTerritoires, record ``idh.idh4``): arithmetic mean of
``1 − (ICM − min)/(max − min)``, ``(x − min)/(max − min)`` and ``(ln y − ln min)/(ln max − ln min)``.
A value outside the goalposts is kept and flagged, not clipped; a missing dimension gives no index.

The errors of the three inputs are independent (Poisson limits of mortality, Wilson limits of the diplomas,
tax files exhaustive): their squares add up on each side (Zou & Donner, *Statistics in Medicine* 27, 2008).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indicators.figures import USABLE, Figures
from indicators.formulas import ratio, table
from indicators.frames import is_usable, joined_names, value_schema
from indicators.model import Break, Ratio, total
from indicators.themes import idh4 as declared
from indicators.themes.formation import OUT_OF_SCHOOL, sans_diplome
from indicators.themes.revenus import niveau_vie_median
from indicators.themes.sante import surmortalite
from indicators.uncertainty import with_limits
from sources.french import number_column, shortest
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

Transform = Literal["linear", "reversed", "logarithmic"]


def _diploma_share(*held: str) -> Ratio:
    """Share of the people aged 15 or more out of school whose highest diploma is one of ``held``."""
    prefix = "rp_nscol15p_"
    return Ratio(total(*(prefix + d for d in held)), OUT_OF_SCHOOL)


# The record's text is ambiguous (« Minimum BAP – CEP ou équivalent », read as CAP-BEP): both readings.
CAP_BEP_OR_MORE = _diploma_share("capbep", "bac", "sup2", "sup34", "sup5")
ANY_DIPLOMA = _diploma_share("bepc", "capbep", "bac", "sup2", "sup34", "sup5")


@dataclass(frozen=True)
class Reading:
    """One reading of the method: which indicator it fills, which diploma share and goalposts it takes."""

    indicator: str
    education: str
    """Indicator id of the education sub-index of this reading."""
    share: Ratio
    dimension: str
    """Goalpost dimension of the diploma share."""


DEFAULT_READING = Reading(declared.idh4.id, declared.idh4_education.id, CAP_BEP_OR_MORE, "education_cap_bep")
OTHER_READING = Reading(
    declared.idh4_tout_diplome.id,
    declared.idh4_education_tout_diplome.id,
    ANY_DIPLOMA,
    "education_tout_diplome",
)
READINGS = (DEFAULT_READING, OTHER_READING)

HEALTH, LIVING = declared.idh4_sante.id, declared.idh4_niveau_de_vie.id

# Median income has no sum: groups of communes and cantons get the two other sub-indices only.
LEVELS: Mapping[str, tuple[Level, ...]] = {
    HEALTH: (Level.COMMUNE, Level.EPCI, Level.GROUPE, Level.CANTON, Level.QPV),
    LIVING: (Level.COMMUNE, Level.EPCI, Level.QPV),
    "education": (Level.COMMUNE, Level.EPCI, Level.GROUPE, Level.QPV),
}


@dataclass(frozen=True)
class Goalpost:
    """Frozen extremes of one dimension (``sources/territories/goalposts.csv``)."""

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse extremes that would divide by zero or invert the index."""
        if not 0 < self.low < self.high:
            raise ValueError(f"goalposts must satisfy 0 < min < max, got {self.low}, {self.high}")


def sub_index(value: pl.Expr, goalpost: Goalpost, transform: Transform) -> pl.Expr:
    """Return the sub-index of an input, in [0, 1] when it lies between the goalposts.

    Args:
        value: The input, in the unit of its goalposts.
        goalpost: Its two extremes.
        transform: ``logarithmic`` for an income, ``reversed`` where more of the input is worse.

    Returns:
        (x − low) / (high − low), on logarithms or taken from 1 as the transform asks; without unit, not
        clipped. UNDP, *Human Development Report*, technical note 1.
    """
    if transform == "logarithmic":
        low, high = math.log(goalpost.low), math.log(goalpost.high)
        return (value.log() - low) / (high - low)
    share = (value - goalpost.low) / (goalpost.high - goalpost.low)
    return 1 - share if transform == "reversed" else share


def default_goalposts(goalposts: pl.DataFrame) -> dict[str, Goalpost]:
    """Return the default goalpost of each dimension from the ``goalpost`` table."""
    rows = goalposts.filter(goalposts["is_default"]).select("dimension", "min", "max")
    return {dimension: Goalpost(low, high) for dimension, low, high in rows.iter_rows()}


def _income_years(goalposts: pl.DataFrame, income_breaks: Iterable[Break]) -> tuple[int, int]:
    """First and last income years of the same definition as the default income goalposts.

    Goalposts frozen on one definition of income say nothing of another: across a break there is no index.
    """
    row = goalposts.filter(goalposts["is_default"] & (goalposts["dimension"] == "niveau_de_vie"))
    if not row.height:
        return 0, 0
    year = int(row["millesime"].item())
    breaks = [b.year for b in income_breaks]
    return max((b for b in breaks if b <= year), default=0), min(
        (b for b in breaks if b > year), default=9999
    ) - 1


def compute_idh4(
    values: pl.DataFrame,
    figures: Figures,
    goalposts: pl.DataFrame,
    income_breaks: Iterable[Break],
) -> pl.DataFrame:
    """Compute the sub-indices and the index of every territory that has the inputs.

    Args:
        values: Values of comparative mortality and of the median income, in the shape of the ``value`` table.
        figures: Resolved observations with sums and members, for the diploma shares.
        goalposts: The ``goalpost`` table; a dimension without goalposts has no sub-index.
        income_breaks: Breaks of the median income; no index across one that follows or precedes the
            goalposts.

    Returns:
        Rows of the ``value`` table. The millésime of the index is the income year; the years of the other
        inputs are in ``note``.
    """
    import polars as pl

    posts = default_goalposts(goalposts)
    health = _inputs(values, surmortalite.id, LEVELS[HEALTH])
    # The most recent index of each territory: mortality is that of a period, not of the income year.
    health = health.sort("millesime").unique(
        subset=["level", "code", "perimeter"], keep="last", maintain_order=True
    )
    health = _sub_rows(health, HEALTH, posts.get("sante_icm"), "reversed", "Indice de mortalité")
    living = _inputs(values, niveau_vie_median.id, LEVELS[LIVING])
    first, last = _income_years(goalposts, income_breaks)
    living = living.filter(pl.col("millesime").is_between(first, last))
    living = _sub_rows(living, LIVING, posts.get("niveau_de_vie"), "logarithmic", "Niveau de vie médian")
    parts = [health, living]
    for reading in READINGS:
        education = _education(reading, figures)
        education = _sub_rows(
            education,
            reading.education,
            posts.get(reading.dimension),
            "linear",
            "Diplômés parmi les 15 ans ou plus",
        )
        parts += [education, _index(reading, health, education, living)]
    return pl.concat(parts)


def _inputs(values: pl.DataFrame, indicator: str, levels: tuple[Level, ...]) -> pl.DataFrame:
    import polars as pl

    return values.filter(
        (pl.col("indicator") == indicator)
        # A quarter without a figure keeps its row: its status says why.
        & (is_usable(pl.col("status")) | (pl.col("level") == Level.QPV.value))
        & pl.col("level").is_in([level.value for level in levels])
    )


def _education(reading: Reading, figures: Figures) -> pl.DataFrame:
    """Diploma share of the latest census, in the columns :func:`_sub_rows` needs."""
    import polars as pl

    share = with_limits(ratio(reading.share, figures), reading.share, sans_diplome, figures)
    wanted = figures.of_levels([level.value for level in LEVELS["education"]])[share.at]
    return (
        table(share.take(wanted & (share.status <= USABLE)), figures)
        .sort("period")
        .unique(subset=["level", "code", "perimeter"], keep="last", maintain_order=True)
        .with_columns(
            period=pl.col("period").cast(pl.String),
            datasets="dataset",
            extracts="extract",
        )
    )


def _sub_rows(
    inputs: pl.DataFrame, indicator: str, goalpost: Goalpost | None, transform: Transform, label: str
) -> pl.DataFrame:
    """Turn inputs into rows of the ``value`` table; the input and its goalposts are in the note."""
    import polars as pl

    if goalpost is None:
        return value_schema().to_frame()
    index = sub_index(pl.col("value"), goalpost, transform)
    ends = [sub_index(pl.col(c), goalpost, transform) for c in ("lower", "upper")]
    outside = (pl.col("value") < goalpost.low) | (pl.col("value") > goalpost.high)
    # « 69,4 » for a share or an index, « 18 550 » for an income.
    french = (
        pl.when(pl.col("value") >= 1000)
        .then(number_column(pl.col("value")))
        .otherwise(number_column(pl.col("value"), 1))
    )
    bounds = f"bornes {shortest(goalpost.low)} – {shortest(goalpost.high)}"
    note = pl.format(
        "{}\u00a0: {} ({}), {}", pl.lit(label), french, pl.col("period"), pl.lit(bounds)
    ) + pl.when(outside).then(pl.lit("\u00a0; hors des bornes, gardé tel quel")).otherwise(pl.lit(""))
    # A quarter takes the health of its canton, as its commune does: they are not to be compared.
    inherited = pl.lit(indicator == HEALTH) & (pl.col("level") == Level.QPV.value)
    return _rows(
        inputs,
        indicator,
        concept=pl.when(inherited).then(pl.lit(f"{indicator}_quartier")).otherwise(pl.lit(indicator)),
        value=index,
        lower=pl.min_horizontal(ends),
        upper=pl.max_horizontal(ends),
        # The canton's mortality on another scale is still the canton's.
        origin=pl.when(pl.col("origin") == "inherited").then("origin").otherwise(pl.lit("composite")),
        note=note,
    )


def _rows(frame: pl.DataFrame, indicator: str, **changes: pl.Expr) -> pl.DataFrame:
    """Return rows of the ``value`` table of an indicator without numerator nor denominator.

    Args:
        frame: For the columns that are not in ``changes``: territory, dates, status, files.
        indicator: The indicator.
        changes: The other columns.
    """
    import polars as pl

    own = {
        "indicator": pl.lit(indicator),
        "series": pl.lit("idh4"),
        "origin": pl.lit("composite"),
        **dict.fromkeys(
            ("numerator", "denominator", "denominator_millesime", "denominator_next"), pl.lit(None)
        ),
        **changes,
    }
    return frame.select(**{name: own.get(name, pl.col(name)) for name in value_schema()}).cast(value_schema())


def _index(
    reading: Reading, health: pl.DataFrame, education: pl.DataFrame, living: pl.DataFrame
) -> pl.DataFrame:
    """Arithmetic mean of the three sub-indices, one row per territory and income year."""
    import polars as pl

    key = ["level", "code", "perimeter"]
    kept = [*key, "value", "lower", "upper", "status", "datasets", "extracts", "note"]
    joined = living.join(
        health.select(kept), on=key, how="inner", suffix="_health", nulls_equal=True, maintain_order="left"
    ).join(
        education.select(kept),
        on=key,
        how="inner",
        suffix="_education",
        nulls_equal=True,
        maintain_order="left",
    )
    mean = (pl.col("value") + pl.col("value_health") + pl.col("value_education")) / 3
    # An exhaustive input has no error; without that of mortality, the largest, there is no interval.
    error = {
        c: (
            (pl.col(f"{c}_health") - pl.col("value_health")) ** 2
            + (pl.col(f"{c}_education") - pl.col("value_education")).fill_null(0) ** 2
        ).sqrt()
        / 3
        for c in ("lower", "upper")
    }
    estimated = pl.any_horizontal(
        pl.col(c) == Status.ESTIMATED.value for c in ("status", "status_health", "status_education")
    )

    def names(column: str) -> pl.Expr:
        return joined_names(column, f"{column}_health", f"{column}_education")

    return _rows(
        joined,
        reading.indicator,
        concept=pl.lit(reading.indicator),
        value=mean,
        lower=mean - error["lower"],
        upper=mean + error["upper"],
        status=pl.when(estimated).then(pl.lit(Status.ESTIMATED.value)).otherwise("status"),
        datasets=names("datasets"),
        extracts=names("extracts"),
        note=pl.concat_str("note_health", "note_education", "note", separator="\u00a0; "),
    )
