"""From observations to a release: the common steps of the chain, and the watch over publications.

Belongs here: the assets between the datasets and the candidate (``assets.publication``). Does not belong
here: what they compute (``indicators``), nor how a release is written (``pipelines.release``) and published
(``publication``).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from indicators import peers
from indicators.analysis.run import analyse
from indicators.comparison import compare
from indicators.compute import compute_values
from indicators.elsewhere import rested_on
from indicators.facts import confront
from indicators.model import Theme
from indicators.plausibility import frame_of
from indicators.registry import INDICATORS
from indicators.resolve import priorities
from indicators.schemas import validate_observations, validate_values
from indicators.standings import standings
from indicators.structure import VARIABLES
from pipelines import checks, plausible, publication, release, secrecy
from pipelines.assets.asset import Asset, Check, Made, Markdown, blocking, warning
from pipelines.assets.elsewhere import values_elsewhere
from pipelines.assets.parts import (
    AGREEMENT,
    ANALYSES,
    COMPARISONS,
    CONFORM,
    COVERAGE,
    DEPOSITS,
    JUMPS,
    OBSERVATIONS,
    PLAUSIBLE,
    SECRECY,
    VALUES,
    WATCH,
    french_failure,
)
from pipelines.freshness import expectations
from pipelines.kept import Kept
from pipelines.tables import FOLLOWED, MEMBERSHIP, OBSERVATION, TERRITORY, VALUE
from pipelines.united import Read, unite
from pipelines.workspace import Workspace
from sources import files
from sources.catalogue import Catalogue, expanded
from sources.model import Dataset
from sources.territory.declared import Territories
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl


def observations_asset(
    catalogue: Catalogue, territories: Territories, held: list[Dataset], awaited: list[Dataset]
) -> Asset:
    """Return the asset that puts all observations together."""
    names = [dataset.id for dataset in held]

    def asset(workspace: Workspace) -> Made:
        kept, raw, territory = workspace.parsed, workspace.raw(), territories.territory
        file = workspace.file
        read = Read(
            embedded=[file(f"observations/{name}") for name in names],
            embedded_accounts=[file(f"extracts/{name}") for name in names],
            dropped=file(f"observations/{DEPOSITS}"),
            dropped_accounts=file(f"extracts/{DEPOSITS}"),
            notes=file("tables/extract_note"),
            plausibility=file("tables/plausibility"),
            raw=raw,
        )
        # No figure is made of the other variables, but their files were reviewed whole.
        variables = {
            one.name: rested_on(INDICATORS, expanded(catalogue.datasets[one.name.partition("@")[0]]))
            for one in raw
        }
        united = unite(read, variables, kept)
        workspace.put("tables/extract_note_all", united.notes)
        workspace.put("tables/observation", united.observations)
        workspace.put("tables/extract", united.accounts)
        for name, rows in united.parts.items():
            workspace.elsewhere.keep_file(OBSERVATION, name, rows)
        observations, extracts = united.observations.frame(), united.accounts.frame()
        files = dict(extracts.select("extract", "file").iter_rows())
        declared = kept.digest(catalogue.datasets), kept.digest(territory)

        def conform() -> None:
            # The rest of France is checked once, in the built file (``checks.verify_release``).
            validate_observations(observations, catalogue.datasets, territory, files)

        return Made(
            metadata={
                "observations": observations.height,
                "fichiers": extracts.height,
                "remplacées": int(extracts["cells_replaced"].sum()),
            },
            checks=[
                blocking(
                    CONFORM,
                    lambda: kept.once(
                        kept.key(validate_observations, united.observations, *declared), conform
                    ),
                ),
                warning(AGREEMENT, united.disagreement),
                warning(
                    COVERAGE,
                    checks.coverage_warning(
                        checks.usable_counts(observations),
                        publication.current(workspace.home),
                        {one.id: one.title for one in catalogue.datasets.values()},
                    ),
                ),
            ],
        )

    return Asset(
        name=OBSERVATIONS,
        deps=[*names, *(dataset.id for dataset in awaited), DEPOSITS, PLAUSIBLE],
        kinds={"polars"},
        description="Toutes les observations, avec leur statut et leur place dans le fichier du "
        "producteur\u00a0; les extraits déposés y remplacent les extraits embarqués.",
        checks=[
            Check(CONFORM, "Les mêmes règles, sur l’ensemble.", blocking=True),
            Check(AGREEMENT, "Deux jeux de données ne donnent pas deux chiffres pour un."),
            Check(COVERAGE, "Pas moins de chiffres que dans la publication actuelle."),
        ],
        run=asset,
    )


def values_asset(catalogue: Catalogue, territories: Territories) -> Asset:
    """Return the asset of the values of all indicators."""

    def asset(workspace: Workspace) -> Made:
        import polars as pl

        observations = workspace.read("tables/observation")
        sums, outside, elsewhere = values_elsewhere(workspace, observations, catalogue, territories)
        computed = compute_values(observations, territories, catalogue, sums)
        assessed, held = plausible.assess_values(workspace, computed, observations, INDICATORS)
        with french_failure():
            # Before anything is computed from them: a comparison or a rank would say again what is withheld.
            values, withheld, audit = secrecy.protected(
                observations, assessed, workspace.home, catalogue, territories
            )
        workspace.write("tables/value", values)
        workspace.write("tables/secrecy_audit", audit)
        also = [outside, frame_of(secrecy.withheld_findings(withheld, catalogue))]
        shown = plausible.told(workspace, pl.concat(also))
        workspace.write("tables/plausible_values", pl.concat([held, shown]))
        figures = values.filter(pl.col("value").is_not_null())["indicator"].unique()
        # The IDH-4 is the introduction of the barometer, not one of its indicators.
        listed = [i.id for i in INDICATORS if i.theme is not Theme.IDH4]
        statuses = dict(values.group_by("status").len().sort("status").iter_rows())
        present = publication.current(workspace.home)
        before = release.read_table(workspace.home.releases / present.file, "value") if present else None

        return Made(
            metadata={
                "valeurs": values.height,
                "chiffres": values["value"].count(),
                "indicateurs calculés": len(set(listed) & set(figures)),
                "indicateurs déclarés": len(listed),
                "valeurs du reste de la France": elsewhere,
                **statuses,
            },
            checks=[
                blocking(CONFORM, lambda: validate_values(values, INDICATORS, territories.territory)),
                warning(JUMPS, checks.jump_warning(values, before)),
                warning(SECRECY, secrecy.told(withheld)),
            ],
        )

    return Asset(
        name=VALUES,
        deps=[OBSERVATIONS],
        kinds={"polars"},
        description=f"Les {len(INDICATORS)} indicateurs déclarés, IDH-4 compris, à chaque échelle et pour "
        "chaque année que les extraits permettent\u00a0; les autres disent ce qu’ils attendent.",
        checks=[
            Check(CONFORM, "Bornes, intervalles, rapports, statuts et territoires.", blocking=True),
            Check(JUMPS, "Pas de forte révision depuis la publication actuelle."),
            Check(SECRECY, "Aucun chiffre de plus à cacher pour protéger ceux qui le sont."),
        ],
        run=asset,
    )


def comparisons_asset(territories: Territories) -> Asset:
    """Return the asset of comparisons and published facts."""

    def asset(workspace: Workspace) -> Made:
        values = workspace.read("tables/value")
        comparisons, facts = compare(values, territories), confront(values, territories)
        workspace.write("tables/comparison", comparisons)
        workspace.write("tables/fact", facts)
        return Made(metadata={"comparaisons": comparisons.height, "faits": facts.height})

    return Asset(
        name=COMPARISONS,
        deps=[VALUES],
        kinds={"polars"},
        description="Chaque valeur face à ses références, et les chiffres publiés ailleurs face aux nôtres.",
        run=asset,
    )


def analyses_asset(catalogue: Catalogue, territories: Territories) -> Asset:
    """Return the asset of what is read out of the values: answers, priority, trends, typology."""

    def asset(workspace: Workspace) -> Made:
        values, elsewhere = _with_region(workspace, territories)
        comparisons, observations = workspace.read("tables/comparison"), workspace.read("tables/observation")
        rows = analyse(values, comparisons, observations, territories, catalogue, elsewhere)
        workspace.write("tables/analysis", rows)
        for name, frame in _peers(workspace, catalogue, territories).items():
            workspace.write(f"tables/{name}", frame)
        kinds = dict(rows.group_by("analysis").len().sort("analysis").iter_rows())
        return Made(metadata={"lignes": rows.height, **kinds})

    return Asset(
        name=ANALYSES,
        deps=[OBSERVATIONS, VALUES, COMPARISONS],
        kinds={"polars"},
        description="Besoin général ou concentré, ordre de priorité, évolutions, typologie, passage des "
        "quartiers de 2015 à 2024, sensibilité de l’IDH-4.",
        run=asset,
    )


def _peers(workspace: Workspace, catalogue: Catalogue, territories: Territories) -> dict[str, pl.DataFrame]:
    """Return the tables of the communes alike, by name: among ours, then in France where it is known."""
    import polars as pl

    commune = pl.col("level") == Level.COMMUNE.value
    own = workspace.read("tables/observation").filter(commune, pl.col("variable").is_in(sorted(VARIABLES)))
    near = dict(territories.territory.filter(commune & pl.col("in_epci")).select("code", "name").iter_rows())
    priority, kept = priorities(catalogue), workspace.parsed
    telling = {name for name, one in catalogue.datasets.items() if VARIABLES & expanded(one).keys()}
    parts = [
        files.digest(path)
        for path in workspace.elsewhere.files(OBSERVATION)
        if path.stem.partition("@")[0] in telling
    ]
    places = [files.digest(path) for path in workspace.elsewhere.files(TERRITORY)]
    key = Kept.key(peers.alike, own, priority, near, parts, places)
    found = kept.find(key)
    if found is None:
        france, others = None, dict[str, str]()
        if parts:
            wanted = {"level": [Level.COMMUNE.value], "variable": VARIABLES}
            rest = workspace.elsewhere.where(OBSERVATION, wanted)
            france = pl.concat([own, rest.select(own.columns)])
            for part in workspace.elsewhere.of(TERRITORY):
                others |= dict(part.filter(commune).select("code", "name").iter_rows())
        found = kept.keep(key, None, peers.alike(own, priority, near, france, others))
    tables = {name: one.frame() for name, one in found.frames.items()}
    values, far = workspace.read("tables/value"), tables["peer"].filter(scope=peers.FRANCE)["peer"].unique()
    if far.len():
        theirs = workspace.elsewhere.where(VALUE, {"code": far.to_list()})
        values = pl.concat([values, theirs.select(values.columns)])
    return {**tables, "peer_standing": standings(tables["peer"], values)}


def _with_region(workspace: Workspace, territories: Territories) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Return the values with those of the other communes of our région, and where these communes are."""
    import polars as pl

    ours = workspace.read("tables/value").with_columns(pl.lit(True).alias(FOLLOWED))
    places = [part.drop(FOLLOWED) for part in workspace.elsewhere.of(MEMBERSHIP)]
    if not places:
        return ours, None
    communes = places[0].filter(
        (pl.col("parent_level") == Level.REGION.value)
        & (pl.col("parent_code") == territories.home.region.code)
    )
    in_region = {"level": [Level.COMMUNE.value], "code": communes["code"].to_list()}
    near = workspace.elsewhere.where(VALUE, in_region).with_columns(pl.lit(False).alias(FOLLOWED))
    return pl.concat([ours, near.select(ours.columns)]), communes


def watch_asset(catalogue: Catalogue) -> Asset:
    """Return the asset that lists the publications that are late."""

    def asset(workspace: Workspace) -> Made:
        today = dt.date.today()
        late = [e for e in expectations(catalogue, workspace.home) if e.overdue(today)]
        lines = [f"- **{e.dataset.title}**\u00a0: {e.message(today)}" for e in late]
        return Made(
            metadata={
                "en retard": len(late),
                "liste": Markdown("\n".join(lines) or "Aucun retard."),
            }
        )

    return Asset(
        name=WATCH,
        description="Les millésimes dont le mois de parution est passé et qui manquent à la publication.",
        run=asset,
    )
