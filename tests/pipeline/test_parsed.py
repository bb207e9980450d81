"""A file is parsed once as long as nothing its reading depends on has moved."""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import kept, parsed
from pipelines.parsed import Parsed
from sources.catalogue import Catalogue
from sources.problems import ExtractRefused
from sources.readers import ReadResult, read_extract
from sources.territory.declared import Territories
from tests.pipeline.conftest import FILOSOFI

NAMES = pl.DataFrame(
    {"level": ["commune"], "code": ["59172"], "perimeter": [None], "name": ["Denain"]},
    schema_overrides={"perimeter": pl.String},
)
"""As a file that names its territories gives them."""


class Reading:
    """One dataset read from a folder of readings; counts the times a file is really parsed."""

    def __init__(self, folder: Path, catalogue: Catalogue, territories: Territories) -> None:
        self.kept, self.territories = Parsed(folder / "lus"), territories
        self.dataset = catalogue.datasets["insee_filosofi_communes"]
        self.path = Path(shutil.copy(FILOSOFI, folder))
        self.times = 0

    def counted(self, *given: Any, **named: Any) -> ReadResult:
        self.times += 1
        return replace(read_extract(*given, **named), names=NAMES)

    def read(self, *, kept: Parsed | None = None, **named: Any) -> ReadResult:
        millesime = next(m for m in self.dataset.millesimes if m.edition == 2021)
        return (
            (kept or self.kept)
            .read(self.path, self.dataset, 2021, millesime, self.territories, **named)
            .result
        )


@pytest.fixture
def reading(
    tmp_path: Path, catalogue: Catalogue, territories: Territories, monkeypatch: pytest.MonkeyPatch
) -> Reading:
    made = Reading(tmp_path, catalogue, territories)
    monkeypatch.setattr(parsed, "read_extract", made.counted)
    return made


def test_a_second_reading_gives_the_same_without_parsing(reading: Reading) -> None:
    first, second = reading.read(scope="france"), reading.read(scope="france")
    assert reading.times == 1
    assert second.observations.equals(first.observations) and second.observations.height
    assert second.observations.schema == first.observations.schema
    assert second.names is not None and second.names.equals(NAMES)
    assert asdict(second.account) == asdict(first.account)
    assert (second.notes, second.marks) == (first.notes, first.marks)


def test_whatever_a_reading_depends_on_makes_another(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.read()
    reading.read(scope="france")
    assert reading.times == 2
    reading.path.write_text(
        reading.path.read_text(encoding="utf-8").replace("19560", "19561"), encoding="utf-8"
    )
    changed = reading.read()
    assert reading.times == 3 and 19561.0 in changed.observations["value"]
    reading.path = reading.path.rename(reading.path.with_name("autre nom.csv"))
    assert reading.read().account.file == "autre nom.csv"
    reading.dataset = reading.dataset.model_copy(update={"description": "Une autre déclaration."})
    reading.read()
    monkeypatch.setattr(kept, "_code", lambda _: "d’autres lecteurs")
    reading.read()
    assert reading.times == 6
    reading.read(kept=Parsed(reading.kept.folder, afresh=True))
    assert reading.times == 7


@pytest.mark.parametrize("kind", ["*.json", "*.observations.parquet"])
def test_a_damaged_reading_is_made_again(reading: Reading, kind: str) -> None:
    first = reading.read()
    (path,) = reading.kept.folder.glob(kind)
    path.write_bytes(path.read_bytes()[:-9] + b"x")
    assert reading.read().observations.equals(first.observations)
    assert reading.times == 2
    assert reading.read() is not None and reading.times == 2, "it is kept anew"


def test_a_refused_file_is_read_again_each_time(reading: Reading) -> None:
    reading.path.write_text(
        reading.path.read_text(encoding="utf-8").replace("CODGEO", "CODE"), encoding="utf-8"
    )
    for _ in range(2):
        with pytest.raises(ExtractRefused):
            reading.read()


def test_what_no_run_asks_for_any_more_is_forgotten(reading: Reading) -> None:
    reading.read()
    for path in reading.kept.folder.iterdir():
        os.utime(path, (1, 1))
    reading.read(scope="france")
    reading.kept.forget(2.0)
    left = sorted(path.suffix for path in reading.kept.folder.iterdir())
    reading.read(scope="france")
    assert left == [".json", ".parquet", ".parquet", ".parquet"] and reading.times == 2
