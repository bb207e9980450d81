"""The rest of France: the territories a national file brings besides those the barometer follows.

Belongs here: which they are, their names, what contains them, as tables of a release. Does not belong here:
our own territories (``sources.territory``), nor how codes are checked (``sources.readers.geography``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sources.cog import Geography
from sources.columns import polars_schema
from sources.french import typographic
from sources.quarters import located
from sources.territory.columns import MEMBERSHIP_COLUMNS
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

KEY = ("level", "code", "perimeter")

_CONTAINERS = {"epci": Level.EPCI, "departement": Level.DEPARTEMENT, "region": Level.REGION}


def elsewhere(
    observed: pl.DataFrame,
    names: Iterable[pl.DataFrame],
    geography: Geography | None,
    followed: pl.DataFrame,
) -> pl.DataFrame:
    """Return the territories of France that are not followed, in the columns of table ``territory``.

    Args:
        observed: :data:`KEY` of every territory the files give figures for.
        names: Names the files give them, the most trusted first.
        geography: The official code held, if any: it names communes, EPCI, départements and régions, and its
            territories are there even without a figure.
        followed: Table ``territory`` of those the barometer follows.

    Returns:
        ``level``, ``code``, ``perimeter``, ``name`` (the code where nothing names it), ``in_epci``
        (false), ``note``, which says when the official code does not know the territory, and ``role`` (null).
    """
    import polars as pl

    official = _official(geography)
    known = pl.concat([official, *(frame.select(*KEY, "name") for frame in names)]).unique(
        KEY, keep="first", maintain_order=True
    )
    listed = pl.concat([observed.select(KEY), official.select(KEY)]).unique()
    return (
        listed.join(followed.select(KEY), on=KEY, how="anti", nulls_equal=True)
        .join(known, on=KEY, how="left", nulls_equal=True)
        .join(official.select(*KEY, _official=pl.lit(True)), on=KEY, how="left", nulls_equal=True)
        .select(
            *KEY,
            name=pl.coalesce("name", "code"),
            in_epci=pl.lit(False),
            note=_unknown(geography),
            role=pl.lit(None, pl.String),
        )
        .sort(KEY)
    )


def containers(
    geography: Geography | None, names: Iterable[pl.DataFrame], followed: pl.DataFrame
) -> pl.DataFrame:
    """Return what contains each commune and quarter of France, in the columns of table ``membership``.

    Args:
        geography: The official code held; nothing is known without it.
        names: Names the files give territories, the most trusted first, with the communes of quarters.
        followed: Table ``territory`` of those whose memberships the barometer declares itself.

    Returns:
        One row per commune and container (EPCI, département, région), all of them ``whole``, and per quarter
        and commune; no row without the official code.
    """
    import polars as pl

    if geography is None:
        return polars_schema(MEMBERSHIP_COLUMNS).to_frame()
    ours = dict(followed.group_by("level").agg("code").iter_rows())
    communes = geography.communes.filter(~pl.col("code").is_in(ours.get(Level.COMMUNE.value, [])))
    frames = [
        communes.filter(pl.col(column).is_not_null()).select(
            level=pl.lit(Level.COMMUNE.value),
            code="code",
            parent_level=pl.lit(level.value),
            parent_code=column,
            whole=pl.lit(True),
            inhabitants=pl.lit(None, pl.Int32),
            note=pl.lit(None, pl.String),
        )
        for column, level in _CONTAINERS.items()
    ]
    declared = set(ours.get(Level.QPV.value, []))
    quarters = [one for one in located(names, geography) if one.code not in declared]
    rows = [
        (Level.QPV.value, one.code, Level.COMMUNE.value, commune, len(one.communes) == 1, None, None)
        for one in quarters
        for commune in one.communes
    ]
    return pl.concat([*frames, pl.DataFrame(rows, schema=frames[0].schema, orient="row")])


def _official(geography: Geography | None) -> pl.DataFrame:
    """Return :data:`KEY` and names of what the official code lists."""
    import polars as pl

    schema = {"level": pl.String, "code": pl.String, "perimeter": pl.String, "name": pl.String}
    if geography is None:
        return pl.DataFrame(schema=schema)
    communes = geography.communes.select(
        level=pl.lit(Level.COMMUNE.value),
        code="code",
        perimeter=pl.lit(None, pl.String),
        name=pl.coalesce("name", "code"),
    )
    rows = [
        (level.value, code, None, geography.zones.get((level, code), code))
        for level in _CONTAINERS.values()
        for code in sorted(geography.known(level))
    ]
    return pl.concat([communes, pl.DataFrame(rows, schema=schema, orient="row")])


def _unknown(geography: Geography | None) -> pl.Expr:
    """Return the note of a territory the official code does not list, where it lists that level."""
    import polars as pl

    if geography is None:
        return pl.lit(None, pl.String)
    checked = [level.value for level in (Level.COMMUNE, *_CONTAINERS.values())]
    note = typographic(f"Absent de la géographie de {geography.year} : rangé sous son code d’alors.")
    return pl.when(pl.col("level").is_in(checked) & pl.col("_official").is_null()).then(pl.lit(note))
