"""Any authority of France, opened from the release in place: a folder of its own, made with the same files.

Belongs here: where that folder is, the territory it is of, the files lent to it. Does not belong here: the
first files of a territory (``sources.territory.first``), nor the refresh (``refresh_command``).
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines import deposits, publication
from pipelines.decisions import undecided, vouch
from pipelines.deposits import KeptFile
from pipelines.fingerprint import dropped_files
from pipelines.home import Home
from pipelines.kept import Kept
from pipelines.official import official_files, outlines_among, says_places
from pipelines.publication import PublicationError, Published
from pipelines.release import read_table
from sources.catalogue import load_catalogue
from sources.files import digest
from sources.french import NBSP
from sources.problems import quoted
from sources.territory.files import HOME
from sources.territory.first import write_first
from sources.territory.place import territory_folder

_SIREN = re.compile(r"\d{9}")
NOTE = "territoire.json"
"""What the folder of an authority was written from, and the digests of its files."""
_LEFT = (
    "les fichiers officiels ont changé depuis que ce dossier a été écrit. Il est laissé tel quel, parce "
    "qu’il a été relu ou que ses contours ne sont plus où ils étaient\u00a0; --contours DOSSIER le récrit."
)


@dataclass(frozen=True)
class Opened:
    """Where the releases of an authority are, and what its next refresh does without."""

    home: Home
    territory: Path
    """The folder that declares it: a shipped one, else the one written from the official files."""
    without: tuple[str, ...]
    """sha256 of files it once took and the release in place no longer has."""
    told: str | None = None
    """In French, why the folder is no longer what the official files make it."""


def opened(home: Home, siren: str, contours: Path | None = None) -> Opened:
    """Lend the files of the release in place to the folder of an authority, written from them.

    Args:
        home: whose release is in place.
        siren: code of the authority.
        contours: folder of GeoJSON outlines, looked into after the inbox, this time and the next ones; given
            again, the territory is written again, whoever changed it.

    Raises:
        PublicationError: not a SIREN, nothing is published, or no table d'appartenance is among its files.
        DeclarationError: no commune has this authority, or an outline cannot be read.
        ExtractRefused: the store lost a file.
    """
    if not _SIREN.fullmatch(siren):
        raise PublicationError(f"{quoted(siren)} n’est pas le SIREN d’une intercommunalité (neuf chiffres).")
    present = publication.required(home)
    shipped = territory_folder(siren)
    if shipped == territory_folder():
        return Opened(home, shipped, ())
    own = Home(home.root / "territoires" / siren)
    own.prepare()
    files, taken = publication.accepted(home), publication.accepted(own)
    territory, told = shipped, None
    if not (shipped / HOME).is_file():
        territory = own.root / "territoire"
        told = _written(home, own, files, siren, territory, contours)
    held = {file.sha256 for file in files}
    lent = [file for file in files if file.sha256 not in {f.sha256 for f in taken}]
    deposits.lend(home, [f for f in lent if not (own.inbox / f.name).exists()], own.inbox)
    # They were reviewed before they were published: their figures are in its rest of France.
    vouch(own, home, {file.sha256[:12] for file in files} - _left_out(home, present))
    return Opened(own, territory, tuple(f.sha256 for f in taken if f.sha256 not in held), told)


def _left_out(home: Home, release: Published) -> frozenset[str]:
    """Return the extracts of which a release left something out that nobody has decided of."""
    if not release.held:
        return frozenset()
    waiting = undecided(read_table(home.releases / release.file, "plausibility"))
    return frozenset(waiting.filter(severity="hold")["extract"])


def _written(
    home: Home, own: Home, files: Sequence[KeptFile], siren: str, territory: Path, contours: Path | None
) -> str | None:
    """Write the folder of an authority where what it is made of has changed, and nobody changed it since.

    Returns:
        In French, why it is left as it is; None when it is what the official files make it.
    """
    note, catalogue = own.root / NOTE, load_catalogue()
    before = {}
    with contextlib.suppress(OSError, ValueError):
        before = json.loads(note.read_text(encoding="utf-8"))
    drawn = [Path(path) for path in before.get("contours", ())]
    at_hand = outlines_among(dropped_files([own.inbox, home.inbox, *([contours] if contours else [])]))
    outlines = [path for path in dict.fromkeys([*drawn, *at_hand]) if path.is_file()]
    wanted = says_places(catalogue)
    listed = [(file.name, file.sha256) for file in files if file.dataset in wanted]
    made_of = Kept.key(official_files, siren, sorted(listed), sorted(digest(path) for path in outlines))
    if (territory / HOME).is_file() and contours is None:
        if before.get("made_of") == made_of:
            return None
        if before.get("files") != _digests(territory) or not set(drawn) <= set(outlines):
            return f"{territory}{NBSP}: {_LEFT}"
    all_files = own.root / "fichiers"
    deposits.lend(home, files, all_files, alone=True)
    _write(all_files, outlines, siren, territory)
    shutil.rmtree(all_files, ignore_errors=True)
    now = {"made_of": made_of, "contours": [str(path) for path in outlines], "files": _digests(territory)}
    note.write_text(json.dumps(now), encoding="utf-8")
    return None


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: digest(path) for path in sorted(folder.iterdir()) if path.is_file()}


def _write(folder: Path, outlines: Sequence[Path], siren: str, territory: Path) -> None:
    """Write the folder of an authority from these files; one half written never takes its place."""
    geography, found = official_files([folder], load_catalogue(), outlines)
    if geography is None:
        raise PublicationError(
            f"Aucune table d’appartenance parmi les fichiers de la publication{NBSP}: déposez "
            "table-appartenance-geo-communes-AAAA.xlsx (Insee) et publiez, puis relancez."
        )
    fresh = territory.with_name(f"{territory.name}.nouveau")
    shutil.rmtree(fresh, ignore_errors=True)
    write_first(siren, fresh, geography, found)
    shutil.rmtree(territory, ignore_errors=True)
    fresh.replace(territory)
