"""One address, one file: asking, starting again, going on where it was cut.

Belongs here: HTTP as seen by one download. Does not belong here: what the file is (``kinds``), where it is
kept (``sources.store``), how many run at once (``run``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from sources.fetching.failures import DownloadFailed, explained, failed, refused_status
from sources.fetching.kinds import safe_name
from sources.fetching.manners import Patience
from sources.fetching.part import Part, is_plain, validator_of
from sources.fetching.targets import Target
from sources.french import NBSP, number
from sources.store import Record

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", re.ASCII)
_TOO_LARGE = "Vérifiez l’adresse\u00a0: elle donne peut-être autre chose que le fichier voulu."


@dataclass(frozen=True)
class Progress:
    """Where a download is; ``total`` is None when the server does not say."""

    target: Target
    received: int
    total: int | None
    waiting: str | None = None
    """Why nothing is coming for now, in French."""


@dataclass(frozen=True)
class Answer:
    """A complete file, or the news that the one we hold is still the right one (``part`` is None)."""

    part: Path | None
    final_url: str
    name: str
    etag: str | None
    last_modified: str | None


def open_client(patience: Patience) -> httpx.Client:
    """Return the client all downloads of a run share; it waits for its turn before each request.

    The hook sees the requests that follow a redirection too. Proxies come from the environment.
    """
    manners = patience.manners
    return httpx.Client(
        timeout=httpx.Timeout(manners.read_timeout, connect=manners.connect_timeout, pool=None),
        follow_redirects=True,
        max_redirects=manners.redirects,
        event_hooks={"request": [lambda request: patience.turn(request.url.host)]},
        headers={
            "User-Agent": f"barometre-cohesion-sociale/{_version()}",
            # Ranges count the bytes sent: compressed ones could not be gone on with.
            "Accept-Encoding": "identity",
        },
    )


class Download:
    """One file from one address, with as many attempts as manners allow."""

    def __init__(
        self,
        client: httpx.Client,
        target: Target,
        held: Record | None,
        folder: Path,
        patience: Patience,
        on_progress: Callable[[Progress], None],
    ) -> None:
        """Prepare a download.

        Args:
            client: of ``open_client``.
            target: the address and what it must give.
            held: its last good answer, when the file is still in the store: the server may then say
                « not modified ».
            folder: where unfinished files are.
            patience: the waits shared by all downloads of the run.
            on_progress: called for each chunk and each wait.
        """
        self._client, self._target, self._held, self._tell = client, target, held, on_progress
        self._patience, self._manners = patience, patience.manners
        self._part = Part(folder, target.url)
        self._state = Progress(target, 0, None)

    def run(self) -> Answer:
        """Return the complete file.

        Raises:
            DownloadFailed: with one French problem; what was received of a good file is kept for next time.
            Interrupted: the run was stopped.
        """
        retrying = Retrying(
            stop=stop_after_attempt(self._manners.attempts),
            retry=retry_if_exception(lambda error: isinstance(error, DownloadFailed) and error.transient),
            wait=self._delay,
            sleep=self._patience.sleep,
            before_sleep=self._announce,
            reraise=True,
        )
        try:
            return retrying(self._attempt)
        except DownloadFailed as error:
            raise (error.final(self._manners.attempts) if error.transient else error) from error

    def discard(self) -> None:
        """Throw away what was received: it is in the store, or it is not what was asked for."""
        self._part.discard()

    def _delay(self, state: RetryCallState) -> float:
        """Return how long to wait: what the server asked, else longer each time, and never twice the same."""
        failure = _failure(state)
        if failure.retry_after:
            # The whole host is busy, not this file only.
            self._patience.hold(self._target.host, failure.retry_after)
            return failure.retry_after
        return self._manners.backoff(state)

    def _announce(self, state: RetryCallState) -> None:
        delay = max(1, round(state.upcoming_sleep))
        why = f"{_failure(state).problem.found}\u00a0; nouvel essai dans {delay}\u00a0s"
        self._tell(replace(self._state, waiting=why))

    def _attempt(self) -> Answer:
        self._patience.check()
        try:
            with self._client.stream("GET", self._target.url, headers=self._headers()) as response:
                return self._answer(response)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise explained(error, self._target) from error
        except DownloadFailed as error:
            if error.spoiled:
                self.discard()
            raise

    def _headers(self) -> dict[str, str]:
        validator = self._part.validator()
        if validator is not None:
            return {"Range": f"bytes={self._part.size}-", "If-Range": validator}
        if self._held is not None and self._held.etag:
            return {"If-None-Match": self._held.etag}
        if self._held is not None and self._held.last_modified:
            return {"If-Modified-Since": self._held.last_modified}
        return {}

    def _answer(self, response: httpx.Response) -> Answer:
        self._same_safety(response)
        status = response.status_code
        if status == 304 and self._held is not None:
            return Answer(None, str(response.url), self._held.name, self._held.etag, self._held.last_modified)
        if status in (206, 416) and not self._fits(response):
            # What we hold is not the beginning of what is there now.
            found = "une suite qui ne va pas avec le début déjà reçu"
            raise failed(self._target, found, transient=True, spoiled=True)
        if status not in (200, 206):
            longest = self._manners.retry_after_longest
            raise refused_status(self._target, response, status in _TRANSIENT, longest)
        if status == 200:
            self._part.restart(response)
        self._receive(response)
        url = str(response.url)
        return Answer(
            self._part.path,
            url,
            safe_name(response.headers.get("Content-Disposition"), url, self._target.label.replace(" ", "_")),
            response.headers.get("ETag"),
            response.headers.get("Last-Modified"),
        )

    def _same_safety(self, response: httpx.Response) -> None:
        """Refuse a redirection that leaves https: anybody on the way could then change the file."""
        schemes = [r.url.scheme for r in (*response.history, response)]
        if "https" in schemes and "http" in schemes[schemes.index("https") :]:
            found = "une redirection vers une adresse non chiffrée (http)"
            raise failed(self._target, found, "une adresse https du début à la fin")

    def _fits(self, response: httpx.Response) -> bool:
        same = validator_of(response) in (None, self._part.validator())
        span = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        return response.status_code == 206 and same and span is not None and int(span[1]) == self._part.size

    def _receive(self, response: httpx.Response) -> None:
        """Add the bytes of an answer to what was received before.

        Raises:
            DownloadFailed: too large, too slow, or not all there.
        """
        manners = self._manners
        begun, before = manners.clock(), self._part.size
        total = _announced(response)
        self._bounded(total or 0)
        received = before
        with self._part.path.open("ab") as file:
            # Bytes as they come: waiting for whole chunks would hide a server that sends one byte a minute.
            for chunk in response.iter_bytes():
                self._patience.check()
                received += len(chunk)
                self._bounded(received)
                file.write(chunk)
                self._state = Progress(self._target, received, total)
                self._tell(self._state)
                elapsed = manners.clock() - begun
                if elapsed > manners.slow_after and received - before < elapsed * manners.slow_rate:
                    raise failed(self._target, "un serveur trop lent", transient=True)
        if total is not None and received != total:
            # A server may answer a range with a part of it only: the next attempt asks for the rest.
            raise failed(self._target, "un envoi incomplet", transient=True)

    def _bounded(self, size: int) -> None:
        largest = self._manners.largest
        if size > largest:
            found = f"un fichier de plus de {_mebibytes(largest)}"
            raise failed(self._target, found, "un fichier plus petit", _TOO_LARGE, spoiled=True)


def _announced(response: httpx.Response) -> int | None:
    """Return the size of the whole file, as far as the answer says it in bytes of the file itself."""
    span = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if response.status_code == 206 and span is not None:
        return int(span[2]) if span[2].isdecimal() else None
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and is_plain(response) else None


def _failure(state: RetryCallState) -> DownloadFailed:
    assert state.outcome is not None
    error = state.outcome.exception()
    assert isinstance(error, DownloadFailed)
    return error


def _version() -> str:
    try:
        return metadata.version("barometre-cohesion-sociale")
    except metadata.PackageNotFoundError:
        return "0"


def _mebibytes(size: int) -> str:
    return f"{number(size / (1 << 20))}{NBSP}Mio"
