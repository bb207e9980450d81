"""What was read: each source, its editions, the account of each file and what it says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboard.data.release import Release

Record = dict[str, Any]

_ABOUT = "SELECT dataset, description, address_verified, layout_verified FROM dataset"
_EDITIONS = """
SELECT dataset, edition, kind, published, accessed, provenance, reservations FROM millesime
WHERE (dataset, edition) IN (SELECT (dataset, edition) FROM extract) ORDER BY dataset, edition
"""
# Releases made before a counter existed do not have its column: the account takes what there is.
_ACCOUNTS = "SELECT * FROM extract ORDER BY dataset, edition, file"
_NOTES = (
    "SELECT extract, dataset, edition, note FROM extract_note ORDER BY extract, dataset, edition, position"
)
_HAS_VIEWS = "SELECT 1 FROM duckdb_schemas() WHERE schema_name = 'suivi'"
_ELSEWHERE = "SELECT level, count(*) FROM main.territory WHERE NOT followed GROUP BY level"


def about(release: Release) -> dict[str, Record]:
    """Return what each dataset brings and what was verified of it: ``description``, ``*_verified``."""
    return {row["dataset"]: row for row in release.query(_ABOUT).iter_rows(named=True)}


def editions(release: Release) -> dict[str, list[Record]]:
    """Return the editions held of each dataset, oldest first: kind, dates, provenance, reservations."""
    found: dict[str, list[Record]] = {}
    for row in release.query(_EDITIONS).iter_rows(named=True):
        found.setdefault(row["dataset"], []).append(row)
    return found


def accounts(release: Release) -> list[Record]:
    """Return the account of every file read: the columns of ``extract`` this release has."""
    return release.query(_ACCOUNTS).to_dicts()


def notes(release: Release) -> dict[tuple[str, str, int], list[str]]:
    """Return what accounts say in words, by extract, dataset and edition."""
    found: dict[tuple[str, str, int], list[str]] = {}
    if "extract_note" not in release.tables:
        return found
    for extract, dataset, edition, note in release.query(_NOTES).iter_rows():
        found.setdefault((extract, dataset, edition), []).append(note)
    return found


def elsewhere(release: Release) -> dict[str, int]:
    """Return how many territories of the rest of France the release holds, by level."""
    if not release.query(_HAS_VIEWS).height:
        return {}
    return dict(release.query(_ELSEWHERE).iter_rows())
