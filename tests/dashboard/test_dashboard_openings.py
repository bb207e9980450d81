"""What Baromètre, Données, Fiche and Priorités open with: right in grammar and sense for every territory."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from test_dashboard_sentences import YEAR, faults

from dashboard.address.selection import Selection
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.pages.barometre import page as barometre
from dashboard.pages.barometre import pair_line
from dashboard.pages.donnees import sources
from dashboard.pages.fiche import page as fiche
from dashboard.pages.priorites import index as orders_index
from dashboard.pages.priorites import orders
from dashboard.pages.priorites.orders_data import order
from dashboard.story import places
from dashboard.story.headlines import largest_needs
from dashboard.story.pairs import forbidden, pairs
from dashboard.story.readings import NEAREST, REFERENCE_ORDER, read
from dashboard.widgets import answers, answers_glance
from dashboard.widgets.answers_data import JUDGED
from dashboard.widgets.answers_data import answers as read_answers
from dashboard.widgets.facts import headline_line
from sources.french import capital, typographic
from sources.vocabulary import Level, Perimeter


def _said(markup: str) -> str:
    """The words of a line as they are read, marks of decoration left out."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split(" ")).strip()


def _whole(sentence: str, place: object) -> None:
    assert faults(sentence) == [], (place, sentence)


def _seen(real: Barometer) -> Iterator[Territory]:
    """Every territory a page may be asked for."""
    assert len(real.territories) > 80
    yield from real.territories


def test_the_card_of_every_territory_on_the_barometer(real: Barometer) -> None:
    for territory in _seen(real):
        _whole(barometre._card(real, territory), territory)


def test_what_stands_out_of_every_territory_beside_every_reference(real: Barometer) -> None:
    told = 0
    for territory in _seen(real):
        readings = read(real, territory)
        for reference in (NEAREST, *REFERENCE_ORDER):
            for headline in largest_needs(real, territory, readings, reference)[: barometre.STANDING_OUT]:
                sentence = _said(headline_line(real, headline).html)
                _whole(f"{sentence.removesuffix('.')}.", (territory, reference))
                assert YEAR.search(sentence), sentence
                told += 1
    assert told > 200


def test_two_territories_side_by_side(real: Barometer) -> None:
    """Every territory beside the agglomeration, its département, a commune and a quarter."""
    commune = real.communes()[0]
    quarter = next(t for t in real.territories if t.perimeter == Perimeter.QPV_2024)
    others = [real.epci(), commune, quarter]
    others += [t for t in real.territories if t.level in (Level.DEPARTEMENT, Level.FRANCE)]
    kept = {(t.level, t.code): read(real, t) for t in _seen(real)}
    told = 0
    for territory in _seen(real):
        for other in others:
            refusal = forbidden(territory, other)
            if refusal:
                _whole(refusal, (territory, other))
                continue
            first, second = kept[territory.level, territory.code], kept[other.level, other.code]
            found = pairs(real, (territory, first), (other, second))
            for sentence in pair_line.summary(found, (territory, other)):
                if sentence:
                    _whole(sentence, (territory, other))
            told += 1
    assert told > 300


def test_data_and_method(real: Barometer) -> None:
    _whole(sources.opening(real), "donnees")


def test_the_fiche_of_every_territory(real: Barometer) -> None:
    """A commune has its own; any other territory is told which one is shown, and why."""
    for territory in _seen(real):
        commune, note = fiche._commune(real, Selection(territory, chosen=True))
        assert commune in real.communes(), territory
        own = territory in real.communes()
        assert (commune == territory) is own
        assert bool(note) is not own
        if note:
            _whole(note, territory)
            assert typographic(territory.name) in typographic(note)


def test_the_needs_of_every_territory_that_is_judged(real: Barometer) -> None:
    told = 0
    for territory in _seen(real):
        found = read_answers(real, territory)
        if territory.level not in JUDGED or not found.themes:
            continue
        _whole(answers.opening(found, capital(places.at_short(territory))), territory)
        for theme, sentence in found.themes.items():
            _whole(sentence, territory)
            needs, without = found.of_theme(theme), answers.lacking(found, real.indicators, theme)
            assert needs, (territory, theme)
            for said in answers_glance.missing(needs, without):
                _whole(said, territory)
            for need in needs:
                _whole(need.niveau, territory)
                _whole(need.repartition, territory)
        _whole(found.overall, territory)
        told += 1
    assert told > len(real.communes())


def test_the_orders_of_priority_and_why_each_is_there(real: Barometer) -> None:
    told = 0
    for level, perimeter in (
        (Level.COMMUNE, None),
        (Level.QPV, Perimeter.QPV_2015),
        (Level.QPV, Perimeter.QPV_2024),
    ):
        found = order(real, level, perimeter)
        if found is None:
            continue
        _whole(orders.opening(found), (level, perimeter))
        for place in found.places:
            _whole(place.why, place.name)
            _whole(f"{capital(orders.rank_words(place.low, place.high))}.", place.name)
            told += 1
        for code, _, reason in found.apart:
            _whole(f"{capital(reason).removesuffix('.')}.", code)
    assert told > len(real.communes()) - 10


def test_the_index_of_every_territory_under_other_methods(real: Barometer) -> None:
    told = 0
    for territory in _seen(real):
        found = orders_index.sensitivity(real, territory)
        if found is not None:
            _whole(orders_index.opening(found, territory), territory)
            told += 1
    assert told >= len(real.communes())
