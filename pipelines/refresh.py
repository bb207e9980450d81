"""Running the steps of a refresh in this process, and what came of it.

The assets are those of Dagster's graph, called in its order without it: loading it takes longer than most
steps, and it would store several events for each of some forty steps, in a database thrown away at the end.

Belongs here: the order of a run, what stops it, what is told of it. Does not belong here: the graph
(``assets``, ``definitions``), nor what is printed (``refresh_command``).
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipelines.assets import check_declarations, refreshed_assets
from pipelines.assets.asset import Checked
from pipelines.assets.parts import CANDIDATE, LABELS, OVERDUE, is_embedded
from pipelines.faults import Fault
from pipelines.home import Home
from pipelines.terminal import system_failure
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue
from sources.territory.files import load_territories

State = Literal["started", "done", "failed", "skipped", "stopped"]


@dataclass(frozen=True)
class Step:
    """What just happened to one asset."""

    name: str
    state: State
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a refresh ended."""

    failures: tuple[str, ...] = ()
    """French messages, one or several lines each; empty when all went well."""
    warnings: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    """Datasets of which a newer millésime should be out."""
    metadata: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
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
    afresh: bool = False,
) -> Outcome:
    """Materialise every asset up to a candidate in this process.

    A step that fails stops those that depend on it; the others go on, and every fault is reported.

    Args:
        home: where to work.
        inbox: one more folder of dropped extracts.
        listener: called at each step.
        ignore_unknown: leave unknown dropped files aside.
        without: accepted files to do without.
        afresh: parse every file again.

    Raises:
        ValidationFailed: an indicator is not declared as it should be.
        KeyboardInterrupt: a person stopped it.
    """
    workspace = Workspace(
        root=str(home.root),
        inbox=str(inbox) if inbox else None,
        ignore_unknown=ignore_unknown,
        without=without,
        afresh=afresh,
    )
    check_declarations()
    assets = refreshed_assets(load_catalogue(), load_territories())
    failures: list[tuple[str, str]] = []
    checks: list[tuple[str, Checked]] = []
    metadata: dict[str, Mapping[str, object]] = {}
    undone: set[str] = set()
    try:
        with workspace.held():
            for asset in assets:
                name = asset.name
                if undone.intersection(asset.deps):
                    undone.add(name)
                    listener(Step(name, "skipped"))
                    continue
                listener(Step(name, "started"))
                try:
                    made = asset.run(workspace)
                    if made.refused is not None:
                        raise Fault(made.refused)
                except KeyboardInterrupt:
                    listener(Step(name, "stopped"))
                    raise
                except Exception as error:  # whatever it is, the other steps go on and it is reported
                    undone.add(name)
                    failures.append(_failure(error, name))
                    listener(Step(name, "failed"))
                else:
                    metadata[name] = made.metadata
                    checks += [(name, check) for check in made.checks]
                    listener(Step(name, "done", made.metadata))
    except Exception as error:
        failures.append(_failure(error))
    names = labels()
    warned = [(names.get(name, name), check) for name, check in checks if not check.passed]
    return Outcome(
        tuple(text for text, _ in failures),
        tuple(f"{name}\u00a0: {c.description}" for name, c in warned if c.name != OVERDUE),
        tuple(name for name, check in warned if check.name == OVERDUE),
        metadata,
        tuple(stack for _, stack in failures),
    )


def _failure(error: Exception, step: str | None = None) -> tuple[str, str]:
    """Return the French message and the traceback of a step that failed, or of a run that could not start."""
    stack = "".join(traceback.format_exception(error))
    if isinstance(error, Fault):
        return str(error), stack
    cause: BaseException = error
    while (
        deeper := cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    ) is not None:
        cause = deeper
    text = traceback.format_exception_only(cause)[-1].strip()
    where = f" ({step})" if step else ""
    return system_failure(text) or f"Erreur inattendue{where}\u00a0: {text}", stack
