"""Names and codes of a file that do not go together: codes moved without their rows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from sources.catalogue import Catalogue
from sources.readers.labels import displaced

NAMES = {"59172": "Denain", "59179": "Douchy-les-Mines", "59491": "Raismes", "59526": "Saint-Amand-les-Eaux"}
SCHEMA = dict.fromkeys(("level", "code", "perimeter", "name"), pl.String)


def table(names: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([("commune", code, None, name) for code, name in names.items()], SCHEMA, orient="row")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, False),
        ({"59526": "SAINT AMAND LES EAUX", "59172": "59172"}, False),
        # One is renamed; most of them bear no word of their own; one bears the name of another.
        ({"59172": "Ville-Neuve"}, False),
        ({"59172": "Abscon", "59179": "Anzin", "59491": "Aniche"}, True),
        ({"59172": "Raismes"}, True),
    ],
)
def test_names_of_other_codes(changes: dict[str, str], wrong: bool, catalogue: Catalogue) -> None:
    observations = pl.DataFrame({"level": ["commune"], "code": ["59172"], "line": [7]})
    read: Any = SimpleNamespace(
        names=table(NAMES | changes), observations=observations, account=SimpleNamespace(file="f.csv")
    )
    found = displaced(read, catalogue.datasets["caf_s_ben_com_f"], table(NAMES))
    assert (found is not None) is wrong
    if found is not None:
        assert (found.file, found.line, found.column) == ("f.csv", 7, "numcomdo")
        assert "59172" in found.found and "Denain" in found.expected
