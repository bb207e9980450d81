"""One reviewer that believes the embedded extracts, for the whole folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from indicators.plausibility import Finding, NewFile, Reviewer
from sources.catalogue import Catalogue
from sources.problems import ExtractRefused
from sources.readers import Account, read_extract
from sources.recognise import recognise
from sources.territory.declared import Territories
from tests.plausibility.corpus import Sheet


@pytest.fixture(scope="session")
def followed(territories: Territories) -> pl.DataFrame:
    """The territories we follow."""
    return territories.territory.select("level", "code", "perimeter", "name")


@pytest.fixture(scope="session")
def reviewed(
    embedded: tuple[pl.DataFrame, list[Account]], followed: pl.DataFrame, catalogue: Catalogue
) -> Callable[[NewFile], list[Finding]]:
    """Review one file against the embedded extracts, and forget it."""
    reviewer = Reviewer(embedded[0], followed, catalogue)
    believed = reviewer.believed

    def review(file: NewFile) -> list[Finding]:
        reviewer.believed = believed
        return reviewer.review([file])

    return review


@pytest.fixture
def outcome(
    reviewed: Callable[[NewFile], list[Finding]],
    catalogue: Catalogue,
    territories: Territories,
    tmp_path: Path,
) -> Callable[[Sheet], list[str]]:
    """Say what becomes of a file: nothing said, the rules that hold it, or « refused »."""

    def read(sheet: Sheet) -> list[str]:
        path = sheet.write(tmp_path)
        try:
            found = recognise(path, catalogue)
            result = read_extract(path, found.dataset, found.edition, None, territories, scope="france")
        except ExtractRefused:
            return ["refused"]
        file = NewFile(path.name, result.account.extract, found.dataset.id, result.observations)
        return [one.rule for one in reviewed(file)] + ["mark"] * len(result.marks)

    return read
