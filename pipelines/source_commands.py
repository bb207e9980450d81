"""Commands about the producers' files: say what a file is, download the official ones.

Belongs here: options and what is printed. Does not belong here: reading (``sources.readers``) nor downloading
(``sources.fetching``). Everything heavy is imported inside a command.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import publication
from pipelines.home import Home
from pipelines.terminal import Debug, french_console, french_table, plural, say, told
from pipelines.territory_commands import Territory, choose
from sources.french import NBSP

if TYPE_CHECKING:
    from rich.progress import TaskID

    from sources.catalogue import Catalogue
    from sources.cog import Geography
    from sources.fetching import Fetched
    from sources.model import Dataset


def examiner(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier d’un producteur.")],
    territoire: Territory = None,
    debug: Debug = False,
) -> None:
    """Dire ce qu’est un fichier\u00a0: jeu de données, millésime, territoires, ce qui serait gardé."""
    with told(debug):
        choose(territoire)
        from sources.catalogue import load_catalogue
        from sources.inspect import inspect_file
        from sources.problems import ExtractRefused, Problem
        from sources.territory.files import load_territories

        if not file.is_file():
            advice = "Vérifiez le chemin, puis relancez la commande."
            found = "un dossier" if file.is_dir() else "aucun fichier à cet endroit"
            raise ExtractRefused(Problem(file.name, None, None, found, "un fichier", advice))
        catalogue = load_catalogue()
        official = _official(Home.locate(), catalogue)
        report = inspect_file(file, catalogue, load_territories(), official)
        for line in report.lines:
            say(line)
        if not report.accepted:
            raise typer.Exit(1)


def _official(home: Home, catalogue: Catalogue) -> Geography | None:
    """Return the official code the refresh would use: from the extracts accepted, and those dropped since."""
    from pipelines import deposits
    from pipelines.inputs import kept_files
    from pipelines.official import official_code

    tables = {dataset.id for dataset in catalogue.datasets.values() if dataset.kind != "figures"}
    kept = [file for file in kept_files(home) if file.dataset in tables]
    with tempfile.TemporaryDirectory() as folder:
        deposits.lend(home, kept, Path(folder))
        return official_code([Path(folder), home.inbox], catalogue)


def telecharger(
    millesime: Annotated[
        int | None,
        typer.Option("--millesime", metavar="ANNÉE", min=1990, max=2100, help="Cette édition seulement."),
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option("--jeu", metavar="ID", help="Ce jeu de données seulement\u00a0; peut être répété."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Télécharger les fichiers officiels dont l’adresse est déclarée, et déposer les nouveaux."""
    with told(debug):
        from sources.catalogue import load_catalogue
        from sources.fetching import OUTCOMES

        home = Home.locate()
        home.prepare()
        results = _download(_chosen(load_catalogue(), dataset or []), home, millesime)
        table = french_table("Jeu de données", "Édition", "Résultat", "Fichier")
        for result in results:
            name = result.record.name if result.record else "–"
            table.add_row(result.dataset, str(result.edition or "–"), OUTCOMES[result.outcome], name)
        french_console().print(table)
        for result in results:
            # Without a choice, most datasets have no address: they are counted below.
            if result.problem is not None and (result.outcome != "no_address" or dataset):
                say(result.problem.message(), err=True)
        _deposited(results, home)
        silent = sum(result.outcome == "no_address" for result in results)
        if silent:
            known = plural(silent, "édition sans adresse déclarée", "éditions sans adresse déclarée")
            say(
                f"{known}{NBSP}: téléchargez ces fichiers à la main, depuis la page que donne bcs etat, "
                f"puis déposez-les dans {home.inbox}."
            )
        if any(result.outcome == "failed" for result in results):
            raise typer.Exit(1)


def _chosen(catalogue: Catalogue, wanted: list[str]) -> list[Dataset]:
    """The datasets asked for, all of them by default."""
    from sources.problems import ExtractRefused, Problem, quoted

    unknown = [name for name in wanted if name not in catalogue.datasets]
    if unknown:
        raise ExtractRefused(
            Problem(
                "--jeu",
                None,
                None,
                ", ".join(quoted(name) for name in unknown),
                "un jeu de données du catalogue",
                "La liste est donnée par bcs etat.",
            )
        )
    return [catalogue.datasets[name] for name in wanted] or list(catalogue.datasets.values())


def _download(datasets: list[Dataset], home: Home, edition: int | None) -> list[Fetched]:
    """Download with one progress line a file on a terminal, and one line a result elsewhere."""
    from rich.progress import DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from sources.fetching import OUTCOMES, fetch
    from sources.fetching import Progress as Received

    console = french_console()
    if not console.is_terminal:

        def tell(result: Fetched) -> None:
            if result.outcome != "no_address":
                say(f"{result.dataset} {result.edition or '(actuel)'}{NBSP}: {OUTCOMES[result.outcome]}")

        return fetch(datasets, home.root, edition=edition, on_fetched=tell)
    columns = (TextColumn("{task.description}", markup=False), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console) as progress:
        bars: dict[str, TaskID] = {}

        def show(received: Received) -> None:
            label = received.target.label
            if label not in bars:
                bars[label] = progress.add_task(label, total=received.total)
            text = f"{label} – {received.waiting}" if received.waiting else label
            progress.update(
                progress.task_ids[bars[label]],
                description=text,
                completed=received.received,
                total=received.total,
            )

        return fetch(datasets, home.root, edition=edition, on_progress=show)


def _deposited(results: list[Fetched], home: Home) -> None:
    """Put the files nobody has to decide about in the inbox folder, under their producer's name."""
    from sources.store import Store

    store = Store(home.root)
    accepted = {file.sha256 for file in publication.accepted(home)}
    held = [
        r
        for r in results
        if r.record is not None and r.record.sha256 not in accepted and r.outcome in ("new", "unchanged")
    ]
    for result in held:
        assert result.record is not None
        store.deliver(result.record, home.inbox)
    waiting = sum(result.outcome in ("changed", "unexpected") for result in results)
    if held:
        say(f"{plural(len(held), 'fichier')} dans {home.inbox}{NBSP}: bcs actualiser les lira.")
    if waiting:
        files = plural(waiting, "fichier à examiner", "fichiers à examiner")
        say(f"{files}{NBSP}: gardés à part, ils n’ont remplacé aucun extrait.")
