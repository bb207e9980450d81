"""The form a free text keeps of what a word processor knows: tables, lists, bold, links.

A text stays readable in the local layer and comes back to the same document: a line with tabs is a line of a
table, « – » or « 1. » opens an item of a list (two spaces for each level above it), ``**…**`` is bold, and
``[words](address)`` is a link. Belongs here: reading and writing that form. Does not belong here: Word, HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

ITEM = "– "
_ITEM = re.compile(r"^((?:  )*)(–|\d{1,3}\.(?= )) ?(.*)$", re.DOTALL)
_INLINE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\[(?P<words>[^\[\]]+)\]\((?P<link>(?:https?://|mailto:)[^\s()]+)\)"
)
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s()]+")


@dataclass(frozen=True)
class Run:
    """Words set alike."""

    text: str
    bold: bool = False
    link: str = ""
    """Address they lead to, empty for none."""


@dataclass(frozen=True)
class Line:
    """A paragraph, or an item of a list."""

    runs: tuple[Run, ...]
    level: int | None = None
    """Level of an item, from 0; ``None`` for a paragraph."""
    mark: str = ""
    """What an item opens with: « – », or its number and a dot."""


@dataclass(frozen=True)
class Grid:
    """A table: its cells by line, all lines of one length."""

    rows: tuple[tuple[tuple[Run, ...], ...], ...]


RichBlock: TypeAlias = Line | Grid


def parse(text: str) -> tuple[RichBlock, ...]:
    """Return the paragraphs, items and tables of a text, in order; an empty line is an empty paragraph."""
    out: list[RichBlock] = []
    table: list[list[str]] = []
    for line in text.splitlines():
        if "\t" in line:
            table.append(line.split("\t"))
            continue
        out += _grid(table)
        table = []
        item = _ITEM.match(line)
        level = len(item[1]) // 2 if item else None
        out.append(Line(tuple(inline(item[3] if item else line)), level, item[2] if item else ""))
    return (*out, *_grid(table))


def _grid(lines: list[list[str]]) -> Iterator[Grid]:
    if lines:
        width = max(map(len, lines))
        yield Grid(
            tuple(
                tuple(tuple(inline(cell)) for cell in (*line, *[""] * (width - len(line)))) for line in lines
            )
        )


def inline(text: str) -> Iterator[Run]:
    """Yield the words of a text set alike, in order."""
    place = 0
    for found in _INLINE.finditer(text):
        if found.start() > place:
            yield Run(text[place : found.start()])
        if found["bold"] is not None:
            yield from (replace(run, bold=True) for run in inline(found["bold"]))
        else:
            yield Run(found["words"], link=found["link"])
        place = found.end()
    if place < len(text):
        yield Run(text[place:])


def written(runs: Iterable[Run]) -> str:
    """Return runs in the form of the local layer: neighbours set alike are one, spaces stay outside."""
    return "".join(map(_marked, _joined(runs)))


def _joined(runs: Iterable[Run]) -> list[Run]:
    out: list[Run] = []
    for run in runs:
        if out and (out[-1].bold, out[-1].link) == (run.bold, run.link):
            out[-1] = replace(out[-1], text=out[-1].text + run.text)
        elif run.text:
            out.append(run)
    return out


def _marked(run: Run) -> str:
    core = run.text.strip(" \u00a0")
    if not core or "\n" in core or "\t" in core:
        return run.text
    said = core
    if _ADDRESS.fullmatch(run.link) and run.link != core and not set("[]") & set(core):
        said = f"[{said}]({run.link})"
    if run.bold and "**" not in core:
        said = f"**{said}**"
    before, _, after = run.text.partition(core)
    return before + said + after


def plain(text: str) -> str:
    """Return the words of a text without the marks of its form: what a search or a comparison looks at."""
    return _INLINE.sub(lambda found: found["bold"] or found["words"], text)
