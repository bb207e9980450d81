"""Which figures enter an order of priority, and why the others do not.

Belongs here: choosing indicator, year and concept, the matrix of needs. Does not belong here: scores, ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from indicators.analysis.reference_set import ReferenceSet, reference_set, region_of
from indicators.comparison import INHERITED
from indicators.frames import followed, is_usable
from indicators.intervals import z_score
from indicators.model import Direction, Indicator, Theme
from indicators.noise import with_noise
from indicators.registry import INDICATORS
from indicators.years import current_census, current_year
from sources.french import number
from sources.vocabulary import Level, Perimeter, Status

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


ENOUGH = 2 / 3
"""Share of the territories an indicator must cover, of its indicators a theme needs, of themes an order."""

RECENT_ENOUGH = 0.9
"""A later year is preferred when it covers at least this share of what the best covered year does."""

FULL_THEME = 2
"""Indicators from which a theme weighs its whole weight: a lone one does not stand for a theme."""

TOO_CORRELATED = 0.9
"""Beyond, in absolute value, two indicators of a theme say the same thing twice."""


class NamedTerritories(Protocol):
    """What an order of priority needs of the territories: their table, from the files or from a release."""

    @property
    def territory(self) -> pl.DataFrame:
        """Every territory: ``level, code, perimeter, name, in_epci``."""


@dataclass(frozen=True)
class Excluded:
    """An indicator left out of an order of priority."""

    indicator: Indicator
    reason: str


@dataclass(frozen=True)
class Matrix:
    """Territories × indicators; codes are sorted, so that no result depends on the order of the rows."""

    level: Level
    perimeter: Perimeter | None
    codes: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    years: tuple[int | None, ...]
    """Reference year of each indicator, null where its producer states none."""
    periods: tuple[str, ...]
    values: NDArray[np.float64]
    """In the unit of each indicator, NaN where there is no figure."""
    errors: NDArray[np.float64]
    """Standard errors: sampling, chance of the counts, rounding of the producer; 0 where none is known."""
    ranked: NDArray[np.bool_]
    """Territories that are ranked; the others only serve the normalisation."""
    reference: str
    """Name of the set the needs are normalised against."""
    excluded: tuple[Excluded, ...]
    references: tuple[ReferenceSet, ...] = ()
    """What each indicator is set against; the territories of the matrix where none is given."""

    @property
    def themes(self) -> tuple[Theme, ...]:
        """Themes that have an indicator, in the order of the barometer."""
        held = {indicator.theme for indicator in self.indicators}
        return tuple(theme for theme in Theme if theme in held)

    def of_theme(self, theme: Theme) -> list[int]:
        """Columns of a theme."""
        return [j for j, indicator in enumerate(self.indicators) if indicator.theme is theme]

    def fullness(self, theme: Theme) -> float:
        """Return the share of its weight a theme keeps.

        Returns:
            Between 0 and 1: all of it from :data:`FULL_THEME` indicators on.
        """
        return min(1.0, len(self.of_theme(theme)) / FULL_THEME)


Matrices = Mapping[tuple[Level, Perimeter | None], Matrix]
"""Matrices by level and generation."""


def matrix(
    values: pl.DataFrame,
    territories: NamedTerritories,
    level: Level,
    perimeter: Perimeter | None = None,
    references: Mapping[str, ReferenceSet] | None = None,
) -> Matrix:
    """Build the matrix of needs of the communes, or of one generation of QPV.

    Args:
        values: Table ``value`` with its intervals; where it has a column ``followed``, the others only serve
            the normalisation.
        territories: For the names, for which territories lie in the authority and, by the table
            ``membership`` where there is one, for the communes of the région.
        level: ``commune`` or ``qpv``.
        perimeter: Generation of the QPV.
        references: Sets already known, by indicator, in place of those found in the values.

    Returns:
        The latest well covered year of every fit indicator, and the reasons for the others.
    """
    import numpy as np
    import polars as pl

    of_level = values.filter(
        (pl.col("level") == level.value) & pl.col("perimeter").eq_missing(pl.lit(perimeter, pl.String))
    )
    everywhere = with_noise(of_level.filter(is_usable(pl.col("status")))).with_columns(
        _when=pl.coalesce("millesime", "edition")
    )
    known = "followed" in everywhere.columns
    everywhere = everywhere.with_columns(
        followed=pl.col("followed").fill_null(True) if known else pl.lit(True)
    )
    of_level = followed(of_level)
    usable = everywhere.filter("followed")
    codes = usable["code"].unique().sort().to_list()
    census = current_census(usable)
    excluded: list[Excluded] = []
    kept: list[tuple[Indicator, pl.DataFrame]] = []
    figures = _by_indicator(usable)
    for indicator in INDICATORS:
        own = figures.get(indicator.id, usable.clear())
        chosen = _chosen(indicator, level, own, of_level, len(codes), census)
        if isinstance(chosen, str):
            excluded.append(Excluded(indicator, chosen))
        else:
            kept.append((indicator, chosen))
    index = pl.DataFrame({"code": codes}, schema={"code": pl.String})
    columns = [index.join(rows, on="code", how="left", maintain_order="left") for _, rows in kept]
    table = _stacked([c["value"] for c in columns], len(codes))
    keep = _without_doubles([i for i, _ in kept], table, excluded)
    # Half a width is z standard errors; a rounding of ± r, taken as uniform, has a variance of r² / 3.
    half, rounded = pl.col("upper") - pl.col("lower"), pl.col("rounding").fill_null(0.0)
    error = ((half / (2 * z_score())).fill_null(0.0) ** 2 + rounded**2 / 3).sqrt()
    spread = [c.select(error.alias("error"))["error"] for c in columns]
    home = territories.territory.filter((pl.col("level") == level.value) & pl.col("in_epci"))
    ranked = index["code"].is_in(home["code"].implode()).to_numpy()
    order = {indicator.id: n for n, indicator in enumerate(INDICATORS)}
    ours = _reference(level, perimeter, len(codes), int(ranked.sum()), territories)
    sets = _references([kept[j] for j in keep], everywhere, territories, level, ours, references or {})
    excluded.sort(key=lambda e: order[e.indicator.id])
    return Matrix(
        level=level,
        perimeter=perimeter,
        codes=tuple(codes),
        indicators=tuple(kept[j][0] for j in keep),
        years=tuple(kept[j][1]["millesime"].max() for j in keep),  # type: ignore[misc]
        periods=tuple(str(kept[j][1].sort("_when")["period"][-1]) for j in keep),
        values=table[:, keep],
        errors=np.nan_to_num(_stacked([spread[j] for j in keep], len(codes))),
        ranked=ranked,
        reference=_together(sets) or ours,
        excluded=tuple(excluded),
        references=sets,
    )


def _by_indicator(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the rows of each indicator, in their order; those of one without any are not there."""
    return {str(name): part for (name,), part in rows.partition_by("indicator", as_dict=True).items()}


def _references(
    kept: Sequence[tuple[Indicator, pl.DataFrame]],
    everywhere: pl.DataFrame,
    territories: NamedTerritories,
    level: Level,
    ours: str,
    known: Mapping[str, ReferenceSet],
) -> tuple[ReferenceSet, ...]:
    """What each kept indicator is set against: the communes of the région, else the followed territories."""
    import polars as pl

    membership = getattr(territories, "membership", None)
    region = region_of(territories.territory, membership) if level is Level.COMMUNE else None
    inside = pl.lit(False) if region is None else pl.col("code").is_in(list(region.codes))
    near = _by_indicator(everywhere.filter(pl.col("followed") | inside))
    figures = []
    for indicator, rows in kept:
        same = near[indicator.id].join(
            rows.select("series", "concept", "_when").unique(), on=["series", "concept", "_when"], how="semi"
        )
        figures.append(same.sort("code", "edition").unique(subset="code", keep="last", maintain_order=True))
    found = [
        known.get(indicator.id) or reference_set(rows, region, ours)
        for (indicator, _), rows in zip(kept, figures, strict=True)
    ]
    # One set for all: two scales side by side would weigh the indicators as much as the needs do.
    if not all(one.wide for one in found):
        found = [reference_set(rows, None, ours) for rows in figures]
    return tuple(found)


def _together(sets: Sequence[ReferenceSet]) -> str | None:
    """One name for the sets of all the indicators, null where there is no indicator."""
    names = {one.name for one in sets}
    return (
        names.pop() if len(names) == 1 else "les communes de la région qui ont le chiffre" if names else None
    )


def _stacked(columns: Sequence[pl.Series], height: int) -> NDArray[np.float64]:
    """Columns side by side, nulls as NaN."""
    import numpy as np

    if not columns:
        return np.empty((height, 0))
    return np.column_stack([c.cast(float).fill_null(float("nan")).to_numpy() for c in columns])


def _chosen(
    indicator: Indicator,
    level: Level,
    usable: pl.DataFrame,
    of_level: pl.DataFrame,
    everyone: int,
    census: int | None,
) -> pl.DataFrame | str:
    """Rows of the year and concept kept for an indicator among its own, or why there are none."""
    import polars as pl

    if indicator.theme is Theme.IDH4:
        return "L’IDH-4 résume déjà la santé, les diplômes et les revenus\u00a0: il compterait deux fois."
    if indicator.direction is Direction.DESCRIPTIVE:
        return "Indicateur descriptif\u00a0: plus ou moins n’y veut pas dire plus ou moins de besoin."
    if level is Level.QPV and not _parity(indicator):
        return "Aucune notion commune aux quartiers et aux communes."
    series = [s.id for s in indicator.series if s.scored]
    rows = usable.filter(pl.col("series").is_in(series))
    own = rows.filter(pl.col("origin").ne_missing(INHERITED))
    if rows.height and not own.height:
        heir, heirs = ("le quartier", "quartiers") if level is Level.QPV else ("la commune", "communes")
        return f"Valeur du canton, dont {heir} hérite\u00a0: elle ne distingue pas les {heirs}."
    rows = own.filter(pl.col("concept").is_in(_parity(indicator))) if level is Level.QPV else own
    if not rows.height:
        statuses = of_level.filter(pl.col("indicator") == indicator.id)["status"].unique().sort().to_list()
        said = ", ".join(Status(s).label for s in statuses if not Status(s).usable)
        return f"Aucun chiffre\u00a0: {said or Status.NOT_PUBLISHED.label}."
    coverage = rows.group_by("concept", "_when").agg(pl.col("code").n_unique().alias("_n"))
    best = int(coverage["_n"].max())  # type: ignore[arg-type]
    if best < ENOUGH * everyone:
        return (
            f"Chiffre connu pour {best} territoires sur {everyone} seulement\u00a0: "
            "il en faut au moins les deux tiers."
        )
    fit = coverage.filter(pl.col("_n") >= RECENT_ENOUGH * best)
    offered = fit["_when"].unique().sort(descending=True).to_list()
    year = current_year(offered, census if indicator.sampled != "no" else None)
    pick = fit.filter(pl.col("_when") == year).sort("_n", "concept").tail(1)
    # A QPV may have two values of one period (two editions): the latest.
    chosen = (
        rows.join(pick.select("concept", "_when"), on=["concept", "_when"])
        .sort("code", "edition")
        .unique(subset="code", keep="last", maintain_order=True)
    )
    if chosen["value"].n_unique() == 1:
        return "Même valeur partout\u00a0: elle ne distingue personne."
    return chosen


def _parity(indicator: Indicator) -> list[str]:
    """Concepts that exist both for a QPV and for a commune."""
    by_level = {
        level: {s.concept for s in indicator.series if level in s.levels and s.scored}
        for level in (Level.QPV, Level.COMMUNE)
    }
    return sorted(by_level[Level.QPV] & by_level[Level.COMMUNE])


def _without_doubles(
    indicators: Sequence[Indicator], table: NDArray[np.float64], excluded: list[Excluded]
) -> list[int]:
    """Columns left once the less covered (else the later) of two too correlated in a theme is out."""
    import numpy as np

    coverage = np.isfinite(table).sum(axis=0)
    # The best covered first, then the order of the barometer.
    order = sorted(range(len(indicators)), key=lambda j: (-coverage[j], j))
    kept: list[int] = []
    for j in order:
        rivals = [k for k in kept if indicators[k].theme is indicators[j].theme]
        twin = next(
            ((k, r) for k in rivals if abs(r := _correlation(table[:, j], table[:, k])) > TOO_CORRELATED),
            None,
        )
        if twin is None:
            kept.append(j)
            continue
        k, r = twin
        excluded.append(
            Excluded(
                indicators[j],
                f"Dit la même chose que «\u00a0{indicators[k].title}\u00a0» "
                f"(corrélation de {number(r, 3)})\u00a0: le même besoin compterait deux fois dans le thème.",
            )
        )
    return sorted(kept)


def _correlation(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Pearson's r over the territories that have both, 0 where one does not vary."""
    import numpy as np

    both = np.isfinite(left) & np.isfinite(right)
    if both.sum() < 3 or left[both].std() == 0 or right[both].std() == 0:
        return 0.0
    return float(np.corrcoef(left[both], right[both])[0, 1])


def _reference(
    level: Level, perimeter: Perimeter | None, everyone: int, ours: int, territories: NamedTerritories
) -> str:
    """Name of the set the needs are normalised against."""
    import polars as pl

    if level is Level.QPV:
        label = f", {perimeter.label}" if perimeter else ""
        return f"les {everyone} quartiers suivis{label}"
    epci = territories.territory.filter((pl.col("level") == Level.EPCI.value) & pl.col("in_epci"))
    name = epci["name"].item() if epci.height == 1 else "l’intercommunalité"
    if everyone == ours:
        return f"les {everyone} communes suivies ({name})"
    return f"{number(everyone)} communes, dont {ours} suivies ({name})"
