"""All observations together: what the dropped files take over, what is held, and what then disagrees.

Belongs here: putting together what each step read, found again when nothing of it has changed. Does not
belong here: the rules of review (``indicators.plausibility``), which figure wins (``ingestion``). No
indicator is known here: the observations stay when a formula changes.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.frames import in_texts
from indicators.plausibility import kept_out, put_together
from pipelines import ingestion, plausible
from pipelines.kept import Kept, KeptFrame
from pipelines.tables import OBSERVATION
from pipelines.taken import RawPart
from sources.french import plural, shortest
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

ROUNDING = 0.005
"""Relative difference two producers may have on one figure by printing it with fewer digits."""

SHOWN = 5
"""How many cases a warning spells out."""


@dataclass(frozen=True)
class Read:
    """What the steps before have read, in files."""

    embedded: Sequence[KeptFrame]
    """Observations of the embedded files of each dataset."""
    embedded_accounts: Sequence[KeptFrame]
    dropped: KeptFrame
    dropped_accounts: KeptFrame
    notes: KeptFrame
    plausibility: KeptFrame
    raw: Sequence[RawPart]
    """What the dropped files say of the rest of France."""


@dataclass(frozen=True)
class United:
    """All observations, in the files they are kept in."""

    observations: KeptFrame
    """Of the territories we follow."""
    accounts: KeptFrame
    notes: KeptFrame
    parts: Mapping[str, KeptFrame]
    """Those of the rest of France, by part of table ``observation``."""
    disagreement: str | None
    """A warning (:func:`disagreement_warning`)."""


def unite(read: Read, variables: Mapping[str, frozenset[str]], kept: Kept) -> United:
    """Put all observations together, or find what the same gave.

    Args:
        read: what was read.
        variables: those that are wanted of the communes of the rest of France, by part of the table.
        kept: what was made before.
    """
    key = Kept.key(unite, read, variables)
    found = kept.whole(key, lambda: _united(read, variables, kept))
    return United(
        found["observations"],
        found["accounts"],
        found["notes"],
        {name: rows for name, rows in found.items() if "@" in name},
        found["disagreement"].frame().item(),
    )


def _united(
    read: Read, variables: Mapping[str, frozenset[str]], kept: Kept
) -> Mapping[str, pl.DataFrame | KeptFrame]:
    import polars as pl

    embedded, accounts = (
        pl.concat([one.frame() for one in some]) for some in (read.embedded, read.embedded_accounts)
    )
    out = plausible.not_accepted(read.plausibility.frame())
    dropped, gone = kept_out(read.dropped.frame(), out)
    moved, parts = [gone], dict[str, KeptFrame]()
    columns = OBSERVATION.without_followed(OBSERVATION.schema.to_frame())
    for name, some in itertools.groupby(read.raw, lambda one: one.name):
        given = list(some)
        about = out.filter(pl.col("extract").is_in([one.extract for one in given]))
        made = kept.call(put_together, about, columns, variables[name], *(one.rows for one in given))
        if "rows" in made:
            parts[name] = made["rows"]
        moved.append(made["gone"].frame())
    counted = plausible.recounted(read.dropped_accounts.frame(), moved)
    observations, extracts = ingestion.merge(
        (embedded, accounts), (plausible.spared(dropped, embedded, out), counted)
    )
    # Several producers give the same figures of the other quarters of France.
    quarter = pl.col("level").is_in([Level.QPV.value])
    quarters = (pl.scan_parquet(rows.path).filter(quarter).collect() for rows in parts.values())
    shown = [observations, *(in_texts(rows).select(observations.columns) for rows in quarters)]
    disagreement = disagreement_warning(pl.concat(shown))
    return {
        "observations": observations,
        "accounts": extracts,
        "notes": plausible.notes_on(read.notes.frame(), counted, out),
        "disagreement": pl.DataFrame({"said": [disagreement]}, {"said": pl.String}),
        **parts,
    }


def disagreement_warning(observations: pl.DataFrame) -> str | None:
    """Return a French sentence when two datasets give different figures for one variable, place and year.

    Such are the incomes of REVN, whose year is deduced from the edition, beside those of Filosofi.

    Args:
        observations: table ``observation``, of followed territories or not.
    """
    import polars as pl

    key = ["variable", "level", "code", "perimeter", "millesime"]
    dated = pl.col("millesime").is_not_null() & (pl.col("status") == Status.OBSERVED)
    figures = observations.lazy().filter(dated).select(*key, "dataset", "value").collect()
    # Few years of a variable come from two producers: the places of those alone are compared.
    year = ["variable", "level", "millesime"]
    several = figures.group_by(year).agg(pl.col("dataset").n_unique()).filter(pl.col("dataset") > 1)
    apart = (
        figures.join(several, on=year, how="semi")
        .group_by([*key, "dataset"])
        .agg(pl.col("value").first())
        .group_by(key)
        .agg(pl.col("dataset").sort().str.join(" et "), low=pl.col("value").min(), high=pl.col("value").max())
        .filter((pl.col("high") - pl.col("low") > ROUNDING * pl.col("low").abs()) & ~_printed_alike())
        .sort(key)
    )
    if apart.is_empty():
        return None
    cases = [
        f"{row['variable']}, {row['level']} {row['code']}, {row['millesime']}\u00a0: "
        f"{shortest(row['low'])} ou {shortest(row['high'])} ({row['dataset']})"
        for row in apart.head(SHOWN).iter_rows(named=True)
    ]
    differ = plural(apart.height, "chiffre diffère", "chiffres diffèrent")
    return f"{differ} d’un jeu de données à l’autre\u00a0: " + "\u00a0; ".join(cases)


def _printed_alike() -> pl.Expr:
    """Whether ``low`` or ``high`` is the other with one decimal: one file prints less digits than another."""
    import polars as pl

    low, high = (10 * pl.col(end) for end in ("low", "high"))
    exact = ((low - low.round()).abs() < 1e-6) | ((high - high.round()).abs() < 1e-6)
    return exact & ((high - low).abs() <= 0.5 + 1e-6)
