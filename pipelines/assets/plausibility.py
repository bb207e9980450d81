"""Whether dropped files can be believed: what is held for review before anything is computed from it.

Belongs here: the asset and its check. Does not belong here: the rules (``indicators.plausibility``), the
decisions.
"""

from __future__ import annotations

from pipelines import plausible
from pipelines.assets.asset import Asset, Check, Made, warning
from pipelines.assets.parts import (
    DEPOSITS,
    HELD,
    PLAUSIBLE,
    french_failure,
)
from pipelines.decisions import undecided
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue
from sources.french import typographic
from sources.model import Dataset
from sources.territory.declared import Territories


def plausibility_asset(catalogue: Catalogue, territories: Territories, held: list[Dataset]) -> Asset:
    """Return the asset that reviews the dropped files."""
    names = [dataset.id for dataset in held]

    def asset(workspace: Workspace) -> Made:
        import polars as pl

        dropped, accounts = (workspace.read(f"{kind}/{DEPOSITS}") for kind in ("observations", "extracts"))
        past = pl.concat([workspace.read(f"observations/{name}") for name in names])
        marks = workspace.read("tables/mark")
        with french_failure():
            latest = workspace.record()["latest"]
            found = plausible.assess(
                workspace, past, dropped, accounts, latest, marks, catalogue, territories
            )
        workspace.write("tables/plausibility", found)
        waiting = undecided(found).height
        said = f"{waiting} à revoir : bcs revue." if waiting else None
        return Made(
            metadata={"retenus": found.height, "à revoir": waiting},
            checks=[warning(HELD, typographic(said) if said else None)],
        )

    return Asset(
        name=PLAUSIBLE,
        deps=[*names, DEPOSITS],
        kinds={"polars"},
        description="Les fichiers déposés face au passé des territoires, aux autres colonnes et aux valeurs "
        "plausibles\u00a0; ce qui étonne est retenu jusqu’à ce qu’une personne décide (bcs revue).",
        checks=[Check(HELD, "Rien n’attend de décision.")],
        run=asset,
    )
