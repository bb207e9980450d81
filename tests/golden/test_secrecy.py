"""Statistical secrecy worked by hand, and its way into the values and the published observations."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest

from indicators.compute import compute_values
from indicators.secrecy import Cell, hidden, mask

A, B, C, D = (("commune", code) for code in "ABCD")
WHOLE, GROUP = ("epci", "E"), ("groupe", "g")


def cells(**counts: tuple[float, float]) -> dict[tuple[str, str], Cell]:
    """Communes by letter, with their totals."""
    found = {("commune", code): Cell(*pair) for code, pair in counts.items()}
    found[WHOLE] = Cell(*(sum(pair[i] for pair in counts.values()) for i in (0, 1)))
    return found


def test_nothing_small_hides_nothing() -> None:
    assert hidden(cells(A=(11, 100), B=(89, 100)), {WHOLE: [A, B]}, 11) == (frozenset(), frozenset())


def test_the_complement_counts_as_much_as_the_count() -> None:
    # 90 of 100: the 10 others are under 11. 11 of 22: both sides are 11.
    table = cells(A=(90, 100), B=(50, 100), C=(11, 22))
    del table[WHOLE]
    assert hidden(table, {}, 11) == ({A}, frozenset())
    assert hidden(table, {}, 5) == (frozenset(), frozenset())


def test_a_commune_is_not_given_by_the_total_minus_the_others() -> None:
    # A = 100 − 30 − 62 = 8 would be found: the smallest other, B, goes too; 8 + 30 is over the threshold.
    table = cells(A=(8, 100), B=(30, 100), C=(62, 200))
    assert hidden(table, {WHOLE: [A, B, C]}, 11) == ({A}, {B})


def test_two_small_counts_still_say_too_much_together() -> None:
    # A + B = 3 + 2 = 5 < 11: with the rest known, that total is itself a small count.
    table = cells(A=(3, 100), B=(2, 100), C=(40, 100), D=(60, 100))
    assert hidden(table, {WHOLE: [A, B, C, D]}, 11) == ({A, B}, {C})


def test_two_totals_that_share_members() -> None:
    # The group A + B gives A unless B is hidden; then C is not: EPCI − group gives it anyway.
    table = cells(A=(8, 100), B=(30, 100), C=(20, 100)) | {GROUP: Cell(38, 200)}
    assert hidden(table, {WHOLE: [A, B, C], GROUP: [A, B]}, 11) == ({A}, {B})
    # EPCI − group is C, whatever is done of A and B: the total has to go.
    table = cells(A=(30, 100), B=(40, 100), C=(8, 100)) | {GROUP: Cell(70, 200)}
    assert hidden(table, {WHOLE: [A, B, C], GROUP: [A, B]}, 11) == ({C}, {WHOLE})


def test_two_totals_may_say_that_what_is_left_is_zero() -> None:
    # EPCI − group = C + D = 0, and no count is below zero: both are known unless a total goes.
    table = cells(A=(20, 40), B=(20, 40), C=(0, 0), D=(0, 0)) | {GROUP: Cell(40, 80)}
    primary, secondary = hidden(table, {WHOLE: [A, B, C, D], GROUP: [A, B]}, 11)
    assert primary == {C, D}
    assert secondary & {WHOLE, GROUP}


def test_two_disjoint_counts_are_both_protected() -> None:
    table = {A: Cell(50, 4, disjoint=True), B: Cell(50, 40, disjoint=True)}
    assert hidden(table, {}, 11) == ({A}, frozenset())


@pytest.fixture
def unpublished(catalogue):
    """The real catalogue, the unemployment of one dataset being declared unpublished."""

    def declare(dataset: str, threshold: int) -> SimpleNamespace:
        changed = catalogue.datasets[dataset].model_copy(update={"published": False, "threshold": threshold})
        return SimpleNamespace(
            datasets={**catalogue.datasets, dataset: changed},
            providers=catalogue.providers,
            column=catalogue.column,
        )

    return declare


def test_unpublished_values_are_suppressed_in_the_release(embedded, territories, unpublished, values) -> None:
    observations = embedded[0]
    small = values.filter((pl.col("indicator") == "taux_chomage_rp") & (pl.col("level") == "commune")).filter(
        pl.col("numerator") < 11
    )
    row = small.row(0, named=True)
    catalogue = unpublished(row["datasets"].split(", ")[0], 11)
    found = compute_values(observations, territories, catalogue)
    table = found.filter(
        (pl.col("indicator") == "taux_chomage_rp") & (pl.col("millesime") == row["millesime"])
    )
    hid = table.filter(pl.col("status") == "suppressed")
    assert row["code"] in set(hid["code"])
    for column in ("value", "numerator", "denominator", "lower", "upper"):
        assert hid[column].null_count() == hid.height
    assert hid["note"].str.starts_with("Secret statistique").all()
    # The total of the authority stays: it is what the secondary suppression is for.
    assert table.filter(pl.col("level") == "epci")["status"].to_list() != ["suppressed"]
    assert hid.height >= 2
    shown = mask(observations, found, catalogue)
    cell = shown.filter(
        (pl.col("code") == row["code"])
        & (pl.col("millesime") == row["millesime"])
        & (pl.col("variable") == "rp_chom1564")
        & (pl.col("dataset") == row["datasets"].split(", ")[0])
    )
    assert cell.height > 0
    assert cell["value"].null_count() == cell.height
    assert set(cell["status"]) == {"suppressed"}


def test_what_a_producer_publishes_is_shown_and_flagged(embedded, catalogue, values) -> None:
    small = values.filter((pl.col("numerator") < 11) & (pl.col("indicator") == "taux_chomage_rp"))
    assert small.height > 0
    assert small["value"].null_count() == 0
    fragile = small.filter(pl.col("denominator") < 200)
    assert fragile.height > 0
    assert fragile["note"].str.contains("Effectif faible").all()
    assert mask(embedded[0], values, catalogue).equals(embedded[0])
