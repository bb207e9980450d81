"""The sentences a page opens with: right in grammar and sense for every territory, indicator and status."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data.questions import Barometer
from dashboard.data.records import Territory, Value
from dashboard.pages.quartiers.trend import past, trend_words
from dashboard.story import places
from dashboard.story.everywhere import MAIN_DEFINITION, Everywhere, definitions, everywhere, years
from dashboard.story.evolution import small_words, smalls
from dashboard.story.openings import absence_sentence, spread_sentence, territory_sentence
from sources.french import typographic
from sources.vocabulary import Level, Perimeter, Status

WRONG = {
    "a plain space where French wants a no-break one": r" [:;?!%»€]|« ",
    "a straight apostrophe": r"'",
    "a Python value": r"\bNone\b|\bnan\b|\binf\b|\bTrue\b|\bFalse\b|[{}]",
    "two spaces": r"[ \u00a0\u202f]{2}",
    "a stray space or mark": r" [.,)]|\( |,,|\.\.|,\.|;\.|\(\)",
    "a decimal point": r"\d\.\d",
    "an ungrouped number": r"(?<![\d-])\d{5,}",
    "an article not contracted": r"\b[Dd]e les? (?!plus|moins)|\b[Àà] les? ",
    "an elision forgotten": r"\b(?:[Dd]e|[Ll]e|[Ll]a|[Qq]ue|[Nn]e|[Jj]e|[Ss]e) "
    "[AEIOUÀÂÉÈÊËÎÏÔÙÛÜaeiouàâéèêëîïôùûœŒ]",
    "an elision in excess": r"\b(?:d|l|qu)’[BCDFGJKLMNPQRSTVWXZbcdfgjkmpqrstvwxz]",
    "a plural under two": r"(?<![\d,])[−-]?[01](?:,\d+)?\u00a0points\b",
    "a singular from two on": r"(?:(?<![\d,])[2-9]|\d\d)(?:,\d+)?\u00a0point\b",
}
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|année non précisée")
NUMBERLESS = [s for s in Status if s not in (Status.OBSERVED, Status.ESTIMATED)]


def faults(sentence: str) -> list[str]:
    """Return what is wrong in a sentence as a page shows it."""
    shown = typographic(sentence)
    found = [f"{name} : {m.group()!r}" for name, rule in WRONG.items() if (m := re.search(rule, shown))]
    if not shown.endswith("."):
        found.append("no full stop")
    if not (shown[:1].isupper() or shown[:1].isdigit()):
        found.append("no capital")
    return found


@pytest.mark.parametrize(
    "sentence",
    [
        "À Denain , 3,0 %.",
        "Dans de les Landes.",
        "Le taux de Escaudain est de 3 points.",
        "À Denain, 1,5\u00a0points.",
        "À Denain, 12,5\u00a0point.",
        "À Denain, 3.5.",
        "À Denain, None.",
        "À Denain",
        "à Denain.",
        "À Denain, 15 000 soit 15000.",
        "À d’Denain.",
    ],
)
def test_a_fault_would_be_seen(sentence: str) -> None:
    assert faults(sentence)


def _views(barometer: Barometer) -> Iterator[Everywhere]:
    """Every indicator, in every definition and year a page offers."""
    for indicator in barometer.indicators:
        values = barometer.all_values(indicator.indicator)
        for concept in definitions(barometer, values) or [None]:
            same = [v for v in values if v.concept == concept]
            for year in years(barometer, same) or [""]:
                yield everywhere(barometer, indicator, concept, year)


def test_every_sentence_of_every_territory(real: Barometer) -> None:
    told = 0
    for shown in _views(real):
        assert faults(spread_sentence(shown)) == [], (shown.indicator.indicator, spread_sentence(shown))
        if shown.absent:
            assert faults(absence_sentence(shown.absent)) == []
        for territory in real.territories:
            sentence = territory_sentence(shown, territory)
            place = shown.indicator.indicator, territory.level, territory.code, sentence
            assert faults(sentence) == [], place
            number = shown.number(territory)
            if number is not None:
                assert shown.written(number) in sentence, place
                assert YEAR.search(sentence), place
            else:
                _says_why(sentence)
            told += 1
    assert told > 5000


def _says_why(sentence: str) -> None:
    """No figure but the last one known, with its year; and the words of the reason."""
    before, _, known = sentence.partition("Dernier chiffre connu")
    reasons = [s.label for s in NUMBERLESS] + ["autre définition"]
    assert any(reason in before for reason in reasons), sentence
    assert not known or YEAR.search(known), sentence
    # What stands after the reason is at most the year it is about.
    after = re.split("|".join(map(re.escape, reasons)), before)[-1]
    assert not re.search(r"\d", re.sub(r"\((?:19|20)\d\d(?:-\d{4})?\)", "", after)), sentence


@pytest.mark.parametrize("status", list(Status))
def test_every_status_on_every_territory(real: Barometer, status: Status) -> None:
    for indicator in real.indicators:
        shown = everywhere(real, indicator, None, "")
        if not shown.values:
            continue
        for territory in real.territories:
            value = _like(shown, territory, status)
            sentence = territory_sentence(dataclasses.replace(shown, values=(value,)), territory)
            place = indicator.indicator, territory.code, sentence
            assert faults(sentence) == [], place
            if status in NUMBERLESS:
                assert status.label in sentence, place
                assert "Dernier chiffre connu" not in sentence, place
                _says_why(sentence)
            else:
                assert shown.written(1234.56) in sentence, place


def _like(shown: Everywhere, territory: Territory, status: Status) -> Value:
    """One value of a territory with a status, for the year the page shows."""
    return dataclasses.replace(
        shown.values[0],
        level=territory.level,
        code=territory.code,
        perimeter=territory.perimeter,
        millesime=shown.millesime,
        period=None,
        value=None if status in NUMBERLESS else 1234.56,
        status=status.value,
    )


def test_sentences_of_small_charts(real: Barometer) -> None:
    for territory in real.territories:
        for theme in real.themes:
            found, without = smalls(real, territory, theme.theme)
            assert all(without)
            for small in found:
                sentence = small_words(territory, small)
                assert faults(sentence) == [], sentence
                assert YEAR.search(sentence)


def test_sentences_of_a_quarter_over_time(real: Barometer) -> None:
    quarters = [t for t in real.territories if t.level == Level.QPV]
    for territory in quarters:
        for indicator in real.indicators:
            perimeter = Perimeter(territory.perimeter or "")
            sentence = trend_words(indicator, [(perimeter, [past(real, territory, indicator)])])
            assert faults(sentence) == [], sentence


TOWNS = st.sampled_from(
    [
        "Denain",
        "Escaudain",
        "La Sentinelle",
        "Le Quesnoy",
        "Les Rues-des-Vignes",
        "L’Haÿ-les-Roses",
        "Hérin",
        "Œuilly",
        "Émerchicourt",
        "Saint-Amand-les-Eaux",
        "Rœulx",
        "Ors",
        "Uxem",
        "Ay-sur-Moselle",
    ]
)
DEPARTMENTS = st.sampled_from(
    [
        "Nord",
        "Aisne",
        "Landes",
        "Somme",
        "Hérault",
        "Pas-de-Calais",
        "Oise",
        "Manche",
    ]
)


@given(TOWNS)
def test_towns_inside_a_sentence(name: str) -> None:
    for said in (places.at(name, Level.COMMUNE), places.of(name, Level.COMMUNE)):
        assert faults(f"Ici, {said}, en 2022.") == [], said


@given(DEPARTMENTS)
def test_departments_inside_a_sentence(name: str) -> None:
    for said in (places.at(name, Level.DEPARTEMENT), places.of(name, Level.DEPARTEMENT)):
        assert faults(f"Ici, {said}, en 2022.") == [], said


def test_a_definition_of_its_own_is_named(real: Barometer) -> None:
    named = [shown for shown in _views(real) if shown.label]
    assert named, "the release has variants"
    for shown in named:
        assert shown.label != MAIN_DEFINITION
        commune = next((c for c in shown.communes if c.code in shown.numbers), None)
        if commune is not None:
            assert shown.label in territory_sentence(shown, commune)
