"""The command line ``bcs``: refresh, serve, and look after releases.

Belongs here: options, what is printed, exit codes. Everything heavy is imported inside a command:
``bcs --help`` answers at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import document_commands, publication, source_commands
from pipelines.fingerprint import dropped_files, fingerprint
from pipelines.home import Home
from pipelines.terminal import (
    INTERRUPTED,
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

if TYPE_CHECKING:
    from pipelines.refresh import Outcome

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


def main() -> None:
    """Run ``bcs``."""
    app()


@app.command(cls=FrenchCommand, rich_help_panel=_PANEL)
def refresh(
    inbox: Annotated[
        Path | None,
        typer.Option(
            "--inbox",
            metavar="DOSSIER",
            help="Lire aussi les fichiers de ce dossier\u00a0; une fois publiés, ils sont gardés.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Tout refaire même si rien n’a changé.")] = False,
    publish: Annotated[
        bool,
        typer.Option(
            "--publish/--no-publish",
            help="Publier, ou seulement fabriquer et vérifier une candidate.",
            show_default=False,
        ),
    ] = True,
    ignore_unknown: Annotated[
        bool,
        typer.Option("--ignore-unknown", help="Laisser de côté les fichiers déposés que rien ne reconnaît."),
    ] = False,
    debug: Debug = False,
) -> None:
    """Mettre à jour\u00a0: lire les extraits, calculer, vérifier, publier."""
    with told(debug):
        home = Home.locate()
        home.prepare()
        if inbox is not None:
            _look_in(inbox)
        present = publication.current(home)
        folders = (*home.inputs, *([inbox] if inbox else []))
        if present is not None and not force and present.fingerprint == fingerprint(folders):
            typer.echo(f"Rien n’a changé{NBSP}: la publication {present.release_id} est à jour.")
            typer.echo(f"Pour tout refaire{NBSP}: bcs refresh --force")
            return
        try:
            outcome = _run(
                home, inbox.resolve() if inbox else None, publish=publish, ignore_unknown=ignore_unknown
            )
        except KeyboardInterrupt:
            # Asked again: it may have been stopped just after the new release was put in place.
            typer.echo(f"\nMise à jour arrêtée{NBSP}: {_in_place(publication.current(home))}.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        if outcome.failures:
            _refused(outcome, present, debug)
            raise typer.Exit(1)
        _summary(home, outcome, published=publish)


def _run(home: Home, inbox: Path | None, *, publish: bool, ignore_unknown: bool) -> Outcome:
    """Run the job, showing each step as it goes."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from pipelines.progress import Step

    console = Console(highlight=False)
    started = f"Mise à jour dans {home.root}"
    if not console.is_terminal:
        typer.echo(started)
        from pipelines import refresh as job

        names, total, done = job.labels(), job.steps(), 0

        def tell(step: Step) -> None:
            nonlocal done
            if step.state != "started":
                done += 1
                typer.echo(f"[{done:>2}/{total}] {_line(step, names)}")

        return job.run(home, inbox, tell, publish=publish, ignore_unknown=ignore_unknown)

    columns = (
        *(TextColumn("{task.description}", markup=False), BarColumn(bar_width=30)),
        *(MofNCompleteColumn(), TimeElapsedColumn()),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Chargement…", total=None)
        from pipelines import refresh as job

        names = job.labels()
        progress.update(bar, total=job.steps())

        def show(step: Step) -> None:
            if step.state == "started":
                progress.update(bar, description=names.get(step.name, step.name)[:60])
            else:
                progress.advance(bar)
                progress.console.print(_line(step, names), markup=False, soft_wrap=True)

        outcome = job.run(home, inbox, show, publish=publish, ignore_unknown=ignore_unknown)
        progress.update(bar, description="Terminé" if not outcome.failures else "Arrêté")
    return outcome


def _line(step: object, names: dict[str, str]) -> str:
    """One line for a step that ended."""
    from pipelines.progress import Step

    assert isinstance(step, Step)
    mark = {"done": "✓", "failed": "✗", "skipped": "–", "stopped": "–"}.get(step.state, " ")
    nouns = ("observations", "valeurs", "territoires", "comparaisons")
    found = next((n for n in nouns if isinstance(step.metadata.get(n), int)), None)
    count = f"{NBSP}: {number(int(str(step.metadata[found])))} {found}" if found else ""
    ending = {
        "failed": f"{NBSP}: refusé",
        "skipped": f"{NBSP}: non fait",
        "stopped": f"{NBSP}: arrêté",
    }.get(step.state, count)
    return f"{mark} {names.get(step.name, step.name)}{ending}"


def _refused(outcome: Outcome, present: publication.Published | None, debug: bool) -> None:
    """Say what is wrong, and that nothing was lost."""
    if debug:
        for text in outcome.tracebacks:
            typer.echo(text, err=True)
    typer.echo("\nMise à jour refusée\u00a0:", err=True)
    for failure in dict.fromkeys(outcome.failures):
        for line in failure.splitlines():
            typer.echo(f"  {line}", err=True)
    typer.echo(f"Rien n’a été modifié{NBSP}: {_in_place(present)}.", err=True)


def _in_place(present: publication.Published | None) -> str:
    return f"la publication {present.release_id} reste en place" if present else "rien n’est publié"


def _look_in(inbox: Path) -> None:
    """Refuse what is not a folder; say when nothing is in it."""
    if not inbox.is_dir():
        why = "est un fichier" if inbox.exists() else "n’existe pas"
        raise publication.PublicationError(
            f"«{NBSP}{inbox}{NBSP}» {why}{NBSP}: --inbox attend le dossier où sont les fichiers à lire."
        )
    if next(dropped_files([inbox]), None) is None:
        typer.echo(f"Aucun fichier dans «{NBSP}{inbox}{NBSP}».")


def _summary(home: Home, outcome: Outcome, *, published: bool) -> None:
    """Say what was published and what to do next."""
    from pipelines.assets.parts import DEPOSITS, OBSERVATIONS, TERRITORIES, VALUES
    from sources.vocabulary import Status

    meta = outcome.metadata
    values = meta[VALUES]
    typer.echo("")
    for warning in outcome.warnings:
        typer.echo(f"À regarder – {warning}")
    if outcome.late:
        known = plural(len(outcome.late), "jeu de données", "jeux de données")
        typer.echo(f"À regarder – un millésime plus récent devrait être paru pour {known}{NBSP}: bcs doctor")
    aside = meta[DEPOSITS].get("laissés de côté")
    if isinstance(aside, list) and aside:
        typer.echo(f"Fichiers déposés laissés de côté{NBSP}:")
        for line in aside:
            typer.echo(f"  {line}")
    rows = [
        ("Territoires", _count(meta[TERRITORIES]["territoires"])),
        ("Fichiers lus", _count(meta[OBSERVATIONS]["fichiers"])),
        ("Observations", _count(meta[OBSERVATIONS]["observations"])),
        (
            "Indicateurs calculés",
            f"{values['indicateurs calculés']} sur {values['indicateurs déclarés']}, et l’IDH-4",
        ),
        ("Valeurs", _count(values["valeurs"])),
        *((f"  {s.label}", _count(values[s.value])) for s in Status if s.value in values),
        *_elsewhere(meta),
        ("Publication" if published else "Candidate (non publiée)", outcome.release_id or ""),
    ]
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        typer.echo(f"{name:<{width}}  {text}")
    typer.echo("")
    if published:
        typer.echo(f"Pour ouvrir le tableau de bord{NBSP}: bcs serve")
    else:
        typer.echo(f"Pour la publier{NBSP}: bcs rollback {outcome.release_id}")


def _elsewhere(meta: Mapping[str, Mapping[str, object]]) -> list[tuple[str, str]]:
    """Return the lines on the rest of France, none when no national file was dropped."""
    from pipelines.assets.parts import DEPOSITS, VALUES

    territories = meta[DEPOSITS].get("territoires du reste de la France", 0)
    if not territories:
        return []
    values = meta[VALUES]["valeurs du reste de la France"]
    return [("Reste de la France", f"{_count(territories)} territoires, {_count(values)} valeurs")]


def _count(value: object) -> str:
    return number(int(str(value)))


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
    *(source_commands.inspect, source_commands.fetch),
    *(document_commands.export, document_commands.reprendre, document_commands.modeles),
):
    app.command(cls=FrenchCommand, rich_help_panel=_PANEL)(_command)


if __name__ == "__main__":
    main()
