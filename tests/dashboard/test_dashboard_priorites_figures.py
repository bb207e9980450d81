"""Words and orders apart from any release: figures, sentences, what an address may ask."""

from __future__ import annotations

import pytest

from dashboard.address import thresholds
from dashboard.address.parse import parse
from dashboard.address.screens import PRIORITIES
from dashboard.charts.blocks import strips
from dashboard.charts.palette import LIGHT
from dashboard.charts.ranked import Interval, ranks
from dashboard.data.questions import Barometer
from dashboard.pages.priorites import orders
from dashboard.pages.priorites.bars import interval_table, rank_words
from dashboard.pages.priorites.orders_data import Order, Part, Place
from dashboard.widgets import answers
from indicators.analysis.answers import CONSTANTS, Constants, Word
from indicators.model import Theme


def _place(code: str, low: int, high: int, worst: float) -> Place:
    return Place(code, f"Lieu {code}", low, (low + high) / 2, high, worst, 50.0, "Parce que.", {}, {})


def _order(*places: Place) -> Order:
    return Order("commune", None, places, (), (), ())


def test_an_interval_is_written_never_a_rank_alone() -> None:
    assert rank_words(1, 4) == "de la 1re à la 4e place"
    assert rank_words(3, 3) == "à la 3e place"


def test_the_track_gives_each_rank_the_same_width() -> None:
    found = [Interval("A", 1, 5, 2.0), *(Interval("B", rank, rank) for rank in range(2, 11))]
    picture = ranks(found, LIGHT, quarter=3)
    drawn = strips(picture)(0).html
    assert "left:0%;width:30%" in drawn
    assert "left:0%;width:50%" in drawn
    assert "left:15%" in drawn
    assert strips(picture)(9).html.count("left:90%;width:10%") == 1


def test_the_table_of_intervals_escapes_names_and_shows_what_it_was() -> None:
    found = [Interval("<b>", 2, 3, before=(4, 6))]
    drawn = interval_table("Légende", found, ranks(found, LIGHT)).html
    assert drawn.count("bcs-before") == 1
    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn
    assert "avant\u00a0: de la 4e à la 6e place" in drawn
    assert drawn.count("<th ") == 3


def test_tiers_follow_the_share_of_the_draws() -> None:
    found = orders.tiers(_order(_place("a", 1, 2, 99.0), _place("b", 3, 9, 50.0), _place("c", 9, 9, 0.0)))
    assert [[p.code for p in members] for _, members in found] == [["a"], ["b"], ["c"]]


def test_the_opening_names_nobody_when_nothing_is_established() -> None:
    assert "n’est pas établi" in orders.opening(_order(_place("a", 1, 9, 30.0)))
    assert orders.opening(_order(_place("a", 1, 2, 97.0))).startswith("Lieu a : presque toujours")


def test_shares_never_claim_certainty() -> None:
    assert orders.share(100.0) == "plus de 99\u00a0fois sur\u00a0100"
    assert orders.share(0.0) == "moins d’une\u00a0fois sur\u00a0100"
    assert orders.share(54.2) == "54\u00a0fois sur\u00a0100"


def test_pulls_go_right_for_more_need_and_left_for_less() -> None:
    drawn = orders.pulls({"Plus": Part(8.0, 4.0), "Moins": Part(1.0, -2.0)}).html
    assert 'class="bcs-up" style="left:50.00%;width:50.00%"' in drawn
    assert 'class="bcs-down" style="left:25.00%;width:25.00%"' in drawn
    assert "+4,0 points" in drawn
    assert "−2,0 points" in drawn


def test_moves_say_old_and_new_intervals_or_that_nothing_moves() -> None:
    before, after = _order(_place("a", 1, 2, 99.0)), _order(_place("a", 2, 4, 80.0))
    assert "ne changent aucun intervalle" in orders.moves(before, before).html
    assert "de la 2e à la 4e place" in orders.moves(after, before).html


def test_every_word_has_a_shape_and_is_written_beside_it() -> None:
    assert len({answers.mark(word) for word in Word}) == 5
    assert all(word.value in answers.word(word).html.lower() for word in Word)


def test_settings_of_an_address_come_back_the_same(real: Barometer) -> None:
    asked = {
        "seuil_equivalence": "1.25",
        "seuil_concentration": "0.3",
        "poids": "revenus-2,culture_sport-0.5",
    }
    selection = parse(asked, real, PRIORITIES)
    settings = selection.settings
    assert not selection.notices
    assert settings.constants == Constants(band=1.25, concentrated=0.3)
    assert settings.weights == ((Theme.REVENUS, 2.0), (Theme.CULTURE_SPORT, 0.5))
    assert selection.with_settings(settings) == selection.parameters() == asked


@pytest.mark.parametrize(
    "asked",
    [
        {"seuil_equivalence": "<script>"},
        {"seuil_equivalence": "nan"},
        {"seuil_moitie": "1e9"},
        {"seuil_quartiers": "9" * 10_000},
        {"seuil_inegalite": "0.28"},
        {"poids": "lune-2"},
        {"poids": "revenus-2,revenus"},
        {"poids": ",".join(f"{t.value}-0" for t in Theme if t is not Theme.IDH4)},
        {"poids": "revenus-0," * 5000},
    ],
)
def test_a_senseless_setting_is_replaced_and_said(real: Barometer, asked: dict[str, str]) -> None:
    selection = parse(asked, real, PRIORITIES)
    assert len(selection.notices) == 1
    assert selection.settings == thresholds.Settings()
    assert selection.settings.declared


def test_every_step_of_a_slider_holds_the_declared_and_the_current_value() -> None:
    for name, (low, high, _) in thresholds.RANGES.items():
        declared = getattr(CONSTANTS, name)
        assert low <= declared <= high
        steps = thresholds.steps(name, 1.0)
        assert declared in steps
        assert 1.0 in steps
        assert steps == sorted(set(steps))
