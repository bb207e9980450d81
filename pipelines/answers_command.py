"""The command ``bcs verdicts``: both answers about every need, and the numbers they must reach.

Belongs here: options and what is printed. Does not belong here: counting (``indicators.analysis.numbers``).
Everything heavy is imported inside the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import publication
from pipelines.home import Home
from pipelines.terminal import Debug, french_console, french_table, plural, say, told
from sources.french import NBSP, number

if TYPE_CHECKING:
    from indicators.analysis.numbers import Counted
    from sources.vocabulary import Level


def verdicts(
    summary: Annotated[
        bool, typer.Option("--resume", help="Les comptes\u00a0: mots, certitudes, nombres à atteindre.")
    ] = False,
    commune: Annotated[
        str | None,
        typer.Option("--commune", metavar="CODE", help="Cette commune\u00a0; par défaut l’intercommunalité."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Dire de chaque besoin s’il est général ou concentré, et avec quelle certitude."""
    with told(debug):
        from indicators.analysis.numbers import Counted
        from pipelines.release import read_table
        from sources.vocabulary import Level

        home = Home.locate()
        release = publication.required(home)
        path = home.releases / release.file
        counted = Counted(*(read_table(path, name) for name in ("analysis", "value", "comparison")))
        say(f"Publication{NBSP}: {release.release_id}")
        if not summary:
            _needs(counted, Level.COMMUNE if commune else Level.EPCI, commune)
            return
        for level, title in ((Level.EPCI, "Intercommunalité"), (Level.COMMUNE, "Communes")):
            _words(counted, level, title)
        _numbers(counted)


def _needs(counted: Counted, level: Level, code: str | None) -> None:
    """Print both answers about each need of one territory."""
    import polars as pl

    from indicators.registry import by_id

    said = counted.said(level)
    if code is not None:
        said = said.filter(pl.col("code") == code)
    if said.is_empty():
        raise publication.PublicationError(
            f"Aucune réponse pour {code or 'l’intercommunalité'} dans cette publication. "
            f"Vérifiez le code, ou refaites la publication{NBSP}: bcs actualiser"
        )
    table = french_table("Besoin", "Niveau", "Répartition", "Mot", "Certitude")
    for row in sorted(said.iter_rows(named=True), key=lambda r: by_id(r["indicator"]).number):
        niveau = f"{row['niveau']} ({row['niveau_certitude']})"
        spread = f"{row['repartition']} ({row['repartition_certitude']})"
        table.add_row(by_id(row["indicator"]).need, niveau, spread, row["mot"], row["mot_certitude"])
    french_console().print(table)


def _words(counted: Counted, level: Level, title: str) -> None:
    """Print how many needs are under each word, by certainty."""
    from indicators.analysis.answers import Certainty, Word
    from indicators.analysis.numbers import words

    found = {(word, sure): count for word, sure, count in words(counted, level).iter_rows()}
    say(f"\n{title}{NBSP}: {plural(sum(found.values()), 'besoin répondu', 'besoins répondus')}")
    table = french_table("Mot", *(sure.value.capitalize() for sure in Certainty))
    for word in Word:
        counts = [found.get((word.value, sure.value), 0) for sure in Certainty]
        if any(counts):
            table.add_row(word.value, *(number(count) for count in counts))
    french_console().print(table)


def _numbers(counted: Counted) -> None:
    """Print every number to reach."""
    from indicators.analysis.numbers import numbers

    say("\nNombres à atteindre")
    table = french_table("Quoi", "Compte", "À atteindre", "")
    for one in numbers(counted):
        whole = f" sur {number(one.whole)}" if one.whole is not None else ""
        table.add_row(one.label, f"{number(one.count)}{whole}", one.wanted, "oui" if one.reached else "non")
    french_console().print(table)
