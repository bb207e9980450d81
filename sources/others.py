"""Files met beside those of the barometer that it does not read, and why (``not_ours.yaml``).

Belongs here: knowing them by name or by header. Does not belong here: the datasets it reads
(``sources.catalogue``).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path

from sources.declarations import read_yaml, validated
from sources.model import Model

NOT_OURS = Path(__file__).parent / "not_ours.yaml"


class OtherFile(Model):
    """A kind of file that is known and that the barometer does not read, with the reason in French."""

    files: str
    """Regular expression of its names."""
    columns: tuple[str, ...] = ()
    """Columns that prove a file to be one of them, whatever its name."""
    reason: str
    """What it is, then the dataset to use instead, if there is one."""


class OtherFiles(Model):
    """Contents of ``not_ours.yaml``."""

    others: tuple[OtherFile, ...]


@functools.cache
def other_files() -> tuple[OtherFile, ...]:
    """Return the kinds of files that are declared as not ours."""
    return validated(OtherFiles, read_yaml(NOT_OURS), NOT_OURS.name).others


def reason_by_name(name: str) -> str | None:
    """Return why a file of this name is not read, None when no reason is declared."""
    return next((other.reason for other in other_files() if re.search(other.files, name)), None)


def reason_by_header(headers: Iterable[Iterable[str]]) -> str | None:
    """Return why a file of one of these headers is not read, None when no reason is declared."""
    present = [set(cells) for cells in headers]
    return next(
        (
            other.reason
            for other in other_files()
            if other.columns and any(cells.issuperset(other.columns) for cells in present)
        ),
        None,
    )
