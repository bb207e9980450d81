"""Commands about releases: publish a candidate, go back, throw one away, compare, list, say who decided what.

Belongs here: options and what is printed. Does not belong here: what they do (``publishing``). Everything
heavy is imported inside a command.
"""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from pipelines import journal, publication, publishing
from pipelines.home import Home
from pipelines.publication import PublicationError, Published
from pipelines.terminal import (
    HELD,
    NBSP,
    By,
    Debug,
    Why,
    agreed,
    french_console,
    french_table,
    number,
    plural,
    say,
    told,
)

MISUSED = 2
"""Exit code of a call that lacks something, as for an unknown option."""

Yes = Annotated[
    bool, typer.Option("--oui", help="Publier malgré les fichiers écartés et les points à revoir.")
]


def publier(
    release_id: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="Publication à mettre en place\u00a0; par défaut la dernière candidate."
        ),
    ] = None,
    by: By = None,
    why: Why = None,
    yes: Yes = False,
    debug: Debug = False,
) -> None:
    """Publier une candidate, en disant qui le décide et pourquoi."""
    with told(debug):
        home = Home.locate()
        with publication.locked(home):
            _settled(home)
            chosen = publication.chosen(home, release_id)
            _reviewed(chosen, yes)
            by, why = _decided(by, why)
            _told_of(*publishing.publish(home, chosen, by, why))


def annuler(
    release_id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Publication à remettre en place\u00a0; par défaut la précédente."),
    ] = None,
    by: By = None,
    why: Why = None,
    yes: Annotated[bool, typer.Option("--oui", hidden=True)] = False,
    debug: Debug = False,
) -> None:
    """Revenir à la publication précédente, chiffres et fichiers déposés."""
    with told(debug):
        home = Home.locate()
        with publication.locked(home):
            _settled(home)
            by = by or journal.user()
            chosen = publication.find(home, release_id) if release_id else None
            if chosen is not None and chosen.candidate:
                say(f"Pour publier une candidate, dites{NBSP}: bcs publier {chosen.release_id}", err=True)
                _reviewed(chosen, yes)
                _told_of(*publishing.publish(home, chosen, by, why or "actualisation"))
            else:
                why = why or "retour à la publication précédente"
                _told_of(*publishing.cancel(home, by, why, chosen))


def ecarter(
    release_id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Candidate à écarter\u00a0; par défaut la dernière."),
    ] = None,
    by: By = None,
    why: Why = None,
    debug: Debug = False,
) -> None:
    """Jeter une candidate, et avec elle les fichiers déposés qui n’étaient que pour elle."""
    with told(debug):
        home = Home.locate()
        with publication.locked(home):
            _settled(home)
            chosen = publication.chosen(home, release_id)
            accepted = {file.sha256 for file in publication.accepted(home)}
            own = [file for file in chosen.deposits if file.sha256 not in accepted]
            publishing.discard(home, chosen, by or journal.user(), why or "candidate écartée")
        say(f"La candidate {chosen.release_id} est écartée.")
        for file in own:
            say(f"  {file.name}{NBSP}: sorti du dépôt, gardé sous {file.sha256[:12]}… dans {home.store.name}")


def _settled(home: Home) -> None:
    """Finish what an earlier command left undone, and say what was repaired."""
    for repair in publishing.settle(home):
        say(repair, err=True)


def _reviewed(release: Published, yes: bool) -> None:
    """Stop before a candidate that something holds back, unless a person says yes."""
    reasons = publication.held_back(release) if release.candidate else ()
    if not reasons or yes:
        return
    say(f"À revoir avant de publier{NBSP}: {', '.join(reasons)}.", err=True)
    for one in release.set_aside:
        say(f"  {one['file']}{NBSP}: {one['reason']}", err=True)
    if sys.stdin.isatty() and agreed("Publier quand même\u00a0?"):
        return
    say(
        f"Rien n’a été publié. Pour le faire quand même{NBSP}: bcs publier {release.release_id} --oui",
        err=True,
    )
    raise typer.Exit(HELD)


def _decided(by: str | None, why: str | None) -> tuple[str, str]:
    """Return who publishes and why, asked for on a terminal."""
    if sys.stdin.isatty():
        by = by or str(typer.prompt("Qui publie", default=journal.user()))
        why = why or str(typer.prompt("Pourquoi"))
    if not ((by or "").strip() and (why or "").strip()):
        say(f"Dites qui publie et pourquoi{NBSP}: bcs publier --par NOM --motif TEXTE", err=True)
        raise typer.Exit(MISUSED)
    return by or "", why or ""


def _told_of(release: Published, note: str | None) -> None:
    say(f"La publication {release.release_id} est en place.")
    if note:
        say(note, err=True)


def versions(debug: Debug = False) -> None:
    """Lister les publications conservées."""
    with told(debug):
        home = Home.locate()
        held, named = publication.releases(home), publication.pointed(home)
        damage = publication.trouble(home)
        if damage is not None:
            say(f"La publication est {damage}.", err=True)
        if not held:
            say(f"Aucune publication. Pour en fabriquer une{NBSP}: bcs actualiser --publier")
            return
        table = french_table("", "Publication", "Fabriquée le (UTC)", "Valeurs")
        for release in held:
            moment = dt.datetime.fromisoformat(release.created_at)
            state = _state(home, release, named)
            table.add_row(state, release.release_id, f"{moment:%d/%m/%Y %H:%M}", number(release.values))
        french_console().print(table)


def _state(home: Home, release: Published, named: str | None) -> str:
    if not publication.is_whole(home, release):
        return "abîmée"
    if release.release_id == named:
        return "actuelle"
    return "candidate" if release.candidate else ""


def comparer(
    before: Annotated[str | None, typer.Argument(metavar="AVANT", help="Par défaut la précédente.")] = None,
    after: Annotated[str | None, typer.Argument(metavar="APRÈS", help="Par défaut l’actuelle.")] = None,
    debug: Debug = False,
) -> None:
    """Comparer deux publications\u00a0: ce qui s’ajoute, disparaît ou change."""
    with told(debug):
        from pipelines.diff import differences

        home = Home.locate()
        newer = publication.find(home, after) if after else publication.required(home)
        older = publication.find(home, before) if before else publication.previous(home, newer)
        if older is None:
            raise PublicationError(
                f"Il faut deux publications pour les comparer{NBSP}; liste{NBSP}: bcs versions"
            )
        for release in (older, newer):
            publication.check_whole(home, release)
        changes = differences(home.releases / older.file, home.releases / newer.file)
        say(f"De {older.release_id} à {newer.release_id}")
        if not changes:
            say("Aucune valeur n’a changé.")
            return
        table = french_table(
            "Indicateur", "Ajoutées", "Disparues", "Révisées", "Statut", "Plus forte révision"
        )
        for change in changes:
            counts = (change.added, change.removed, change.revised, change.restated)
            table.add_row(change.indicator, *map(number, counts), change.example)
        french_console().print(table)


def journal_command(debug: Debug = False) -> None:
    """Dire qui a publié, annulé ou écarté quoi, quand et pourquoi."""
    with told(debug):
        entries = journal.read(Home.locate())
        if not entries:
            say("Le journal est vide\u00a0: rien n’a encore été publié.")
            return
        for entry in entries:
            moment = dt.datetime.fromisoformat(entry.when)
            say(f"{moment:%d/%m/%Y %H:%M} {journal.LABELS.get(entry.what, entry.what)} {entry.release}")
            say(f"  par {entry.by}{NBSP}: {entry.why}")
            values = entry.card.get("values")
            details = [
                *([f"{number(values)} valeurs"] if isinstance(values, int) else []),
                *(
                    [plural(len(entry.card["deposits"]), "fichier déposé", "fichiers déposés")]
                    if entry.card.get("deposits")
                    else []
                ),
                *([plural(len(entry.decisions), "décision")] if entry.decisions else []),
                *([f"avant{NBSP}: {entry.previous}"] if entry.previous else []),
            ]
            if details:
                say(f"  {', '.join(details)}")
