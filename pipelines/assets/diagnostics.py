"""The documents of every commune, made from the published release.

Belongs here: the asset. Does not belong here: what a document holds (``dashboard.documents``).
"""
# Dagster reads the annotations of an asset as objects: no ``from __future__ import annotations`` here.

from collections import Counter

import dagster as dg

from pipelines import publication
from pipelines.assets.asset import CHAIN
from pipelines.assets.graph import OWNERS, Materialized, Shared, shown
from pipelines.assets.parts import DIAGNOSTICS, RELEASE, french_failure
from pipelines.publication import PublicationError

FORMATS = ("docx", "pdf", "xlsx", "dialogue")


def diagnostics_asset() -> dg.AssetsDefinition:
    """Return the asset of the documents, « Priorités Communales » and dialogue, one set per commune."""

    @dg.asset(
        name=DIAGNOSTICS,
        group_name=CHAIN,
        owners=OWNERS,
        deps=[RELEASE],
        kinds={"docx", "pdf", "xlsx"},
        description="Les documents « Priorités Communales » et « Dialogue de projets » de chaque commune.",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Shared) -> Materialized:
        from dashboard.documents import ExportError, export_all

        home = workspace.workspace.home
        with shown(), french_failure():
            present = publication.required(home)
            older = publication.previous(home, present)
            folder = home.documents / present.release_id
            try:
                written = export_all(
                    home.releases / present.file,
                    FORMATS,
                    folder,
                    on_progress=lambda done, total, name: context.log.info(f"{done}/{total} {name}"),
                    previous=home.releases / older.file if older else None,
                )
            except ExportError as error:
                raise PublicationError(str(error)) from error
        counts = Counter(path.suffix[1:] for path in written)
        return dg.MaterializeResult(
            data_version=dg.DataVersion(present.content_hash),
            metadata={
                "publication": present.release_id,
                "documents": len(written),
                **{f"documents {kind}": count for kind, count in sorted(counts.items())},
                "octets": sum(path.stat().st_size for path in written),
                "dossier": dg.MetadataValue.path(str(folder)),
            },
        )

    return asset
