"""« Which communes are like mine? »: the nearest by structure.

Each trait is put on the scale of the communes the nearest are looked for among: its distance to their mean,
in standard deviations, of its logarithm where the declaration says so. Families of traits weigh the same. Two
communes are as far apart as the root mean square of their gaps: 1 is a standard deviation on every family.

Belongs here: distances, the nearest. Does not belong here: what the traits are (``indicators.structure``),
who does better (``indicators.standings``). No indicator is known here: the nearest stay when one changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from indicators.frames import is_usable
from indicators.resolve import preferred
from indicators.structure import TRAITS, Family, Trait
from sources.columns import columns, polars_schema
from sources.french import enumeration, number
from sources.vocabulary import Level

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

NEAREST = 10
"""Communes shown as the most alike, at most."""
FAR = 1.0
"""Distance, in standard deviations, beyond which no commune is shown as like another, however near."""
ALIKE, UNLIKE = 0.5, 1.0
"""Gap of one family, in standard deviations, up to which two communes are alike on it; and from which not."""
COVERED = 0.5
"""Share of the communes a trait must be known for to describe them all."""

INSIDE, FRANCE = "agglomeration", "france"
"""Where the nearest are looked for."""

PEER_COLUMNS = columns(
    "scope | Où elle est cherchée : agglomeration ou france",
    "code | Commune",
    "rank:int | Rang, de la plus proche à la moins proche",
    "peer | Code de la commune proche",
    "name | Son nom",
    "distance:num | Écart moyen de structure, en écarts types",
    "alike? | Ce en quoi elles se ressemblent",
    "unlike? | Ce en quoi elles diffèrent",
    "families | Ce qui est comparé",
)
PEER_KEY = ("scope", "code", "rank")

TRAIT_COLUMNS = columns(
    "code | Commune",
    "trait | Caractère de structure",
    "title | Son nom",
    "millesime:int? | Année de référence",
    "value:num | Valeur, dans son unité",
    "shown | Valeur, prête à être montrée",
)
TRAIT_KEY = ("code", "trait")

STANDING_COLUMNS = columns(
    "scope | Où les communes proches sont cherchées",
    "code | Commune",
    "indicator | Indicateur",
    "millesime:int? | Année de référence",
    "known:int | Communes proches qui ont ce chiffre pour cette année",
    "ahead:int | Dont le chiffre est meilleur, écart établi ou non",
    "better:int | Dont le chiffre est meilleur, écart établi",
    "worse:int | Dont le chiffre est moins bon, écart établi",
    "plain:bool | Aucun écart n’est jugé : l’erreur de ces chiffres n’est pas connue",
)
STANDING_KEY = ("scope", "code", "indicator")


@dataclass(frozen=True)
class Structure:
    """The traits of some communes; codes are sorted, so that no result depends on the order of the files."""

    codes: tuple[str, ...]
    traits: tuple[Trait, ...]
    years: tuple[int | None, ...]
    values: NDArray[np.float64]
    """Communes × traits, in the unit of each."""

    def standardised(self) -> NDArray[np.float64]:
        """Return the traits on one scale, families of the same weight.

        Returns:
            Communes × traits, in standard deviations over the square root of the size of the family; a trait
            all communes share is 0.
        """
        import numpy as np

        logs = np.array([trait.logarithm for trait in self.traits])
        values = np.where(logs, np.log(np.where(logs, self.values, 1.0)), self.values)
        spread = values.std(axis=0)
        sizes = [sum(other.family is trait.family for other in self.traits) for trait in self.traits]
        scaled = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        return np.asarray(scaled / np.sqrt(sizes))

    @property
    def families(self) -> tuple[Family, ...]:
        """Families described, in the order of their declaration."""
        return tuple(dict.fromkeys(trait.family for trait in self.traits))


def alike(
    observations: pl.DataFrame,
    priority: Mapping[str, int],
    ours: Mapping[str, str],
    france: pl.DataFrame | None = None,
    others: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, pl.DataFrame]:
    """Return the communes alike, among ours, then in France where it is known.

    Args:
        observations: Rows of table ``observation``, those of our communes at least.
        priority: That of each dataset.
        ours: Name of each of our communes.
        france: The same rows with those of the rest of France.
        others: Name of each commune there.

    Returns:
        ``trait`` (:data:`TRAIT_COLUMNS`) and ``peer`` (:data:`PEER_COLUMNS`).
    """
    import polars as pl

    codes, names = sorted(ours), {**ours, **others}
    inside = structure(preferred(observations.filter(pl.col("code").is_in(codes)), priority))
    found, described = [peers(inside, INSIDE, codes, names)], [trait_rows(inside, codes)]
    if france is not None:
        everywhere = structure(preferred(france, priority))
        # Without enough communes outside, the nearest in France would be those of the agglomeration.
        if len(set(everywhere.codes) - set(codes)) >= NEAREST:
            found.append(peers(everywhere, FRANCE, codes, names))
            described.append(trait_rows(everywhere, sorted(set(found[-1]["peer"]) - set(codes))))
    return {"trait": pl.concat(described), "peer": pl.concat(found)}


def structure(resolved: pl.DataFrame) -> Structure:
    """Return the traits of the communes that have all those most of them have, each of one year for all.

    Args:
        resolved: One observation per variable, territory and period (:func:`indicators.resolve.resolve`).

    Returns:
        The year of a trait is the latest that covers the most communes.
    """
    import numpy as np
    import polars as pl

    found = [_trait(resolved, trait) for trait in TRAITS]
    widest = max((frame.height for _, frame in found), default=0)
    kept = [
        (trait, year, frame)
        for trait, (year, frame) in zip(TRAITS, found, strict=True)
        if frame.height and frame.height >= COVERED * widest
    ]
    if not kept:
        return Structure((), (), (), np.empty((0, 0)))
    whole = kept[0][2].select("code")
    for rank, (_, _, frame) in enumerate(kept):
        whole = whole.join(frame.rename({"value": str(rank)}), on="code")
    whole = whole.sort("code")
    return Structure(
        tuple(whole["code"]),
        tuple(trait for trait, _, _ in kept),
        tuple(year for _, year, _ in kept),
        whole.drop("code").cast(pl.Float64).to_numpy(),
    )


def _trait(resolved: pl.DataFrame, trait: Trait) -> tuple[int | None, pl.DataFrame]:
    """Year and ``code``, ``value`` of one trait, for the communes that have all its terms that year."""
    import polars as pl

    usable = resolved.filter(
        (pl.col("level") == Level.COMMUNE.value)
        & pl.col("variable").is_in(sorted(trait.variables))
        & is_usable(pl.col("status"))
    )
    dated = usable.filter(pl.col("millesime").is_not_null())
    # What has no year (an area) holds for all of them: its latest edition is taken.
    constant = (
        usable.filter(pl.col("millesime").is_null())
        .sort("edition", "code")
        .unique(["code", "variable"], keep="last", maintain_order=True)
    )
    years = dated.select("code", "millesime").unique()
    spread = constant.select("code", "variable", "value").join(years, on="code")
    terms = pl.concat(
        [frame.select("code", "millesime", "variable", "value") for frame in (dated, spread)]
    ).unique(["code", "millesime", "variable"], keep="first", maintain_order=True)

    def added(weights: dict[str, float]) -> pl.Expr:
        weighed = pl.col("variable").replace_strict(weights, default=0.0, return_dtype=pl.Float64)
        return (weighed * pl.col("value")).sum()

    below = added(dict(trait.denominator)) if trait.denominator else pl.lit(1.0)
    made = (
        terms.group_by("code", "millesime")
        .agg(pl.len().alias("_terms"), above=added(dict(trait.numerator)), below=below)
        .filter((pl.col("_terms") == len(trait.variables)) & (pl.col("below") > 0))
        .select("code", "millesime", value=trait.scale * pl.col("above") / pl.col("below"))
        .filter((pl.col("value") > 0) if trait.logarithm else pl.lit(True))
    )
    if made.is_empty():
        return None, made.select("code", "value")
    covered = made.group_by("millesime").len().sort("len", "millesime", descending=True)
    year = covered["millesime"][0]
    return year, made.filter(pl.col("millesime") == year).select("code", "value").sort("code")


def peers(found: Structure, scope: str, ours: Sequence[str], names: Mapping[str, str]) -> pl.DataFrame:
    """Return the communes nearest to each of ours by structure.

    Args:
        found: The communes they are looked for among, ours included.
        scope: Where that is.
        ours: Codes of the communes to answer for.
        names: Name of each commune.

    Returns:
        :data:`PEER_COLUMNS`: at most :data:`NEAREST` rows a commune, none beyond :data:`FAR`, never itself;
        of two as near, the smaller code first.
    """
    import numpy as np
    import polars as pl
    from scipy.spatial.distance import cdist

    schema = polars_schema(PEER_COLUMNS)
    ranks = [rank for rank, code in enumerate(found.codes) if code in set(ours)]
    if not ranks or len(found.codes) < 2:
        return pl.DataFrame(schema=schema)
    scaled = found.standardised()
    away = cdist(scaled[ranks], scaled) / np.sqrt(len(found.families))
    rows = []
    for row, rank in zip(away, ranks, strict=True):
        # Rounded: two routes to one distance must not order equals by their last bit.
        near = np.round(row, 9)
        last = min(NEAREST, near.size - 1)
        within = np.flatnonzero(near <= np.partition(near, last)[last])
        order = within[np.argsort(near[within], kind="stable")]
        for place, other in enumerate([int(o) for o in order if o != rank][:NEAREST], start=1):
            if round(row[other], 9) > FAR:
                break
            alike, unlike = _families(found, scaled[rank] - scaled[other])
            peer = found.codes[other]
            rows.append(
                (
                    *(scope, found.codes[rank], place, peer, names.get(peer, peer), float(row[other])),
                    *(alike, unlike, ", ".join(found.families)),
                )
            )
    return pl.DataFrame(rows, schema=schema, orient="row")


def _families(found: Structure, gaps: NDArray[np.float64]) -> tuple[str | None, str | None]:
    """Families two communes are alike on, and those they differ on."""
    away = {
        family: float(sum(g**2 for g, t in zip(gaps, found.traits, strict=True) if t.family is family)) ** 0.5
        for family in found.families
    }
    alike = [family.value for family, gap in away.items() if round(gap, 9) <= ALIKE]
    unlike = [family.value for family, gap in away.items() if round(gap, 9) >= UNLIKE]
    return enumeration(alike) or None, enumeration(unlike) or None


def trait_rows(found: Structure, codes: Sequence[str]) -> pl.DataFrame:
    """Return the traits of some communes, as they are shown.

    Returns:
        :data:`TRAIT_COLUMNS`: one row for each commune and trait.
    """
    import polars as pl

    wanted = set(codes)
    rows = [
        (code, trait.id, trait.title, year, value, _shown(value, trait))
        for code, own in zip(found.codes, found.values.tolist(), strict=True)
        if code in wanted
        for trait, year, value in zip(found.traits, found.years, own, strict=True)
    ]
    return pl.DataFrame(rows, schema=polars_schema(TRAIT_COLUMNS), orient="row")


def _shown(value: float, trait: Trait) -> str:
    return f"{number(value, trait.decimals)}\u00a0{trait.unit}"
