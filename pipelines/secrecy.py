"""The audit of secrecy in a run: what is about to be published, beside what once was.

Belongs here: bringing the audit (``indicators.disclosure``) its figures, refusing a candidate that says too
much. Does not belong here: what is hidden (``indicators.secrecy``), nor how it can be worked out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from indicators.disclosure import Figures, Nesting, Verdict, audit
from indicators.registry import INDICATORS
from indicators.resolve import membership_frame
from pipelines.home import Home
from pipelines.publication import is_whole, releases
from pipelines.release import read_table
from pipelines.tables import SECRECY_AUDIT
from sources.catalogue import Catalogue
from sources.french import plural
from sources.problems import Problem, ValidationFailed
from sources.territory.declared import Territories
from sources.variables import load_variables
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

_PLACE = ["level", "code"]


def audited(shown: Figures, home: Home, catalogue: Catalogue, territories: Territories) -> pl.DataFrame:
    """Return table ``secrecy_audit`` of what is about to be published.

    Args:
        shown: observations and values, secrets hidden.
        home: for the releases once published.
        catalogue: declarations of the datasets.
        territories: what is made of what.

    Returns:
        Its rows: a hidden count each, and how closely it can be worked out, in persons or households.

    Raises:
        ValidationFailed: a hidden count can be worked out from what we publish; nothing is.
    """
    import polars as pl

    alone = pl.len().over("code", "perimeter") == 1
    quarters = (
        territories.membership.filter(level=Level.QPV.value, parent_level=Level.COMMUNE.value)
        .join(territories.territory.select(*_PLACE, "perimeter"), on=_PLACE)
        .filter(alone)
        .select("code", "perimeter", "parent_code")
    )
    nesting = Nesting(membership_frame(territories), quarters)
    found = audit(shown, nesting, catalogue, INDICATORS, load_variables(), _once_published(home))
    check(found, {one.id: one.title for one in catalogue.datasets.values()})
    return found.select(SECRECY_AUDIT.names).cast(SECRECY_AUDIT.schema).sort(SECRECY_AUDIT.key)


def _once_published(home: Home) -> Iterator[Figures]:
    for release in releases(home):
        if not release.candidate and is_whole(home, release):
            path = home.releases / release.file
            yield Figures(read_table(path, "observation"), read_table(path, "value"))


def check(found: pl.DataFrame, titles: Mapping[str, str]) -> None:
    """Refuse figures of which a hidden count can be worked out.

    No further figure is hidden here: comparisons, ranks and analyses were computed with it and would tell it.

    Args:
        found: what the audit found.
        titles: title of each dataset.

    Raises:
        ValidationFailed: naming each count and how closely it can be worked out.
    """
    import polars as pl

    exposed = found.filter(pl.col("verdict") == Verdict.EXPOSED.value)
    problems = [
        Problem(
            file="table value",
            line=None,
            column=row["variable"],
            found=f"un effectif caché ({row['level']} {row['code']}, {row['year']}) que ce qui est publié "
            f"ramène à {plural(round(row['upper'] - row['lower']), 'personne')} près",
            expected=f"{plural(round(row['floor']), 'personne')} d’écart au moins",
            advice=f"Retirez du dépôt le fichier de « {titles[row['dataset']]} » qui le révèle (bcs "
            "actualiser --sans FICHIER s’il est déjà accepté), puis signalez-le : le baromètre ne cache pas "
            "de lui-même un chiffre de plus, que ses comparaisons et ses rangs rediraient.",
        )
        for row in exposed.iter_rows(named=True)
    ]
    if problems:
        raise ValidationFailed(problems)
