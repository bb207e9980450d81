"""The producers' real files, all years of them, raise no alarm that is not a fact."""

from __future__ import annotations

import polars as pl
from real_files import National

from indicators.plausibility import NewFile, Reviewer
from sources.catalogue import Catalogue
from sources.readers import Account
from sources.territory.declared import Territories


def test_no_false_alarm_on_the_real_files(
    national: National,
    embedded: tuple[pl.DataFrame, list[Account]],
    catalogue: Catalogue,
    territories: Territories,
) -> None:
    held = {extract.sha256 for _, _, extract, _ in catalogue.embedded()}
    files = [
        NewFile(name, result.account.extract, result.account.dataset, result.observations)
        for name, result in national.results.items()
        if result.account.sha256 not in held and catalogue.datasets[result.account.dataset].kind == "figures"
    ]
    followed = territories.territory.select("level", "code", "perimeter", "name")
    alarms = Reviewer(embedded[0], followed, catalogue).review(files)
    assert [(one.file, one.rule, one.variable, one.code, one.found) for one in alarms] == []
    assert [mark for result in national.results.values() for mark in result.marks] == []
