"""The command that runs the yearly refresh: its steps as they go, its summary, what is refused.

Belongs here: options, what is printed, exit codes. Does not belong here: the run itself
(``pipelines.refresh``). Everything heavy is imported inside the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import publication
from pipelines.fingerprint import dropped_files, fingerprint
from pipelines.home import Home
from pipelines.terminal import (
    HELD,
    INTERRUPTED,
    NBSP,
    Debug,
    number,
    plural,
    told,
)

if TYPE_CHECKING:
    from pipelines.refresh import Outcome


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
        from pipelines.assets.parts import DEPOSITS, RELEASE

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
        _summary(home, outcome, published=bool(outcome.metadata[RELEASE].get("publiée")))
        if publish and outcome.metadata[DEPOSITS].get("écartés"):
            raise typer.Exit(HELD)


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
    aside = step.metadata.get("écartés")
    told = [f"\n    écarté – {reason}" for reason in aside] if isinstance(aside, list) else []
    return f"{mark} {names.get(step.name, step.name)}{ending}{''.join(told)}"


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
    faults = meta[DEPOSITS].get("écartés")
    if isinstance(faults, list) and faults:
        typer.echo(f"{plural(len(faults), 'fichier écarté', 'fichiers écartés')}{NBSP}:")
        for line in faults:
            typer.echo(f"  {line}")
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
    elif outcome.held:
        waiting = plural(outcome.held, "chose à revoir", "choses à revoir")
        typer.echo(f"{waiting} avant de publier{NBSP}: bcs revue")
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
