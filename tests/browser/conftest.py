"""Debian's Chromium, and the dashboard served on the real release."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dashboard import serve
from tests.browser.hands import SIZES, options

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 60
PATIENCE = 30_000
"""Milliseconds: a busy machine is slow, and no test is about time."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} absent : les essais dans le navigateur ne peuvent pas tourner"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def address(release_home: Path) -> Iterator[str]:
    """Address of the dashboard served on the real release, once for all; it is ended by its handle."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    log = release_home / "serveur.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            serve.command(port), env=serve.environment(release_home), stdout=output, stderr=output
        )
    url = f"http://localhost:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).read()
                break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader's browser on a screen of an ordinary size, who may download and copy.

    Module scope: the scripts of the application, several megabytes, are fetched and compiled once.
    """
    opened = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="fr-FR", accept_downloads=True
    )
    opened.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=SIZES)
def held(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """One page for each screen a reader may have, touched where it is a telephone or a tablet."""
    opened = browser.new_context(**options(request.param))
    opened.set_default_timeout(PATIENCE)
    yield opened.new_page()
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of its own; what the application keeps in the browser goes with it."""
    opened = context.new_page()
    yield opened
    if opened.url.startswith("http"):
        opened.evaluate("localStorage.clear()")
    opened.close()


@pytest.fixture(scope="module")
def tab(context: BrowserContext) -> Iterator[Page]:
    """One page for all the tests of a module that only read: what it has loaded serves again."""
    opened = context.new_page()
    yield opened
    opened.close()
