"""Accidents drawn by Hypothesis on the embedded layouts: refused, or read exactly as they are written."""

from __future__ import annotations

import hashlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.problems import ExtractRefused
from tests.hostile.conftest import Judge
from tests.hostile.mutations import mutated
from tests.hostile.oracle import Original, check_taken, figures

EXAMPLES = 400
AT_LEAST = 250
SMALL = 20_000
"""Largest file mutated, in bytes: a larger one only makes the run slower."""


def test_any_accident_is_refused_or_read_as_it_is_written(
    originals: dict[str, Original], judge: Judge
) -> None:
    # Where one row follows the header, a header that comes twice says nothing of which one counts.
    names = sorted(
        name for name, original in originals.items() if len(original.raw) < SMALL and original.rows > 2
    )
    assert len(names) >= 36
    refused, changed, harmless = set(), set(), set()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def accident(data: st.DataObject) -> None:
        original = originals[data.draw(st.sampled_from(names), label="file")]
        content = data.draw(mutated(original.raw, original.layout.separator), label="content")
        if content == original.raw:
            return
        reading = judge.read(original.path.name, content)
        kind = refused
        if not isinstance(reading, ExtractRefused):
            check_taken(original, content, reading)
            same = figures(reading) == figures(original.result)
            kind = harmless if same else changed
        kind.add(hashlib.sha256(content).hexdigest())

    accident()

    assert len(refused | changed) >= AT_LEAST, (len(refused), len(changed), len(harmless))
    assert len(refused) >= AT_LEAST // 2, "too few of the accidents are refused"
    assert changed, "an accepted change of figures is what the oracle is for"
