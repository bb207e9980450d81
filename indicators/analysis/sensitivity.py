"""What the IDH-4 becomes under the other choices its method leaves open, and how the communes' ranks move.

Belongs here: the variants and their ranks. Does not belong here: the index itself (``indicators.idh4``),
whose sub-indices are used again here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indicators.analysis import analysis_schema
from indicators.formulas import rows_of
from indicators.frames import is_usable
from indicators.idh4 import DEFAULT_READING, OTHER_READING, Goalpost, Reading, default_goalposts, sub_index
from indicators.inheritance import inherit_from_canton
from indicators.model import Theme
from indicators.mortality import EARLIER_PERIOD, estimated_icm
from indicators.themes.revenus import niveau_vie_median
from indicators.themes.sante import surmortalite
from sources.french import NBSP, number, places, plural
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from indicators.compute import GoalpostView

KEY = ["level", "code"]
HEALTH_POSTS, LIVING_POSTS = "sante_icm", "niveau_de_vie"


@dataclass(frozen=True)
class Variant:
    """One other way of computing the index."""

    id: str
    label: str
    reading: Reading = DEFAULT_READING
    posts: Mapping[str, Goalpost] | None = None
    """Goalposts that replace the default ones."""
    mortality: str = "icm"
    """Column of the mortality index: the default one, its limits, another period."""
    education: str | None = None
    """Column that replaces the education sub-index: its limits."""
    geometric: bool = False


BASE = Variant("base", "méthode de base")


def rows(values: pl.DataFrame, resolved: pl.DataFrame, territories: GoalpostView) -> pl.DataFrame:
    """Compute every variant of the IDH-4 of the authority and of its communes.

    Args:
        values: Table ``value``.
        resolved: Resolved observations with their sums.
        territories: Members of the cantons, goalposts.

    Returns:
        Rows of the table ``analysis``, ``sensitivity``, indicator ``idh4``, one year per level, the latest.
        ``idh4_<variant>`` and, for communes, ``rang_<variant>`` (1: lowest index); ``rang``: that of the
        basic method, its bounds over all variants; at the authority, ``accord_<variant>`` (Spearman's
        correlation of the ranks with the basic method) and ``deplacement_<variant>`` (most places a commune
        moves).
    """
    import polars as pl

    inputs = _inputs(values, resolved, territories)
    if not inputs.height:
        return pl.DataFrame(schema=analysis_schema())
    variants = (BASE, *_variants(territories.goalposts))
    posts = default_goalposts(territories.goalposts)
    computed = inputs.select(
        *KEY, "millesime", *(_index(variant, posts).alias(variant.id) for variant in variants)
    )
    # A variant no territory has the inputs of says nothing.
    variants = tuple(v for v in variants if computed[v.id].is_not_null().any())
    return pl.DataFrame(
        [*_values(computed, variants), *_ranks(computed, variants)], schema=analysis_schema(), orient="row"
    )


_OF_DIMENSION = {HEALTH_POSTS: "de la santé", LIVING_POSTS: "du niveau de vie"}
_OF_EDUCATION = "de l’éducation"
"""Of whichever reading of the diplomas."""


def _variants(goalposts: pl.DataFrame) -> Iterator[Variant]:
    import polars as pl

    yield Variant("geometrique", "moyenne géométrique", geometric=True)
    yield Variant("tout_diplome", "tous les diplômes comptés", reading=OTHER_READING)
    for row in goalposts.filter(pl.col("is_default").not_()).sort("set").iter_rows(named=True):
        dimension = row["dimension"]
        reading = next(
            (r for r in (DEFAULT_READING, OTHER_READING) if r.dimension == dimension), DEFAULT_READING
        )
        ends = " – ".join(number(row[end], 0 if row[end] % 1 == 0 else 2) for end in ("min", "max"))
        yield Variant(
            f"bornes_{row['set']}",
            f"autres bornes {_OF_DIMENSION.get(dimension, _OF_EDUCATION)} "
            f"({row['area']}, {row['millesime'] or 'année non précisée'}\u00a0: {ends})",
            reading=reading,
            posts={dimension: Goalpost(row["min"], row["max"])},
        )
    health = default_goalposts(goalposts)[HEALTH_POSTS]
    tenth = 0.1 * (health.high - health.low)
    for name, word, shift in (("larges", "élargies", tenth), ("etroites", "resserrées", -tenth)):
        post = Goalpost(health.low - shift, health.high + shift)
        ends = f"{number(post.low)} – {number(post.high)}"
        # Declared, not observed: no other set of bounds is at hand.
        yield Variant(
            f"bornes_sante_{name}",
            f"bornes de la santé {word} d’un dixième ({ends})",
            posts={HEALTH_POSTS: post},
        )
    yield Variant("icm_bas", "mortalité au bas de son intervalle", mortality="icm_low")
    yield Variant("icm_haut", "mortalité au haut de son intervalle", mortality="icm_high")
    yield Variant("diplomes_bas", "diplômes au bas de leur intervalle", education="education_low")
    yield Variant("diplomes_haut", "diplômes au haut de leur intervalle", education="education_high")
    yield Variant(
        "icm_autre_periode",
        f"mortalité de {EARLIER_PERIOD.label.replace('-', ' à ')}",
        mortality="icm_autre_periode",
    )


def _inputs(values: pl.DataFrame, resolved: pl.DataFrame, territories: GoalpostView) -> pl.DataFrame:
    """Inputs of the index for the latest year of each level: median, mortality, diplomas."""
    import polars as pl

    levels = [Level.COMMUNE.value, Level.EPCI.value]
    usable = values.filter(is_usable(pl.col("status")) & pl.col("level").is_in(levels))
    # The years of the index itself: the median may be newer, on a definition without goalposts.
    frame = usable.filter(pl.col("indicator") == DEFAULT_READING.indicator).select(*KEY, "millesime")
    frame = frame.filter(pl.col("millesime") == pl.col("millesime").max().over("level"))
    median = usable.filter(pl.col("indicator") == niveau_vie_median.id).select(
        *KEY, "millesime", median="value"
    )
    mortality = (
        usable.filter(pl.col("indicator") == surmortalite.id)
        .sort("millesime")
        .unique(KEY, keep="last", maintain_order=True)
        .select(*KEY, icm="value", icm_low="lower", icm_high="upper")
    )
    frame = frame.join(median, on=[*KEY, "millesime"]).join(mortality, on=KEY)
    frame = frame.join(_earlier_mortality(resolved, territories), on=KEY, how="left")
    for reading in (DEFAULT_READING, OTHER_READING):
        share = rows_of(reading.share, resolved).filter(is_usable(pl.col("status")))
        latest = share.sort("period").unique(KEY, keep="last", maintain_order=True)
        frame = frame.join(latest.select(*KEY, pl.col("value").alias(reading.dimension)), on=KEY, how="left")
    # Exhaustive where the commune is small: the limits are then the value.
    education = (
        usable.filter(pl.col("indicator") == DEFAULT_READING.education)
        .sort("millesime")
        .unique(KEY, keep="last", maintain_order=True)
        .select(
            *KEY,
            education_low=pl.coalesce("lower", "value"),
            education_high=pl.coalesce("upper", "value"),
        )
    )
    return frame.join(education, on=KEY, how="left").sort(KEY)


def _earlier_mortality(resolved: pl.DataFrame, territories: GoalpostView) -> pl.DataFrame:
    """Mortality of the other period, for the authority and, from their canton, the communes."""
    import polars as pl

    estimate = estimated_icm(resolved, territories, EARLIER_PERIOD)
    cantons = estimate.filter(pl.col("level") == Level.CANTON.value).select(
        *KEY, "value", "lower", "upper", millesime=pl.lit(EARLIER_PERIOD.last)
    )
    inherited = inherit_from_canton(cantons, territories, {}).filter(pl.col("level") == Level.COMMUNE.value)
    own = estimate.filter(pl.col("level") == Level.EPCI.value)
    return pl.concat([frame.select(*KEY, icm_autre_periode="value") for frame in (inherited, own)])


def _index(variant: Variant, defaults: Mapping[str, Goalpost]) -> pl.Expr:
    """The index of a variant from the columns of the inputs."""
    import polars as pl

    posts = {**defaults, **(variant.posts or {})}
    dimension = variant.reading.dimension
    parts = [
        sub_index(pl.col(variant.mortality), posts[HEALTH_POSTS], "reversed"),
        pl.col(variant.education)
        if variant.education
        else sub_index(pl.col(dimension), posts[dimension], "linear"),
        sub_index(pl.col("median"), posts[LIVING_POSTS], "logarithmic"),
    ]
    product = parts[0] * parts[1] * parts[2]
    if variant.geometric:
        # No geometric mean of a dimension beyond the lower goalpost.
        return pl.when(pl.all_horizontal(part >= 0 for part in parts)).then(product.pow(1 / 3))
    return (parts[0] + parts[1] + parts[2]) / 3


def _base(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "analysis": "sensitivity",
        "indicator": DEFAULT_READING.indicator,
        "theme": Theme.IDH4.value,
        "level": row["level"],
        "code": row["code"],
        "millesime": row["millesime"],
    }


def _values(computed: pl.DataFrame, variants: tuple[Variant, ...]) -> Iterator[dict[str, Any]]:
    for row in computed.iter_rows(named=True):
        for variant in variants:
            index, label = row[variant.id], variant.label[:1].upper() + variant.label[1:]
            if index is not None:
                text = f"{label}{NBSP}: IDH-4 de {number(index, 3)} au lieu de {number(row[BASE.id], 3)}."
                basic = f"IDH-4 de {number(index, 3)} par la {BASE.label}."
                told = basic if variant is BASE else text
            else:
                told = f"{label}{NBSP}: non calculable, une dimension est sous sa borne ou manque."
            yield {**_base(row), "measure": f"idh4_{variant.id}", "value": index, "text": told}


def _rank(names: list[str]) -> pl.Expr:
    import polars as pl

    # Ranks are unsigned for polars: their differences would wrap round.
    return pl.col(names).rank("min").cast(pl.Int32)


def spearman(pair: pl.DataFrame) -> float:
    """Return Spearman's correlation of two columns: Pearson's of their ranks, ties at their mean rank.

    Returns:
        Between −1 (opposite orders) and 1 (the same order).
    """
    import numpy as np
    import polars as pl

    return float(np.corrcoef(pair.select(pl.all().rank("average")).to_numpy(), rowvar=False)[1, 0])


def _ranks(computed: pl.DataFrame, variants: tuple[Variant, ...]) -> Iterator[dict[str, Any]]:
    """Ranks of the communes under each variant, and how far they agree with the basic ones."""
    import polars as pl

    communes = computed.filter(pl.col("level") == Level.COMMUNE.value)
    if communes.height < 3:
        return
    names = [variant.id for variant in variants]
    ranked = communes.with_columns(_rank(names))
    for row in ranked.iter_rows(named=True):
        known = [row[name] for name in names if row[name] is not None]
        low, high = min(known), max(known)
        span = places(low, high)
        yield {
            **_base(row),
            "measure": "rang",
            "value": float(row[BASE.id]),
            "lower": float(low),
            "upper": float(high),
            "text": (
                f"{span[:1].upper()}{span[1:]} sur {communes.height} selon la méthode "
                f"(1re{NBSP}: l’IDH-4 le plus bas)."
            ),
        }
        for name in names:
            if row[name] is not None:
                yield {**_base(row), "measure": f"rang_{name}", "value": float(row[name])}
    epci = computed.filter(pl.col("level") == Level.EPCI.value)
    if epci.height != 1:
        return
    year = communes["millesime"].max()
    for variant in variants[1:]:
        both = ranked.drop_nulls([BASE.id, variant.id])
        # Ranks are made again among the communes both methods can rank.
        pair = both.join(communes.select("code"), on="code").select(_rank([BASE.id, variant.id]))
        if pair.height < 3:
            continue
        agreement = spearman(pair.select(BASE.id, variant.id))
        moved = float((pair[BASE.id] - pair[variant.id]).abs().max())  # type: ignore[arg-type]
        base = {**_base(epci.row(0, named=True)), "millesime": year, "reference_level": Level.COMMUNE.value}
        label = variant.label[:1].upper() + variant.label[1:]
        yield {
            **base,
            "measure": f"accord_{variant.id}",
            "value": agreement,
            "text": (f"{label}{NBSP}: accord des rangs de {number(agreement, 3)} (1{NBSP}: le même ordre)."),
        }
        some = f"{plural(moved, 'place')} au plus"
        yield {
            **base,
            "measure": f"deplacement_{variant.id}",
            "value": moved,
            "text": f"{label}{NBSP}: une commune se déplace de {some}.",
        }
