"""From the QPV of 2015 to those of 2024: what may be compared, what is a break.

Two perimeters are the same when each covers nearly all the other, which only their two contours can tell; a
name kept or a declared succession is not a measure. Where a contour is missing, the passage is a break.

Belongs here: the passage between generations. Does not belong here: any figure of a quarter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from indicators.analysis import analysis_schema
from sources.french import NBSP, percent
from sources.vocabulary import Level, Perimeter

if TYPE_CHECKING:
    import polars as pl

IDENTICAL, COMPARABLE = 0.99, 0.90
"""Share of each perimeter the other must cover; digitising alone moves a contour by about one percent."""


class Passage(StrEnum):
    """What may be done with the figures of a quarter of 2015 and of its successor."""

    IDENTICAL = "identique"
    COMPARABLE = "comparable"
    BREAK = "rupture"


class CorrespondenceView(Protocol):
    """Territories with the declared succession of the QPV and the contours at hand."""

    @property
    def territory(self) -> pl.DataFrame:
        """Every territory: ``level, code, perimeter, name``."""

    @property
    def correspondence(self) -> pl.DataFrame:
        """Declared succession: ``code_2015, code_2024, nature, source``."""

    @property
    def geometry(self) -> pl.DataFrame:
        """Contours at hand, in degrees: ``level, code, perimeter, geojson``."""


def rows(territories: CorrespondenceView) -> pl.DataFrame:
    """Say, for each QPV of either generation, what becomes of its series.

    Args:
        territories: Declared succession, names, contours.

    Returns:
        Rows of the table ``analysis``, ``correspondence``. For each declared pair, at the quarter of 2015
        with that of 2024 as reference: ``passage`` (« identique », « comparable », « rupture »; value: the
        smaller of the two shares of area, null without both contours), ``part_2015``, ``part_2024`` where
        measured. A quarter without a declared successor or predecessor has a ``passage`` alone.
    """
    import polars as pl

    qpv = territories.territory.filter(pl.col("level") == Level.QPV.value)
    names = dict(qpv.select("code", "name").iter_rows())
    contours = dict(
        territories.geometry.filter(pl.col("level") == Level.QPV.value).select("code", "geojson").iter_rows()
    )
    declared = territories.correspondence
    found: list[dict[str, Any]] = []
    for old, new, nature, source in declared.iter_rows():
        found += _pair(old, new, nature, source, names, contours)
    alone = (
        (Perimeter.QPV_2015, "code_2015", "sans successeur déclaré en 2024"),
        (Perimeter.QPV_2024, "code_2024", "sans prédécesseur déclaré en 2015"),
    )
    for generation, column, words in alone:
        of_generation = qpv.filter(pl.col("perimeter") == generation.value)
        for code in of_generation.join(declared, left_on="code", right_on=column, how="anti")["code"]:
            found.append(
                {
                    **_base(code, generation),
                    "measure": "passage",
                    "text": f"{names[code]} ({code}), {words}{NBSP}: sa série n’a pas d’autre génération.",
                }
            )
    return pl.DataFrame(found, schema=analysis_schema(), orient="row")


def overlap(first: str, second: str) -> tuple[float, float]:
    """Return the share of each contour that the other covers.

    Args:
        first: GeoJSON geometry, in longitude and latitude.
        second: The same. Both are so near that degrees keep the ratio of their areas.

    Returns:
        Two shares between 0 and 1: of the first contour, then of the second.

    Raises:
        ValueError: a contour has no area.
    """
    from shapely import make_valid
    from shapely.geometry import shape

    one, two = (make_valid(shape(json.loads(contour))) for contour in (first, second))
    if not one.area or not two.area:
        raise ValueError("a contour without area covers nothing")
    common = one.intersection(two).area
    return common / one.area, common / two.area


def passage(shares: tuple[float, float] | None) -> Passage:
    """Judge the passage from the shares of area, a break where they are not known."""
    if shares is None or min(shares) <= COMPARABLE:
        return Passage.BREAK
    return Passage.IDENTICAL if min(shares) >= IDENTICAL else Passage.COMPARABLE


def _pair(
    old: str, new: str, nature: str, source: str, names: dict[str, str], contours: dict[str, str]
) -> Iterator[dict[str, Any]]:
    both = old in contours and new in contours
    shares = overlap(contours[old], contours[new]) if both else None
    base = {
        **_base(old, Perimeter.QPV_2015),
        "reference_level": Level.QPV.value,
        "reference_code": new,
    }
    judged = passage(shares)
    link = f"{names[old]} ({old}) et {names[new]} ({new}), {nature} ({source})"
    if shares is None:
        missing = "2015" if old not in contours else "2024"
        told = (
            f"les contours de {missing} ne sont pas dans les données, le recouvrement ne se mesure pas. "
            "Aucune série ne passe de l’un à l’autre."
        )
    else:
        told = (
            f"{percent(shares[0])} du périmètre de 2015 est dans celui de 2024, et "
            f"{percent(shares[1])} de celui de 2024 dans celui de 2015. "
        ) + (
            "Aucune série ne passe de l’un à l’autre."
            if judged is Passage.BREAK
            else "Leurs séries peuvent se suivre, la date du changement restant marquée."
        )
    yield {
        **base,
        "measure": "passage",
        "value": min(shares) if shares else None,
        "text": f"{judged.value.capitalize()}{NBSP}: {link}{NBSP}; {told}",
    }
    for measure, share in zip(("part_2015", "part_2024"), shares or (), strict=False):
        yield {**base, "measure": measure, "value": share}


def _base(code: str, generation: Perimeter) -> dict[str, Any]:
    return {
        "analysis": "correspondence",
        "level": Level.QPV.value,
        "code": code,
        "perimeter": generation.value,
    }
