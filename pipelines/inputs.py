"""What a refresh of a home starts from: the accepted extracts, those dropped since, the local files.

Belongs here: which deposits count and the fingerprint of it all. Does not belong here: hashing
(``fingerprint``) nor reading files (``deposited``). Standard library only: a refresh with nothing to do ends
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines import publication
from pipelines.deposits import KeptFile
from pipelines.fingerprint import fingerprint
from pipelines.home import Home
from pipelines.publication import PublicationError
from sources.problems import quoted

DIGITS = 6
"""Shortest head of a sha256 that designates a file."""


def kept_files(home: Home, without: Sequence[str] = ()) -> list[KeptFile]:
    """Return the accepted extracts, but those to do without.

    Args:
        home: where releases live.
        without: names, or heads of sha256.

    Raises:
        PublicationError: a name designates none of them.
    """
    kept = list(publication.accepted(home))
    for name in without:
        left = [f for f in kept if f.name != name and not (len(name) >= DIGITS and f.sha256.startswith(name))]
        if len(left) == len(kept):
            raise PublicationError(
                f"{quoted(name)} n’est pas un fichier accepté\u00a0; bcs etat en donne la liste."
            )
        kept = left
    return kept


def inputs(home: Home, inbox: Path | None = None, without: Sequence[str] = ()) -> str:
    """Return the fingerprint of all a refresh would read.

    Args:
        home: where releases live.
        inbox: one more folder of dropped extracts.
        without: accepted extracts to do without.
    """
    folders = (home.inbox, home.local, home.review, *([inbox] if inbox else []))
    accepted = [(file.name, file.sha256) for file in kept_files(home, without)]
    return fingerprint(folders, accepted=accepted)
