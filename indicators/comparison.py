"""Each value beside its references: same concept, same year, a gap, and a judgement when it can be made.

The judgement is the interval of the gap, which is printed beside it: a gap whose interval excludes zero is
established. The interval carries the error of the territory and, where it is known, that of the reference; it
is as wide as the number of gaps judged together asks (:mod:`indicators.multiple`).
Without one there is a gap and no judgement. A figure taken from the canton judges nobody: it is not the
territory's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.frames import followed, is_usable
from indicators.intervals import difference_limits
from indicators.model import Direction
from indicators.multiple import controlled
from indicators.registry import INDICATORS
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from indicators.resolve import TerritoryView

BETTER, WORSE = "mieux", "moins bien"
HIGHER, LOWER = "plus haut", "plus bas"
INHERITED = "inherited"
"""Origin of a value taken from the canton."""
NO_DIFFERENCE = "pas de différence établie"

PUBLICATION_LAG = 3
"""A producer who states no year may publish data as old as this, in years before the edition."""

# From the nearest to the widest; a territory is compared only with wider ones.
_REFERENCES: dict[Level, tuple[Level, ...]] = {
    Level.QPV: (
        Level.COMMUNE,
        Level.EPCI,
        Level.GROUPE,
        Level.DEPARTEMENT,
        Level.REGION,
        Level.METROPOLE,
        Level.FRANCE,
    ),
    Level.COMMUNE: (Level.EPCI, Level.GROUPE, Level.DEPARTEMENT, Level.REGION, Level.METROPOLE, Level.FRANCE),
    Level.CANTON: (Level.EPCI, Level.FRANCE),
    Level.GROUPE: (Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.METROPOLE, Level.FRANCE),
    Level.EPCI: (Level.DEPARTEMENT, Level.REGION, Level.METROPOLE, Level.FRANCE),
    Level.DEPARTEMENT: (Level.REGION, Level.METROPOLE, Level.FRANCE),
    Level.REGION: (Level.METROPOLE, Level.FRANCE),
}


def compare(values: pl.DataFrame, territories: TerritoryView) -> pl.DataFrame:
    """Compare every value with the references that have the same concept and year.

    A QPV is compared with the communes it lies in; where its producer states no year, with the year
    nearest to its edition, and the reason says so.

    Args:
        values: Table ``value``.
        territories: For the communes of each QPV and the groups of each commune.

    Returns:
        Table ``comparison``: the value's key, ``reference_level``, ``reference_code``,
        ``reference_millesime``, ``value``, ``reference_value``, ``gap`` (value − reference, in the
        indicator's unit), ``gap_lower`` and ``gap_upper`` (its limits, null where the value has none or is
        taken from the canton), ``gap_confidence`` (the share of chance they leave in, from 0,95 up),
        ``gap_relative`` (share of the reference), ``judgement``, ``reason``.
    """
    import polars as pl

    usable = followed(values).filter(is_usable(pl.col("status")))
    pairs = pl.DataFrame(
        [
            (level.value, reference.value)
            for level, references in _REFERENCES.items()
            for reference in references
        ],
        schema={"level": pl.String, "reference_level": pl.String},
        orient="row",
    )
    references = usable.select(
        "indicator",
        "concept",
        reference_level="level",
        reference_code="code",
        reference_millesime="millesime",
        reference_edition="edition",
        reference_perimeter="perimeter",
        reference_value="value",
        reference_lower=pl.coalesce("lower", "value"),
        reference_upper=pl.coalesce("upper", "value"),
    )
    candidates = usable.join(pairs, on="level").join(
        references, on=["indicator", "concept", "reference_level"], how="inner"
    )
    stated = candidates.filter(pl.col("millesime") == pl.col("reference_millesime")).with_columns(
        reason=pl.lit(None, pl.String)
    )
    same_edition = candidates.filter(
        pl.col("millesime").is_null()
        & pl.col("reference_millesime").is_null()
        & (pl.col("edition") == pl.col("reference_edition"))
    ).with_columns(reason=pl.lit(None, pl.String))
    unstated = _nearest_year(
        candidates.filter(pl.col("millesime").is_null() & pl.col("reference_millesime").is_not_null())
    )
    rows = pl.concat([stated, same_edition, unstated.select(stated.columns)])
    rows = _related(rows, territories)
    # A territory is a part of its reference: taken as independent, their errors are if anything overstated.
    low, high = difference_limits(
        (pl.col("value"), pl.col("lower"), pl.col("upper")),
        (pl.col("reference_value"), pl.col("reference_lower"), pl.col("reference_upper")),
    )
    own = pl.col("origin").ne_missing(INHERITED)
    rows = rows.with_columns(
        gap=pl.col("value") - pl.col("reference_value"),
        gap_lower=pl.when(own).then(low),
        gap_upper=pl.when(own).then(high),
        gap_relative=pl.when(pl.col("reference_value") != 0).then(
            (pl.col("value") - pl.col("reference_value")) / pl.col("reference_value").abs()
        ),
    )
    return (
        controlled(rows)
        .with_columns(judgement=_judgement())
        .select(
            "indicator",
            "series",
            "level",
            "code",
            "perimeter",
            "millesime",
            "edition",
            "reference_level",
            "reference_code",
            "reference_millesime",
            "value",
            "reference_value",
            "gap",
            "gap_lower",
            "gap_upper",
            "gap_confidence",
            "gap_relative",
            "judgement",
            "reason",
        )
        .sort(
            "indicator",
            "series",
            "level",
            "code",
            "millesime",
            "edition",
            "reference_level",
            "reference_code",
        )
    )


def _nearest_year(rows: pl.DataFrame) -> pl.DataFrame:
    """For values without a stated year, the reference of the year nearest to the edition.

    None where a change of definition falls in the years the value may be of: on which side is it?
    """
    import polars as pl

    broken = pl.DataFrame(
        [(i.id, b.year) for i in INDICATORS for b in i.breaks],
        schema={"indicator": pl.String, "_break": pl.Int32},
        orient="row",
    )
    latest = pl.max_horizontal("edition", "reference_millesime")
    crossed = (
        rows.join(broken, on="indicator")
        .filter((pl.col("_break") > pl.col("edition") - PUBLICATION_LAG) & (pl.col("_break") <= latest))
        .select("indicator", "series", "level", "code", "edition")
        .unique()
    )
    rows = rows.join(crossed, on=["indicator", "series", "level", "code", "edition"], how="anti")

    key = [
        "indicator",
        "series",
        "level",
        "code",
        "perimeter",
        "edition",
        "reference_level",
        "reference_code",
    ]
    distance = (pl.col("edition") - pl.col("reference_millesime")).abs()
    return (
        rows.with_columns(_distance=distance)
        .sort([*key, "_distance", "reference_millesime"])
        .unique(subset=key, keep="first", maintain_order=True)
        .with_columns(
            reason=pl.format(
                "Le producteur n’indique pas l’année de cette valeur (édition {})\u00a0: "
                "la référence est celle de {}.",
                "edition",
                "reference_millesime",
            )
        )
    )


def _related(rows: pl.DataFrame, territories: TerritoryView) -> pl.DataFrame:
    """Keep a QPV's own communes, the groups a commune is compared with, and no territory with itself."""
    import polars as pl

    links = territories.membership.select(
        "level", "code", reference_level="parent_level", reference_code="parent_code", _linked=pl.lit(True)
    ).unique()
    rows = rows.filter(
        ((pl.col("level") == pl.col("reference_level")) & (pl.col("code") == pl.col("reference_code"))).not_()
    )
    linked = rows.join(
        links, on=["level", "code", "reference_level", "reference_code"], how="left", maintain_order="left"
    )
    is_commune = pl.col("reference_level") == Level.COMMUNE.value
    # All QPV together are the reference of a QPV only; groups of communes that of communes only.
    is_group = pl.col("reference_level") == Level.GROUPE.value
    all_qpv = is_group & pl.col("reference_perimeter").is_not_null()
    wanted = (
        pl.when(is_commune)
        .then(pl.col("_linked").fill_null(False))
        .when(all_qpv)
        .then((pl.col("level") == Level.QPV.value) & (pl.col("perimeter") == pl.col("reference_perimeter")))
        .when(is_group)
        .then(pl.col("level") == Level.COMMUNE.value)
        .otherwise(pl.lit(True))
    )
    return linked.filter(wanted)


def established(low: pl.Expr, high: pl.Expr, above: str = HIGHER, below: str = LOWER) -> pl.Expr:
    """Return what the interval of a gap establishes: every page and document judges by this and nothing else.

    Args:
        low: Lower limit of the gap, null where it is not known.
        high: Upper limit.
        above: Word of a gap wholly above zero.
        below: Word of a gap wholly below zero.

    Returns:
        One of the two words or :data:`NO_DIFFERENCE`; null without an interval.
    """
    import polars as pl

    said = pl.when(low > 0).then(pl.lit(above)).when(high < 0).then(pl.lit(below))
    return pl.when(low.is_not_null() & high.is_not_null()).then(said.otherwise(pl.lit(NO_DIFFERENCE)))


def _judgement() -> pl.Expr:
    """Words of the difference, by the direction of the indicator; null without an interval."""
    import polars as pl

    directions = {indicator.id: indicator.direction.value for indicator in INDICATORS}
    direction = pl.col("indicator").replace_strict(directions, return_dtype=pl.String)
    limits = pl.col("gap_lower"), pl.col("gap_upper")
    return (
        pl.when(direction == Direction.HIGH_IS_NEED.value)
        .then(established(*limits, WORSE, BETTER))
        .when(direction == Direction.LOW_IS_NEED.value)
        .then(established(*limits, BETTER, WORSE))
        .otherwise(established(*limits))
    )
