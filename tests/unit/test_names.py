"""Names of a map: they keep apart, on screen as in a file, and the largest communes always have theirs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import names
from dashboard.charts.description import Name, Names, Points, Symbol, Words

FRAME = ((0.0, 30.0), (0.0, 30.0))
PIXEL = 30 / 380
place = st.floats(3, 27)


def _boxes(found: list[object]) -> list[names._Box]:
    boxes = []
    for word in (mark for mark in found if isinstance(mark, Words)):
        half = names.svg.width(word.said, word.size) * PIXEL / 2
        middle = word.x + {"left": half, "right": -half}.get(word.anchor, 0.0)
        line = word.size * PIXEL / 2
        boxes.append(names._Box(middle - half, middle + half, word.y - line, word.y + line))
    return boxes


@given(st.lists(st.tuples(place, place), min_size=1, max_size=10))
def test_ten_names_are_all_written_and_cover_one_another_never(places: list[tuple[float, float]]) -> None:
    asked = Names(tuple(Name(x, y, f"Commune {n}", always=True) for n, (x, y) in enumerate(places)))
    found = names.placed([asked], "black", PIXEL, FRAME)
    boxes = _boxes(found)
    assert len(boxes) == len(places)
    assert not [1 for n, box in enumerate(boxes) for other in boxes[:n] if box.meets(other)]


def test_a_name_moved_away_is_led_to_its_place_and_one_that_may_be_left_out_is() -> None:
    crowd = [Name(15, 15, "Une commune au nom long", always=True) for _ in range(6)]
    found = names.placed([Names((*crowd, Name(15, 15, "Petite")))], "black", PIXEL, FRAME)
    assert sum(isinstance(mark, Words) for mark in found) == 6
    lines = [mark for mark in found if isinstance(mark, Points)]
    assert lines and all((line.x[0], line.y[0]) == (15, 15) for line in lines)


def test_a_point_and_its_words_stay_uncovered() -> None:
    point = Points((15.0,), (15.0,), Symbol("diamond", "red", 22.0))
    found = names.placed([point, Names((Name(15, 15, "A", always=True),))], "black", PIXEL, FRAME)
    (word,) = (mark for mark in found if isinstance(mark, Words))
    assert abs(word.y - 15) > 11 * PIXEL


def test_a_name_beside_its_outline_covers_it_only_where_there_is_no_room() -> None:
    ring = [(14.0, 14.0), (16.0, 14.0), (16.0, 18.0), (14.0, 18.0)]
    beside = Names((Name(15, 15, "Un quartier", always=True, aside=True),), clear_of=(ring,))
    (box,) = _boxes(names.placed([beside], "black", PIXEL, FRAME))
    assert not any(map(box.holds, ring))
    everywhere = [(x / 2, y / 2) for x in range(60) for y in range(60)]
    crowded = Names(beside.names, clear_of=(everywhere,))
    assert len(_boxes(names.placed([crowded], "black", PIXEL, FRAME))) == 1
