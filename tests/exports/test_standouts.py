"""What is put forward of a commune: never a change that a few people, or a survey, may have made."""

from __future__ import annotations

import dataclasses

import pytest

from dashboard.data.release_file import opened
from dashboard.documents import standouts
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.standouts import Change
from indicators.model import Unit


@pytest.fixture(scope="module")
def library(release):
    with opened(release) as file:
        yield Library(file)


@pytest.fixture(scope="module")
def reading(library):
    readings = Dossier(library, "59172").readings.values()
    return next(r for r in readings if r.indicator.unit == Unit.PERCENT and r.comparisons)


def figure(reading, count, whole, **changes):
    counted = {"numerator": count, "denominator": whole, "value": 100 * count / whole if whole else 20.0}
    return dataclasses.replace(reading.shown, **{"lower": None, "upper": None, **counted, **changes})


@pytest.mark.parametrize(
    ("before", "after", "chance"),
    [
        # 5,0 % then 10,0 %: standard deviation of the difference 1,87 points, twice less than 1,96 of them.
        ((10, 200), (20, 200), True),
        # The same rates on ten times as many people: 0,59 point.
        ((100, 2000), (200, 2000), False),
        ((0, 300), (0, 300), True),
        ((0, 300), (30, 300), False),
    ],
)
def test_counts_tell_what_chance_alone_may_do(before, after, chance, library, reading):
    dossier = Dossier(library, "59172")
    values = figure(reading, *before), figure(reading, *after)
    assert standouts._by_chance(dossier, reading, *values) is chance


def test_intervals_are_believed_before_counts(library, reading):
    dossier = Dossier(library, "59172")
    before = figure(reading, 100, 2000, lower=4.0, upper=6.0)
    assert standouts._by_chance(dossier, reading, before, figure(reading, 200, 2000, lower=5.5, upper=12.0))
    assert not standouts._by_chance(
        dossier, reading, before, figure(reading, 200, 2000, lower=9.0, upper=11.0)
    )


def test_a_rate_without_its_counts_is_believed_in_a_town_only(library, reading):
    values = figure(reading, None, None), figure(reading, None, None, value=30.0)
    assert standouts._by_chance(Dossier(library, "59446"), reading, *values)
    assert not standouts._by_chance(Dossier(library, "59172"), reading, *values)


def test_a_change_says_on_which_side_of_the_agglomeration_it_leaves_the_commune(library, reading):
    main = next(c for c in reading.comparisons if c.reference_level == "epci")
    worse_level = standouts.need(reading.indicator, main) > 0
    for change_need in (0.2, -0.2):
        said = standouts._level(
            Dossier(library, "59172"), Change(reading, reading.shown, reading.shown, change_need)
        )
        if (change_need > 0) is worse_level:
            assert said.startswith(" Agglomération : ")
        else:
            assert f"reste {'plus' if change_need > 0 else 'moins'} favorable" in said


def test_no_change_put_forward_in_any_commune_may_be_chance(library):
    changes = 0
    for commune in library.barometer.communes():
        dossier = Dossier(library, commune.code)
        found = standouts.standouts(dossier)
        for item in (*found.strengths, *found.fragilities):
            if isinstance(item, Change):
                changes += 1
                assert not standouts._by_chance(dossier, item.reading, item.before, item.after)
                assert abs(item.need) >= standouts.SLIGHT
    assert changes >= 10
