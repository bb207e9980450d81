"""The end of the chain: a candidate, built and verified; then, when a person decides it, the publication.

Belongs here: the two assets. Does not belong here: how a release is written (``pipelines.release``) and
published (``pipelines.publishing``).
"""
# Dagster reads the annotations of an asset as objects: no ``from __future__ import annotations`` here.

import datetime as dt
import importlib.metadata
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from indicators.analysis import methods
from indicators.registry import INDICATORS
from indicators.secrecy import mask
from pipelines import checks, deposits, journal, metadata, publication, publishing, release
from pipelines.assets.parts import (
    ANALYSES,
    CANDIDATE,
    CHAIN,
    COMPARISONS,
    OBSERVATIONS,
    OWNERS,
    RELEASE,
    TERRITORIES,
    VALUES,
    Result,
    french_failure,
)
from pipelines.decisions import undecided
from pipelines.publication import PublicationError, Published
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


def candidate_asset(catalogue: Catalogue, territories: Territories) -> dg.AssetsDefinition:
    """Return the asset that builds and verifies a candidate."""

    @dg.asset(
        name=CANDIDATE,
        group_name=CHAIN,
        owners=OWNERS,
        deps=[TERRITORIES, OBSERVATIONS, VALUES, COMPARISONS, ANALYSES],
        kinds={"duckdb"},
        description="Un seul fichier DuckDB, rouvert et vérifié de nouveau, et les fichiers déposés "
        "dont il est fait. Rien n’est publié\u00a0: le travail « publication » le fait, et dit par qui.",
    )
    def asset(workspace: Workspace) -> Result:
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
        return dg.MaterializeResult(
            data_version=dg.DataVersion(content),
            metadata={
                "identifiant": built.release_id,
                "empreinte": content,
                "octets": built.size,
                "fichiers déposés": [files.shown(Path(file.name)) for file in kept],
                "à revoir avant de publier": ", ".join(publication.held_back(built)) or "rien",
            },
        )

    return asset


def _files(workspace: Workspace) -> tuple[tuple[deposits.KeptFile, ...], tuple[dict[str, str], ...]]:
    """Keep the bytes of the files that were read; return them, and the files that were set aside."""
    record = workspace.record()
    kept = (
        deposits.take(workspace.home, Path(one["path"]), one["sha256"], one["dataset"], one["edition"])
        for one in record["deposits"]
    )
    return tuple(kept), tuple(record["set_aside"])


def _tables(
    workspace: Workspace, catalogue: Catalogue, territories: Territories
) -> "dict[str, pl.DataFrame]":
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


class Decision(dg.Config):
    """Who publishes, and why: Dagster asks for both."""

    par: str
    motif: str
    version: str = ""
    """Identifier of the candidate; the latest one when empty."""
    malgre_les_reserves: bool = False
    """Publish it although a file was set aside or something is held for review."""


def publication_asset() -> dg.AssetsDefinition:
    """Return the asset of the published release."""

    @dg.asset(
        name=RELEASE,
        group_name=CHAIN,
        owners=OWNERS,
        deps=[CANDIDATE],
        kinds={"duckdb"},
        description="La version que montre le tableau de bord\u00a0: la candidate, une fois que quelqu’un a "
        "dit qu’il la publie et pourquoi.",
    )
    def asset(workspace: Workspace, config: Decision) -> Result:
        home = workspace.home
        with french_failure():
            chosen = publication.chosen(home, config.version or None)
            reasons = publication.held_back(chosen)
            if reasons and not config.malgre_les_reserves:
                raise PublicationError(
                    f"La candidate {chosen.release_id} n’est pas publiée\u00a0: {', '.join(reasons)}."
                )
            if not (config.par.strip() and config.motif.strip()):
                raise PublicationError("Il faut dire qui publie (par) et pourquoi (motif).")
            published, note = publishing.publish(home, chosen, config.par, config.motif, journal.PUBLISHED)
        return dg.MaterializeResult(
            data_version=dg.DataVersion(published.content_hash),
            metadata={"identifiant": published.release_id, "par": config.par, "motif": config.motif}
            | ({"reste à faire": note} if note else {}),
        )

    return asset
