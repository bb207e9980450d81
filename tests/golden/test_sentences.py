"""The sentences of both answers, branch by branch: who holds half, the quarters, how sure it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from indicators.analysis.answers import Answer, Certainty, Niveau, Repartition, Word
from indicators.analysis.sentences import Case, level_sentence, spread_sentence, theme_sentence
from indicators.model import Theme
from indicators.registry import by_id
from sources.authority import ANY_NOUN
from sources.vocabulary import Level

NEED = replace(
    by_id("taux_chomage_rp"), need="Le chômage", people=("des chômeurs", "des actifs"),
    short_title="Chômage (recensement)",
)  # fmt: skip
CASE = Case(
    NEED, Level.EPCI, "Agglo", reference=Level.REGION, figures="17,1 % contre 15,2 %", period="2022",
    inner_period="2021",
)  # fmt: skip
ANSWER = Answer(Niveau.HIGHER, Certainty.FIRM, Repartition.UNEVEN, Certainty.FIRM)
THE, AT = ANY_NOUN.the, ANY_NOUN.at[:1].upper() + ANY_NOUN.at[1:]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def spread(numbers: dict[str, float], answer: Answer = ANSWER, **more: Any) -> str:
    """What is told after the colon, without the year."""
    said = plain(spread_sentence(replace(CASE, numbers=numbers, **more), answer))
    head = f"{AT}, le chômage s’accentue par endroits" if "level" not in more else said.split(" : ")[0]
    assert said.startswith(head) and said.endswith("2021)."), said
    return said.removeprefix(head).removeprefix(" : ").removesuffix("2021).").rstrip(" (,")


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({}, ""),
        (
            {"moitie_communes": 6, "moitie_communes_besoin": 0.52, "moitie_communes_base": 0.384},
            "la moitié des chômeurs se trouve dans 6 communes, qui ont 38 % des actifs",
        ),
        (
            {"moitie_communes": 1, "moitie_communes_besoin": 0.52, "moitie_communes_base": 0.384},
            "la moitié des chômeurs se trouve dans une commune, Denain, qui a 38 % des actifs",
        ),
        ({"plus_touchees_communes": 0}, ", sans qu’aucune commune s’écarte nettement de l’ensemble"),
        (
            {"plus_touchees_communes": 1, "plus_touchees_population": 0.12},
            "une commune, qui a 12 % des habitants, est nettement plus touchée que l’ensemble",
        ),
        (
            {"plus_touchees_communes": 2, "plus_touchees_population": 0.22},
            "2 communes, qui ont 22 % des habitants, sont nettement plus touchées que l’ensemble",
        ),
    ],
)
def test_who_holds_the_need(numbers: dict[str, float], told: str) -> None:
    assert spread(numbers, communes=("Denain", "Lourches")) == told
    inside = spread(numbers, level=Level.COMMUNE, communes=("Denain",))
    assert inside == ("" if told else inside) and "moitié" not in inside and "nettement" not in inside


HELD = {"moitie_communes": 7, "moitie_communes_besoin": 0.519, "moitie_communes_base": 0.497}
ALIKE = "7 communes réunissent 52 % des chômeurs pour 50 % des actifs, soit à peu près leur part"
WORSE = {"plus_touchees_communes": 12, "plus_touchees_population": 0.31}


@pytest.mark.parametrize(
    ("repartition", "numbers", "cantons", "told"),
    [
        # 52 % of the need for 50 % of the base: a quotient of 1.04, within 1.1, says no concentration.
        (Repartition.EVERYWHERE, HELD | {"plus_touchees_communes": 0}, False, f" : {ALIKE}"),
        (
            Repartition.EVERYWHERE,
            HELD | WORSE,
            False,
            (
                ", même si 12 communes, qui ont 31 % des actifs, sont nettement plus touchées que "
                f"l’ensemble : {ALIKE}"
            ),
        ),
        (
            Repartition.UNEVEN,
            HELD | WORSE,
            False,
            " : 12 communes, qui ont 31 % des actifs, sont nettement plus touchées que l’ensemble",
        ),
        (
            Repartition.UNEVEN,
            HELD | {"plus_touchees_communes": 0},
            False,
            f", sans qu’aucune commune s’écarte nettement de l’ensemble : {ALIKE}",
        ),
        # 74 % for 61 %: 1.21, told with both shares, as « half » would hide that three quarters are there.
        (
            Repartition.EVERYWHERE,
            {"moitie_communes": 1, "moitie_communes_besoin": 0.74, "moitie_communes_base": 0.61},
            False,
            " : une commune, Denain, réunit 74 % des chômeurs pour 61 % des actifs",
        ),
        (
            Repartition.EVERYWHERE,
            {"plus_touchees_communes": 0},
            True,
            " : aucun canton ne s’écarte nettement",
        ),
        (
            Repartition.EVERYWHERE,
            WORSE,
            True,
            ", même si 12 communes, qui ont 31 % des habitants, sont dans un",
        ),
    ],
)
def test_a_share_of_the_need_that_is_about_the_share_of_the_base_says_so(
    repartition: Repartition, numbers: dict[str, float], cantons: bool, told: str
) -> None:
    case = replace(CASE, numbers=numbers, communes=("Denain",), cantons=cantons)
    said = plain(spread_sentence(case, replace(ANSWER, repartition=repartition)))
    head = "se retrouve partout" if repartition is Repartition.EVERYWHERE else "s’accentue par endroits"
    assert said.startswith(f"{AT}, le chômage {head}{told}")


def test_half_is_said_of_people_only() -> None:
    nobody = replace(NEED, people=("", ""))
    numbers = {"moitie_communes": 6, "moitie_communes_base": 0.38, "part_besoin": 0.3, "quartiers": 2.0}
    assert spread(numbers, indicator=nobody) == ""


QUARTERS = {"part_besoin": 0.43, "part_population": 0.28}


@pytest.mark.parametrize(
    ("numbers", "middle", "told"),
    [
        (
            QUARTERS | {"quartiers": 3},
            None,
            (
                f"les quartiers prioritaires situés entièrement dans {THE} réunissent 43 % des chômeurs pour "
                "28 % des actifs"
            ),
        ),
        (
            QUARTERS | {"quartiers": 1},
            None,
            (
                f"le quartier prioritaire situé entièrement dans {THE} réunit 43 % des chômeurs pour "
                "28 % des actifs"
            ),
        ),
        (
            {"quartiers": 3},
            ("31 %", "17 %"),
            f"31 % dans le quartier prioritaire du milieu, contre 17 % pour {THE} (chômage, recensement",
        ),
        (
            {"quartiers": 1},
            ("31 %", "17 %"),
            (
                f"31 % dans le quartier prioritaire situé entièrement dans {THE}, contre 17 % pour {THE} "
                "(chômage, recensement"
            ),
        ),
        ({"quartiers": 1}, None, ""),
        (QUARTERS | {"quartiers": 0}, ("31 %", "17 %"), ""),
        (
            {"part_besoin_geographie_prioritaire": 0.8, "part_population_geographie_prioritaire": 0.7},
            None,
            "les communes de la géographie prioritaire réunissent 80 % des chômeurs pour 70 % des actifs",
        ),
        ({"part_besoin_geographie_prioritaire": 0.8}, None, ""),
        ({"part_population_geographie_prioritaire": 0.7}, None, ""),
    ],
)
def test_what_is_known_of_the_quarters(
    numbers: dict[str, float], middle: tuple[str, str] | None, told: str
) -> None:
    assert spread(numbers, middle=middle) == told


def test_a_sentence_about_quarters_says_of_which_perimeters() -> None:
    whole = replace(CASE, numbers={"quartiers": 3}, middle=("31 %", "17 %"), quarters="2015")
    assert plain(spread_sentence(whole, ANSWER)).endswith(" (chômage, recensement, 2021, quartiers de 2015).")
    none = replace(CASE, quarters="2015")
    assert plain(spread_sentence(none, ANSWER)).endswith(" (2021).")


def test_the_quarters_themselves_come_before_the_communes_that_carry_them() -> None:
    both = {"part_besoin_geographie_prioritaire": 0.8, "part_population_geographie_prioritaire": 0.7}
    told = spread(QUARTERS | both | {"quartiers": 3, "plus_touchees_communes": 0})
    assert told.startswith(", sans qu’aucune commune s’écarte nettement de l’ensemble : les quartiers")
    assert "géographie" not in told


@pytest.mark.parametrize(
    ("level", "where", "whole"),
    [
        (Level.COMMUNE, "À Denain, ", "la commune"),
        (Level.GROUPE, "Dans l’ensemble « Denain », ", "cet ensemble"),
    ],
)
def test_the_place_is_named(level: Level, where: str, whole: str) -> None:
    case = replace(CASE, level=level, name="Denain", numbers=QUARTERS | {"quartiers": 1}, inner_period="")
    assert plain(spread_sentence(case, ANSWER)) == (
        f"{where}le chômage s’accentue par endroits : le quartier prioritaire situé entièrement dans {whole} "
        "réunit 43 % des chômeurs pour 28 % des actifs."
    )


@pytest.mark.parametrize(
    ("repartition", "certainty", "verb"),
    [
        (Repartition.EVERYWHERE, Certainty.FIRM, "se retrouve partout"),
        (Repartition.EVERYWHERE, Certainty.LIKELY, "se retrouve probablement partout"),
        (Repartition.EVERYWHERE, Certainty.EDGE, "semble se retrouver partout"),
        (Repartition.UNEVEN, Certainty.LIKELY, "s’accentue probablement par endroits"),
        (Repartition.UNEVEN, Certainty.EDGE, "semble s’accentuer par endroits"),
        (Repartition.CONCENTRATED, Certainty.LIKELY, "se concentre probablement en peu d’endroits"),
        (Repartition.CONCENTRATED, Certainty.EDGE, "semble se concentrer en peu d’endroits"),
    ],
)
def test_how_sure_the_spread_is(repartition: Repartition, certainty: Certainty, verb: str) -> None:
    answer = replace(ANSWER, repartition=repartition, repartition_certainty=certainty)
    assert plain(spread_sentence(CASE, answer)) == f"{AT}, le chômage {verb} (2021)."


def test_where_nothing_is_known_of_the_inside() -> None:
    unknown = replace(ANSWER, repartition=Repartition.UNKNOWN)
    about = f"{AT}, rien ne dit où se trouve le chômage"
    assert plain(spread_sentence(CASE, unknown)) == f"{about}."
    seen = replace(CASE, unseen="aucun chiffre par commune")
    assert plain(spread_sentence(seen, unknown)) == f"{about} : aucun chiffre par commune."


@pytest.mark.parametrize(
    ("niveau", "certainty", "verb"),
    [
        (Niveau.HIGHER, Certainty.FIRM, "dépasse le niveau"),
        (Niveau.SIMILAR, Certainty.LIKELY, "atteint à peu près le niveau"),
        (Niveau.LOWER, Certainty.FIRM, "reste sous le niveau"),
        (Niveau.HIGHER, Certainty.EDGE, "ne se distingue pas nettement du niveau"),
    ],
)
def test_the_level(niveau: Niveau, certainty: Certainty, verb: str) -> None:
    answer = replace(ANSWER, niveau=niveau, niveau_certainty=certainty)
    assert plain(level_sentence(CASE, answer)) == (
        f"{AT}, le chômage {verb} de la région (chômage, recensement, 2022 : 17,1 % contre 15,2 %)."
    )


def test_a_level_without_reference() -> None:
    lone = replace(CASE, unreferenced="aucun territoire plus large n’a ce chiffre")
    said = f"{AT}, le chômage reste à comparer : aucun territoire plus large n’a ce chiffre."
    assert plain(level_sentence(lone, replace(ANSWER, niveau=Niveau.UNKNOWN))) == said
    assert plain(level_sentence(replace(lone, reference=None), ANSWER)) == said


def test_a_commune_is_set_against_its_authority() -> None:
    town = replace(CASE, level=Level.COMMUNE, name="Le Quesnoy", reference=Level.EPCI)
    assert plain(level_sentence(town, ANSWER)).startswith("Au Quesnoy, le chômage dépasse le niveau de ")


def test_the_needs_of_a_theme() -> None:
    words = {Word.CONCENTRATED: ["le chômage", "la pauvreté"], Word.LOW: ["la vacance"]}
    one, other = Word.CONCENTRATED.value, Word.LOW.value
    assert plain(theme_sentence(Theme.EMPLOI, "à Denain", words)) == (
        f"{Theme.EMPLOI.label}, à Denain – {one} : le chômage et la pauvreté ; {other} : la vacance."
    )
    others = {"le chômage": "de même le manque d’emploi"}
    said = plain(theme_sentence(Theme.EMPLOI, "à Denain", words, others))
    assert "le chômage (de même le manque d’emploi) et la pauvreté ;" in said
    said = plain(
        theme_sentence(
            Theme.EMPLOI, "ici", {Word.LOW: ["la vacance (à la limite)"]}, {"la vacance (à la limite)": "x"}
        )
    )
    assert said.endswith("la vacance (à la limite ; x).")
    assert plain(theme_sentence(None, "à Denain", words)) == (
        f"Tous thèmes réunis, à Denain : 2 besoins « {one} », 1 besoin « {other} »."
    )
