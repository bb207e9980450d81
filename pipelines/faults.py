"""A fault of the data as Dagster shows it: one French sentence, and no stack under it.

Belongs here: the exception of a run that stops for a reason that is not in the code. Does not belong here:
what is wrong (``sources.problems``).
"""

from __future__ import annotations

import sys
import weakref

import dagster as dg


class DonneesRefusees(dg.Failure):
    """A fault: its name is what an event shows before its sentence."""

    # Python writes the name of a class without its module for those of the main one only.
    __module__ = "__main__"


def told(error: BaseException) -> str | None:
    """Return the French text of a fault, None for any other exception."""
    return error.description if isinstance(error, DonneesRefusees) else None


def fault(text: str) -> Exception:
    """Return the exception that stops a run with this French text.

    Dagster shows the frames an exception went through, whatever it is: as long as one of these is alive,
    Python shows none (``sys.tracebacklimit``).
    """
    error = DonneesRefusees(text, allow_retries=False)
    _alive.append(text)
    weakref.finalize(error, _gone, text)
    sys.tracebacklimit = 0
    return error


_alive: list[str] = []


def _gone(text: str) -> None:
    """Give Python its frames back with the last fault."""
    _alive.remove(text)
    if not _alive:
        del sys.tracebacklimit
