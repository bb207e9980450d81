"""A release made again from its extracts, and what then differs.

Belongs here: the run in a folder apart, and the comparison of the tables. Does not belong here: what is
printed (``proof_commands``). Nothing of the home is written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import deposits, publication
from pipelines.home import Home
from pipelines.publication import Published
from pipelines.release import read_release
from pipelines.tables import TABLES, Table

if TYPE_CHECKING:
    import polars as pl

FIGURES = frozenset({"observation", "value", "comparison", "analysis"})
"""Tables of figures: where they are the same, only what surrounds them differs."""


@dataclass(frozen=True)
class Difference:
    """How one table differs from what is computed again."""

    table: str
    comment: str
    absent: int
    """Rows of the release that are not found again."""
    other: int
    """Rows found that the release does not have."""
    example: str
    """The key of the first of them."""


@dataclass(frozen=True)
class Verification:
    """What came of it."""

    same_content: bool
    """The content hashes are equal, national rows included."""
    differences: tuple[Difference, ...]
    failures: tuple[str, ...]
    """Why it could not be made again, in French."""

    @property
    def same_figures(self) -> bool:
        """Whether every figure was found again."""
        return not self.failures and not any(d.table in FIGURES for d in self.differences)


def verify(home: Home, release: Published) -> Verification:
    """Make a release again, in a temporary folder, from its deposits and the embedded files.

    The decisions of review and the local layer are those of the home now.

    Raises:
        ExtractRefused: the store lost a file the release was made with.
    """
    from pipelines import refresh

    with tempfile.TemporaryDirectory(prefix="bcs-verifier-", ignore_cleanup_errors=True) as folder:
        again = Home(Path(folder) / "accueil")
        again.prepare()
        for source, target in ((home.review, again.review), (home.local, again.local)):
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
        inbox = Path(folder) / "depot"
        inbox.mkdir()
        deposits.lend(home, release.deposits, inbox)
        # Nothing that is kept of an earlier run is believed here.
        outcome = refresh.run(again, inbox, lambda _: None, ignore_unknown=True, afresh=True)
        if outcome.failures or outcome.release_id is None:
            return Verification(False, (), outcome.failures)
        made = publication.find(again, outcome.release_id)
        if made.content_hash == release.content_hash:
            return Verification(True, (), ())
        return Verification(
            False,
            differences(read_release(home.releases / release.file), read_release(again.releases / made.file)),
            (),
        )


def differences(
    release: Mapping[str, pl.DataFrame], again: Mapping[str, pl.DataFrame]
) -> tuple[Difference, ...]:
    """Compare two contents table by table, identity and journal left out.

    Args:
        release: tables of the release, by name.
        again: those computed again.
    """
    found = (_difference(table, release[table.name], again[table.name]) for table in TABLES if table.hashed)
    return tuple(difference for difference in found if difference is not None)


def _difference(table: Table, release: pl.DataFrame, again: pl.DataFrame) -> Difference | None:
    columns = [name for name in table.names if name in release.columns and name in again.columns]
    left, right = release.select(columns), again.select(columns)
    absent = left.join(right, on=columns, how="anti", nulls_equal=True)
    other = right.join(left, on=columns, how="anti", nulls_equal=True)
    if absent.is_empty() and other.is_empty():
        return None
    first = (absent if absent.height else other).select(k for k in table.key if k in columns).row(0)
    example = ", ".join(str(part) for part in first if part is not None)
    return Difference(table.name, table.comment, absent.height, other.height, example)
