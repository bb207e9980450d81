"""Whether a release may be read: its shape is written in it, and this code reads one shape only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.release_schema import SCHEMA

if TYPE_CHECKING:
    from dashboard.data.release import Release

OLDER = (
    "elle a été faite par une version plus ancienne du programme : refaites-la par "
    "« bcs actualiser --publier »"
)
NEWER = "elle a été faite par une version plus récente du programme : mettez ce programme à jour"

FIRST = 1

# Not every release says its shape: those without a number came before it was written.
_SCHEMA = "SELECT * FROM release LIMIT 1"


def refusal(release: Release) -> str:
    """Return why a release may not be read and what to do, the end of a sentence; empty when it may."""
    rows = release.query(_SCHEMA)
    known = (rows["schema"].item() if "schema" in rows.columns and rows.height else None) or FIRST
    if known == SCHEMA:
        return ""
    return OLDER if known < SCHEMA else NEWER
