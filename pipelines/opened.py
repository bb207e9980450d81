"""Any authority of France, opened from the release in place: a folder of its own, made with the same files.

Belongs here: where that folder is, the territory it is of, the files lent to it. Does not belong here: the
first files of a territory (``sources.territory.first``), nor the refresh (``refresh_command``).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines import deposits, publication
from pipelines.home import Home
from pipelines.official import official_files
from pipelines.publication import PublicationError
from sources.catalogue import load_catalogue
from sources.french import NBSP
from sources.problems import quoted
from sources.territory.files import HOME
from sources.territory.first import write_first
from sources.territory.place import territory_folder

_SIREN = re.compile(r"\d{9}")


@dataclass(frozen=True)
class Opened:
    """Where the releases of an authority are, and what its next refresh does without."""

    home: Home
    territory: Path
    """The folder that declares it: a shipped one, else the one written from the official files."""
    without: tuple[str, ...]
    """sha256 of files it once took and the release in place no longer has."""


def opened(home: Home, siren: str, contours: Path | None = None) -> Opened:
    """Lend the files of the release in place to the folder of an authority, written the first time.

    Args:
        home: whose release is in place.
        siren: code of the authority.
        contours: folder of GeoJSON outlines, looked into after the inbox; given again, the territory is
            written again.

    Raises:
        PublicationError: not a SIREN, nothing is published, or no table d'appartenance is among its files.
        DeclarationError: no commune has this authority, or an outline cannot be read.
        ExtractRefused: the store lost a file.
    """
    if not _SIREN.fullmatch(siren):
        raise PublicationError(f"{quoted(siren)} n’est pas le SIREN d’une intercommunalité (neuf chiffres).")
    publication.required(home)
    shipped = territory_folder(siren)
    if shipped == territory_folder():
        return Opened(home, shipped, ())
    own = Home(home.root / "territoires" / siren)
    own.prepare()
    files, taken = publication.accepted(home), publication.accepted(own)
    territory = shipped if (shipped / HOME).is_file() else own.root / "territoire"
    if territory != shipped and (contours is not None or not (territory / HOME).is_file()):
        # What it took already is no longer in its inbox.
        all_files = own.root / "fichiers"
        deposits.lend(home, files, all_files, alone=True)
        _write([all_files, own.inbox, home.inbox, *([contours] if contours else [])], siren, territory)
        shutil.rmtree(all_files, ignore_errors=True)
    held = {file.sha256 for file in files}
    lent = [file for file in files if file.sha256 not in {f.sha256 for f in taken}]
    deposits.lend(home, [f for f in lent if not (own.inbox / f.name).exists()], own.inbox)
    return Opened(own, territory, tuple(f.sha256 for f in taken if f.sha256 not in held))


def _write(folders: Sequence[Path], siren: str, territory: Path) -> None:
    """Write the folder of an authority from the files of these; one half written never takes its place."""
    geography, found = official_files(folders, load_catalogue())
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
