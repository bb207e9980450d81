"""What Dagster loads: the graph, the jobs, the sensor on the inbox, the watch over publications.

``dagster dev`` finds :func:`defs` through ``[tool.dagster]`` in pyproject.toml; ``bcs actualiser`` runs the
assets of the same graph (``refresh``). Nothing is read when this module is imported.
"""

from __future__ import annotations

import datetime as dt
import time

import dagster as dg

from pipelines import publication
from pipelines.assets import check_declarations
from pipelines.assets.graph import Shared, build_assets
from pipelines.assets.parts import DIAGNOSTICS, RELEASE, WATCH
from pipelines.fingerprint import dropped_files
from pipelines.freshness import expectations
from pipelines.home import Home
from pipelines.inputs import inputs
from sources.catalogue import Catalogue, load_catalogue
from sources.territory.files import load_territories

REFRESH, PUBLISH = "actualisation_annuelle", "publier"
WATCH_JOB, DOCUMENTS_JOB = "veille", "documents_des_communes"
SETTLED = 30
"""Seconds without a change before a dropped file is taken as wholly copied."""


def build_defs(workspace: Shared | None = None) -> dg.Definitions:
    """Return the definitions.

    Args:
        workspace: where to work; ``$BCS_HOME`` by default.

    Raises:
        ValidationFailed: an indicator is not declared as it should be, before anything is read.
    """
    check_declarations()
    catalogue = load_catalogue()
    workspace = workspace or Shared()
    home = Home.locate(workspace.root)
    watched, documents = dg.AssetSelection.assets(WATCH), dg.AssetSelection.assets(DIAGNOSTICS)
    published = dg.AssetSelection.assets(RELEASE)
    refresh = dg.define_asset_job(
        REFRESH,
        selection=dg.AssetSelection.all() - watched - documents - published,
        executor_def=dg.in_process_executor,
        description="Actualisation annuelle\u00a0: lire les extraits, calculer, vérifier, et s’arrêter à une "
        "candidate. Rien n’est publié.",
    )
    publish = dg.define_asset_job(
        PUBLISH,
        selection=published,
        executor_def=dg.in_process_executor,
        description="Publier la dernière candidate, ou celle qu’on nomme, en disant qui et pourquoi.",
    )
    watch = dg.define_asset_job(
        WATCH_JOB,
        selection=watched,
        executor_def=dg.in_process_executor,
        description="Dresser la liste des millésimes attendus et non déposés.",
    )
    exports = dg.define_asset_job(
        DOCUMENTS_JOB,
        selection=documents,
        executor_def=dg.in_process_executor,
        description="Les documents « Priorités Communales » de toutes les communes.",
    )
    return dg.Definitions(
        assets=build_assets(catalogue, load_territories()),
        jobs=[refresh, publish, watch, exports],
        sensors=[_inbox_sensor(home)],
        schedules=[_watch_schedule(catalogue, home)],
        resources={"workspace": workspace},
        # A process per step would cost two seconds of import each.
        executor=dg.in_process_executor,
    )


def _inbox_sensor(home: Home) -> dg.SensorDefinition:
    @dg.sensor(
        name="depot",
        job_name=REFRESH,
        minimum_interval_seconds=60,
        description="Lance la mise à jour quand un fichier du dossier de dépôt apparaît ou change.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        files = list(dropped_files([home.inbox]))
        if any(time.time() - path.stat().st_mtime < SETTLED for path in files):
            return dg.SkipReason("Un fichier est peut-être encore en cours de copie.")
        state = inputs(home)
        if state == context.cursor or (context.cursor is None and not files):
            return dg.SkipReason("Rien de nouveau dans le dossier de dépôt.")
        present = publication.current(home)
        if any(state == made.fingerprint for made in (present, *publication.candidates(home)) if made):
            context.update_cursor(state)
            return dg.SkipReason("La publication ou la candidate est déjà faite de ces fichiers.")
        context.update_cursor(state)
        return dg.RunRequest(run_key=state)

    return sensor


def _watch_schedule(catalogue: Catalogue, home: Home) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="veille_mensuelle",
        job_name=WATCH_JOB,
        cron_schedule="0 7 2 * *",
        execution_timezone="Europe/Paris",
        description="Le 2 de chaque mois\u00a0: quels millésimes devraient être parus\u00a0?",
    )
    def schedule(_context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        today = dt.date.today()
        if not any(e.overdue(today) for e in expectations(catalogue, home)):
            return dg.SkipReason("Aucun millésime en retard.")
        return dg.RunRequest()

    return schedule


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions ``dagster dev`` serves."""
    return build_defs()
