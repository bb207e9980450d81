"""The block of the communes alike: its words, its counts, what it says when there are few or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fictitious
import pytest
from shown import text_of

from dashboard.data.peers import Standing
from dashboard.story.alike import counted
from tests.dashboard.conftest import Open

PAGE = "../pages/barometre/page.py"


@pytest.mark.parametrize(
    ("known", "ahead", "better", "worse", "plain", "said"),
    [
        (10, 6, 4, 2, False, "de 4 à 8 des 10 font mieux"),
        (10, 3, 0, 0, False, "pas de différence établie"),
        (3, 3, 3, 0, False, "3 des 3 font mieux, écarts établis"),
        (3, 1, 0, 0, True, "sans jugement possible ; chiffre plus favorable pour 1 des 3"),
        (1, 0, 0, 0, False, "pas de différence établie"),
        (1, 1, 1, 0, False, "elle fait mieux, écart établi"),
    ],
)
def test_six_of_ten_do_better_with_its_interval(
    known: int, ahead: int, better: int, worse: int, plain: bool, said: str
) -> None:
    assert counted(Standing("agglomeration", "x", 2022, known, ahead, better, worse, plain)) == said


def _release(home: Path, *peers: dict[str, Any]) -> None:
    tables = fictitious.rows()
    trait = {"trait": "habitants", "title": "Population", "millesime": 2022, "value": 1234.0}
    tables["trait"] = [{**trait, "code": code, "shown": "1 234 habitants"} for code in ("99001", "99002")]
    tables["peer"] = [
        {
            "scope": "agglomeration",
            "code": "99001",
            "rank": 1,
            "peer": "99002",
            "name": "Commune fictive B",
            "distance": 0.4,
            "alike": "taille",
            "unlike": "âges",
            "families": "taille, âges",
            **peer,
        }
        for peer in peers
    ]
    tables["peer_standing"] = [
        {
            "scope": "agglomeration",
            "code": "99001",
            "indicator": "taux_fictif",
            "millesime": 2022,
            "known": 1,
            "ahead": 1,
            "better": 0,
            "worse": 0,
            "plain": False,
        }
    ]
    fictitious.build(home, tables=tables)


def test_the_block_names_them_says_why_and_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    _release(tmp_path, {})
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    app = open_app(PAGE, niveau="commune", territoire="99001", portrait="semblables")
    assert not app.exception
    folded = text_of(open_app(PAGE, niveau="commune", territoire="99001")).replace("\u00a0", " ")
    assert "proche par" not in folded
    text = text_of(app).replace("\u00a0", " ")
    assert "1 commune ressemble à Commune fictive A, les autres s’en écartent trop" in text
    assert "Commune fictive B , proche par : taille ; s’en écarte par : âges" in text
    assert "pas de différence établie" in text
    # It is for communes only.
    assert "ressemble" not in text_of(open_app(PAGE, niveau="epci", territoire=fictitious.EPCI))


def test_without_any_alike_nothing_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open
) -> None:
    _release(tmp_path)
    monkeypatch.setenv("BCS_HOME", str(tmp_path))
    text = text_of(open_app(PAGE, niveau="commune", territoire="99001", portrait="semblables")).replace(
        "\u00a0", " "
    )
    assert "aucune commune ne ressemble à Commune fictive A : rien n’est compté" in text
    assert "font mieux" not in text
