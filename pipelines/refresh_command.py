"""The command that runs the yearly refresh: its steps as they go, its candidate, what is refused.

Belongs here: options, what is printed, exit codes. Does not belong here: the run itself
(``pipelines.refresh``), nor publishing (``publishing``). Everything heavy is imported inside the command.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import journal, publication, publishing
from pipelines.fingerprint import dropped_files
from pipelines.home import Home
from pipelines.inputs import inputs
from pipelines.publication import Published
from pipelines.terminal import HELD, INTERRUPTED, By, Debug, Why, plural, publish_call, say, told
from pipelines.territory_commands import Territory, choose
from sources import files
from sources.french import NBSP, number

if TYPE_CHECKING:
    from pipelines.refresh import Outcome


def actualiser(
    inbox: Annotated[
        Path | None,
        typer.Option(
            "--depot",
            metavar="DOSSIER",
            help="Lire aussi les fichiers de ce dossier\u00a0; une fois publiés, ils sont gardés.",
        ),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publier", help="Publier aussitôt la candidate, si rien n’est à revoir.")
    ] = False,
    by: By = None,
    why: Why = None,
    force: Annotated[bool, typer.Option("--tout", help="Tout refaire même si rien n’a changé.")] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--sans", metavar="FICHIER", help="Ne plus lire ce fichier accepté\u00a0; peut être répété."
        ),
    ] = None,
    ignore_unknown: Annotated[
        bool,
        typer.Option(
            "--ignorer-inconnus", help="Laisser de côté les fichiers déposés que rien ne reconnaît."
        ),
    ] = False,
    before: Annotated[bool | None, typer.Option("--publish/--no-publish", hidden=True)] = None,
    territoire: Territory = None,
    debug: Debug = False,
) -> None:
    """Lire les extraits, calculer, vérifier\u00a0: fabriquer une candidate et dire ce qu’elle changerait."""
    with told(debug):
        choose(territoire)
        home = Home.locate()
        if before:
            say(f"«{NBSP}--publish{NBSP}» s’écrit maintenant «{NBSP}--publier{NBSP}».", err=True)
        if inbox is not None:
            _look_in(inbox)
            inbox = inbox.resolve()
        with publication.locked(home), _known_files(home, afresh=force):
            for repair in publishing.settle(home):
                say(repair, err=True)
            if inbox is not None:
                publishing.make_way(home, inbox)
            candidate = _candidate(home, inbox, without or [], force, ignore_unknown, debug)
            if candidate is not None:
                _conclude(home, candidate, publish or bool(before), by, why)


def _known_files(home: Home, *, afresh: bool) -> contextlib.AbstractContextManager[None]:
    """Read no file again for its digest that has not changed since the last refresh, unless all is asked."""
    if afresh:
        files.remove(home.digests)
    return files.remembered(home.digests)


def bring_up_to_date(home: Home, without: Sequence[str], why: str, debug: bool) -> None:
    """Refresh a home and publish its candidate, if its files changed; what is held for review stays withheld.

    What a release was published with is shown, and told: it is shown there too.

    Args:
        home: where to work.
        without: names, or heads of sha256, of accepted files to do without.
        why: reason kept in the journal.
        debug: whether the stack of a fault is shown.

    Raises:
        typer.Exit: it is refused.
    """
    import polars as pl

    from pipelines.review import held_things

    with publication.locked(home):
        for repair in publishing.settle(home):
            say(repair, err=True)
        candidate = _candidate(home, None, without, force=False, ignore_unknown=False, debug=debug)
        if candidate is None:
            return
        _, note = publishing.publish(home, candidate, journal.user(), why)
        shown = held_things(home).filter(pl.col("decision").is_null(), severity="ask").height
        reasons = publication.held_back(replace(candidate, held=candidate.held - shown))
        if reasons:
            say(f"Laissé hors de cette version{NBSP}: {', '.join(reasons)}.", err=True)
        if shown:
            points = plural(shown, "point", "points")
            say(
                f"À regarder, montré comme dans la publication d’origine{NBSP}: {points} (bcs revue).",
                err=True,
            )
        if note:
            say(note, err=True)


def _candidate(
    home: Home, inbox: Path | None, without: Sequence[str], force: bool, ignore_unknown: bool, debug: bool
) -> Published | None:
    """Return the candidate of these inputs, built if need be; None when the release in place is theirs."""
    present = publication.current(home)
    damage = publication.trouble(home)
    if damage is not None:
        say(f"La publication est {damage.splitlines()[0]} Elle va être refaite.", err=True)
    state = inputs(home, inbox, without)
    if not force and present is not None and present.fingerprint == state:
        say(f"Rien n’a changé{NBSP}: la publication {present.release_id} est à jour.")
        say(f"Pour tout refaire{NBSP}: bcs actualiser --tout")
        for waiting in publication.candidates(home)[:1]:
            say(f"La candidate {waiting.release_id} attend toujours. Pour la publier, ou la jeter{NBSP}:")
            say(publish_call(waiting.release_id, yes=bool(publication.held_back(waiting))))
            say(f"  bcs ecarter {waiting.release_id}")
        return None
    ready = next((r for r in publication.candidates(home) if r.fingerprint == state), None)
    if not force and ready is not None and publication.is_whole(home, ready):
        say(f"Rien n’a changé depuis la candidate {ready.release_id}.")
        for one in ready.set_aside:
            say(f"    écarté – {one['reason']}")
        return ready
    try:
        outcome = _run(home, inbox, without, ignore_unknown=ignore_unknown, afresh=force)
    except KeyboardInterrupt:
        # Asked again: it may have been stopped just after the candidate was put in place.
        say(f"\nMise à jour arrêtée{NBSP}: {_in_place(publication.current(home))}.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if outcome.failures:
        _refused(outcome, present, debug)
        raise typer.Exit(1)
    _summary(outcome)
    return publication.find(home, outcome.release_id or "")


def _conclude(home: Home, candidate: Published, publish: bool, by: str | None, why: str | None) -> None:
    """Say what the candidate changes, and publish it where that was asked and nothing holds it back."""
    say(_changes(home, candidate))
    reasons = publication.held_back(candidate)
    if reasons:
        say(f"À revoir avant de publier{NBSP}: {', '.join(reasons)}.", err=publish)
    if publish and not reasons:
        _, note = publishing.publish(home, candidate, by or journal.user(), why or "actualisation")
        say(f"La publication {candidate.release_id} est en place.")
        if note:
            say(note, err=True)
        if old := publishing.leaving(home):
            say(old)
        say(f"Pour ouvrir le tableau de bord{NBSP}: bcs ouvrir")
        return
    if candidate.held:
        say(f"Pour décider de ce qui est à revoir{NBSP}: bcs revue", err=publish)
    say(f"Pour la publier{NBSP}:", err=publish)
    say(publish_call(candidate.release_id, yes=bool(reasons)), err=publish)
    if publish:
        raise typer.Exit(HELD)


def _changes(home: Home, candidate: Published) -> str:
    """Say in one sentence what a candidate changes to the release in place."""
    from pipelines.news import compared

    present = publication.current(home)
    if present is None:
        if publication.trouble(home) is None:
            return "Première publication."
        told = "La publication en place est abîmée\u00a0: il n’y a rien à quoi comparer la candidate."
        return "\n".join(filter(None, (told, publication.way_out(home))))
    if present.content_hash == candidate.content_hash:
        return f"Aucun chiffre ne change par rapport à la publication {present.release_id}."
    news = compared(home.releases / present.file, home.releases / candidate.file)
    detail = "" if news.changes.nothing else f"\nPour le détail{NBSP}: bcs comparer"
    return f"Par rapport à la publication {present.release_id}{NBSP}: {news.summary}{detail}"


def _run(
    home: Home, inbox: Path | None, without: Sequence[str], *, ignore_unknown: bool, afresh: bool
) -> Outcome:
    """Run the job, showing each step as it goes."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from pipelines.refresh import Step

    console = Console(highlight=False)
    started = f"Mise à jour dans {home.root}"
    if not console.is_terminal:
        say(started)
        from pipelines import refresh as job

        names, total, done = job.labels(), job.steps(), 0

        def tell(step: Step) -> None:
            nonlocal done
            if step.state != "started":
                done += 1
                say(f"[{done:>2}/{total}] {_line(step, names)}")

        return job.run(home, inbox, tell, ignore_unknown=ignore_unknown, without=without, afresh=afresh)

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

        outcome = job.run(home, inbox, show, ignore_unknown=ignore_unknown, without=without, afresh=afresh)
        progress.update(bar, description="Terminé" if not outcome.failures else "Arrêté")
    return outcome


def _line(step: object, names: dict[str, str]) -> str:
    """One line for a step that ended."""
    from pipelines.refresh import Step

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
    told = [
        f"\n    {word} – {text}"
        for word, name in (("écarté", "écartés"), ("à savoir", "à savoir"))
        if isinstance(texts := step.metadata.get(name), list)
        for text in texts
    ]
    return f"{mark} {names.get(step.name, step.name)}{ending}{''.join(told)}"


def _refused(outcome: Outcome, present: publication.Published | None, debug: bool) -> None:
    """Say what is wrong, and that nothing was lost."""
    if debug:
        for text in outcome.tracebacks:
            say(text, err=True)
    say("\nMise à jour refusée\u00a0:", err=True)
    for failure in dict.fromkeys(outcome.failures):
        for line in failure.splitlines():
            say(f"  {line}", err=True)
    say(f"Rien n’a été modifié{NBSP}: {_in_place(present)}.", err=True)


def _in_place(present: publication.Published | None) -> str:
    return f"la publication {present.release_id} reste en place" if present else "rien n’est publié"


def _look_in(inbox: Path) -> None:
    """Refuse what is not a folder; say when nothing is in it."""
    if not inbox.is_dir():
        why = "est un fichier" if inbox.exists() else "n’existe pas"
        raise publication.PublicationError(
            f"«{NBSP}{inbox}{NBSP}» {why}{NBSP}: --depot attend le dossier où sont les fichiers à lire."
        )
    if next(dropped_files([inbox]), None) is None:
        say(f"Aucun fichier dans «{NBSP}{inbox}{NBSP}».")


def _summary(outcome: Outcome) -> None:
    """Say what the candidate holds."""
    from pipelines.assets.parts import DEPOSITS, OBSERVATIONS, TERRITORIES, VALUES
    from sources.vocabulary import Status

    meta = outcome.metadata
    values = meta[VALUES]
    say("")
    for warning in outcome.warnings:
        say(f"À regarder – {warning}")
    if outcome.late:
        known = plural(len(outcome.late), "jeu de données", "jeux de données")
        say(f"À regarder – un millésime plus récent devrait être paru pour {known}{NBSP}: bcs etat")
    aside = meta[DEPOSITS].get("laissés de côté")
    if isinstance(aside, list) and aside:
        say(f"Fichiers déposés laissés de côté{NBSP}:")
        for line in aside:
            say(f"  {line}")
    rows = [
        ("Territoires", _count(meta[TERRITORIES]["territoires"])),
        ("Fichiers lus", _count(meta[OBSERVATIONS]["fichiers"])),
        ("Observations", _count(meta[OBSERVATIONS]["observations"])),
        (
            "Indicateurs calculés",
            f"{values['indicateurs calculés']} sur {values['indicateurs déclarés']}, et l’IDH-4",
        ),
        ("Valeurs", f"{_count(values['valeurs'])}, dont {_count(values['chiffres'])} chiffres"),
        *((f"  {s.label}", _count(values[s.value])) for s in Status if s.value in values),
        *_elsewhere(meta),
        ("Candidate", outcome.release_id or ""),
    ]
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        say(f"{name:<{width}}  {text}")
    say("")


def _elsewhere(meta: Mapping[str, Mapping[str, object]]) -> list[tuple[str, str]]:
    """Return the lines on the rest of France, none when no national file was dropped."""
    from pipelines.assets.parts import DEPOSITS, VALUES

    territories = meta[DEPOSITS].get("territoires du reste de la France", 0)
    if not territories:
        return []
    values = meta[VALUES]["valeurs du reste de la France"]
    counted = (
        plural(int(str(territories)), "territoire", "territoires"),
        plural(int(str(values)), "valeur", "valeurs"),
    )
    return [("Reste de la France", ", ".join(counted))]


def _count(value: object) -> str:
    return number(int(str(value)))
