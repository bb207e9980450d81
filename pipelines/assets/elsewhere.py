"""Values of the rest of France in a run: what has changed is computed, a few indicators at a time.

Belongs here: what is found again, what is read for it, how much is held at once. Does not belong here: how a
value is computed (``indicators.elsewhere``), nor the values of the territories we follow (``outputs``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from indicators import references
from indicators.elsewhere import AT_ONCE, compute_elsewhere, variables_of
from indicators.frames import one_below_another
from indicators.model import Indicator
from indicators.plausibility import frame_of, value_findings, without_values
from indicators.registry import INDICATORS
from pipelines.kept import Kept, digest_of
from pipelines.plausible import with_cells
from pipelines.tables import MEMBERSHIP, OBSERVATION, VALUE
from pipelines.workspace import Workspace
from sources import files
from sources.catalogue import Catalogue, expanded
from sources.territory.declared import Territories
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl


def values_elsewhere(
    workspace: Workspace, ours: pl.DataFrame, catalogue: Catalogue, territories: Territories
) -> tuple[pl.DataFrame | None, pl.DataFrame, int]:
    """Compute and keep the values of the rest of France, of the indicators of which anything has changed.

    Args:
        workspace: where the rest of France is, and what was computed before.
        ours: table ``observation`` of the territories we follow.
        catalogue: declarations of the datasets.
        territories: what the barometer follows.

    Returns:
        The sums of communes of our own reference territories, in the columns of table ``value``, what
        is out of its bounds and therefore missing, and how many rows the rest makes.
    """
    import polars as pl

    workspace.elsewhere.clear(VALUE)
    if not workspace.elsewhere.files(OBSERVATION):
        return None, frame_of([]), 0
    # The communes we follow are a part of their département too.
    communes = ours.filter(pl.col("level") == Level.COMMUNE.value)
    areas = _areas(workspace, territories)
    followed = territories.territory.select("level", "code", "perimeter")
    kept, keys = workspace.parsed, _keys_elsewhere(workspace, communes, catalogue, (areas, followed))
    found = {indicator.id: kept.find(keys[indicator.id]) for indicator in INDICATORS}
    changed = [indicator for indicator in INDICATORS if found[indicator.id] is None]
    # Where an observation was read does not matter: no value is made of it.
    own = OBSERVATION.without_followed(communes).drop("line", "column")
    for some in _few_at_a_time(workspace, changed):
        wanted = variables_of(some)
        mine = own.filter(pl.col("variable").is_in(sorted(wanted)))
        theirs = workspace.elsewhere.found(OBSERVATION, {"variable": wanted}, own.columns)
        values = compute_elsewhere(one_below_another([*theirs, mine]), catalogue, areas, indicators=some)
        # What the communes we follow may be says nothing of all those of France: only the bounds do.
        bounded = [replace(one, plausible=None) for one in some]
        held = frame_of(value_findings(values, bounded, every=True))
        values = without_values(values, held, bounded)
        own_rows = _is_followed(values, followed)
        frames = {
            "rest": VALUE.without_followed(values.filter(~own_rows)),
            "sums": values.filter(own_rows, pl.col("origin") == "sum"),
        }
        for indicator in some:
            its = {name: frame.filter(indicator=indicator.id) for name, frame in frames.items()}
            its["held"] = held.filter(variable=indicator.id)
            found[indicator.id] = kept.keep(keys[indicator.id], its["rest"].height, its)
    count, ours_summed, out = 0, [], [frame_of([])]
    for name, one in found.items():
        assert one is not None
        count += one.told
        ours_summed.append(one.frames["sums"].frame())
        out.append(one.frames["held"].frame())
        if one.told:
            workspace.elsewhere.keep_file(VALUE, name, one.frames["rest"])
    # Of our own EPCI the communes are all known: its sum is made with them.
    sums = pl.concat(ours_summed).filter(pl.col("level") != Level.EPCI.value)
    return sums, _with_cells(workspace, pl.concat(out)), count


def _with_cells(workspace: Workspace, held: pl.DataFrame) -> pl.DataFrame:
    """Say which cells the values that are held are made of."""
    if held.is_empty():
        return held
    codes, names = set(held["code"]), set(held["variable"])
    some = [indicator for indicator in INDICATORS if indicator.id in names]
    cells = workspace.elsewhere.where(OBSERVATION, {"code": codes, "variable": variables_of(some)})
    return with_cells(held, cells, workspace.read("tables/extract"), some)


def _is_followed(values: pl.DataFrame, followed: pl.DataFrame) -> pl.Series:
    """Whether rows are of the territories we follow, looked up among the few that are of their codes."""
    import numpy as np
    import polars as pl

    codes = followed["code"].unique().implode()
    near = values.select(followed.columns).with_row_index("_row").filter(pl.col("code").is_in(codes))
    mask = np.zeros(values.height, np.bool_)
    mask[near.join(followed, on=followed.columns, how="semi", nulls_equal=True)["_row"].to_numpy()] = True
    return pl.Series(mask)


def _few_at_a_time(workspace: Workspace, indicators: list[Indicator]) -> Iterator[list[Indicator]]:
    """Yield indicators together as long as what they are made of holds in few rows: memory is the limit."""
    rows = workspace.elsewhere.counts(OBSERVATION, "variable")
    together: list[Indicator] = []
    for indicator in indicators:
        if together and sum(rows.get(name, 0) for name in variables_of([*together, indicator])) > AT_ONCE:
            yield together
            together = []
        together.append(indicator)
    if together:
        yield together


def _keys_elsewhere(
    workspace: Workspace, communes: pl.DataFrame, catalogue: Catalogue, places: object
) -> dict[str, str]:
    """Return the key of all the values of each indicator in the rest of France depend on, by indicator."""
    import polars as pl

    declared = {name: (set(expanded(one)), digest_of(one)) for name, one in catalogue.datasets.items()}
    parts = [(path.stem, files.digest(path)) for path in workspace.elsewhere.files(OBSERVATION)]
    # Of the code that holds some of them, too.
    where, held, keys = digest_of(places), Kept.key(value_findings), {}
    for indicator in INDICATORS:
        names = variables_of([indicator])
        own = communes.filter(pl.col("variable").is_in(sorted(names)))
        read = [part for part in parts if names & declared[part[0].partition("@")[0]][0]]
        told = [digest for given, digest in declared.values() if names & given]
        keys[indicator.id] = Kept.key(compute_elsewhere, indicator, own, read, told, where, held)
    return keys


def _areas(workspace: Workspace, territories: Territories) -> pl.DataFrame | None:
    """Communes of the larger territories, where the official code that lists them all is there."""
    import polars as pl

    links = ["level", "code", "parent_level", "parent_code"]
    listed = pl.concat([MEMBERSHIP.schema.to_frame(), *workspace.elsewhere.of(MEMBERSHIP)]).select(links)
    if not listed.height:
        return None
    return references.places(
        pl.concat([territories.membership.select(links), listed]), territories.home.metropole.code
    )
