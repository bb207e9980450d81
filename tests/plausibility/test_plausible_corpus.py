"""No false alarm on sound files, no silence on spoiled ones: next year's files of nineteen datasets."""

from __future__ import annotations

import random
from collections.abc import Callable

import polars as pl
import pytest

from indicators.plausibility import NewFile, Reviewer
from sources.catalogue import Catalogue
from sources.readers import Account
from tests.plausibility.corpus import FILES, MUTATIONS, Sheet, next_year

Outcome = Callable[[Sheet], list[str]]

OUT_OF_REACH = {("insee_bpe", "négatif"), ("insee_bpe", "unités mêlées"), ("insee_bpe", "×10")}
"""One cell of a file of facilities of which we read a few kinds: the spoiled cell is not among those read."""

VARIANTS = 2
"""How many spoiled files of one dataset and kind are tried here; all of them were when the rules were set."""


@pytest.mark.parametrize("dataset", FILES)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_sound_file_of_the_next_year_raises_nothing(
    dataset: str, seed: int, catalogue: Catalogue, outcome: Outcome
) -> None:
    assert outcome(next_year(dataset, catalogue, random.Random(seed))) == []


@pytest.mark.parametrize("dataset", FILES)
def test_last_year_s_file_under_a_new_name_is_held(
    dataset: str, catalogue: Catalogue, outcome: Outcome
) -> None:
    assert "identical" in outcome(next_year(dataset, catalogue, None))


@pytest.mark.parametrize("kind", MUTATIONS)
@pytest.mark.parametrize("dataset", FILES)
def test_a_spoiled_file_is_never_accepted_in_silence(
    dataset: str, kind: str, catalogue: Catalogue, outcome: Outcome
) -> None:
    if (dataset, kind) in OUT_OF_REACH:
        pytest.skip("la cellule abîmée n’est pas de celles que le baromètre lit")
    variants = list(MUTATIONS[kind](next_year(dataset, catalogue, random.Random(7))))
    random.Random(f"{dataset} {kind}").shuffle(variants)
    silent = [variant.note for variant in variants[:VARIANTS] if not outcome(variant)]
    assert silent == []


def test_the_embedded_files_raise_nothing_against_one_another(
    embedded: tuple[pl.DataFrame, list[Account]], followed: pl.DataFrame, catalogue: Catalogue
) -> None:
    """Each file is taken as new, the others as its past; its own years are looked at one by one."""
    observations, accounts = embedded
    alarms = []
    for account in accounts:
        own = pl.col("extract") == account.extract
        file = NewFile(account.file, account.extract, account.dataset, observations.filter(own))
        alarms += Reviewer(observations.filter(~own), followed, catalogue).review([file])
    assert [(one.file, one.rule, one.found) for one in alarms] == []
