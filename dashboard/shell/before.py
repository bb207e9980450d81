"""What a page opens with, in the shell page itself: read at the first frame, before a script has run.

Each page says it in its own ``opening(barometer, selection)``, the very pieces it shows afterwards, when
« page.js » takes them away. An address whose page does not simply begin with them has none.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from importlib import import_module

from anyio import move_on_after, to_thread

from dashboard.address.parse import parse
from dashboard.address.screens import PAGES, Page
from dashboard.address.selection import Selection
from dashboard.address.thresholds import Settings
from dashboard.data.questions import barometer as answers
from dashboard.data.screen import NoRelease, current
from dashboard.shell.frame import brand
from dashboard.story.markup import Fragment, element

LONGEST_WAIT = 0.3
"""Seconds after which the shell page leaves without it: what is not kept yet takes longer to make."""


async def before(path: str, asked: Mapping[str, str]) -> Fragment:
    """Return the opening of the page of an address, empty where there is none.

    Args:
        path: Of the address; its last part names the page.
        asked: Its parameters.
    """
    found = Fragment()
    page = next((page for page in PAGES if (page.url_path or "") == path.rpartition("/")[2]), None)
    if page is not None:
        with move_on_after(LONGEST_WAIT):
            # Left to end by itself: what it makes is kept for the next reader.
            found = await to_thread.run_sync(partial(_read, page, asked), abandon_on_cancel=True)
    return found


def _read(page: Page, asked: Mapping[str, str]) -> Fragment:
    try:
        barometer = answers(current())
        selection = parse(asked, barometer, page)
        if not _plain(asked, selection):
            return Fragment()
        pieces = import_module(f"dashboard.pages.{page.folder}.page").opening(barometer, selection)
    except NoRelease:
        return Fragment()
    except Exception:
        # The page says what is wrong with it; this only comes sooner.
        logging.getLogger(__name__).exception("no opening of %s", page.folder)
        return Fragment()
    header = element("header", brand(barometer.identity), css="band")
    shown = (element("div", element("div", piece, class_="stHtml")) for piece in pieces)
    return element("div", header, *shown, css=f"before before-{page.folder}")


def _plain(asked: Mapping[str, str], selection: Selection) -> bool:
    """Whether the page begins with its opening: nothing to say before it, laid out as usual."""
    return not (
        selection.notices
        or selection.meeting
        or selection.embedded
        or selection.group
        or selection.other_group
        or selection.settings != Settings()
        or any(name.startswith("embed") for name in asked)
    )
