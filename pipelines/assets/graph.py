"""The graph Dagster shows and runs: our assets as its own, and those only it runs.

Belongs here: all that the assets need of Dagster. Does not belong here: what they do.
"""
# Dagster reads the annotations of an asset as objects: no ``from __future__ import annotations`` here.

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

# Not among the public names of Dagster, whose release is pinned: it is the only exception whose event carries
# the error it is given, and not the frames it went through. A ``Failure`` always shows those.
from dagster._core.errors import DagsterUserCodeProcessError
from dagster_shared.error import SerializableErrorInfo
from pydantic import Field, PrivateAttr

from pipelines import journal, publication, publishing
from pipelines.assets import inputs, outputs, refreshed_assets
from pipelines.assets.asset import CHAIN, Asset, Checked, Markdown
from pipelines.assets.parts import CANDIDATE, DEPOSITS, RELEASE, french_failure, is_embedded
from pipelines.faults import Fault
from pipelines.freshness import expectation
from pipelines.publication import PublicationError
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue
from sources.model import Dataset
from sources.territory.declared import Territories

if TYPE_CHECKING:
    Materialized = dg.MaterializeResult[None]
    Events = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult | dg.AssetMaterialization]
else:
    # Dagster does not recognise the parametrised class.
    Materialized = dg.MaterializeResult
    Events = Iterator

OWNERS = ["team:observation_sociale"]
"""Who an agent asks about an asset."""


@contextlib.contextmanager
def shown() -> Iterator[None]:
    """Show a fault of the data as one French sentence, without a stack."""
    try:
        yield
    except Fault as fault:
        info = SerializableErrorInfo(message=str(fault), stack=[], cls_name="DonneesRefusees")
        raise DagsterUserCodeProcessError.from_error_info(info) from None  # type: ignore[no-untyped-call]


class Shared(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The home of a run, held alone while it lasts."""

    root: str | None = Field(
        default=None, description="Dossier du baromètre\u00a0; par défaut celui de BCS_HOME."
    )
    inbox: str | None = Field(default=None, description="Un dossier de dépôt de plus.")
    ignore_unknown: bool = Field(default=False, description="Un fichier inconnu n’attend le oui de personne.")
    afresh: bool = Field(
        default=False, description="Relire tous les fichiers, même ceux qui n’ont pas changé."
    )
    without: list[str] = Field(default=[], description="Fichiers acceptés à ne plus lire, par leur nom.")

    _workspace: Workspace = PrivateAttr()

    @property
    def workspace(self) -> Workspace:
        """What the assets of the run share."""
        return self._workspace

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Shared"]:
        """Take the home for the whole run of a job (see :meth:`pipelines.workspace.Workspace.held`)."""
        self._workspace = Workspace(self.root, self.inbox, self.ignore_unknown, self.afresh, self.without)
        with shown(), self._workspace.held():
            yield self


def build_assets(catalogue: Catalogue, territories: Territories) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Return the whole graph.

    Args:
        catalogue: one asset per dataset that ships an extract; the others are external, and materialised
            when their extract is dropped.
        territories: declarations of the territory.
    """
    from pipelines.assets.diagnostics import diagnostics_asset

    awaited = (dataset for dataset in catalogue.datasets.values() if not is_embedded(dataset))
    return [
        *map(_definition, refreshed_assets(catalogue, territories)),
        *map(_awaited, awaited),
        publication_asset(),
        _definition(outputs.watch_asset(catalogue)),
        diagnostics_asset(),
    ]


def _definition(declared: Asset) -> dg.AssetsDefinition:
    """Return an asset of ours as Dagster's; when a blocking check fails, it says the check alone."""

    @dg.asset(
        name=declared.name,
        group_name=declared.group,
        owners=OWNERS,
        deps=declared.deps,
        tags=declared.tags,
        kinds=set(declared.kinds),
        description=declared.description,
        op_tags={"dagster/priority": "1"} if declared.first else None,
        check_specs=[
            dg.AssetCheckSpec(
                one.name, asset=declared.name, blocking=one.blocking, description=one.description
            )
            for one in declared.checks
        ],
    )
    def asset(workspace: Shared) -> Events:
        with shown():
            made = declared.run(workspace.workspace)
            if made.refused is not None:
                yield from (_result(one) for one in made.checks if one.blocking and not one.passed)
                raise Fault(made.refused)
        for name in made.also:
            yield dg.AssetMaterialization(
                name, description="Extrait déposé et lu.", metadata={"depot": DEPOSITS}
            )
        yield dg.MaterializeResult(
            data_version=dg.DataVersion(made.version) if made.version else None,
            metadata={
                name: dg.MetadataValue.md(one) if isinstance(one, Markdown) else one
                for name, one in made.metadata.items()
            },
            check_results=[_result(one) for one in made.checks],
        )

    return asset


def _result(one: Checked) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if one.blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        check_name=one.name, passed=one.passed, severity=severity, description=one.description
    )


def _awaited(dataset: Dataset) -> dg.AssetSpec:
    """Return the place in the graph of a dataset nobody dropped yet."""
    return dg.AssetSpec(
        dataset.id,
        group_name=dataset.group,
        tags=inputs.tags(dataset),
        owners=OWNERS,
        metadata=inputs.calendar(expectation(dataset, None, None), dt.date.today()),
        kinds={dataset.layout.format},
        description=f"**Extrait non déposé.** {inputs.description(dataset)}",
    )


class Decision(dg.Config):
    """Who publishes, and why: Dagster asks for both."""

    par: str = Field(description="Qui publie.")
    motif: str = Field(description="Pourquoi.")
    version: str = Field(default="", description="Identifiant de la candidate\u00a0; vide, la dernière.")
    malgre_les_reserves: bool = Field(
        default=False, description="Publier malgré les fichiers écartés et les points à revoir."
    )


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
    def asset(workspace: Shared, config: Decision) -> Materialized:
        home = workspace.workspace.home
        with shown(), french_failure():
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
