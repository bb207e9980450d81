"""Each value beside its references: same concept, same year, a gap, and a judgement when it can be made.

The judgement is that of the interval of the gap, which is printed beside it (:mod:`indicators.judgement`).
The interval carries the error of both figures: sampling or, for a count of everyone, the chance of small
numbers, and the producer's rounding (:mod:`indicators.noise`); it is as wide as the number of gaps judged
together asks (:mod:`indicators.multiple`).
Where the error of the figure is not known there is a gap and no judgement. A figure taken from the canton
judges nobody: it is not the territory's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.frames import followed, is_usable
from indicators.intervals import EXACT, difference_limits
from indicators.judgement import apart, band_width, judged, read_apart
from indicators.multiple import controlled
from indicators.noise import with_noise
from indicators.registry import INDICATORS, by_id
from indicators.years import year_beside
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from indicators.resolve import TerritoryView

INHERITED = "inherited"
"""Origin of a value taken from the canton."""

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
    nearest to its edition, and the reason says so. It says too what a series of the same concept counts a
    little otherwise: every page, document and export compares these, and these only.

    Args:
        values: Table ``value``.
        territories: For the communes of each QPV and the groups of each commune.

    Returns:
        Table ``comparison``: the value's key, ``reference_level``, ``reference_code``,
        ``reference_millesime``, ``value``, ``reference_value``, ``gap`` (value − reference, in the
        indicator's unit), ``gap_lower`` and ``gap_upper`` (its limits, null where the error of the value is
        not known or the value is taken from the canton), ``gap_confidence`` (their level, a share from 0.95
        up), ``gap_relative`` (share of the reference), ``judgement``, ``reason``.
    """
    import polars as pl

    usable = with_noise(followed(values).filter(is_usable(pl.col("status"))))
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
        reference_series="series",
        reference_level="level",
        reference_code="code",
        reference_millesime="millesime",
        reference_edition="edition",
        reference_perimeter="perimeter",
        reference_value="value",
        reference_lower="lower",
        reference_upper="upper",
        reference_rounding="rounding",
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
    rows = _reserved(_related(rows, territories))
    rows = with_gaps(rows).with_columns(
        gap_relative=pl.when(pl.col("reference_value") != 0).then(
            (pl.col("value") - pl.col("reference_value")) / pl.col("reference_value").abs()
        ),
    )
    return (
        with_judgement(controlled(rows))
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
    """For values without a stated year, the reference of the year they are set beside, where there is one."""
    import polars as pl

    key = [
        *("indicator", "series", "level", "code", "perimeter", "edition"),
        *("reference_level", "reference_code"),
    ]
    offered = rows.group_by(key, maintain_order=True).agg("reference_millesime")
    # A few indicators and editions, for thousands of territories.
    known: dict[tuple[str, int, tuple[int, ...]], int | None] = {}
    chosen = []
    for indicator, edition, years in offered.select(
        "indicator", "edition", "reference_millesime"
    ).iter_rows():
        at = indicator, edition, tuple(years)
        if at not in known:
            known[at] = year_beside(edition, years, (b.year for b in by_id(indicator).breaks))
        chosen.append(known[at])
    kept = offered.with_columns(reference_millesime=pl.Series(chosen, dtype=pl.Int32))
    return (
        rows.join(kept, on=[*key, "reference_millesime"], how="semi", nulls_equal=True)
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


def _reserved(rows: pl.DataFrame) -> pl.DataFrame:
    """Add to the reason what the series of a figure counts a little otherwise than that of its reference."""
    import polars as pl

    said = [(i.id, s.id, s.caveat) for i in INDICATORS for s in i.series if s.caveat]
    reservations = pl.DataFrame(said, ["indicator", "series", "_reservation"], orient="row")
    joined = rows.join(reservations, on=["indicator", "series"], how="left", maintain_order="left")
    other = pl.when(pl.col("series") != pl.col("reference_series")).then("_reservation")
    reasons = pl.concat_str("reason", other, separator=" ", ignore_nulls=True)
    return joined.with_columns(reason=pl.when(reasons != "").then(reasons)).drop("_reservation")


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


def with_gaps(rows: pl.DataFrame, *, equals: bool = False) -> pl.DataFrame:
    """Set each figure against another: the gap, and its limits at 95 % for both errors.

    Newcombe's limits (:func:`indicators.intervals.difference_limits`), widened by the rounding of both. A
    territory is a part of its reference: taken as independent, their errors are if anything overstated.

    Args:
        rows: ``value``, ``lower``, ``upper`` and ``rounding`` as :func:`indicators.noise.with_noise` gives
            them, ``origin``, and those of the other figure under ``reference_…`` (its origin between equals).
        equals: Whether the two are of one level: neither is then taken as it is, both errors must be known.

    Returns:
        The same rows with ``gap``, ``gap_lower`` and ``gap_upper``, in the unit of the indicator; no limits
        where the error of the figure is not known, or it is inherited.
    """
    import polars as pl

    def side(prefix: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        value = pl.col(f"{prefix}value")
        return value, pl.coalesce(f"{prefix}lower", value), pl.coalesce(f"{prefix}upper", value)

    low, high = difference_limits(side(""), side("reference_"))
    rounded = pl.sum_horizontal("rounding", "reference_rounding")

    def known(prefix: str) -> pl.Expr:
        limits = pl.all_horizontal(pl.col(f"{prefix}lower", f"{prefix}upper").is_not_null())
        own = pl.col(f"{prefix}origin").ne_missing(INHERITED)
        return own & (limits | pl.col(f"{prefix}rounding").is_not_null())

    both = known("") & known("reference_") if equals else known("")
    return rows.with_columns(
        gap=pl.col("value") - pl.col("reference_value"),
        # Rounded: a gap as wide as the roundings of both is not established by the last bit of its limits.
        gap_lower=pl.when(both).then(low - rounded).round(EXACT),
        gap_upper=pl.when(both).then(high + rounded).round(EXACT),
    )


def with_judgement(rows: pl.DataFrame) -> pl.DataFrame:
    """Judge gaps by the rule of all of them (:func:`indicators.judgement.judged`).

    Args:
        rows: ``indicator``, ``value``, ``reference_value``, ``gap_lower`` and ``gap_upper``.

    Returns:
        The same rows with ``judgement``, in words, null where nothing is judged.
    """
    import polars as pl

    said = []
    columns = ("indicator", "value", "reference_value", "gap_lower", "gap_upper")
    bands = {one.id: band_width(one.equivalence, one.scale) for one in INDICATORS}
    for name, value, reference, low, high in rows.select(columns).iter_rows():
        if low is None or low <= 0 <= high:
            # Whatever the distance.
            said.append(judged(low, high, 0.0, None))
            continue
        indicator = by_id(name)
        distance = apart(value, reference, indicator.scale)
        seen = read_apart(value, reference, indicator.decimals)
        said.append(judged(low, high, distance, bands[name], indicator.direction, seen=seen))
    return rows.with_columns(judgement=pl.Series(said, dtype=pl.String))
