"""Which figures of quarters go with a figure of their territory, and what a row of values is as need."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from indicators.analysis.need import (
    Figure,
    Figures,
    Links,
    Quarters,
    figure_of,
    inhabitants,
    quarters_of,
    read_figures,
)
from indicators.frames import value_schema
from indicators.model import POPULATION, Direction, Ratio, Scale
from indicators.registry import INDICATORS, by_id
from indicators.scales import Estimate
from sources.vocabulary import Level, Perimeter

NEED = replace(by_id("taux_chomage_rp"), breaks=())
PLACE = ("commune", "C")
LINKS = Links(
    partly={PLACE: frozenset({"Q1", "Q2", "Q3"})},
    wholly={PLACE: frozenset({"Q1", "Q2"})},
    perimeters={"Q1": "qpv_2024", "Q2": "qpv_2024", "Q3": "qpv_2024", "Q9": "qpv_2024"},
    communes={},
    groups={},
)
AT = Estimate(0.0, 0.0, 0.0)


def figure(value: float = 1.0, *, counted: bool = True) -> Figure:
    return Figure(value, AT, (1.0, 2.0) if counted else None)


def chosen(
    *periods: tuple[str, int, bool, dict[str, Figure]], year: int = 2020, years: tuple[int, ...] = (2020,),
    breaks: tuple[Any, ...] = (),
) -> Quarters | None:  # fmt: skip
    """The quarters set against the figure of a year, among those of these periods."""
    held = Figures(
        quarters={(NEED.id, "c"): {(where, when, stated): own for where, when, stated, own in periods}}
    )
    known = {one: figure() for one in years}
    return quarters_of(replace(NEED, breaks=breaks), "c", held, LINKS, PLACE, year, known)


ONE = {"Q1": figure()}


def test_quarters_inside_apart_and_absent() -> None:
    found = chosen(("qpv_2024", 2020, True, {"Q1": figure(3.0), "Q3": figure(4.0), "Q9": figure()}))
    assert found == Quarters(
        Perimeter.QPV_2024, {"Q1": figure(3.0)}, {"Q3": figure(4.0)}, absent=1, edition=None
    )
    assert chosen(("qpv_2024", 2020, True, {"Q9": figure()})) is None
    every = chosen(("qpv_2024", 2020, True, {"Q1": figure(), "Q2": figure()}))
    assert every is not None and every.absent == 0 and every.counted
    old = chosen(("qpv_2015", 2020, True, ONE))
    assert old is not None and old.absent == 0, "the quarters of another generation are not missed"


def test_a_stated_year_is_the_same() -> None:
    assert chosen(("qpv_2024", 2019, True, ONE)) is None
    assert chosen(("qpv_2024", 2020, True, ONE)) is not None


def test_an_unstated_year_goes_with_the_nearest_to_the_edition() -> None:
    unstated = ("qpv_2024", 2022, False, ONE)
    found = chosen(unstated, years=(2018, 2020))
    assert found is not None and found.edition == 2022
    assert chosen(unstated, years=(2020, 2021)) is None
    # As near: the earlier one.
    assert chosen(unstated, year=2021, years=(2021, 2023)) is not None
    assert chosen(unstated, year=2023, years=(2021, 2023)) is None


@pytest.mark.parametrize(
    ("year", "edition", "broken", "comparable"),
    [
        # The data may be as old as three years: a break after 2019 may lie between.
        (2020, 2022, 2019, True),
        (2020, 2022, 2020, False),
        (2020, 2022, 2021, False),
        (2020, 2022, 2022, False),
        (2020, 2022, 2023, True),
    ],
)
def test_a_break_may_part_them(year: int, edition: int, broken: int, comparable: bool) -> None:
    change = replace(next(b for i in INDICATORS for b in i.breaks), year=broken)
    found = chosen(("qpv_2024", edition, False, ONE), year=year, breaks=(change,))
    assert (found is not None) is comparable
    stated = chosen(("qpv_2024", year, True, ONE), year=year, breaks=(change,))
    assert stated is not None, "one year on both sides"


def test_quarters_inside_come_first_then_counts_then_the_latest() -> None:
    rates = {"Q1": figure(counted=False)}
    apart = {"Q3": figure()}

    def kept(*periods: tuple[str, int, bool, dict[str, Figure]]) -> tuple[str, int | None]:
        found = [chosen(*order) for order in (periods, periods[::-1])]
        assert found[0] is not None and found[0] == found[1], "whatever their order"
        return found[0].perimeter.value, found[0].edition

    assert kept(("qpv_2015", 2020, True, rates), ("qpv_2024", 2020, True, apart))[0] == "qpv_2015"
    assert kept(("qpv_2015", 2020, True, ONE), ("qpv_2024", 2020, True, rates))[0] == "qpv_2015"
    assert kept(("qpv_2015", 2020, True, ONE), ("qpv_2024", 2020, True, ONE))[0] == "qpv_2024"
    assert kept(("qpv_2024", 2020, True, ONE), ("qpv_2024", 2021, False, ONE)) == ("qpv_2024", 2021)
    mixed = {"Q1": figure(), "Q2": figure(counted=False)}
    assert kept(("qpv_2015", 2020, True, ONE), ("qpv_2024", 2020, True, mixed))[0] == "qpv_2015"


def row(indicator: str, **more: Any) -> dict[str, Any]:
    one = by_id(indicator).series[0]
    return dict.fromkeys(value_schema()) | {
        "indicator": indicator, "series": one.id, "concept": one.concept, "level": "commune", "code": "C",
        "millesime": 2020, "edition": 2022, "period": "2020", "value": 25.0, "numerator": 10.0,
        "denominator": 40.0, "status": "observed", "origin": "producer", **more,
    }  # fmt: skip


def test_counts_are_of_those_concerned() -> None:
    need = by_id("taux_chomage_rp")

    def counts(**more: Any) -> Any:
        found = figure_of(row(need.id, **more), need, need.series[0])
        return found and found.counts

    assert counts() == (10.0, 40.0)
    assert counts(numerator=0.0) == (0.0, 40.0)
    for unusable in ({"numerator": None}, {"denominator": None}, {"denominator": 0.0}, {"numerator": -1.0}):
        assert counts(**unusable) is None, unusable
    assert counts(numerator=41.0) is None, "more concerned than there are"
    assert counts(numerator=40.0, value=100.0) == (40.0, 40.0)
    found = figure_of(row(need.id, origin="inherited"), need, need.series[0])
    assert found is not None and found.inherited and (found.value, found.period) == (25.0, "2020")
    other = figure_of(row(need.id), need, need.series[0])
    assert other is not None and not other.inherited
    # What no group of communes may sum is no count of people: a wage, a rate.
    never_summed = replace(need.series[0], levels=frozenset({Level.COMMUNE, Level.EPCI}))
    alone = figure_of(row(need.id), need, never_summed)
    assert alone is not None and alone.counts is None


def test_those_concerned_by_a_need_that_is_low_are_the_others() -> None:
    need = by_id("taux_emploi")
    assert (need.direction, need.scale) == (Direction.LOW_IS_NEED, Scale.ODDS)
    found = figure_of(row(need.id), need, need.series[0])
    assert found is not None and found.counts == (30.0, 40.0)


def test_each_usable_value_has_its_place() -> None:
    quarter = {"level": "qpv", "code": "Q1", "perimeter": "qpv_2024"}
    held = [
        row(NEED.id, code="B", value=1.0, edition=2021),
        row(NEED.id, code="B", value=2.0, edition=2023),
        row(NEED.id, code="A", value=3.0),
        row(NEED.id, code="A", value=4.0, millesime=2019),
        row(NEED.id, code="D", status="suppressed"),
        row(NEED.id, code="D", millesime=None),
        row(NEED.id, code="D", series="none"),
        row(NEED.id, **quarter, value=5.0),
        row(NEED.id, **quarter, value=6.0, millesime=None),
        row(NEED.id, **quarter | {"code": "Q2"}, origin="inherited"),
    ]
    found = read_figures(pl.DataFrame(held, schema=value_schema()))
    concept = NEED.series[0].concept
    at = found.at(NEED.id, concept, Level.COMMUNE, 2020)
    assert [(code, one.value) for code, one in at] == [("A", 3.0), ("B", 2.0)], "the latest edition"
    assert found.at(NEED.id, concept, Level.EPCI, 2020) == []
    years = found.years(NEED.id, concept, Level.COMMUNE, "A")
    assert {year: one.value for year, one in years.items()} == {2019: 4.0, 2020: 3.0}
    assert found.years(NEED.id, concept, Level.COMMUNE, "D") == {}
    assert {
        period: {code: one.value for code, one in own.items()}
        for period, own in found.quarters[NEED.id, concept].items()
    } == {("qpv_2024", 2020, True): {"Q1": 5.0}, ("qpv_2024", 2022, False): {"Q1": 6.0}}


def test_inhabitants_are_those_of_the_latest_census() -> None:
    name = next(
        i.id
        for i in INDICATORS
        if isinstance(i.series[0].formula, Ratio) and set(i.series[0].formula.denominator) == {POPULATION}
    )
    years = [(2015, 900.0, None), (2021, 1000.0, None), (2018, 950.0, None), (2022, 990.0, 2023)]
    held = [
        row(name, denominator=people, denominator_millesime=year, denominator_next=following)
        for year, people, following in years
    ]
    held += [
        row(name, code="E", level="epci", denominator_millesime=2021),
        row(name, code="N", denominator=None, denominator_millesime=2021),
        row("taux_chomage_rp", code="X", denominator_millesime=2021),
    ]
    assert inhabitants(pl.DataFrame(held, schema=value_schema())) == {"C": 1000.0}
