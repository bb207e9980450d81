"""Communes change: codes of a file brought to the official geographic code of one year.

Belongs here: mapping rows of communes that merged, refusing codes nobody knows. Does not belong here: which
communes merged (``sources.cog``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sources.french import plural, typographic
from sources.model import Dataset
from sources.problems import quoted
from sources.readers.account import OfficialCodes
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

MAX_NAMED = 20
"""How many codes of one kind the notes name one by one."""
_CHECKED = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION)
_KEPT = (Level.EPCI,)
"""Intercommunalities have no successors one by one: the figures of one that has been dissolved stay under the
code it had, and are marked as such."""


def with_official_codes(
    rows: pl.DataFrame, official: OfficialCodes, edition: int
) -> tuple[pl.DataFrame, list[str]]:
    """Map the rows of communes that merged, refuse those of unknown codes.

    Args:
        rows: Coded rows; those outside the scope are left alone.
        official: The official geographic code to bring them to.
        edition: Edition of the file: only an earlier one may name what has been dissolved since.

    Returns:
        The rows, with ``_mapped`` and ``_refused``, and one French line per code mapped or refused.
    """
    import polars as pl

    told = rows.lazy().filter(~pl.col("_outside")).select("level", "code").unique().collect()
    present = {level: set(told.filter(level=level.value)["code"].to_list()) for level in _CHECKED}
    communes = present[Level.COMMUNE]
    moved = {old: new for old, new in official.successors.items() if old in communes}
    cut = {
        code: children
        for code, children in official.split.items()
        if code in communes and communes.isdisjoint(children)
    }
    unknown = {
        level: codes - official.known(level) - set(moved)
        for level, codes in present.items()
        if official.known(level)
    }
    notes = [_said_moved(old, new, official) for old, new in sorted(moved.items())]
    notes += [_said_cut(code, children, official) for code, children in sorted(cut.items())]
    dissolved = {level: unknown.pop(level) for level in _KEPT if level in unknown and edition < official.year}
    notes += [line for level, codes in unknown.items() for line in _said_unknown(level, codes, official)]
    notes += [_said_dissolved(level, codes, official) for level, codes in dissolved.items() if codes]

    commune = pl.col("level") == Level.COMMUNE.value
    refused = commune & pl.col("code").is_in(list(cut))
    for level, codes in unknown.items():
        refused = refused | ((pl.col("level") == level.value) & pl.col("code").is_in(list(codes)))
    gone = commune & pl.col("code").is_in(
        [old for old, new in moved.items() if old not in official.recoded or new in communes]
    )
    target = pl.col("code").replace(moved)
    return (
        rows.with_columns(
            _refused=refused & ~pl.col("_outside"),
            _mapped=pl.col("_mapped") | (gone & ~pl.col("_outside")),
            code=pl.when(commune).then(target).otherwise("code"),
        ),
        [typographic(note) for note in notes],
    )


def combine(cells: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Add up the counts of communes that are one today; their rates and medians have no published value.

    Args:
        cells: Cells in long form, ``_mapped`` true where the commune was moved to one of today.
        dataset: For what its variables are: additive or not.

    Returns:
        One row per key (``level, code, perimeter, variable, millesime``). A count is the sum, in its own
        unit, null with the status of the first part that has none; a rate or a median is ``not_published``.
    """
    import numpy as np
    import polars as pl

    key = ["level", "code", "perimeter", "variable", "millesime"]
    targets = cells.lazy().filter("_mapped").select(key).unique().collect()
    if not targets.height or dataset.layout.aggregate == "sum":
        return cells
    name = "template" if "template" in cells.columns else "variable"
    additive = [variable for variable, column in dataset.layout.columns.items() if column.additive]
    null = pl.col("value").is_null()
    # Few cells are of such communes: the others are told apart by their code alone.
    near = cells.with_row_index("_at").filter(pl.col("code").is_in(targets["code"].unique().implode()))
    parts = near.join(targets, on=key, how="semi", nulls_equal=True, maintain_order="left")
    merged = (
        parts.group_by(key, maintain_order=True)
        .agg(
            pl.col(name).first().is_in(additive).alias("_additive"),
            pl.col("_line").min(),
            pl.col("column").first(),
            pl.when(null.any()).then(None).otherwise(pl.col("value").sum()).alias("value"),
            pl.col("status").filter(null).first().fill_null(pl.col("status").first()).alias("status"),
        )
        .with_columns(
            value=pl.when("_additive").then("value"),
            status=pl.when("_additive").then("status").otherwise(pl.lit(Status.NOT_PUBLISHED.value)),
        )
    )
    others = np.ones(cells.height, dtype=bool)
    others[parts["_at"].to_numpy()] = False
    columns = [*key, "_line", "column", "value", "status"]
    return pl.concat([cells.select(columns).filter(pl.Series(others)), merged.select(columns)])


def _said_moved(old: str, new: str, official: OfficialCodes) -> str:
    if old in official.recoded:
        return f"La commune {old} porte le code {new} en {official.year} : ses chiffres y sont rangés."
    return (
        f"La commune {old} fait partie de {new} en {official.year} : leurs effectifs sont additionnés, "
        "leurs taux et médianes ne sont pas diffusés pour la nouvelle commune."
    )


def _said_cut(code: str, children: frozenset[str], official: OfficialCodes) -> str:
    listed = ", ".join(sorted(children))
    return (
        f"La commune {code} a été scindée ({listed}) avant {official.year} et le fichier la donne entière : "
        "ligne refusée."
    )


def _said_unknown(level: Level, codes: set[str], official: OfficialCodes) -> list[str]:
    ordered = sorted(codes)
    lines = [
        f"Le code {quoted(code)} ({level.label}) n’existe pas dans la géographie de {official.year} et n’a "
        "pas de successeur connu : ligne refusée."
        for code in ordered[:MAX_NAMED]
    ]
    if len(ordered) > MAX_NAMED:
        lines.append(
            f"… et {len(ordered) - MAX_NAMED} autres codes ({level.label}) dans le même cas : lignes "
            f"refusées ({', '.join(ordered[MAX_NAMED:])})."
        )
    if level is Level.COMMUNE and lines:
        lines[-1] += (
            " Si la table de passage annuelle de l’INSEE n’est pas encore déposée, elle peut rattacher "
            "un tel code à sa commune d’aujourd’hui."
        )
    return lines


def _said_dissolved(level: Level, codes: set[str], official: OfficialCodes) -> str:
    verb, whose = ("n’existe", "ses") if len(codes) == 1 else ("n’existent", "leurs")
    return typographic(
        f"{plural(len(codes), 'code')} ({level.label}) {verb} plus dans la géographie de {official.year} : "
        f"{whose} chiffres restent sous le code d’alors, sans suite."
    )
