"""Where figures come in: the territory, one asset per dataset, the extracts a person dropped.

Belongs here: the assets that read files. Does not belong here: how a file is read (``pipelines.ingestion``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.schemas import validate_memberships, validate_observations
from pipelines import ingestion, metadata
from pipelines.assets.asset import INPUTS, Asset, Check, Made, Markdown, blocking, warning
from pipelines.assets.parts import (
    CONFORM,
    CONTRACT,
    DEPOSITS,
    OVERDUE,
    TERRITORIES,
    account_text,
    french_failure,
)
from pipelines.decisions import declared_marks
from pipelines.elsewhere import part_name
from pipelines.freshness import Expectation, expectation
from pipelines.recognised import ACCEPTED, Aside, Deposit, recognised
from pipelines.tables import SET_ASIDE, TABLES, TERRITORY
from pipelines.taken import take_in
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue
from sources.french import plural
from sources.model import Dataset
from sources.territory.declared import Territories

if TYPE_CHECKING:
    import polars as pl


NOTES = 3
"""Lines on a dropped file that are told at once: a national one may have hundreds."""


def territories_asset(territories: Territories) -> Asset:
    """Return the asset of the declared territories."""

    def asset(workspace: Workspace) -> Made:
        tables = {
            "territory": territories.territory,
            "membership": territories.membership,
            "geometry": territories.geometry,
            "surroundings": territories.surroundings,
            "goalpost": territories.goalposts,
            "correspondence": territories.correspondence,
        }
        for name, frame in tables.items():
            workspace.write(f"tables/{name}", frame)
        people = territories.home.quarter_people
        return Made(
            metadata={"territoires": tables["territory"].height},
            checks=[
                blocking(
                    CONTRACT,
                    lambda: validate_memberships(tables["membership"], tables["territory"], people),
                )
            ],
        )

    return Asset(
        name=TERRITORIES,
        group=INPUTS,
        kinds={"csv", "polars"},
        description="Communes, cantons, QPV des deux générations, groupes, appartenances, contours et "
        "bornes de l’IDH-4, déclarés dans le dossier du territoire.",
        checks=[
            Check(
                CONTRACT,
                "Les habitants des QPV de 2024 font le total annoncé par le contrat.",
                blocking=True,
            )
        ],
        run=asset,
    )


def dataset_asset(dataset: Dataset, extracts: Path, territories: Territories) -> Asset:
    """Return the asset of a dataset of which the catalogue embeds files, in the folder ``extracts``."""

    def asset(workspace: Workspace) -> Made:
        kept = workspace.parsed
        with french_failure():
            read = ingestion.embedded(dataset, extracts, territories, kept)
        workspace.put(f"observations/{dataset.id}", read.observations)
        workspace.put(f"extracts/{dataset.id}", read.accounts)
        accounts, territory = read.accounts.frame(), territories.territory
        files = dict(accounts.select("extract", "file").iter_rows())
        edition = metadata.latest(accounts, "edition").get(dataset.id)
        expected, today = expectation(dataset, edition, read.latest), dt.date.today()
        looked_at = kept.key(validate_observations, dataset, read.observations, kept.digest(territory))

        def conform() -> None:
            validate_observations(read.observations.frame(), {dataset.id: dataset}, territory, files)

        return Made(
            version=",".join(sorted(accounts["sha256"])),
            metadata={
                "observations": read.count,
                "utilisables": read.usable,
                "compte": Markdown(account_text(accounts)),
                **calendar(expected, today),
            },
            checks=[
                blocking(CONFORM, lambda: kept.once(looked_at, conform)),
                warning(OVERDUE, expected.message(today) if expected.overdue(today) else None),
            ],
        )

    return Asset(
        name=dataset.id,
        group=dataset.group,
        tags=tags(dataset),
        deps=[TERRITORIES],
        kinds={dataset.layout.format, "polars"},
        description=description(dataset),
        checks=[
            Check(CONFORM, "Types, clé, codes, statuts, bornes, parties et totaux.", blocking=True),
            Check(OVERDUE, "Le millésime suivant n’est pas en retard."),
        ],
        run=asset,
    )


def tags(dataset: Dataset) -> dict[str, str]:
    """Return what an agent filters the graph by: the producer, and the latest edition embedded."""
    editions = [millesime.edition for millesime in dataset.millesimes if millesime.extracts]
    return {"producteur": dataset.group, "millesime": str(max(editions)) if editions else "attendu"}


def calendar(expected: Expectation, today: dt.date) -> dict[str, str | int | bool]:
    """Return what an agent reads beside a dataset: the year held, the next one, whether it is late."""
    return {
        "millésime tenu": expected.millesime or "aucun",
        "prochain millésime": expected.next_millesime or "non annoncé",
        "parution": expected.message(today),
        "en retard": expected.overdue(today),
    }


def description(dataset: Dataset) -> str:
    """Return what an agent reads of a dataset in the graph."""
    source = f"{dataset.citation} ({dataset.licence})."
    text = f"{dataset.title} – {dataset.producer}.\n\n{dataset.description}\n\n{source}"
    unverified = "" if dataset.layout_verified else "\n\nStructure non vérifiée sur un vrai fichier."
    page = f"\n\n{dataset.page}" if dataset.page else ""
    return text + unverified + page


def _set_aside(aside: list[Aside]) -> pl.DataFrame:
    """Return the files set aside, in the shape of table ``set_aside``."""
    import polars as pl

    rows = [
        (position, one.name, one.sha256, one.dataset, one.reason, one.fault)
        for position, one in enumerate(aside, 1)
    ]
    return pl.DataFrame(rows, schema=SET_ASIDE.schema, orient="row")


def _to_know(notes: pl.DataFrame, deposits: Sequence[Deposit]) -> list[str]:
    """Return the first lines of the accounts of the files that were just dropped, each with its file."""
    import polars as pl

    lines: list[str] = []
    for deposit in (one for one in deposits if one.rank != ACCEPTED):
        own = notes.filter(pl.col("extract") == deposit.sha256[:12]).sort("position")["note"]
        lines += [f"{deposit.path.name}\u00a0: {note}" for note in own.head(NOTES)]
        if (more := own.len() - NOTES) > 0:
            others = plural(more, "autre remarque", "autres remarques")
            lines.append(f"{deposit.path.name}\u00a0: et {others}, dans «\u00a0Données et méthode\u00a0».")
    return lines


def deposits_asset(catalogue: Catalogue, territories: Territories, awaited: set[str]) -> Asset:
    """Return the asset of dropped extracts.

    Args:
        catalogue: what a file may be.
        territories: codes to keep.
        awaited: datasets that only a deposit makes exist.
    """

    def asset(workspace: Workspace) -> Made:
        for table in TABLES:
            workspace.elsewhere.clear(table)
        with french_failure():
            workspace.lend()
        found, aside = recognised(workspace.inboxes, catalogue, workspace.ignore_unknown, workspace.parsed)
        with french_failure():
            marks = declared_marks(workspace.home)
        read = take_in(found, catalogue, territories, workspace.parsed, marks)
        deposits, aside, frames = read.deposits, [*aside, *read.aside], read.frames
        observations, elsewhere = frames["observations"], frames.get(TERRITORY.name)
        workspace.put(f"observations/{DEPOSITS}", observations)
        workspace.put(f"extracts/{DEPOSITS}", frames["accounts"])
        workspace.put("tables/extract_note", frames["notes"])
        workspace.put("tables/mark", frames["marks"])
        workspace.write("tables/set_aside", _set_aside(aside))
        for table in TABLES:
            if table.name in frames:
                workspace.elsewhere.keep_file(table, part_name(()), frames[table.name])
        faults = [one for one in aside if one.fault]
        told = [
            one.reason if one.reason.startswith(one.name) else f"{one.name}\u00a0: {one.reason}"
            for one in faults
        ]
        record = {
            "deposits": [{**asdict(deposit), "path": str(deposit.path)} for deposit in deposits],
            "set_aside": [{"file": one.name, "reason": text} for one, text in zip(faults, told, strict=True)],
            "latest": read.latest,
            "raw": [(one.name, one.extract, str(one.rows.path), one.rows.sha256) for one in read.raw],
        }
        workspace.keep_record(record)
        return Made(
            # An awaited dataset has no step of its own: its deposit is what makes it exist.
            also=sorted(awaited & {deposit.dataset for deposit in deposits}),
            version=",".join(sorted(d.sha256 for d in deposits)) or "aucun",
            metadata={
                "fichiers": len(deposits),
                "observations": observations.frame().height,
                "territoires du reste de la France": elsewhere.frame().height if elsewhere else 0,
                "écartés": told,
                "à savoir": _to_know(frames["notes"].frame(), deposits),
                "laissés de côté": [f"{one.name} ({one.reason})" for one in aside if not one.fault],
                "compte": Markdown(account_text(frames["accounts"].frame())),
            },
        )

    return Asset(
        name=DEPOSITS,
        group=INPUTS,
        deps=[TERRITORIES],
        kinds={"csv", "polars"},
        description="Fichiers déposés par une personne\u00a0: reconnus par leur nom puis leur en-tête, "
        "lus comme les extraits embarqués, dont ils prennent la place cellule par cellule. Un fichier "
        "inconnu ou fautif est écarté avec sa raison, et les autres continuent.",
        # Right after the territories: a faulty file is named before the long work.
        first=True,
        run=asset,
    )
