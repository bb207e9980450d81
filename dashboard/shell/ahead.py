"""What the pages of each commune say, and the files to download, made before a reader asks: once a release.

Belongs here: the pieces that take longest at a first view. Does not belong here: how they are kept, which is
the same as for those a reader asks for (:mod:`dashboard.data.kept`).
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from importlib import import_module

from dashboard.address.screens import PAGES
from dashboard.data.questions import Barometer
from dashboard.data.questions import barometer as answers
from dashboard.data.records import Territory
from dashboard.data.release_file import ExportError
from dashboard.data.screen import NoRelease, ScreenRelease, current
from dashboard.opendata.bundle import bundle

LOOK_SECONDS = 20.0
"""How often a new release is looked for."""
REST_SECONDS = 0.03
"""Left to the readers between two communes."""


def keep_ahead() -> None:
    """Start making ahead, for as long as the server runs."""
    threading.Thread(target=_follow, name="ahead", daemon=True).start()


def _follow() -> None:
    done: ScreenRelease | None = None
    while True:
        try:
            release = current()
            if release != done:
                make(release)
                done = release
        except NoRelease:
            pass
        except Exception:
            # A page that is asked for says what is wrong; nothing is lost but the time gained.
            logging.getLogger(__name__).exception("pages not made ahead")
            return
        time.sleep(LOOK_SECONDS)


def make(release: ScreenRelease) -> None:
    """Load every page, make its pieces of every commune, then the files to download.

    It stops where another release takes its place.
    """
    # Here, so that the server answers before it has loaded what all its pages need.
    scripts = [import_module(f"dashboard.pages.{page.folder}.page") for page in PAGES]
    pieces: list[Callable[[Barometer, Territory], None]]
    pieces = [script.ahead for script in scripts if hasattr(script, "ahead")]
    barometer = answers(release)
    for commune in barometer.communes():
        if current() != release:
            return
        for piece in pieces:
            piece(barometer, commune)
        time.sleep(REST_SECONDS)
    with contextlib.suppress(ExportError):
        # The page of the files says why there is none.
        bundle(release.path)
