"""The audit of secrecy in a run: what is about to be published, beside what once was.

Belongs here: bringing the audit (``indicators.disclosure``) its figures, having further values withheld
(``indicators.withholding``), refusing a candidate that says too much still. Does not belong here: what is
hidden (``indicators.secrecy``), nor how it can be worked out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from indicators.disclosure import Figures, Nesting, Verdict, audit
from indicators.plausibility import Finding
from indicators.registry import INDICATORS
from indicators.resolve import membership_frame
from indicators.secrecy import mask
from indicators.withholding import withheld
from pipelines.home import Home
from pipelines.publication import is_whole, releases
from pipelines.release import read_table
from pipelines.tables import SECRECY_AUDIT
from sources.catalogue import Catalogue
from sources.french import plural, typographic
from sources.problems import Problem, ValidationFailed
from sources.territory.declared import Territories
from sources.variables import load_variables
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

_PLACE = ["level", "code"]

SHOWN = 6
"""Withheld values named one by one."""


def protected(
    observations: pl.DataFrame,
    values: pl.DataFrame,
    home: Home,
    catalogue: Catalogue,
    territories: Territories,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Withhold what would give a hidden count away.

    Args:
        observations: table ``observation``, secrets not hidden yet.
        values: table ``value``, before anything is computed from it.
        home: for the releases once published.
        catalogue: declarations of the datasets.
        territories: what is made of what.

    Returns:
        The values less those withheld; these, as they were, with what each protects; and table
        ``secrecy_audit``: a row per hidden count, and how closely it can be worked out, in persons or
        households.

    Raises:
        ValidationFailed: a hidden count can be worked out whatever is withheld; nothing is published.
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
    past, declared = list(_once_published(home)), load_variables()

    def audited(left: pl.DataFrame, *, past: Sequence[Figures] = past) -> pl.DataFrame:
        shown = Figures(mask(observations, left, catalogue), left)
        return audit(shown, nesting, catalogue, INDICATORS, declared, past)

    left, gone, found = withheld(values, audited, INDICATORS)
    if (found["verdict"] == Verdict.EXPOSED.value).any():
        check(found, audited(left, past=()), {one.id: one.title for one in catalogue.datasets.values()})
    return left, gone, found.select(SECRECY_AUDIT.names).cast(SECRECY_AUDIT.schema).sort(SECRECY_AUDIT.key)


def told(gone: pl.DataFrame) -> str | None:
    """Say which values were withheld to protect others, None when none was.

    Args:
        gone: rows of table ``value``, as they were.
    """
    if gone.is_empty():
        return None
    names = {indicator.id: indicator.title for indicator in INDICATORS}
    some = "\u00a0; ".join(
        f"{names[indicator]}, {level} {code}"
        for indicator, level, code in gone.select("indicator", "level", "code").head(SHOWN).iter_rows()
    )
    more = "\u00a0; …" if gone.height > SHOWN else ""
    return (
        f"{plural(gone.height, 'chiffre de plus caché', 'chiffres de plus cachés')} pour protéger ceux "
        f"qu’ils permettraient de retrouver\u00a0: {some}{more}."
    )


def withheld_findings(gone: pl.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Return what a person is shown of the values withheld to protect others: which, and which counts.

    Args:
        gone: rows of table ``value``, with ``protects`` (:func:`indicators.withholding.withheld`).
        catalogue: for the words of the counts.

    Returns:
        One finding per value; its figure is not told: a release is given to anyone.
    """
    titles = {indicator.id: indicator.title for indicator in INDICATORS}

    def counted(text: str) -> str:
        names, level, code, year = text.split("|")
        labels = " et ".join(catalogue.column(name).label for name in names.split(" + "))
        return f"« {labels} » ({Level(level).label} {code}, {year})"

    return [
        Finding(
            rule="protects",
            extract=hashlib.sha256(str(row["extracts"]).encode()).hexdigest()[:12],
            dataset=str(row["datasets"] or "").split(",")[0].strip(),
            file=f"indicateur {row['indicator']}",
            level=row["level"],
            perimeter=row["perimeter"],
            code=row["code"],
            variable=row["indicator"],
            millesime=row["millesime"],
            column=row["series"],
            found="un chiffre qui sera caché",
            expected=typographic(f"{titles[row['indicator']]}, publié s’il ne révélait rien"),
            why=typographic(
                "Publié, il permettrait de retrouver l’effectif caché de "
                f"{', '.join(counted(one) for one in row['protects'].split(', '))}. Accepté ou écarté, il "
                "reste caché."
            ),
        )
        for row in gone.iter_rows(named=True)
    ]


def _once_published(home: Home) -> Iterator[Figures]:
    for release in releases(home):
        if not release.candidate and is_whole(home, release):
            path = home.releases / release.file
            yield Figures(read_table(path, "observation"), read_table(path, "value"))


def check(found: pl.DataFrame, without_past: pl.DataFrame, titles: Mapping[str, str]) -> None:
    """Refuse figures of which a hidden count can be worked out whatever else is withheld.

    Args:
        found: what the audit found.
        without_past: what it finds when no earlier release is known.
        titles: title of each dataset.

    Raises:
        ValidationFailed: naming each count and how closely it can be worked out.
    """
    import polars as pl

    place = ["variable", "level", "code", "year"]
    still = set(without_past.filter(pl.col("verdict") == Verdict.EXPOSED.value).select(place).iter_rows())
    exposed = found.filter(pl.col("verdict") == Verdict.EXPOSED.value)
    problems = [
        Problem(
            file="table value",
            line=None,
            column=row["variable"],
            found=f"un effectif caché ({row['level']} {row['code']}, {row['year']}) que ce qui est publié "
            f"{'' if tuple(row[name] for name in place) in still else 'et une publication passée '}"
            f"ramène à {plural(round(row['upper'] - row['lower']), 'personne')} près",
            expected=f"{plural(round(row['floor']), 'personne')} d’écart au moins",
            advice=f"Retirez du dépôt le fichier de « {titles[row['dataset']]} » qui le révèle (bcs "
            "actualiser --sans FICHIER s’il est déjà accepté), puis signalez-le : cacher d’autres chiffres "
            "ne suffit pas à le protéger.",
        )
        for row in exposed.iter_rows(named=True)
    ]
    if problems:
        raise ValidationFailed(problems)
