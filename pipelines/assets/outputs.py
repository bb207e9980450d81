"""From observations to a release: the common steps of the chain, and the watch over publications.

Belongs here: the assets downstream of every dataset. Does not belong here: what they compute
(``indicators``), nor how a release is written (``pipelines.release``) and published (``publication``).
"""
# Dagster reads the annotations of an asset as objects: no ``from __future__ import annotations`` here.

import datetime as dt
import importlib.metadata
import json
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from indicators import references
from indicators.analysis import methods
from indicators.analysis.run import analyse
from indicators.comparison import compare
from indicators.compute import compute_values
from indicators.elsewhere import compute_elsewhere
from indicators.facts import confront
from indicators.model import Theme
from indicators.registry import INDICATORS, variables
from indicators.schemas import validate_observations, validate_values
from indicators.secrecy import mask
from pipelines import checks, deposited, ingestion, metadata, plausible, publication, release
from pipelines.assets.parts import (
    AGREEMENT,
    ANALYSES,
    CHAIN,
    COMPARISONS,
    CONFORM,
    DEPOSITS,
    JUMPS,
    OBSERVATIONS,
    PLAUSIBLE,
    RELEASE,
    TERRITORIES,
    VALUES,
    WATCH,
    Result,
    blocking,
    check,
    french_failure,
    warning,
)
from pipelines.decisions import undecided
from pipelines.freshness import expectations
from pipelines.tables import FOLLOWED, MEMBERSHIP, OBSERVATION, VALUE
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue
from sources.model import Dataset
from sources.territories import Territories
from sources.vocabulary import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

WRITTEN = (
    *("territory", "membership", "geometry", "goalpost", "correspondence"),
    *("observation", "extract", "plausibility", "set_aside", "value", "comparison", "fact", "analysis"),
)
"""Tables the steps before the release leave in the work folder."""


class Options(dg.Config):
    """How a run ends."""

    publish: bool = True


def observations_asset(
    catalogue: Catalogue, territories: Territories, held: list[Dataset], awaited: list[Dataset]
) -> dg.AssetsDefinition:
    """Return the asset that puts all observations together."""
    names = [dataset.id for dataset in held]

    @dg.asset(
        name=OBSERVATIONS,
        group_name=CHAIN,
        deps=[*names, *(dataset.id for dataset in awaited), DEPOSITS, PLAUSIBLE],
        kinds={"polars"},
        description="Toutes les observations, avec leur statut et leur place dans le fichier du "
        "producteur\u00a0; les extraits déposés y remplacent les extraits embarqués.",
        check_specs=[
            check(OBSERVATIONS, CONFORM, "Les mêmes règles, sur l’ensemble.", blocking=True),
            check(OBSERVATIONS, AGREEMENT, "Deux jeux de données ne donnent pas deux chiffres pour un."),
        ],
    )
    def asset(workspace: Workspace) -> Result:
        import polars as pl

        embedded = tuple(
            pl.concat([workspace.read(f"{kind}/{name}") for name in names])
            for kind in ("observations", "extracts")
        )
        out = plausible.not_accepted(workspace.read("tables/plausibility"))
        dropped, gone = plausible.kept_out(workspace.read(f"observations/{DEPOSITS}"), out)
        moved = [gone]
        for folder in sorted(workspace.raw_elsewhere.glob("*")):
            # Without a memory map: Windows refuses to replace a mapped file at the next refresh.
            parts = [pl.read_parquet(path, memory_map=False) for path in sorted(folder.glob("*"))]
            # Files in the order of their digests, rows in the order of their lines: no sort of every column.
            ordered = pl.concat(part.sort("line", maintain_order=True) for part in parts)
            rows, gone = plausible.kept_out(ordered, out)
            workspace.elsewhere.keep(OBSERVATION, rows)
            moved.append(gone)
        accounts = plausible.recounted(workspace.read(f"extracts/{DEPOSITS}"), moved)
        observations, extracts = ingestion.merge(
            (embedded[0], embedded[1]), (plausible.spared(dropped, embedded[0], out), accounts)
        )
        notes = plausible.notes_on(workspace.read("tables/extract_note"), accounts, out)
        workspace.write("tables/extract_note_all", notes)
        workspace.write("tables/observation", observations)
        workspace.write("tables/extract", extracts)
        files = dict(extracts.select("extract", "file").iter_rows())

        def validate() -> None:
            validate_observations(observations, catalogue.datasets, territories.territory, files)
            checks.validate_elsewhere(workspace.elsewhere, OBSERVATION, catalogue, files)

        return dg.MaterializeResult(
            metadata={
                "observations": observations.height,
                "fichiers": extracts.height,
                "remplacées": int(extracts["cells_replaced"].sum()),
            },
            check_results=[
                blocking(CONFORM, validate),
                warning(
                    AGREEMENT, checks.disagreement_warning(pl.concat([observations, *_quarters(workspace)]))
                ),
            ],
        )

    return asset


def values_asset(catalogue: Catalogue, territories: Territories) -> dg.AssetsDefinition:
    """Return the asset of the values of all indicators."""

    @dg.asset(
        name=VALUES,
        group_name=CHAIN,
        deps=[OBSERVATIONS],
        kinds={"polars"},
        description=f"Les {len(INDICATORS)} indicateurs déclarés, IDH-4 compris, à chaque échelle et pour "
        "chaque année que les extraits permettent\u00a0; les autres disent ce qu’ils attendent.",
        check_specs=[
            check(VALUES, CONFORM, "Bornes, intervalles, rapports, statuts et territoires.", blocking=True),
            check(VALUES, JUMPS, "Pas de forte révision depuis la publication actuelle."),
        ],
    )
    def asset(workspace: Workspace) -> Result:
        import polars as pl

        observations = workspace.read("tables/observation")
        sums, elsewhere = _values_elsewhere(workspace, observations, catalogue, territories)
        values = compute_values(observations, territories, catalogue, sums)
        workspace.write("tables/value", values)
        figures = values.filter(pl.col("value").is_not_null())["indicator"].unique()
        # The IDH-4 is the introduction of the barometer, not one of its indicators.
        listed = [i.id for i in INDICATORS if i.theme is not Theme.IDH4]
        statuses = dict(values.group_by("status").len().sort("status").iter_rows())
        present = publication.current(workspace.home)
        before = release.read_table(workspace.home.releases / present.file, "value") if present else None

        def validate() -> None:
            validate_values(values, INDICATORS, territories.territory)
            checks.validate_elsewhere(workspace.elsewhere, VALUE, catalogue, {})

        return dg.MaterializeResult(
            metadata={
                "valeurs": values.height,
                "indicateurs calculés": len(set(listed) & set(figures)),
                "indicateurs déclarés": len(listed),
                "valeurs du reste de la France": elsewhere,
                **statuses,
            },
            check_results=[
                blocking(CONFORM, validate),
                warning(JUMPS, checks.jump_warning(values, before)),
            ],
        )

    return asset


def _quarters(workspace: Workspace) -> "Iterator[pl.DataFrame]":
    """Yield the observations of the other quarters of France: several producers give the same figures."""
    import polars as pl

    for part in workspace.elsewhere.of(OBSERVATION):
        yield part.filter(pl.col("level") == Level.QPV.value).drop(FOLLOWED)


def _values_elsewhere(
    workspace: Workspace, ours: "pl.DataFrame", catalogue: Catalogue, territories: Territories
) -> "tuple[pl.DataFrame | None, int]":
    """Compute and keep the values of the rest of France.

    Returns:
        The sums of communes of our own reference territories, and how many rows the rest makes.
    """
    import polars as pl

    files = sorted((workspace.elsewhere.folder / OBSERVATION.name).glob("*.parquet"))
    if not files:
        return None, 0
    wanted = pl.col("variable").is_in(list(variables()))
    needed = pl.scan_parquet(files).filter(wanted).collect()
    # The communes we follow are a part of their département too.
    communes = ours.filter(wanted & (pl.col("level") == Level.COMMUNE.value)).select(needed.columns)
    values = compute_elsewhere(pl.concat([needed, communes]), catalogue, _areas(workspace, territories))
    followed = territories.territory.select("level", "code", "perimeter")
    key = followed.columns
    rest = values.join(followed, on=key, how="anti", nulls_equal=True)
    workspace.elsewhere.keep(VALUE, rest)
    sums = values.filter(pl.col("origin") == "sum").join(followed, on=key, how="semi", nulls_equal=True)
    # Of our own EPCI the communes are all known: its sum is made with them.
    return sums.filter(pl.col("level") != Level.EPCI.value), rest.height


def _areas(workspace: Workspace, territories: Territories) -> "pl.DataFrame | None":
    """Communes of the larger territories, where the official code that lists them all is there."""
    import polars as pl

    links = ["level", "code", "parent_level", "parent_code"]
    listed = pl.concat([MEMBERSHIP.schema.to_frame(), *workspace.elsewhere.of(MEMBERSHIP)]).select(links)
    if not listed.height:
        return None
    return references.places(
        pl.concat([territories.membership.select(links), listed]), territories.home.metropole.code
    )


def comparisons_asset(territories: Territories) -> dg.AssetsDefinition:
    """Return the asset of comparisons and published facts."""

    @dg.asset(
        name=COMPARISONS,
        group_name=CHAIN,
        deps=[VALUES],
        kinds={"polars"},
        description="Chaque valeur face à ses références, et les chiffres publiés ailleurs face aux nôtres.",
    )
    def asset(workspace: Workspace) -> Result:
        values = workspace.read("tables/value")
        comparisons, facts = compare(values, territories), confront(values, territories)
        workspace.write("tables/comparison", comparisons)
        workspace.write("tables/fact", facts)
        return dg.MaterializeResult(metadata={"comparaisons": comparisons.height, "faits": facts.height})

    return asset


def analyses_asset(catalogue: Catalogue, territories: Territories) -> dg.AssetsDefinition:
    """Return the asset of what is read out of the values: answers, priority, trends, typology."""

    @dg.asset(
        name=ANALYSES,
        group_name=CHAIN,
        deps=[OBSERVATIONS, VALUES],
        kinds={"polars"},
        description="Besoin général ou concentré, ordre de priorité, évolutions, typologie, passage des "
        "quartiers de 2015 à 2024, sensibilité de l’IDH-4.",
    )
    def asset(workspace: Workspace) -> Result:
        values, elsewhere = _with_region(workspace, territories)
        rows = analyse(values, workspace.read("tables/observation"), territories, catalogue, elsewhere)
        workspace.write("tables/analysis", rows)
        kinds = dict(rows.group_by("analysis").len().sort("analysis").iter_rows())
        return dg.MaterializeResult(metadata={"lignes": rows.height, **kinds})

    return asset


def _with_region(
    workspace: Workspace, territories: Territories
) -> "tuple[pl.DataFrame, pl.DataFrame | None]":
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
    near = [
        part.join(communes.select("level", "code"), on=["level", "code"], how="semi")
        for part in workspace.elsewhere.of(VALUE)
    ]
    return pl.concat([ours, *near]), communes


def release_asset(catalogue: Catalogue, territories: Territories) -> dg.AssetsDefinition:
    """Return the asset that builds, verifies and publishes a release."""

    @dg.asset(
        name=RELEASE,
        group_name=CHAIN,
        deps=[TERRITORIES, OBSERVATIONS, VALUES, COMPARISONS, ANALYSES],
        kinds={"duckdb"},
        description="Un seul fichier DuckDB, rouvert et vérifié de nouveau avant de remplacer le précédent.",
    )
    def asset(workspace: Workspace, config: Options) -> Result:
        with french_failure():
            tables = _tables(workspace, catalogue, territories)
        created = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        content = release.content_hash(tables, workspace.elsewhere)
        held = undecided(tables["plausibility"]).height
        record = json.loads((workspace.home.work / f"{DEPOSITS}.json").read_text(encoding="utf-8"))
        # What nobody decided of is never published by default, nor without a file somebody expected to count.
        announce = config.publish and held == 0 and not record["set_aside"]
        identity = release.Identity(
            release_id=publication.new_id(content, created),
            created_at=created,
            content_hash=content,
            fingerprint=workspace.inputs,
            epci_code=territories.home.epci.code,
            epci_name=territories.home.epci.nom,
            version=_version(),
        )

        def card(size: int) -> publication.Published:
            usable = checks.usable_counts(tables["observation"])
            values = tables["value"]["value"].count()
            moment = f"{created:%Y-%m-%dT%H:%M:%SZ}"
            return publication.Published(
                identity.release_id,
                moment,
                content,
                identity.fingerprint,
                size,
                values,
                usable,
                held=held,
            )

        def build(path: Path) -> None:
            release.build_release(path, tables, identity, workspace.elsewhere)

        def verify(path: Path) -> None:
            checks.verify_release(path, catalogue, territories, content)

        with french_failure():
            published = publication.publish(
                workspace.home, card, build, verify, identity.release_id, announce=announce
            )
        if announce:
            deposited.keep_deposits(
                workspace.home,
                [deposited.Deposit(**{**d, "path": Path(d["path"])}) for d in record["deposits"]],
            )
        return dg.MaterializeResult(
            data_version=dg.DataVersion(content),
            metadata={
                "identifiant": published.release_id,
                "empreinte": content,
                "octets": published.size,
                "publiée": announce,
                "à revoir": held,
            },
        )

    return asset


def _tables(
    workspace: Workspace, catalogue: Catalogue, territories: Territories
) -> "dict[str, pl.DataFrame]":
    """Every table of the release but its identity card."""
    tables = {name: workspace.read(f"tables/{name}") for name in WRITTEN}
    tables["observation"] = mask(tables["observation"], tables["value"], catalogue)
    tables["extract_note"] = workspace.read("tables/extract_note_all")
    tables |= metadata.indicator_tables(INDICATORS, catalogue, territories.home.contrat.indicateurs)
    tables |= metadata.dataset_tables(catalogue, tables["extract"], tables["observation"])
    tables["method"] = methods.rows()
    tables["perimeter_break"] = metadata.perimeter_breaks(territories.home)
    tables["local"] = metadata.local_table(workspace.home.local, territories, INDICATORS)
    tables["awaited"] = metadata.awaited_table(INDICATORS, catalogue, tables["value"], tables["extract"])
    return tables


def _version() -> str:
    try:
        return importlib.metadata.version("barometre-cohesion-sociale")
    except importlib.metadata.PackageNotFoundError:
        return "non installé"


def watch_asset(catalogue: Catalogue) -> dg.AssetsDefinition:
    """Return the asset that lists the publications that are late."""

    @dg.asset(
        name=WATCH,
        group_name=CHAIN,
        description="Les millésimes dont le mois de parution est passé et qui manquent à la publication.",
    )
    def asset(workspace: Workspace) -> Result:
        today = dt.date.today()
        late = [e for e in expectations(catalogue, workspace.home) if e.overdue(today)]
        lines = [f"- **{e.dataset.title}**\u00a0: {e.message(today)}" for e in late]
        return dg.MaterializeResult(
            metadata={
                "en retard": len(late),
                "liste": dg.MetadataValue.md("\n".join(lines) or "Aucun retard."),
            }
        )

    return asset
