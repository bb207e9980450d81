"""``bcs fetch``: all the addresses of the catalogue, in parallel, into the store.

Belongs here: who downloads what, and what became of it. Does not belong here: HTTP (``download``), bytes on
disk (``sources.store``), display (the command line).
"""

from __future__ import annotations

import datetime as dt
import errno
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
from filelock import FileLock, Timeout

from sources.fetching.download import Download, Progress, open_client
from sources.fetching.failures import DownloadFailed, failed
from sources.fetching.kinds import LABELS, kind_of, with_suffix
from sources.fetching.manners import Interrupted, Manners, Patience
from sources.fetching.targets import Target, Unaddressed, find_targets
from sources.model import Dataset
from sources.problems import ExtractRefused, Problem
from sources.store import Record, Store

Outcome = Literal["new", "unchanged", "changed", "unexpected", "failed", "no_address"]

OUTCOMES: dict[Outcome, str] = {
    "new": "téléchargé",
    "unchanged": "inchangé",
    "changed": "modifié par le producteur",
    "unexpected": "autre que le fichier déclaré au catalogue",
    "failed": "échec",
    "no_address": "sans adresse",
}


_LOOK = (
    "Ouvrez cette adresse dans un navigateur\u00a0: le fichier a pu être déplacé, ou le site être en panne."
)
_NO_COMMON = "un format commun aux jeux de données qui déclarent cette adresse"
_REVISED = "Ce fichier est gardé à part. S’il est une révision du producteur, déclarez sa nouvelle empreinte."


@dataclass(frozen=True)
class Fetched:
    """What became of one edition of one dataset.

    Attributes:
        dataset: its id.
        edition: None when the dataset declares none.
        outcome: ``new``, ``unchanged``, ``changed`` since the last time, ``unexpected`` when it is not the
            file whose sha256 the catalogue declares, ``failed``, or ``no_address``.
        record: where the file comes from, its name, sha256 and size; None when there is none.
        path: the file in the store; None when there is none.
        problem: why there is no file or, for ``changed`` and ``unexpected``, a warning.
    """

    dataset: str
    edition: int | None
    outcome: Outcome
    record: Record | None = None
    path: Path | None = None
    problem: Problem | None = None

    @property
    def held(self) -> bool:
        """Whether there is a file, warned about or not."""
        return self.path is not None


def fetch(
    datasets: Iterable[Dataset],
    home: Path,
    *,
    edition: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_fetched: Callable[[Fetched], None] | None = None,
    manners: Manners | None = None,
) -> list[Fetched]:
    """Download the official files of these datasets into the store of a home.

    A file that fails never stops the others: its problem is in its result.

    Args:
        datasets: declarations of the datasets wanted.
        home: the folder of generated data (``BCS_HOME``).
        edition: the only edition wanted; all declared ones by default.
        on_progress: called for each chunk and each wait, one call at a time, from several threads.
        on_fetched: called with each result as soon as it is known, in the calling thread.
        manners: limits and clock; the defaults suit real servers.

    Returns:
        One result by dataset and edition, in the order of the catalogue.

    Raises:
        ExtractRefused: another download of the same home is running, or its folder cannot be written.
    """
    wanted = find_targets(datasets, edition)
    told = on_fetched or (lambda _fetched: None)
    results: dict[tuple[str, int | None], Fetched] = {}
    # Two datasets may be read from one file: it is asked for once.
    groups: dict[str, list[Target]] = {}
    for item in wanted:
        if isinstance(item, Unaddressed):
            result = Fetched(item.dataset, item.edition, "no_address", problem=item.problem)
            results[item.dataset, item.edition] = result
            told(result)
        else:
            groups.setdefault(item.url, []).append(item)
    if groups:
        for fetched in _locked(list(groups.values()), home, on_progress, told, manners or Manners()):
            results[fetched.dataset, fetched.edition] = fetched
    return [results[item.dataset, item.edition] for item in wanted]


def _locked(
    groups: list[list[Target]],
    home: Path,
    on_progress: Callable[[Progress], None] | None,
    told: Callable[[Fetched], None],
    manners: Manners,
) -> list[Fetched]:
    """Download with the store to ourselves: two runs would exceed the rate and share unfinished files."""
    store = Store(home)
    try:
        store.root.mkdir(parents=True, exist_ok=True)
        with FileLock(store.root / "fetch.lock", timeout=0):
            patience = Patience(manners)
            with _client(patience) as client:
                return _Run(store, client, patience, on_progress).all(groups, told)
    except Timeout as error:
        found, advice = "un téléchargement déjà en cours", "Attendez qu’il soit fini."
        raise ExtractRefused(Problem(str(home), None, None, found, "un seul à la fois", advice)) from error
    except OSError as error:
        raise ExtractRefused(_unwritable(str(home), error)) from error


def _client(patience: Patience) -> httpx.Client:
    try:
        return open_client(patience)
    except (ValueError, OSError, httpx.InvalidURL) as error:
        advice = "Vérifiez les variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY et SSL_CERT_FILE."
        problem = Problem(
            "réseau",
            None,
            None,
            f"un réglage inutilisable ({error})",
            "un mandataire (proxy) valable",
            advice,
        )
        raise ExtractRefused(problem) from error


class _Run:
    """One call of ``fetch``: what its downloads share."""

    def __init__(
        self,
        store: Store,
        client: httpx.Client,
        patience: Patience,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._store, self._client, self._patience = store, client, patience
        self._latest = store.latest()
        self._listener = on_progress
        self._telling = threading.Lock()

    def all(self, groups: Sequence[list[Target]], told: Callable[[Fetched], None]) -> list[Fetched]:
        """Download every group; an interruption stops the threads before it goes on."""
        results: list[Fetched] = []
        with ThreadPoolExecutor(self._patience.manners.workers, thread_name_prefix="telechargement") as pool:
            pending: set[Future[list[Fetched]]] = {pool.submit(self._one, group) for group in groups}
            try:
                while pending:
                    # Without a timeout, Windows would not see Ctrl-C before the first file ends.
                    done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
                    for fetched in (f for future in done for f in future.result()):
                        results.append(fetched)
                        told(fetched)
            except BaseException:
                self._patience.stopped.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return results

    def _tell(self, progress: Progress) -> None:
        if self._listener is not None:
            with self._telling:
                self._listener(progress)

    def _one(self, group: list[Target]) -> list[Fetched]:
        """Download one address, for all the datasets read from it."""
        first = group[0]
        previous = self._latest.get(first.url)
        try:
            record = self._record(group, previous)
        except DownloadFailed as error:
            problem = error.problem
        except OSError as error:
            problem = _unwritable(first.label, error)
        except Interrupted:
            problem = failed(first, "un téléchargement interrompu").problem
        else:
            return [_judged(target, record, previous, self._store.path(record.sha256)) for target in group]
        return [Fetched(target.dataset, target.edition, "failed", problem=problem) for target in group]

    def _record(self, group: list[Target], previous: Record | None) -> Record:
        """Return the answer of an address, its file being in the store."""
        target, store = group[0], self._store
        held = previous if previous is not None and store.holds(previous.sha256) else None
        download = Download(self._client, target, held, store.partial, self._patience, self._tell)
        answer = download.run()
        name = answer.name
        if answer.part is None:
            assert held is not None
            sha256 = held.sha256
        else:
            accepted = frozenset.intersection(*(t.accepted for t in group))
            kind = kind_of(answer.part)
            if kind not in accepted:
                download.discard()
                expected = " ou ".join(LABELS[k] for k in sorted(accepted))
                raise failed(target, LABELS[kind], expected or _NO_COMMON, _LOOK)
            sha256, name = store.add(answer.part), with_suffix(name, kind)
            download.discard()
        record = Record(
            url=target.url,
            final_url=answer.final_url,
            name=name,
            date=dt.datetime.now(dt.UTC),
            etag=answer.etag,
            last_modified=answer.last_modified,
            sha256=sha256,
            size=store.path(sha256).stat().st_size,
        )
        store.remember(record)
        return record


def _judged(target: Target, record: Record, previous: Record | None, path: Path) -> Fetched:
    """Compare a file with the one the catalogue declares and with the last one of its address."""
    outcome: Outcome = "new" if previous is None else "unchanged"
    problem = None
    if target.sha256 is not None and record.sha256 != target.sha256.lower():
        outcome = "unexpected"
        problem = Problem(
            target.label,
            None,
            None,
            f"un fichier d’empreinte {record.sha256[:12]}… à l’adresse {target.url}",
            f"{target.sha256[:12]}… (catalogue)",
            _REVISED,
        )
    elif previous is not None and record.sha256 != previous.sha256:
        outcome = "changed"
        date = f"{previous.date:%d/%m/%Y}"
        problem = Problem(
            target.label,
            None,
            None,
            f"un autre fichier ({record.sha256[:12]}…) que le {date} à l’adresse {target.url}",
            f"le même, {previous.sha256[:12]}…",
            "L’ancien est toujours gardé\u00a0: comparez les deux avant de publier.",
        )
    return Fetched(target.dataset, target.edition, outcome, record, path, problem)


_WHY = {
    errno.ENOSPC: "plus de place sur le disque",
    errno.EDQUOT: "plus de place sur le disque",
    errno.EROFS: "le dossier n’est que lisible",
    errno.EACCES: "droits insuffisants",
    errno.EPERM: "droits insuffisants",
}
"""What the system says in English, in French."""


def _unwritable(label: str, error: OSError) -> Problem:
    why = _WHY.get(error.errno or 0, "le disque ne répond pas comme il faut")
    found = f"un fichier impossible à écrire ({why})"
    return Problem(
        label, None, None, found, "un dossier de données où écrire", "Vérifiez la place et les droits."
    )
