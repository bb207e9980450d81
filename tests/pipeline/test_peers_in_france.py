"""Communes alike in France, once national files hold the structure of communes of elsewhere."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl

from indicators.peers import FRANCE, INSIDE, NEAREST
from indicators.structure import VARIABLES
from pipelines.assets.outputs import _peers
from pipelines.elsewhere import WorkParts
from pipelines.kept import Kept
from pipelines.tables import OBSERVATION, TERRITORY, VALUE
from sources.catalogue import Catalogue
from sources.territory.declared import Territories


def _found(
    folder: Path,
    observations: pl.DataFrame,
    values: pl.DataFrame,
    catalogue: Catalogue,
    territories: Territories,
    copied: list[str],
) -> dict[str, pl.DataFrame]:
    """Tables of the communes alike, some of ours being found again in the département of another region."""
    parts = WorkParts(folder)
    renamed = pl.col("code").str.replace("^59", "62")
    twins = observations.filter(
        (pl.col("level") == "commune")
        & pl.col("code").is_in(copied)
        & pl.col("variable").is_in(list(VARIABLES))
    ).with_columns(renamed)
    if copied:
        parts.keep(OBSERVATION, twins)
        figures = values.filter((pl.col("level") == "commune") & pl.col("code").is_in(copied))
        parts.keep(VALUE, figures.with_columns(renamed))
        place = territories.territory.filter((pl.col("level") == "commune") & pl.col("code").is_in(copied))
        parts.keep(TERRITORY, place.with_columns(renamed, name=pl.lit("Jumelle de ") + pl.col("name")))
    tables = {"tables/observation": observations, "tables/value": values}
    workspace: Any = SimpleNamespace(read=tables.__getitem__, elsewhere=parts, parsed=Kept(folder / "kept"))
    return _peers(workspace, catalogue, territories)


def test_the_twin_of_a_commune_is_the_nearest_in_france(
    tmp_path: Path,
    embedded: tuple[pl.DataFrame, Any],
    values: pl.DataFrame,
    catalogue: Catalogue,
    territories: Territories,
) -> None:
    ours = sorted(territories.communes)
    copied = ours[: NEAREST + 2]
    found = _found(tmp_path, embedded[0], values, catalogue, territories, copied)
    france = found["peer"].filter(pl.col("scope") == FRANCE)
    nearest = france.filter((pl.col("rank") == 1) & pl.col("code").is_in(copied))
    assert nearest.height == len(copied)
    assert (nearest["peer"] == nearest["code"].str.replace("^59", "62")).all()
    assert nearest["distance"].max() < 1e-9
    assert nearest["name"].str.starts_with("Jumelle de ").all()
    # What is said of the agglomeration does not move because files of elsewhere came.
    alone = _found(tmp_path / "seule", embedded[0], values, catalogue, territories, [])
    assert alone["peer"].equals(found["peer"].filter(pl.col("scope") == INSIDE))
    # A twin has the very figures of the commune: it does neither better nor worse.
    standing = found["peer_standing"].filter(pl.col("scope") == FRANCE)
    assert standing.height
    assert (standing["better"] + standing["worse"] < standing["known"]).any()
    assert set(nearest["peer"]) <= set(found["trait"]["code"])


def test_a_few_communes_of_elsewhere_are_not_france(
    tmp_path: Path,
    embedded: tuple[pl.DataFrame, Any],
    values: pl.DataFrame,
    catalogue: Catalogue,
    territories: Territories,
) -> None:
    few = sorted(territories.communes)[: NEAREST - 1]
    found = _found(tmp_path, embedded[0], values, catalogue, territories, few)
    assert found["peer"]["scope"].unique().to_list() == [INSIDE]
