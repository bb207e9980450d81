"""What opens each item of a list of a Word file: a dash, or the number that Word shows and does not write.

Belongs here: the lists a file declares, and counting their items. Does not belong here: the form a text keeps
of them (``sources.local.rich``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from dashboard.documents.word.xml import NAMESPACE
from sources.local.rich import ITEM

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_W = f"{{{NAMESPACE}}}"
_UNNUMBERED = {"bullet", "none", ""}
_LIST_STYLE = re.compile(
    r"(?:List|Liste)(?:(?:Bullet|[Pp]uces)|(?P<numbered>Number|[Nn]umros))(?P<level>\d?)"
)
_DEEPEST = 8
"""Levels of a list of Word, from 0."""


class Numbering:
    """The lists of one document, and how far each has come."""

    def __init__(self, declared: _Element | None = None) -> None:
        self._lists: dict[str, _Element] = {}
        """The definition of each list, by its number."""
        self._starts: dict[tuple[str, int], int] = {}
        """Where a list starts anew at a level."""
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        """The last number given at each level, by list."""
        if declared is None:
            return
        models = {one.get(f"{_W}abstractNumId"): one for one in declared.iter(f"{_W}abstractNum")}
        for one in declared.iter(f"{_W}num"):
            number = one.get(f"{_W}numId") or ""
            model = models.get(_value(one, "abstractNumId"))
            if model is not None:
                self._lists[number] = model
            for level in one.iter(f"{_W}lvlOverride"):
                start = _value(level, "startOverride")
                if start.isdecimal():
                    self._starts[number, _whole(level.get(f"{_W}ilvl"))] = int(start)

    def opening(self, paragraph: _Element, style: str) -> str:
        """Return what opens a paragraph in the form of a text, empty where it is of no list.

        Args:
            paragraph: the next one, in the order of the document.
            style: identifier of its style.
        """
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is not None:
            number, level = _value(properties, "numId"), _whole(_value(properties, "ilvl"))
            # A list numbered 0 is what a person took a paragraph out of.
            return "" if number == "0" else self._mark(number, level)
        listed = _LIST_STYLE.match(style)
        if listed is None:
            return ""
        level = max(_whole(listed["level"]) - 1, 0)
        return self._next(style, level, 1) if listed["numbered"] else "  " * level + ITEM

    def _mark(self, number: str, level: int) -> str:
        model = self._lists.get(number)
        shape = None if model is None else model.find(f"{_W}lvl[@{_W}ilvl='{level}']")
        if model is None or shape is None or _value(shape, "numFmt") in _UNNUMBERED:
            return "  " * level + ITEM
        start = self._starts.get((number, level))
        if start is not None:
            return self._next(number, level, start)
        # Lists of one model go on counting where another stopped.
        return self._next(model.get(f"{_W}abstractNumId") or "", level, _start(_value(shape, "start")))

    def _next(self, counted: str, level: int, start: int) -> str:
        counts = self._counts[counted]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return f"{'  ' * level}{counts[level]}. "


def _value(element: _Element, name: str) -> str:
    child = element.find(f"{_W}{name}")
    return "" if child is None else child.get(f"{_W}val") or ""


def _start(said: str) -> int:
    return int(said) if said.isdecimal() else 1


def _whole(said: str | None) -> int:
    return min(int(said), _DEEPEST) if said and said.isdecimal() else 0
