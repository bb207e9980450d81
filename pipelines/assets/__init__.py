"""The asset graph: one asset per dataset of the catalogue, then the steps that lead to a release.

Belongs here: assets, their descriptions, their checks. Does not belong here: what a step computes; an asset
reads, calls, writes and reports.
"""

from __future__ import annotations

from indicators.registry import INDICATORS, declaration_problems
from pipelines.assets import inputs, outputs, plausibility, publication
from pipelines.assets.asset import Asset
from pipelines.assets.parts import is_embedded
from sources.catalogue import Catalogue
from sources.problems import Problem, ValidationFailed
from sources.territory.declared import Territories


def refreshed_assets(catalogue: Catalogue, territories: Territories) -> list[Asset]:
    """Return the assets of a refresh, each after those it depends on."""
    held = [d for d in catalogue.datasets.values() if is_embedded(d)]
    awaited = [d for d in catalogue.datasets.values() if not is_embedded(d)]
    return [
        inputs.territories_asset(territories),
        # Before the embedded files: a faulty deposit is named before the long work.
        inputs.deposits_asset(catalogue, territories, {d.id for d in awaited}),
        *(inputs.dataset_asset(dataset, catalogue.extracts, territories) for dataset in held),
        plausibility.plausibility_asset(catalogue, territories, held),
        outputs.observations_asset(catalogue, territories, held, awaited),
        outputs.values_asset(catalogue, territories),
        outputs.comparisons_asset(territories),
        outputs.analyses_asset(catalogue, territories),
        publication.candidate_asset(catalogue, territories),
    ]


def check_declarations() -> None:
    """Look at the declarations of the indicators, before anything is read.

    Raises:
        ValidationFailed: an indicator is not declared as it should be.
    """
    faults = declaration_problems(INDICATORS)
    if faults:
        wanted = "une déclaration cohérente"
        raise ValidationFailed([Problem("indicators/themes", None, None, fault, wanted) for fault in faults])
