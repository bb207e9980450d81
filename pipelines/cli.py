"""The command line ``bcs``: refresh, serve, and look after releases.

Belongs here: options, what is printed, exit codes. Everything heavy is imported inside a command:
``bcs --help`` answers at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from pipelines import (
    answers_command,
    document_commands,
    lake,
    proof_commands,
    publication,
    refresh_command,
    release_commands,
    review_command,
    source_commands,
    territory_commands,
)
from pipelines.home import Home
from pipelines.terminal import (
    Debug,
    FrenchCommand,
    FrenchGroup,
    french_console,
    french_table,
    plural,
    publish_call,
    say,
    told,
)
from sources.french import NBSP, number

app = typer.Typer(
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE …",
    context_settings={"help_option_names": ["--aide"]},
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Baromètre de Cohésion Sociale – mettre à jour, publier et consulter.",
)
_PANEL = "Commandes"


def main() -> None:
    """Run ``bcs``."""
    app()


def ouvrir(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, metavar="PORT", help="Port local.")] = 8501,
    address: Annotated[
        str,
        typer.Option(
            "--adresse", metavar="ADRESSE", help="Adresse d’écoute\u00a0; par défaut ce poste seulement."
        ),
    ] = "localhost",
    territoire: Annotated[
        str | None,
        typer.Option(
            "--territoire",
            metavar="SIREN",
            help="Une autre intercommunalité de France, avec les fichiers de la publication en place.",
        ),
    ] = None,
    contours: Annotated[
        Path | None,
        typer.Option(
            "--contours",
            metavar="DOSSIER",
            help="Où sont ses contours (GeoJSON)\u00a0; sans eux, pas de carte.",
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Ouvrir le tableau de bord dans un navigateur."""
    with told(debug):
        from dashboard.serve import command, environment

        home = Home.locate()
        if territoire is not None:
            home = territory_commands.bring(home, territoire, contours, debug)
        elif lake.folder() is None:
            publication.required(home)
        say(f"Tableau de bord{NBSP}: http://{address}:{port} (Ctrl+C pour arrêter)")
        # Its own welcome is in English.
        call = [*command(port, address), "--logger.hideWelcomeMessage", "true"]
        # Asked to end, it does not leave the server behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            raise typer.Exit(subprocess.run(call, env=environment(home.root), check=False).returncode)  # noqa: S603


def etat(debug: Debug = False) -> None:
    """Dire ce qui est là, ce qui est attendu et ce qui est en retard."""
    with told(debug):
        from pipelines.freshness import expectations
        from sources.catalogue import load_catalogue
        from sources.fetching.targets import address_state
        from sources.store import verified_addresses

        home, today = Home.locate(), dt.date.today()
        answered = verified_addresses(home.root)
        present = publication.current(home)
        say(f"Dossier{NBSP}: {home.root}")
        said = (
            present.release_id
            if present
            else publication.trouble(home) or "aucune (bcs actualiser --publier)"
        )
        say(f"Publication{NBSP}: {said}")
        for candidate in publication.candidates(home)[:1]:
            say(f"Candidate{NBSP}: {candidate.release_id}, à publier par{NBSP}:")
            say(publish_call(candidate.release_id, yes=bool(publication.held_back(candidate))))
        for file in publication.accepted(home):
            say(f"Fichier accepté{NBSP}: {file.name} ({file.sha256[:12]})")
        table = french_table("Jeu de données", "Édition", "Millésime", "Suite", "Adresse", "Structure")
        found = expectations(load_catalogue(), home)
        for e in found:
            table.add_row(
                e.dataset.id,
                str(e.edition or "–"),
                str(e.millesime or "–"),
                e.message(today),
                address_state(e.dataset, answered),
                "vérifiée" if e.dataset.layout_verified else "non vérifiée",
            )
        french_console().print(table)
        late = sum(e.overdue(today) for e in found)
        absent = sum(not e.held for e in found)
        known = plural(len(found), "jeu de données", "jeux de données")
        say(f"{known}{NBSP}: {number(absent)} sans extrait, {number(late)} en retard.")
        say(
            f"Adresse inconnue{NBSP}: à télécharger à la main sur la page du producteur, puis à déposer. "
            f"Structure non vérifiée{NBSP}: aucun fichier réel sous la main quand elle a été déclarée."
        )
        for e in found:
            if address_state(e.dataset, answered) == "inconnue":
                say(f"- {e.dataset.id}{NBSP}: {e.dataset.page}")


_COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("actualiser", refresh_command.actualiser, "refresh"),
    ("publier", release_commands.publier, ""),
    ("annuler", release_commands.annuler, "rollback"),
    ("ecarter", release_commands.ecarter, ""),
    ("comparer", release_commands.comparer, "diff"),
    ("verifier", proof_commands.verifier, ""),
    ("prouver", proof_commands.prouver, ""),
    ("entrepot", release_commands.entrepot, ""),
    ("versions", release_commands.versions, "releases"),
    ("journal", release_commands.journal_command, ""),
    ("verdicts", answers_command.verdicts, ""),
    ("ouvrir", ouvrir, "serve"),
    ("exporter", document_commands.exporter, "export"),
    ("modeles", document_commands.modeles, ""),
    ("bilan", document_commands.bilan, ""),
    ("verifier-local", document_commands.verifier_local, ""),
    ("reprendre", document_commands.reprendre, ""),
    ("etat", etat, "doctor"),
    ("examiner", source_commands.examiner, "inspect"),
    ("telecharger", source_commands.telecharger, "fetch"),
    ("territoire", territory_commands.territoire, ""),
)
"""Names, commands, and the former English names that scripts still use."""

for _name, _command, _former in _COMMANDS:
    app.command(_name, cls=FrenchCommand, rich_help_panel=_PANEL)(_command)
    if _former:
        app.command(_former, cls=FrenchCommand, hidden=True)(_command)
app.add_typer(review_command.app, name="revue", rich_help_panel=_PANEL)
app.add_typer(document_commands.socle, name="socle", rich_help_panel=_PANEL)


if __name__ == "__main__":
    main()
