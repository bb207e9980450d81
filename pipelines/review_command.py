"""The commands of the review: list what is held, accept it, set it aside, say what a mark means.

Belongs here: options, what is printed. Does not belong here: what a decision does (``review``). Everything
heavy is imported inside a command.
"""

from __future__ import annotations

import contextlib
import shlex
from typing import Annotated, Any

import typer

from pipelines.decisions import Choice
from pipelines.home import Home
from pipelines.terminal import Debug, FrenchCommand, FrenchGroup, plural, say, told
from sources.french import NBSP

app = typer.Typer(
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE …",
    add_completion=False,
    invoke_without_command=True,
    rich_markup_mode="rich",
)

Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID…", help="Identifiants, ou leur début\u00a0; «\u00a0tout\u00a0» pour tous."),
]
By = Annotated[str | None, typer.Option("--par", metavar="NOM", help="Qui décide\u00a0; demandé sinon.")]
Reason = Annotated[
    str | None, typer.Option("--motif", metavar="TEXTE", help="Pourquoi\u00a0; demandé sinon.")
]
File = Annotated[str | None, typer.Option("--fichier", metavar="NOM", help="Seulement ce fichier.")]
Rule = Annotated[str | None, typer.Option("--regle", metavar="REGLE", help="Seulement cette règle.")]

READABLE, FEW = 20, 5
"""Things held beyond which each group shows its first few only."""


@app.callback()
def revue(
    context: typer.Context,
    page: Annotated[bool, typer.Option("--page", help="Ouvrir la page de revue sur ce poste.")] = False,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, metavar="PORT", help="Port local.", show_default=False)
    ] = 8502,
    everything: Annotated[bool, typer.Option("--tout", help="Montrer aussi ce qui est décidé.")] = False,
    file: File = None,
    debug: Debug = False,
) -> None:
    """Revoir ce qui est retenu avant de publier\u00a0: lister, accepter, écarter."""
    if context.invoked_subcommand is not None:
        return
    with told(debug):
        home = Home.locate()
        if page:
            _open(home, port)
        else:
            _list(home, everything, file)


def _open(home: Home, port: int) -> None:
    from pipelines.review import held_things
    from pipelines.review_page import server

    held_things(home)
    with contextlib.suppress(KeyboardInterrupt), server(home, port) as served:
        say(f"Revue{NBSP}: http://127.0.0.1:{served.server_port}/ (Ctrl+C pour fermer)")
        served.serve_forever()


def _list(home: Home, everything: bool, file: str | None) -> None:
    import polars as pl

    from pipelines.review import grouped, held_things, reviewed

    things = held_things(home)
    if file is not None:
        things = things.filter(pl.col("file") == file)
    waiting = things.filter(pl.col("decision").is_null())
    release = reviewed(home)
    say(f"{'Candidate' if release.candidate else 'Publication'}{NBSP}: {release.release_id}")
    shown = things if everything else waiting
    most = FEW if file is None and not everything and shown.height > READABLE else shown.height
    for group in grouped(shown):
        say(f"\n{group.file}{NBSP}: {group.rule} ({len(group.rows)})")
        if group.why is not None:
            say(f"  {group.why}")
        for row in group.rows[:most]:
            _thing(row, group.why is None)
        if len(group.rows) > most:
            name = shlex.quote(group.file)
            say(f"  … et {len(group.rows) - most} de plus. Pour les voir{NBSP}: bcs revue --fichier {name}")
    say("")
    if waiting.height:
        say(f"{plural(waiting.height, 'chose à revoir', 'choses à revoir')}. Pour décider{NBSP}:")
        say("  bcs revue accepter ID… --par NOM --motif TEXTE")
        say("  bcs revue ecarter ID… --par NOM --motif TEXTE")
        if waiting["mark"].null_count() < waiting.height:
            say("  bcs revue declarer ID --sens secret --par NOM --motif TEXTE")
        if waiting.height > FEW:
            say(f"Pour tout un groupe, à la place des ID{NBSP}: --fichier NOM --regle RÈGLE")
    elif things.height and release.candidate:
        say(f"Tout est décidé. Pour en tenir compte{NBSP}: bcs actualiser")
    elif things.height:
        say(f"Tout est décidé et publié. Si une décision a changé depuis{NBSP}: bcs actualiser")
    else:
        say("Rien n’est retenu.")


def _thing(row: dict[str, Any], why: bool) -> None:
    """Show one thing held: where, what was found, what was expected, and why unless its group says it."""
    from pipelines.decisions import CHOICES
    from pipelines.review import place_of

    state = f" [{CHOICES[row['decision']]} par {row['decided_by']}]" if row["decision"] else ""
    say(f"  {row['id']}  {place_of(row)}{state}")
    say(f"    trouvé{NBSP}: {row['found']}\n    attendu{NBSP}: {row['expected']}")
    if why:
        say(f"    {row['why']}")
    if row["severity"] == "refuse":
        say(f"    Impossible{NBSP}: à corriger à la source ou à écarter.")


@app.command(cls=FrenchCommand, rich_help_panel="Commandes")
def accepter(
    ids: Ids = None,
    by: By = None,
    reason: Reason = None,
    file: File = None,
    rule: Rule = None,
    debug: Debug = False,
) -> None:
    """Accepter des chiffres retenus\u00a0: ils entreront dans la prochaine candidate."""
    with told(debug):
        _decide("accepted", ids, by, reason, file, rule)


@app.command(cls=FrenchCommand, rich_help_panel="Commandes")
def ecarter(
    ids: Ids = None,
    by: By = None,
    reason: Reason = None,
    file: File = None,
    rule: Rule = None,
    debug: Debug = False,
) -> None:
    """Écarter des chiffres retenus\u00a0: ils resteront absents."""
    with told(debug):
        _decide("set_aside", ids, by, reason, file, rule)


@app.command(cls=FrenchCommand, rich_help_panel="Commandes")
def declarer(
    ids: Ids = None,
    meaning: Annotated[
        str,
        typer.Option(
            "--sens",
            metavar="SENS",
            help="secret, non diffusé, non disponible ou sans objet.",
        ),
    ] = "secret",
    by: By = None,
    reason: Reason = None,
    file: File = None,
    debug: Debug = False,
) -> None:
    """Dire ce que veut dire une marque, pour tous les fichiers de son jeu de données."""
    with told(debug):
        _decide("declared", ids, by, reason, file, "mark", meaning)


def _decide(
    choice: Choice,
    ids: list[str] | None,
    by: str | None,
    reason: str | None,
    file: str | None,
    rule: str | None,
    meaning: str | None = None,
) -> None:
    import polars as pl

    from pipelines.review import chosen, decide, held_things

    home = Home.locate()
    things = chosen(held_things(home), ids or [], file, rule)
    by = by if by is not None else typer.prompt("Qui décide")
    reason = reason if reason is not None else typer.prompt("Motif")
    count = decide(home, things, choice, by, reason, meaning)
    left = held_things(home).filter(pl.col("decision").is_null()).height
    done = plural(count, "décision gardée", "décisions gardées")
    rest = (
        f"{left} à revoir encore" if left else f"tout est décidé. Pour en tenir compte{NBSP}: bcs actualiser"
    )
    say(f"{done}{NBSP}; {rest}")
