"""Running the refresh job in this process, and what came of it.

Belongs here: the call of Dagster by the command line. Does not belong here: the graph (``definitions``), nor
what is printed (``cli``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from pipelines.assets.parts import CANDIDATE, LABELS, OVERDUE, is_embedded
from pipelines.definitions import REFRESH, build_defs
from pipelines.faults import NAME
from pipelines.home import Home
from pipelines.progress import LOGGER, Step, chain, interrupted, logger_config
from pipelines.terminal import system_failure
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

if TYPE_CHECKING:
    from dagster_shared.error import SerializableErrorInfo


@dataclass(frozen=True)
class Outcome:
    """How a refresh ended."""

    failures: tuple[str, ...]
    """French messages, one or several lines each; empty when all went well."""
    warnings: tuple[str, ...]
    late: tuple[str, ...]
    """Datasets of which a newer millésime should be out."""
    metadata: Mapping[str, Mapping[str, object]]
    """Metadata of each asset, by name."""
    tracebacks: tuple[str, ...] = ()

    @property
    def release_id(self) -> str | None:
        """Identifier of the release built, if any."""
        found = self.metadata.get(CANDIDATE, {}).get("identifiant")
        return str(found) if found else None


def labels() -> dict[str, str]:
    """Return what a person reads for each step."""
    return {**LABELS, **{d.id: d.title for d in load_catalogue().datasets.values()}}


def steps() -> int:
    """Return how many steps a refresh has."""
    return len(LABELS) + sum(is_embedded(d) for d in load_catalogue().datasets.values())


def run(
    home: Home,
    inbox: Path | None,
    listener: Callable[[Step], None],
    *,
    ignore_unknown: bool = False,
    without: Sequence[str] = (),
) -> Outcome:
    """Materialise every asset up to a candidate in this process.

    Args:
        home: where to work.
        inbox: one more folder of dropped extracts.
        listener: called at each step.
        ignore_unknown: leave unknown dropped files aside.
        without: accepted files to do without.
    """
    workspace = Workspace(
        root=str(home.root),
        inbox=str(inbox) if inbox else None,
        ignore_unknown=ignore_unknown,
        without=list(without),
    )
    definitions = build_defs(workspace=workspace, loggers={LOGGER: logger_config(listener)})
    configuration: dict[str, Any] = {"loggers": {LOGGER: {"config": {}}}}
    settings = {"telemetry": {"enabled": False}}
    with dg.DagsterInstance.ephemeral(settings=settings) as instance:
        result = definitions.resolve_job_def(REFRESH).execute_in_process(
            instance=instance, raise_on_error=False, run_config=configuration
        )
    if any(interrupted(event) for event in result.all_events):
        raise KeyboardInterrupt
    names = labels()
    failures: list[str] = []
    warnings: list[str] = []
    late: list[str] = []
    tracebacks: list[str] = []
    metadata: dict[str, Mapping[str, object]] = {}
    blocked = set()
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            name = check.asset_key.to_user_string()
            text = f"{names.get(name, name)}\u00a0: {check.description}"
            if check.check_name == OVERDUE:
                late.append(names.get(name, name))
            elif check.severity is dg.AssetCheckSeverity.WARN:
                warnings.append(text)
            else:
                failures.append(check.description or text)
                blocked.add(name)
    for event in result.all_events:
        if event.event_type_value == "ASSET_MATERIALIZATION":
            materialization = event.step_materialization_data.materialization
            name = materialization.asset_key.to_user_string()
            metadata[name] = {key: entry.value for key, entry in materialization.metadata.items()}
        failure = _failure(event) if event.step_key not in blocked else None
        if failure is not None and not (event.is_job_failure and failures):
            # A run fails because a step did, and the step said why; otherwise it could not even start.
            failures.append(failure[0])
            tracebacks.append(failure[1])
    return Outcome(tuple(failures), tuple(warnings), tuple(late), metadata, tuple(tracebacks))


def _failure(event: dg.DagsterEvent) -> tuple[str, str] | None:
    """Return the French message and the traceback of a failed step, or of a run that could not start."""
    if event.is_step_failure:
        error = event.step_failure_data.error
    else:
        error = event.job_failure_data.error if event.is_job_failure else None
    if error is None:
        # A step that failed is never passed over, even when nothing says why.
        return ("Erreur inconnue.", "") if event.is_step_failure else None
    causes = chain(error)
    said = next((one for one in causes if one.cls_name == NAME), None)
    if said is not None:
        return said.message, error.to_string()
    text = _last_line(causes[-1])
    known = system_failure(causes[-1].message)
    where = f" ({event.step_key})" if event.step_key else ""
    return known or f"Erreur inattendue{where}\u00a0: {text}", error.to_string()


def _last_line(error: SerializableErrorInfo) -> str:
    return (error.message.strip().splitlines() or ["erreur inconnue"])[-1]
