"""What the reading of a file leaves to be held: cells that are neither numbers nor marks, a file cut."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from indicators.plausibility.findings import Finding, frame_of
from sources.french import number, typographic
from sources.problems import Problem, quoted
from sources.readers import Account, Mark

if TYPE_CHECKING:
    import polars as pl


_UNEXPLAINED = "Rien ne dit ce que veut dire cette marque : déclarez-le, ou laissez ces cellules vides."
_ILL_WRITTEN = "Un nombre mal écrit : corrigez-le à sa source, ou laissez cette cellule vide."


def mark_findings(read: Iterable[tuple[Account, Iterable[Mark]]]) -> pl.DataFrame:
    """Return one finding per unknown text of each file; ``code`` and ``variable`` are null.

    Args:
        read: account and marks of each file.

    Returns:
        The columns of :func:`indicators.plausibility.findings.frame_of`.
    """
    return frame_of(_finding(account, mark) for account, marks in read for mark in marks)


def _finding(account: Account, mark: Mark) -> Finding:
    cells = f"{number(mark.cells)} cellules" if mark.cells > 1 else "une cellule"
    return Finding(
        rule="mark",
        extract=account.extract,
        dataset=account.dataset,
        file=account.file,
        line=mark.line,
        column=mark.column,
        found=typographic(f"{quoted(mark.text)} dans {cells}"),
        expected="un nombre ou une marque déclarée",
        why=typographic(f"Déclaré : {mark.meaning.label}." if mark.meaning else _unexplained(mark.text)),
        mark=mark.text,
    )


def cut_finding(account: Account, problem: Problem) -> pl.DataFrame:
    """Return the finding on a file that may be cut: the whole of it waits.

    Args:
        account: of the file.
        problem: where it stops (:func:`sources.readers.unfinished`).

    Returns:
        The columns of :func:`indicators.plausibility.findings.frame_of`.
    """
    return frame_of(
        [
            Finding(
                rule="cut",
                extract=account.extract,
                dataset=account.dataset,
                file=account.file,
                line=problem.line,
                column=problem.column,
                found=typographic(problem.found),
                expected=problem.expected,
                why=typographic(problem.advice or ""),
            )
        ]
    )


def _unexplained(text: str) -> str:
    return _ILL_WRITTEN if re.match(r"[-+−]?[.,]?\d", text) else _UNEXPLAINED
