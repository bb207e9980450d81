"""Following a run step by step, from the events Dagster logs.

Belongs here: events turned into calls of a listener. Does not belong here: how they are shown (``cli``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import dagster as dg
    from dagster_shared.error import SerializableErrorInfo

LOGGER = "suivi"
"""Name of the logger in the definitions; naming it in a run's configuration silences the console one."""

State = Literal["started", "done", "failed", "skipped", "stopped"]


@dataclass(frozen=True)
class Step:
    """What just happened to one asset."""

    name: str
    state: State
    metadata: Mapping[str, Any] = field(default_factory=dict)


_STATES: dict[str, State] = {
    "STEP_START": "started",
    "STEP_SUCCESS": "done",
    "STEP_FAILURE": "failed",
    "STEP_SKIPPED": "skipped",
}


class ProgressHandler(logging.Handler):
    """Tells a listener when a step starts and ends, with the metadata of its asset."""

    def __init__(self, listener: Callable[[Step], None]) -> None:
        super().__init__()
        self.listener = listener
        self._metadata: dict[str, dict[str, Any]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Read the Dagster event a record carries, if any."""
        meta = getattr(record, "dagster_meta", None) or {}
        event = meta.get("dagster_event")
        if event is None or event.step_key is None:
            return
        kind = event.event_type_value
        if kind == "ASSET_MATERIALIZATION":
            entries = event.step_materialization_data.materialization.metadata
            self._metadata[event.step_key] = {name: entry.value for name, entry in entries.items()}
        elif kind in _STATES:
            state: State = "stopped" if interrupted(event) else _STATES[kind]
            self.listener(Step(event.step_key, state, self._metadata.get(event.step_key, {})))


def interrupted(event: dg.DagsterEvent) -> bool:
    """Tell a step that a person stopped from one that failed."""
    if not event.is_step_failure:
        return False
    error = event.step_failure_data.error
    return error is not None and any(
        one.cls_name in ("DagsterExecutionInterruptedError", "KeyboardInterrupt") for one in chain(error)
    )


def chain(error: SerializableErrorInfo) -> list[SerializableErrorInfo]:
    """Return an error and its causes, the first cause last."""
    return [error, *(chain(error.cause) if error.cause else ())]


def logger_config(listener: Callable[[Step], None]) -> dg.LoggerDefinition:
    """Return the Dagster logger definition that follows a run."""
    import dagster as dg

    @dg.logger(config_schema={})
    def suivi(_context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger(LOGGER, level=logging.DEBUG)
        logger.addHandler(ProgressHandler(listener))
        return logger

    return suivi
