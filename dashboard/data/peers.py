"""The communes alike, as the release found them: their names, what describes them, how one stands among them.

A release made before these tables existed has none: each answer is then empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.data.release import Release

TABLE = "peer"

_PEERS = """
SELECT scope, peer, name, distance, alike, unlike, families FROM peer WHERE code = ? ORDER BY scope, rank
"""
_TRAITS = """
SELECT code, trait, title, millesime, value, shown FROM trait
WHERE code = ? OR code IN (SELECT peer FROM peer WHERE code = ?)
"""
_STANDINGS = """
SELECT scope, indicator, millesime, known, ahead, better, worse, plain FROM peer_standing
WHERE code = ? ORDER BY scope, indicator
"""


@dataclass(frozen=True)
class Peer:
    """A commune like another."""

    scope: str
    code: str
    name: str
    distance: float
    """Root mean square of their gaps, in standard deviations."""
    alike: str | None
    unlike: str | None
    families: str


@dataclass(frozen=True)
class Trait:
    """One figure of the structure of a commune."""

    code: str
    trait: str
    title: str
    millesime: int | None
    value: float
    shown: str


@dataclass(frozen=True)
class Standing:
    """How many of the communes alike do better or worse on one indicator, of one year."""

    scope: str
    indicator: str
    millesime: int | None
    known: int
    ahead: int
    better: int
    worse: int
    plain: bool
    """No gap is judged: the errors of these figures are not known."""

    @property
    def at_least(self) -> int:
        """Those that do better for sure."""
        return self.better

    @property
    def at_most(self) -> int:
        """Those that are not known to do worse."""
        return self.known - self.worse


@dataclass(frozen=True)
class Alike:
    """All that is known of the communes like one."""

    peers: tuple[Peer, ...]
    traits: tuple[Trait, ...]
    standings: tuple[Standing, ...]


def alike(release: Release, code: str) -> Alike | None:
    """Return the communes like one; none in a release that does not look for them.

    Args:
        release: The release.
        code: Code of the commune.
    """
    if TABLE not in release.tables:
        return None
    return Alike(
        tuple(Peer(*row) for row in release.query(_PEERS, code).iter_rows()),
        tuple(Trait(*row) for row in release.query(_TRAITS, code, code).iter_rows()),
        tuple(Standing(*row) for row in release.query(_STANDINGS, code).iter_rows()),
    )
