"""Where figures come in: the territory, one asset per dataset, the extracts a person dropped.

Belongs here: the assets that read files. Does not belong here: how a file is read (``pipelines.ingestion``).
"""
# Dagster reads the annotations of an asset as objects: no ``from __future__ import annotations`` here.

import datetime as dt
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from indicators.schemas import validate_memberships, validate_observations
from pipelines import checks, deposited, ingestion, metadata, publication
from pipelines.assets.parts import (
    CHAIN,
    CONFORM,
    CONTRACT,
    COVERAGE,
    DEPOSITS,
    OVERDUE,
    OWNERS,
    TERRITORIES,
    Results,
    account_text,
    blocking,
    check,
    concluded,
    french_failure,
    warning,
)
from pipelines.decisions import declared_marks
from pipelines.freshness import Expectation, expectation
from pipelines.kept import KeptFrame
from pipelines.known import Deposit
from pipelines.tables import MEMBERSHIP, SET_ASIDE, TABLES, TERRITORY
from pipelines.workspace import Workspace
from sources import france
from sources.catalogue import Catalogue
from sources.model import Dataset
from sources.territory.declared import Territories
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl


def territories_asset(territories: Territories) -> dg.AssetsDefinition:
    """Return the asset of the declared territories."""

    @dg.asset(
        name=TERRITORIES,
        group_name=CHAIN,
        owners=OWNERS,
        kinds={"csv", "polars"},
        description="Communes, cantons, QPV des deux générations, groupes, appartenances, contours et "
        "bornes de l’IDH-4, déclarés dans le dossier du territoire.",
        check_specs=[
            check(
                TERRITORIES,
                CONTRACT,
                "Les habitants des QPV de 2024 font le total annoncé par le contrat.",
                blocking=True,
            )
        ],
    )
    def asset(workspace: Workspace) -> Results:
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
        yield from concluded(
            dg.MaterializeResult(
                metadata={"territoires": tables["territory"].height},
                check_results=[
                    blocking(
                        CONTRACT,
                        lambda: validate_memberships(tables["membership"], tables["territory"], people),
                    )
                ],
            )
        )

    return asset


def dataset_asset(dataset: Dataset, extracts: Path, territories: Territories) -> dg.AssetsDefinition:
    """Return the asset of a dataset of which the catalogue embeds files, in the folder ``extracts``."""

    @dg.asset(
        name=dataset.id,
        group_name=dataset.group,
        tags=_tags(dataset),
        owners=OWNERS,
        deps=[TERRITORIES],
        kinds={dataset.layout.format, "polars"},
        description=_description(dataset),
        check_specs=[
            check(
                dataset.id, CONFORM, "Types, clé, codes, statuts, bornes, parties et totaux.", blocking=True
            ),
            check(dataset.id, COVERAGE, "Pas moins de chiffres que dans la publication actuelle."),
            check(dataset.id, OVERDUE, "Le millésime suivant n’est pas en retard."),
        ],
    )
    def asset(workspace: Workspace) -> Results:
        with french_failure():
            observations, accounts = ingestion.read_embedded(dataset, extracts, territories, workspace.parsed)
        workspace.write(f"observations/{dataset.id}", observations)
        workspace.write(f"extracts/{dataset.id}", accounts)
        files = dict(accounts.select("extract", "file").iter_rows())
        usable = checks.usable_counts(observations).get(dataset.id, 0)
        expected = expectation(
            dataset,
            metadata.latest(accounts, "edition").get(dataset.id),
            metadata.latest(observations, "millesime").get(dataset.id),
        )
        today = dt.date.today()
        yield from concluded(
            dg.MaterializeResult(
                data_version=dg.DataVersion(",".join(sorted(accounts["sha256"]))),
                metadata={
                    "observations": observations.height,
                    "utilisables": usable,
                    "compte": dg.MetadataValue.md(account_text(accounts)),
                    **_calendar(expected, today),
                },
                check_results=[
                    blocking(
                        CONFORM,
                        lambda: validate_observations(
                            observations, {dataset.id: dataset}, territories.territory, files
                        ),
                    ),
                    warning(
                        COVERAGE,
                        checks.coverage_warning(dataset.id, usable, publication.current(workspace.home)),
                    ),
                    warning(OVERDUE, expected.message(today) if expected.overdue(today) else None),
                ],
            )
        )

    return asset


def _raw(workspace: Workspace, deposit: Deposit) -> Path:
    """Return where what one file says of the rest of France is put."""
    return workspace.raw_elsewhere / f"{deposit.dataset}@{deposit.edition}" / f"{deposit.sha256[:12]}.parquet"


def _keep_raw(path: Path, rows: KeptFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(rows.path, path)


def _keep_territories(workspace: Workspace, read: deposited.Deposited, territories: Territories) -> int:
    """Keep the territories of the rest of France and what contains them; return how many they are."""
    if not any(workspace.raw_elsewhere.glob("*/*.parquet")):
        return 0
    rest = france.elsewhere(read.given, read.names, read.geography, territories.territory)
    workspace.elsewhere.keep(TERRITORY, rest)
    places = france.containers(read.geography, territories.known(Level.COMMUNE))
    workspace.elsewhere.keep(MEMBERSHIP, places.sort(MEMBERSHIP.key, nulls_last=False))
    return rest.height


def awaited_spec(dataset: Dataset) -> dg.AssetSpec:
    """Return the place in the graph of a dataset nobody dropped yet."""
    return dg.AssetSpec(
        dataset.id,
        group_name=dataset.group,
        tags=_tags(dataset),
        owners=OWNERS,
        metadata=_calendar(expectation(dataset, None, None), dt.date.today()),
        kinds={dataset.layout.format},
        description=f"**Extrait non déposé.** {_description(dataset)}",
    )


def _tags(dataset: Dataset) -> dict[str, str]:
    """Return what an agent filters the graph by: the producer, and the latest edition embedded."""
    editions = [millesime.edition for millesime in dataset.millesimes if millesime.extracts]
    return {"producteur": dataset.group, "millesime": str(max(editions)) if editions else "attendu"}


def _calendar(expected: Expectation, today: dt.date) -> dict[str, str | int | bool]:
    """Return what an agent reads beside a dataset: the year held, the next one, whether it is late."""
    return {
        "millésime tenu": expected.millesime or "aucun",
        "prochain millésime": expected.next_millesime or "non annoncé",
        "parution": expected.message(today),
        "en retard": expected.overdue(today),
    }


def _description(dataset: Dataset) -> str:
    source = f"{dataset.citation} ({dataset.licence})."
    text = f"{dataset.title} – {dataset.producer}.\n\n{dataset.description}\n\n{source}"
    unverified = "" if dataset.layout_verified else "\n\nStructure non vérifiée sur un vrai fichier."
    page = f"\n\n{dataset.page}" if dataset.page else ""
    return text + unverified + page


def _set_aside(aside: list[deposited.Aside]) -> "pl.DataFrame":
    """Return the files set aside, in the shape of table ``set_aside``."""
    import polars as pl

    rows = [
        (position, one.name, one.sha256, one.dataset, one.reason, one.fault)
        for position, one in enumerate(aside, 1)
    ]
    return pl.DataFrame(rows, schema=SET_ASIDE.schema, orient="row")


def deposits_asset(catalogue: Catalogue, territories: Territories, awaited: set[str]) -> dg.AssetsDefinition:
    """Return the asset of dropped extracts.

    Args:
        catalogue: what a file may be.
        territories: codes to keep.
        awaited: datasets that only a deposit makes exist.
    """

    @dg.asset(
        name=DEPOSITS,
        group_name=CHAIN,
        owners=OWNERS,
        deps=[TERRITORIES],
        kinds={"csv", "polars"},
        description="Fichiers déposés par une personne\u00a0: reconnus par leur nom puis leur en-tête, "
        "lus comme les extraits embarqués, dont ils prennent la place cellule par cellule. Un fichier "
        "inconnu ou fautif est écarté avec sa raison, et les autres continuent.",
        # Right after the territories: a faulty file is named before the long work.
        op_tags={"dagster/priority": "1"},
    )
    def asset(workspace: Workspace) -> Results:
        shutil.rmtree(workspace.raw_elsewhere, ignore_errors=True)
        for table in TABLES:
            workspace.elsewhere.clear(table)
        with french_failure():
            workspace.lend()
        kept = workspace.parsed
        found, aside = deposited.recognised(workspace.inboxes, catalogue, workspace.ignore_unknown, kept)
        with french_failure():
            marks = declared_marks(workspace.home)
        read = deposited.read_deposits(
            found,
            catalogue,
            territories,
            kept,
            lambda deposit, rows: _keep_raw(_raw(workspace, deposit), rows),
            lambda deposit: _raw(workspace, deposit).unlink(missing_ok=True),
            marks,
        )
        deposits, aside = read.taken, [*aside, *read.aside]
        observations, accounts = read.observations, read.accounts
        workspace.write(f"observations/{DEPOSITS}", observations)
        workspace.write(f"extracts/{DEPOSITS}", accounts)
        workspace.write("tables/extract_note", read.notes)
        workspace.write("tables/mark", read.marks)
        workspace.write("tables/set_aside", _set_aside(aside))
        elsewhere = _keep_territories(workspace, read, territories)
        faults = [one for one in aside if one.fault]
        record = {
            "deposits": [{**asdict(deposit), "path": str(deposit.path)} for deposit in deposits],
            "set_aside": [{"file": one.name, "reason": one.reason} for one in faults],
            "latest": read.latest,
        }
        workspace.keep_record(record)
        for dataset in sorted(awaited & {deposit.dataset for deposit in deposits}):
            # An awaited dataset has no step of its own: its deposit is what makes it exist.
            yield dg.AssetMaterialization(
                dataset, description="Extrait déposé et lu.", metadata={"depot": DEPOSITS}
            )
        yield dg.MaterializeResult(
            data_version=dg.DataVersion(",".join(sorted(d.sha256 for d in deposits)) or "aucun"),
            metadata={
                "fichiers": len(deposits),
                "observations": observations.height,
                "territoires du reste de la France": elsewhere,
                "écartés": [
                    one.reason if one.reason.startswith(one.name) else f"{one.name}\u00a0: {one.reason}"
                    for one in faults
                ],
                "laissés de côté": [f"{one.name} ({one.reason})" for one in aside if not one.fault],
                "compte": dg.MetadataValue.md(account_text(accounts)),
            },
        )

    return asset
