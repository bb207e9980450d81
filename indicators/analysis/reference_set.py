"""The set of communes each indicator is set against: all those of the région, else the largest at hand.

Belongs here: choosing and naming the set, its distribution, the rows that publish it and read it back. Does
not belong here: putting figures on a scale (``indicators.analysis.scaling``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources.french import number
from sources.vocabulary import Level

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

ENOUGH_COMMUNES = 200
"""Communes of the région that must have the figure for it to be set against the région."""

POINTS = 201
"""Quantiles a large set is summed up by: every half percent, hence P2 and P98 exactly."""

REFERENCE, LANDMARK = "reference", "repere_"
"""Measures of the table ``analysis``: the set of an indicator, and the quantiles of its distribution."""


@dataclass(frozen=True)
class ReferenceSet:
    """The distribution an indicator is set against."""

    name: str
    """« les 3 789 communes de la région Hauts-de-France qui ont ce chiffre »."""
    size: int
    figures: NDArray[np.float64]
    """In the unit of the indicator, without gaps: every figure, or the quantiles of a large set."""

    @property
    def wide(self) -> bool:
        """Whether it is the région's, and not that of the followed territories alone."""
        return self.size >= ENOUGH_COMMUNES


@dataclass(frozen=True)
class Region:
    """The région of the authority, and its communes."""

    name: str
    codes: frozenset[str]


def region_of(territory: pl.DataFrame, membership: pl.DataFrame | None) -> Region | None:
    """Return the région of the followed communes, ``None`` where the memberships do not say it.

    Args:
        territory: Table ``territory``.
        membership: Table ``membership``, with a row per commune whose ``parent_level`` is ``region``.
    """
    import polars as pl

    if membership is None:
        return None
    ours = territory.filter((pl.col("level") == Level.COMMUNE.value) & pl.col("in_epci"))
    inside = membership.filter(
        (pl.col("level") == Level.COMMUNE.value) & (pl.col("parent_level") == Level.REGION.value)
    )
    regions = inside.join(ours, on="code", how="semi")["parent_code"].unique().to_list()
    if len(regions) != 1:
        return None
    code = regions[0]
    names = territory.filter((pl.col("level") == Level.REGION.value) & (pl.col("code") == code))["name"]
    codes = inside.filter(pl.col("parent_code") == code)["code"]
    return Region(names[0] if names.len() else code, frozenset(codes))


def reference_set(figures: pl.DataFrame, region: Region | None, ours: str) -> ReferenceSet:
    """Return what one indicator is set against.

    Args:
        figures: ``code``, ``value`` and ``followed`` of the communes that have the concept and year kept.
        region: Région of the authority.
        ours: Name of the set of the followed territories.
    """
    import numpy as np
    import polars as pl

    known = figures.filter(pl.col("value").is_not_null())
    if region is not None:
        inside = known.filter(pl.col("code").is_in(list(region.codes)))
        if inside.height >= ENOUGH_COMMUNES:
            values = inside["value"].to_numpy()
            name = f"les {number(inside.height)} communes de la région {region.name} qui ont ce chiffre"
            return ReferenceSet(name, inside.height, np.quantile(values, np.linspace(0, 1, POINTS)))
    own = known.filter(pl.col("followed"))["value"].to_numpy()
    return ReferenceSet(ours, own.size, own)


def landmarks(base: Mapping[str, Any], chosen: ReferenceSet) -> Iterator[dict[str, Any]]:
    """Rows that name the set of an indicator and, where it is wider than ours, publish its quantiles."""
    text = f"Situé parmi {chosen.name}."
    yield {**base, "measure": REFERENCE, "value": float(chosen.size), "text": text}
    if chosen.wide:
        for n, figure in enumerate(chosen.figures.tolist()):
            yield {**base, "measure": f"{LANDMARK}{n:03d}", "value": figure}


def read_back(rows: pl.DataFrame) -> dict[str, ReferenceSet]:
    """Return the wide sets published in the rows of one order, by indicator."""
    import polars as pl

    found: dict[str, ReferenceSet] = {}
    quantiles = rows.filter(pl.col("measure").str.starts_with(LANDMARK)).sort("indicator", "measure")
    named = rows.filter(pl.col("measure") == REFERENCE)
    for indicator, size, text in named.select("indicator", "value", "text").iter_rows():
        figures = quantiles.filter(pl.col("indicator") == indicator)["value"].to_numpy()
        if figures.size:
            name = text.removeprefix("Situé parmi ").removesuffix(".")
            found[indicator] = ReferenceSet(name, int(size), figures)
    return found
