"""What is made of a release once, and kept for every reader: the one cache of the pages.

A piece is known by the function that makes it, by its arguments, and by its release: the file and what tells
it from another one put later under the same name. What holds links or colours adds how the page is shown
(:mod:`dashboard.widgets.made`). The pieces used least recently go first, those of a former release with it.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

RELEASES = 3
"""Releases of which pieces are kept: the published one, and those some readers are still shown."""
PIECES = 6000
"""Pieces of one release, in all: some pages of each commune and their answers."""


class Keepable(Protocol):
    """A release, or answers of one."""

    @property
    def shelf(self) -> Hashable:
        """What tells the release from any other; ``None`` when nothing is to be kept of it."""

    @property
    def variant(self) -> Hashable:
        """What its answers depend on besides the release, as groups made on the spot."""


Source = TypeVar("Source", bound=Keepable)
P = ParamSpec("P")
Made = TypeVar("Made")

_lock = Lock()
_shelves: OrderedDict[Hashable, OrderedDict[Hashable, Future[Any]]] = OrderedDict()


def kept(make: Callable[Concatenate[Source, P], Made]) -> Callable[Concatenate[Source, P], Made]:
    """Return a function that makes each piece once; the pieces are shared, never modify one.

    Args:
        make: Its first argument is a release or answers of one; the others can be hashed, and all it returns
            depends on nothing else.
    """
    return kept_by(lambda: ())(make)


def kept_by(
    around: Callable[[], Hashable],
) -> Callable[[Callable[Concatenate[Source, P], Made]], Callable[Concatenate[Source, P], Made]]:
    """Return the same as :func:`kept`, for what also depends on what surrounds the call.

    Args:
        around: Returns what pieces depend on besides the arguments.
    """

    def decorated(make: Callable[Concatenate[Source, P], Made]) -> Callable[Concatenate[Source, P], Made]:
        # Not the function itself: Streamlit runs the script of a page again at each view, all under one name.
        name = make.__code__.co_filename, make.__qualname__

        @functools.wraps(make)
        def found(source: Source, /, *asked: P.args, **named: P.kwargs) -> Made:
            if source.shelf is None:
                return make(source, *asked, **named)
            key = name, around(), source.variant, asked, tuple(sorted(named.items()))
            return _piece(source.shelf, key, lambda: make(source, *asked, **named))

        return found

    return decorated


def _piece(shelf: Hashable, key: Hashable, make: Callable[[], Made]) -> Made:
    with _lock:
        if shelf not in _shelves:
            _shelves[shelf] = OrderedDict()
        _shelves.move_to_end(shelf)
        pieces = _shelves[shelf]
        piece: Future[Made] | None = pieces.get(key)
        if piece is not None:
            pieces.move_to_end(key)
        else:
            mine = pieces[key] = Future[Made]()
        while len(pieces) > PIECES:
            pieces.popitem(last=False)
        while len(_shelves) > RELEASES:
            _shelves.popitem(last=False)
    if piece is not None:
        # Made, or being made for another reader: ten who come at once do not make it ten times.
        return piece.result() if piece.exception() is None else make()
    try:
        made = make()
    except BaseException as problem:
        with _lock:
            pieces.pop(key, None)
        mine.set_exception(problem)
        raise
    mine.set_result(made)
    return made


def forget(former: Callable[[Hashable], bool] = lambda _: True) -> None:
    """Drop what was made of some releases, of all of them by default.

    Args:
        former: Whether the release of a shelf is one of them.
    """
    with _lock:
        for shelf in [one for one in _shelves if former(one)]:
            del _shelves[shelf]
