"""What is put forward of a commune: never a change that a few people, or a survey, may have made."""

from __future__ import annotations

import pytest

from dashboard.data.release_file import opened
from dashboard.documents import standouts
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.model import Bullets, Callout, Paragraph
from dashboard.documents.parts import essential
from dashboard.documents.standouts import Change
from dashboard.story.headlines import Headline, beyond_first, extreme, first_facts, largest_needs
from dashboard.story.progress import Move, move
from dashboard.story.readings import NEAREST, against
from sources.french import typographic


@pytest.fixture(scope="module")
def library(release):
    with opened(release) as file:
        yield Library(file)


def test_a_need_is_told_once_and_a_change_is_never_called_a_strength(library):
    """Two measures of one need would say opposite things; what improves may still be the worst of all."""
    changes = 0
    for commune in library.barometer.communes():
        dossier = Dossier(library, commune.code)
        found = standouts.standouts(dossier)
        items = (*found.strengths, *found.fragilities)
        needs = [item.reading.indicator.told_need for item in items]
        assert len(needs) == len(set(needs)), commune.name
        framed = [b for b in standouts.blocks(dossier) if isinstance(b, Callout)]
        for item, block in zip(items, framed, strict=True):
            if isinstance(item, Change):
                changes += 1
                assert abs(item.need) >= standouts.SLIGHT
                assert move(item.reading) is (Move.WORSE if item.need > 0 else Move.BETTER)
                assert block.tone == "information"
                assert "Point fort" not in block.title and "Fragilité" not in block.title
    assert changes >= 10


def test_the_figure_the_page_gives_first_is_told_and_so_are_all_measures_of_its_need(library):
    """A gap of an earlier year says so beside the latest figure; the table has the gaps of other measures."""
    older = others = 0
    for commune in library.barometer.communes():
        dossier = Dossier(library, commune.code)
        found = standouts.standouts(dossier)
        for item in (*found.strengths, *found.fragilities):
            shown, said = item.reading.shown, standouts.sentence(dossier, item)
            assert standouts.number(shown.value, item.reading.indicator) in said
            if isinstance(item, Headline) and item.value is not shown:
                older += 1
                assert f"Pas de référence pour {shown.millesime}" in said
            for reading in dossier.readings.values():
                same = reading.indicator.told_need == item.reading.indicator.told_need
                told = against(library.barometer, reading) if same else None
                if told is not None and told.comparison.judgement and reading is not item.reading:
                    others += 1
                    assert reading.indicator.short_title[1:] in said
    assert older and others


def test_what_improves_and_stays_the_worst_is_said_so(library):
    """Denain: unemployment fell from 36,0 % to 31,9 %, and is the highest of the 47 communes."""
    denain = Dossier(library, "59172")
    facts = first_facts(library.barometer, denain.commune, denain.readings)
    told = {fact.reading.indicator.headline: fact.standing for fact in facts}
    assert sorted(told) == [1, 2, 3, 4, 5, 6]
    assert told[3] == "en progrès, mais toujours le plus haut des 47\u00a0communes"


def test_an_extreme_that_chance_may_explain_is_not_said(library):
    """The highest figure is told as such only where its limits are beyond those of all others."""
    said = 0
    for commune in library.barometer.communes():
        for reading in Dossier(library, commune.code).readings.values():
            if not extreme(library.barometer, reading):
                continue
            said += 1
            shown = reading.shown
            others = library.barometer.commune_values(shown.indicator, shown.millesime)
            for other in others:
                if other.code != shown.code and other.usable and other.concept == shown.concept:
                    mine = (shown.value,) if shown.lower is None else (shown.lower, shown.upper)
                    theirs = (other.value,) if other.lower is None else (other.lower, other.upper)
                    assert min(mine) > max(theirs) or max(mine) < min(theirs)
    assert said >= 3


def test_first_facts_are_told_of_every_commune_even_without_a_figure(library):
    ranks = set()
    for commune in library.barometer.communes():
        dossier = Dossier(library, commune.code)
        facts = first_facts(library.barometer, commune, dossier.readings)
        ranks.add(tuple(f.reading.indicator.headline for f in facts))
        more = beyond_first(facts, largest_needs(library.barometer, commune, dossier.readings, NEAREST))
        told = {f.reading.indicator.told_need for f in facts if f.reading.shown.usable}
        assert told.isdisjoint(h.reading.indicator.told_need for h in more)
    assert ranks == {(1, 2, 3, 4, 5, 6)}


def test_a_commune_without_a_need_is_asked_nothing_of_what_is_better_there(library):
    """« Que viser » of a figure that is better than its reference is no question to decide."""
    none = 0
    for commune in library.barometer.communes():
        dossier = Dossier(library, commune.code)
        found = standouts.standouts(dossier)
        written = essential.blocks(dossier)
        asked = next(b for b in written[::-1] if isinstance(b, Bullets)).items
        opposed = any("À l’inverse" in b.text for b in written if isinstance(b, Paragraph))
        assert opposed is bool(found.fragilities and found.strengths), commune.name
        if found.fragilities:
            assert [one.split(typographic(" ?"))[0] for one in asked] == [
                "Où agir",
                "Que viser en 2030",
                "Avec qui",
            ]
        else:
            none += 1
            assert "que ces chiffres ne montrent pas" in asked[-1]
            assert not any("Que viser" in one or "Avec qui" in one for one in asked)
    assert none >= 5
