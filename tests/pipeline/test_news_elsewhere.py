"""What a release changes in the rest of France is said, though no figure of ours changes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from indicators.frames import VALUE_COLUMNS
from pipelines.news import Elsewhere, _elsewhere

Row = tuple[str, str, float | None, bool]


def release(path: Path, rows: list[Row]) -> Path:
    """A file with a table of values: indicator, commune, value, whether it is followed."""
    with duckdb.connect(path) as connection:
        columns = ", ".join(f"{one.name} {one.kind}" for one in VALUE_COLUMNS)
        connection.execute(f"CREATE TABLE value ({columns}, followed BOOLEAN)")
        for indicator, code, value, followed in rows:
            connection.execute(
                "INSERT INTO value (indicator, level, code, millesime, edition, value, followed) "
                "VALUES (?, 'commune', ?, 2022, 2024, ?, ?)",
                [indicator, code, value, followed],
            )
    return path


def test_the_rest_of_france_is_counted_indicator_by_indicator(tmp_path: Path) -> None:
    before = release(
        tmp_path / "l'avant.duckdb",
        [("a", "59606", 20.0, False), ("a", "59350", 3.0, False), ("b", "59606", 1.0, False),
         ("c", "59172", 5.0, True), ("d", "62001", 1.0, False)],
    )  # fmt: skip
    after = release(
        tmp_path / "après.duckdb",
        [("a", "59606", 19.0, False), ("a", "59350", None, False), ("b", "59606", 1.0 + 1e-13, False),
         ("c", "59172", 6.0, True), ("e", "62001", 1.0, False), ("e", "62002", 1.0, False)],
    )  # fmt: skip
    assert _elsewhere(before, after) == Elsewhere(added=2, lost=2, revised=1)
    assert _elsewhere(before, before) == Elsewhere()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Elsewhere(), None),
        (Elsewhere(lost=139_268), "Reste de la France, en chiffres\u00a0: 139\u202f268\u00a0en moins."),
        (Elsewhere(1, 0, 1), "Reste de la France, en chiffres\u00a0: 1\u00a0en plus, 1\u00a0changé."),
    ],
)
def test_it_is_said_in_a_sentence(found: Elsewhere, said: str | None) -> None:
    assert found.told == said
