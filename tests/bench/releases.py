"""What is done with a release: publishing it, going back, auditing its secrets, writing its documents."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines import publication, publishing, secrecy
from pipelines.home import Home
from pipelines.release import read_table
from sources.catalogue import load_catalogue
from sources.territory.files import load_territories
from tests.bench.measure import Result, command
from tests.bench.refreshes import REFRESH

WHO = "banc d’essai"


def decisions(folder: Path) -> Iterator[Result]:
    """Publication, cancellation and secrecy audit, over a copy of the release of the embedded files."""
    home = Home.locate(_home(folder))
    first = publication.current(home)
    assert first is not None
    command(*REFRESH, "--tout", home=home.root)
    second = publication.candidates(home)[0]
    published = _seconds(lambda: publishing.publish(home, second, WHO, WHO))
    cancelled = _seconds(lambda: publishing.cancel(home, WHO, WHO))
    path = home.releases / first.file
    bare = _seconds(lambda: shutil.copyfile(path, folder / "copie"))
    shown = read_table(path, "observation"), read_table(path, "value")
    catalogue, territories = load_catalogue(), load_territories()
    audited = _seconds(lambda: secrecy.protected(*shown, home, catalogue, territories))
    for label, spent, most, asked in (
        ("Publication", published, 1.0, "au plus 1 s"),
        ("Annulation", cancelled, 0.05, "au plus 50 ms"),
        ("Contrôle du secret", audited, 10.0, "au plus 10 s"),
    ):
        yield Result(label, spent, 0.0, "la copie du fichier", spent / bare, 0.0, asked, spent <= most)


def documents(folder: Path, communes: list[str]) -> Iterator[Result]:
    """The documents of some communes in three formats: seconds for one, and memory.

    Args:
        folder: where to work.
        communes: codes; none for all of them.
    """
    home = _home(folder)
    out = folder / "documents"
    shutil.rmtree(out, ignore_errors=True)
    cost = command(
        "-m", "tests.bench.bcs", "exporter", *(["--commune", communes[0]] if communes else ["--toutes"]),
        "--dossier", out, home=home,
    )  # fmt: skip
    written = [path for path in out.rglob("*") if path.suffix in (".docx", ".pdf", ".xlsx")]
    each = cost.seconds / len(written)
    cores = cost.processor / len(written)
    if communes:
        # Starting the command costs more than three documents: nothing is asked of them alone.
        yield Result("Un document, d’une seule commune", each, cores, "", None, cost.memory, "", None)
        return
    label = "Un document, toutes les communes en trois formats"
    # Two cores share the work of a machine that does nothing else.
    asked, reached = "8 par seconde sur 2 cœurs (0,25 s de processeur)", cores <= 0.25
    yield Result(label, each, cores, "", None, cost.memory, asked, reached)


def _home(folder: Path) -> Path:
    """Return a home with a release of the embedded files."""
    home = folder / "publiee"
    if publication.current(Home.locate(home)) is None:
        command(*REFRESH, "--publier", home=home)
    return home


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
