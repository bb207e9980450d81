"""What an intercommunal authority is called: its category, its articles, what its folder declares."""

from __future__ import annotations

import pytest

from sources.authority import ANY_NOUN, Noun, noun_of
from sources.territory.model import Authority


@pytest.mark.parametrize(
    ("name", "the", "of", "to"),
    [
        ("Communauté d'agglomération fictive", "l’agglomération", "de l’agglomération", "à l’agglomération"),
        ("CA Valenciennes Métropole", "l’agglomération", "de l’agglomération", "à l’agglomération"),
        (
            "Communauté de communes du Pays Solesmois",
            "la communauté de communes",
            "de la communauté de communes",
            "à la communauté de communes",
        ),
        ("Communauté urbaine de Dunkerque", *(f"{a}la communauté urbaine" for a in ("", "de ", "à "))),
        ("Métropole européenne de Lille", "la métropole", "de la métropole", "à la métropole"),
        ("Brest Métropole", "la métropole", "de la métropole", "à la métropole"),
        ("Plaine Commune", "l’intercommunalité", "de l’intercommunalité", "à l’intercommunalité"),
    ],
)
def test_the_noun_of_a_legal_category(name: str, the: str, of: str, to: str) -> None:
    noun = noun_of(name)
    assert (noun.the, noun.of, noun.to, noun.at) == (the, of, to, f"dans {the}")


def test_a_masculine_noun_merges_with_its_prepositions() -> None:
    noun = Noun("pays", feminine=False)
    assert (noun.the, noun.of, noun.to, noun.label) == ("le pays", "du pays", "au pays", "Pays")


def test_a_folder_may_declare_another_noun() -> None:
    declared = {"code": "1", "nom": "Communauté de communes du Vignoble"}
    assert Authority(**declared).noun == Noun("communauté de communes")
    own = Authority(**declared, nom_commun="pays", genre="masculin")
    assert own.noun == Noun("pays", feminine=False) and own.noun != ANY_NOUN
