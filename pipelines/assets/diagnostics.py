"""The documents of every commune, made from the published release.

Belongs here: the asset. Does not belong here: what a document holds (``dashboard.exports``).
"""
# Dagster reads the annotations of an asset as objects: no ``from __future__ import annotations`` here.

import dagster as dg

from pipelines import publication
from pipelines.assets.parts import CHAIN, DIAGNOSTICS, RELEASE, Result
from pipelines.workspace import Workspace

FORMATS = ("docx", "pdf", "xlsx")


def diagnostics_asset() -> dg.AssetsDefinition:
    """Return the asset of the « Priorités Communales » documents, one set per commune."""

    @dg.asset(
        name=DIAGNOSTICS,
        group_name=CHAIN,
        deps=[RELEASE],
        kinds={"docx", "pdf", "xlsx"},
        description="Le document « Priorités Communales » de chaque commune, en Word, PDF et tableur.",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> Result:
        from dashboard.exports import export_all

        present = publication.current(workspace.home)
        if present is None:
            raise dg.Failure("Aucune publication : lancez d’abord l’actualisation.", allow_retries=False)
        folder = workspace.home.documents / present.release_id
        written = export_all(
            workspace.home.releases / present.file,
            FORMATS,
            folder,
            on_progress=lambda done, total, name: context.log.info(f"{done}/{total} {name}"),
        )
        return dg.MaterializeResult(
            data_version=dg.DataVersion(present.content_hash),
            metadata={"documents": len(written), "dossier": dg.MetadataValue.path(str(folder))},
        )

    return asset
