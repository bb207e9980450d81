"""The asset graph: one asset per dataset of the catalogue, then the steps that lead to a release.

Belongs here: assets, their descriptions, their checks. Does not belong here: what a step computes; an asset
reads, calls, writes and reports.
"""

from __future__ import annotations

import dagster as dg

from pipelines.assets import diagnostics, inputs, outputs, plausibility, publication
from pipelines.assets.parts import is_embedded
from sources.catalogue import Catalogue
from sources.territory.declared import Territories


def build_assets(catalogue: Catalogue, territories: Territories) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Return the whole graph.

    Args:
        catalogue: one asset per dataset that ships an extract; the others are external, and materialised
            when their extract is dropped.
        territories: declarations of the territory.
    """
    held = [d for d in catalogue.datasets.values() if is_embedded(d)]
    awaited = [d for d in catalogue.datasets.values() if not is_embedded(d)]
    return [
        inputs.territories_asset(territories),
        *(inputs.dataset_asset(dataset, catalogue.extracts, territories) for dataset in held),
        *(inputs.awaited_spec(dataset) for dataset in awaited),
        inputs.deposits_asset(catalogue, territories, {d.id for d in awaited}),
        plausibility.plausibility_asset(catalogue, territories, held),
        outputs.observations_asset(catalogue, territories, held, awaited),
        outputs.values_asset(catalogue, territories),
        outputs.comparisons_asset(territories),
        outputs.analyses_asset(catalogue, territories),
        publication.candidate_asset(catalogue, territories),
        publication.publication_asset(),
        outputs.watch_asset(catalogue),
        diagnostics.diagnostics_asset(),
    ]
