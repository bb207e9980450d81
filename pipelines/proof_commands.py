"""Commands that check what is published: a whole release made again, or one figure to its cells.

Belongs here: options, what is printed, exit codes. Does not belong here: the checks (``verification``,
``proof``). Everything heavy is imported inside a command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines import publication
from pipelines.home import Home
from pipelines.terminal import Debug, plural, say, told
from sources.french import NBSP, shortest

if TYPE_CHECKING:
    from pipelines.proof import Cell, Proof

DIFFERENT = 1
"""Exit code of a release or a figure that is not found again."""

MOST = 20
"""Cells spelled out on a terminal."""


def verifier(
    release_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Publication à vérifier\u00a0; par défaut l’actuelle.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Refaire une publication à partir de ses fichiers, et comparer les chiffres."""
    with told(debug):
        from pipelines.verification import verify

        home = Home.locate()
        release = publication.find(home, release_id) if release_id else publication.required(home)
        publication.check_whole(home, release)
        say(f"Vérification de {release.release_id}, refaite à part{NBSP}: rien n’est modifié.")
        found = verify(home, release)
        for failure in found.failures:
            say(failure, err=True)
        if found.failures:
            say("La publication n’a pas pu être refaite.", err=True)
            raise typer.Exit(DIFFERENT)
        if found.same_content:
            say(f"Tout est identique (empreinte du contenu {release.content_hash[:12]}…).")
            return
        for one in found.differences:
            say(
                f"- {one.comment} ({one.table}){NBSP}: {plural(one.absent, 'ligne')} non "
                f"{'retrouvées' if one.absent > 1 else 'retrouvée'}, {plural(one.other, 'autre')}{NBSP}; "
                f"d’abord {one.example}"
            )
        if found.same_figures:
            say("Tous les chiffres sont identiques\u00a0: seul diffère ce qui les accompagne.")
            return
        say("Les chiffres ne sont pas tous ceux de la publication.", err=True)
        say(
            "Le programme, les décisions de revue ou le volet local ont pu changer depuis.",
            err=True,
        )
        raise typer.Exit(DIFFERENT)


def prouver(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code du territoire, par exemple 59172.")],
    indicator: Annotated[
        str, typer.Argument(metavar="INDICATEUR", help="Identifiant, tel que dans l’adresse de sa page.")
    ],
    year: Annotated[
        int | None, typer.Option("--annee", metavar="ANNEE", help="Par défaut la dernière publiée.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Refaire un chiffre publié depuis les cellules des fichiers."""
    with told(debug):
        from pipelines.proof import prove
        from pipelines.release import read_table

        home = Home.locate()
        release = publication.required(home)
        publication.check_whole(home, release)
        path = home.releases / release.file
        names = ("value", "observation", "extract", "series", "membership")
        proof = prove({name: read_table(path, name) for name in names}, home, code, indicator, year)
        _show(proof)
        if not proof.proved:
            raise typer.Exit(DIFFERENT)


def _show(proof: Proof) -> None:
    value = proof.value
    say(f"{value['indicator']}, {value['code']}, {value['period'] or 'année non précisée'}")
    say(f"Publié{NBSP}: {_number(value['value'])} (série {value['series']})")
    if proof.formula:
        say(f"Formule{NBSP}: {proof.formula}")
    for cell in proof.cells[:MOST]:
        say(_cell(cell))
    if len(proof.cells) > MOST:
        say(f"et {plural(len(proof.cells) - MOST, 'autre cellule', 'autres cellules')}")
    for sha256, file in {cell.sha256: cell.file for cell in proof.cells}.items():
        intact = all(cell.intact for cell in proof.cells if cell.sha256 == sha256)
        say(f"Fichier {file}{NBSP}: sha256 {sha256}, {'vérifié' if intact else 'introuvable ou abîmé'}")
    if proof.numerator is not None:
        say(f"Numérateur{NBSP}: {_number(proof.numerator)}")
    if proof.denominator is not None:
        say(f"Dénominateur{NBSP}: {_number(proof.denominator)}")
    if proof.proved:
        say(f"Résultat{NBSP}: {_number(proof.result)}, identique au chiffre publié.")
    elif proof.result is not None:
        say(
            f"Résultat{NBSP}: {_number(proof.result)}, différent du chiffre publié ou de ses fichiers.",
            err=True,
        )
    else:
        note = f" {value['note']}" if value["note"] else ""
        say(
            f"Ce chiffre ne se refait pas depuis les seules cellules d’une année (origine {value['origin']})."
            f"{note} Pour tout refaire{NBSP}: bcs verifier",
            err=True,
        )


def _cell(cell: Cell) -> str:
    read = "" if cell.read_again == cell.value else f", mais le fichier dit {_number(cell.read_again)}"
    return (
        f"- {cell.file}, ligne {cell.line}, colonne {cell.column}{NBSP}: {_number(cell.value)}{read} "
        f"({cell.variable}, {cell.code}, {cell.millesime or 'année non précisée'})"
    )


def _number(value: Any) -> str:  # noqa: ANN401 - a cell of a frame
    if value is None:
        return "aucun nombre"
    return shortest(float(value), 10)
