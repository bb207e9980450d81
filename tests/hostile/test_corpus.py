"""Every fault in every layout: refused, where it is, in French; never taken, never a traceback."""

from __future__ import annotations

from sources.problems import ExtractRefused
from tests.hostile.conftest import Judge
from tests.hostile.corpus import LAYOUTS, corpus
from tests.hostile.oracle import Original

AT_LEAST = 300


def test_every_fault_of_every_layout_is_refused_where_it_is(
    originals: dict[str, Original], judge: Judge
) -> None:
    wrong: list[str] = []
    for bad in corpus(originals):
        assert bad.content != originals[bad.name].raw, bad.label
        try:
            reading = judge.read(bad.name, bad.content)
        except Exception as error:
            wrong.append(f"{bad.label}: {type(error).__name__}: {str(error)[:200]}")
            continue
        if not isinstance(reading, ExtractRefused):
            wrong.append(f"{bad.label}: taken")
        elif bad.line and bad.line not in {p.line for p in reading.problems}:
            wrong.append(f"{bad.label}: line {bad.line} is not named: {reading}")
        elif bad.column and bad.column not in {p.column for p in reading.problems}:
            wrong.append(f"{bad.label}: column {bad.column} is not named: {reading}")
    assert not wrong, f"{len(wrong)} of {len(judge.seen)}\n" + "\n".join(wrong)
    assert len(judge.seen) >= AT_LEAST * 3, len(judge.seen)
    assert len(LAYOUTS) >= 14
