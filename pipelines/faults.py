"""A fault of the data as Dagster shows it: one French sentence, and no stack under it.

Belongs here: the exception of a run that stops for a reason that is not in the code. Does not belong here:
what is wrong (``sources.problems``).
"""

from __future__ import annotations

# Not among the public names of Dagster, whose release is pinned: it is the only exception whose event carries
# the error it is given, and not the frames it went through. A ``Failure`` always shows those.
from dagster._core.errors import DagsterUserCodeProcessError
from dagster_shared.error import SerializableErrorInfo

NAME = "DonneesRefusees"
"""Class a fault goes by in the events of a run."""


def told(error: BaseException) -> str | None:
    """Return the French text of a fault, None for any other exception."""
    if not isinstance(error, DagsterUserCodeProcessError):
        return None
    return next((i.message for i in error.user_code_process_error_infos if i.cls_name == NAME), None)


def fault(text: str) -> Exception:
    """Return the exception that stops a run with this French text."""
    info = SerializableErrorInfo(message=text, stack=[], cls_name=NAME)
    error: Exception = DagsterUserCodeProcessError.from_error_info(info)  # type: ignore[no-untyped-call]
    return error
