"""The command line ``bcs``: refresh, serve, and look after releases.

Belongs here: options, what is printed, exit codes. Everything heavy is imported inside a command:
``bcs --help`` answers at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from pipelines import (
    answers_command,
    document_commands,
    publication,
    refresh_command,
    review_command,
    source_commands,
)
from pipelines.home import Home
from pipelines.terminal import (
    NBSP,
    Debug,
    FrenchCommand,
    FrenchGroup,
    french_console,
    french_table,
    number,
    plural,
    told,
)

app = typer.Typer(
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE …",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Baromètre de Cohésion Sociale – mettre à jour, publier et consulter.",
)
_PANEL = "Commandes"
app.command(cls=FrenchCommand, rich_help_panel=_PANEL)(refresh_command.refresh)
app.add_typer(review_command.app, name="revue", rich_help_panel=_PANEL)


def main() -> None:
    """Run ``bcs``."""
    app()


@app.command(cls=FrenchCommand, rich_help_panel=_PANEL)
def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, metavar="PORT", help="Port local.")] = 8501,
    address: Annotated[
        str,
        typer.Option(
            "--address", metavar="ADRESSE", help="Adresse d’écoute\u00a0; par défaut ce poste seulement."
        ),
    ] = "localhost",
    debug: Debug = False,
) -> None:
    """Ouvrir le tableau de bord dans un navigateur."""
    with told(debug):
        from dashboard.serve import command, environment

        home = Home.locate()
        publication.required(home)
        typer.echo(f"Tableau de bord{NBSP}: http://{address}:{port} (Ctrl+C pour arrêter)")
        # Its own welcome is in English.
        call = [*command(port, address), "--logger.hideWelcomeMessage", "true"]
        with contextlib.suppress(KeyboardInterrupt):
            raise typer.Exit(subprocess.run(call, env=environment(home.root), check=False).returncode)  # noqa: S603


@app.command(cls=FrenchCommand, rich_help_panel=_PANEL)
def releases(debug: Debug = False) -> None:
    """Lister les publications conservées."""
    with told(debug):
        home = Home.locate()
        held, present = publication.releases(home), publication.current(home)
        if not held:
            typer.echo("Aucune publication. Pour en fabriquer une\u00a0: bcs refresh")
            return
        table = french_table("", "Publication", "Fabriquée le (UTC)", "Valeurs chiffrées", "Contenu")
        for release in held:
            is_present = present is not None and release.release_id == present.release_id
            state = "actuelle" if is_present else "candidate" if release.candidate else ""
            moment = dt.datetime.fromisoformat(release.created_at)
            when = f"{moment:%d/%m/%Y %H:%M}"
            table.add_row(state, release.release_id, when, number(release.values), release.content_hash[:12])
        french_console().print(table)


@app.command(cls=FrenchCommand, rich_help_panel=_PANEL)
def rollback(
    release_id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Publication à remettre en place\u00a0; par défaut la précédente."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Remettre en place une publication précédente."""
    with told(debug):
        from pipelines.release import stored_hash

        def intact(path: Path, release: publication.Published) -> None:
            try:
                found = stored_hash(path)
            except Exception as error:
                raise publication.PublicationError(
                    f"{path.name} est illisible{NBSP}: son fichier est abîmé. "
                    f"Choisissez une autre publication{NBSP}: bcs releases"
                ) from error
            if found != release.content_hash:
                raise publication.PublicationError(f"{path.name} n’a plus le contenu qui avait été publié.")

        home = Home.locate()
        with publication.locked(home):
            chosen = publication.rollback(home, intact, release_id)
        typer.echo(f"La publication {chosen.release_id} est en place.")


@app.command(cls=FrenchCommand, rich_help_panel=_PANEL)
def diff(
    before: Annotated[str | None, typer.Argument(metavar="AVANT", help="Par défaut la précédente.")] = None,
    after: Annotated[str | None, typer.Argument(metavar="APRÈS", help="Par défaut l’actuelle.")] = None,
    debug: Debug = False,
) -> None:
    """Comparer deux publications\u00a0: ce qui s’ajoute, disparaît ou change."""
    with told(debug):
        from pipelines.diff import differences

        home = Home.locate()
        newer = publication.find(home, after) if after else publication.current(home)
        older = publication.find(home, before) if before else publication.previous(home, newer)
        if newer is None or older is None:
            raise publication.PublicationError(
                f"Il faut deux publications pour les comparer{NBSP}; liste{NBSP}: bcs releases"
            )
        changes = differences(home.releases / older.file, home.releases / newer.file)
        typer.echo(f"De {older.release_id} à {newer.release_id}")
        if not changes:
            typer.echo("Aucune valeur n’a changé.")
            return
        table = french_table(
            "Indicateur", "Ajoutées", "Disparues", "Révisées", "Statut changé", "Plus forte révision"
        )
        for change in changes:
            counts = (change.added, change.removed, change.revised, change.restated)
            table.add_row(change.indicator, *map(number, counts), change.example)
        french_console().print(table)


@app.command(cls=FrenchCommand, rich_help_panel=_PANEL)
def doctor(debug: Debug = False) -> None:
    """Dire ce qui est là, ce qui est attendu et ce qui est en retard."""
    with told(debug):
        from pipelines.freshness import expectations
        from sources.catalogue import load_catalogue
        from sources.fetching.targets import address_state
        from sources.store import verified_addresses

        home, today = Home.locate(), dt.date.today()
        answered = verified_addresses(home.root)
        present = publication.current(home)
        typer.echo(f"Dossier{NBSP}: {home.root}")
        said = present.release_id if present else publication.trouble(home) or "aucune (bcs refresh)"
        typer.echo(f"Publication{NBSP}: {said}")
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
        typer.echo(f"{known}{NBSP}: {number(absent)} sans extrait, {number(late)} en retard.")
        typer.echo(
            f"Adresse inconnue{NBSP}: à télécharger à la main sur la page du producteur, puis à déposer. "
            f"Structure non vérifiée{NBSP}: aucun fichier réel sous la main quand elle a été déclarée."
        )
        for e in found:
            if address_state(e.dataset, answered) == "inconnue":
                typer.echo(f"- {e.dataset.id}{NBSP}: {e.dataset.page}")


for _command in (
    *(source_commands.inspect, source_commands.fetch, answers_command.verdicts),
    *(document_commands.export, document_commands.reprendre, document_commands.modeles),
):
    app.command(cls=FrenchCommand, rich_help_panel=_PANEL)(_command)


if __name__ == "__main__":
    main()
