"""Every fault in every layout: refused or held, where it is, in French; never taken, never a traceback."""

from __future__ import annotations

from sources.problems import ExtractRefused
from tests.hostile.conftest import Judge
from tests.hostile.corpus import LAYOUTS, corpus
from tests.hostile.oracle import Original, grid

AT_LEAST = 300


def unrecognised(refusal: ExtractRefused) -> bool:
    """Whether nobody could say which dataset a file is of: no line of it was read."""
    return all(problem.line is None for problem in refusal.problems)


def test_every_fault_of_every_layout_is_refused_where_it_is(
    originals: dict[str, Original], judge: Judge
) -> None:
    of_one_row = {name for name, one in originals.items() if len(grid(one.raw, one.layout)) == 2}
    wrong: list[str] = []
    for bad in corpus(originals):
        assert bad.content != originals[bad.name].raw, bad.label
        try:
            reading = judge.read(bad.name, bad.content)
        except Exception as error:
            wrong.append(f"{bad.label}: {type(error).__name__}: {str(error)[:200]}")
            continue
        if not isinstance(reading, ExtractRefused):
            # A text that is no number is held for review where it stands: no figure comes of it.
            held = {(mark.line, mark.column) for mark in reading.marks}
            if not held or (bad.line and (bad.line, bad.column) not in held):
                wrong.append(f"{bad.label}: taken")
        elif bad.line and unrecognised(reading) and (bad.line == 1 or bad.name in of_one_row):
            # A file is recognised by its header and its codes: without them, what was found is quoted.
            if not all("«" in problem.found for problem in reading.problems):
                wrong.append(f"{bad.label}: nothing it holds is quoted: {reading}")
        elif bad.line and bad.line not in {p.line for p in reading.problems}:
            wrong.append(f"{bad.label}: line {bad.line} is not named: {reading}")
        elif bad.column and bad.column not in {p.column for p in reading.problems}:
            wrong.append(f"{bad.label}: column {bad.column} is not named: {reading}")
    assert not wrong, f"{len(wrong)} of {len(judge.seen)}\n" + "\n".join(wrong)
    assert len(judge.seen) >= AT_LEAST * 3, len(judge.seen)
    assert len(LAYOUTS) >= 14
