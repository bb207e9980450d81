"""Commands about releases: publish a candidate, go back, throw one away, compare, list, say who decided what.

Belongs here: options and what is printed. Does not belong here: what they do (``publishing``). Everything
heavy is imported inside a command.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from indicators.release_schema import LAKE
from pipelines import journal, publication, publishing
from pipelines import lake as lakes
from pipelines.home import Home
from pipelines.publication import PublicationError, Published
from pipelines.terminal import (
    HELD,
    By,
    Debug,
    Why,
    agreed,
    french_console,
    french_table,
    plural,
    publish_call,
    say,
    told,
)
from sources.french import NBSP, number, typographic

if TYPE_CHECKING:
    from pipelines.news import News

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
    with told(debug), _settled() as home:
        chosen = publication.chosen(home, release_id)
        _reviewed(chosen, yes)
        by, why = _decided(by, why, publish_call(chosen.release_id, yes=yes))
        _told_of(home, *publishing.publish(home, chosen, by, why))


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
    with told(debug), _settled() as home:
        by = by or journal.user()
        chosen = publication.find(home, release_id) if release_id else None
        if chosen is not None and chosen.candidate:
            say(f"Pour publier une candidate, dites{NBSP}:", err=True)
            say(publish_call(chosen.release_id, yes=bool(publication.held_back(chosen))), err=True)
            _reviewed(chosen, yes)
            _told_of(home, *publishing.publish(home, chosen, by, why or "actualisation"))
        else:
            why = why or "retour à la publication précédente"
            target, damaged = (chosen, ()) if chosen else publishing.earlier(home)
            for release in damaged:
                say(
                    f"La publication {release.release_id} est abîmée, elle ne peut pas être remise en place"
                    f"{NBSP}: retour à celle d’avant.",
                    err=True,
                )
            _told_of(home, *publishing.cancel(home, by, why, target))


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
        with _settled() as home:
            chosen = publication.chosen(home, release_id)
            accepted = {file.sha256 for file in publication.accepted(home)}
            own = [file for file in chosen.deposits if file.sha256 not in accepted]
            publishing.discard(home, chosen, by or journal.user(), why or "candidate écartée")
        say(f"La candidate {chosen.release_id} est écartée.")
        for file in own:
            say(f"  {file.name}{NBSP}: sorti du dépôt, gardé sous {file.sha256[:12]}… dans {home.store.name}")


@contextmanager
def _settled() -> Iterator[Home]:
    """Hold the releases, finish what an earlier command left undone, and print what was repaired."""
    home = Home.locate()
    with publication.locked(home):
        for repair in publishing.settle(home):
            say(repair, err=True)
        yield home


def _reviewed(release: Published, yes: bool) -> None:
    """Stop before a candidate that something holds back, unless a person says yes."""
    reasons = publication.held_back(release) if release.candidate else ()
    if not reasons or yes:
        return
    say(f"À revoir avant de publier{NBSP}: {', '.join(reasons)}.", err=True)
    for one in release.set_aside:
        say(f"  {one['reason']}", err=True)
    if _on_a_terminal() and agreed("Publier quand même\u00a0?"):
        return
    say(f"Rien n’a été publié. Pour le faire quand même{NBSP}:", err=True)
    say(publish_call(release.release_id, yes=True), err=True)
    raise typer.Exit(HELD)


def _on_a_terminal() -> bool:
    return sys.stdin.isatty()


def _decided(by: str | None, why: str | None, call: str) -> tuple[str, str]:
    """Return who publishes and why, asked for on a terminal."""
    if _on_a_terminal():
        by = by or str(typer.prompt("Qui publie", default=journal.user()))
        why = why or str(typer.prompt("Pourquoi"))
    if not ((by or "").strip() and (why or "").strip()):
        say(f"Dites qui publie et pourquoi{NBSP}:\n{call}", err=True)
        raise typer.Exit(MISUSED)
    return by or "", why or ""


def _told_of(home: Home, release: Published, note: str | None) -> None:
    say(f"La publication {release.release_id} est en place.")
    if note:
        say(note, err=True)
    if old := publishing.leaving(home):
        say(old)


def entrepot(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DOSSIER", help=f"Dossier partagé\u00a0; par défaut celui que nomme {LAKE}."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Écrire la publication en place en Parquet, par département, pour d’autres postes."""
    with told(debug):
        home = Home.locate()
        lake = folder.resolve() if folder else lakes.folder()
        if lake is None:
            say(f"Donnez un dossier, ou nommez-le par {LAKE}.", err=True)
            raise typer.Exit(MISUSED)
        with publication.locked(home):
            release = publication.required(home)
            written = lakes.deliver(home, release, lake)
        say(f"La publication {release.release_id} est dans {written}.")
        say(f"Pour la lire d’un autre poste{NBSP}: {LAKE}={lake} bcs ouvrir")


GONE = 5
"""Releases that are no longer kept, listed after those that are; the journal has them all."""


def versions(debug: Debug = False) -> None:
    """Lister les publications\u00a0: en place, entières, annulées, abîmées, effacées."""
    with told(debug):
        home = Home.locate()
        held, named = publication.cards(home), publication.pointed(home)
        damage = publication.trouble(home)
        if damage is not None:
            say(f"La publication est {damage}", err=True)
        entries = journal.read(home)
        undone, own = journal.undone(entries), {release.release_id for release in held}
        published = sorted({entry.release for entry in entries if entry.what in journal.MOVES}, reverse=True)
        known = (publication.recorded(entries, name) for name in published if name not in own)
        lost = [release for release in known if release is not None]
        if not held and not lost:
            say(f"Aucune publication. Pour en fabriquer une{NBSP}: {publication.REFRESH}")
            return
        table = french_table("", "Publication", "Faite le (UTC)", "Chiffres")
        for release in (*held, *lost[:GONE]):
            moment = dt.datetime.fromisoformat(release.created_at)
            state = _state(home, release, named, undone)
            table.add_row(state, release.release_id, f"{moment:%d/%m/%Y %H:%M}", number(release.values))
        french_console().print(table)
        if lost[GONE:]:
            say(f"et {plural(len(lost[GONE:]), 'autre effacée', 'autres effacées')}{NBSP}: bcs journal")
        for line in _next_steps(home, held, named):
            say(line)


def _next_steps(home: Home, held: list[Published], named: str | None) -> Iterator[str]:
    """Say what can be done of the releases of a list, and which of them the next refresh deletes."""
    if old := publishing.leaving(home):
        yield old
    if waiting := publication.candidates(home):
        yield f"Pour publier la candidate{NBSP}:"
        yield publish_call(waiting[0].release_id, yes=bool(publication.held_back(waiting[0])))
    if any(not release.candidate and release.release_id != named for release in held):
        yield f"Pour remettre en place une publication entière, annulée ou non{NBSP}: bcs annuler ID"


def _state(home: Home, release: Published, named: str | None, undone: set[str]) -> str:
    """Say what a release is, and whether its figures are still there."""
    if not (home.releases / release.file).exists():
        files = "effacée"
    else:
        files = "entière" if publication.is_whole(home, release) else "abîmée"
    if release.release_id == named or release.candidate:
        what = "actuelle" if release.release_id == named else "candidate"
        return what if files == "entière" else f"{what}, {files}"
    return f"annulée, {files}" if release.release_id in undone else files


class Format(StrEnum):
    """How a comparison is written."""

    MARKDOWN = "md"
    HTML = "html"


def comparer(
    before: Annotated[
        str | None,
        typer.Argument(metavar="AVANT", help="Par défaut celle qui était en place avant l’autre."),
    ] = None,
    after: Annotated[
        str | None,
        typer.Argument(metavar="APRÈS", help="Par défaut la candidate, ou l’actuelle s’il n’y en a pas."),
    ] = None,
    written: Annotated[
        Format | None, typer.Option("--format", metavar="md|html", help="Écrire tout, et non un résumé.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--vers", metavar="FICHIER", help="Écrire dans ce fichier.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Comparer deux publications\u00a0: ce qui est nouveau, révisé ou disparu."""
    with told(debug):
        from pipelines.news import compared, markdown, page

        home = Home.locate()
        older, newer = _pair(home, before, after)
        for release in (older, newer):
            publication.check_whole(home, release)
        news = compared(home.releases / older.file, home.releases / newer.file)
        if written is None and target is None:
            _show(news)
            return
        is_page = written is Format.HTML or (
            written is None and target is not None and target.suffix.casefold() in (".html", ".htm")
        )
        text = page(news) if is_page else markdown(news)
        if target is None:
            typer.echo(text, nl=False)
            return
        try:
            target.write_text(text, encoding="utf-8")
        except OSError as error:
            raise PublicationError(f"«{NBSP}{target}{NBSP}» ne peut pas être écrit.") from error
        say(news.summary)
        say(f"Écrit dans {target}")


def _pair(home: Home, before: str | None, after: str | None) -> tuple[Published, Published]:
    """Return the two releases to compare: the one in place and the latest candidate where none is named."""
    present = publication.required(home)
    waiting = [] if before or after else publication.candidates(home)[:1]
    newer = publication.find(home, after) if after else next(iter(waiting), present)
    if before:
        older: Published | None = publication.find(home, before)
    else:
        older = present if newer.candidate and newer != present else publication.previous(home, newer)
    if older is None:
        raise PublicationError(
            f"Il faut deux publications pour les comparer{NBSP}; liste{NBSP}: bcs versions"
        )
    return older, newer


SHOWN = 12
"""Rows of a table on a terminal; a file holds them all."""


def _show(news: News) -> None:
    say(news.title)
    say(news.summary)
    for part in news.parts(SHOWN):
        say("")
        say(typographic(part.title) + (f" ({', '.join(part.header)})" if part.header else ""))
        # A table of many columns does not fit in a terminal of 80.
        for line in (*part.lines, *(" · ".join(filter(None, row)) for row in part.rows)):
            say(f"- {typographic(line)}")
        if part.left_out:
            say(f"et {plural(part.left_out, 'autre')}{NBSP}: bcs comparer --vers nouveautes.html")


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
                *([f"{number(values)} chiffres"] if isinstance(values, int) else []),
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
