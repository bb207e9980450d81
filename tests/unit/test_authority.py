"""What an intercommunal authority is called: its category, its articles, what its folder declares."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

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


ROOT = Path(__file__).parents[2]


def _said(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every text of a module that a reader may meet: a docstring is an expression of its own."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


@pytest.mark.parametrize("folder", ["dashboard", "indicators", "pipelines"])
def test_no_text_calls_every_authority_what_ours_is_called(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in _said(ast.parse(path.read_text(encoding="utf-8")))
        if "agglomération" in str(node.value).lower() or "Quartiers 2030" in str(node.value)
    ]
    assert not found
