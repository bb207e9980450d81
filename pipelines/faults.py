"""A fault of the data: one French sentence, and no stack under it.

Belongs here: the exception of a run that stops for a reason that is not in the code. Does not belong here:
what is wrong (``sources.problems``), nor how Dagster shows it (``assets.graph``).
"""

from __future__ import annotations


class Fault(Exception):
    """What a person is told, in French."""
