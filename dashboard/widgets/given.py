"""The files a view gives of its charts and tables: a link for each, and what makes it when it is followed.

A link names the view, which is a release, an address and colours, then the file. What takes long to make, as
the document of a commune, has a button: :mod:`dashboard.widgets.download`.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock

from dashboard.story.markup import Fragment, element, text

ADDRESS = "emporter"
VIEWS = 400
"""Views whose files can be asked for: the last shown ones, each the same for all its readers."""


@dataclass(frozen=True)
class File:
    """A file that can be asked for."""

    key: str
    """What tells it from the others of the view."""
    label: str
    name: str
    """Under which it is saved; its extension is one of those of ``download.MEDIA``."""
    content: Callable[[], bytes]


_view: ContextVar[str] = ContextVar("view", default="")
_lock = Lock()
_views: OrderedDict[str, dict[str, File]] = OrderedDict()


def begin(*view: Hashable) -> None:
    """Begin a view: the links made from now on are its own.

    Args:
        view: All that the content of its files depends on, the release first.
    """
    _view.set(hashlib.blake2s(repr(view).encode(), digest_size=9).hexdigest())


def links(*files: File) -> Fragment:
    """Return the links that give files, and let them be asked for."""
    view = _view.get()
    with _lock:
        _views.setdefault(view, {}).update({file.key: file for file in files})
        _views.move_to_end(view)
        while len(_views) > VIEWS:
            _views.popitem(last=False)
    listed = (text("a", file.label, href=f"{ADDRESS}/{view}/{file.key}/{file.name}") for file in files)
    return element("div", *listed, css="given") if files else Fragment()


def find(view: str, key: str) -> File | None:
    """Return a file that was offered, ``None`` when its view was shown too long ago."""
    with _lock:
        return _views.get(view, {}).get(key)
