"""The oracle agrees with the engine on every file nobody spoiled: otherwise it could not judge the others."""

from __future__ import annotations

import pytest

from sources.readers import ReadResult
from tests.hostile.conftest import Judge
from tests.hostile.oracle import Original, check_taken, figures, grid, number, written


def test_every_untouched_extract_is_read_as_the_standard_library_reads_it(
    originals: dict[str, Original],
) -> None:
    assert len(originals) >= 45
    for original in originals.values():
        check_taken(original, original.raw, original.result)


def test_the_oracle_sees_a_changed_cell_and_a_lost_line(originals: dict[str, Original]) -> None:
    original = originals["cc_filosofi_2021_COM.csv"]
    changed = original.raw.replace(b";22350;", b";22351;", 1)
    with pytest.raises(AssertionError, match="was read as 22350"):
        check_taken(original, changed, original.result)
    lost = original.raw[: original.raw.rindex(b"\n", 0, -2) + 1]
    with pytest.raises(AssertionError, match="in no count"):
        check_taken(original, lost, original.result)


def test_what_changes_no_figure_changes_none(originals: dict[str, Original], judge: Judge) -> None:
    for name in ("REVN_2022.csv", "base-cc-logement-2022.csv", "neet_communes_2018.csv"):
        original = originals[name]
        header, *records = grid(original.raw, original.layout)
        for rows in (
            [header, *records[::-1]],
            [row[::-1] for row in (header, *records)],
            [[*header, "COMMENTAIRE"], *([*row, '=HYPERLINK("http://x"); "oui"'] for row in records)],
        ):
            content = written(rows, original.layout)
            result = judge.read(name, content)
            assert isinstance(result, ReadResult), result
            check_taken(original, content, result)
            assert figures(result) == {
                row if "estimated" not in row else (*row[:-1], "observed") for row in figures(original.result)
            }


def test_numbers_of_both_languages() -> None:
    texts = ("1 234,5", "1\u202f234.5", "-3", "7.5e-05", "s", "", "٣", "1,2,3", "nan")
    assert [number(text) for text in texts] == [
        1234.5, 1234.5, -3, 7.5e-05, None, None, None, None, None,
    ]  # fmt: skip
