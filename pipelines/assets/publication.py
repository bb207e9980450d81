"""The end of the chain: a candidate, built and verified; then, when a person decides it, the publication.

Belongs here: the two assets. Does not belong here: how a release is written (``pipelines.release``) and
published (``pipelines.publishing``).
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.analysis import methods
from indicators.registry import INDICATORS
from indicators.secrecy import mask
from pipelines import checks, deposits, metadata, publication, publishing, release
from pipelines.assets.asset import Asset, Made
from pipelines.assets.parts import (
    ANALYSES,
    CANDIDATE,
    COMPARISONS,
    OBSERVATIONS,
    TERRITORIES,
    VALUES,
    french_failure,
)
from pipelines.decisions import undecided
from pipelines.publication import Published
from pipelines.workspace import Workspace
from sources import files
from sources.catalogue import Catalogue
from sources.territory.declared import Territories

if TYPE_CHECKING:
    import polars as pl

WRITTEN = (
    *("territory", "membership", "geometry", "surroundings", "goalpost", "correspondence"),
    *("observation", "extract", "plausibility", "set_aside", "value", "comparison", "fact", "analysis"),
    *("secrecy_audit", "trait", "peer", "peer_standing"),
)
"""Tables the steps before the release leave in the work folder."""


def candidate_asset(catalogue: Catalogue, territories: Territories) -> Asset:
    """Return the asset that builds and verifies a candidate."""

    def asset(workspace: Workspace) -> Made:
        with french_failure():
            tables = _tables(workspace, catalogue, territories)
        created = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        content = release.content_hash(tables, workspace.elsewhere)
        noun = territories.home.epci.noun
        identity = release.Identity(
            release_id=publishing.new_id(workspace.home, content, created),
            created_at=created,
            content_hash=content,
            fingerprint=workspace.inputs,
            epci_code=territories.home.epci.code,
            epci_name=territories.home.epci.nom,
            epci_noun=noun.name,
            epci_feminine=noun.feminine,
            contract=territories.home.contrat.nom if territories.home.contrat else None,
            version=_version(),
        )
        with french_failure():
            kept, aside = _files(workspace)

        def card(size: int) -> Published:
            return Published(
                identity.release_id,
                f"{created:%Y-%m-%dT%H:%M:%SZ}",
                content,
                identity.fingerprint,
                size,
                tables["value"]["value"].count(),
                checks.usable_counts(tables["observation"]),
                deposits=kept,
                set_aside=aside,
                held=undecided(tables["plausibility"]).height,
            )

        def write(path: Path) -> None:
            # Whole each time: what a copy of an earlier file no longer shows, its bytes may still hold.
            release.build_release(path, tables, identity, workspace.elsewhere)

        def verify(path: Path) -> None:
            checks.verify_release(path, catalogue, territories, content, workspace.elsewhere)

        with french_failure():
            built = publishing.build(workspace.home, card, write, verify, identity.release_id)
            accepted = publication.accepted(workspace.home)
            deposits.wait(workspace.home, (file for file in kept if file not in accepted))
        workspace.forget()
        return Made(
            version=content,
            metadata={
                "identifiant": built.release_id,
                "empreinte": content,
                "octets": built.size,
                "fichiers déposés": [files.shown(Path(file.name)) for file in kept],
                "à revoir avant de publier": ", ".join(publication.held_back(built)) or "rien",
            },
        )

    return Asset(
        name=CANDIDATE,
        deps=[TERRITORIES, OBSERVATIONS, VALUES, COMPARISONS, ANALYSES],
        kinds={"duckdb"},
        description="Un seul fichier DuckDB, rouvert et vérifié de nouveau, et les fichiers déposés "
        "dont il est fait. Rien n’est publié\u00a0: le travail « publier » le fait, et dit par qui.",
        run=asset,
    )


def _files(workspace: Workspace) -> tuple[tuple[deposits.KeptFile, ...], tuple[dict[str, str], ...]]:
    """Keep the bytes of the files that were read; return them, and the files that were set aside."""
    record = workspace.record()
    kept = (
        deposits.take(workspace.home, Path(one["path"]), one["sha256"], one["dataset"], one["edition"])
        for one in record["deposits"]
    )
    return tuple(kept), tuple(record["set_aside"])


def _tables(workspace: Workspace, catalogue: Catalogue, territories: Territories) -> dict[str, pl.DataFrame]:
    """Every table of the release but its identity card."""
    import polars as pl

    tables = {name: workspace.read(f"tables/{name}") for name in WRITTEN}
    tables["observation"] = mask(tables["observation"], tables["value"], catalogue)
    tables["extract_note"] = workspace.read("tables/extract_note_all")
    tables["plausibility"] = pl.concat([tables["plausibility"], workspace.read("tables/plausible_values")])
    tables |= metadata.indicator_tables(INDICATORS, catalogue, territories.home.compared)
    tables |= metadata.dataset_tables(catalogue, tables["extract"], tables["observation"])
    tables["method"] = methods.rows()
    tables["perimeter_break"] = metadata.perimeter_breaks(territories.home)
    tables["local"] = metadata.local_table(workspace.home.local, territories, INDICATORS)
    tables["journal"] = metadata.journal_table(workspace.home)
    tables["awaited"] = metadata.awaited_table(INDICATORS, catalogue, tables["value"], tables["extract"])
    return tables


def _version() -> str:
    try:
        return importlib.metadata.version("barometre-cohesion-sociale")
    except importlib.metadata.PackageNotFoundError:
        return "non installé"
