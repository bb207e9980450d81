"""How we behave with the producers' servers: how often, how long, how many times.

Belongs here: every limit of a download, declared once, and the clock that enforces the rate. Does not belong
here: requests and answers (``download``).
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tenacity.wait import wait_base, wait_exponential, wait_random


class Interrupted(Exception):
    """The person stopped the command: every thread leaves as soon as it can."""


def _later_and_later() -> wait_base:
    """Return the wait after a failed attempt: doubled, plus chance, lest files come back together."""
    return wait_exponential(multiplier=2, max=60) + wait_random(0, 2)


@dataclass(frozen=True)
class Manners:
    """The limits of a download. The defaults suit every producer of the catalogue."""

    requests_per_minute: int = 30
    """For each host: the published limit of INSEE's Melodi, the only one we know of, granted to all."""
    workers: int = 4
    attempts: int = 5
    backoff: wait_base = field(default_factory=_later_and_later)
    retry_after_longest: float = 300
    """When a server asks for more, we say when to come back instead of waiting."""
    connect_timeout: float = 10
    read_timeout: float = 30
    slow_after: float = 60
    """Seconds after which an answer must have come at ``slow_rate`` bytes a second on average."""
    slow_rate: float = 1024
    redirects: int = 5
    largest: int = 1 << 30
    """Bytes a file may have; a guard against an address gone wrong, not a limit of any producer."""
    sleep: Callable[[float], object] | None = None
    """Replaces waiting, in tests."""
    clock: Callable[[], float] = time.monotonic


class Patience:
    """The waits of one run: a rate for each host, shared by all threads, that an interruption cuts short."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._sent: dict[str, deque[float]] = defaultdict(deque)
        self._held: dict[str, float] = {}

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            Interrupted: the run was stopped meanwhile.
        """
        if self.manners.sleep is not None:
            self.manners.sleep(seconds)
            self.check()
        elif self.stopped.wait(seconds):
            raise Interrupted

    def check(self) -> None:
        """Raise ``Interrupted`` when the run was stopped."""
        if self.stopped.is_set():
            raise Interrupted

    def hold(self, host: str, seconds: float) -> None:
        """Send nothing more to a host for a while, from any thread: it asked so."""
        with self._lock:
            self._held[host] = max(self._held.get(host, 0), self.manners.clock() + seconds)

    def turn(self, host: str) -> None:
        """Wait until one more request may be sent to a host, and count it."""
        while (wait := self._wait(host)) > 0:
            self.sleep(wait)

    def _wait(self, host: str) -> float:
        with self._lock:
            now, sent = self.manners.clock(), self._sent[host]
            while sent and sent[0] <= now - 60:
                sent.popleft()
            free = sent[0] + 60 if len(sent) >= self.manners.requests_per_minute else now
            wait = max(free, self._held.get(host, now)) - now
            if wait <= 0:
                sent.append(now)
            return wait
