"""A server that misbehaves, a clock that never waits, and no proxy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fetch_helpers import Clock
from misbehaving_server import (
    MisbehavingServer,
)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()
