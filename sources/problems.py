"""What is wrong in a file or in the figures: one problem, one French line.

Belongs here: the description of a fault and the exceptions that carry several. Does not belong
here: the finding of faults (readers, schemas) nor their display (command line, asset checks).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sources.french import NBSP, plural, typographic

SHOWN = 3
"""How many problems of one file a message spells out."""

LINES = 12
"""How many lines a message has before « et N autres »: a bad file must not hide the others."""


def quoted(text: object) -> str:
    """Return ``text`` between French quotation marks, cut when it is too long to read.

    A label from a file is data: control characters are shown, never sent to the terminal.
    """
    value = _visible(str(text))
    if len(value) > 80:
        value = value[:79] + "…"
    return f"«{NBSP}{value}{NBSP}»"


def _visible(text: str) -> str:
    """Return the text with its control characters and line separators spelled out."""
    hidden = ("C", "Zl", "Zp")
    # Bytes of a name that are no text, as Python carries them.
    text = re.sub("[\udc80-\udcff]", "\ufffd", text)
    return "".join(repr(c)[1:-1] if unicodedata.category(c).startswith(hidden) else c for c in text)


@dataclass(frozen=True)
class Problem:
    """One fault: where it is, what was found there, what was expected, what to do.

    Attributes:
        file: name of the file, or of the table, the fault is in.
        line: line in the file, header included, counted from 1.
        column: the producer's name of the column.
        found: what is there, as a French noun phrase.
        expected: what should be there, as a French noun phrase.
        advice: what to do about it, as a whole French sentence.
    """

    file: str
    line: int | None
    column: str | None
    found: str
    expected: str
    advice: str | None = None

    def message(self) -> str:
        """Return one French line: file, line, column, found, expected, then what to do."""
        where = [self.file]
        if self.line is not None:
            where.append(f"ligne {self.line}")
        if self.column is not None:
            where.append(f"colonne {quoted(self.column)}")
        place = ", ".join(where)
        said = f"{place} – trouvé{NBSP}: {self.found}{NBSP}; attendu{NBSP}: {self.expected}."
        return _visible(typographic(f"{said} {self.advice}" if self.advice else said))


class _Problems(Exception):
    """An exception that carries the faults found, never only the first."""

    spelled: int | None = None
    """How many its message spells out, when it is another number than usual."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            raise ValueError("a refusal names at least one problem")
        super().__init__(summary(self.problems, self.spelled or SHOWN, self.spelled or LINES))

    def __reduce__(self) -> tuple[type[_Problems], tuple[tuple[Problem, ...]]]:
        # The default would rebuild from the message alone (Dagster may pickle an exception).
        return type(self), (self.problems,)


class ExtractRefused(_Problems):
    """A file that cannot be taken as it is: nothing of it is read, nothing is published."""


class ValidationFailed(_Problems):
    """Figures that break a declared rule: the previous release stays in place."""


def summary(problems: tuple[Problem, ...], shown: int = SHOWN, most: int = LINES) -> str:
    """Return the first problems of each file, one a line, then how many others there are.

    Args:
        problems: all of them.
        shown: how many of one file.
        most: how many in all.
    """
    seen: Counter[str] = Counter()
    lines: list[str] = []
    for problem in problems:
        seen[problem.file] += 1
        if seen[problem.file] <= shown and len(lines) < most:
            lines.append(problem.message())
    others = len(problems) - len(lines)
    if others:
        lines.append(f"… et {plural(others, 'autre')}.")
    return "\n".join(lines)
