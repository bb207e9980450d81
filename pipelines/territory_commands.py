"""The command that writes a first folder of a territory.

Belongs here: options and what is printed. Does not belong here: the files (``sources.territory.first``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.home import Home
from pipelines.terminal import Debug, say, told
from sources.french import NBSP
from sources.territory.place import FOLDER, VARIABLE


def choose(asked: str | None) -> None:
    """Make a territory that of the whole command, and of the processes it starts."""
    if asked:
        import os

        from sources.territory.files import load_territories
        from sources.territory.place import territory_folder

        load_territories(territory_folder(asked))
        os.environ[VARIABLE] = asked


def bring(home: Home, siren: str, contours: Path | None, debug: bool) -> Home:
    """Return the home of an authority, up to date with the files of the release in place.

    Args:
        home: whose release is in place.
        siren: code of the authority.
        contours: folder of GeoJSON outlines.
        debug: whether the stack of a fault is shown.

    Raises:
        PublicationError: nothing is published, or its files do not name the authority.
        typer.Exit: its figures are refused.
    """
    import os

    from indicators.release_schema import LAKE
    from pipelines import refresh_command
    from pipelines.opened import opened
    from sources.territory.files import load_territories

    found = opened(home, siren, contours)
    if found.home == home:
        return home
    if found.told:
        say(found.told, err=True)
    choose(str(found.territory))
    # Its releases are its own, not those of the folder several machines share.
    os.environ.pop(LAKE, None)
    say(f"{load_territories().home.epci.nom}{NBSP}: {found.home.root}")
    refresh_command.bring_up_to_date(found.home, found.without, f"ouverture de {siren}", debug)
    return found.home


Territory = Annotated[
    str | None,
    typer.Option(
        "--territoire",
        metavar="SIREN",
        help=f"Territoire\u00a0: SIREN d’un dossier livré, ou dossier ailleurs\u00a0; par défaut {VARIABLE}.",
    ),
]


def territoire(
    siren: Annotated[str, typer.Argument(metavar="SIREN", help="SIREN de l’intercommunalité.")],
    inbox: Annotated[
        Path | None,
        typer.Option(
            "--depot", metavar="DOSSIER", help="Dossier des fichiers\u00a0; par défaut celui du baromètre."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--dossier", metavar="DOSSIER", help="Où écrire\u00a0; par défaut avec les territoires livrés."
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Écrire le premier dossier d’un territoire, d’après la table d’appartenance et les contours déposés."""
    with told(debug):
        from pipelines.official import official_files
        from pipelines.publication import PublicationError
        from sources.catalogue import load_catalogue
        from sources.territory.files import load_territories
        from sources.territory.first import write_first

        folders = [inbox] if inbox else [Home.locate().inbox]
        geography, found = official_files(folders, load_catalogue())
        if geography is None:
            raise PublicationError(
                f"Aucune table d’appartenance dans {folders[0]}{NBSP}: déposez "
                "table-appartenance-geo-communes-AAAA.xlsx (Insee), puis relancez."
            )
        folder = output or FOLDER / siren
        for line in write_first(siren, folder, geography, found):
            typer.echo(f"  {line}")
        territories = load_territories(folder.resolve())
        typer.echo(f"{territories.home.epci.nom}{NBSP}: {folder}")
        if not any(found.all_quarters()):
            typer.echo(
                "Ni liste ni contour de quartiers prioritaires déposés\u00a0: le territoire est écrit sans "
                "quartier, ce qui ne veut pas dire qu’il n’y en a pas."
            )
        chosen = siren if output is None else str(folder)
        typer.echo(f"À relire, puis{NBSP}: bcs actualiser --territoire {chosen}")
